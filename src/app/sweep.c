#include "app/sweep.h"

#include "app/idempotency.h"

/* A slice is short, so that the writer serves others in between; a run is short, so that it
 * returns. */
enum { SLICE = 500, SLICES_MAX = 100, MERCHANTS = 100 };

struct merchants_with_old {
	int64_t ids[MERCHANTS];
	size_t n;
};

static enum err find_old(struct tx *tx, const void *ask, void *answer);

enum err sweep_idempotency(const struct services *s, bool *more)
{
	static const int64_t MAX = SLICE;
	int64_t before = s->clock->wall_ms(s->clock) - IDEMPOTENCY_MS;
	struct merchants_with_old old;
	int slices = 0;

	for (;;) {
		TRY(store_read(s->store, 0, find_old, &before, &old));
		*more = old.n > 0;
		if (!*more || slices >= SLICES_MAX)
			return ERR_OK;
		for (size_t i = 0; i < old.n; i++, slices++)
			TRY(store_write(s->store, old.ids[i], idempotency_sweep, &MAX, NULL));
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
