/* later.h - what WeChat Pay does a moment after it has answered: refunds are settled and told,
 * banks say no.
 *
 * A refund is PROCESSING when it was accepted, and done then; its number is the merchant's,
 * whatever the order.  All functions are called with the sandbox's lock held.
 *
 * Source: pay.weixin.qq.com, APIv3, "apply for a refund".
 */
#pragma once

#include "sandbox/platform.h"

/* So long a refund is PROCESSING. */
enum { WX_REFUND_MS = 1000 };

/* Settles the refunds whose time has come: platform.hurry. */
void wx_hurry(struct sandbox *s, struct trade *t, int64_t now_ms);

/* Gives money back.  Known by its number: *out is the refund there is, *again is set, and
 * REFUND_DIFFERS refuses when it is about another order or amount.  Otherwise as trade_refund. */
enum refusal wx_give_back(struct sandbox *s, struct trade *t, const struct refund_ask *ask,
			  struct refund **out, bool *again);

/* tenpay_fail, some time from now. */
void wx_fail_after(struct sandbox *s, struct trade *t, int64_t delay_ms);
