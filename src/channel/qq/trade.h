/* trade.h - what answers and notices say of a trade.
 *
 * trade_state: NOTPAY ordered, unpaid; USERPAYING the payer is asked for a password; SUCCESS paid;
 * REFUND paid, and a refund was begun; CLOSED; REVOKED reversed; PAYERROR the payment failed.
 *
 * Source: QQ Wallet, "订单查询", https://qpay.qq.com/buss/wiki/38/1205, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/xml.h"

/* ERR_INVALID for a state that is none of those. */
MUST_USE enum err qq_trade_state(struct str state, enum trade_state *out);

/* The members that tell of a trade, trade_state among them.  ERR_INVALID names what cannot be
 * right: a state that is not known, another currency, paid without an amount or a transaction_id.
 */
MUST_USE enum err qq_trade_read(const struct xml *m, struct channel_trade *trade);

enum { QQ_TIME_TEXT = 15 };

/* "20261122160000" in UTC+8. */
void qq_time_write(int64_t ms, char out[QQ_TIME_TEXT]);
MUST_USE enum err qq_time_read(struct str s, int64_t *ms);
