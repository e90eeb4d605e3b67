/* query.c - what the channel knows of a number.  By our number it answers for thirty days.
 *
 * Source: QQ Wallet, "订单查询", https://qpay.qq.com/buss/wiki/38/1205, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/message.h"
#include "channel/qq/trade.h"

enum err qq_query_build(const struct channel_versions *versions, const char *number,
			const struct channel_env *env, struct channel_call *call)
{
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_order_query.cgi" };

	TRY(qq_number_check("number", number));
	qq_add_text(&r, "out_trade_no", number);
	return qq_call_build(versions, &r, env, call);
}

void qq_query_read(const struct channel_versions *versions, const char *number,
		   const struct channel_reply *reply, const struct channel_env *env,
		   struct channel_answer *answer, struct channel_trade *trade)
{
	const struct qq_asked asked = { .number = number };
	struct channel_trade found = channel_trade_unknown();
	struct qq_answer in;

	*trade = channel_trade_unknown();
	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict == VERDICT_REFUSED)
		answer->verdict = VERDICT_UNKNOWN;
	answer->query_now = false;
	if (qq_answer_is(&in, "ORDERNOTEXIST"))
		answer->verdict = VERDICT_DONE;
	else if (answer->verdict == VERDICT_DONE && qq_trade_read(&in.message, &found) != ERR_OK)
		channel_doubt(answer, "%s", err_text());
	if (answer->verdict != VERDICT_DONE)
		return;
	str_copy_cut(found.number, sizeof(found.number), str_of(number));
	*trade = found;
}
