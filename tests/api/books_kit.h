/* books_kit.h - are the books right?  Asked of the verifier, of the journal, and of what the API
 * shows. */
#pragma once

#include "ledger_kit.h"
#include "verified.h"

static inline void books_agree(const struct fixture *f)
{
	struct verify_counts counts;

	CALL(verified(f->services.store, &counts));
}

/* What is shown of all holders of an asset; they add up to 0. */
static inline void balances_sum_to_zero(const struct fixture *f, const struct party *p,
					const char *asset, const char *const *holders, size_t n)
{
	long long sum = 0;

	for (size_t i = 0; i < n; i++) {
		char path[200];
		struct reply r;

		(void)snprintf(path, sizeof(path), "/v1/accounts/%s/%s", holders[i], asset);
		CALL(ask(f, p->key, "GET", path, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		sum += reply_integer(&r, "balance");
		reply_free(&r);
	}
	EXPECT_INT(0, sum);
}

/* --- the journal of one account, by plain reading --- */

struct entries_ask {
	const char *holder, *asset;
};

struct entries {
	int64_t n, balance; /* from zero */
	bool linked;        /* each goes on from the one before it */
	int64_t shown;      /* the last one's own balance */
};

static inline enum err entries_read(struct tx *tx, const void *ask, void *answer)
{
	const struct entries_ask *a = ask;
	struct entries *out = answer;
	int64_t previous = 0;
	struct rows r;

	*out = (struct entries){ .linked = true };
	TX_GET(tx, &r,
	       "select t.id, t.amount, t.from_account = a.id,"
	       " case when t.from_account = a.id then t.from_balance else t.to_balance end,"
	       " case when t.from_account = a.id then t.from_version else t.to_version end,"
	       " case when t.from_account = a.id then t.from_previous else t.to_previous end"
	       " from transfer t join account a on a.merchant_id = t.merchant_id"
	       " and a.id in (t.from_account, t.to_account) join asset s"
	       " on s.merchant_id = a.merchant_id and s.id = a.asset_id"
	       " where t.merchant_id = $1 and a.holder = $2 and s.code = $3 and t.kind in (1, 3, 5)"
	       " order by t.id",
	       V_I(tx_merchant(tx)), V_T(a->holder), V_T(a->asset));
	while (rows_next(&r)) {
		out->balance += row_i(&r, 2) ? -row_i(&r, 1) : row_i(&r, 1);
		out->shown = row_i(&r, 3);
		out->linked = out->linked && out->shown == out->balance &&
			      row_i(&r, 4) == ++out->n && row_i(&r, 5) == previous;
		previous = row_i(&r, 0);
	}
	return rows_end(&r);
}

static inline struct entries entries_of(const struct fixture *f, const struct party *p,
					const char *holder, const char *asset)
{
	const struct entries_ask ask = { holder, asset };
	struct entries e = { .n = -1 };

	CHECK(store_read(f->services.store, p->merchant, entries_read, &ask, &e) == ERR_OK);
	return e;
}
