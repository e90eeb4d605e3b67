#include "channel/wechat/config.h"

#include "base/check.h"
#include "channel/config_text.h"
#include "channel/host.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PUBLIC_KEY_ID "PUB_KEY_ID_"

static const char DIGITS[] = "0123456789";
static const char HEX[] = "0123456789ABCDEFabcdef";
static const char WORD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/* Source: WeChat Pay, "APIv3 接口规则",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay2_0.shtml, read 2026-11. */
static const struct channel_hosts HOSTS = {
	.live = { "api.mch.weixin.qq.com", "api2.mch.weixin.qq.com" },
	.domain = "weixin.qq.com",
};

/* The members as text; holds the private key, so it is wiped. */
struct members {
	char mch_id[WECHAT_MCH_ID_MAX + 1], serial_no[CHANNEL_SERIAL_MAX + 1];
	char appid[WECHAT_APPID_MAX + 1], mini_appid[WECHAT_APPID_MAX + 1];
	char app_appid[WECHAT_APPID_MAX + 1];
	char base_url[WECHAT_BASE_MAX + 1], backup_url[WECHAT_BASE_MAX + 1];
	char public_key_id[CHANNEL_SERIAL_MAX + 1];
	char private_key[8192], public_key[4096], api_v3_key[256];
	char platform_certs[32768], ca[32768];
};

static void members_free(struct members **m);
static void config_freep(struct channel_config **c);
static enum err members_read(struct str json, struct members *m);
static enum err identity_read(const struct members *m, struct channel_config *c);
static enum err appid_read(const char *member, const char *value, const char *usual, char *out);
static enum err hosts_read(const struct members *m, bool livemode, struct channel_config *c);
static enum err base_read(const char *member, const char *value, char *out);
static enum err base_check(const char *member, const char *base, bool livemode);
static enum err own_keys_read(const struct members *m, struct channel_config *c);
static enum err api_v3_key_check(struct str key);
static enum err public_key_read(const struct members *m, struct channel_config *c);
static enum err platform_certs_read(struct str pem, int64_t now_ms, struct channel_config *c);
static enum err certificate_put(const char *member, struct str pem, struct channel_config *c);
static enum err key_put(const char *member, struct rsa_key **key, const char *serial,
			int64_t ends_ms, struct channel_config *c);
static bool pem_next(struct str *rest, struct str *block);
static size_t text_find(struct str s, const char *what);
static enum err roots_read(const struct members *m, bool livemode, int64_t now_ms,
			   struct channel_config *c);

enum err wechat_config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			    struct channel_config **out)
{
	CLEANUP(members_free) struct members *m = calloc(1, sizeof(*m));
	CLEANUP(config_freep) struct channel_config *c = calloc(1, sizeof(*c));

	CHECK(m != NULL && c != NULL);
	TRY(members_read(json, m));
	TRY(identity_read(m, c));
	TRY(hosts_read(m, livemode, c));
	TRY(own_keys_read(m, c));
	TRY(public_key_read(m, c));
	TRY(platform_certs_read(str_of(m->platform_certs), now_ms, c));
	TRY(roots_read(m, livemode, now_ms, c));
	memcpy(identity, c->mch_id, sizeof(c->mch_id));
	*out = TAKE(c);
	return ERR_OK;
}

void wechat_config_free(struct channel_config *c)
{
	if (c == NULL)
		return;
	rsa_key_free(c->private_key);
	for (size_t i = 0; i < c->keys_n; i++)
		rsa_key_free(c->keys[i].key);
	free(c->roots);
	wipe(c, sizeof(*c));
	free(c);
}

int64_t wechat_config_expires_ms(const struct channel_config *c)
{
	return c->expires_ms;
}

/* Certificates come and go; who verifies by the public key alone needs none. */
bool wechat_certificates_wanted(const struct channel_config *c)
{
	return c->keys_n != 1 || c->keys[0].ends_ms != 0;
}

enum err wechat_certificate_add(struct channel_config *c, struct str pem)
{
	return certificate_put("certificate", pem, c);
}

enum err wechat_hosts_check(const struct channel_config *c)
{
	TRY(base_check("base_url", c->base_url, c->livemode));
	if (c->backup_url[0] == '\0')
		return ERR_OK;
	return base_check("backup_url", c->backup_url, c->livemode);
}

const struct wechat_key *wechat_key_find(const struct channel_config *c, struct str serial)
{
	for (size_t i = 0; i < c->keys_n; i++)
		if (wechat_serial_is(serial, c->keys[i].serial))
			return &c->keys[i];
	return NULL;
}

const struct wechat_key *wechat_key_preferred(const struct channel_config *c)
{
	const struct wechat_key *best = NULL;

	for (size_t i = 0; i < c->keys_n; i++) {
		const struct wechat_key *k = &c->keys[i];

		if (k->ends_ms == 0)
			return k;
		if (best == NULL || k->ends_ms > best->ends_ms)
			best = k;
	}
	return best;
}

bool wechat_serial_is(struct str serial, const char *other)
{
	struct str o = str_of(other);

	if (str_starts(serial, PUBLIC_KEY_ID) || str_starts(o, PUBLIC_KEY_ID))
		return str_eq(serial, o);
	while (str_starts(serial, "0"))
		serial = str_skip(serial, 1);
	while (str_starts(o, "0"))
		o = str_skip(o, 1);
	return serial.n > 0 && serial.n == o.n && strncasecmp(serial.p, o.p, o.n) == 0;
}

static enum err members_read(struct str json, struct members *m)
{
	struct jin r;
	enum err e;

	jin_open(&r, json);
	jin_text(&r, "mch_id", JIN_NEEDED, m->mch_id, sizeof(m->mch_id));
	jin_text(&r, "appid", JIN_NEEDED, m->appid, sizeof(m->appid));
	jin_text(&r, "mini_appid", JIN_OPTIONAL, m->mini_appid, sizeof(m->mini_appid));
	jin_text(&r, "app_appid", JIN_OPTIONAL, m->app_appid, sizeof(m->app_appid));
	jin_text(&r, "serial_no", JIN_NEEDED, m->serial_no, sizeof(m->serial_no));
	jin_text(&r, "private_key", JIN_NEEDED, m->private_key, sizeof(m->private_key));
	jin_text(&r, "api_v3_key", JIN_NEEDED, m->api_v3_key, sizeof(m->api_v3_key));
	jin_text(&r, "public_key_id", JIN_OPTIONAL, m->public_key_id, sizeof(m->public_key_id));
	jin_text(&r, "public_key", JIN_OPTIONAL, m->public_key, sizeof(m->public_key));
	jin_text(&r, "platform_certs", JIN_OPTIONAL, m->platform_certs, sizeof(m->platform_certs));
	jin_text(&r, "base_url", JIN_OPTIONAL, m->base_url, sizeof(m->base_url));
	jin_text(&r, "backup_url", JIN_OPTIONAL, m->backup_url, sizeof(m->backup_url));
	jin_text(&r, "ca", JIN_OPTIONAL, m->ca, sizeof(m->ca));
	e = jin_done(&r);
	return config_at(err_param(), e);
}

static enum err identity_read(const struct members *m, struct channel_config *c)
{
	TRY(config_needed("mch_id", m->mch_id));
	if (!str_is_made_of(str_of(m->mch_id), DIGITS, WECHAT_MCH_ID_MAX))
		FAIL_AT(ERR_CONFIG, "mch_id", "must be the merchant's number, digits only");
	memcpy(c->mch_id, m->mch_id, sizeof(c->mch_id));
	TRY(appid_read("appid", m->appid, "", c->appid));
	TRY(appid_read("mini_appid", m->mini_appid, c->appid, c->mini_appid));
	return appid_read("app_appid", m->app_appid, c->appid, c->app_appid);
}

static enum err appid_read(const char *member, const char *value, const char *usual, char *out)
{
	struct str s = str_of(value[0] ? value : usual);

	TRY(config_needed(member, s.p));
	if (!str_starts(s, "wx") || s.n < 3 || !str_is_made_of(s, WORD, WECHAT_APPID_MAX))
		FAIL_AT(ERR_CONFIG, member, "must be an appid: wx followed by letters and digits");
	return str_copy(out, WECHAT_APPID_MAX + 1, s);
}

static enum err hosts_read(const struct members *m, bool livemode, struct channel_config *c)
{
	const char *base = m->base_url, *backup = m->backup_url;

	c->livemode = livemode;
	if (livemode && base[0] == '\0')
		base = WECHAT_BASE_LIVE;
	if (livemode && backup[0] == '\0')
		backup = WECHAT_BACKUP_LIVE;
	if (base[0] == '\0')
		FAIL_AT(ERR_CONFIG, "base_url", "a test merchant needs an address to call");
	TRY(base_read("base_url", base, c->base_url));
	TRY(base_read("backup_url", backup, c->backup_url));
	return wechat_hosts_check(c);
}

/* Scheme and host only: the path is a part of what is signed, and every call brings its own. */
static enum err base_read(const char *member, const char *value, char *out)
{
	struct str s = str_of(value), rest;

	if (str_ends(s, "/"))
		s.n--;
	rest = str_skip(s, str_starts(s, "https://") ? 8 : str_starts(s, "http://") ? 7 : 0);
	if (str_find(rest, '/') < rest.n)
		FAIL_AT(ERR_CONFIG, member, "must be an address without a path");
	return str_copy(out, WECHAT_BASE_MAX + 1, s);
}

static enum err base_check(const char *member, const char *base, bool livemode)
{
	char url[WECHAT_BASE_MAX + 2];
	size_t n = 0;

	str_add(url, sizeof(url), &n, "%s/", base);
	return channel_host_allow(member, str_of(url), &HOSTS, livemode);
}

static enum err own_keys_read(const struct members *m, struct channel_config *c)
{
	struct str key = str_of(m->api_v3_key);

	TRY(config_needed("serial_no", m->serial_no));
	if (!str_is_made_of(str_of(m->serial_no), HEX, CHANNEL_SERIAL_MAX))
		FAIL_AT(ERR_CONFIG, "serial_no",
			"must be the serial number of the merchant's certificate, in hex");
	for (size_t i = 0; m->serial_no[i]; i++)
		c->serial_no[i] = m->serial_no[i] >= 'a' ? (char)(m->serial_no[i] - 'a' + 'A')
							 : m->serial_no[i];
	TRY(config_needed("private_key", m->private_key));
	TRY(config_at("private_key", rsa_private_read(str_of(m->private_key), &c->private_key)));
	TRY(api_v3_key_check(key));
	memcpy(c->api_v3_key, key.p, sizeof(c->api_v3_key));
	return ERR_OK;
}

/* Any 32 bytes may be a real key, so that no word in it makes it a placeholder. */
static enum err api_v3_key_check(struct str key)
{
	if (key.n != AES256_KEY_BYTES)
		FAIL_AT(ERR_CONFIG, "api_v3_key", "must be the 32 characters set in the console");
	if (!str_is_made_of(key, WORD, key.n))
		FAIL_AT(ERR_CONFIG, "api_v3_key", "must be letters and digits");
	if (strspn(key.p, (char[]){ key.p[0], '\0' }) == key.n)
		FAIL_AT(ERR_CONFIG, "api_v3_key", "is still a placeholder");
	return ERR_OK;
}

static enum err public_key_read(const struct members *m, struct channel_config *c)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	struct str id = str_of(m->public_key_id);

	if (id.n == 0 && m->public_key[0] == '\0')
		return ERR_OK;
	TRY(config_needed("public_key_id", m->public_key_id));
	TRY(config_needed("public_key", m->public_key));
	if (!str_starts(id, PUBLIC_KEY_ID) || id.n == strlen(PUBLIC_KEY_ID) ||
	    !str_is_made_of(id, WORD, CHANNEL_SERIAL_MAX))
		FAIL_AT(ERR_CONFIG, "public_key_id",
			"must be the public key's id: " PUBLIC_KEY_ID "…");
	TRY(config_at("public_key", rsa_public_read(str_of(m->public_key), &key)));
	return key_put("public_key", &key, m->public_key_id, 0, c);
}

static enum err platform_certs_read(struct str pem, int64_t now_ms, struct channel_config *c)
{
	struct str block;
	size_t n = 0;

	if (pem.n == 0)
		return ERR_OK;
	for (; pem_next(&pem, &block); n++) {
		char *one = strndup(block.p, block.n);
		enum err e = one == NULL
				     ? ERR_INTERNAL
				     : config_end("platform_certs", one, now_ms, &c->expires_ms);

		free(one);
		TRY(e);
		if (n == CHANNEL_CERTIFICATES_MAX)
			FAIL_AT(ERR_CONFIG, "platform_certs", "has more than %d certificates",
				CHANNEL_CERTIFICATES_MAX);
		TRY(certificate_put("platform_certs", block, c));
	}
	if (n == 0)
		FAIL_AT(ERR_CONFIG, "platform_certs", "no certificate in PEM");
	return ERR_OK;
}

static enum err certificate_put(const char *member, struct str pem, struct channel_config *c)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	char serial[CERT_SERIAL_TEXT];
	int64_t ends_ms;

	TRY(config_at(member, rsa_from_certificate(pem, &key)));
	TRY(config_at(member, cert_serial_hex(pem, serial)));
	TRY(config_at(member, cert_not_after(pem, &ends_ms)));
	if (wechat_key_find(c, str_of(serial)) != NULL)
		return ERR_OK;
	return key_put(member, &key, serial, ends_ms, c);
}

/* The commonest mistake: our own key or certificate, which the console hands out as well. */
static enum err key_put(const char *member, struct rsa_key **key, const char *serial,
			int64_t ends_ms, struct channel_config *c)
{
	struct wechat_key *k = &c->keys[c->keys_n];

	if (rsa_same_key(*key, c->private_key) || wechat_serial_is(str_of(serial), c->serial_no))
		FAIL_AT(ERR_CONFIG, member, "is the merchant's own; the platform's is another one");
	if (c->keys_n == WECHAT_KEYS_MAX)
		FAIL_AT(ERR_CONFIG, member, "more than %d keys of the platform", WECHAT_KEYS_MAX);
	TRY(str_copy(k->serial, sizeof(k->serial), str_of(serial)));
	k->ends_ms = ends_ms;
	k->key = TAKE(*key);
	c->keys_n++;
	return ERR_OK;
}

/* The next certificate of a bundle; what stands between them is passed over. */
static bool pem_next(struct str *rest, struct str *block)
{
	static const char BEGIN[] = "-----BEGIN CERTIFICATE-----";
	static const char END[] = "-----END CERTIFICATE-----";
	size_t from = text_find(*rest, BEGIN), to;

	*block = str_skip(*rest, from);
	if (block->n == 0)
		return false;
	to = text_find(*block, END);
	if (to < block->n)
		block->n = to + strlen(END);
	*rest = str_skip(*rest, from + block->n);
	return true;
}

/* Where `what` begins, or s.n. */
static size_t text_find(struct str s, const char *what)
{
	size_t i = 0;

	while (i < s.n && !str_starts(str_skip(s, i), what))
		i++;
	return i;
}

static enum err roots_read(const struct members *m, bool livemode, int64_t now_ms,
			   struct channel_config *c)
{
	TRY(config_roots(m->ca, livemode, now_ms, &c->expires_ms));
	c->roots = strdup(m->ca);
	CHECK(c->roots != NULL);
	return ERR_OK;
}

static void members_free(struct members **m)
{
	wipe(*m, sizeof(**m));
	free(*m);
}

static void config_freep(struct channel_config **c)
{
	wechat_config_free(*c);
}
