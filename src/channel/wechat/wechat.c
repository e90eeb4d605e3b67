#include "channel/wechat/wechat.h"

#include "channel/wechat/config.h"
#include "channel/wechat/message.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* code_url and prepay_id are valid for two hours, h5_url for five minutes.  A payment by code is
 * asked about every ten seconds until 45 seconds after it began and then reversed, which must not
 * be sooner than 15 seconds.
 *
 * Source: WeChat Pay, "Native 下单", https://pay.weixin.qq.com/doc/v3/merchant/4012791877, "H5
 * 下单", https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_3_1.shtml, and
 * "付款码支付开发指引", https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_10&index=1,
 * read 2026-11.
 */
static const struct channel_method METHODS[] = {
	{
		.name = "wechat.qr",
		.action = ACTION_QRCODE,
		.calls = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "wechat.h5",
		.action = ACTION_REDIRECT,
		.calls = true,
		.needs_client_ip = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 5 * MINUTE,
	},
	{
		.name = "wechat.jsapi",
		.action = ACTION_JSAPI,
		.calls = true,
		.needs_openid = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "wechat.mini",
		.action = ACTION_JSAPI,
		.calls = true,
		.needs_openid = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "wechat.app",
		.action = ACTION_APP,
		.calls = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = 2 * HOUR,
	},
	{
		.name = "wechat.barcode",
		.action = ACTION_NONE,
		.calls = true,
		.needs_auth_code = true,
		.at_once = true,
		.expiry_min_ms = MINUTE,
		.expiry_max_ms = MINUTE,
		.query_every_ms = 10 * SECOND,
		.wait_ms = 45 * SECOND,
		.cancel_gap_ms = 15 * SECOND,
	},
};

const struct channel WECHAT = {
	.caps = {
		.name = "wechat",
		.title = "微信支付",
		.title_en = "WeChat Pay",
		.barcodes = "18 digits that begin with 10 to 15",
		.subject_max = 127,
		.refund_window_ms = 365 * DAY,
		.refund_gap_ms = MINUTE,
		.refund_query_ms = 10 * SECOND,
		.methods = METHODS,
		.methods_n = sizeof(METHODS) / sizeof(METHODS[0]),
	},
	.config_read = wechat_config_read,
	.config_free = wechat_config_free,
	.config_expires_ms = wechat_config_expires_ms,
	.is_barcode = wechat_is_barcode,
	.advice = wechat_advice,
	.certificates_wanted = wechat_certificates_wanted,
	.certificates_build = wechat_certificates_build,
	.certificates_read = wechat_certificates_read,
	.certificate_add = wechat_certificate_add,
	.create_build = wechat_create_build,
	.create_read = wechat_create_read,
	.query_build = wechat_query_build,
	.query_read = wechat_query_read,
	.close_build = wechat_close_build,
	.close_read = wechat_close_read,
	.cancel_build = wechat_cancel_build,
	.cancel_read = wechat_cancel_read,
	.refund_build = wechat_refund_build,
	.refund_read = wechat_refund_read,
	.refund_query_build = wechat_refund_query_build,
	.refund_query_read = wechat_refund_query_read,
	.notice_read = wechat_notice_read,
	.notice_answer = wechat_notice_answer,
	.inspect = wechat_inspect,
};
