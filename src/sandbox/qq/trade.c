/* trade.c - an order is asked for, closed or reversed. */
#include "sandbox/payer.h"
#include "sandbox/qq/call.h"
#include "sandbox/tenpay/order.h"

void qpay_query(struct call *c)
{
	const struct trade *t = qpay_trade(c);

	if (t)
		qpay_out_trade(c, t);
}

void qpay_out_trade(struct call *c, const struct trade *t)
{
	qpay_out(c, "out_trade_no", str_of(t->number));
	qpay_out(c, "trade_state_desc", str_of(tenpay_status_text(tenpay_status(t))));
	if (t->paid_ms > 0) {
		qpay_add_payment(c->out, &c->n, t, t->fen, c->arena);
		return;
	}
	qpay_out(c, "trade_type", qpay_trade_type(t));
	qpay_out(c, "trade_state", str_of(tenpay_status(t)));
	qpay_out_number(c, "total_fee", t->fen);
	qpay_out(c, "attach", str_of(t->passback));
}

void qpay_close_order(struct call *c)
{
	struct trade *t = qpay_trade(c);
	struct str fee = qpay_in(c, "total_fee");
	enum refusal refused;
	int64_t fen;

	if (!t)
		return;
	if (fee.n > 0 && (str_integer(fee, 1, INT64_MAX, &fen) != ERR_OK || fen != t->fen)) {
		qpay_refuse(c, "PARAM_ERROR", "参数total_fee错误");
		return;
	}
	if (t->state == TRADE_WAITING && qpay_too_early(c, t->created_ms))
		return;
	if (t->state == TRADE_PAID)
		refused = REFUSED_PAID;
	else
		refused = trade_close(t, c->now_ms);
	if (refused != REFUSED_NOT)
		qpay_refuse_by(c, refused);
}

/* Ends an order that is not paid, gives a paid one's money back; done again, it says the same. */
void qpay_reverse(struct call *c)
{
	enum refusal refused;
	struct trade *t;

	if (!qpay_operator(c))
		return;
	t = qpay_trade(c);
	if (!t)
		return;
	if (!t->cancelled && qpay_too_early(c, t->created_ms)) {
		qpay_out(c, "recall", STR("Y"));
		return;
	}
	refused = tenpay_reverse(t, c->now_ms);
	if (refused != REFUSED_NOT)
		qpay_refuse_by(c, refused);
	qpay_out(c, "out_trade_no", str_of(t->number));
	qpay_out(c, "recall", STR("N"));
}
