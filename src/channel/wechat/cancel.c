/* cancel.c - reverses a payment by code within seven days: unpaid is closed, paid is given back.
 *
 * Source: WeChat Pay, "撤销订单",
 * https://wechatpay.im/openapi/v3/pay/transactions/out-trade-no/{out_trade_no}/reverse, read
 * 2026-11.
 */
#include "channel/wechat/answer.h"
#include "channel/wechat/message.h"
#include "channel/wechat/request.h"
#include "channel/wechat/trade.h"
#include "sys/cleanup.h"

#include <string.h>

enum err wechat_cancel_build(const struct channel_versions *versions, const char *number,
			     const struct channel_env *env, struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	TRY(wechat_number_check(number));
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "appid", versions->config[0]->appid);
	jout_text(&w, "mchid", versions->config[0]->mch_id);
	jout_object_end(&w);
	return wechat_call_build(versions,
				 arena_printf(env->arena,
					      "/v3/pay/transactions/out-trade-no/%s/reverse",
					      wechat_path_text(env->arena, number)),
				 &w, env, call);
}

void wechat_cancel_read(const struct channel_versions *versions, const char *number,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer)
{
	const struct wechat_asked asked = { .kind = WECHAT_PAYMENT, .done = 200 };
	struct wechat_trade said;
	struct wechat_answer in;
	struct jin r;

	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	/* Nothing was ever there, or it was reversed before: nothing is owed. */
	if (wechat_answer_is(&in, "ORDERNOTEXIST") || wechat_answer_is(&in, "ORDERREVERSED")) {
		answer->verdict = VERDICT_DONE;
		answer->query_now = false;
		return;
	}
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.body);
	jin_allow_unknown(&r);
	wechat_trade_read(&r, &said);
	if (jin_done(&r) != ERR_OK)
		channel_doubt(answer, "%s", err_text());
	else if (strcmp(said.trade.number, number) != 0 || !wechat_is_ours(versions, said.mch_id))
		channel_doubt(answer, "the answer is about another out_trade_no or merchant");
}
