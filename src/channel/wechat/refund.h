/* refund.h - what answers and notices say of a refund.
 *
 * SUCCESS: the money went back; PROCESSING: accepted; CLOSED: it did not; ABNORMAL: the payer's
 * card or account takes it no more, and somebody has to name another way in the console.
 *
 * Source: WeChat Pay, "查询单笔退款",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_10.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

struct wechat_refund {
	char number[CHANNEL_NUMBER_MAX + 1], refund_number[CHANNEL_NUMBER_MAX + 1];
	char trade_no[CHANNEL_NUMBER_MAX + 1], refund_no[CHANNEL_NUMBER_MAX + 1];
	char status[33], currency[17];
	int64_t fen, total_fen; /* -1 if not said */
	int64_t at_ms;
};

/* `status_name` is "status" in an answer, "refund_status" in a notice. */
void wechat_refund_said(struct jin *r, const char *status_name, struct wechat_refund *out);

/* What the status means.  ERR_NOTICE: one that is not known. */
MUST_USE enum err wechat_refund_take(const struct wechat_refund *said, struct channel_refund *out);

/* As well, and it must be the refund that was asked for.  ERR_NOTICE says what differs. */
MUST_USE enum err wechat_refund_judge(const struct channel_refund_ask *ask,
				      const struct wechat_refund *said, struct channel_refund *out);
