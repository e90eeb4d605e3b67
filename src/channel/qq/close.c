/* close.c - ends an order that is not paid, no sooner than five minutes after it was made.
 *
 * An order in another state (paid, or closed already) is not closed: a query tells.
 *
 * Source: QQ Wallet, "关闭订单", https://qpay.qq.com/buss/wiki/38/1206, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/message.h"

enum err qq_close_build(const struct channel_versions *versions, const char *number,
			const struct channel_env *env, struct channel_call *call)
{
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_close_order.cgi" };

	TRY(qq_number_check("number", number));
	qq_add_text(&r, "out_trade_no", number);
	return qq_call_build(versions, &r, env, call);
}

void qq_close_read(const struct channel_versions *versions, const char *number,
		   const struct channel_reply *reply, const struct channel_env *env,
		   struct channel_answer *answer, struct channel_trade *trade)
{
	const struct qq_asked asked = { .number = number, .may_be_silent = true };
	struct qq_answer in;
	bool absent;

	*trade = channel_trade_unknown();
	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	absent = qq_answer_is(&in, "ORDERNOTEXIST");
	if (answer->verdict != VERDICT_DONE && !absent)
		return;
	answer->verdict = VERDICT_DONE;
	answer->query_now = false;
	trade->state = absent ? TRADE_ABSENT : TRADE_CLOSED;
	str_copy_cut(trade->number, sizeof(trade->number), str_of(number));
}
