/* method_trade.c - query, close and cancel. */
#include "sandbox/alipay/alipay.h"
#include "sandbox/alipay/gateway.h"
#include "sandbox/notice.h"
#include "sandbox/payer.h"

#include <string.h>

/* A cancel is for a payment just made. */
#define CANCEL_MS INT64_C(86400000)

static bool names_trade(struct call *c);
static void add_numbers(struct call *c, const struct trade *t);
static void cancel_existing(struct call *c, struct trade *t);
static const char *give_back_rest(struct call *c, struct trade *t);

void act_query(struct call *c)
{
	const struct trade *t;
	struct str paid;

	if (!names_trade(c))
		return;
	t = call_trade(c);
	if (!t) {
		node_refuse(&c->node, "ACQ.TRADE_NOT_EXIST");
		paid = STR("0.00");
		node_add(&c->node, "out_trade_no", str_of(c->biz->number));
	} else {
		node_success(&c->node);
		paid = yuan_text(c->arena, t->paid_ms > 0 ? t->fen : 0);
		add_numbers(c, t);
		node_add(&c->node, "trade_status", str_of(ali_status(t)));
		node_add(&c->node, "total_amount", yuan_text(c->arena, t->fen));
		node_add(&c->node, "buyer_logon_id", STR("abc***@sandbox.com"));
		node_add(&c->node, "buyer_user_id", str_of(t->buyer));
		node_add(&c->node, "buyer_user_type", STR("PRIVATE"));
		node_add(&c->node, "send_pay_date", time_text(c->arena, t->paid_ms));
		if (c->biz->wants_fund_bill && t->paid_ms > 0)
			node_add_raw(&c->node, "fund_bill_list", fund_bill_text(c->arena, t->fen));
	}
	node_add(&c->node, "buyer_pay_amount", paid);
	node_add(&c->node, "invoice_amount", paid);
	node_add(&c->node, "receipt_amount", paid);
	node_add(&c->node, "point_amount", STR("0.00"));
}

void act_close(struct call *c)
{
	struct trade *t;
	const char *refused;

	if (!names_trade(c))
		return;
	t = call_trade(c);
	refused = t ? ali_sub_code(trade_close(t, c->now_ms)) : "ACQ.TRADE_NOT_EXIST";
	if (refused) {
		node_refuse(&c->node, refused);
		node_add(&c->node, "out_trade_no", str_of(c->biz->number));
		return;
	}
	notice_make(c->s, t, NOTICE_CLOSED, NULL);
	node_success(&c->node);
	add_numbers(c, t);
}

void act_cancel(struct call *c)
{
	struct trade *t;

	if (!names_trade(c))
		return;
	t = call_trade(c);
	node_success(&c->node);
	if (t) {
		cancel_existing(c, t);
		return;
	}
	/* Nothing to cancel is no failure; `action` is left out. */
	node_add(&c->node, "out_trade_no", str_of(c->biz->number));
	node_add(&c->node, "retry_flag", STR("N"));
}

static bool names_trade(struct call *c)
{
	if (c->biz->number[0] != '\0' || c->biz->trade_no[0] != '\0')
		return true;
	call_invalid(c, "out_trade_no");
	return false;
}

static void add_numbers(struct call *c, const struct trade *t)
{
	node_add(&c->node, "trade_no", str_of(t->trade_no));
	node_add(&c->node, "out_trade_no", str_of(t->number));
}

/* Closes an unpaid trade, gives a paid one's money back; done again, it says the same. */
static void cancel_existing(struct call *c, struct trade *t)
{
	const char *refused = NULL;
	bool waited = t->state == TRADE_WAITING;

	if (c->now_ms - t->created_ms > CANCEL_MS)
		refused = "ACQ.TRADE_CANCEL_TIME_OUT";
	else if (t->state == TRADE_FINISHED)
		refused = "ACQ.TRADE_HAS_FINISHED";
	else if (t->state == TRADE_PAID)
		refused = give_back_rest(c, t);
	else if (waited)
		refused = ali_sub_code(trade_close(t, c->now_ms));
	if (refused) {
		node_refuse(&c->node, refused);
		node_add(&c->node, "out_trade_no", str_of(t->number));
		node_add(&c->node, "retry_flag", STR("N"));
		return;
	}
	if (waited)
		notice_make(c->s, t, NOTICE_CLOSED, NULL);
	t->cancelled = true;
	add_numbers(c, t);
	node_add(&c->node, "retry_flag", STR("N"));
	node_add(&c->node, "action", t->paid_ms > 0 ? STR("refund") : STR("close"));
}

static const char *give_back_rest(struct call *c, struct trade *t)
{
	const struct refund_ask ask = { .request_no = str_of(t->number),
					.fen = t->fen - t->refunded_fen };
	bool again;
	enum refusal refused = trade_refund(&c->s->trades, t, &ask, c->now_ms, &c->refund, &again);

	if (refused == REFUSED_NOT && !again)
		notice_make(c->s, t, NOTICE_REFUNDED, c->refund);
	return ali_sub_code(refused);
}
