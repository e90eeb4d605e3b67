#include "app/hold_put.h"

#include "app/hold.h"
#include "core/reason.h"

enum err hold_place(struct tx *tx, const struct hold_ask *ask, int64_t *id)
{
	struct transfer row;

	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_HOLD,
				       .from = ask->account,
				       .amount = ask->amount,
				       .reason = ask->reason,
				       .request_id = "",
				       .ref = ask->ref,
				       .memo = "" },
		    &row));
	TX_PUT(tx, 1,
	       "insert into hold (merchant_id, id, account_id, amount, owner, app_id, reason, "
	       "created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
	       V_I(tx_merchant(tx)), V_I(row.id), V_I(ask->account->id), V_I(ask->amount),
	       V_ID(ask->owner), V_I(ask->app), V_I(ask->reason), V_I(tx_now(tx)));
	*id = row.id;
	return ERR_OK;
}

enum err hold_capture(struct tx *tx, const struct hold_row *h, struct account *from,
		      struct account *to, int64_t reason, const char *ref)
{
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_CAPTURE,
				       .force = FORCE_FACT,
				       .from = from,
				       .to = to,
				       .amount = hold_left(h),
				       .cause = h->id,
				       .reason = reason,
				       .request_id = "",
				       .ref = ref,
				       .memo = "" },
		    NULL));
	hold_moved(tx, h->id, hold_left(h), 0, HOLD_CAPTURED);
	return ERR_OK;
}

enum err hold_release(struct tx *tx, const struct hold_row *h, struct account *account,
		      const char *ref)
{
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_RELEASE,
				       .force = FORCE_FACT,
				       .from = account,
				       .amount = hold_left(h),
				       .cause = h->id,
				       .reason = REASON_PAID_WALLET,
				       .request_id = "",
				       .ref = ref,
				       .memo = "" },
		    NULL));
	hold_moved(tx, h->id, 0, hold_left(h), HOLD_RELEASED);
	return ERR_OK;
}
