/* create_h5.c - wechat.h5: a page for a phone's browser outside WeChat, which opens WeChat.
 *
 * h5_url lives for five minutes and must be opened from a page of the domain that is registered in
 * the console.  redirect_url is where the browser goes after it; it proves nothing.
 *
 * Source: WeChat Pay, "H5 下单", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_3_1.shtml,
 * and "H5 调起支付", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_3_4.shtml, read
 * 2026-11.
 */
#include "channel/wechat/message.h"

#include "base/codec.h"
#include "channel/wechat/request.h"
#include "sys/cleanup.h"

#include <string.h>

#define IP_BYTES "0123456789abcdefABCDEF.:"

enum { IP_MAX = 45 };

enum err wechat_h5_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	const struct channel_config *c = versions->config[0];

	if (!str_is_made_of(str_of(ask->client_ip), IP_BYTES, IP_MAX))
		FAIL_AT(ERR_INVALID, "client_ip", "must be the payer's IP address");
	if (ask->return_url[0])
		TRY(wechat_url_check("return_url", ask->return_url));
	jout_open(&w);
	TRY(wechat_prepay_write(&w, c, c->appid, ask));
	jout_object(&w, "scene_info");
	jout_text(&w, "payer_client_ip", ask->client_ip);
	jout_object(&w, "h5_info");
	jout_text(&w, "type", "Wap");
	jout_object_end(&w);
	jout_object_end(&w);
	jout_object_end(&w);
	return wechat_call_build(versions, "/v3/pay/transactions/h5", &w, env, call);
}

void wechat_h5_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created)
{
	const char *url = wechat_prepay_read(versions, "h5_url", reply, env, answer);
	char *back;

	if (answer->verdict != VERDICT_DONE)
		return;
	if (!str_starts(str_of(url), "https://") && !str_starts(str_of(url), "http://")) {
		channel_doubt(answer, "h5_url is not the address of a page");
		return;
	}
	if (ask->return_url[0]) {
		back = arena_alloc(env->arena, URL_TEXT(strlen(ask->return_url)));
		(void)url_write(str_of(ask->return_url), back);
		url = arena_printf(env->arena, "%s%credirect_url=%s", url,
				   strchr(url, '?') ? '&' : '?', back);
	}
	created->action = (struct channel_action){
		.type = ACTION_REDIRECT,
		.value = str_of(url),
		.form = STR(""),
	};
}
