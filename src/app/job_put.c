#include "app/job_put.h"

void job_put(struct tx *tx, enum job_kind kind, int64_t object, int64_t due_at, int64_t run,
	     int64_t leased_ms)
{
	bool leased = leased_ms > 0;

	TX_PUT(tx, 1,
	       "insert into job (merchant_id, kind, object, due_at, lease_until, lease_run, "
	       "created_at) "
	       "values ($1, $2, $3, $4, $5, $6, $7) on conflict (merchant_id, kind, object) do "
	       "update "
	       "set due_at = excluded.due_at, lease_until = excluded.lease_until, "
	       "lease_run = excluded.lease_run, claim = null, parked = 0, "
	       "claims = case when job.parked = 1 then 0 else job.claims end",
	       V_I(tx_merchant(tx)), V_I(kind), V_I(object), V_I(due_at),
	       leased ? V_I(tx_now(tx) + leased_ms) : V_NULL, leased ? V_I(run) : V_NULL,
	       V_I(tx_now(tx)));
	/* What is due further off is found by looking. */
	if (!leased && due_at - tx_now(tx) < JOB_LOOK_MS)
		tx_tell(tx, NEWS_JOBS);
}

void job_end(struct tx *tx, enum job_kind kind, int64_t object)
{
	TX_PUT(tx, TX_ANY, "delete from job where merchant_id = $1 and kind = $2 and object = $3",
	       V_I(tx_merchant(tx)), V_I(kind), V_I(object));
}

int64_t job_node(int64_t run)
{
	return run >> ID_COUNTER_BITS & ((1 << ID_NODE_BITS) - 1);
}

enum err job_held(struct tx *tx, enum job_kind kind, int64_t object, int64_t run, bool *held)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select lease_until from job where merchant_id = $1 and kind = $2 and object = $3 "
	       "and lease_until > $4 and (lease_run = $5 or ((lease_run >> 13) & 255) <> $6)",
	       V_I(tx_merchant(tx)), V_I(kind), V_I(object), V_I(tx_now(tx)), V_I(run),
	       V_I(job_node(run)));
	*held = found;
	return rows_end(&r);
}
