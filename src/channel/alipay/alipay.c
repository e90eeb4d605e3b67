#include "channel/alipay/alipay.h"

#include "channel/alipay/config.h"
#include "channel/alipay/message.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* The shortest expiry is a minute (wap: five), the longest 15 days; a code to scan is valid for two
 * hours.  A payment by code is asked about for a minute and then cancelled.
 *
 * Source: Alipay Open Platform, "统一收单线下交易预创建", https://opendocs.alipay.com/open/02ekfg,
 * and "alipay.trade.pay", https://opendocs.alipay.com/open/1f1fe18c_alipay.trade.pay, read 2026-11.
 */
static const struct channel_method METHODS[] = {
	{
		.name = "alipay.page",
		.action = ACTION_REDIRECT,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 15 * DAY,
	},
	{
		.name = "alipay.wap",
		.action = ACTION_REDIRECT,
		.expiry_min_ms = 5 * MINUTE,
		.expiry_max_ms = 15 * DAY,
	},
	{
		.name = "alipay.app",
		.action = ACTION_APP,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 15 * DAY,
	},
	{
		.name = "alipay.jsapi",
		.action = ACTION_JSAPI,
		.calls = true,
		.needs_openid = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 15 * DAY,
	},
	{
		.name = "alipay.qr",
		.action = ACTION_QRCODE,
		.calls = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "alipay.barcode",
		.action = ACTION_NONE,
		.calls = true,
		.needs_auth_code = true,
		.at_once = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = MINUTE,
		.query_every_ms = 5000,
		.wait_ms = MINUTE,
	},
};

const struct channel ALIPAY = {
	.caps = {
		.name = "alipay",
		.title = "支付宝",
		.title_en = "Alipay",
		.barcodes = "16 to 24 digits that begin with 25 to 30",
		.subject_max = 256,
		.refund_window_ms = 365 * DAY,
		.refund_gap_ms = 3000,
		.refund_query_ms = 10000,
		.methods = METHODS,
		.methods_n = sizeof(METHODS) / sizeof(METHODS[0]),
	},
	.config_read = alipay_config_read,
	.config_free = alipay_config_free,
	.config_expires_ms = alipay_config_expires_ms,
	.is_barcode = alipay_is_barcode,
	.advice = alipay_advice,
	.create_build = alipay_create_build,
	.create_read = alipay_create_read,
	.query_build = alipay_query_build,
	.query_read = alipay_query_read,
	.close_build = alipay_close_build,
	.close_read = alipay_close_read,
	.cancel_build = alipay_cancel_build,
	.cancel_read = alipay_cancel_read,
	.refund_build = alipay_refund_build,
	.refund_read = alipay_refund_read,
	.refund_query_build = alipay_refund_query_build,
	.refund_query_read = alipay_refund_query_read,
	.notice_read = alipay_notice_read,
	.notice_answer = alipay_notice_answer,
	.return_read = alipay_return_read,
	.inspect = alipay_inspect,
};
