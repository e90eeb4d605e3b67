/* refund.c - money goes back, and is asked after. */
#include "base/check.h"
#include "sandbox/qq/call.h"

#include <inttypes.h>

enum { REFUNDS_SHOWN = 50 };

#define FEN_MAX INT64_C(10000000000)

static struct refund *find(const struct call *c, struct str id, struct str number);
static bool used_elsewhere(const struct call *c, const struct trade *t, struct str number);
static void out_refund(struct call *c, const struct refund *r, size_t i);
static void out_of(struct call *c, const char *name, size_t i, struct str value);

void qpay_refund(struct call *c)
{
	struct refund_ask ask = { .request_no = qpay_in(c, "out_refund_no") };
	struct trade *t;
	enum refusal refused = REFUSED_NOT;
	bool again;

	if (!qpay_operator(c))
		return;
	if (str_integer(qpay_in(c, "refund_fee"), 1, FEN_MAX, &ask.fen) != ERR_OK) {
		qpay_refuse(c, "PARAM_ERROR", "参数refund_fee错误");
		return;
	}
	t = qpay_trade(c);
	if (!t)
		return;
	if (used_elsewhere(c, t, ask.request_no)) {
		qpay_refuse_by(c, REFUSED_REFUND_DIFFERS);
		return;
	}
	if (t->cancelled) {
		qpay_refuse(c, "ORDERREVERSED", "订单已撤销");
		return;
	}
	refused = trade_refund(&c->s->trades, t, &ask, c->now_ms, &c->refund, &again);
	if (refused != REFUSED_NOT) {
		c->refund = NULL;
		qpay_refuse_by(c, refused);
		return;
	}
	qpay_out(c, "transaction_id", str_of(t->trade_no));
	qpay_out(c, "out_trade_no", str_of(t->number));
	qpay_out_number(c, "total_fee", t->fen);
	qpay_out(c, "out_refund_no", str_of(c->refund->request_no));
	qpay_out(c, "refund_id", str_of(c->refund->refund_no));
	qpay_out(c, "refund_channel", STR("ORIGINAL"));
	qpay_out_number(c, "refund_fee", c->refund->fen);
	qpay_out_number(c, "coupon_refund_fee", 0);
	qpay_out_number(c, "cash_refund_fee", c->refund->fen);
}

/* One refund by its numbers, else those of an order. */
void qpay_refund_query(struct call *c)
{
	struct str id = qpay_in(c, "refund_id"), number = qpay_in(c, "out_refund_no");
	const struct refund *one = NULL;
	const struct trade *t;
	size_t n = 0;

	if (id.n > 0 || number.n > 0) {
		one = find(c, id, number);
		t = one ? one->trade : NULL;
	} else {
		t = qpay_trade(c);
		if (!t)
			return;
	}
	if (!t || !t->refunds) {
		qpay_refuse(c, "REFUNDNOTEXIST", "退款单不存在");
		return;
	}
	qpay_out(c, "transaction_id", str_of(t->trade_no));
	qpay_out(c, "out_trade_no", str_of(t->number));
	qpay_out_number(c, "total_fee", t->fen);
	qpay_out(c, "fee_type", STR("CNY"));
	qpay_out_number(c, "cash_fee", t->fen);
	for (const struct refund *r = one ? one : t->refunds; r && n < REFUNDS_SHOWN;
	     r = one ? NULL : r->next)
		out_refund(c, r, n++);
	qpay_out_number(c, "refund_count", (int64_t)n);
}

/* By the platform's number, without one by the shop's; NULL if there is none. */
static struct refund *find(const struct call *c, struct str id, struct str number)
{
	if (id.n == 0)
		return trades_find_refund(&c->s->trades, &c->merchant->merchant, number);
	for (const struct trade *t = c->s->trades.newest; t; t = t->older) {
		if (t->merchant != &c->merchant->merchant)
			continue;
		for (struct refund *r = t->refunds; r; r = r->next) {
			if (str_is(id, r->refund_no))
				return r;
		}
	}
	return NULL;
}

/* A refund's number is unique among all of a merchant's orders. */
static bool used_elsewhere(const struct call *c, const struct trade *t, struct str number)
{
	const struct refund *r = find(c, STR(""), number);

	return r && r->trade != t;
}

static void out_refund(struct call *c, const struct refund *r, size_t i)
{
	struct str fen = str_of(arena_printf(c->arena, "%" PRId64, r->fen));
	bool done = c->now_ms >= r->settles_ms && !r->abnormal;

	out_of(c, "out_refund_no", i, str_of(r->request_no));
	out_of(c, "refund_id", i, str_of(r->refund_no));
	out_of(c, "refund_channel", i, STR("ORIGINAL"));
	out_of(c, "refund_fee", i, fen);
	out_of(c, "coupon_refund_fee", i, STR("0"));
	out_of(c, "cash_refund_fee", i, fen);
	out_of(c, "refund_status", i,
	       done          ? STR("SUCCESS")
	       : r->abnormal ? STR("CHANGE")
			     : STR("PROCESSING"));
	if (done)
		out_of(c, "refund_recv_accout", i, STR("QQ钱包余额"));
}

static void out_of(struct call *c, const char *name, size_t i, struct str value)
{
	qpay_out(c, arena_printf(c->arena, "%s_%zu", name, i), value);
}
