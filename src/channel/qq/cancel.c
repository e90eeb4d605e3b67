/* cancel.c - reverses a payment by code: unpaid is closed, paid is given back.  No sooner than five
 * minutes after the payment; recall "Y" asks for the same call again.  By then a payment that the
 * platform does not know is not on its way any more: nothing is owed.
 *
 * Source: QQ Wallet, "撤销订单", https://qpay.qq.com/buss/wiki/1/1125, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/config.h"
#include "channel/qq/message.h"

enum err qq_cancel_build(const struct channel_versions *versions, const char *number,
			 const struct channel_env *env, struct channel_call *call)
{
	const struct channel_config *c = versions->config[0];
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_reverse.cgi",
				.shows_certificate = true };

	TRY(qq_number_check("number", number));
	qq_add_text(&r, "op_user_id", c->op_user_id);
	qq_add_text(&r, "op_user_passwd", c->op_user_passwd);
	qq_add_text(&r, "out_trade_no", number);
	return qq_call_build(versions, &r, env, call);
}

void qq_cancel_read(const struct channel_versions *versions, const char *number,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer)
{
	const struct qq_asked asked = { .number = number,
					.may_be_silent = true,
					.gives_back = true };
	struct qq_answer in;
	struct str again;

	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	again = xml_value(&in.message, "recall");
	if (str_is(again, "Y"))
		answer->verdict = VERDICT_LATER;
	else if (qq_answer_is(&in, "ORDERNOTEXIST"))
		answer->verdict = VERDICT_DONE;
	else if (answer->verdict == VERDICT_DONE && !str_is(again, "N"))
		channel_doubt(answer, "the answer does not say whether to call again");
	answer->query_now = answer->verdict == VERDICT_UNKNOWN && answer->query_now;
}
