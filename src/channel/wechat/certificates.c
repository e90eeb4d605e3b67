/* certificates.c - the platform's certificates, as it hands them out, each encrypted for the
 * merchant.
 *
 * Who does not know the key that signed the list yet verifies it by a certificate in it: only who
 * knows the APIv3 key can have encrypted that one.  During a change-over two are handed out.
 *
 * Source: WeChat Pay, "下载平台证书", https://pay.weixin.qq.com/doc/v3/merchant/4012551764, read
 *         2026-11.
 */
#include "channel/wechat/message.h"

#include "channel/wechat/answer.h"
#include "channel/wechat/request.h"
#include "channel/wechat/resource.h"
#include "channel/wechat/sign.h"
#include "channel/wechat/stamp.h"
#include "channel/wechat/trade.h"
#include "sys/cleanup.h"

/* One of the list as it came, before it is opened. */
struct item {
	char serial[CHANNEL_SERIAL_MAX + 1];
	int64_t from_ms;
	struct wechat_resource sealed;
};

static bool knows_signer(const struct channel_versions *versions,
			 const struct channel_reply *reply);
static enum err list_read(struct str body, struct arena *a, struct item *items, size_t *n);
static enum err list_open(const struct channel_versions *versions, const struct item *items,
			  size_t n, const struct channel_env *env,
			  struct channel_certificates *out);
static enum err certificate_check(const struct item *item, struct str pem,
				  struct channel_certificate *out);
static enum err verify_by_itself(const struct channel_reply *reply, const struct channel_env *env,
				 const struct channel_certificates *list);

enum err wechat_certificates_build(const struct channel_versions *versions,
				   const struct channel_env *env, struct channel_call *call)
{
	return wechat_call_build(versions, "/v3/certificates", NULL, env, call);
}

void wechat_certificates_read(const struct channel_versions *versions,
			      const struct channel_reply *reply, const struct channel_env *env,
			      struct channel_answer *answer, struct channel_certificates *out)
{
	const struct wechat_asked asked = { .kind = WECHAT_PAYMENT, .done = 200 };
	bool new = reply->call == ERR_OK && reply->status == 200 &&
		   reply->body.n <= WECHAT_BODY_MAX && !knows_signer(versions, reply);
	struct item items[CHANNEL_CERTIFICATES_MAX];
	struct wechat_answer in = { .body = reply->body };
	size_t n = 0;
	enum err e;

	*out = (struct channel_certificates){ .n = 0 };
	*answer = (struct channel_answer){ .verdict = VERDICT_DONE };
	if (!new)
		wechat_answer_read(versions, &asked, reply, env, answer, &in);
	answer->query_now = false;
	if (answer->verdict != VERDICT_DONE)
		return;
	e = list_read(in.body, env->arena, items, &n);
	if (e == ERR_OK)
		e = list_open(versions, items, n, env, out);
	if (e == ERR_OK && new) {
		e = verify_by_itself(reply, env, out);
		answer->key_version = 1;
	}
	if (e == ERR_OK)
		return;
	*out = (struct channel_certificates){ .n = 0 };
	answer->key_version = 0;
	wechat_doubt(answer, e == ERR_CRYPTO ? WECHAT_CODE_API_V3_KEY : WECHAT_CODE_SIGNATURE);
}

static bool knows_signer(const struct channel_versions *versions, const struct channel_reply *reply)
{
	bool twice;
	struct str serial = wechat_reply_header(reply->headers, "Wechatpay-Serial", &twice);

	for (size_t i = 0; i < versions->n; i++)
		if (wechat_key_find(versions->config[i], serial) != NULL)
			return true;
	return false;
}

static enum err list_read(struct str body, struct arena *a, struct item *items, size_t *n)
{
	struct jin r, at, in;

	jin_open(&r, body);
	jin_allow_unknown(&r);
	*n = jin_array(&r, "data", JIN_NEEDED, 1, CHANNEL_CERTIFICATES_MAX);
	for (size_t i = 0; i < *n; i++) {
		items[i] = (struct item){ .serial = "" };
		if (!jin_enter_at(&r, "data", i, &at))
			break;
		jin_text(&at, "serial_no", JIN_NEEDED, items[i].serial, sizeof(items[i].serial));
		wechat_jin_time(&at, "effective_time", &items[i].from_ms);
		if (jin_enter(&at, "encrypt_certificate", JIN_NEEDED, &in)) {
			wechat_resource_read(&in, body.n, a, &items[i].sealed);
			jin_leave(&in);
		}
		jin_leave(&at);
	}
	return jin_done(&r);
}

/* Those that have not ended; ERR_CRYPTO when the APIv3 key opens one of them not. */
static enum err list_open(const struct channel_versions *versions, const struct item *items,
			  size_t n, const struct channel_env *env, struct channel_certificates *out)
{
	for (size_t i = 0; i < n; i++) {
		struct channel_certificate *c = &out->at[out->n];
		struct str pem;
		int version;
		enum err e = wechat_resource_open(versions, &items[i].sealed, env->arena, &pem,
						  &version);

		if (e == ERR_SIGNATURE)
			return err_set(ERR_CRYPTO, err_where(), "", "%s",
				       arena_text(env->arena, str_of(err_text())));
		TRY(e);
		TRY(certificate_check(&items[i], pem, c));
		if (c->expires_ms >= env->now_ms)
			out->n++;
	}
	if (out->n == 0)
		FAIL(ERR_NOTICE, "every certificate in the list has ended");
	return ERR_OK;
}

static enum err certificate_check(const struct item *item, struct str pem,
				  struct channel_certificate *out)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	char serial[CERT_SERIAL_TEXT];

	*out = (struct channel_certificate){ .pem = pem, .from_ms = item->from_ms };
	TRY(rsa_from_certificate(pem, &key));
	TRY(cert_serial_hex(pem, serial));
	TRY(cert_not_after(pem, &out->expires_ms));
	if (!wechat_serial_is(str_of(item->serial), serial))
		FAIL_AT(ERR_NOTICE, "serial_no", "a certificate has the serial %s, not %s", serial,
			item->serial);
	return str_copy(out->serial, sizeof(out->serial), str_of(serial));
}

static enum err verify_by_itself(const struct channel_reply *reply, const struct channel_env *env,
				 const struct channel_certificates *list)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	struct wechat_stamp stamp;

	TRY(wechat_stamp_read(wechat_reply_header, reply->headers, &stamp));
	TRY(wechat_window_check(&stamp, env->now_ms));
	for (size_t i = 0; i < list->n && key == NULL; i++)
		if (wechat_serial_is(stamp.serial, list->at[i].serial))
			TRY(rsa_from_certificate(list->at[i].pem, &key));
	if (key == NULL)
		FAIL(ERR_SIGNATURE, "the list is signed by a certificate that is not in it");
	return rsa_sha256_verify(
		key, wechat_message_text(env->arena, stamp.timestamp, stamp.nonce, reply->body),
		stamp.signature);
}
