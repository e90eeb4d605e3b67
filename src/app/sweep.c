#include "app/sweep.h"

#include "app/idempotency.h"

/* A slice is short, so that the writer serves others in between; a run is short, so that it
 * returns. */
enum { SLICE = 500, GROUPS_SLICE = 10, SLICES_MAX = 100, MERCHANTS = 100 };

struct merchants_with_old {
	int64_t ids[MERCHANTS];
	size_t n;
};

static enum err find_old(struct tx *tx, const void *ask, void *answer);
static enum err find_old_groups(struct tx *tx, const void *ask, void *answer);
static enum err forget_groups(struct tx *tx, const void *ask, void *answer);
static enum err sweep(const struct services *s, store_fn *find, store_fn *slice, int64_t max,
		      bool *more);

enum err sweep_idempotency(const struct services *s, bool *more)
{
	return sweep(s, find_old, idempotency_sweep, SLICE, more);
}

enum err sweep_groups(const struct services *s, bool *more)
{
	return sweep(s, find_old_groups, forget_groups, GROUPS_SLICE, more);
}

static enum err sweep(const struct services *s, store_fn *find, store_fn *slice, int64_t max,
		      bool *more)
{
	int64_t before = s->clock->wall_ms(s->clock) - IDEMPOTENCY_MS;
	struct merchants_with_old old;
	int slices = 0;

	for (;;) {
		TRY(store_read(s->store, 0, find, &before, &old));
		*more = old.n > 0;
		if (!*more || slices >= SLICES_MAX)
			return ERR_OK;
		for (size_t i = 0; i < old.n; i++, slices++)
			TRY(store_write(s->store, old.ids[i], slice, &max, NULL));
	}
}

static enum err find_old(struct tx *tx, const void *ask, void *answer)
{
	struct merchants_with_old *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select merchant_id from merchant m where exists (select 1 from idempotency_key k "
	       "where k.merchant_id = m.merchant_id and k.created_at <= $1) limit $2",
	       V_I(*(const int64_t *)ask), V_I(MERCHANTS));
	while (rows_next(&r))
		out->ids[out->n++] = row_i(&r, 0);
	return rows_end(&r);
}

static enum err find_old_groups(struct tx *tx, const void *ask, void *answer)
{
	struct merchants_with_old *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select merchant_id from merchant m where exists (select 1 from transfer_group g "
	       "where g.merchant_id = m.merchant_id and g.done_at <= $1 and g.body is not null) "
	       "limit $2",
	       V_I(*(const int64_t *)ask), V_I(MERCHANTS));
	while (rows_next(&r))
		out->ids[out->n++] = row_i(&r, 0);
	return rows_end(&r);
}

static enum err forget_groups(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *max = ask;

	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "update transfer_group set body = null, results = null, digest = null where "
	       "(merchant_id, id) in"
	       " (select merchant_id, id from transfer_group where merchant_id = $1"
	       "  and done_at <= $2 and body is not null order by done_at limit $3)",
	       V_I(tx_merchant(tx)), V_I(tx_now(tx) - IDEMPOTENCY_MS), V_I(*max));
	return ERR_OK;
}
