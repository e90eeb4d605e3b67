/* codes.h - what the error codes of an answer mean for us.
 *
 * A code that is not in the table tells nothing, and so is UNKNOWN: unknown is never failure.
 *
 * Source: WeChat Pay, "基本规则",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay2_0.shtml, and the tables of errors
 * of native ordering, https://pay.weixin.qq.com/doc/v3/merchant/4012791877, and refunding,
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_9.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"

/* What was asked: the same code may mean the payer's money or the merchant's. */
enum wechat_kind { WECHAT_PAYMENT, WECHAT_REFUND };

struct wechat_meaning {
	enum verdict verdict;
	bool query_now; /* the number is used, paid, closed or not there: a query tells which */
};

/* `code` without "_", for the spelling differs between pages and years.  Never DONE.  An answer
 * that is not `verified` can turn us away at the door or ask us to wait; what it says of the
 * payment itself is not believed. */
struct wechat_meaning wechat_meaning_of(enum wechat_kind kind, int status, const char *code,
					bool verified);

/* What is wrong with an answer by our own reading, for advice. */
#define WECHAT_CODE_CLOCK "tael.clock"
#define WECHAT_CODE_SERIAL "tael.serial"
#define WECHAT_CODE_SIGNATURE "tael.signature"
#define WECHAT_CODE_API_V3_KEY "tael.api_v3_key"
