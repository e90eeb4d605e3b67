#include "app/transfer_list.h"

#include "base/check.h"

#include <string.h>

static enum err of_account(struct tx *tx, const struct history_ask *ask, int64_t *ids,
			   struct transfers *out);
static enum err of_merchant(struct tx *tx, const struct history_ask *ask, int64_t *ids,
			    struct transfers *out);
static void open_journal(struct tx *tx, const struct history_ask *ask, struct rows *r);

enum err transfers_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct history_ask *ask = ask_;
	struct transfers *out = answer;
	int64_t ids[LIST_MAX + 1];

	CHECK(ask->slice.limit >= 1 && ask->slice.limit <= LIST_MAX);
	if (*ask->account.holder != '\0')
		TRY(of_account(tx, ask, ids, out));
	else
		TRY(of_merchant(tx, ask, ids, out));
	for (size_t i = 0; i < out->n; i++)
		TRY(transfer_get(tx, &(struct transfer_get_ask){ .id = ids[i] },
				 &out->transfers[i]));
	return ERR_OK;
}

static enum err of_account(struct tx *tx, const struct history_ask *ask, int64_t *ids,
			   struct transfers *out)
{
	struct history history = { .n = 0 };
	struct account *account;
	struct asset asset;
	enum err e = asset_get(tx, str_of(ask->account.asset), &asset);

	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "account", "there is no asset %s", ask->account.asset);
	TRY(e);
	TRY(account_open(tx, ask->account.holder, asset.id, "account", &account));
	TRY(history_walk(tx, account, ask, &history));
	for (size_t i = 0; i < history.n; i++)
		ids[i] = history.entries[i].id;
	out->n = history.n;
	out->more = history.more;
	out->next = history.next;
	return ERR_OK;
}

static enum err of_merchant(struct tx *tx, const struct history_ask *ask, int64_t *ids,
			    struct transfers *out)
{
	const struct history_filter *f = &ask->filter;
	size_t steps = 0, limit = ask->slice.limit;
	int64_t last = 0;
	struct rows r;

	open_journal(tx, ask, &r);
	while (out->n <= limit && rows_next(&r)) {
		steps++;
		if (row_null(&r, 1) || (f->reason != 0 && row_i(&r, 2) != f->reason)) {
			last = row_i(&r, 0);
			continue;
		}
		ids[out->n++] = row_i(&r, 0);
		if (out->n <= limit)
			last = row_i(&r, 0);
	}
	TRY(rows_end(&r));
	out->more = out->n > limit || steps == HISTORY_STEPS;
	(void)list_close(&ask->slice, ids, sizeof(ids[0]), &out->n);
	/* Going on is forward: after the last one shown, or looked at. */
	out->next = !ask->slice.backward ? last : out->n > 0 ? ids[out->n - 1] : 0;
	return ERR_OK;
}

static void open_journal(struct tx *tx, const struct history_ask *ask, struct rows *r)
{
	const struct history_filter *f = &ask->filter;
	int64_t low = history_bound(f->since_ms) - 1;
	int64_t high = f->until_ms != 0 ? history_bound(f->until_ms) : INT64_MAX;
	int64_t at = ask->slice.number;

	if (ask->slice.backward) {
		high = at < high ? at : high;
		TX_GET(tx, r,
		       "select id, to_account, reason from transfer"
		       " where merchant_id = $1 and id > $2 and id < $3 order by id desc limit $4",
		       V_I(tx_merchant(tx)), V_I(low), V_I(high), V_I(HISTORY_STEPS));
		return;
	}
	low = at > low ? at : low;
	TX_GET(tx, r,
	       "select id, to_account, reason from transfer"
	       " where merchant_id = $1 and id > $2 and id < $3 order by id limit $4",
	       V_I(tx_merchant(tx)), V_I(low), V_I(high), V_I(HISTORY_STEPS));
}
