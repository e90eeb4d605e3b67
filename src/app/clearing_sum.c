#include "app/clearing_sum.h"

#include "app/history.h"
#include "base/money.h"
#include "core/ledger.h"
#include "core/reason.h"

#include <string.h>

enum { SLICE = 5000 };

/* Where the walk is, and what it has added up. */
struct walk {
	int64_t account, at; /* the transfer to read next; 0: the beginning was passed */
	int64_t from, to;    /* the month's ids: from <= id < to */
	bool closed;         /* closing is known */
	bool done;
	struct clearing *sums;
};

struct step {
	enum posting_kind kind;
	bool in;
	int64_t id, amount, balance, previous, reason;
	char other[HOLDER_MAX + 1]; /* the other side's holder; "" none */
};

static enum err walk_slice(struct tx *tx, const void *ask, void *answer);
static enum err read_step(struct tx *tx, const struct walk *w, struct step *s);
static enum err take(struct walk *w, const struct step *s);
static int64_t *sum_of(struct clearing *sums, const struct step *s);

enum err clearing_sum(const struct services *s, int64_t merchant,
		      const struct clearing_chain *chain, int64_t until, struct clearing *out,
		      bool *more)
{
	struct walk w = { .account = chain->account,
			  .at = chain->last,
			  .from = history_bound(month_begin_ms(chain->month)),
			  .to = history_bound(month_begin_ms(month_next(chain->month))),
			  .sums = out };

	*more = false;
	while (!w.done && w.at != 0) {
		if (until != 0 && s->clock->mono_ms(s->clock) > until) {
			*more = true;
			return ERR_OK;
		}
		TRY(store_read(s->store, merchant, walk_slice, NULL, &w));
	}
	/* Nothing in the month: it closes as it opened. */
	if (!w.closed)
		out->closing = out->opening;
	return ERR_OK;
}

static enum err walk_slice(struct tx *tx, const void *ask, void *answer)
{
	struct walk *w = answer;
	struct step s;

	(void)ask;
	for (int i = 0; i < SLICE && w->at != 0 && !w->done; i++) {
		TRY(read_step(tx, w, &s));
		TRY(take(w, &s));
	}
	return ERR_OK;
}

static enum err read_step(struct tx *tx, const struct walk *w, struct step *s)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select t.kind, t.from_account, t.amount, t.from_balance, t.to_balance,"
	       " t.from_previous, t.to_previous, t.reason, o.holder from transfer t"
	       " left join account o on o.merchant_id = t.merchant_id and o.id ="
	       " case when t.from_account = $3 then t.to_account else t.from_account end"
	       " where t.merchant_id = $1 and t.id = $2",
	       V_I(tx_merchant(tx)), V_I(w->at), V_I(w->account));
	if (found) {
		s->id = w->at;
		s->kind = (enum posting_kind)row_i(&r, 0);
		s->in = row_i(&r, 1) != w->account;
		s->amount = row_i(&r, 2);
		s->balance = row_i(&r, s->in ? 4 : 3);
		s->previous = row_i(&r, s->in ? 6 : 5);
		s->reason = row_i(&r, 7);
		row_text(&r, 8, s->other, sizeof(s->other));
	}
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_CORRUPT, "an account's chain names transfer %lld, which is not there",
		     (long long)w->at);
	return ERR_OK;
}

static enum err take(struct walk *w, const struct step *s)
{
	int64_t *sum;

	if (s->id < w->from) {
		w->sums->opening = s->balance;
		w->done = true;
		return ERR_OK;
	}
	w->at = s->previous;
	if (s->id >= w->to)
		return ERR_OK;
	if (!w->closed)
		w->sums->closing = s->balance;
	w->closed = true;
	/* What is set aside or released does not move. */
	if (s->kind == POSTING_HOLD || s->kind == POSTING_RELEASE)
		return ERR_OK;
	sum = sum_of(w->sums, s);
	return amount_add(*sum, s->amount, sum);
}

static int64_t *sum_of(struct clearing *sums, const struct step *s)
{
	/* A conversion changes one asset for another by way of system: nothing is bought. */
	bool shop = strcmp(s->other, "system") == 0 && s->reason != REASON_CONVERSION;

	if (s->in && s->kind == POSTING_REVERSAL)
		return &sums->rolled_back;
	if (s->in)
		return shop || strncmp(s->other, "channel:", 8) == 0 ? &sums->topped_up
								     : &sums->other_in;
	return shop && s->kind != POSTING_REVERSAL && s->reason != REASON_CLEARING
		       ? &sums->charged
		       : &sums->other_out;
}
