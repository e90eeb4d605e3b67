/* app_list.c - a merchant's apps. */
#include "app/app.h"

static enum err list(struct tx *tx, const void *ask, void *answer);

enum err apps_list(const struct services *s, int64_t merchant, int64_t after, struct apps *out)
{
	return store_read(s->store, merchant, list, &after, out);
}

static enum err list(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *after = ask;
	struct apps *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select id, name, created_at, sweep from app where merchant_id = $1 and id > $2"
	       " order by id limit $3",
	       V_I(tx_merchant(tx)), V_I(*after), V_I(APPS_PAGE));
	while (rows_next(&r)) {
		struct app *a = &out->apps[out->n++];

		a->id = row_i(&r, 0);
		row_text(&r, 1, a->name, sizeof(a->name));
		a->created_at = row_i(&r, 2);
		a->sweep = row_i(&r, 3) != 0;
	}
	return rows_end(&r);
}
