/* key_list.c - a merchant's keys, by what may be shown of them. */
#include "app/app.h"

static enum err list(struct tx *tx, const void *ask, void *answer);

enum err keys_list(const struct services *s, int64_t merchant, int64_t after, struct keys *out)
{
	return store_read(s->store, merchant, list, &after, out);
}

static enum err list(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *after = ask;
	struct keys *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select id, app_id, hint, scope, created_at, revoked_at from api_key"
	       " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(tx_merchant(tx)), V_I(*after), V_I(KEYS_PAGE));
	while (rows_next(&r)) {
		struct key_row *k = &out->keys[out->n++];

		k->id = row_i(&r, 0);
		k->app = row_i(&r, 1);
		row_text(&r, 2, k->hint, sizeof(k->hint));
		k->scope = (enum key_scope)row_i(&r, 3);
		k->created_at = row_i(&r, 4);
		k->revoked_at = row_i(&r, 5);
	}
	return rows_end(&r);
}
