/* create_barcode.c - qq.barcode: the shop scans the payer's code, and the call itself takes the
 * money, unless QQ asks the payer for a password (USERPAYING): then query, and reverse at the end.
 *
 * Source: QQ Wallet, "提交付款码支付", https://qpay.qq.com/buss/wiki/1/1122, read 2026-11.
 */
#include "channel/qq/answer.h"
#include "channel/qq/message.h"
#include "channel/qq/trade.h"

enum { AUTH_CODE_BYTES = 18 };

static bool trade_take(const struct channel_create *ask, const struct xml *m,
		       struct channel_answer *answer, struct channel_trade *trade);

enum err qq_barcode_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_call *call)
{
	struct qq_request r = { .path = "/cgi-bin/pay/qpay_micro_pay.cgi" };

	if (!qq_is_barcode(str_of(ask->auth_code)))
		FAIL_AT(ERR_INVALID, "auth_code", "must be 18 digits that begin with 91");
	TRY(qq_order_add(&r, ask, env->arena));
	qq_add_text(&r, "auth_code", ask->auth_code);
	qq_add_text(&r, "device_info", "tael");
	qq_add_text(&r, "trade_type", "MICROPAY");
	return qq_call_build(versions, &r, env, call);
}

void qq_barcode_read(const struct channel_versions *versions, const struct channel_create *ask,
		     const struct channel_reply *reply, const struct channel_env *env,
		     struct channel_answer *answer, struct channel_created *created)
{
	const struct qq_asked asked = { .number = ask->number };
	struct channel_trade trade = channel_trade_unknown();
	struct qq_answer in;

	qq_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (qq_answer_is(&in, "USERPAYING"))
		trade.state = TRADE_WAITING;
	else if (answer->verdict != VERDICT_DONE || !trade_take(ask, &in.message, answer, &trade))
		return;
	str_copy_cut(trade.number, sizeof(trade.number), str_of(ask->number));
	created->trade = trade;
}

bool qq_is_barcode(struct str code)
{
	return code.n == AUTH_CODE_BYTES && str_starts(code, "91") &&
	       str_is_made_of(code, "0123456789", AUTH_CODE_BYTES);
}

/* Only SUCCESS of this amount is paid.  False: it tells of neither a payment nor a password. */
static bool trade_take(const struct channel_create *ask, const struct xml *m,
		       struct channel_answer *answer, struct channel_trade *trade)
{
	if (qq_trade_read(m, trade) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		answer->query_now = true;
		return false;
	}
	if (trade->state == TRADE_PAID && trade->fen == ask->fen)
		return true;
	channel_doubt(answer, "the answer does not say that this amount was paid");
	answer->query_now = trade->state != TRADE_WAITING;
	return trade->state == TRADE_WAITING;
}
