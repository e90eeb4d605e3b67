/* merchant_list.c - the tenants, and one as a closure sees it. */
#include "app/merchant.h"

#include "base/check.h"

#include <stdlib.h>

static enum err list(struct tx *tx, const void *ask, void *answer);
static void row_merchant(const struct rows *r, struct merchant *out);

enum err merchants_list(const struct services *s, int64_t after, struct merchants *out)
{
	return store_read(s->store, 0, list, &after, out);
}

enum err merchants_each(const struct services *s,
			enum err (*fn)(const struct services *s, int64_t merchant))
{
	struct merchants *page = malloc(sizeof(*page));
	int64_t after = 0;
	enum err e;

	CHECK(page != NULL);
	do {
		e = merchants_list(s, after, page);
		for (size_t i = 0; e == ERR_OK && i < page->n; i++) {
			after = page->merchants[i].id;
			e = fn(s, after);
		}
	} while (e == ERR_OK && page->n == MERCHANTS_PAGE);
	free(page);
	return e;
}

enum err merchant_get(struct tx *tx, struct merchant *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select merchant_id, name, livemode, late_money, forced_reversal, created_at"
	       " from merchant"
	       " where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	if (found)
		row_merchant(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "merchant", "there is no such merchant");
	return ERR_OK;
}

static enum err list(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *after = ask;
	struct merchants *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select merchant_id, name, livemode, late_money, forced_reversal, created_at"
	       " from merchant"
	       " where merchant_id > $1 order by merchant_id limit $2",
	       V_I(*after), V_I(MERCHANTS_PAGE));
	while (rows_next(&r))
		row_merchant(&r, &out->merchants[out->n++]);
	return rows_end(&r);
}

static void row_merchant(const struct rows *r, struct merchant *out)
{
	out->id = row_i(r, 0);
	row_text(r, 1, out->name, sizeof(out->name));
	out->livemode = row_i(r, 2) != 0;
	out->accept_late = row_i(r, 3) != 0;
	out->forced_reversal = row_i(r, 4) != 0;
	out->created_at = row_i(r, 5);
}
