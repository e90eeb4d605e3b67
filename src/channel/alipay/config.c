#include "channel/alipay/config.h"

#include "base/check.h"
#include "channel/config_text.h"
#include "channel/host.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Source: Alipay Open Platform, "API 调用说明", https://opendocs.alipay.com/common/02kf5q, read
 * 2026-11. */
const struct channel_hosts ALIPAY_HOSTS = { .live = { "openapi.alipay.com" },
					    .domain = "alipay.com" };

/* The members as text; holds the private key, so it is wiped. */
struct members {
	char app_id[ALIPAY_APP_ID_MAX + 1], seller_id[17], gateway[ALIPAY_GATEWAY_MAX + 1];
	char private_key[8192], alipay_public_key[4096];
	char app_cert[8192], alipay_cert[16384], alipay_root_cert[32768], ca[16384];
};

static void members_free(struct members **m);
static void config_freep(struct channel_config **c);
static enum err members_read(struct str json, struct members *m);
static enum err identity_check(const struct members *m, bool livemode, struct channel_config *c);
static enum err private_key_read(const struct members *m, struct channel_config *c);
static enum err mode_check(const struct members *m, bool *certificates);
static enum err key_mode_read(const struct members *m, struct channel_config *c);
static enum err cert_mode_read(const struct members *m, int64_t now_ms, struct channel_config *c);
static enum err cert_serials_read(const struct members *m, struct channel_config *c);
static enum err not_own_key(const char *member, const struct channel_config *c);
static enum err roots_read(const struct members *m, bool livemode, int64_t now_ms,
			   struct channel_config *c);

enum err alipay_config_read(struct str json, bool livemode, int64_t now_ms, char identity[33],
			    struct channel_config **out)
{
	CLEANUP(members_free) struct members *m = calloc(1, sizeof(*m));
	CLEANUP(config_freep) struct channel_config *c = calloc(1, sizeof(*c));
	bool certificates;

	CHECK(m != NULL && c != NULL);
	TRY(members_read(json, m));
	TRY(identity_check(m, livemode, c));
	TRY(mode_check(m, &certificates));
	TRY(private_key_read(m, c));
	if (certificates)
		TRY(cert_mode_read(m, now_ms, c));
	else
		TRY(key_mode_read(m, c));
	TRY(roots_read(m, livemode, now_ms, c));
	memcpy(identity, c->app_id, sizeof(c->app_id));
	*out = TAKE(c);
	return ERR_OK;
}

void alipay_config_free(struct channel_config *c)
{
	if (c == NULL)
		return;
	rsa_key_free(c->private_key);
	rsa_key_free(c->alipay_key);
	free(c->roots);
	wipe(c, sizeof(*c));
	free(c);
}

int64_t alipay_config_expires_ms(const struct channel_config *c)
{
	return c->expires_ms;
}

static enum err members_read(struct str json, struct members *m)
{
	struct jin r;
	enum err e;

	jin_open(&r, json);
	jin_text(&r, "app_id", JIN_NEEDED, m->app_id, sizeof(m->app_id));
	jin_text(&r, "private_key", JIN_NEEDED, m->private_key, sizeof(m->private_key));
	jin_text(&r, "alipay_public_key", JIN_OPTIONAL, m->alipay_public_key,
		 sizeof(m->alipay_public_key));
	jin_text(&r, "app_cert", JIN_OPTIONAL, m->app_cert, sizeof(m->app_cert));
	jin_text(&r, "alipay_cert", JIN_OPTIONAL, m->alipay_cert, sizeof(m->alipay_cert));
	jin_text(&r, "alipay_root_cert", JIN_OPTIONAL, m->alipay_root_cert,
		 sizeof(m->alipay_root_cert));
	jin_text(&r, "gateway", JIN_OPTIONAL, m->gateway, sizeof(m->gateway));
	jin_text(&r, "seller_id", JIN_OPTIONAL, m->seller_id, sizeof(m->seller_id));
	jin_text(&r, "ca", JIN_OPTIONAL, m->ca, sizeof(m->ca));
	e = jin_done(&r);
	return config_at(err_param(), e);
}

static enum err identity_check(const struct members *m, bool livemode, struct channel_config *c)
{
	static const char DIGITS[] = "0123456789";
	const char *usual = livemode ? ALIPAY_GATEWAY_LIVE : ALIPAY_GATEWAY_TEST;
	struct str gateway = str_of(m->gateway[0] ? m->gateway : usual);

	TRY(config_needed("app_id", m->app_id));
	if (!str_is_made_of(str_of(m->app_id), DIGITS, ALIPAY_APP_ID_MAX))
		FAIL_AT(ERR_CONFIG, "app_id", "must be the application's number, digits only");
	if (m->seller_id[0] &&
	    (!str_is_made_of(str_of(m->seller_id), DIGITS, 16) || strlen(m->seller_id) != 16 ||
	     !str_starts(str_of(m->seller_id), "2088")))
		FAIL_AT(ERR_CONFIG, "seller_id", "must be 16 digits beginning with 2088");
	TRY(channel_host_allow("gateway", gateway, &ALIPAY_HOSTS, livemode));
	c->livemode = livemode;
	memcpy(c->app_id, m->app_id, sizeof(c->app_id));
	memcpy(c->seller_id, m->seller_id, sizeof(c->seller_id));
	return str_copy(c->gateway, sizeof(c->gateway), gateway);
}

/* Key mode or certificate mode, whole and not both. */
static enum err mode_check(const struct members *m, bool *certificates)
{
	*certificates = m->app_cert[0] || m->alipay_cert[0] || m->alipay_root_cert[0];
	if (*certificates && m->alipay_public_key[0])
		FAIL_AT(ERR_CONFIG, "alipay_public_key",
			"give either this or the three certificates, not both");
	if (!*certificates)
		return config_needed("alipay_public_key", m->alipay_public_key);
	TRY(config_needed("app_cert", m->app_cert));
	TRY(config_needed("alipay_cert", m->alipay_cert));
	return config_needed("alipay_root_cert", m->alipay_root_cert);
}

static enum err private_key_read(const struct members *m, struct channel_config *c)
{
	TRY(config_needed("private_key", m->private_key));
	return config_at("private_key", rsa_private_read(str_of(m->private_key), &c->private_key));
}

static enum err key_mode_read(const struct members *m, struct channel_config *c)
{
	TRY(config_at("alipay_public_key",
		      rsa_public_read(str_of(m->alipay_public_key), &c->alipay_key)));
	return not_own_key("alipay_public_key", c);
}

static enum err cert_mode_read(const struct members *m, int64_t now_ms, struct channel_config *c)
{
	CLEANUP(rsa_key_freep) struct rsa_key *own = NULL;

	TRY(config_at("app_cert", rsa_from_certificate(str_of(m->app_cert), &own)));
	if (!rsa_same_key(own, c->private_key))
		FAIL_AT(ERR_CONFIG, "app_cert", "does not belong to private_key");
	TRY(config_at("alipay_cert", rsa_from_certificate(str_of(m->alipay_cert), &c->alipay_key)));
	TRY(not_own_key("alipay_cert", c));
	TRY(cert_serials_read(m, c));
	TRY(config_end("app_cert", m->app_cert, now_ms, &c->expires_ms));
	return config_end("alipay_cert", m->alipay_cert, now_ms, &c->expires_ms);
}

static enum err cert_serials_read(const struct members *m, struct channel_config *c)
{
	TRY(config_at("app_cert", cert_sn(str_of(m->app_cert), c->app_sn)));
	TRY(config_at("alipay_cert", cert_sn(str_of(m->alipay_cert), c->alipay_sn)));
	return config_at("alipay_root_cert",
			 cert_root_sns(str_of(m->alipay_root_cert), c->root_sns));
}

/* The commonest mistake: our own public key, which the console shows beside Alipay's. */
static enum err not_own_key(const char *member, const struct channel_config *c)
{
	if (rsa_same_key(c->alipay_key, c->private_key))
		FAIL_AT(ERR_CONFIG, member,
			"is the application's own key; Alipay's is another one in the console");
	return ERR_OK;
}

/* A gateway that stands in for Alipay's may have a certificate of its own making. */
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
	alipay_config_free(*c);
}
