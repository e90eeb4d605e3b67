/* create_jsapi.c - wechat.jsapi and wechat.mini: an order for one payer, paid inside WeChat by
 * WeixinJSBridge's getBrandWCPayRequest or wx.requestPayment.
 *
 * Source: WeChat Pay, "JSAPI 下单", https://pay.weixin.qq.com/doc/v3/merchant/4012791856, and
 * "JSAPI 调起支付", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_1_4.shtml, read 2026-11.
 */
#include "channel/wechat/message.h"

#include "channel/wechat/request.h"
#include "channel/wechat/sign.h"
#include "sys/cleanup.h"

static enum err order_build(const struct channel_versions *versions, const char *appid,
			    const struct channel_create *ask, const struct channel_env *env,
			    struct channel_call *call);
static void order_read(const struct channel_versions *versions, const char *appid,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_action *action);
static enum err parameters_write(const struct channel_config *c, const char *appid,
				 const char *prepay_id, const struct channel_env *env,
				 struct str *out);

enum err wechat_jsapi_build(const struct channel_versions *versions,
			    const struct channel_create *ask, const struct channel_env *env,
			    struct channel_call *call)
{
	return order_build(versions, versions->config[0]->appid, ask, env, call);
}

enum err wechat_mini_build(const struct channel_versions *versions,
			   const struct channel_create *ask, const struct channel_env *env,
			   struct channel_call *call)
{
	return order_build(versions, versions->config[0]->mini_appid, ask, env, call);
}

void wechat_jsapi_read(const struct channel_versions *versions, const struct channel_create *ask,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_created *created)
{
	(void)ask;
	order_read(versions, versions->config[0]->appid, reply, env, answer, &created->action);
}

void wechat_mini_read(const struct channel_versions *versions, const struct channel_create *ask,
		      const struct channel_reply *reply, const struct channel_env *env,
		      struct channel_answer *answer, struct channel_created *created)
{
	(void)ask;
	order_read(versions, versions->config[0]->mini_appid, reply, env, answer, &created->action);
}

static enum err order_build(const struct channel_versions *versions, const char *appid,
			    const struct channel_create *ask, const struct channel_env *env,
			    struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	struct str openid = str_of(ask->openid);

	if (openid.n == 0 || openid.n > CHANNEL_PAYER_MAX || !str_is_text(openid) ||
	    wechat_has_wide_character(ask->openid))
		FAIL_AT(ERR_INVALID, "openid", "must be the payer's openid in this application");
	jout_open(&w);
	TRY(wechat_prepay_write(&w, versions->config[0], appid, ask));
	jout_object(&w, "payer");
	jout_text(&w, "openid", ask->openid);
	jout_object_end(&w);
	jout_object_end(&w);
	return wechat_call_build(versions, "/v3/pay/transactions/jsapi", &w, env, call);
}

static void order_read(const struct channel_versions *versions, const char *appid,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_action *action)
{
	const char *prepay_id = wechat_prepay_read(versions, "prepay_id", reply, env, answer);
	struct str value;

	if (answer->verdict != VERDICT_DONE)
		return;
	if (parameters_write(versions->config[0], appid, prepay_id, env, &value) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	*action = (struct channel_action){ .type = ACTION_JSAPI, .value = value };
}

/* signType is not signed. */
static enum err parameters_write(const struct channel_config *c, const char *appid,
				 const char *prepay_id, const struct channel_env *env,
				 struct str *out)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	const char *package = arena_printf(env->arena, "prepay_id=%s", prepay_id), *sign;
	char timestamp[WECHAT_SECONDS_TEXT], nonce[WECHAT_NONCE_TEXT];

	wechat_seconds(env, timestamp);
	wechat_nonce(env, nonce);
	TRY(wechat_sign(c, env->arena,
			wechat_front_text(env->arena, appid, timestamp, nonce, package), &sign));
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "appId", appid);
	jout_text(&w, "timeStamp", timestamp);
	jout_text(&w, "nonceStr", nonce);
	jout_text(&w, "package", package);
	jout_text(&w, "signType", "RSA");
	jout_text(&w, "paySign", sign);
	jout_object_end(&w);
	*out = wechat_json(&w, env->arena);
	return ERR_OK;
}
