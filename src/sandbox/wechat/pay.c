/* pay.c - the calls that begin a payment: native, h5, jsapi, app, codepay.
 *
 * Source: pay.weixin.qq.com, APIv3, the pages of each "place an order" and "payment code".
 */
#include "base/time.h"
#include "sandbox/payer.h"
#include "sandbox/tenpay/order.h"
#include "sandbox/wechat/auth_code.h"
#include "sandbox/wechat/call.h"
#include "sandbox/wechat/later.h"
#include "sandbox/wechat/wechat.h"

#include <string.h>

#define FEN_MAX INT64_C(10000000000)
/* So long an order, and what opens it, lives when the shop says nothing. */
#define ORDER_MS (7 * DAY_MS)
#define PREPAY_MS INT64_C(7200000)
#define H5_MS INT64_C(300000)

static void read_prepay(struct wx_call *c);
static void read_codepay(struct wx_call *c);
static void read_order(struct wx_call *c, struct jin *r);
static void read_amount(struct jin *r, struct wx_ask *ask);
static void read_payer(struct wx_call *c, struct jin *r);
static void read_scene(struct wx_call *c, struct jin *r);
static void read_expiry(struct wx_call *c);
static void check_order(struct wx_call *c);
static void act_prepay(struct wx_call *c);
static void act_codepay(struct wx_call *c);
static enum refusal make_order(struct wx_call *c, enum product product);
static enum product product_of(enum operation op);
static void write_prepay(struct wx_call *c);
static void take_code(struct wx_call *c, const struct auth_code_outcome *o);
static const char *prepay_id(struct arena *a, const struct trade *t);

static const struct wx_method NATIVE = { OP_NATIVE, read_prepay, act_prepay };
static const struct wx_method H5 = { OP_H5, read_prepay, act_prepay };
static const struct wx_method JSAPI = { OP_JSAPI, read_prepay, act_prepay };
static const struct wx_method APP = { OP_APP, read_prepay, act_prepay };
static const struct wx_method CODEPAY = { OP_CODEPAY, read_codepay, act_codepay };

void wx_native(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &NATIVE);
}

void wx_h5(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &H5);
}

void wx_jsapi(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &JSAPI);
}

void wx_app(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &APP);
}

void wx_codepay(struct exchange *x, struct reply *out)
{
	wx_serve(x, out, &CODEPAY);
}

static void read_prepay(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;
	struct jin r;

	jin_open(&r, c->x->body);
	jin_allow_unknown(&r);
	read_order(c, &r);
	jin_text(&r, "notify_url", JIN_NEEDED, ask->notify_url, sizeof(ask->notify_url));
	jin_text(&r, "time_expire", JIN_OPTIONAL, ask->time_expire, sizeof(ask->time_expire));
	if (ask->notify_url[0] != '\0' &&
	    (strchr(ask->notify_url, '?') || (!str_starts(str_of(ask->notify_url), "http://") &&
					      !str_starts(str_of(ask->notify_url), "https://"))))
		jin_fault(&r, ERR_INVALID, "notify_url", "must be a whole address without a query");
	wx_body_done(c, &r);
	read_expiry(c);
	check_order(c);
}

static void read_codepay(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;
	struct jin r;

	jin_open(&r, c->x->body);
	jin_allow_unknown(&r);
	read_order(c, &r);
	wx_body_done(c, &r);
	ask->expires_ms = c->x->now_ms + ORDER_MS;
	check_order(c);
	if (!auth_code_is_valid(str_of(ask->auth_code)))
		wx_refuse_field(c, "/payer/auth_code",
				"请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)",
				"body");
}

static void read_order(struct wx_call *c, struct jin *r)
{
	struct wx_ask *ask = c->ask;

	jin_text(r, "appid", JIN_NEEDED, ask->appid, sizeof(ask->appid));
	jin_text(r, "mchid", JIN_NEEDED, ask->mchid, sizeof(ask->mchid));
	jin_text(r, "description", JIN_NEEDED, ask->description, sizeof(ask->description));
	if (str_characters(str_of(ask->description)) > WX_DESCRIPTION_MAX)
		jin_fault(r, ERR_INVALID, "description", "is too long");
	jin_text(r, "out_trade_no", JIN_NEEDED, ask->number, sizeof(ask->number));
	if (ask->number[0] != '\0' && !wx_is_number(ask->number, 6, 32, ""))
		jin_fault(r, ERR_INVALID, "out_trade_no",
			  "must be 6 to 32 letters, digits, _ - | or *");
	jin_text(r, "attach", JIN_OPTIONAL, ask->attach, sizeof(ask->attach));
	if (str_characters(str_of(ask->attach)) > WX_ATTACH_MAX)
		jin_fault(r, ERR_INVALID, "attach", "is too long");
	jin_text(r, "goods_tag", JIN_OPTIONAL, ask->goods_tag, sizeof(ask->goods_tag));
	read_amount(r, ask);
	read_payer(c, r);
	read_scene(c, r);
}

static void read_amount(struct jin *r, struct wx_ask *ask)
{
	char currency[17] = "CNY";
	struct jin in;

	if (!jin_enter(r, "amount", JIN_NEEDED, &in))
		return;
	jin_integer(&in, "total", JIN_NEEDED, 1, FEN_MAX, &ask->total);
	jin_text(&in, "currency", JIN_OPTIONAL, currency, sizeof(currency));
	if (strcmp(currency, "CNY") != 0)
		jin_fault(&in, ERR_INVALID, "currency", "Currency code is invalid");
	jin_leave(&in);
}

static void read_payer(struct wx_call *c, struct jin *r)
{
	bool code = c->method->op == OP_CODEPAY, jsapi = c->method->op == OP_JSAPI;
	struct jin in;

	if (!jin_enter(r, "payer", code || jsapi ? JIN_NEEDED : JIN_OPTIONAL, &in))
		return;
	if (code)
		jin_text(&in, "auth_code", JIN_NEEDED, c->ask->auth_code,
			 sizeof(c->ask->auth_code));
	else
		jin_text(&in, "openid", jsapi ? JIN_NEEDED : JIN_OPTIONAL, c->ask->openid,
			 sizeof(c->ask->openid));
	jin_leave(&in);
}

/* h5 must say who opens the page and what he opens it with; codepay, in which shop. */
static void read_scene(struct wx_call *c, struct jin *r)
{
	bool h5 = c->method->op == OP_H5, code = c->method->op == OP_CODEPAY;
	enum jin_need need = h5 ? JIN_NEEDED : JIN_OPTIONAL;
	struct jin in, info;
	char type[33] = "";

	if (!jin_enter(r, "scene_info", h5 || code ? JIN_NEEDED : JIN_OPTIONAL, &in))
		return;
	jin_text(&in, "payer_client_ip", need, c->ask->client_ip, sizeof(c->ask->client_ip));
	jin_text(&in, "device_id", JIN_OPTIONAL, c->ask->device_id, sizeof(c->ask->device_id));
	if (jin_enter(&in, "h5_info", need, &info)) {
		jin_text(&info, "type", JIN_NEEDED, type, sizeof(type));
		jin_leave(&info);
	}
	if (code && jin_enter(&in, "store_info", JIN_NEEDED, &info)) {
		if (!jin_has(&info, "id") && !jin_has(&info, "out_id"))
			jin_fault(&info, ERR_INVALID, "id", "is missing");
		jin_leave(&info);
	}
	jin_leave(&in);
}

static void read_expiry(struct wx_call *c)
{
	struct wx_ask *ask = c->ask;

	ask->expires_ms = c->x->now_ms + ORDER_MS;
	if (ask->time_expire[0] != '\0' &&
	    (rfc3339_read(str_of(ask->time_expire), &ask->expires_ms) != ERR_OK ||
	     ask->expires_ms <= c->x->now_ms))
		wx_refuse_field(c, "/time_expire", "must be a time to come, as in RFC 3339",
				"body");
}

static void check_order(struct wx_call *c)
{
	if (!c->code)
		wx_check_merchant(c);
}

static void act_prepay(struct wx_call *c)
{
	enum refusal refused = make_order(c, product_of(c->method->op));

	if (refused != REFUSED_NOT)
		wx_refuse_rule(c, refused);
	else
		write_prepay(c);
}

static void act_codepay(struct wx_call *c)
{
	const struct auth_code_outcome *o = auth_code_outcome(str_of(c->ask->auth_code));
	enum refusal refused = REFUSED_NOT;

	if (o->order)
		refused = make_order(c, PRODUCT_BARCODE);
	if (refused != REFUSED_NOT) {
		wx_refuse_rule(c, refused);
		return;
	}
	c->silent = o->silent;
	if (o->order)
		take_code(c, o);
	if (o->code) {
		wx_refuse(c, o->status, o->code, o->text);
		return;
	}
	if (!c->trade)
		return; /* nobody will see it */
	if (c->trade->asked)
		wx_refuse(c, 202, "USERPAYING", "需要用户输入支付密码");
	else
		wx_transaction_write(c->trade, tenpay_status(c->trade), wx_told(c, c->trade->fen),
				     &c->body);
}

/* What the payer's side does with the order; asked for again, nothing happens twice. */
static void take_code(struct wx_call *c, const struct auth_code_outcome *o)
{
	struct trade *t = c->trade;

	if (t->opened || t->state != TRADE_WAITING)
		return;
	t->opened = true;
	t->asked = o->asks;
	if (o->paid)
		(void)payer_pay(c->s, t, false, c->x->now_ms);
	else if (o->fails && o->asks)
		wx_fail_after(c->s, t, o->confirms_ms);
	else if (o->fails)
		tenpay_fail(t, c->x->now_ms);
	else if (o->confirms_ms > 0)
		payer_pay_after(c->s, t, false, o->confirms_ms);
}

/* Found or made; the same values again are the same order. */
static enum refusal make_order(struct wx_call *c, enum product product)
{
	const struct wx_ask *ask = c->ask;
	int64_t now_ms = c->x->now_ms;
	int64_t opens_ms = now_ms + (product == PRODUCT_WAP ? H5_MS : PREPAY_MS);
	const struct trade_ask what = {
		.merchant = &c->m->merchant,
		.product = product,
		.number = ask->number,
		.fen = ask->total,
		.subject = ask->description,
		.passback = ask->attach,
		.notify_url = ask->notify_url,
		.device = ask->device_id,
		.content =
			arena_printf(c->x->arena, "%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s", ask->appid,
				     ask->description, ask->attach, ask->notify_url,
				     ask->time_expire, ask->goods_tag, ask->openid, ask->auth_code),
		.buyer = ask->openid[0] != '\0' ? ask->openid : "oSandboxPayer0000000000000001",
		.appid = ask->appid,
		.expires_ms = ask->expires_ms,
		.code_expires_ms = opens_ms < ask->expires_ms ? opens_ms : ask->expires_ms,
	};
	struct trade *t = trades_find(&c->s->trades, what.merchant, str_of(what.number));
	enum refusal refused;

	if (t)
		payer_hurry(c->s, t, now_ms);
	refused = trade_create(&c->s->trades, &what, now_ms, &c->trade);
	if (refused == REFUSED_NOT)
		payer_watch(c->s, c->trade, now_ms);
	return refused;
}

static enum product product_of(enum operation op)
{
	return op == OP_H5      ? PRODUCT_WAP
	       : op == OP_JSAPI ? PRODUCT_JSAPI
	       : op == OP_APP   ? PRODUCT_APP
				: PRODUCT_QR;
}

static void write_prepay(struct wx_call *c)
{
	const struct trade *t = c->trade;
	struct arena *a = c->x->arena;

	jout_object(&c->body, NULL);
	if (c->method->op == OP_NATIVE)
		jout_text(&c->body, "code_url",
			  arena_printf(a, "%s%s", SANDBOX_WECHAT.code_url, t->token));
	else if (c->method->op == OP_H5)
		jout_text(&c->body, "h5_url",
			  arena_printf(a,
				       "%s/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=%s&package=%s",
				       c->s->url, prepay_id(a, t), t->token));
	else
		jout_text(&c->body, "prepay_id", prepay_id(a, t));
	jout_object_end(&c->body);
}

/* wx, the time of the order and 20 letters and digits: 36 characters, the same every time. */
static const char *prepay_id(struct arena *a, const struct trade *t)
{
	char local[LOCAL_TEXT];

	china_write(t->created_ms, local);
	return arena_printf(a, "wx%.4s%.2s%.2s%.2s%.2s%.2s%.20s", local, local + 5, local + 8,
			    local + 11, local + 14, local + 17, t->token);
}
