/* sim_same.c - how requests are grouped into commits must not show in the journal. */
#include "sim.h"

#include "base/check.h"
#include "sys/crypto.h"

#include <stdlib.h>

/* One row as it is compared: nothing of ids, times and batches but their order; a conversion's
 * transfers name its id. */
enum { ROW_TEXT = 700 };

struct journal {
	char (*rows)[ROW_TEXT];
	size_t n, cap;
	int64_t batches;
};

static void run_ops(uint64_t seed, int ops, bool at_once, struct journal *out);
static enum err wait_for(struct tx *tx, const void *ask, void *answer);
static void opened(void *arg, const struct outcome *o);
static enum err read_journal(struct tx *tx, const void *ask, void *answer);

bool sim_same_journal(uint64_t seed, int ops, char fault[SIM_FAULT_TEXT])
{
	struct journal single = { .n = 0 }, whole = { .n = 0 };
	bool same;

	run_ops(seed, ops, false, &single);
	run_ops(seed, ops, true, &whole);
	same = single.n == whole.n && single.n > 0;
	(void)snprintf(fault, SIM_FAULT_TEXT, "%zu and %zu rows", single.n, whole.n);
	for (size_t i = 0; i < single.n && same; i++) {
		same = strcmp(single.rows[i], whole.rows[i]) == 0;
		if (!same)
			(void)snprintf(fault, SIM_FAULT_TEXT, "row %zu: %.150s | %.150s", i,
				       single.rows[i], whole.rows[i]);
	}
	if (same && whole.batches * 2 > single.batches) {
		(void)snprintf(fault, SIM_FAULT_TEXT, "%d batches at once, %d one by one",
			       (int)whole.batches, (int)single.batches);
		same = false;
	}
	free(single.rows);
	free(whole.rows);
	return same;
}

static void run_ops(uint64_t seed, int ops, bool at_once, struct journal *out)
{
	const struct sim_options o = { .seed = seed, .tail_rows = at_once ? 0 : 1 };
	struct model *m = calloc(1, sizeof(*m));
	struct sim_flight *flights = calloc((size_t)ops, sizeof(*flights));
	struct rand *rand = rand_seeded(seed);
	atomic_int left = at_once ? ops : 0;
	struct sim_world w;
	sem_t latch;

	CHECK(m && flights);
	CHECK(sem_init(&latch, 0, 0) == 0);
	sim_world_begin(&w, &o);
	if (at_once)
		CHECK(store_submit(w.services.store, w.merchant, wait_for, NULL, &latch, opened,
				   NULL) == ERR_OK);
	for (int i = 0; i < ops; i++) {
		bool fresh;

		flights[i].op = sim_op(rand, m, 0, i - i % 7 / 5);
		(void)model_do(m, &flights[i].op, &fresh);
		flights[i].left = &left;
		if (!at_once)
			atomic_store(&left, 1);
		sim_submit(&w, &flights[i]);
		if (!at_once)
			sim_wait(&w);
	}
	CHECK(sem_post(&latch) == 0);
	if (at_once)
		sim_wait(&w);
	CHECK(store_read(w.services.store, w.merchant, read_journal, NULL, out) == ERR_OK);
	sim_world_end(&w);
	CHECK(sem_destroy(&latch) == 0);
	rand_free(rand);
	free(flights);
	free(m);
}

/* Keeps the writer, so that what is submitted meanwhile waits together. */
static enum err wait_for(struct tx *tx, const void *ask, void *answer)
{
	(void)tx;
	(void)ask;
	while (sem_wait(answer) != 0)
		continue;
	return ERR_OK;
}

static void opened(void *arg, const struct outcome *o)
{
	(void)arg;
	(void)o;
}

static enum err read_journal(struct tx *tx, const void *ask, void *answer)
{
	struct journal *j = answer;
	struct rows r;

	(void)ask;
	TX_GET(tx, &r,
	       "select t.kind, s.code, f.holder, coalesce(o.holder, ''), t.amount, t.from_balance,"
	       " t.from_held, t.from_version, t.to_balance, t.to_held, t.to_version, t.app_id,"
	       " case when t.reason = 1002 then '' else t.request_id end, t.reason,"
	       " case when t.reason = 1002 then '' else t.ref end, t.memo, t.batch from transfer t"
	       " join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id"
	       " join account f on f.merchant_id = t.merchant_id and f.id = t.from_account"
	       " left join account o on o.merchant_id = t.merchant_id and o.id = t.to_account"
	       " where t.merchant_id = $1 order by t.id",
	       V_I(tx_merchant(tx)));
	while (rows_next(&r)) {
		size_t n = 0;

		if (j->n == j->cap) {
			j->cap = j->cap ? 2 * j->cap : 64;
			j->rows = realloc(j->rows, j->cap * ROW_TEXT);
			CHECK(j->rows != NULL);
		}
		for (int column = 0; column < 16; column++) {
			struct str s = row_s(&r, column);

			if (s.n > 0)
				str_add(j->rows[j->n], ROW_TEXT, &n, "%.*s ", (int)s.n, s.p);
			else
				str_add(j->rows[j->n], ROW_TEXT, &n, "%lld ",
					(long long)row_i(&r, column));
		}
		j->batches = row_i(&r, 16);
		j->n++;
	}
	return rows_end(&r);
}
