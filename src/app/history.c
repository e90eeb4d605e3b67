#include "app/history.h"

#include "base/check.h"
#include "base/id.h"

#include <string.h>

static enum err begin(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      int64_t *at);
static enum err older(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      int64_t at, struct history *out);
static enum err newer(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      int64_t at, struct history *out);
static bool matches(const struct entry *e, const struct history_filter *f);
static enum err read_entry(struct tx *tx, int64_t account, int64_t id, struct entry *out);
static enum err name_others(struct tx *tx, struct history *h);

enum err history_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct history_ask *ask = ask_;
	struct history *out = answer;
	struct account *account;
	struct asset asset;

	TRY(account_find(tx, &ask->account, &asset, &account));
	TRY(history_walk(tx, account, ask, out));
	return name_others(tx, out);
}

enum err history_at(struct tx *tx, const void *ask_, void *answer)
{
	const struct history_at_ask *ask = ask_;
	struct history_seek seek = { .bound = history_bound(ask->at_ms + 1) };
	struct entry e = { .id = 0 };
	struct account *account, then;
	struct asset asset;
	bool found = true;

	TRY(account_find(tx, &ask->account, &asset, &account));
	seek.account = account->id;
	seek.at = account->last_transfer;
	seek.version = account->version;
	TRY(history_seek(tx, &seek));
	if (seek.at != 0)
		TRY(history_entry(tx, account->id, seek.at, &e, &found));
	CHECK(found);
	then = *account;
	then.balance = e.balance;
	then.held = e.held;
	then.version = e.version;
	then.changes = 0;
	account_view_fill(answer, &ask->account, &then);
	((struct account_view *)answer)->at_ms = ask->at_ms;
	return ERR_OK;
}

enum err history_walk(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      struct history *out)
{
	int64_t at;

	CHECK(ask->slice.limit >= 1 && ask->slice.limit <= LIST_MAX);
	out->account = ask->account;
	TRY(begin(tx, a, ask, &at));
	return ask->slice.backward ? newer(tx, a, ask, at, out) : older(tx, a, ask, at, out);
}

/* The newest entry that may be shown. */
static enum err begin(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      int64_t *at)
{
	const struct list_ask *slice = &ask->slice;
	struct history_seek seek = { .account = a->id,
				     .at = a->last_transfer,
				     .version = a->version };
	struct entry e;
	bool found = true;

	if (slice->number != 0)
		TRY(history_entry(tx, a->id, slice->number, &e, &found));
	if (!found)
		FAIL_AT(ERR_INVALID, slice->backward ? "before" : "after",
			"this is no entry of the account");
	if (slice->number != 0 && !slice->backward) {
		seek.at = e.previous;
		seek.version = e.version - 1;
	}
	if (ask->filter.until_ms != 0) {
		seek.bound = history_bound(ask->filter.until_ms);
		TRY(history_seek(tx, &seek));
	}
	*at = seek.at;
	return ERR_OK;
}

static enum err older(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      int64_t at, struct history *out)
{
	int64_t oldest = history_bound(ask->filter.since_ms), steps = HISTORY_STEPS;

	while (at != 0 && at >= oldest) {
		struct entry e;

		if (steps-- == 0) {
			out->more = true;
			return ERR_OK;
		}
		TRY(read_entry(tx, a->id, at, &e));
		if (matches(&e, &ask->filter)) {
			if (out->n == ask->slice.limit) {
				out->more = true;
				return ERR_OK;
			}
			out->entries[out->n++] = e;
		}
		out->next = at;
		at = e.previous;
	}
	return ERR_OK;
}

/* The last ones above the position: a ring of them on the way down to it. */
static enum err newer(struct tx *tx, const struct account *a, const struct history_ask *ask,
		      int64_t at, struct history *out)
{
	int64_t oldest = history_bound(ask->filter.since_ms), steps = HISTORY_STEPS;
	size_t limit = ask->slice.limit, seen = 0;
	struct entry ring[LIST_MAX];

	while (at > ask->slice.number && at >= oldest) {
		struct entry *e = &ring[seen % limit];
		struct entry next;

		if (steps-- == 0)
			FAIL_AT(ERR_INVALID, "before",
				"it is more than %d entries from the newest: go on with after",
				HISTORY_STEPS);
		TRY(read_entry(tx, a->id, at, &next));
		at = next.previous;
		if (!matches(&next, &ask->filter))
			continue;
		*e = next;
		seen++;
	}
	out->n = seen < limit ? seen : limit;
	out->more = seen > limit;
	for (size_t i = 0; i < out->n; i++)
		out->entries[i] = ring[(seen - out->n + i) % limit];
	if (out->n > 0)
		out->next = out->entries[out->n - 1].id;
	return ERR_OK;
}

static bool matches(const struct entry *e, const struct history_filter *f)
{
	return (f->reason == 0 || e->reason == f->reason) && (!f->moves || e->other != 0);
}

/* An id that comes from the account itself. */
static enum err read_entry(struct tx *tx, int64_t account, int64_t id, struct entry *out)
{
	bool found;

	TRY(history_entry(tx, account, id, out, &found));
	if (!found)
		FAIL(ERR_CORRUPT, "account %lld names transfer %lld, which is none of its own",
		     (long long)account, (long long)id);
	return ERR_OK;
}

static enum err name_others(struct tx *tx, struct history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		struct rows r;
		bool found;

		if (h->entries[i].other == 0)
			continue;
		TX_ONE(tx, &r, &found,
		       "select holder from account where merchant_id = $1 and id = $2",
		       V_I(tx_merchant(tx)), V_I(h->entries[i].other));
		if (found)
			row_text(&r, 0, h->others[i], sizeof(h->others[i]));
		TRY(rows_end(&r));
	}
	return ERR_OK;
}
