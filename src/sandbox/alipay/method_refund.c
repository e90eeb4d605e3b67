/* method_refund.c - refund and refund query. */
#include "sandbox/alipay/alipay.h"
#include "sandbox/alipay/gateway.h"
#include "sandbox/notice.h"

#include <string.h>

static void add_trade(struct call *c, const struct trade *t);
static const char *check_refund(struct call *c, const struct trade *t);
static void refuse_refund(struct call *c, const char *sub_code);
static void add_refund(struct call *c, const struct trade *t, const struct refund *r);
static const struct refund *find(const struct trade *t, const char *request_no);

void act_refund(struct call *c)
{
	const struct biz *biz = c->biz;
	struct refund_ask ask = { .fen = biz->refund_fen };
	struct trade *t;
	const char *refused;
	bool again = false;

	if (biz->number[0] == '\0' && biz->trade_no[0] == '\0') {
		call_invalid(c, "out_trade_no");
		return;
	}
	if (biz->refund_fen == 0) {
		call_invalid(c, "refund_amount");
		return;
	}
	t = call_trade(c);
	refused = check_refund(c, t);
	if (!refused)
		ask.request_no = str_of(biz->request_no[0] != '\0' ? biz->request_no : t->number);
	if (!refused)
		refused = ali_sub_code(
			trade_refund(&c->s->trades, t, &ask, c->now_ms, &c->refund, &again));
	if (refused) {
		refuse_refund(c, refused);
		return;
	}
	if (!again)
		notice_make(c->s, t, NOTICE_REFUNDED, c->refund);
	node_success(&c->node);
	add_trade(c, t);
	node_add(&c->node, "buyer_logon_id", STR("abc***@sandbox.com"));
	node_add(&c->node, "buyer_user_id", str_of(t->buyer));
	/* Y: money moved by this very call. */
	node_add(&c->node, "fund_change", again ? STR("N") : STR("Y"));
	node_add(&c->node, "gmt_refund_pay", time_text(c->arena, c->refund->at_ms));
	node_add(&c->node, "refund_fee", yuan_text(c->arena, t->refunded_fen));
	node_add(&c->node, "send_back_fee", yuan_text(c->arena, again ? 0 : c->refund->fen));
}

void act_refund_query(struct call *c)
{
	const struct biz *biz = c->biz;
	const struct refund *r;
	const struct trade *t;

	if (biz->number[0] == '\0' && biz->trade_no[0] == '\0') {
		call_invalid(c, "out_trade_no");
		return;
	}
	if (biz->request_no[0] == '\0') {
		call_invalid(c, "out_request_no");
		return;
	}
	t = call_trade(c);
	if (!t) {
		node_refuse(&c->node, "ACQ.TRADE_NOT_EXIST");
		node_add(&c->node, "out_trade_no", str_of(biz->number));
		return;
	}
	node_success(&c->node);
	/* A request that is not known, or not settled, is answered without any member of a refund.
	 */
	r = find(t, biz->request_no);
	if (r && c->now_ms >= r->settles_ms)
		add_refund(c, t, r);
}

void refund_hold(struct call *c, int64_t ms)
{
	if (!c->refund)
		return;
	c->refund->settles_ms = c->now_ms + ms;
	node_change(&c->node, "fund_change", STR("N"));
	node_change(&c->node, "send_back_fee", STR("0.00"));
}

static void add_trade(struct call *c, const struct trade *t)
{
	node_add(&c->node, "trade_no", str_of(t->trade_no));
	node_add(&c->node, "out_trade_no", str_of(t->number));
}

static const char *check_refund(struct call *c, const struct trade *t)
{
	if (!t)
		return "ACQ.TRADE_NOT_EXIST";
	/* Without a request number the refund can only be the whole. */
	if (c->biz->request_no[0] == '\0' && c->biz->refund_fen != t->fen)
		return "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL";
	return NULL;
}

static void refuse_refund(struct call *c, const char *sub_code)
{
	node_refuse(&c->node, sub_code);
	node_add(&c->node, "out_trade_no", str_of(c->biz->number));
	node_add(&c->node, "refund_fee", STR("0.00"));
	node_add(&c->node, "send_back_fee", STR("0.00"));
}

static void add_refund(struct call *c, const struct trade *t, const struct refund *r)
{
	struct str yuan = yuan_text(c->arena, r->fen);

	add_trade(c, t);
	node_add(&c->node, "out_request_no", str_of(r->request_no));
	node_add(&c->node, "total_amount", yuan_text(c->arena, t->fen));
	node_add(&c->node, "refund_amount", yuan);
	node_add(&c->node, "refund_status", STR("REFUND_SUCCESS"));
	if (c->biz->wants_refund_time)
		node_add(&c->node, "gmt_refund_pay", time_text(c->arena, r->at_ms));
	if (c->biz->wants_refund_detail)
		node_add_raw(&c->node, "refund_detail_item_list", fund_bill_text(c->arena, r->fen));
}

static const struct refund *find(const struct trade *t, const char *request_no)
{
	for (const struct refund *r = t->refunds; r; r = r->next) {
		if (strcmp(r->request_no, request_no) == 0)
			return r;
	}
	return NULL;
}
