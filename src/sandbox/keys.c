#include "sandbox/keys.h"

#include "base/check.h"
#include "sandbox/text.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RSA_BITS = 2048, FILE_MAX = 65536, PATH_MAX_LEN = 4096, SERIAL_BYTES = 16 };

#define CERT_LIFE_MS (INT64_C(3650) * 86400000)

static enum err make(struct keys *keys, struct rand *rand, int64_t now_ms);
static enum err make_cert(const char *name, const struct secret *subject, const struct keys *issuer,
			  struct rand *rand, int64_t now_ms, char out[PEM_MAX]);
static enum err store(const struct keys *keys, const char *path);
static enum err load(struct keys *keys, const char *path);
static void load_app(struct jin *r, struct app *app);
static void read_secret(struct jin *r, const char *key, struct secret *out);
static enum err prepare(struct keys *keys);
static enum err write_config(const struct keys *keys, const struct app *app, const char *dir,
			     const char *url);
static enum err write_file(const char *path, struct jout *w);
static enum err path_of(const char *dir, const char *file, char out[PATH_MAX_LEN]);
static void jout_wipe(struct jout *w);
static void identify(struct keys *keys);

enum err keys_open(struct keys *keys, const char *dir, struct rand *rand, int64_t now_ms)
{
	char path[PATH_MAX_LEN];

	identify(keys);
	TRY(path_of(dir, "keys.json", path));
	if (access(path, F_OK) == 0) {
		TRY(load(keys, path));
		return prepare(keys);
	}
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		FAIL(ERR_IO, "%s cannot be made: %s", dir, strerror(errno));
	TRY(make(keys, rand, now_ms));
	TRY(prepare(keys));
	return store(keys, path);
}

enum err keys_write_configs(const struct keys *keys, const char *dir, const char *url)
{
	for (size_t i = 0; i < APPS_N; i++)
		TRY(write_config(keys, &keys->apps[i], dir, url));
	return ERR_OK;
}

const struct app *keys_app(const struct keys *keys, struct str id)
{
	for (size_t i = 0; i < APPS_N; i++) {
		if (str_is(id, keys->apps[i].id))
			return &keys->apps[i];
	}
	return NULL;
}

void keys_free(struct keys *keys)
{
	for (size_t i = 0; i < APPS_N; i++) {
		struct app *app = &keys->apps[i];

		secret_wipe(&app->private_pem);
		secret_wipe(&app->platform_pem);
		rsa_key_free(app->verifies);
		rsa_key_free(app->signs);
	}
	secret_wipe(&keys->root_pem);
}

/* Fixed numbers, so that a shop's configuration outlives the sandbox's folder. */
static void identify(struct keys *keys)
{
	struct app *key = &keys->apps[APP_KEY], *cert = &keys->apps[APP_CERT];

	key->id = "9021000000000001";
	key->seller_id = "2088000000000001";
	key->file = "alipay.json";
	cert->id = "9021000000000002";
	cert->seller_id = "2088000000000002";
	cert->file = "alipay-cert.json";
	cert->certificates = true;
}

static enum err make(struct keys *keys, struct rand *rand, int64_t now_ms)
{
	char root_public[PEM_MAX];

	for (size_t i = 0; i < APPS_N; i++) {
		struct app *app = &keys->apps[i];

		TRY(rsa_generate(RSA_BITS, &app->private_pem, app->public_pem, PEM_MAX));
		TRY(rsa_generate(RSA_BITS, &app->platform_pem, app->platform_public_pem, PEM_MAX));
	}
	TRY(rsa_generate(RSA_BITS, &keys->root_pem, root_public, PEM_MAX));
	TRY(make_cert("Tael Sandbox Root", &keys->root_pem, NULL, rand, now_ms, keys->root_cert));
	TRY(make_cert("Tael Sandbox App", &keys->apps[APP_CERT].private_pem, keys, rand, now_ms,
		      keys->apps[APP_CERT].app_cert));
	return make_cert("Tael Sandbox Platform", &keys->apps[APP_CERT].platform_pem, keys, rand,
			 now_ms, keys->apps[APP_CERT].platform_cert);
}

/* issuer NULL: a root. */
static enum err make_cert(const char *name, const struct secret *subject, const struct keys *issuer,
			  struct rand *rand, int64_t now_ms, char out[PEM_MAX])
{
	uint8_t serial[SERIAL_BYTES];
	struct cert_ask ask = {
		.name = name,
		.subject_private_pem = secret_reveal(subject),
		.serial = serial,
		.from_ms = now_ms - 86400000,
		.to_ms = now_ms + CERT_LIFE_MS,
	};

	rand_bytes(rand, serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40); /* positive, and of full length */
	if (issuer) {
		ask.issuer_private_pem = secret_reveal(&issuer->root_pem);
		ask.issuer_pem = str_of(issuer->root_cert);
	}
	return cert_make(&ask, out, PEM_MAX);
}

static enum err store(const struct keys *keys, const char *path)
{
	CLEANUP(jout_wipe) struct jout w;

	jout_open(&w);
	jout_object(&w, NULL);
	for (size_t i = 0; i < APPS_N; i++) {
		const struct app *app = &keys->apps[i];

		jout_object(&w, app->id);
		jout_str(&w, "private_key", secret_reveal(&app->private_pem));
		jout_text(&w, "public_key", app->public_pem);
		jout_str(&w, "platform_private_key", secret_reveal(&app->platform_pem));
		jout_text(&w, "platform_public_key", app->platform_public_pem);
		if (app->certificates) {
			jout_text(&w, "app_cert", app->app_cert);
			jout_text(&w, "platform_cert", app->platform_cert);
		}
		jout_object_end(&w);
	}
	jout_str(&w, "root_private_key", secret_reveal(&keys->root_pem));
	jout_text(&w, "root_cert", keys->root_cert);
	jout_object_end(&w);
	return write_file(path, &w);
}

static enum err load(struct keys *keys, const char *path)
{
	CLEANUP(secret_wipe) struct secret text = { 0 };
	struct jin r;
	struct jin in;

	TRY(file_read_secret(path, FILE_MAX, &text));
	jin_open(&r, secret_reveal(&text));
	for (size_t i = 0; i < APPS_N; i++) {
		if (jin_enter(&r, keys->apps[i].id, JIN_NEEDED, &in)) {
			load_app(&in, &keys->apps[i]);
			jin_leave(&in);
		}
	}
	read_secret(&r, "root_private_key", &keys->root_pem);
	jin_text(&r, "root_cert", JIN_NEEDED, keys->root_cert, PEM_MAX);
	if (jin_done(&r) != ERR_OK)
		FAIL(ERR_CONFIG, "%s is not what the sandbox wrote: remove it to make new keys",
		     path);
	return ERR_OK;
}

static void load_app(struct jin *r, struct app *app)
{
	read_secret(r, "private_key", &app->private_pem);
	jin_text(r, "public_key", JIN_NEEDED, app->public_pem, PEM_MAX);
	read_secret(r, "platform_private_key", &app->platform_pem);
	jin_text(r, "platform_public_key", JIN_NEEDED, app->platform_public_pem, PEM_MAX);
	if (app->certificates) {
		jin_text(r, "app_cert", JIN_NEEDED, app->app_cert, PEM_MAX);
		jin_text(r, "platform_cert", JIN_NEEDED, app->platform_cert, PEM_MAX);
	}
}

static void read_secret(struct jin *r, const char *key, struct secret *out)
{
	char pem[PEM_MAX] = "";

	jin_text(r, key, JIN_NEEDED, pem, sizeof(pem));
	secret_wipe(out);
	*out = secret_copy(str_of(pem));
	wipe(pem, sizeof(pem));
}

/* From the texts: the keys and serial numbers that requests and answers need. */
static enum err prepare(struct keys *keys)
{
	for (size_t i = 0; i < APPS_N; i++) {
		struct app *app = &keys->apps[i];

		TRY(rsa_public_read(str_of(app->public_pem), &app->verifies));
		TRY(rsa_private_read(secret_reveal(&app->platform_pem), &app->signs));
		if (app->certificates) {
			TRY(cert_sn(str_of(app->app_cert), app->app_cert_sn));
			TRY(cert_sn(str_of(app->platform_cert), app->platform_cert_sn));
			TRY(cert_root_sns(str_of(keys->root_cert), app->root_sn));
		}
	}
	return ERR_OK;
}

static enum err write_config(const struct keys *keys, const struct app *app, const char *dir,
			     const char *url)
{
	CLEANUP(jout_wipe) struct jout w;
	CLEANUP(text_free) struct text gateway = { 0 };
	char path[PATH_MAX_LEN];

	TRY(path_of(dir, app->file, path));
	text_printf(&gateway, "%s/gateway.do", url);
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "app_id", app->id);
	jout_str(&w, "private_key", secret_reveal(&app->private_pem));
	if (app->certificates) {
		jout_text(&w, "app_cert", app->app_cert);
		jout_text(&w, "alipay_cert", app->platform_cert);
		jout_text(&w, "alipay_root_cert", keys->root_cert);
	} else {
		jout_text(&w, "alipay_public_key", app->platform_public_pem);
	}
	jout_text(&w, "gateway", gateway.p);
	jout_text(&w, "seller_id", app->seller_id);
	jout_object_end(&w);
	return write_file(path, &w);
}

static enum err write_file(const char *path, struct jout *w)
{
	struct str text = { w->p, w->n };

	return file_replace(path, 0600, text);
}

static enum err path_of(const char *dir, const char *file, char out[PATH_MAX_LEN])
{
	int n = snprintf(out, PATH_MAX_LEN, "%s/%s", dir, file);

	if (n < 0 || n >= PATH_MAX_LEN)
		FAIL(ERR_IO, "the path of %s is too long", file);
	return ERR_OK;
}

static void jout_wipe(struct jout *w)
{
	if (w->p)
		wipe(w->p, w->cap);
	jout_free(w);
}
