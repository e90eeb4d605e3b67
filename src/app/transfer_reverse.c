/* transfer_reverse.c - moves back what a transfer moved, never more than it was. */
#include "app/transfer.h"

#include "app/merchant.h"

#include <string.h>

static enum err find(struct tx *tx, const struct reverse_ask *ask, struct reverse_answer *out,
		     int64_t *id);
static struct digest digest_of(const struct reverse_ask *ask, int64_t id);
static enum err reverse(struct tx *tx, const struct reverse_ask *ask,
			const struct transfer *original, struct transfer *row);
static enum err reversible(struct tx *tx, const struct transfer *t);
static enum err part(struct tx *tx, const struct transfer *t, int64_t asked, int64_t *amount);
static enum err force_of(struct tx *tx, const struct reverse_ask *ask, const struct account *from,
			 enum posting_force *force);
static enum err post(struct tx *tx, const struct posting *p, struct transfer *row);

enum err transfer_reverse(struct tx *tx, const void *ask_, void *answer)
{
	const struct reverse_ask *ask = ask_;
	struct reverse_answer *out = answer;
	struct transfer_view original = { .replayed = false };
	struct digest digest;
	int64_t id, made;

	TRY(find(tx, ask, out, &id));
	if (out->cancelled)
		return ERR_OK;
	digest = digest_of(ask, id);
	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	out->replayed = made != 0;
	if (out->replayed)
		return transfer_get(tx, &(struct transfer_get_ask){ .id = made }, &out->transfer);
	TRY(transfer_get(tx, &(struct transfer_get_ask){ .id = id }, &original));
	TRY(reverse(tx, ask, &original.row, &out->transfer.row));
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, out->transfer.row.id);
	out->transfer.from = original.to;
	out->transfer.to = original.from;
	return ERR_OK;
}

static enum err find(struct tx *tx, const struct reverse_ask *ask, struct reverse_answer *out,
		     int64_t *id)
{
	struct request_cancel cancel = { .app = ask->app,
					 .key = ask->key,
					 .request_id = ask->request_id };

	*id = ask->id;
	if (*id != 0)
		return ERR_OK;
	cancel.digest = digest_of(ask, 0);
	TRY(request_take_back(tx, &cancel, id));
	out->cancelled = *id == 0;
	out->replayed = cancel.replayed;
	return ERR_OK;
}

static struct digest digest_of(const struct reverse_ask *ask, int64_t id)
{
	struct digest_run *d = digest_begin("reverse");

	digest_integer(d, id);
	if (id == 0)
		digest_text(d, ask->key);
	digest_integer(d, ask->amount);
	digest_integer(d, ask->force);
	return digest_end(d);
}

static enum err reverse(struct tx *tx, const struct reverse_ask *ask,
			const struct transfer *original, struct transfer *row)
{
	struct posting p = { .kind = POSTING_REVERSAL };

	TRY(reversible(tx, original));
	TRY(part(tx, original, ask->amount, &p.amount));
	TRY(tx_account_by_id(tx, original->to_account, &p.from));
	TRY(tx_account_by_id(tx, original->from_account, &p.to));
	TRY(force_of(tx, ask, p.from, &p.force));

	p.cause = original->id;
	p.reason = original->reason;
	p.app = ask->app;
	p.request_id = ask->request_id;
	p.ref = original->ref;
	p.memo = "";
	TRY(post(tx, &p, row));
	TX_PUT(tx, 1,
	       "insert into reversal (merchant_id, transfer_id, reversed) values ($1, $2, $3)"
	       " on conflict (merchant_id, transfer_id) do update"
	       " set reversed = reversed + excluded.reversed",
	       V_I(tx_merchant(tx)), V_I(original->id), V_I(p.amount));
	return ERR_OK;
}

static enum err reversible(struct tx *tx, const struct transfer *t)
{
	struct rows r;
	bool charge;

	if (t->kind == POSTING_REVERSAL)
		FAIL_AT(ERR_NOT_REVERSIBLE, "id", "it is a reversal: post a transfer instead");
	if (t->app == 0)
		FAIL_AT(ERR_NOT_REVERSIBLE, "id", "it was posted by Tael itself");
	TX_ONE(tx, &r, &charge, "select 1 from charge where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(t->id));
	TRY(rows_end(&r));
	if (charge)
		FAIL_AT(ERR_NOT_REVERSIBLE, "id", "it belongs to a charge: roll that back");
	return ERR_OK;
}

static enum err part(struct tx *tx, const struct transfer *t, int64_t asked, int64_t *amount)
{
	int64_t left = t->amount;
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select reversed from reversal where merchant_id = $1 and transfer_id = $2",
	       V_I(tx_merchant(tx)), V_I(t->id));
	if (found)
		left -= row_i(&r, 0);
	TRY(rows_end(&r));
	if (left == 0)
		FAIL_AT(ERR_REVERSAL_EXCEEDS, "id", "all of it was reversed before");
	if (asked > left)
		FAIL_AT(ERR_REVERSAL_EXCEEDS, "amount", "%lld of it is left, %lld is asked for",
			(long long)left, (long long)asked);
	*amount = asked != 0 ? asked : left;
	return ERR_OK;
}

static enum err force_of(struct tx *tx, const struct reverse_ask *ask, const struct account *from,
			 enum posting_force *force)
{
	struct merchant merchant;

	*force = FORCE_NONE;
	if (!ask->force)
		return ERR_OK;
	if (!ask->full)
		FAIL_AT(ERR_FORBIDDEN, "force", "this takes a key with scope full");
	TRY(merchant_get(tx, &merchant));
	if (!merchant.forced_reversal)
		FAIL_AT(ERR_FORBIDDEN, "force", "the merchant does not allow forced reversals");
	/* Only members may owe: system gives what it has. */
	if (from->rule == RULE_MEMBER)
		*force = FORCE_FACT;
	return ERR_OK;
}

/* The ledger names a posting's parts; those of a reversal follow from the transfer. */
static enum err post(struct tx *tx, const struct posting *p, struct transfer *row)
{
	enum err e = tx_post(tx, p, row);

	if (e == ERR_FROZEN || e == ERR_CLOSED || e == ERR_BALANCE_LIMIT)
		FAIL_AT(e, "id", "%s", err_text());
	return e;
}
