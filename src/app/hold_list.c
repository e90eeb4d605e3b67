/* hold_list.c - an account's holds, the open ones first. */
#include "app/hold.h"

#include "base/check.h"

#include <string.h>

/* Between which places of the order (status, id) the slice lies. */
struct place {
	int64_t status, id;
};

static enum err account_of(struct tx *tx, const struct account_name *name, int64_t *id);
static enum err position(struct tx *tx, const struct holds_ask *ask, int64_t account,
			 struct place *out);
static void query(struct tx *tx, const struct holds_ask *ask, int64_t account,
		  const struct place *from, struct rows *r);

enum err holds_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct holds_ask *ask = ask_;
	struct holds *out = answer;
	struct hold slice[LIST_MAX + 1];
	struct place from;
	struct rows r;
	int64_t account;
	size_t n = 0;

	CHECK(ask->slice.limit >= 1 && ask->slice.limit <= LIST_MAX);
	TRY(account_of(tx, &ask->account, &account));
	TRY(position(tx, ask, account, &from));
	query(tx, ask, account, &from, &r);
	while (rows_next(&r))
		hold_read(&r, &slice[n++]);
	TRY(rows_end(&r));
	out->more = list_close(&ask->slice, slice, sizeof(slice[0]), &n);
	memcpy(out->holds, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}

/* 0: it was never used, so it has no holds. */
static enum err account_of(struct tx *tx, const struct account_name *name, int64_t *id)
{
	struct account *account;
	struct asset asset;
	enum err e = asset_get(tx, str_of(name->asset), &asset);

	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "account", "there is no asset %s", name->asset);
	TRY(e);
	TRY(tx_account(tx, str_of(name->holder), asset.id, &account));
	*id = account->id;
	return ERR_OK;
}

static enum err position(struct tx *tx, const struct holds_ask *ask, int64_t account,
			 struct place *out)
{
	struct rows r;
	bool found;

	*out = (struct place){ 0, 0 };
	if (ask->slice.number == 0)
		return ERR_OK;
	TX_ONE(tx, &r, &found,
	       "select status from hold where merchant_id = $1 and account_id = $2 and id = $3",
	       V_I(tx_merchant(tx)), V_I(account), V_I(ask->slice.number));
	/* One that has left this status goes on from where it stood. */
	*out = (struct place){ ask->status != 0 ? (int64_t)ask->status : row_i(&r, 0),
			       ask->slice.number };
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_INVALID, ask->slice.backward ? "before" : "after",
			"this is no hold of this account");
	return ERR_OK;
}

static void query(struct tx *tx, const struct holds_ask *ask, int64_t account,
		  const struct place *from, struct rows *r)
{
	int64_t least = ask->status != 0 ? (int64_t)ask->status : HOLD_OPEN;
	int64_t most = ask->status != 0 ? (int64_t)ask->status : HOLD_EXPIRED;

	if (ask->slice.backward)
		TX_GET(tx, r,
		       HOLD_ROWS " where h.merchant_id = $1 and h.account_id = $2"
				 " and h.status between $3 and $4 and (h.status, h.id) < ($5, $6)"
				 " order by h.status desc, h.id desc limit $7",
		       V_I(tx_merchant(tx)), V_I(account), V_I(least), V_I(most), V_I(from->status),
		       V_I(from->id), V_I((int64_t)ask->slice.limit + 1));
	else
		TX_GET(tx, r,
		       HOLD_ROWS " where h.merchant_id = $1 and h.account_id = $2"
				 " and h.status between $3 and $4 and (h.status, h.id) > ($5, $6)"
				 " order by h.status, h.id limit $7",
		       V_I(tx_merchant(tx)), V_I(account), V_I(least), V_I(most), V_I(from->status),
		       V_I(from->id), V_I((int64_t)ask->slice.limit + 1));
}
