/* create_qr.c - alipay.qr: a code that the payer scans.  No trade exists until somebody scans it;
 * the same number again before that gives a code again.
 *
 * Source: Alipay Open Platform, "统一收单线下交易预创建", https://opendocs.alipay.com/open/02ekfg,
 * read 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "sys/cleanup.h"

#define METHOD "alipay.trade.precreate"

enum { QR_CODE_MAX = 1024 };

enum err alipay_qr_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	jout_open(&w);
	TRY(alipay_order_write(&w, ask, "FACE_TO_FACE_PAYMENT"));
	jout_object_end(&w);
	return alipay_call_build(versions,
				 &(struct alipay_request){
					 .method = METHOD,
					 .biz = alipay_json(&w, env->arena),
					 .notify_url = ask->notify_url,
				 },
				 env, call);
}

void alipay_qr_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created)
{
	char *code = arena_alloc(env->arena, QR_CODE_MAX + 1);
	const struct alipay_asked asked = { .method = METHOD, .number = ask->number };
	struct alipay_answer in;
	struct jin r;

	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	jin_text(&r, "qr_code", JIN_NEEDED, code, QR_CODE_MAX + 1);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	if (code[0] == '\0') {
		channel_doubt(answer, "the answer has no qr_code");
		return;
	}
	created->action = (struct channel_action){ .type = ACTION_QRCODE, .value = str_of(code) };
}
