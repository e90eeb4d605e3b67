/* notice.h - the envelope of a notice: which event, and its content encrypted.
 *
 * Source: WeChat Pay, "支付成功回调通知",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_5.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "channel/wechat/resource.h"

struct wechat_notice {
	char id[129], event[65];
	struct wechat_resource resource;
};

/* ERR_INVALID: not a notice. */
MUST_USE enum err wechat_notice_open(struct str body, struct arena *a, struct wechat_notice *out);
