/* trade.c - an order is asked for, closed or reversed. */
#include "sandbox/payer.h"
#include "sandbox/qq/call.h"

#include <string.h>

static const char *describe(const struct trade *t);
static enum refusal give_all_back(struct trade *t, int64_t now_ms);

void qpay_query(struct call *c)
{
	const struct trade *t = qpay_trade(c);

	if (t)
		qpay_out_trade(c, t);
}

void qpay_out_trade(struct call *c, const struct trade *t)
{
	qpay_out(c, "out_trade_no", str_of(t->number));
	qpay_out(c, "trade_state_desc", str_of(describe(t)));
	if (t->paid_ms > 0) {
		qpay_add_payment(c->out, &c->n, t, t->fen, c->arena);
		return;
	}
	qpay_out(c, "trade_type", qpay_trade_type(t));
	qpay_out(c, "trade_state", str_of(qpay_status(t)));
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
	enum refusal refused = REFUSED_NOT;
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
	if (t->state == TRADE_WAITING)
		refused = trade_close(t, c->now_ms);
	else if (t->state == TRADE_PAID)
		refused = give_all_back(t, c->now_ms);
	else if (t->state == TRADE_FINISHED)
		refused = REFUSED_FINISHED;
	if (refused == REFUSED_NOT)
		t->cancelled = true;
	else
		qpay_refuse_by(c, refused);
	qpay_out(c, "out_trade_no", str_of(t->number));
	qpay_out(c, "recall", STR("N"));
}

/* No refund: the payment is taken back as if it had not been. */
static enum refusal give_all_back(struct trade *t, int64_t now_ms)
{
	if (t->refunded_fen > 0)
		return REFUSED_NOT_NOW;
	t->state = TRADE_CLOSED;
	t->closed_ms = now_ms;
	t->refunded_fen = t->fen;
	return REFUSED_NOT;
}

static const char *describe(const struct trade *t)
{
	static const struct {
		const char *state, *text;
	} TEXTS[] = { { "SUCCESS", "支付成功" },  { "REFUND", "转入退款" },
		      { "NOTPAY", "订单未支付" }, { "CLOSED", "订单已关闭" },
		      { "REVOKED", "已撤销" },    { "USERPAYING", "需要用户输入支付密码" },
		      { "PAYERROR", "支付失败" } };
	size_t i = 0;

	while (strcmp(TEXTS[i].state, qpay_status(t)) != 0)
		i++;
	return TEXTS[i].text;
}
