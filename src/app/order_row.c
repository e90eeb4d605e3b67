/* order_row.c - orders in their table. */
#include "app/order_row.h"

#define ORDER_COLUMNS                                                                              \
	"id, app_id, out_order_no, status, flags, fulfilment, amount, amount_paid, "               \
	"amount_refunding, amount_refunded, subject, user, action, action_args, attach, "          \
	"metadata, notify_url, return_url, attempt_id, version, created_at, expires_at, paid_at, " \
	"closed_at"

static enum err read_order(struct rows *r, struct order *o);

enum err order_get(struct tx *tx, int64_t app, int64_t id, struct order *out)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select " ORDER_COLUMNS " from orders "
	       "where merchant_id = $1 and id = $2 and (app_id = $3 or $3 = 0)",
	       V_I(tx_merchant(tx)), V_I(id), V_I(app));
	return read_order(&r, out);
}

enum err order_get_by_number(struct tx *tx, int64_t app, const char *out_order_no,
			     struct order *out)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select " ORDER_COLUMNS " from orders "
	       "where merchant_id = $1 and app_id = $2 and out_order_no = $3",
	       V_I(tx_merchant(tx)), V_I(app), V_T(out_order_no));
	return read_order(&r, out);
}

static enum err read_order(struct rows *r, struct order *o)
{
	bool found = rows_next(r);

	if (found) {
		*o = (struct order){
			.id = row_i(r, 0),
			.app = row_i(r, 1),
			.status = (enum order_status)row_i(r, 3),
			.flags = (unsigned)row_i(r, 4),
			.fulfilment = (enum fulfilment)row_i(r, 5),
			.amount = row_i(r, 6),
			.amount_paid = row_i(r, 7),
			.amount_refunding = row_i(r, 8),
			.amount_refunded = row_i(r, 9),
			.attempt = row_i(r, 18),
			.version = row_i(r, 19),
			.created_at = row_i(r, 20),
			.expires_at = row_i(r, 21),
			.paid_at = row_i(r, 22),
			.closed_at = row_i(r, 23),
		};
		row_text(r, 2, o->out_order_no, sizeof(o->out_order_no));
		row_text(r, 10, o->subject, sizeof(o->subject));
		row_text(r, 11, o->user, sizeof(o->user));
		row_text(r, 12, o->action, sizeof(o->action));
		row_text(r, 13, o->action_args, sizeof(o->action_args));
		row_text(r, 14, o->attach, sizeof(o->attach));
		row_text(r, 15, o->metadata, sizeof(o->metadata));
		row_text(r, 16, o->notify_url, sizeof(o->notify_url));
		row_text(r, 17, o->return_url, sizeof(o->return_url));
	}
	TRY(rows_end(r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such order");
	return ERR_OK;
}

void order_insert(struct tx *tx, const struct order *o)
{
	TX_PUT(tx, 1,
	       "insert into orders (merchant_id, id, app_id, out_order_no, status, amount, "
	       "subject, "
	       "user, action, action_args, attach, metadata, notify_url, return_url, version, "
	       "created_at, expires_at, fulfilment) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	       "$10, "
	       "$11, $12, $13, $14, $15, $16, $17, $18)",
	       V_I(tx_merchant(tx)), V_I(o->id), V_I(o->app), V_T(o->out_order_no), V_I(o->status),
	       V_I(o->amount), V_T(o->subject), V_OPT(o->user), V_OPT(o->action),
	       V_OPT(o->action_args), V_OPT(o->attach), V_OPT(o->metadata), V_OPT(o->notify_url),
	       V_OPT(o->return_url), V_I(o->version), V_I(o->created_at), V_I(o->expires_at),
	       V_I(o->fulfilment));
}

void order_update(struct tx *tx, struct order *o)
{
	int64_t before = o->version++;

	TX_PUT(tx, 1,
	       "update orders set status = $3, flags = $4, fulfilment = $5, amount_paid = $6, "
	       "amount_refunding = $7, amount_refunded = $8, attempt_id = $9, paid_at = $10, "
	       "closed_at = $11, version = $12 "
	       "where merchant_id = $1 and id = $2 and version = $13",
	       V_I(tx_merchant(tx)), V_I(o->id), V_I(o->status), V_I(o->flags), V_I(o->fulfilment),
	       V_I(o->amount_paid), V_I(o->amount_refunding), V_I(o->amount_refunded),
	       V_ID(o->attempt), V_ID(o->paid_at), V_ID(o->closed_at), V_I(o->version),
	       V_I(before));
}
