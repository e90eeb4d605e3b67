/* hold_row.c - a hold in its table. */
#include "app/hold.h"

#include "base/check.h"

int64_t hold_rest(const struct hold *h)
{
	return h->amount - h->captured - h->released;
}

enum err hold_find(struct tx *tx, int64_t id, struct hold *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found, HOLD_ROWS " where h.merchant_id = $1 and h.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (*found)
		hold_read(&r, out);
	return rows_end(&r);
}

void hold_read(const struct rows *r, struct hold *out)
{
	int column = 0;

	*out = (struct hold){ .id = row_i(r, column++) };
	out->account = row_i(r, column++);
	out->amount = row_i(r, column++);
	out->captured = row_i(r, column++);
	out->released = row_i(r, column++);
	out->status = (enum hold_status)row_i(r, column++);
	out->expires_at = row_i(r, column++);
	out->owner = row_i(r, column++);
	out->app = row_i(r, column++);
	out->reason = row_i(r, column++);
	out->version = row_i(r, column++);
	out->created_at = row_i(r, column++);
	out->livemode = row_i(r, column++) != 0;
	row_text(r, column++, out->request_id, sizeof(out->request_id));
	row_text(r, column++, out->name.holder, sizeof(out->name.holder));
	row_text(r, column, out->name.asset, sizeof(out->name.asset));
}

enum err hold_usable(const struct hold *h, bool found)
{
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such hold");
	if (h->owner != 0)
		FAIL_AT(ERR_FORBIDDEN, "id", "this hold belongs to an order or a refund");
	return ERR_OK;
}

enum err hold_part(struct tx *tx, const struct hold *h, int64_t asked, int64_t *amount)
{
	int64_t left = hold_rest(h);

	if (h->status != HOLD_OPEN)
		FAIL_AT(ERR_HOLD_OVER, "id", "the hold is %s", hold_status_name(h->status));
	/* Its job only has not come to it yet. */
	if (h->expires_at != 0 && h->expires_at <= tx_now(tx))
		FAIL_AT(ERR_HOLD_OVER, "id", "the hold's time is over");
	if (asked > left)
		FAIL_AT(ERR_HOLD_OVER, "amount", "%lld is left of the hold, %lld is asked for",
			(long long)left, (long long)asked);
	*amount = asked != 0 ? asked : left;
	return ERR_OK;
}

void hold_moved(struct tx *tx, int64_t id, int64_t captured, int64_t released, enum hold_status end)
{
	TX_PUT(tx, 1,
	       "update hold set captured = captured + $3, released = released + $4,"
	       " version = version + 1,"
	       " status = case when captured + released + $3 + $4 = amount then $5 else 1 end"
	       " where merchant_id = $1 and id = $2 and status = 1",
	       V_I(tx_merchant(tx)), V_I(id), V_I(captured), V_I(released), V_I(end));
}

void hold_change(struct tx *tx, struct hold *h, int64_t captured, int64_t released,
		 enum hold_status end)
{
	CHECK(h->status == HOLD_OPEN && captured + released <= hold_rest(h));
	h->captured += captured;
	h->released += released;
	h->version++;
	if (hold_rest(h) == 0)
		h->status = end;
	hold_moved(tx, h->id, captured, released, end);
}
