/* keys.c - the merchant's keys: made once, kept in DIR/qq-keys.json, handed to the shop as
 * DIR/qq.json. */
#include "base/check.h"
#include "sandbox/keys.h"
#include "sandbox/qq/call.h"
#include "sandbox/tls.h"
#include "sys/cleanup.h"

#include <stdlib.h>

static enum err make(void *self, struct rand *rand, int64_t now_ms);
static void write(const void *self, struct jout *w);
static void read(void *self, struct jin *r);

static const struct keys_kind KEYS = { "qq-keys.json", make, write, read };

enum err qpay_open(struct sandbox *s, const char *dir)
{
	struct qpay_merchant *m = calloc(1, sizeof(*m));
	uint8_t digest[MD5_BYTES];

	CHECK(m != NULL);
	s->qq = m;
	m->merchant = (struct merchant){ &SANDBOX_QQ, QPAY_MCH_ID, QPAY_MCH_ID };
	m->appid = "1104000001";
	m->operator= QPAY_MCH_ID;
	TRY(keys_open(&KEYS, m, dir, s->rand, s->clock->wall_ms(s->clock)));
	md5(str_of(m->password), digest);
	hex_write(digest, sizeof(digest), m->password_md5);
	sandbox_add_merchant(s, &m->merchant);
	return ERR_OK;
}

enum err qpay_write_configs(const struct sandbox *s, const char *dir)
{
	CLEANUP(jout_wipe) struct jout w;
	const struct qpay_merchant *m = s->qq;

	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "mch_id", m->merchant.id);
	jout_text(&w, "appid", m->appid);
	jout_text(&w, "api_key", m->api_key);
	jout_text(&w, "app_key", m->app_key);
	jout_text(&w, "op_user_id", m->operator);
	jout_text(&w, "op_user_password", m->password);
	jout_text(&w, "base_url", s->url);
	jout_text(&w, "api_base_url", s->url);
	if (s->tls) {
		jout_text(&w, "cert", s->tls->client_cert);
		jout_str(&w, "key", secret_reveal(&s->tls->client.private_pem));
		jout_text(&w, "ca", s->tls->root_cert);
	}
	jout_object_end(&w);
	return keys_write_file(dir, "qq.json", &w);
}

void qpay_close(struct sandbox *s)
{
	if (s->qq)
		wipe(s->qq, sizeof(*s->qq));
	free(s->qq);
}

static enum err make(void *self, struct rand *rand, int64_t now_ms)
{
	struct qpay_merchant *m = self;

	(void)now_ms;
	rand_hex(rand, (sizeof(m->api_key) - 1) / 2, m->api_key);
	rand_hex(rand, (sizeof(m->app_key) - 1) / 2, m->app_key);
	rand_hex(rand, (sizeof(m->password) - 1) / 2, m->password);
	return ERR_OK;
}

static void write(const void *self, struct jout *w)
{
	const struct qpay_merchant *m = self;

	jout_text(w, "api_key", m->api_key);
	jout_text(w, "app_key", m->app_key);
	jout_text(w, "op_user_password", m->password);
}

static void read(void *self, struct jin *r)
{
	struct qpay_merchant *m = self;

	jin_text(r, "api_key", JIN_NEEDED, m->api_key, sizeof(m->api_key));
	jin_text(r, "app_key", JIN_NEEDED, m->app_key, sizeof(m->app_key));
	jin_text(r, "op_user_password", JIN_NEEDED, m->password, sizeof(m->password));
}
