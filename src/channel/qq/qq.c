#include "channel/qq/qq.h"

#include "channel/qq/config.h"
#include "channel/qq/message.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* A payment by code is asked about every ten seconds for thirty, and reversed no sooner than five
 * minutes after it was sent; an order is not closed sooner either.
 *
 * Source: QQ Wallet, "提交付款码支付", https://qpay.qq.com/buss/wiki/1/1122; "撤销订单",
 * https://qpay.qq.com/buss/wiki/1/1125; "关闭订单", https://qpay.qq.com/buss/wiki/38/1206; read
 * 2026-11. */
static const struct channel_method METHODS[] = {
	{
		.name = "qq.qr",
		.action = ACTION_QRCODE,
		.calls = true,
		.expiry_min_ms = 5 * MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "qq.jsapi",
		.action = ACTION_JSAPI,
		.calls = true,
		.expiry_min_ms = 5 * MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "qq.app",
		.action = ACTION_APP,
		.calls = true,
		.expiry_min_ms = 5 * MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "qq.barcode",
		.action = ACTION_NONE,
		.calls = true,
		.needs_auth_code = true,
		.at_once = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = MINUTE,
		.query_every_ms = 10000,
		.wait_ms = 30000,
		.cancel_gap_ms = 5 * MINUTE,
	},
};

const struct channel QQ = {
	.caps = {
		.name = "qq",
		.title = "QQ钱包",
		.title_en = "QQ Wallet",
		.barcodes = "18 digits that begin with 91",
		.subject_max = 128,
		.refund_window_ms = 365 * DAY,
		.refund_gap_ms = 3000,
		.refund_query_ms = 10000,
		.close_gap_ms = 5 * MINUTE,
		.methods = METHODS,
		.methods_n = sizeof(METHODS) / sizeof(METHODS[0]),
	},
	.config_read = qq_config_read,
	.config_free = qq_config_free,
	.config_expires_ms = qq_config_expires_ms,
	.is_barcode = qq_is_barcode,
	.advice = qq_advice,
	.create_build = qq_create_build,
	.create_read = qq_create_read,
	.query_build = qq_query_build,
	.query_read = qq_query_read,
	.close_build = qq_close_build,
	.close_read = qq_close_read,
	.cancel_build = qq_cancel_build,
	.cancel_read = qq_cancel_read,
	.refund_build = qq_refund_build,
	.refund_read = qq_refund_read,
	.refund_query_build = qq_refund_query_build,
	.refund_query_read = qq_refund_query_read,
	.notice_read = qq_notice_read,
	.notice_answer = qq_notice_answer,
	.inspect = qq_inspect,
};
