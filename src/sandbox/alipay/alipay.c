#include "sandbox/alipay/alipay.h"

#include "base/check.h"
#include "base/time.h"
#include "sandbox/alipay/gateway.h"
#include "sandbox/alipay/sub_code.h"

#include <inttypes.h>
#include <stdio.h>

enum { BODY_BYTES = 131072 };

#define MINUTES(n) (INT64_C(n) * 60000)

static void trade_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
static struct refusal_words refusal(enum refusal r);

static const struct route ROUTES[] = {
	{ "GET", "/gateway.do", 0, gateway_serve },
	{ "POST", "/gateway.do", BODY_BYTES, gateway_serve },
	{ "GET", "/downloadBillFile.resource", 0, bill_serve },
};

static const int64_t WAITS_MS[] = { MINUTES(4),   MINUTES(10),  MINUTES(10), MINUTES(60),
				    MINUTES(120), MINUTES(360), MINUTES(900) };

const struct platform SANDBOX_ALIPAY = {
	.name = "alipay",
	.title = "支付宝 Alipay",
	.merchant = "app_id",
	.operations = OP_BIT(OP_PAGE) | OP_BIT(OP_WAP) | OP_BIT(OP_APP) | OP_BIT(OP_CREATE) |
		      OP_BIT(OP_PRECREATE) | OP_BIT(OP_PAY) | OP_BIT(OP_QUERY) | OP_BIT(OP_CLOSE) |
		      OP_BIT(OP_CANCEL) | OP_BIT(OP_REFUND) | OP_BIT(OP_REFUND_QUERY) |
		      OP_BIT(OP_BILL) | OP_BIT(OP_NOTICE),
	.faults = FAULTS_OF_ALL,
	.code_url = "https://qr.alipay.com/",
	.code_begins = "bax",
	.code_n = 23,
	.closes_refunded = true,
	.trade_number = trade_number,
	.status = ali_status,
	.refusal = refusal,
	.way_back = ali_way_back,
	.notice = { WAITS_MS, sizeof(WAITS_MS) / sizeof(WAITS_MS[0]), ali_notice_url,
		    ali_notice_name, ali_notice_write, ali_notice_accepts },
	.open = ali_open,
	.write_configs = ali_write_configs,
	.close = ali_close,
	.routes = ROUTES,
	.routes_n = sizeof(ROUTES) / sizeof(ROUTES[0]),
};

const struct app *ali_app(const struct merchant *m)
{
	CHECK(m->platform == &SANDBOX_ALIPAY);
	return (const struct app *)m;
}

const char *ali_status(const struct trade *t)
{
	switch (t->state) {
	case TRADE_OFFERED:
		return "NOT_EXIST";
	case TRADE_WAITING:
		return "WAIT_BUYER_PAY";
	case TRADE_PAID:
		return "TRADE_SUCCESS";
	case TRADE_FINISHED:
		return "TRADE_FINISHED";
	case TRADE_CLOSED:
		return "TRADE_CLOSED";
	}
	CHECK(!"a state without a name");
	return "";
}

const char *ali_sub_code(enum refusal r)
{
	static const char *const CODES[] = {
		[REFUSED_NOT] = NULL,
		[REFUSED_NOT_THERE] = "ACQ.TRADE_NOT_EXIST",
		[REFUSED_TIME_OVER] = "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
		[REFUSED_PAID] = "ACQ.TRADE_HAS_SUCCESS",
		[REFUSED_CLOSED] = "ACQ.TRADE_HAS_CLOSE",
		[REFUSED_FINISHED] = "ACQ.TRADE_HAS_FINISHED",
		[REFUSED_NOT_NOW] = "ACQ.TRADE_STATUS_ERROR",
		[REFUSED_DIFFERS] = "ACQ.CONTEXT_INCONSISTENT",
		[REFUSED_REFUND_DIFFERS] = "ACQ.DISCORDANT_REPEAT_REQUEST",
		[REFUSED_REFUND_TOO_MUCH] = "ACQ.REASON_TRADE_REFUND_FEE_ERR",
		[REFUSED_TOO_MANY] = "ACQ.SYSTEM_ERROR",
	};

	return CODES[r];
}

/* Date, 22001, then what makes it unique: 28 digits as on the platform. */
static void trade_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	(void)snprintf(out, TRADE_NO_TEXT, "%08" PRId32 "22001%06" PRIu32 "%09" PRIu64,
		       china_date(now_ms), ts->start, trades_next(ts));
}

static struct refusal_words refusal(enum refusal r)
{
	const char *code = ali_sub_code(r);

	return (struct refusal_words){ code, sub_code_text(code) };
}
