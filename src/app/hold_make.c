/* hold_make.c - sets part of a balance aside, once for each request_id. */
#include "app/hold.h"

#include "app/job_put.h"
#include "app/merchant.h"
#include "app/reason.h"

#include <string.h>

static struct digest digest_of(const struct hold_make_ask *ask);
static enum err post(struct tx *tx, const struct hold_make_ask *ask, struct account *account,
		     struct transfer *row);
static void insert(struct tx *tx, const struct hold *h);

enum err hold_make(struct tx *tx, const void *ask_, void *answer)
{
	const struct hold_make_ask *ask = ask_;
	struct hold_answer *out = answer;
	struct digest digest = digest_of(ask);
	struct merchant merchant;
	struct account *account;
	struct transfer row;
	struct asset asset;
	int64_t made;
	enum err e;

	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	if (made != 0) {
		out->replayed = true;
		return hold_show(tx, &(struct hold_name){ .id = made }, out);
	}
	TRY(merchant_get(tx, &merchant));
	e = asset_get(tx, str_of(ask->account.asset), &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "account", "there is no asset %s", ask->account.asset);
	TRY(e);
	/* The reason's giver holds; whom its parts may go to is asked when they are captured. */
	TRY(reason_allows(
		tx, &(struct reason_use){ .code = ask->reason,
					  .from = str_cut(str_of(ask->account.holder), ':', NULL),
					  .asset = asset.id }));
	TRY(account_open(tx, ask->account.holder, asset.id, "account", &account));

	TRY(post(tx, ask, account, &row));
	out->hold = (struct hold){ .id = row.id,
				   .account = account->id,
				   .amount = ask->amount,
				   .status = HOLD_OPEN,
				   .expires_at = tx_now(tx) + ask->expires_in * 1000,
				   .app = ask->app,
				   .reason = ask->reason,
				   .version = 1,
				   .created_at = tx_now(tx),
				   .livemode = merchant.livemode,
				   .name = ask->account };
	memcpy(out->hold.request_id, ask->request_id, sizeof(ask->request_id));
	insert(tx, &out->hold);
	job_put(tx, JOB_HOLD_EXPIRE, row.id, out->hold.expires_at, 0, 0);
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, row.id);
	return ERR_OK;
}

static struct digest digest_of(const struct hold_make_ask *ask)
{
	struct digest_run *d = digest_begin("hold");

	digest_text(d, ask->account.holder);
	digest_text(d, ask->account.asset);
	digest_integer(d, ask->amount);
	digest_integer(d, ask->reason);
	digest_integer(d, ask->expires_in);
	return digest_end(d);
}

static enum err post(struct tx *tx, const struct hold_make_ask *ask, struct account *account,
		     struct transfer *row)
{
	enum err e = tx_post(tx,
			     &(struct posting){ .kind = POSTING_HOLD,
						.from = account,
						.amount = ask->amount,
						.reason = ask->reason,
						.app = ask->app,
						.request_id = ask->request_id,
						.ref = "",
						.memo = "" },
			     row);

	if (e == ERR_FROZEN)
		FAIL_AT(e, "account", "%s is frozen", account->address);
	if (e == ERR_CLOSED)
		FAIL_AT(e, "account", "%s is closed", account->address);
	return e;
}

static void insert(struct tx *tx, const struct hold *h)
{
	TX_PUT(tx, 1,
	       "insert into hold (merchant_id, id, account_id, amount, expires_at, app_id, reason,"
	       " created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
	       V_I(tx_merchant(tx)), V_I(h->id), V_I(h->account), V_I(h->amount),
	       V_I(h->expires_at), V_I(h->app), V_I(h->reason), V_I(h->created_at));
}
