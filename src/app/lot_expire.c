#include "app/lot_expire.h"

#include "app/job_put.h"
#include "app/merchant.h"
#include "core/lot.h"
#include "core/reason.h"

#include <stdio.h>

enum { AT_ONCE = 200 };

/* Lots in the order of their ends: how far a run has come. */
struct place {
	int64_t expires_at, account;
	size_t lots; /* rows of this slice */
	int64_t accounts;
};

/* An account of a slice. */
struct owner {
	struct account *account, *expired; /* expired NULL: nothing of it is due */
};

static enum err slice(struct tx *tx, const void *ask, void *answer);
static enum err read_due(struct tx *tx, struct place *at, int64_t ids[AT_ONCE]);
static enum err open_accounts(struct tx *tx, int64_t id, struct owner *out);
static int64_t due_of(struct tx *tx, const struct account *a);
static enum err move(struct tx *tx, const struct owner *o, int64_t amount);
static enum err plan(const struct services *s, int64_t merchant);
static enum err any_due(struct tx *tx, const void *ask, void *answer);
static enum err put_job(struct tx *tx, const void *ask, void *answer);

enum err lot_expire(const struct services *s, int64_t merchant, int64_t until,
		    struct lot_counts *out)
{
	struct place at = { .expires_at = 0 };

	*out = (struct lot_counts){ 0 };
	do {
		struct place from = at;

		if (s->clock->mono_ms(s->clock) > until) {
			out->more = true;
			return ERR_OK;
		}
		TRY(store_write(s->store, merchant, slice, &from, &at));
		out->accounts += at.accounts;
	} while (at.lots == AT_ONCE);
	return ERR_OK;
}

/* The rows say whose points may be due; the book says what is. */
static enum err slice(struct tx *tx, const void *ask, void *answer)
{
	struct place *at = answer;
	int64_t ids[AT_ONCE];
	struct owner owners[AT_ONCE];

	*at = *(const struct place *)ask;
	TRY(read_due(tx, at, ids));
	for (size_t i = 0; i < at->lots; i++)
		TRY(open_accounts(tx, ids[i], &owners[i]));
	for (size_t i = 0; i < at->lots; i++) {
		/* Several lots of one account go together. */
		int64_t amount = owners[i].expired ? due_of(tx, owners[i].account) : 0;

		if (amount == 0)
			continue;
		TRY(move(tx, &owners[i], amount));
		at->accounts++;
	}
	return ERR_OK;
}

static enum err read_due(struct tx *tx, struct place *at, int64_t ids[AT_ONCE])
{
	struct rows r;

	at->lots = 0;
	at->accounts = 0;
	TX_GET(tx, &r,
	       "select expires_at, account_id from lot where merchant_id = $1"
	       " and expires_at <= $2 and (expires_at, account_id) > ($3, $4)"
	       " order by expires_at, account_id limit $5",
	       V_I(tx_merchant(tx)), V_I(tx_now(tx)), V_I(at->expires_at), V_I(at->account),
	       V_I(AT_ONCE));
	while (rows_next(&r)) {
		at->expires_at = row_i(&r, 0);
		at->account = row_i(&r, 1);
		ids[at->lots++] = at->account;
	}
	return rows_end(&r);
}

static enum err open_accounts(struct tx *tx, int64_t id, struct owner *out)
{
	*out = (struct owner){ NULL, NULL };
	TRY(tx_account_by_id(tx, id, &out->account));
	if (due_of(tx, out->account) == 0)
		return ERR_OK;
	return tx_account(tx, STR("expired"), out->account->asset, &out->expired);
}

static int64_t due_of(struct tx *tx, const struct account *a)
{
	size_t n;
	const struct lot *lots = tx_lots(tx, a, &n);

	return lots_due(lots, n, a, tx_now(tx));
}

/* Posted whatever a freeze says.  Its number names what the account was when its points expired: it
 * can be so once only. */
static enum err move(struct tx *tx, const struct owner *o, int64_t amount)
{
	char step[REQUEST_KEY_MAX + 1];

	(void)snprintf(step, sizeof(step), "%lld:expired:%lld", (long long)o->account->id,
		       (long long)o->account->version);
	return tx_post(tx,
		       &(struct posting){ .kind = POSTING_TRANSFER,
					  .force = FORCE_FACT,
					  .from = o->account,
					  .to = o->expired,
					  .amount = amount,
					  .reason = REASON_EXPIRED,
					  .request_id = step,
					  .ref = "",
					  .memo = "" },
		       NULL);
}

/* --- whose turn it is --- */

enum err lot_expire_plan(const struct services *s)
{
	return merchants_each(s, plan);
}

static enum err plan(const struct services *s, int64_t merchant)
{
	int64_t now = s->clock->wall_ms(s->clock);
	bool due;

	TRY(store_read(s->store, merchant, any_due, &now, &due));
	return due ? store_write(s->store, merchant, put_job, &merchant, NULL) : ERR_OK;
}

static enum err any_due(struct tx *tx, const void *ask, void *answer)
{
	struct rows r;

	TX_ONE(tx, &r, (bool *)answer,
	       "select 1 from lot where merchant_id = $1 and expires_at <= $2 limit 1",
	       V_I(tx_merchant(tx)), V_I(*(const int64_t *)ask));
	return rows_end(&r);
}

static enum err put_job(struct tx *tx, const void *ask, void *answer)
{
	(void)answer;
	job_put(tx, JOB_LOT_EXPIRE, *(const int64_t *)ask, tx_now(tx), 0, 0);
	return ERR_OK;
}
