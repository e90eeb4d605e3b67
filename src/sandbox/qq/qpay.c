#include "sandbox/qq/qpay.h"

#include "base/check.h"
#include "base/time.h"
#include "sandbox/qq/call.h"
#include "sandbox/tenpay/order.h"

#include <inttypes.h>
#include <stdio.h>

enum { MEMBERS_OF_PAYMENT = 12 };

#define SECONDS(n) (INT64_C(n) * 1000)

static void trade_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
static void refund_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);
static void number(const char *kind, struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT]);

static const int64_t WAITS_MS[] = { SECONDS(15),   SECONDS(15),   SECONDS(30),
				    SECONDS(180),  SECONDS(1800), SECONDS(1800),
				    SECONDS(1800), SECONDS(1800), SECONDS(3600) };

const struct platform SANDBOX_QQ = {
	.name = "qq",
	.title = "QQ钱包 QQ Wallet",
	.merchant = "mch_id",
	.operations = OP_BIT(OP_UNIFIED_ORDER) | OP_BIT(OP_MICROPAY) | OP_BIT(OP_QUERY) |
		      OP_BIT(OP_CLOSE) | OP_BIT(OP_REVERSE) | OP_BIT(OP_REFUND) |
		      OP_BIT(OP_REFUND_QUERY) | OP_BIT(OP_BILL) | OP_BIT(OP_NOTICE),
	.faults = FAULTS_OF_ALL,
	.code_url = "https://qpay.qq.com/qr/",
	.code_begins = "qp",
	.code_n = 24,
	.numbered_when_paid = true,
	.trade_number = trade_number,
	.refund_number = refund_number,
	.status = tenpay_status,
	.refusal = qpay_refusal,
	.notice = { WAITS_MS, sizeof(WAITS_MS) / sizeof(WAITS_MS[0]), qpay_notice_url,
		    qpay_notice_name, qpay_notice_write, qpay_notice_accepts },
	.open = qpay_open,
	.write_configs = qpay_write_configs,
	.close = qpay_close,
	.routes = QPAY_ROUTES,
	.routes_n = QPAY_SERVICES,
};

const struct qpay_merchant *qpay_merchant_of(const struct merchant *m)
{
	CHECK(m->platform == &SANDBOX_QQ);
	return (const struct qpay_merchant *)m;
}

/* What is compared when a number is asked for again begins with it. */
struct str qpay_trade_type(const struct trade *t)
{
	return str_cut(str_of(t->content), '\n', NULL);
}

struct refusal_words qpay_refusal(enum refusal r)
{
	static const struct refusal_words WORDS[] = {
		[REFUSED_NOT] = { NULL, NULL },
		[REFUSED_NOT_THERE] = { "ORDERNOTEXIST", "订单不存在" },
		[REFUSED_TIME_OVER] = { "ORDERCLOSED", "订单已过期" },
		[REFUSED_PAID] = { "ORDERPAID", "订单已支付" },
		[REFUSED_CLOSED] = { "ORDERCLOSED", "订单已关闭" },
		[REFUSED_FINISHED] = { "TRADE_OVERDUE", "订单已超过退款期限" },
		[REFUSED_NOT_NOW] = { "TRADE_ERROR", "订单状态不允许此操作" },
		[REFUSED_DIFFERS] = { "OUT_TRADE_NO_USED", "商户订单号重复" },
		[REFUSED_REFUND_DIFFERS] = { "INVALID_REQUEST", "退款单号已用于其他退款" },
		[REFUSED_REFUND_TOO_MUCH] = { "INVALID_REQUEST", "退款金额大于可退金额" },
		[REFUSED_TOO_MANY] = { "SYSTEMERROR", "系统错误" },
	};

	return WORDS[r];
}

void qpay_add(struct field *fields, size_t *n, const char *name, struct str value)
{
	if (value.n > 0)
		fields[(*n)++] = (struct field){ str_of(name), value };
}

void qpay_add_payment(struct field *fields, size_t *n, const struct trade *t, int64_t fen,
		      struct arena *a)
{
	struct str amount = str_of(arena_printf(a, "%" PRId64, fen));
	size_t before = *n;

	qpay_add(fields, n, "trade_type", qpay_trade_type(t));
	qpay_add(fields, n, "trade_state", str_of(tenpay_status(t)));
	qpay_add(fields, n, "bank_type", STR("BALANCE"));
	qpay_add(fields, n, "fee_type", STR("CNY"));
	qpay_add(fields, n, "total_fee", amount);
	qpay_add(fields, n, "cash_fee", amount);
	qpay_add(fields, n, "coupon_fee", STR("0"));
	qpay_add(fields, n, "transaction_id", str_of(t->trade_no));
	qpay_add(fields, n, "attach", str_of(t->passback));
	qpay_add(fields, n, "time_end", qpay_time(t->paid_ms, a));
	qpay_add(fields, n, "openid", str_of(t->buyer));
	qpay_add(fields, n, "device_info", str_of(t->device));
	CHECK(*n - before <= MEMBERS_OF_PAYMENT);
}

/* 28 digits: merchant, kind, day, what makes it unique. */
static void number(const char *kind, struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	(void)snprintf(out, TRADE_NO_TEXT, "%s%s%06" PRId32 "%04" PRIu32 "%06" PRIu64, QPAY_MCH_ID,
		       kind, china_date(now_ms) % 1000000, ts->start % 10000,
		       trades_next(ts) % 1000000);
}

static void trade_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	number("46", ts, now_ms, out);
}

static void refund_number(struct trades *ts, int64_t now_ms, char out[TRADE_NO_TEXT])
{
	number("56", ts, now_ms, out);
}
