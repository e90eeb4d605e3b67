#include "channel/qq/config.h"

#include "base/check.h"
#include "base/codec.h"
#include "channel/config_text.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define LETTERS DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* Source: QQ Wallet, "统一下单", https://qpay.qq.com/buss/wiki/38/1203; "申请退款",
 * https://qpay.qq.com/buss/wiki/38/1207; read 2026-11. */
const struct channel_hosts QQ_HOSTS = { .live = { "qpay.qq.com" }, .domain = "qq.com" };
const struct channel_hosts QQ_API_HOSTS = { .live = { "api.qpay.qq.com" }, .domain = "qq.com" };

static void config_freep(struct channel_config **c);
static enum err members_read(struct str json, struct channel_config *c, char password[129]);
static enum err identity_check(const struct channel_config *c);
static enum err keys_check(const struct channel_config *c);
static enum err operator_take(struct channel_config *c, char password[129]);
static enum err addresses_check(struct channel_config *c);
static enum err base_take(const char *member, const char *live, const struct channel_hosts *hosts,
			  bool livemode, char base[QQ_BASE_MAX + 1]);
static enum err certificate_check(struct channel_config *c, int64_t now_ms);

enum err qq_config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			struct channel_config **out)
{
	CLEANUP(config_freep) struct channel_config *c = calloc(1, sizeof(*c));
	char password[129] = "";
	enum err e;

	CHECK(c != NULL);
	c->livemode = livemode;
	e = members_read(json, c, password);
	if (e == ERR_OK)
		e = identity_check(c);
	if (e == ERR_OK)
		e = operator_take(c, password);
	wipe(password, sizeof(password));
	TRY(e);
	TRY(keys_check(c));
	TRY(addresses_check(c));
	TRY(certificate_check(c, now_ms));
	TRY(config_roots(c->ca, c->livemode, now_ms, &c->expires_ms));
	memcpy(identity, c->mch_id, sizeof(c->mch_id));
	*out = TAKE(c);
	return ERR_OK;
}

void qq_config_free(struct channel_config *c)
{
	if (c == NULL)
		return;
	wipe(c, sizeof(*c));
	free(c);
}

int64_t qq_config_expires_ms(const struct channel_config *c)
{
	return c->expires_ms;
}

/* A base has no path of its own, or one without '/' at its end. */
enum err qq_base_check(const char *member, const char *base, const struct channel_hosts *hosts,
		       bool livemode)
{
	char url[QQ_BASE_MAX + 2];
	size_t n = 0;

	str_add(url, sizeof(url), &n, "%s/", base);
	return channel_host_allow(member, (struct str){ url, n }, hosts, livemode);
}

static enum err members_read(struct str json, struct channel_config *c, char password[129])
{
	struct jin r;
	enum err e;

	jin_open(&r, json);
	jin_text(&r, "mch_id", JIN_NEEDED, c->mch_id, sizeof(c->mch_id));
	jin_text(&r, "appid", JIN_OPTIONAL, c->appid, sizeof(c->appid));
	jin_text(&r, "api_key", JIN_NEEDED, c->api_key, sizeof(c->api_key));
	jin_text(&r, "app_key", JIN_OPTIONAL, c->app_key, sizeof(c->app_key));
	jin_text(&r, "op_user_id", JIN_OPTIONAL, c->op_user_id, sizeof(c->op_user_id));
	jin_text(&r, "op_user_password", JIN_NEEDED, password, 129);
	jin_text(&r, "cert", JIN_OPTIONAL, c->cert, sizeof(c->cert));
	jin_text(&r, "key", JIN_OPTIONAL, c->key, sizeof(c->key));
	jin_text(&r, "base_url", JIN_OPTIONAL, c->base, sizeof(c->base));
	jin_text(&r, "api_base_url", JIN_OPTIONAL, c->api_base, sizeof(c->api_base));
	jin_text(&r, "ca", JIN_OPTIONAL, c->ca, sizeof(c->ca));
	e = jin_done(&r);
	return config_at(err_param(), e);
}

static enum err identity_check(const struct channel_config *c)
{
	TRY(config_needed("mch_id", c->mch_id));
	if (!str_is_made_of(str_of(c->mch_id), DIGITS, 32))
		FAIL_AT(ERR_CONFIG, "mch_id", "must be the merchant's number, digits only");
	if (c->appid[0] && !str_is_made_of(str_of(c->appid), LETTERS, 32))
		FAIL_AT(ERR_CONFIG, "appid", "must be letters and digits");
	return ERR_OK;
}

static enum err keys_check(const struct channel_config *c)
{
	if (strlen(c->api_key) != QQ_API_KEY_BYTES ||
	    !str_is_made_of(str_of(c->api_key), LETTERS, QQ_API_KEY_BYTES))
		FAIL_AT(ERR_CONFIG, "api_key", "must be 32 letters and digits");
	TRY(config_needed("api_key", c->api_key));
	if (c->app_key[0] && !str_is_made_of(str_of(c->app_key), LETTERS, 64))
		FAIL_AT(ERR_CONFIG, "app_key", "must be letters and digits");
	return ERR_OK;
}

/* Needed always: without an operator no payment could be given back. */
static enum err operator_take(struct channel_config *c, char password[129])
{
	uint8_t digest[MD5_BYTES];

	if (c->op_user_id[0] == '\0')
		memcpy(c->op_user_id, c->mch_id, sizeof(c->op_user_id));
	if (!str_is_made_of(str_of(c->op_user_id), LETTERS, 32))
		FAIL_AT(ERR_CONFIG, "op_user_id", "must be letters and digits");
	if (str_trim(str_of(password)).n == 0)
		FAIL_AT(ERR_CONFIG, "op_user_password", "must not be empty");
	md5(str_of(password), digest);
	hex_write(digest, MD5_BYTES, c->op_user_passwd);
	return ERR_OK;
}

/* A test merchant needs a sandbox of somebody: the platform has none. */
static enum err addresses_check(struct channel_config *c)
{
	TRY(base_take("base_url", QQ_BASE_LIVE, &QQ_HOSTS, c->livemode, c->base));
	return base_take("api_base_url", QQ_API_BASE_LIVE, &QQ_API_HOSTS, c->livemode, c->api_base);
}

static enum err base_take(const char *member, const char *live, const struct channel_hosts *hosts,
			  bool livemode, char base[QQ_BASE_MAX + 1])
{
	size_t n = strlen(base);

	if (n > 0 && base[n - 1] == '/')
		base[n - 1] = '\0';
	if (base[0] == '\0' && !livemode)
		FAIL_AT(ERR_CONFIG, member, "a test merchant needs the address of a sandbox");
	if (base[0] == '\0')
		str_copy_cut(base, QQ_BASE_MAX + 1, str_of(live));
	return qq_base_check(member, base, hosts, livemode);
}

/* The platform asks for it on its other host; only a sandbox over http cannot. */
static enum err certificate_check(struct channel_config *c, int64_t now_ms)
{
	CLEANUP(rsa_key_freep) struct rsa_key *theirs = NULL, *ours = NULL;
	bool needed = str_starts(str_of(c->api_base), "https://");

	if (!needed && c->cert[0] == '\0' && c->key[0] == '\0')
		return ERR_OK;
	TRY(config_needed("cert", c->cert));
	TRY(config_needed("key", c->key));
	TRY(config_at("cert", rsa_from_certificate(str_of(c->cert), &theirs)));
	TRY(config_at("key", rsa_private_read(str_of(c->key), &ours)));
	if (strstr(c->key, "-----BEGIN ") == NULL)
		FAIL_AT(ERR_CONFIG, "key", "must be in PEM, with its BEGIN and END lines");
	if (!rsa_same_key(theirs, ours))
		FAIL_AT(ERR_CONFIG, "cert", "does not belong to key");
	return config_end("cert", c->cert, now_ms, &c->expires_ms);
}

static void config_freep(struct channel_config **c)
{
	qq_config_free(*c);
}
