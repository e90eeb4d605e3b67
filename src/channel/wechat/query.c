/* query.c - what the channel knows of a number.
 *
 * Source: WeChat Pay, "商户订单号查询订单",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_2.shtml, read 2026-11.
 */
#include "channel/wechat/answer.h"
#include "channel/wechat/message.h"
#include "channel/wechat/request.h"
#include "channel/wechat/trade.h"

enum err wechat_query_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call)
{
	TRY(wechat_number_check(number));
	return wechat_call_build(
		versions,
		arena_printf(env->arena, "/v3/pay/transactions/out-trade-no/%s?mchid=%s",
			     wechat_path_text(env->arena, number), versions->config[0]->mch_id),
		NULL, env, call);
}

void wechat_query_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade)
{
	const struct wechat_asked asked = { .kind = WECHAT_PAYMENT, .done = 200 };
	struct wechat_trade said;
	struct wechat_answer in;
	struct jin r;

	*trade = channel_trade_unknown();
	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	answer->query_now = false;
	if (wechat_answer_is(&in, "ORDERNOTEXIST")) {
		answer->verdict = VERDICT_DONE;
		str_copy_cut(trade->number, sizeof(trade->number), str_of(number));
		return;
	}
	if (answer->verdict == VERDICT_REFUSED)
		answer->verdict = VERDICT_UNKNOWN;
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.body);
	jin_allow_unknown(&r);
	wechat_trade_read(&r, &said);
	if (jin_done(&r) != ERR_OK || wechat_trade_judge(versions, number, &said) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	channel_says(answer, said.state, "");
	*trade = said.trade;
}
