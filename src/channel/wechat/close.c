/* close.c - ends an order that is not paid.  An order that is closed already is closed again.
 *
 * Source: WeChat Pay, "关闭订单", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_3.shtml,
 * read 2026-11.
 */
#include "channel/wechat/answer.h"
#include "channel/wechat/message.h"
#include "channel/wechat/request.h"
#include "sys/cleanup.h"

enum err wechat_close_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	TRY(wechat_number_check(number));
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "mchid", versions->config[0]->mch_id);
	jout_object_end(&w);
	return wechat_call_build(versions,
				 arena_printf(env->arena,
					      "/v3/pay/transactions/out-trade-no/%s/close",
					      wechat_path_text(env->arena, number)),
				 &w, env, call);
}

void wechat_close_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade)
{
	const struct wechat_asked asked = { .kind = WECHAT_PAYMENT, .done = 204 };
	struct wechat_answer in;

	*trade = channel_trade_unknown();
	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	if (answer->verdict == VERDICT_DONE) {
		trade->state = TRADE_CLOSED;
	} else if (wechat_answer_is(&in, "ORDERNOTEXIST")) {
		answer->verdict = VERDICT_DONE;
		answer->query_now = false;
	}
	if (answer->verdict == VERDICT_DONE)
		str_copy_cut(trade->number, sizeof(trade->number), str_of(number));
}
