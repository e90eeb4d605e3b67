/* codes.h - what the codes of an answer mean for us.
 *
 * A code that is not in the table tells nothing, and so is UNKNOWN: unknown is never failure.
 *
 * Source: Alipay Open Platform, "公共错误码", https://opendocs.alipay.com/common/02km9f, read
 * 2026-11. Source: "业务错误码" of alipay.trade.pay,
 * https://opendocs.alipay.com/open/1f1fe18c_alipay.trade.pay; precreate,
 * https://opendocs.alipay.com/open/02ekfg; create, …/open/02ekfj; close, …/open/028wob; cancel,
 * …/open/02ekfi; refund, …/open/02ekfk; read 2026-11.
 */
#pragma once

#include "channel/channel.h"

struct alipay_meaning {
	enum verdict verdict;
	bool query_now; /* the number is used, paid or closed: a query tells which */
};

/* `sub_code` without "ACQ.".  DONE only for 10000.  An answer that is not `verified` can turn us
 * away at the door or ask us to wait; what it says of the payment itself is not believed. */
struct alipay_meaning alipay_meaning_of(int code, const char *sub_code, bool verified);
