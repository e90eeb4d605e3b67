/* clearing_list.c - what was cleared. */
#include "app/clearing.h"

#include "base/check.h"

#include <string.h>

#define COLUMNS                                                                      \
	"select c.id, c.app_id, c.month, s.code, c.opening, c.topped_up, c.charged," \
	" c.rolled_back, c.other_in, c.other_out, c.closing, c.swept, c.created_at"  \
	" from clearing c"                                                           \
	" join asset s on s.merchant_id = c.merchant_id and s.id = c.asset_id"       \
	" where c.merchant_id = $1 and (c.month = $2 or $2 = 0)"

static void read_row(const struct rows *r, struct clearing *c)
{
	*c = (struct clearing){ .id = row_i(r, 0),
				.app = row_i(r, 1),
				.month = (int32_t)row_i(r, 2),
				.opening = row_i(r, 4),
				.topped_up = row_i(r, 5),
				.charged = row_i(r, 6),
				.rolled_back = row_i(r, 7),
				.other_in = row_i(r, 8),
				.other_out = row_i(r, 9),
				.closing = row_i(r, 10),
				.swept = row_i(r, 11),
				.created_at = row_i(r, 12) };
	row_text(r, 3, c->asset, sizeof(c->asset));
}

enum err clearings_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct clearings_ask *ask = ask_;
	const struct list_ask *at = &ask->slice;
	struct clearing slice[LIST_MAX + 1];
	struct clearings *out = answer;
	struct rows r;
	size_t n = 0;

	CHECK(at->limit >= 1 && at->limit <= LIST_MAX);
	if (at->backward)
		TX_GET(tx, &r, COLUMNS " and c.id < $3 order by c.id desc limit $4",
		       V_I(tx_merchant(tx)), V_I(ask->month), V_I(at->number),
		       V_I((int64_t)at->limit + 1));
	else
		TX_GET(tx, &r, COLUMNS " and c.id > $3 order by c.id limit $4",
		       V_I(tx_merchant(tx)), V_I(ask->month), V_I(at->number),
		       V_I((int64_t)at->limit + 1));
	while (rows_next(&r))
		read_row(&r, &slice[n++]);
	TRY(rows_end(&r));
	out->more = list_close(at, slice, sizeof(slice[0]), &n);
	memcpy(out->clearings, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}
