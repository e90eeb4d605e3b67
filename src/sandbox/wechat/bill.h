/* bill.h - the tables of a day's bills, as the platform writes them: UTF-8 behind a byte order
 * mark, lines that end in CR LF, a backtick in front of each cell that is not a header's. */
#pragma once

#include "sandbox/day.h"
#include "sandbox/text.h"

#include <stdint.h>

enum wx_bill { WX_BILL_ALL, WX_BILL_SUCCESS, WX_BILL_REFUND };

/* Payments and refunds; nothing is written when there are none of this type. */
void wx_trade_table(const struct day *day, enum wx_bill type, int64_t now_ms, struct text *out);

/* Every movement of the balance; likewise. */
void wx_flow_table(const struct day *day, const struct merchant *m, struct text *out);
