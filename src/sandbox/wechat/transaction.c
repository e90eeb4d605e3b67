/* transaction.c - an order and a refund, as answers and notices show them.
 *
 * Source: pay.weixin.qq.com, APIv3, "query an order", "payment notice", "query a refund", "refund
 * notice".
 */
#include "sandbox/tenpay/order.h"
#include "sandbox/wechat/wechat.h"
#include "sys/json.h"

#include <string.h>

static void write_time(struct jout *w, const char *key, int64_t ms);
static const char *trade_type(enum product product);
static const char *refund_status(const struct refund *r);

void wx_transaction_write(const struct trade *t, const char *status, int64_t fen, struct jout *w)
{
	jout_object(w, NULL);
	jout_text(w, "appid", t->appid);
	jout_text(w, "mchid", t->merchant->id);
	jout_text(w, "out_trade_no", t->number);
	jout_text(w, "trade_state", status);
	jout_text(w, "trade_state_desc", tenpay_status_text(status));
	jout_object(w, "amount");
	jout_integer(w, "total", fen);
	jout_text(w, "currency", "CNY");
	if (t->paid_ms > 0) {
		jout_integer(w, "payer_total", fen);
		jout_text(w, "payer_currency", "CNY");
	}
	jout_object_end(w);
	if (t->paid_ms > 0) {
		jout_text(w, "transaction_id", t->trade_no);
		jout_text(w, "trade_type", trade_type(t->product));
		jout_text(w, "bank_type", "OTHERS");
		jout_text(w, "attach", t->passback);
		write_time(w, "success_time", t->paid_ms);
		jout_object(w, "payer");
		jout_text(w, "openid", t->buyer);
		jout_object_end(w);
	}
	if (t->device[0] != '\0') {
		jout_object(w, "scene_info");
		jout_text(w, "device_id", t->device);
		jout_object_end(w);
	}
	jout_object_end(w);
}

void wx_refund_write(const struct refund *r, int64_t fen, struct jout *w)
{
	const struct trade *t = r->trade;

	jout_object(w, NULL);
	jout_text(w, "refund_id", r->refund_no);
	jout_text(w, "out_refund_no", r->request_no);
	jout_text(w, "transaction_id", t->trade_no);
	jout_text(w, "out_trade_no", t->number);
	jout_text(w, "channel", "ORIGINAL");
	jout_text(w, "user_received_account", "支付用户零钱");
	if (strcmp(refund_status(r), "SUCCESS") == 0)
		write_time(w, "success_time", r->settles_ms);
	write_time(w, "create_time", r->at_ms);
	jout_text(w, "status", refund_status(r));
	jout_text(w, "funds_account", "AVAILABLE");
	jout_object(w, "amount");
	jout_integer(w, "total", t->fen);
	jout_integer(w, "refund", fen);
	jout_array(w, "from");
	jout_array_end(w);
	jout_integer(w, "payer_total", t->fen);
	jout_integer(w, "payer_refund", fen);
	jout_integer(w, "settlement_refund", fen);
	jout_integer(w, "settlement_total", t->fen);
	jout_integer(w, "discount_refund", 0);
	jout_text(w, "currency", "CNY");
	jout_object_end(w);
	jout_object_end(w);
}

void wx_refund_told(const struct refund *r, int64_t total, int64_t fen, struct jout *w)
{
	const struct trade *t = r->trade;

	jout_object(w, NULL);
	jout_text(w, "mchid", t->merchant->id);
	jout_text(w, "out_trade_no", t->number);
	jout_text(w, "transaction_id", t->trade_no);
	jout_text(w, "out_refund_no", r->request_no);
	jout_text(w, "refund_id", r->refund_no);
	jout_text(w, "refund_status", refund_status(r));
	if (!r->abnormal)
		write_time(w, "success_time", r->settles_ms);
	jout_text(w, "user_received_account", "支付用户零钱");
	jout_object(w, "amount");
	jout_integer(w, "total", total);
	jout_integer(w, "refund", fen);
	jout_integer(w, "payer_total", total);
	jout_integer(w, "payer_refund", fen);
	jout_object_end(w);
	jout_object_end(w);
}

static void write_time(struct jout *w, const char *key, int64_t ms)
{
	char text[WX_TIME_TEXT];

	wx_time_write(ms, text);
	jout_text(w, key, text);
}

static const char *trade_type(enum product product)
{
	static const char *const TYPES[] = {
		[PRODUCT_PAGE] = "NATIVE", [PRODUCT_WAP] = "MWEB",  [PRODUCT_APP] = "APP",
		[PRODUCT_JSAPI] = "JSAPI", [PRODUCT_QR] = "NATIVE", [PRODUCT_BARCODE] = "MICROPAY",
	};

	return TYPES[product];
}

static const char *refund_status(const struct refund *r)
{
	if (!r->settled)
		return "PROCESSING";
	return r->abnormal ? "ABNORMAL" : "SUCCESS";
}
