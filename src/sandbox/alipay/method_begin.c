/* method_begin.c - the methods that begin a payment: page, wap, app, create, precreate, pay. */
#include "sandbox/alipay/alipay.h"
#include "sandbox/alipay/barcode.h"
#include "sandbox/alipay/gateway.h"
#include "sandbox/payer.h"
#include "sandbox/alipay/sub_code.h"

#include <string.h>

enum { URL_MAX = 256 };

#define HOUR_MS INT64_C(3600000)
#define ONLINE_MS (15 * INT64_C(86400000))
#define FACE_TO_FACE_MS (3 * HOUR_MS)
#define CODE_MS (2 * HOUR_MS)

static bool read_ask(struct call *c, enum product product, struct trade_ask *ask);
static bool check_product_code(const struct biz *biz, enum product product);
static bool read_urls(struct call *c, struct trade_ask *ask);
static bool read_expiry(struct call *c, struct trade_ask *ask);
static void add_payment(struct call *c, const struct trade *t, int64_t paid_fen);
static void take_barcode(struct call *c, const struct barcode_outcome *o);
static void answer_barcode(struct call *c, const struct barcode_outcome *o);

void act_page(struct call *c)
{
	struct trade_ask ask;
	const char *refused;

	if (!read_ask(c,
		      c->method->op == OP_PAGE  ? PRODUCT_PAGE
		      : c->method->op == OP_WAP ? PRODUCT_WAP
						: PRODUCT_APP,
		      &ask))
		return;
	refused = ali_sub_code(trade_offer(&c->s->trades, &ask, c->now_ms, &c->trade));
	if (refused)
		node_refuse(&c->node, refused);
	else
		node_success(&c->node);
}

void act_create(struct call *c)
{
	struct trade_ask ask;
	const char *refused;

	if (!read_ask(c, PRODUCT_JSAPI, &ask))
		return;
	if (c->biz->buyer_id[0] == '\0' && c->biz->buyer_open_id[0] == '\0') {
		call_invalid(c, "buyer_id");
		return;
	}
	refused = ali_sub_code(trade_create(&c->s->trades, &ask, c->now_ms, &c->trade));
	if (refused) {
		node_refuse(&c->node, refused);
		node_add(&c->node, "out_trade_no", str_of(c->biz->number));
		return;
	}
	payer_watch(c->s, c->trade, c->now_ms);
	node_success(&c->node);
	node_add(&c->node, "out_trade_no", str_of(c->trade->number));
	node_add(&c->node, "trade_no", str_of(c->trade->trade_no));
}

void act_precreate(struct call *c)
{
	struct trade_ask ask;
	const char *refused;

	if (!read_ask(c, PRODUCT_QR, &ask))
		return;
	refused = ali_sub_code(trade_offer(&c->s->trades, &ask, c->now_ms, &c->trade));
	if (refused) {
		node_refuse(&c->node, refused);
		node_add(&c->node, "out_trade_no", str_of(c->biz->number));
		return;
	}
	node_success(&c->node);
	node_add(&c->node, "out_trade_no", str_of(c->trade->number));
	node_add(&c->node, "qr_code",
		 str_of(arena_printf(c->arena, "https://qr.alipay.com/%s", c->trade->token)));
}

void act_pay(struct call *c)
{
	struct str code = str_of(c->biz->auth_code);
	bool is_face = strcmp(c->biz->scene, "security_code") == 0;
	struct trade_ask ask;
	const char *refused;
	const struct barcode_outcome *o = barcode_outcome(code);

	if (!read_ask(c, PRODUCT_BARCODE, &ask))
		return;
	if (!is_face && strcmp(c->biz->scene, "bar_code") != 0) {
		call_invalid(c, "scene");
		return;
	}
	if (!barcode_is_valid(code)) {
		node_refuse(&c->node, "ACQ.PAYMENT_AUTH_CODE_INVALID");
		node_add(&c->node, "out_trade_no", str_of(c->biz->number));
		return;
	}
	if (o->trade) {
		refused = ali_sub_code(trade_create(&c->s->trades, &ask, c->now_ms, &c->trade));
		if (refused) {
			node_refuse(&c->node, refused);
			node_add(&c->node, "out_trade_no", str_of(c->biz->number));
			return;
		}
		take_barcode(c, o);
	}
	answer_barcode(c, o);
}

/* What the payer's side does with the trade. */
static void take_barcode(struct call *c, const struct barcode_outcome *o)
{
	payer_watch(c->s, c->trade, c->now_ms);
	if (o->paid)
		(void)payer_pay(c->s, c->trade, false, c->now_ms);
	else if (o->confirms_ms > 0)
		payer_pay_after(c->s, c->trade, false, o->confirms_ms);
}

static void answer_barcode(struct call *c, const struct barcode_outcome *o)
{
	c->silent = o->silent;
	if (o->unknown) {
		node_fail(&c->node, "20000", "isp.unknow-error",
			  str_of(sub_code_text("isp.unknow-error")));
		return;
	}
	if (o->sub_code) {
		node_refuse(&c->node, o->sub_code);
		node_add(&c->node, "out_trade_no", str_of(c->biz->number));
		return;
	}
	if (!c->trade) {
		node_success(&c->node); /* nobody will see it */
		return;
	}
	if (o->paid)
		node_success(&c->node);
	else
		node_waiting(&c->node);
	add_payment(c, c->trade, o->paid ? c->trade->fen : 0);
}

static void add_payment(struct call *c, const struct trade *t, int64_t paid_fen)
{
	struct str paid = yuan_text(c->arena, paid_fen);

	node_add(&c->node, "trade_no", str_of(t->trade_no));
	node_add(&c->node, "out_trade_no", str_of(t->number));
	node_add(&c->node, "buyer_logon_id", STR("abc***@sandbox.com"));
	node_add(&c->node, "buyer_user_id", str_of(t->buyer));
	node_add(&c->node, "total_amount", yuan_text(c->arena, t->fen));
	node_add(&c->node, "buyer_pay_amount", paid);
	node_add(&c->node, "receipt_amount", paid);
	node_add(&c->node, "invoice_amount", paid);
	node_add(&c->node, "point_amount", STR("0.00"));
	node_add(&c->node, "gmt_payment", time_text(c->arena, t->paid_ms));
	if (paid_fen > 0)
		node_add_raw(&c->node, "fund_bill_list", fund_bill_text(c->arena, paid_fen));
}

/* What every payment needs.  False: c->node says what is wrong. */
static bool read_ask(struct call *c, enum product product, struct trade_ask *ask)
{
	const struct biz *biz = c->biz;
	const char *buyer = biz->buyer_id[0] != '\0' ? biz->buyer_id : biz->buyer_open_id;
	const char *wrong = NULL;

	*ask = (struct trade_ask){
		.merchant = &c->app->merchant,
		.product = product,
		.number = biz->number,
		.fen = biz->fen,
		.subject = biz->subject,
		.body = biz->body,
		.passback = biz->passback,
		.quit_url = biz->quit_url,
		.content = arena_printf(c->arena, "%s\n%s", biz->subject, biz->body),
		.buyer = buyer[0] != '\0' ? buyer : "2088000000000009",
	};
	if (biz->number[0] == '\0')
		wrong = "out_trade_no";
	else if (biz->fen == 0)
		wrong = "total_amount";
	else if (biz->subject[0] == '\0')
		wrong = "subject";
	else if (!check_product_code(biz, product))
		wrong = "product_code";
	else if (biz->seller_id[0] != '\0' && strcmp(biz->seller_id, c->app->merchant.seller) != 0)
		wrong = "seller_id";
	if (wrong) {
		call_invalid(c, wrong);
		return false;
	}
	return read_urls(c, ask) && read_expiry(c, ask);
}

static bool check_product_code(const struct biz *biz, enum product product)
{
	static const struct {
		const char *code, *also;
		bool needed;
	} CODES[] = {
		[PRODUCT_PAGE] = { "FAST_INSTANT_TRADE_PAY", "", true },
		[PRODUCT_WAP] = { "QUICK_WAP_WAY", "", true },
		[PRODUCT_APP] = { "QUICK_MSECURITY_PAY", "", false },
		[PRODUCT_JSAPI] = { "JSAPI_PAY", "FACE_TO_FACE_PAYMENT", false },
		[PRODUCT_QR] = { "FACE_TO_FACE_PAYMENT", "QR_CODE_OFFLINE", false },
		[PRODUCT_BARCODE] = { "FACE_TO_FACE_PAYMENT", "", false },
	};

	if (biz->product_code[0] == '\0')
		return !CODES[product].needed;
	return strcmp(biz->product_code, CODES[product].code) == 0 ||
	       strcmp(biz->product_code, CODES[product].also) == 0;
}

static bool read_urls(struct call *c, struct trade_ask *ask)
{
	struct str notify = params_get(c->params, "notify_url");
	struct str back = params_get(c->params, "return_url");

	if (notify.n <= URL_MAX && back.n <= URL_MAX) {
		ask->notify_url = arena_text(c->arena, notify);
		ask->return_url = arena_text(c->arena, back);
		return true;
	}
	node_fail(&c->node, "40002", "isv.invalid-parameter",
		  notify.n > URL_MAX ? STR("参数无效: notify_url") : STR("参数无效: return_url"));
	return false;
}

/* time_expire wins over timeout_express; both count from the request. */
static bool read_expiry(struct call *c, struct trade_ask *ask)
{
	bool face = ask->product == PRODUCT_QR || ask->product == PRODUCT_BARCODE;
	const struct biz *biz = c->biz;

	ask->expires_ms = c->now_ms + (face ? FACE_TO_FACE_MS : ONLINE_MS);
	if (biz->time_expire_ms > 0) {
		ask->expires_ms = biz->time_expire_ms;
	} else if (biz->timeout_express[0] != '\0' &&
		   timeout_read(biz->timeout_express, c->now_ms, &ask->expires_ms) != ERR_OK) {
		call_invalid(c, "timeout_express");
		return false;
	}
	ask->code_expires_ms = ask->expires_ms;
	if (ask->product == PRODUCT_QR && ask->code_expires_ms > c->now_ms + CODE_MS)
		ask->code_expires_ms = c->now_ms + CODE_MS;
	if (biz->qr_code_timeout_express[0] != '\0') {
		int64_t until;

		if (timeout_read(biz->qr_code_timeout_express, c->now_ms, &until) != ERR_OK) {
			call_invalid(c, "qr_code_timeout_express");
			return false;
		}
		if (until < ask->code_expires_ms)
			ask->code_expires_ms = until;
	}
	return true;
}
