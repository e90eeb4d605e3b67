/* refund.c - refunds and their query.
 *
 * Source: pay.weixin.qq.com, APIv3, "apply for a refund", "query a refund".
 */
#include "sandbox/payer.h"
#include "sandbox/wechat/call.h"
#include "sandbox/wechat/later.h"
#include "sandbox/wechat/wechat.h"

#include <string.h>

#define FEN_MAX INT64_C(10000000000)

static void read_refund(struct wx_call *c);
static void read_amount(struct jin *r, struct wx_ask *ask);
static void read_by_number(struct wx_call *c);
static void act_refund(struct wx_call *c);
static void act_refund_query(struct wx_call *c);
static struct trade *find_paid(struct wx_call *c);

static const struct wx_method REFUND = { OP_REFUND, read_refund, act_refund };
static const struct wx_method REFUND_QUERY = { OP_REFUND_QUERY, read_by_number, act_refund_query };

void wx_refund(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &REFUND);
}

void wx_refund_query(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &REFUND_QUERY);
}

static void read_refund(struct wx_call *c)
{
	char reason[4 * WX_REASON_MAX + 1] = "";
	struct wx_ask *ask = c->ask;
	struct jin r;

	jin_open(&r, c->x->body);
	jin_allow_unknown(&r);
	jin_text(&r, "transaction_id", JIN_OPTIONAL, ask->transaction_id,
		 sizeof(ask->transaction_id));
	jin_text(&r, "out_trade_no", JIN_OPTIONAL, ask->number, sizeof(ask->number));
	if (ask->number[0] == '\0' && ask->transaction_id[0] == '\0')
		jin_fault(&r, ERR_INVALID, "out_trade_no", "or transaction_id is needed");
	jin_text(&r, "out_refund_no", JIN_NEEDED, ask->refund_no, sizeof(ask->refund_no));
	if (ask->refund_no[0] != '\0' && !wx_is_number(ask->refund_no, 1, 64, "@"))
		jin_fault(&r, ERR_INVALID, "out_refund_no",
			  "must be letters, digits, _ - | * or @");
	jin_text(&r, "reason", JIN_OPTIONAL, reason, sizeof(reason));
	if (str_characters(str_of(reason)) > WX_REASON_MAX)
		jin_fault(&r, ERR_INVALID, "reason", "is too long");
	jin_text(&r, "notify_url", JIN_OPTIONAL, ask->notify_url, sizeof(ask->notify_url));
	read_amount(&r, ask);
	wx_body_done(c, &r);
}

static void read_amount(struct jin *r, struct wx_ask *ask)
{
	char currency[17] = "";
	struct jin in;

	if (!jin_enter(r, "amount", JIN_NEEDED, &in))
		return;
	jin_integer(&in, "refund", JIN_NEEDED, 1, FEN_MAX, &ask->refund);
	jin_integer(&in, "total", JIN_NEEDED, 1, FEN_MAX, &ask->total);
	jin_text(&in, "currency", JIN_NEEDED, currency, sizeof(currency));
	if (currency[0] != '\0' && strcmp(currency, "CNY") != 0)
		jin_fault(&in, ERR_INVALID, "currency", "Currency code is invalid");
	jin_leave(&in);
}

static void read_by_number(struct wx_call *c)
{
	wx_read_part(c, "out_refund_no", c->ask->refund_no, sizeof(c->ask->refund_no));
}

static void act_refund(struct wx_call *c)
{
	const struct wx_ask *ask = c->ask;
	struct refund_ask what = { .request_no = str_of(ask->refund_no),
				   .notify_url = ask->notify_url,
				   .fen = ask->refund,
				   .takes_ms = WX_REFUND_MS };
	struct trade *t = find_paid(c);
	enum refusal refused;
	bool again;

	if (!t)
		return;
	if (c->fault.kind == FAULT_PENDING_REFUND)
		what.takes_ms = c->fault.ms;
	if (ask->total != t->fen) {
		wx_refuse_rule(c, REFUSED_REFUND_DIFFERS);
		return;
	}
	refused = wx_give_back(c->s, t, &what, &c->refund, &again);
	if (refused != REFUSED_NOT) {
		wx_refuse_rule(c, refused);
		return;
	}
	if (c->fault.kind == FAULT_ABNORMAL_REFUND && !again)
		c->refund->abnormal = true;
	wx_refund_write(c->refund, wx_told(c, c->refund->fen), &c->body);
}

static void act_refund_query(struct wx_call *c)
{
	struct refund *r =
		trades_find_refund(&c->s->trades, &c->m->merchant, str_of(c->ask->refund_no));

	if (!r) {
		wx_refuse(c, 404, "RESOURCE_NOT_EXISTS", "退款单不存在");
		return;
	}
	c->trade = r->trade;
	payer_hurry(c->s, c->trade, c->x->now_ms);
	wx_refund_write(r, wx_told(c, r->fen), &c->body);
}

/* The order that either number names; both must mean the same. */
static struct trade *find_paid(struct wx_call *c)
{
	const struct wx_ask *ask = c->ask;
	const struct trades *ts = &c->s->trades;
	struct trade *by_id = NULL, *t = NULL;

	if (ask->number[0] != '\0')
		t = trades_find(ts, &c->m->merchant, str_of(ask->number));
	if (ask->transaction_id[0] != '\0') {
		by_id = trades_by_trade_no(ts, str_of(ask->transaction_id));
		t = ask->number[0] == '\0' || t == by_id ? by_id : NULL;
	}
	if (!t || t->merchant != &c->m->merchant) {
		wx_refuse(c, 404, "RESOURCE_NOT_EXISTS", "订单不存在");
		return NULL;
	}
	c->trade = t;
	payer_hurry(c->s, t, c->x->now_ms);
	return t;
}
