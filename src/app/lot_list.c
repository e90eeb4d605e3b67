#include "app/lot_list.h"

#include "base/check.h"

#include <string.h>

enum err lots_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct lots_ask *ask = ask_;
	const struct list_ask *at = &ask->slice;
	struct lot_list *out = answer;
	struct lot slice[LIST_MAX + 1];
	struct account *account;
	struct asset asset;
	struct rows r;
	size_t n = 0;

	CHECK(at->limit >= 1 && at->limit <= LIST_MAX);
	TRY(account_find(tx, &ask->account, &asset, &account));
	if (at->backward)
		TX_GET(tx, &r,
		       "select expires_at, amount from lot where merchant_id = $1"
		       " and account_id = $2 and expires_at < $3 order by expires_at desc limit $4",
		       V_I(tx_merchant(tx)), V_I(account->id), V_I(at->number),
		       V_I((int64_t)at->limit + 1));
	else
		TX_GET(tx, &r,
		       "select expires_at, amount from lot where merchant_id = $1"
		       " and account_id = $2 and expires_at > $3 order by expires_at limit $4",
		       V_I(tx_merchant(tx)), V_I(account->id), V_I(at->number),
		       V_I((int64_t)at->limit + 1));
	while (rows_next(&r))
		slice[n++] = (struct lot){ .expires_at = row_i(&r, 0), .amount = row_i(&r, 1) };
	TRY(rows_end(&r));
	out->more = list_close(at, slice, sizeof(slice[0]), &n);
	memcpy(out->lots, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}
