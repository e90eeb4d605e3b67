/* order.h - what WeChat Pay and QQ Wallet, both Tenpay's, make of a trade.
 *
 *   NOTPAY -> SUCCESS -> REFUND
 *      `-> CLOSED                        by the shop, or when its time is over
 *   USERPAYING -> SUCCESS | PAYERROR     only payment codes
 *      `-> REVOKED                       reverse, also of what was paid: the money goes back
 *
 * An order exists from the call that makes it; its transaction number is made when it is paid.  All
 * functions are called with the sandbox's lock held.
 *
 * Source: pay.weixin.qq.com, "query an order" of APIv3; qpay.qq.com, wiki 38/1205; see
 * docs/sandbox.md.
 */
#pragma once

#include "sandbox/trade.h"

/* "NOTPAY" "USERPAYING" "SUCCESS" "REFUND" "CLOSED" "REVOKED" "PAYERROR" */
const char *tenpay_status(const struct trade *t);

/* The same in words: "订单未支付". */
const char *tenpay_status_text(const char *status);

/* Closes what was not paid, and gives back what was, as if it had not been; done again, it says the
 * same.  Refuses with NOT_NOW what was refunded in part, and FINISHED. */
enum refusal tenpay_reverse(struct trade *t, int64_t now_ms);

/* The payer's bank says no: PAYERROR.  Nothing happens to what does not wait. */
void tenpay_fail(struct trade *t, int64_t now_ms);
