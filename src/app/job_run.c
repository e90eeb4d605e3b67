#include "app/job_run.h"

#include "sys/rand.h"

#include <string.h>

static enum err list_due(struct tx *tx, const void *ask, void *answer);
static enum err list_next(struct tx *tx, int64_t now, struct job_list *out);
static enum err is_there(struct tx *tx, const void *ask, void *answer);
static enum err make(struct tx *tx, const void *ask, void *answer);
static enum err claim(struct tx *tx, const void *ask, void *answer);
static void claim_put(struct tx *tx, const struct job_claim *c, bool made);
static enum err give_back(struct tx *tx, const void *ask, void *answer);
static enum err list_parked(struct tx *tx, const void *ask, void *answer);

/* --- finding --- */

struct due_ask {
	int64_t now, run;
};

enum err job_list_due(const struct services *s, int64_t now_ms, struct job_list *out)
{
	struct due_ask ask = { now_ms, s->run };

	return store_read(s->store, 0, list_due, &ask, out);
}

static enum err list_due(struct tx *tx, const void *ask, void *answer)
{
	const struct due_ask *a = ask;
	struct job_list *out = answer;
	struct rows r;

	out->n = 0;
	/* A lease of a former run of this node is void: that process is gone. */
	TX_GET(tx, &r,
	       "select j.merchant_id, j.kind, j.object, coalesce(a.channel_account, "
	       "f.channel_account) from job j "
	       "left join attempt a on j.kind = $4 and a.merchant_id = j.merchant_id and a.id = "
	       "j.object left join refund f on j.kind = $5 and f.merchant_id = j.merchant_id and "
	       "f.id = j.object "
	       "where j.parked = 0 and j.due_at <= $1 and (j.lease_until is null or j.lease_until "
	       "<= $1 "
	       "or (j.lease_run <> $2 and ((j.lease_run >> 13) & 255) = $3)) "
	       "order by j.due_at limit $6",
	       V_I(a->now), V_I(a->run), V_I(job_node(a->run)), V_I(JOB_ATTEMPT_FOLLOW),
	       V_I(JOB_REFUND_FOLLOW), V_I(JOB_DUE_MAX));
	while (rows_next(&r)) {
		struct job_due *d = &out->due[out->n++];

		d->key =
			(struct job_key){ row_i(&r, 0), (enum job_kind)row_i(&r, 1), row_i(&r, 2) };
		d->channel_account = row_i(&r, 3);
	}
	TRY(rows_end(&r));
	return list_next(tx, a->now, out);
}

static enum err list_next(struct tx *tx, int64_t now, struct job_list *out)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select due_at from job where parked = 0 and due_at > $1 order by due_at limit 1",
	       V_I(now));
	out->next_at = rows_next(&r) ? row_i(&r, 0) : INT64_MAX;
	return rows_end(&r);
}

/* Looks first: nearly always there is one, and a start writes nothing that it need not. */
enum err job_make(const struct services *s, const struct job_key *key)
{
	bool there;

	TRY(store_read(s->store, key->merchant, is_there, key, &there));
	return there ? ERR_OK : store_write(s->store, key->merchant, make, key, NULL);
}

static enum err is_there(struct tx *tx, const void *ask, void *answer)
{
	const struct job_key *k = ask;
	struct rows r;

	TX_ONE(tx, &r, (bool *)answer,
	       "select 1 from job where merchant_id = $1 and kind = $2 and object = $3",
	       V_I(k->merchant), V_I(k->kind), V_I(k->object));
	return rows_end(&r);
}

static enum err make(struct tx *tx, const void *ask, void *answer)
{
	const struct job_key *k = ask;

	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "insert into job (merchant_id, kind, object, due_at, created_at) "
	       "values ($1, $2, $3, $4, $4) on conflict (merchant_id, kind, object) do nothing",
	       V_I(k->merchant), V_I(k->kind), V_I(k->object), V_I(tx_now(tx)));
	return ERR_OK;
}

/* --- claiming --- */

int64_t job_claim_number(const struct services *s)
{
	return (int64_t)rand_below(s->rand, INT64_MAX) + 1;
}

enum err job_claim(const struct services *s, const struct job_claim *ask, enum job_claimed *out)
{
	return store_write(s->store, ask->key.merchant, claim, ask, out);
}

enum err job_claim_submit(const struct services *s, const struct job_claim *ask,
			  enum job_claimed *out, store_done *done, void *arg)
{
	return store_submit(s->store, ask->key.merchant, claim, ask, out, done, arg);
}

struct job_row {
	bool found, parked, leased;
	int64_t due_at, claims, claim;
};

static enum err job_read(struct tx *tx, const struct job_key *k, int64_t run, struct job_row *j)
{
	struct rows r;

	*j = (struct job_row){ 0 };
	TX_ONE(tx, &r, &j->found,
	       "select due_at, claims, claim, parked, lease_until > $4 and (lease_run = $5 or "
	       "((lease_run >> 13) & 255) <> $6) from job "
	       "where merchant_id = $1 and kind = $2 and object = $3",
	       V_I(k->merchant), V_I(k->kind), V_I(k->object), V_I(tx_now(tx)), V_I(run),
	       V_I(job_node(run)));
	if (j->found) {
		j->due_at = row_i(&r, 0);
		j->claims = row_i(&r, 1);
		j->claim = row_i(&r, 2);
		j->parked = row_i(&r, 3) != 0;
		j->leased = row_i(&r, 4) != 0;
	}
	return rows_end(&r);
}

static enum err claim(struct tx *tx, const void *ask, void *answer)
{
	const struct job_claim *c = ask;
	enum job_claimed *out = answer;
	struct job_row j;

	TRY(job_read(tx, &c->key, c->run, &j));
	if (j.claim == c->claim && j.found) {
		*out = JOB_CLAIMED; /* this very claim, committed before */
	} else if (!c->make && (!j.found || j.due_at > c->now_ms)) {
		*out = JOB_GONE;
	} else if (j.parked) {
		*out = JOB_PARKED;
	} else if (j.leased) {
		*out = JOB_HELD;
	} else if (j.claims >= JOB_CLAIMS_MAX) {
		TX_PUT(tx, 1,
		       "update job set parked = 1 where merchant_id = $1 and kind = $2 and object "
		       "= $3",
		       V_I(c->key.merchant), V_I(c->key.kind), V_I(c->key.object));
		*out = JOB_PARKED;
	} else {
		claim_put(tx, c, !j.found);
		*out = JOB_CLAIMED;
	}
	return ERR_OK;
}

static void claim_put(struct tx *tx, const struct job_claim *c, bool made)
{
	if (made)
		TX_PUT(tx, 1,
		       "insert into job (merchant_id, kind, object, due_at, claims, claim, "
		       "lease_until, "
		       "lease_run, created_at) values ($1, $2, $3, $4, 1, $5, $6, $7, $4)",
		       V_I(c->key.merchant), V_I(c->key.kind), V_I(c->key.object), V_I(tx_now(tx)),
		       V_I(c->claim), V_I(tx_now(tx) + c->lease_ms), V_I(c->run));
	else
		TX_PUT(tx, 1,
		       "update job set claims = claims + 1, claim = $4, lease_until = $5, "
		       "lease_run = $6 where merchant_id = $1 and kind = $2 and object = $3",
		       V_I(c->key.merchant), V_I(c->key.kind), V_I(c->key.object), V_I(c->claim),
		       V_I(tx_now(tx) + c->lease_ms), V_I(c->run));
}

/* --- returning --- */

enum err job_return(const struct services *s, const struct job_return *ask)
{
	return store_write(s->store, ask->key.merchant, give_back, ask, NULL);
}

enum err job_return_submit(const struct services *s, const struct job_return *ask, store_done *done,
			   void *arg)
{
	return store_submit(s->store, ask->key.merchant, give_back, ask, NULL, done, arg);
}

static enum err give_back(struct tx *tx, const void *ask, void *answer)
{
	const struct job_return *b = ask;

	(void)answer;
	if (b->again) {
		TX_PUT(tx, TX_ANY,
		       "update job set due_at = $5, claims = 0, claim = null, lease_until = null, "
		       "lease_run = null where merchant_id = $1 and kind = $2 and object = $3 and "
		       "claim = $4",
		       V_I(b->key.merchant), V_I(b->key.kind), V_I(b->key.object), V_I(b->claim),
		       V_I(b->due_at));
		if (b->due_at - tx_now(tx) < JOB_LOOK_MS)
			tx_tell(tx, NEWS_JOBS);
	} else {
		TX_PUT(tx, TX_ANY,
		       "delete from job where merchant_id = $1 and kind = $2 and object = $3 and "
		       "claim = $4",
		       V_I(b->key.merchant), V_I(b->key.kind), V_I(b->key.object), V_I(b->claim));
	}
	return ERR_OK;
}

enum err job_stands(struct tx *tx, const struct job_key *key, int64_t claim_number, bool *stands)
{
	struct job_row j;

	TRY(job_read(tx, key, 0, &j));
	*stands = j.found && j.claim == claim_number;
	return ERR_OK;
}

void job_renew(struct tx *tx, const struct job_key *key, int64_t claim_number, int64_t lease_ms)
{
	TX_PUT(tx, 1,
	       "update job set claims = 1, lease_until = $5 "
	       "where merchant_id = $1 and kind = $2 and object = $3 and claim = $4",
	       V_I(key->merchant), V_I(key->kind), V_I(key->object), V_I(claim_number),
	       V_I(tx_now(tx) + lease_ms));
}

/* --- parked --- */

struct parked_answer {
	struct job_parked *out;
	size_t cap, n;
};

enum err job_list_parked(const struct services *s, struct job_parked *out, size_t cap, size_t *n)
{
	struct parked_answer answer = { out, cap, 0 };

	TRY(store_read(s->store, 0, list_parked, NULL, &answer));
	*n = answer.n;
	return ERR_OK;
}

static enum err list_parked(struct tx *tx, const void *ask, void *answer)
{
	struct parked_answer *a = answer;
	struct rows r;

	(void)ask;
	a->n = 0;
	TX_GET(tx, &r,
	       "select merchant_id, kind, object, due_at from job where parked = 1 order by due_at "
	       "limit $1",
	       V_I((int64_t)a->cap));
	while (rows_next(&r))
		a->out[a->n++] = (struct job_parked){
			{ row_i(&r, 0), (enum job_kind)row_i(&r, 1), row_i(&r, 2) }, row_i(&r, 3)
		};
	return rows_end(&r);
}
