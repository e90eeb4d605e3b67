/* order.c - query, close and reverse.
 *
 * Source: pay.weixin.qq.com, APIv3, "query an order", "close an order", "reverse a payment".
 */
#include "sandbox/payer.h"
#include "sandbox/tenpay/order.h"
#include "sandbox/wechat/call.h"
#include "sandbox/wechat/wechat.h"

static void read_by_number(struct wx_call *c);
static void read_by_id(struct wx_call *c);
static void read_close(struct wx_call *c);
static void read_reverse(struct wx_call *c);
static void act_query(struct wx_call *c);
static void act_query_id(struct wx_call *c);
static void act_close(struct wx_call *c);
static void act_reverse(struct wx_call *c);
static void write_order(struct wx_call *c);

static const struct wx_method QUERY = { OP_QUERY, read_by_number, act_query };
static const struct wx_method QUERY_ID = { OP_QUERY, read_by_id, act_query_id };
static const struct wx_method CLOSE = { OP_CLOSE, read_close, act_close };
static const struct wx_method REVERSE = { OP_REVERSE, read_reverse, act_reverse };

void wx_query(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &QUERY);
}

void wx_query_id(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &QUERY_ID);
}

void wx_shut(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &CLOSE);
}

void wx_reverse(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &REVERSE);
}

static void read_by_number(struct wx_call *c)
{
	wx_read_part(c, "out_trade_no", c->ask->number, sizeof(c->ask->number));
	wx_read_query(c);
}

static void read_by_id(struct wx_call *c)
{
	wx_read_part(c, "transaction_id", c->ask->transaction_id, sizeof(c->ask->transaction_id));
	wx_read_query(c);
}

static void read_close(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;
	struct jin r;

	wx_read_part(c, "out_trade_no", ask->number, sizeof(ask->number));
	jin_open(&r, c->x->body);
	jin_allow_unknown(&r);
	jin_text(&r, "mchid", JIN_NEEDED, ask->mchid, sizeof(ask->mchid));
	wx_body_done(c, &r);
	if (!c->code)
		wx_check_merchant(c);
}

static void read_reverse(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;
	struct jin r;

	wx_read_part(c, "out_trade_no", ask->number, sizeof(ask->number));
	jin_open(&r, c->x->body);
	jin_allow_unknown(&r);
	jin_text(&r, "appid", JIN_NEEDED, ask->appid, sizeof(ask->appid));
	jin_text(&r, "mchid", JIN_NEEDED, ask->mchid, sizeof(ask->mchid));
	wx_body_done(c, &r);
	if (!c->code)
		wx_check_merchant(c);
}

static void act_query(struct wx_call *c)
{
	if (wx_find_order(c))
		write_order(c);
}

static void act_query_id(struct wx_call *c)
{
	struct trade *t = trades_by_trade_no(&c->s->trades, str_of(c->ask->transaction_id));

	if (!t || t->merchant != &c->m->merchant) {
		wx_refuse_rule(c, REFUSED_NOT_THERE);
		return;
	}
	c->trade = t;
	payer_hurry(c->s, t, c->x->now_ms);
	write_order(c);
}

/* 204 and no body; closed again, the same. */
static void act_close(struct wx_call *c)
{
	struct trade *t = wx_find_order(c);
	enum refusal refused;

	if (!t)
		return;
	refused = trade_close(t, c->x->now_ms);
	if (refused == REFUSED_NOT || refused == REFUSED_CLOSED)
		c->status = 204;
	else
		wx_refuse_rule(c, refused);
}

static void act_reverse(struct wx_call *c)
{
	struct trade *t = wx_find_order(c);
	enum refusal refused;

	if (!t)
		return;
	if (t->product != PRODUCT_BARCODE) {
		wx_refuse(c, 400, "INVALID_REQUEST", "只有付款码支付的订单可以撤销");
		return;
	}
	refused = tenpay_reverse(t, c->x->now_ms);
	if (refused != REFUSED_NOT) {
		wx_refuse_rule(c, refused);
		return;
	}
	jout_object(&c->body, NULL);
	jout_text(&c->body, "appid", c->ask->appid);
	jout_text(&c->body, "mchid", c->ask->mchid);
	jout_text(&c->body, "out_trade_no", t->number);
	jout_object_end(&c->body);
}

static void write_order(struct wx_call *c)
{
	const struct trade *t = c->trade;

	wx_transaction_write(t, tenpay_status(t), wx_told(c, t->fen), &c->body);
}
