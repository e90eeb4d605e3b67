#include "sandbox/wechat/keys.h"

#include "base/check.h"
#include "sandbox/tls.h"
#include "sandbox/wechat/sign.h"
#include "sandbox/wechat/wechat.h"
#include "sys/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { API_KEY_CHARS = 32, ID_DIGITS_N = 28 };

static void identify(struct wechat *w);
static enum err make(void *self, struct rand *rand, int64_t now_ms);
static enum err make_merchant(struct wx_merchant *m, struct rand *rand, int64_t now_ms);
static enum err make_cert(struct wx_platform_cert *cert, struct rand *rand, int64_t now_ms);
static void write(const void *self, struct jout *w);
static void read(void *self, struct jin *r);
static void read_certs(struct wechat *w, struct jin *r);
static enum err prepare(struct wechat *w);
static enum err prepare_cert(struct wx_platform_cert *cert);
static enum err write_config(const struct sandbox *s, const struct wx_merchant *m, const char *dir);

static const struct keys_kind KEYS = { "wechat-keys.json", make, write, read };

enum err wx_open(struct sandbox *s, const char *dir)
{
	struct wechat *w = calloc(1, sizeof(*w));

	CHECK(w != NULL);
	s->wechat = w;
	identify(w);
	TRY(keys_open(&KEYS, w, dir, s->rand, s->clock->wall_ms(s->clock)));
	for (size_t i = 0; i < WX_MERCHANTS; i++)
		sandbox_add_merchant(s, &w->merchants[i].merchant);
	return prepare(w);
}

enum err wx_write_configs(const struct sandbox *s, const char *dir)
{
	for (size_t i = 0; i < WX_MERCHANTS; i++)
		TRY(write_config(s, &s->wechat->merchants[i], dir));
	return ERR_OK;
}

void wx_close(struct sandbox *s)
{
	struct wechat *w = s->wechat;

	if (!w)
		return;
	for (size_t i = 0; i < WX_MERCHANTS; i++) {
		key_pair_wipe(&w->merchants[i].own);
		secret_wipe(&w->merchants[i].api_v3_key);
		rsa_key_free(w->merchants[i].verifies);
	}
	for (size_t i = 0; i < WX_CERTS_MAX; i++) {
		key_pair_wipe(&w->certs[i].pair);
		rsa_key_free(w->certs[i].signer.key);
	}
	key_pair_wipe(&w->public_pair);
	rsa_key_free(w->public_signer.key);
	free(w);
}

const struct wx_merchant *wx_find_merchant(const struct wechat *w, struct str id)
{
	for (size_t i = 0; i < WX_MERCHANTS; i++) {
		if (str_is(id, w->merchants[i].merchant.id))
			return &w->merchants[i];
	}
	return NULL;
}

size_t wx_certs_first(const struct wechat *w)
{
	return w->certs_n > WX_CERTS_SHOWN ? w->certs_n - WX_CERTS_SHOWN : 0;
}

enum err wx_rotate(struct sandbox *s, int64_t now_ms)
{
	struct wechat *w = s->wechat;
	struct wx_platform_cert *cert = &w->certs[w->certs_n];

	if (w->certs_n == WX_CERTS_MAX)
		FAIL(ERR_BUSY, "%d certificates are enough: remove %s and start anew", WX_CERTS_MAX,
		     KEYS.file);
	TRY(make_cert(cert, s->rand, now_ms));
	TRY(prepare_cert(cert));
	pthread_mutex_lock(&s->lock);
	w->certs_n++;
	pthread_mutex_unlock(&s->lock);
	TRY(keys_store(&KEYS, w, s->dir));
	return wx_write_configs(s, s->dir);
}

/* Fixed numbers, so that a shop's configuration outlives the sandbox's folder. */
static void identify(struct wechat *w)
{
	struct wx_merchant *key = &w->merchants[WX_KEY], *cert = &w->merchants[WX_CERT];

	key->merchant = (struct merchant){ &SANDBOX_WECHAT, "1900000001", "1900000001" };
	key->file = "wechat.json";
	cert->merchant = (struct merchant){ &SANDBOX_WECHAT, "1900000002", "1900000002" };
	cert->file = "wechat-cert.json";
	cert->certificates = true;
	for (size_t i = 0; i < WX_MERCHANTS; i++) {
		w->merchants[i].appids[0] = "wx00000000sandbox1";
		w->merchants[i].appids[1] = "wx00000000sandbox2";
		w->merchants[i].appids[2] = "wx00000000sandbox3";
	}
}

static enum err make(void *self, struct rand *rand, int64_t now_ms)
{
	struct wechat *w = self;
	size_t n = 0;

	for (size_t i = 0; i < WX_MERCHANTS; i++)
		TRY(make_merchant(&w->merchants[i], rand, now_ms));
	TRY(key_pair_make(&w->public_pair));
	str_add(w->public_signer.serial, CERT_SERIAL_TEXT, &n, "PUB_KEY_ID_");
	for (int i = 0; i < ID_DIGITS_N; i++)
		str_add(w->public_signer.serial, CERT_SERIAL_TEXT, &n, "%d",
			(int)rand_below(rand, 10));
	w->certs_n = 1;
	return make_cert(&w->certs[0], rand, now_ms);
}

static enum err make_merchant(struct wx_merchant *m, struct rand *rand, int64_t now_ms)
{
	struct keys_cert_ask ask = { .name = m->merchant.id, .rand = rand, .now_ms = now_ms };
	char key[API_KEY_CHARS];

	TRY(key_pair_make(&m->own));
	ask.subject = &m->own.private_pem;
	rand_letters(rand, sizeof(key), key);
	m->api_v3_key = secret_copy((struct str){ key, sizeof(key) });
	wipe(key, sizeof(key));
	return keys_cert_make(&ask, m->cert);
}

static enum err make_cert(struct wx_platform_cert *cert, struct rand *rand, int64_t now_ms)
{
	struct keys_cert_ask ask = { .name = "Tael Sandbox WeChat Pay",
				     .rand = rand,
				     .now_ms = now_ms };

	TRY(key_pair_make(&cert->pair));
	ask.subject = &cert->pair.private_pem;
	cert->made_ms = now_ms;
	return keys_cert_make(&ask, cert->pem);
}

static void write(const void *self, struct jout *w)
{
	const struct wechat *keys = self;

	for (size_t i = 0; i < WX_MERCHANTS; i++) {
		const struct wx_merchant *m = &keys->merchants[i];

		jout_object(w, m->merchant.id);
		key_pair_write(w, "", &m->own);
		jout_text(w, "cert", m->cert);
		jout_str(w, "api_v3_key", secret_reveal(&m->api_v3_key));
		jout_object_end(w);
	}
	jout_text(w, "public_key_id", keys->public_signer.serial);
	key_pair_write(w, "platform_", &keys->public_pair);
	jout_array(w, "certs");
	for (size_t i = 0; i < keys->certs_n; i++) {
		jout_object(w, NULL);
		key_pair_write(w, "", &keys->certs[i].pair);
		jout_text(w, "cert", keys->certs[i].pem);
		jout_integer(w, "made_ms", keys->certs[i].made_ms);
		jout_object_end(w);
	}
	jout_array_end(w);
}

static void read(void *self, struct jin *r)
{
	struct wechat *w = self;
	struct jin in;

	for (size_t i = 0; i < WX_MERCHANTS; i++) {
		struct wx_merchant *m = &w->merchants[i];

		if (!jin_enter(r, m->merchant.id, JIN_NEEDED, &in))
			continue;
		key_pair_read(&in, "", &m->own);
		jin_text(&in, "cert", JIN_NEEDED, m->cert, PEM_MAX);
		keys_secret_read(&in, "api_v3_key", &m->api_v3_key);
		jin_leave(&in);
	}
	jin_text(r, "public_key_id", JIN_NEEDED, w->public_signer.serial, CERT_SERIAL_TEXT);
	key_pair_read(r, "platform_", &w->public_pair);
	read_certs(w, r);
}

static void read_certs(struct wechat *w, struct jin *r)
{
	struct jin in;

	w->certs_n = jin_array(r, "certs", JIN_NEEDED, 1, WX_CERTS_MAX);
	for (size_t i = 0; i < w->certs_n; i++) {
		struct wx_platform_cert *cert = &w->certs[i];

		if (!jin_enter_at(r, "certs", i, &in))
			continue;
		key_pair_read(&in, "", &cert->pair);
		jin_text(&in, "cert", JIN_NEEDED, cert->pem, PEM_MAX);
		jin_integer(&in, "made_ms", JIN_NEEDED, 0, INT64_MAX, &cert->made_ms);
		jin_leave(&in);
	}
}

/* From the texts: the keys and serial numbers that requests and answers need. */
static enum err prepare(struct wechat *w)
{
	for (size_t i = 0; i < WX_MERCHANTS; i++) {
		struct wx_merchant *m = &w->merchants[i];

		TRY(rsa_public_read(str_of(m->own.public_pem), &m->verifies));
		TRY(cert_serial_hex(str_of(m->cert), m->serial));
		if (m->api_v3_key.n != API_KEY_CHARS)
			FAIL(ERR_CONFIG, "an api_v3_key has %d characters", API_KEY_CHARS);
	}
	for (size_t i = 0; i < w->certs_n; i++)
		TRY(prepare_cert(&w->certs[i]));
	return rsa_private_read(secret_reveal(&w->public_pair.private_pem), &w->public_signer.key);
}

static enum err prepare_cert(struct wx_platform_cert *cert)
{
	TRY(cert_serial_hex(str_of(cert->pem), cert->signer.serial));
	return rsa_private_read(secret_reveal(&cert->pair.private_pem), &cert->signer.key);
}

static enum err write_config(const struct sandbox *s, const struct wx_merchant *m, const char *dir)
{
	const struct wechat *keys = s->wechat;
	CLEANUP(jout_wipe) struct jout w;
	CLEANUP(text_free) struct text certs = { 0 };

	for (size_t i = wx_certs_first(keys); i < keys->certs_n; i++)
		text_put(&certs, keys->certs[i].pem);
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "mch_id", m->merchant.id);
	jout_text(&w, "appid", m->appids[0]);
	jout_text(&w, "mini_appid", m->appids[1]);
	jout_text(&w, "app_appid", m->appids[2]);
	jout_text(&w, "serial_no", m->serial);
	jout_str(&w, "private_key", secret_reveal(&m->own.private_pem));
	jout_str(&w, "api_v3_key", secret_reveal(&m->api_v3_key));
	if (m->certificates) {
		jout_text(&w, "platform_certs", certs.p);
	} else {
		jout_text(&w, "public_key_id", keys->public_signer.serial);
		jout_text(&w, "public_key", keys->public_pair.public_pem);
	}
	jout_text(&w, "base_url", s->url);
	jout_text(&w, "backup_url", s->url);
	if (s->tls)
		jout_text(&w, "ca", s->tls->root_cert);
	jout_object_end(&w);
	return keys_write_file(dir, m->file, &w);
}
