/* trade.h - what answers and notices say of a trade.
 *
 * trade_state: NOTPAY, USERPAYING unpaid; SUCCESS paid; REFUND paid, and a refund was begun;
 * CLOSED, REVOKED (a payment by code that was reversed), PAYERROR (one that failed): nothing is
 * owed.
 *
 * Source: WeChat Pay, "商户订单号查询订单",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_2.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

struct wechat_trade {
	struct channel_trade trade; /* without its state */
	char mch_id[33], appid[33], state[33], currency[17];
};

/* Reads the members of an answer or a decrypted notice, all optional. */
void wechat_trade_read(struct jin *r, struct wechat_trade *out);

/* Checks that it is of this merchant and this number, in yuan, and that money comes with its amount
 * and WeChat's number; gives it its state.  ERR_NOTICE says what differs. */
MUST_USE enum err wechat_trade_judge(const struct channel_versions *versions, const char *number,
				     struct wechat_trade *said);

/* The merchant number of the account; it never changes. */
bool wechat_is_ours(const struct channel_versions *versions, const char *mch_id);

/* An optional RFC 3339 time; left alone when absent or "". */
void wechat_jin_time(struct jin *r, const char *key, int64_t *ms);
