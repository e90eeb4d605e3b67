/* transfer_row.h - a transfer and the names of its accounts as rows. */
#pragma once

#include "app/transfer.h"

#define TRANSFER_ROWS                                                                  \
	"select t.id, t.at, t.kind, t.amount, t.from_balance, t.to_balance, t.reason," \
	" t.app_id, t.request_id, t.ref, t.memo, f.holder, o.holder, s.code,"          \
	" t.from_account, t.to_account, t.cause"                                       \
	" from transfer t"                                                             \
	" join account f on f.merchant_id = t.merchant_id and f.id = t.from_account"   \
	" join account o on o.merchant_id = t.merchant_id and o.id = t.to_account"     \
	" join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id"
void transfer_row_read(const struct rows *r, struct transfer_view *out);
