/* certificates.c - the platform's certificates, for the merchants that verify by them, and their
 * rotation.
 *
 * Source: pay.weixin.qq.com, APIv3, "get platform certificates".
 */
#include "base/time.h"
#include "sandbox/control.h"
#include "sandbox/wechat/call.h"
#include "sandbox/wechat/sign.h"
#include "sandbox/wechat/wechat.h"
#include "sys/cleanup.h"
#include "sys/log.h"

static void read_nothing(struct wx_call *c);
static void act_certificates(struct wx_call *c);
static void write_certificate(struct wx_call *c, const struct wx_platform_cert *cert);

static const struct wx_method CERTIFICATES = { OP_CERTIFICATES, read_nothing, act_certificates };

void wx_certificates(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &CERTIFICATES);
}

void wx_control_rotate(struct exchange *x, struct reply *out)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	CLEANUP(jout_free) struct jout w;
	enum err e;

	jout_open(&w);
	pthread_mutex_lock(&one);
	e = wx_rotate(x->s, x->now_ms);
	if (e == ERR_OK) {
		const struct wechat *keys = x->s->wechat;

		jout_object(&w, NULL);
		jout_text(&w, "serial_no", keys->certs[keys->certs_n - 1].signer.serial);
		jout_object_end(&w);
	}
	pthread_mutex_unlock(&one);
	if (e == ERR_OK)
		control_reply(out, &w);
	else
		control_refuse(out, e);
}

static void read_nothing(struct wx_call *c)
{
	(void)c;
}

static void act_certificates(struct wx_call *c)
{
	const struct wechat *w = c->s->wechat;

	if (!c->m->certificates) {
		wx_refuse(c, 404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请使用微信支付公钥");
		return;
	}
	jout_object(&c->body, NULL);
	jout_array(&c->body, "data");
	for (size_t i = wx_certs_first(w); i < w->certs_n; i++)
		write_certificate(c, &w->certs[i]);
	jout_array_end(&c->body);
	jout_object_end(&c->body);
}

static void write_certificate(struct wx_call *c, const struct wx_platform_cert *cert)
{
	struct wx_sealed sealed = { .ciphertext = "" };
	char from[WX_TIME_TEXT], to[WX_TIME_TEXT];
	int64_t ends_ms = 0;

	if (cert_not_after(str_of(cert->pem), &ends_ms) != ERR_OK ||
	    wx_seal(c->m, c->s->rand, "certificate", str_of(cert->pem), c->x->arena, &sealed) !=
		    ERR_OK)
		log_err(LOG_ERROR, "sandbox.certificate", ERR_CRYPTO);
	wx_time_write(cert->made_ms, from);
	wx_time_write(ends_ms, to);
	jout_object(&c->body, NULL);
	jout_text(&c->body, "serial_no", cert->signer.serial);
	jout_text(&c->body, "effective_time", from);
	jout_text(&c->body, "expire_time", to);
	jout_object(&c->body, "encrypt_certificate");
	jout_text(&c->body, "algorithm", "AEAD_AES_256_GCM");
	jout_text(&c->body, "nonce", sealed.nonce);
	jout_text(&c->body, "associated_data", "certificate");
	jout_text(&c->body, "ciphertext", sealed.ciphertext);
	jout_object_end(&c->body);
	jout_object_end(&c->body);
}
