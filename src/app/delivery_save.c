/* delivery_save.c - what became of deliveries, many at a time. */
#include "app/delivery.h"

static enum err save(struct tx *tx, const void *ask, void *answer);
static void save_cursor(struct tx *tx, const struct delivery_cursor *c);
static void save_new(struct tx *tx, const struct delivery_try *t);
static void save_try(struct tx *tx, const struct delivery_try *t);

int64_t delivery_delay_ms(struct rand *r, int64_t tries)
{
	static const int32_t SECONDS[] = { 5,     30,    120,   600,   1800, 3600,
					   10800, 21600, 43200, 86400, 86400 };
	const int64_t n = sizeof(SECONDS) / sizeof(SECONDS[0]);
	int64_t ms = (int64_t)SECONDS[tries < 1 ? 0 : tries > n ? n - 1 : tries - 1] * 1000;

	return ms + (int64_t)rand_below(r, (uint64_t)ms / 10 + 1);
}

enum err delivery_save_submit(const struct services *s, const struct delivery_save *ask,
			      struct delivery_saved *answer, store_done *done, void *arg)
{
	return store_submit(s->store, ask->job.merchant, save, ask, answer, done, arg);
}

/* Written also when the claim is lost: what was sent was sent, and a cursor never goes back. */
static enum err save(struct tx *tx, const void *ask, void *answer)
{
	const struct delivery_save *a = ask;
	struct delivery_saved *out = answer;
	bool stands;

	TRY(job_stands(tx, &a->job, a->claim, &stands));
	out->lost = !stands;
	for (size_t i = 0; i < a->cursors_n; i++)
		save_cursor(tx, &a->cursors[i]);
	for (size_t i = 0; i < a->tries_n; i++)
		if (a->tries[i].row == 0)
			save_new(tx, &a->tries[i]);
		else
			save_try(tx, &a->tries[i]);
	if (stands && a->lease_ms > 0)
		job_renew(tx, &a->job, a->claim, a->lease_ms);
	return ERR_OK;
}

static void save_cursor(struct tx *tx, const struct delivery_cursor *c)
{
	TX_PUT(tx, TX_ANY,
	       "update endpoint set cursor = $3, failing = $4, retry_at = $5 "
	       "where merchant_id = $1 and id = $2 and cursor <= $3",
	       V_I(tx_merchant(tx)), V_I(c->endpoint), V_I(c->cursor), V_I(c->failing),
	       V_ID(c->retry_at));
	if (c->recovered)
		TX_PUT(tx, TX_ANY,
		       "update delivery set due_at = $3 where merchant_id = $1 and lane = $2 "
		       "and status = 1 and due_at > $3",
		       V_I(tx_merchant(tx)), V_I(c->endpoint), V_I(tx_now(tx)));
}

/* The first try failed.  A delivery that was asked for again meanwhile keeps its own time. */
static void save_new(struct tx *tx, const struct delivery_try *t)
{
	TX_PUT(tx, TX_ANY,
	       "insert into delivery (merchant_id, id, app_id, event_id, lane, endpoint_id, "
	       "status, "
	       "tries, due_at, last_status, last_error, created_at) "
	       "values ($1, $2, $3, $4, $5, $5, 1, $6, $7, $8, $9, $10) "
	       "on conflict (merchant_id, event_id, lane) do nothing",
	       V_I(tx_merchant(tx)), V_I(tx_id(tx)), V_I(t->app), V_I(t->event), V_I(t->lane),
	       V_I(t->tries), V_I(t->due_at), V_I(t->status), V_OPT(t->error), V_I(tx_now(tx)));
}

static void save_try(struct tx *tx, const struct delivery_try *t)
{
	bool failed = !t->ok && t->tries >= DELIVERY_TRIES_MAX;
	int64_t status = t->ok ? 2 : failed ? 3 : 1;

	/* With another count of tries it was asked for again meanwhile, and begins anew. */
	TX_PUT(tx, TX_ANY,
	       "update delivery set status = $3, tries = $4, due_at = $5, last_status = $6, "
	       "last_error = $7, ended_at = $8 where merchant_id = $1 and id = $2 and status = 1 "
	       "and tries = $4 - 1",
	       V_I(tx_merchant(tx)), V_I(t->row), V_I(status), V_I(t->tries), V_I(t->due_at),
	       V_I(t->status), V_OPT(t->error), status == 1 ? V_NULL : V_I(tx_now(tx)));
}
