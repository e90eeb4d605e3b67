/* order.c - a payment begins: the shop shows a code or opens the wallet, or scans the payer's. */
#include "sandbox/qq/barcode.h"
#include "sandbox/qq/call.h"
#include "sandbox/tenpay/order.h"
#include "sandbox/payer.h"

#include "base/time.h"

#include <string.h>

#define LIFE_MS INT64_C(7200000)
#define FEN_MAX INT64_C(10000000000)

static const char DIGITS[] = "0123456789";
static const char NUMBER[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-|*@";

static bool read_ask(struct call *c, bool barcode, struct trade_ask *ask);
static bool read_product(struct call *c, bool barcode, enum product *out);
static bool read_expiry(struct call *c, int64_t *out);
static bool is_url(struct str url);
static const char *content(struct call *c);
static bool wrong(struct call *c, const char *member);
static void take_barcode(struct call *c, const struct qpay_barcode *b);

void qpay_unified_order(struct call *c)
{
	struct trade_ask ask;
	enum refusal refused;

	if (!read_ask(c, false, &ask))
		return;
	refused = trade_create(&c->s->trades, &ask, c->now_ms, &c->trade);
	if (refused != REFUSED_NOT) {
		qpay_refuse_by(c, refused);
		return;
	}
	payer_watch(c->s, c->trade, c->now_ms);
	qpay_out(c, "trade_type", qpay_trade_type(c->trade));
	qpay_out(c, "prepay_id", str_of(arena_printf(c->arena, "6M%s", c->trade->token)));
	if (c->trade->product == PRODUCT_QR)
		qpay_out(c, "code_url",
			 str_of(arena_printf(c->arena, "%s%s", SANDBOX_QQ.code_url,
					     c->trade->token)));
}

void qpay_micropay(struct call *c)
{
	const struct qpay_barcode *b = qpay_barcode(qpay_in(c, "auth_code"));
	struct trade_ask ask;
	enum refusal refused;

	if (!read_ask(c, true, &ask))
		return;
	if (!b) {
		qpay_refuse(c, "AUTH_CODE_INVALID", "请扫描QQ钱包付款码(以91为前缀的18位数字)");
		return;
	}
	if (b->order) {
		refused = trade_create(&c->s->trades, &ask, c->now_ms, &c->trade);
		if (refused != REFUSED_NOT) {
			qpay_refuse_by(c, refused);
			return;
		}
		take_barcode(c, b);
	}
	c->silent = b->silent;
	if (b->code)
		qpay_refuse(c, b->code, b->text);
	if (c->trade && !b->code)
		qpay_out_trade(c, c->trade);
}

/* What the payer's side does with the order. */
static void take_barcode(struct call *c, const struct qpay_barcode *b)
{
	struct trade *t = c->trade;

	payer_watch(c->s, t, c->now_ms);
	if (t->state != TRADE_WAITING)
		return;
	t->asked = !b->paid && !b->fails;
	if (b->paid)
		(void)payer_pay(c->s, t, false, c->now_ms);
	else if (b->fails)
		tenpay_fail(t, c->now_ms);
	else if (b->confirms_ms > 0)
		payer_pay_after(c->s, t, false, b->confirms_ms);
}

/* What every payment needs.  False: c says what is wrong. */
static bool read_ask(struct call *c, bool barcode, struct trade_ask *ask)
{
	struct str number = qpay_in(c, "out_trade_no"), url = qpay_in(c, "notify_url");

	*ask = (struct trade_ask){
		.merchant = &c->merchant->merchant,
		.number = number.p,
		.subject = qpay_in(c, "body").p,
		.passback = qpay_in(c, "attach").p,
		.notify_url = url.p,
		.device = qpay_in(c, "device_info").p,
		.appid = qpay_in(c, "appid").p,
		.content = content(c),
		.buyer = "4D5C0A1B2E3F60718293A4B5C6D7E8F9",
	};
	if (!str_is_made_of(number, NUMBER, 32))
		return wrong(c, "out_trade_no");
	if (str_integer(qpay_in(c, "total_fee"), 1, FEN_MAX, &ask->fen) != ERR_OK)
		return wrong(c, "total_fee");
	if (!str_is(qpay_in(c, "fee_type"), "CNY"))
		return wrong(c, "fee_type");
	if (url.n > 0 && !is_url(url))
		return wrong(c, "notify_url");
	if (!read_product(c, barcode, &ask->product) || !read_expiry(c, &ask->expires_ms))
		return false;
	ask->code_expires_ms = ask->expires_ms;
	return true;
}

static bool read_product(struct call *c, bool barcode, enum product *out)
{
	static const struct {
		const char *name;
		enum product product;
	} TYPES[] = { { "NATIVE", PRODUCT_QR },
		      { "JSAPI", PRODUCT_JSAPI },
		      { "APP", PRODUCT_APP },
		      { "MINIAPP", PRODUCT_JSAPI },
		      { "MICROPAY", PRODUCT_BARCODE } };

	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++) {
		if (str_is(qpay_in(c, "trade_type"), TYPES[i].name) &&
		    barcode == (TYPES[i].product == PRODUCT_BARCODE)) {
			*out = TYPES[i].product;
			return true;
		}
	}
	return wrong(c, "trade_type");
}

static bool read_expiry(struct call *c, int64_t *out)
{
	struct str s = qpay_in(c, "time_expire");
	const char *local;

	*out = c->now_ms + LIFE_MS;
	if (s.n == 0)
		return true;
	if (s.n != 14 || !str_is_made_of(s, DIGITS, 14))
		return wrong(c, "time_expire");
	local = arena_printf(c->arena, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", s.p, s.p + 4, s.p + 6,
			     s.p + 8, s.p + 10, s.p + 12);
	if (china_read(str_of(local), out) != ERR_OK)
		return wrong(c, "time_expire");
	return true;
}

/* Absolute, and without a query: notices bring everything in their body. */
static bool is_url(struct str url)
{
	char host[256];
	bool tls;

	return str_find(url, '?') == url.n && net_url_host(url, host, sizeof(host), &tls) == ERR_OK;
}

/* What must be the same when the number is asked for again. */
static const char *content(struct call *c)
{
	return arena_printf(c->arena, "%s\n%s\n%s\n%s\n%s", qpay_in(c, "trade_type").p,
			    qpay_in(c, "body").p, qpay_in(c, "attach").p,
			    qpay_in(c, "notify_url").p, qpay_in(c, "time_expire").p);
}

static bool wrong(struct call *c, const char *member)
{
	qpay_refuse(c, "PARAM_ERROR", arena_printf(c->arena, "参数%s错误", member));
	return false;
}
