/* create_app.c - wechat.app: an order that a phone app hands to WeChat's SDK.
 *
 * Source: WeChat Pay, "APP 下单", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_2_1.shtml,
 * and "APP 调起支付", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_2_4.shtml, read
 * 2026-11.
 */
#include "channel/wechat/message.h"

#include "channel/wechat/request.h"
#include "channel/wechat/sign.h"
#include "sys/cleanup.h"

static enum err parameters_write(const struct channel_config *c, const char *prepay_id,
				 const struct channel_env *env, struct str *out);

enum err wechat_app_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	const struct channel_config *c = versions->config[0];

	jout_open(&w);
	TRY(wechat_prepay_write(&w, c, c->app_appid, ask));
	jout_object_end(&w);
	return wechat_call_build(versions, "/v3/pay/transactions/app", &w, env, call);
}

void wechat_app_read(const struct channel_versions *versions, const struct channel_create *ask,
		     const struct channel_reply *reply, const struct channel_env *env,
		     struct channel_answer *answer, struct channel_created *created)
{
	const char *prepay_id = wechat_prepay_read(versions, "prepay_id", reply, env, answer);
	struct str value;

	(void)ask;
	if (answer->verdict != VERDICT_DONE)
		return;
	if (parameters_write(versions->config[0], prepay_id, env, &value) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	created->action = (struct channel_action){ .type = ACTION_APP, .value = value };
}

/* partnerid and package are not signed, and the prepay_id stands alone. */
static enum err parameters_write(const struct channel_config *c, const char *prepay_id,
				 const struct channel_env *env, struct str *out)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	char timestamp[WECHAT_SECONDS_TEXT], nonce[WECHAT_NONCE_TEXT];
	const char *sign;

	wechat_seconds(env, timestamp);
	wechat_nonce(env, nonce);
	TRY(wechat_sign(c, env->arena,
			wechat_front_text(env->arena, c->app_appid, timestamp, nonce, prepay_id),
			&sign));
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "appid", c->app_appid);
	jout_text(&w, "partnerid", c->mch_id);
	jout_text(&w, "prepayid", prepay_id);
	jout_text(&w, "package", "Sign=WXPay");
	jout_text(&w, "noncestr", nonce);
	jout_text(&w, "timestamp", timestamp);
	jout_text(&w, "sign", sign);
	jout_object_end(&w);
	*out = wechat_json(&w, env->arena);
	return ERR_OK;
}
