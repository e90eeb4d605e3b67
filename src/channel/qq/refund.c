/* refund.c - gives back a part or all of a payment under a number of ours, within a year.
 *
 * The same number is one refund, however often it is sent.  The answer means that it was accepted;
 * what became of it only the refund query tells, for there is no notice of a refund.
 *
 * Source: QQ Wallet, "申请退款", https://qpay.qq.com/buss/wiki/38/1207, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/config.h"
#include "channel/qq/message.h"

static enum err accepted_read(const struct channel_refund_ask *ask, const struct xml *m,
			      struct channel_refund *refund);

/* An order of more than thirty days is known by the channel's number only. */
enum err qq_refund_build(const struct channel_versions *versions,
			 const struct channel_refund_ask *ask, const struct channel_env *env,
			 struct channel_call *call)
{
	const struct channel_config *c = versions->config[0];
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_refund.cgi", .shows_certificate = true };

	TRY(qq_number_check("number", ask->number));
	TRY(qq_number_check("refund_number", ask->refund_number));
	if (ask->trade_no[0])
		TRY(qq_number_check("trade_no", ask->trade_no));
	if (ask->fen <= 0 || ask->fen > ask->total_fen)
		FAIL_AT(ERR_INVALID, "amount", "must be a part of what was paid");
	qq_add_text(&r, "op_user_id", c->op_user_id);
	qq_add_text(&r, "op_user_passwd", c->op_user_passwd);
	qq_add_text(&r, "out_refund_no", ask->refund_number);
	if (ask->trade_no[0])
		qq_add_text(&r, "transaction_id", ask->trade_no);
	else
		qq_add_text(&r, "out_trade_no", ask->number);
	qq_add_text(&r, "refund_fee", arena_printf(env->arena, "%lld", (long long)ask->fen));
	return qq_call_build(versions, &r, env, call);
}

void qq_refund_read(const struct channel_versions *versions, const struct channel_refund_ask *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_refund *refund)
{
	const struct qq_asked asked = { .number = ask->number, .gives_back = true };
	struct channel_refund accepted = { .state = CHANNEL_REFUND_PENDING };
	struct qq_answer in;

	*refund = (struct channel_refund){ .state = CHANNEL_REFUND_ABSENT };
	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	if (accepted_read(ask, &in.message, &accepted) == ERR_OK)
		*refund = accepted;
	else
		channel_doubt(answer, "%s", err_text());
}

static enum err accepted_read(const struct channel_refund_ask *ask, const struct xml *m,
			      struct channel_refund *refund)
{
	struct str trade_no = xml_value(m, "transaction_id");
	int64_t total = ask->total_fen;

	TRY(qq_take_fen(m, "refund_fee", &refund->fen));
	TRY(qq_take_fen(m, "total_fee", &total));
	TRY(qq_take_text(m, "refund_id", refund->refund_no, sizeof(refund->refund_no)));
	if (!str_is(xml_value(m, "out_refund_no"), ask->refund_number))
		FAIL(ERR_INVALID, "the answer is about another refund");
	if (trade_no.n > 0 && ask->trade_no[0] && !str_is(trade_no, ask->trade_no))
		FAIL(ERR_INVALID, "the answer is about another transaction_id");
	if (refund->fen != ask->fen || total != ask->total_fen)
		FAIL(ERR_INVALID, "the answer does not agree with the amounts asked");
	return ERR_OK;
}
