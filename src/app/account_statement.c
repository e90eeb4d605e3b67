#include "app/account_statement.h"

#include "base/check.h"
#include "base/money.h"
#include "sys/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALK_STEPS = 5000, PAGE_STEPS = 1000 };

/* What is known between two reads. */
struct work {
	const struct account_statement_ask *ask;
	struct account_statement *out;
	int64_t account;
	int64_t at; /* the entry to look at next; 0 none */
	bool closed, walked;
	int64_t *ids; /* of the lines, newest first */
	size_t cap;
	size_t page; /* the slice's first line, counted from the oldest */
	size_t named;
};

static enum err begin(struct tx *tx, const void *ask, void *answer);
static enum err walk(struct tx *tx, const void *ask, void *answer);
static enum err take(struct work *w, const struct entry *e);
static enum err fill_page(struct tx *tx, const void *ask, void *answer);
static enum err name_reasons(struct tx *tx, const void *ask, void *answer);
static enum err place_page(struct work *w);
static struct account_statement_sum *sum_of(struct account_statement *s, int64_t reason, bool add);
static enum err read_all(const struct services *s, int64_t merchant, struct work *w);
static void work_free(struct work *w);
static int compare(const void *a, const void *b);

enum err account_statement_make(const struct services *s, int64_t merchant,
				const struct account_statement_ask *ask,
				struct account_statement *out)
{
	CLEANUP(work_free) struct work w = { .ask = ask, .out = out };

	CHECK(ask->limit >= 1 && ask->limit <= STATEMENT_PAGE_MAX);
	return read_all(s, merchant, &w);
}

static enum err read_all(const struct services *s, int64_t merchant, struct work *w)
{
	struct account_statement *out = w->out;

	TRY(store_read(s->store, merchant, begin, NULL, w));
	while (!w->walked)
		TRY(store_read(s->store, merchant, walk, NULL, w));
	if (out->sums_n > 0)
		qsort(out->sums, out->sums_n, sizeof(out->sums[0]), compare);
	TRY(store_read(s->store, merchant, name_reasons, NULL, w));
	TRY(place_page(w));
	while (w->named < out->n)
		TRY(store_read(s->store, merchant, fill_page, NULL, w));
	return ERR_OK;
}

static enum err begin(struct tx *tx, const void *ask, void *answer)
{
	struct work *w = answer;
	struct history_seek seek = { .bound = history_bound(w->ask->until_ms) };
	struct account *account;
	struct asset asset;

	(void)ask;
	TRY(account_find(tx, &w->ask->account, &asset, &account));
	seek.account = account->id;
	seek.at = account->last_transfer;
	seek.version = account->version;
	TRY(history_seek(tx, &seek));
	w->out->scale = asset.scale;
	w->account = account->id;
	w->at = seek.at;
	return ERR_OK;
}

/* From the newest entry down to the first that is before the statement, which has the opening
 * balance. */
static enum err walk(struct tx *tx, const void *ask, void *answer)
{
	struct work *w = answer;
	int64_t oldest = history_bound(w->ask->since_ms);

	(void)ask;
	for (int i = 0; i < WALK_STEPS && w->at != 0; i++) {
		struct entry e;
		bool found;

		TRY(history_entry(tx, w->account, w->at, &e, &found));
		if (!found)
			FAIL(ERR_CORRUPT, "account %lld has no entry %lld", (long long)w->account,
			     (long long)w->at);
		if (!w->closed)
			w->out->closing = e.balance;
		w->closed = true;
		if (e.id < oldest) {
			w->out->opening = e.balance;
			w->walked = true;
			return ERR_OK;
		}
		TRY(take(w, &e));
		w->at = e.previous;
	}
	w->walked = w->at == 0;
	return ERR_OK;
}

static enum err take(struct work *w, const struct entry *e)
{
	struct account_statement *out = w->out;
	int64_t in = e->amount > 0 ? e->amount : 0, gone = e->amount < 0 ? -e->amount : 0;
	struct account_statement_sum *sum;

	if (e->amount == 0)
		return ERR_OK;
	if (out->lines_n == ACCOUNT_LINES_MAX)
		FAIL_AT(ERR_INVALID, "since", "more than %d lines: ask for fewer days",
			ACCOUNT_LINES_MAX);
	if (out->lines_n == w->cap) {
		w->cap = w->cap > 0 ? 2 * w->cap : 256;
		w->ids = realloc(w->ids, w->cap * sizeof(w->ids[0]));
		CHECK(w->ids != NULL);
	}
	w->ids[out->lines_n++] = e->id;
	sum = sum_of(out, e->reason, true);
	sum->lines++;
	if (amount_add(sum->in, in, &sum->in) != ERR_OK ||
	    amount_add(sum->out, gone, &sum->out) != ERR_OK ||
	    amount_add(out->in, in, &out->in) != ERR_OK ||
	    amount_add(out->out, gone, &out->out) != ERR_OK)
		FAIL_AT(ERR_AMOUNT_RANGE, "since",
			"the sums are beyond 2^53-1: ask for fewer days");
	return ERR_OK;
}

static struct account_statement_sum *sum_of(struct account_statement *s, int64_t reason, bool add)
{
	for (size_t i = 0; i < s->sums_n; i++)
		if (s->sums[i].reason == reason)
			return &s->sums[i];
	CHECK(add);
	s->sums = realloc(s->sums, (s->sums_n + 1) * sizeof(s->sums[0]));
	CHECK(s->sums != NULL);
	s->sums[s->sums_n] = (struct account_statement_sum){ .reason = reason };
	return &s->sums[s->sums_n++];
}

static int compare(const void *a_, const void *b_)
{
	const struct account_statement_sum *a = a_, *b = b_;

	return a->reason < b->reason ? -1 : a->reason > b->reason;
}

static enum err name_reasons(struct tx *tx, const void *ask, void *answer)
{
	struct work *w = answer;

	(void)ask;
	for (size_t i = 0; i < w->out->sums_n; i++) {
		struct account_statement_sum *sum = &w->out->sums[i];

		TRY(reason_names(tx, sum->reason, sum->name, sum->name_en));
	}
	return ERR_OK;
}

static enum err place_page(struct work *w)
{
	struct account_statement *out = w->out;
	size_t all = out->lines_n;

	if (w->ask->after != 0) {
		size_t i = 0;

		while (i < all && w->ids[i] != w->ask->after)
			i++;
		if (i == all)
			FAIL_AT(ERR_INVALID, "after", "this is no line of the statement");
		w->page = all - i;
	}
	out->first = w->page == 0;
	out->n = all - w->page < w->ask->limit ? all - w->page : w->ask->limit;
	out->more = w->page + out->n < all;
	out->lines = calloc(out->n + 1, sizeof(out->lines[0]));
	CHECK(out->lines != NULL);
	return ERR_OK;
}

static enum err fill_page(struct tx *tx, const void *ask, void *answer)
{
	struct work *w = answer;
	struct account_statement *out = w->out;

	(void)ask;
	for (int i = 0; i < PAGE_STEPS && w->named < out->n; i++, w->named++) {
		int64_t id = w->ids[out->lines_n - 1 - w->page - w->named];
		struct account_statement_line *line = &out->lines[w->named];
		struct rows r;
		bool found;

		TRY(history_entry(tx, w->account, id, &line->entry, &found));
		CHECK(found);
		line->sum = sum_of(out, line->entry.reason, false);
		TX_ONE(tx, &r, &found,
		       "select holder from account where merchant_id = $1 and id = $2",
		       V_I(tx_merchant(tx)), V_I(line->entry.other));
		if (found)
			row_text(&r, 0, line->other, sizeof(line->other));
		TRY(rows_end(&r));
	}
	return ERR_OK;
}

static void work_free(struct work *w)
{
	free(w->ids);
}

void account_statement_free(struct account_statement *s)
{
	free(s->sums);
	free(s->lines);
}
