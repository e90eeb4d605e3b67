/* trade.h - what answers and notices say of a trade.
 *
 * trade_status: WAIT_BUYER_PAY created, unpaid; TRADE_CLOSED closed unpaid, or refunded in full;
 * TRADE_SUCCESS paid; TRADE_FINISHED paid and past its refund window.
 *
 * Source: Alipay Open Platform, "统一收单交易查询", https://opendocs.alipay.com/open/02ekfh, read
 * 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

/* ERR_INVALID for a status that is not one of the four. */
MUST_USE enum err alipay_trade_state(struct str status, enum trade_state *out);

/* Reads the members of a node that tell of the trade, all optional, except its status. */
void alipay_trade_read(struct jin *r, struct channel_trade *trade);
