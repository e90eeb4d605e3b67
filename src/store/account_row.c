#include "store/account_row.h"

#include "base/check.h"

enum {
	ID,
	HOLDER,
	ASSET,
	BALANCE,
	HELD,
	VERSION,
	LAST_TRANSFER,
	CREDIT_LIMIT,
	MAX_BALANCE,
	FROZEN,
	CLOSED,
	CHANGES
};

void account_row_read(struct account *a, const struct rows *r)
{
	char kind[HOLDER_KIND_MAX + 1];

	CHECK(holder_read(row_s(r, HOLDER), kind) == ERR_OK);
	a->rule = holder_rule(str_of(kind));
	a->id = row_i(r, ID);
	a->asset = row_i(r, ASSET);
	a->balance = row_i(r, BALANCE);
	a->held = row_i(r, HELD);
	a->version = row_i(r, VERSION);
	a->last_transfer = row_i(r, LAST_TRANSFER);
	a->credit_limit = row_i(r, CREDIT_LIMIT);
	a->max_balance = row_i(r, MAX_BALANCE);
	a->frozen = (enum freeze)row_i(r, FROZEN);
	a->closed = row_i(r, CLOSED) != 0;
	a->changes = (uint32_t)row_i(r, CHANGES);
}

void account_row_make(struct tx *tx, const struct account *a)
{
	TX_PUT(tx, 1,
	       "insert into account (merchant_id, id, holder, asset_id, balance, held, version, "
	       "last_transfer, created_at) values ($1, $2, $3, $4, 0, 0, 0, 0, $5)",
	       V_I(tx_merchant(tx)), V_I(a->id), V_T(a->address), V_I(a->asset), V_I(tx_now(tx)));
}

void account_row_flush(struct tx *tx, const struct account *a)
{
	TX_PUT(tx, 1,
	       "update account set balance = $3, held = $4, version = $5, last_transfer = $6 "
	       "where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(a->id), V_I(a->balance), V_I(a->held), V_I(a->version),
	       V_I(a->last_transfer));
}

void account_row_set(struct tx *tx, const struct account *a)
{
	TX_PUT(tx, 1,
	       "update account set credit_limit = $3, max_balance = $4, frozen = $5, closed = $6, "
	       "changes = $7 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(a->id), V_I(a->credit_limit), V_I(a->max_balance),
	       V_I(a->frozen), V_I(a->closed), V_I(a->changes));
}
