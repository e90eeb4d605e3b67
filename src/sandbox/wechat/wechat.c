#include "sandbox/wechat/wechat.h"

#include "base/check.h"
#include "base/time.h"
#include "sandbox/tenpay/order.h"
#include "sandbox/wechat/call.h"
#include "sandbox/wechat/later.h"

#include <inttypes.h>
#include <stdio.h>

enum { BODY_BYTES = 65536 };

#define MINUTES(n) (INT64_C(n) * 60000)

static void trade_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
static void refund_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
static void number(const char *kind, struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);

/* clang-format off */
static const struct route ROUTES[] = {
	{ "POST", "/v3/pay/transactions/native", BODY_BYTES, wx_native },
	{ "POST", "/v3/pay/transactions/h5", BODY_BYTES, wx_h5 },
	{ "POST", "/v3/pay/transactions/jsapi", BODY_BYTES, wx_jsapi },
	{ "POST", "/v3/pay/transactions/app", BODY_BYTES, wx_app },
	{ "POST", "/v3/pay/transactions/codepay", BODY_BYTES, wx_codepay },
	{ "GET", "/v3/pay/transactions/out-trade-no/*", 0, wx_query },
	{ "GET", "/v3/pay/transactions/id/*", 0, wx_query_id },
	{ "POST", "/v3/pay/transactions/out-trade-no/*/close", BODY_BYTES, wx_shut },
	{ "POST", "/v3/pay/transactions/out-trade-no/*/reverse", BODY_BYTES, wx_reverse },
	{ "POST", "/v3/refund/domestic/refunds", BODY_BYTES, wx_refund },
	{ "GET", "/v3/refund/domestic/refunds/*", 0, wx_refund_query },
	{ "GET", "/v3/certificates", 0, wx_certificates },
	{ "GET", "/v3/bill/tradebill", 0, wx_tradebill },
	{ "GET", "/v3/bill/fundflowbill", 0, wx_fundflowbill },
	{ "GET", "/v3/billdownload/file", 0, wx_bill_file },
	{ "GET", "/cgi-bin/mmpayweb-bin/checkmweb", 0, wx_h5_page },
	{ "POST", "/sandbox/wechat/rotate", 1024, wx_control_rotate },
};
/* clang-format on */

static const int64_t WAITS_MS[] = {
	15000,        15000,        30000,        MINUTES(3),   MINUTES(10),
	MINUTES(20),  MINUTES(30),  MINUTES(30),  MINUTES(30),  MINUTES(60),
	MINUTES(180), MINUTES(180), MINUTES(180), MINUTES(360), MINUTES(360),
};

const struct platform SANDBOX_WECHAT = {
	.name = "wechat",
	.title = "微信支付 WeChat Pay",
	.merchant = "mchid",
	.operations = OP_BIT(OP_NATIVE) | OP_BIT(OP_H5) | OP_BIT(OP_JSAPI) | OP_BIT(OP_APP) |
		      OP_BIT(OP_CODEPAY) | OP_BIT(OP_QUERY) | OP_BIT(OP_CLOSE) |
		      OP_BIT(OP_REVERSE) | OP_BIT(OP_REFUND) | OP_BIT(OP_REFUND_QUERY) |
		      OP_BIT(OP_CERTIFICATES) | OP_BIT(OP_BILL) | OP_BIT(OP_BILL_FILE) |
		      OP_BIT(OP_NOTICE),
	.faults = FAULTS_OF_ALL | FAULT_BIT(FAULT_ABNORMAL_REFUND) | FAULT_BIT(FAULT_UNSIGNED) |
		  FAULT_BIT(FAULT_OLD_TIMESTAMP) | FAULT_BIT(FAULT_UNKNOWN_SERIAL) |
		  FAULT_BIT(FAULT_PROBE),
	.code_url = "weixin://wxpay/bizpayurl?pr=",
	.code_begins = "",
	.code_n = 9,
	.numbered_when_paid = true,
	.trade_number = trade_number,
	.refund_number = refund_number,
	.status = tenpay_status,
	.refusal = wx_refusal,
	.hurry = wx_hurry,
	.notice = { WAITS_MS, sizeof(WAITS_MS) / sizeof(WAITS_MS[0]), wx_notice_url, wx_notice_name,
		    wx_notice_write, wx_notice_accepts },
	.open = wx_open,
	.write_configs = wx_write_configs,
	.close = wx_close,
	.routes = ROUTES,
	.routes_n = sizeof(ROUTES) / sizeof(ROUTES[0]),
};

const struct wx_merchant *wx_merchant(const struct merchant *m)
{
	CHECK(m->platform == &SANDBOX_WECHAT);
	return (const struct wx_merchant *)m;
}

void wx_time_write(int64_t ms, char out[WX_TIME_TEXT])
{
	char local[LOCAL_TEXT];
	size_t n = 0;

	china_write(ms, local);
	str_add(out, WX_TIME_TEXT, &n, "%.10sT%s+08:00", local, local + 11);
}

/* 28 digits: kind, day, what makes it unique. */
static void number(const char *kind, struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	(void)snprintf(out, TRADE_NO_TEXT, "%s%08" PRId32 "0%06" PRIu32 "%09" PRIu64, kind,
		       china_date(now_ms), ts->start, trades_next(ts));
}

static void trade_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	number("4200", ts, now_ms, out);
}

static void refund_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	number("5030", ts, now_ms, out);
}
