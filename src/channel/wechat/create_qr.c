/* create_qr.c - wechat.qr: an order made here, its code_url shown as a QR code for two hours.
 *
 * Source: WeChat Pay, "Native 下单", https://pay.weixin.qq.com/doc/v3/merchant/4012791877, read
 *         2026-11.
 */
#include "channel/wechat/message.h"

#include "channel/wechat/request.h"
#include "sys/cleanup.h"

enum err wechat_qr_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	const struct channel_config *c = versions->config[0];

	jout_open(&w);
	TRY(wechat_prepay_write(&w, c, c->appid, ask));
	jout_object_end(&w);
	return wechat_call_build(versions, "/v3/pay/transactions/native", &w, env, call);
}

void wechat_qr_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created)
{
	const char *code = wechat_prepay_read(versions, "code_url", reply, env, answer);

	(void)ask;
	if (answer->verdict == VERDICT_DONE)
		created->action =
			(struct channel_action){ .type = ACTION_QRCODE, .value = str_of(code) };
}
