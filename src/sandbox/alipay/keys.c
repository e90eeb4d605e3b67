#include "sandbox/alipay/keys.h"

#include "base/check.h"
#include "sandbox/alipay/alipay.h"
#include "sandbox/text.h"
#include "sandbox/tls.h"
#include "sys/cleanup.h"

#include <stdlib.h>

static void identify(struct alipay_keys *keys);
static enum err make(void *self, struct rand *rand, int64_t now_ms);
static void write(const void *self, struct jout *w);
static void read(void *self, struct jin *r);
static enum err prepare(struct alipay_keys *keys);
static enum err write_config(const struct sandbox *s, const struct app *app, const char *dir);

static const struct keys_kind KEYS = { "alipay-keys.json", make, write, read };

enum err ali_open(struct sandbox *s, const char *dir)
{
	struct alipay_keys *keys = calloc(1, sizeof(*keys));

	CHECK(keys != NULL);
	s->alipay = keys;
	identify(keys);
	TRY(keys_open(&KEYS, keys, dir, s->rand, s->clock->wall_ms(s->clock)));
	for (size_t i = 0; i < APPS_N; i++)
		sandbox_add_merchant(s, &keys->apps[i].merchant);
	return prepare(keys);
}

enum err ali_write_configs(const struct sandbox *s, const char *dir)
{
	for (size_t i = 0; i < APPS_N; i++)
		TRY(write_config(s, &s->alipay->apps[i], dir));
	return ERR_OK;
}

void ali_close(struct sandbox *s)
{
	struct alipay_keys *keys = s->alipay;

	if (!keys)
		return;
	for (size_t i = 0; i < APPS_N; i++) {
		key_pair_wipe(&keys->apps[i].own);
		key_pair_wipe(&keys->apps[i].platform);
		rsa_key_free(keys->apps[i].verifies);
		rsa_key_free(keys->apps[i].signs);
	}
	secret_wipe(&keys->root_pem);
	free(keys);
}

const struct app *ali_find_app(const struct alipay_keys *keys, struct str id)
{
	for (size_t i = 0; i < APPS_N; i++) {
		if (str_is(id, keys->apps[i].merchant.id))
			return &keys->apps[i];
	}
	return NULL;
}

/* Fixed numbers, so that a shop's configuration outlives the sandbox's folder. */
static void identify(struct alipay_keys *keys)
{
	struct app *key = &keys->apps[APP_KEY], *cert = &keys->apps[APP_CERT];

	key->merchant =
		(struct merchant){ &SANDBOX_ALIPAY, "9021000000000001", "2088000000000001" };
	key->file = "alipay.json";
	cert->merchant =
		(struct merchant){ &SANDBOX_ALIPAY, "9021000000000002", "2088000000000002" };
	cert->file = "alipay-cert.json";
	cert->certificates = true;
}

static enum err make(void *self, struct rand *rand, int64_t now_ms)
{
	struct alipay_keys *keys = self;
	struct app *app = &keys->apps[APP_CERT];
	struct key_pair root = { 0 };
	struct keys_cert_ask ask = { .rand = rand, .now_ms = now_ms };

	for (size_t i = 0; i < APPS_N; i++) {
		TRY(key_pair_make(&keys->apps[i].own));
		TRY(key_pair_make(&keys->apps[i].platform));
	}
	TRY(key_pair_make(&root));
	keys->root_pem = root.private_pem;
	ask.name = "Tael Sandbox Root";
	ask.subject = &keys->root_pem;
	TRY(keys_cert_make(&ask, keys->root_cert));
	ask.issuer_key = &keys->root_pem;
	ask.issuer_cert = keys->root_cert;
	ask.name = "Tael Sandbox App";
	ask.subject = &app->own.private_pem;
	TRY(keys_cert_make(&ask, app->app_cert));
	ask.name = "Tael Sandbox Platform";
	ask.subject = &app->platform.private_pem;
	return keys_cert_make(&ask, app->platform_cert);
}

static void write(const void *self, struct jout *w)
{
	const struct alipay_keys *keys = self;

	for (size_t i = 0; i < APPS_N; i++) {
		const struct app *app = &keys->apps[i];

		jout_object(w, app->merchant.id);
		key_pair_write(w, "", &app->own);
		key_pair_write(w, "platform_", &app->platform);
		if (app->certificates) {
			jout_text(w, "app_cert", app->app_cert);
			jout_text(w, "platform_cert", app->platform_cert);
		}
		jout_object_end(w);
	}
	jout_str(w, "root_private_key", secret_reveal(&keys->root_pem));
	jout_text(w, "root_cert", keys->root_cert);
}

static void read(void *self, struct jin *r)
{
	struct alipay_keys *keys = self;
	struct jin in;

	for (size_t i = 0; i < APPS_N; i++) {
		struct app *app = &keys->apps[i];

		if (!jin_enter(r, app->merchant.id, JIN_NEEDED, &in))
			continue;
		key_pair_read(&in, "", &app->own);
		key_pair_read(&in, "platform_", &app->platform);
		if (app->certificates) {
			jin_text(&in, "app_cert", JIN_NEEDED, app->app_cert, PEM_MAX);
			jin_text(&in, "platform_cert", JIN_NEEDED, app->platform_cert, PEM_MAX);
		}
		jin_leave(&in);
	}
	keys_secret_read(r, "root_private_key", &keys->root_pem);
	jin_text(r, "root_cert", JIN_NEEDED, keys->root_cert, PEM_MAX);
}

/* From the texts: the keys and serial numbers that requests and answers need. */
static enum err prepare(struct alipay_keys *keys)
{
	for (size_t i = 0; i < APPS_N; i++) {
		struct app *app = &keys->apps[i];

		TRY(rsa_public_read(str_of(app->own.public_pem), &app->verifies));
		TRY(rsa_private_read(secret_reveal(&app->platform.private_pem), &app->signs));
		if (app->certificates) {
			TRY(cert_sn(str_of(app->app_cert), app->app_cert_sn));
			TRY(cert_sn(str_of(app->platform_cert), app->platform_cert_sn));
			TRY(cert_root_sns(str_of(keys->root_cert), app->root_sn));
		}
	}
	return ERR_OK;
}

static enum err write_config(const struct sandbox *s, const struct app *app, const char *dir)
{
	CLEANUP(jout_wipe) struct jout w;
	CLEANUP(text_free) struct text gateway = { 0 };

	text_printf(&gateway, "%s/gateway.do", s->url);
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "app_id", app->merchant.id);
	jout_str(&w, "private_key", secret_reveal(&app->own.private_pem));
	if (app->certificates) {
		jout_text(&w, "app_cert", app->app_cert);
		jout_text(&w, "alipay_cert", app->platform_cert);
		jout_text(&w, "alipay_root_cert", s->alipay->root_cert);
	} else {
		jout_text(&w, "alipay_public_key", app->platform.public_pem);
	}
	jout_text(&w, "gateway", gateway.p);
	jout_text(&w, "seller_id", app->merchant.seller);
	if (s->tls)
		jout_text(&w, "ca", s->tls->root_cert);
	jout_object_end(&w);
	return keys_write_file(dir, app->file, &w);
}
