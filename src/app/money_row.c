/* money_row.c - payments, refunds, cases and holds in their tables. */
#include "app/order_row.h"

#include "base/check.h"
#include "base/time.h"

/* --- payments --- */

#define PAYMENT_COLUMNS                                                                       \
	"id, app_id, channel_account, channel_number, number, attempt_id, order_id, amount, " \
	"payer_amount, settle_amount, payer, paid_at, source, case_id, created_at"

static enum err read_payment(struct rows *r, struct payment *p, bool *found)
{
	*found = rows_next(r);
	if (*found) {
		*p = (struct payment){
			.id = row_i(r, 0),
			.app = row_i(r, 1),
			.channel_account = row_i(r, 2),
			.attempt = row_i(r, 5),
			.order = row_i(r, 6),
			.amount = row_i(r, 7),
			.payer_amount = row_null(r, 8) ? -1 : row_i(r, 8),
			.settle_amount = row_null(r, 9) ? -1 : row_i(r, 9),
			.paid_at = row_i(r, 11),
			.source = (enum payment_source)row_i(r, 12),
			.case_id = row_i(r, 13),
			.created_at = row_i(r, 14),
		};
		row_text(r, 3, p->channel_number, sizeof(p->channel_number));
		row_text(r, 4, p->number, sizeof(p->number));
		row_text(r, 10, p->payer, sizeof(p->payer));
	}
	return rows_end(r);
}

enum err payment_find(struct tx *tx, int64_t channel_account, const char *channel_number,
		      struct payment *out, bool *found)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select " PAYMENT_COLUMNS " from payment "
	       "where merchant_id = $1 and channel_account = $2 and channel_number = $3",
	       V_I(tx_merchant(tx)), V_I(channel_account), V_T(channel_number));
	return read_payment(&r, out, found);
}

enum err payment_of_attempt(struct tx *tx, int64_t attempt, struct payment *out, bool *found)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select " PAYMENT_COLUMNS " from payment where merchant_id = $1 and attempt_id = $2 "
	       "and case_id is null",
	       V_I(tx_merchant(tx)), V_I(attempt));
	return read_payment(&r, out, found);
}

enum err payment_get(struct tx *tx, int64_t id, struct payment *out)
{
	struct rows r;
	bool found;

	TX_GET(tx, &r, "select " PAYMENT_COLUMNS " from payment where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	TRY(read_payment(&r, out, &found));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such payment");
	return ERR_OK;
}

void payment_insert(struct tx *tx, const struct payment *p)
{
	TX_PUT(tx, 1,
	       "insert into payment (merchant_id, id, app_id, channel_account, channel_number, "
	       "number, attempt_id, order_id, amount, payer_amount, settle_amount, payer, paid_at, "
	       "date, source, case_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	       "$10, "
	       "$11, $12, $13, $14, $15, $16, $17)",
	       V_I(tx_merchant(tx)), V_I(p->id), V_I(p->app), V_I(p->channel_account),
	       V_T(p->channel_number), V_T(p->number), V_ID(p->attempt), V_ID(p->order),
	       V_I(p->amount), p->payer_amount < 0 ? V_NULL : V_I(p->payer_amount),
	       p->settle_amount < 0 ? V_NULL : V_I(p->settle_amount), V_OPT(p->payer),
	       V_I(p->paid_at), V_I(china_date(p->paid_at)), V_I(p->source), V_ID(p->case_id),
	       V_I(p->created_at));
}

/* --- refunds --- */

enum err refund_get(struct tx *tx, int64_t app, int64_t id, struct refund *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select id, app_id, kind, order_id, payment_id, case_id, out_refund_no, status, "
	       "amount, channel_fen, note, number, channel_account, sent_at, tries, error_code, "
	       "error_text, created_at, ended_at, version from refund "
	       "where merchant_id = $1 and id = $2 and (app_id = $3 or $3 = 0)",
	       V_I(tx_merchant(tx)), V_I(id), V_I(app));
	if (found) {
		*out = (struct refund){
			.id = row_i(&r, 0),
			.app = row_i(&r, 1),
			.kind = (enum refund_kind)row_i(&r, 2),
			.order = row_i(&r, 3),
			.payment = row_i(&r, 4),
			.case_id = row_i(&r, 5),
			.status = (enum refund_status)row_i(&r, 7),
			.amount = row_i(&r, 8),
			.channel_fen = row_i(&r, 9),
			.channel_account = row_i(&r, 12),
			.sent_at = row_i(&r, 13),
			.tries = row_i(&r, 14),
			.created_at = row_i(&r, 17),
			.ended_at = row_i(&r, 18),
			.version = row_i(&r, 19),
		};
		row_text(&r, 6, out->out_refund_no, sizeof(out->out_refund_no));
		row_text(&r, 10, out->note, sizeof(out->note));
		row_text(&r, 11, out->number, sizeof(out->number));
		row_text(&r, 15, out->error_code, sizeof(out->error_code));
		row_text(&r, 16, out->error_text, sizeof(out->error_text));
	}
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such refund");
	return ERR_OK;
}

void refund_insert(struct tx *tx, const struct refund *r)
{
	TX_PUT(tx, 1,
	       "insert into refund (merchant_id, id, app_id, kind, order_id, payment_id, case_id, "
	       "out_refund_no, status, amount, channel_fen, note, number, channel_account, "
	       "created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
	       "$13, $14, $15, 1)",
	       V_I(tx_merchant(tx)), V_I(r->id), V_I(r->app), V_I(r->kind), V_ID(r->order),
	       V_ID(r->payment), V_ID(r->case_id), V_OPT(r->out_refund_no), V_I(r->status),
	       V_I(r->amount), V_I(r->channel_fen), V_OPT(r->note), V_OPT(r->number),
	       V_ID(r->channel_account), V_I(r->created_at));
}

void refund_update(struct tx *tx, struct refund *r)
{
	r->version++;
	TX_PUT(tx, 1,
	       "update refund set status = $3, sent_at = $4, tries = $5, error_code = $6, "
	       "error_text = $7, ended_at = $8, version = $9 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(r->id), V_I(r->status), V_ID(r->sent_at), V_I(r->tries),
	       V_OPT(r->error_code), V_OPT(r->error_text), V_ID(r->ended_at), V_I(r->version));
}

void refund_leg_insert(struct tx *tx, int64_t refund, const struct refund_leg *l)
{
	TX_PUT(tx, 1,
	       "insert into refund_leg (merchant_id, refund_id, attempt_id, position, amount, "
	       "worth) "
	       "values ($1, $2, $3, $4, $5, $6)",
	       V_I(tx_merchant(tx)), V_I(refund), V_I(l->attempt), V_I((int64_t)l->position),
	       V_I(l->amount), V_I(l->worth));
}

enum err refund_legs_get(struct tx *tx, int64_t refund, struct refund_leg legs[LEGS_MAX], size_t *n)
{
	struct rows r;

	*n = 0;
	TX_GET(tx, &r,
	       "select attempt_id, position, amount, worth from refund_leg "
	       "where merchant_id = $1 and refund_id = $2 order by position",
	       V_I(tx_merchant(tx)), V_I(refund));
	while (rows_next(&r)) {
		CHECK(*n < LEGS_MAX);
		legs[(*n)++] = (struct refund_leg){ row_i(&r, 0), (size_t)row_i(&r, 1),
						    row_i(&r, 2), row_i(&r, 3) };
	}
	return rows_end(&r);
}

/* --- cases --- */

void case_insert(struct tx *tx, const struct case_row *c)
{
	TX_PUT(tx, 1,
	       "insert into cases (merchant_id, id, app_id, kind, status, order_id, payment_id, "
	       "refund_id, amount, note, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	       "$10, $11)",
	       V_I(tx_merchant(tx)), V_I(c->id), V_I(c->app), V_I(c->kind), V_I(c->status),
	       V_ID(c->order), V_ID(c->payment), V_ID(c->refund), V_I(c->amount), V_OPT(c->note),
	       V_I(c->created_at));
}

void case_settle(struct tx *tx, int64_t id, enum case_status status)
{
	TX_PUT(tx, 1,
	       "update cases set status = $3, settled_at = $4 "
	       "where merchant_id = $1 and id = $2 and status = 1",
	       V_I(tx_merchant(tx)), V_I(id), V_I(status), V_I(tx_now(tx)));
}

/* --- holds --- */

enum err hold_get(struct tx *tx, int64_t id, struct hold_row *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select id, account_id, amount, captured, released, owner from hold "
	       "where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (found)
		*out = (struct hold_row){ row_i(&r, 0), row_i(&r, 1), row_i(&r, 2),
					  row_i(&r, 3), row_i(&r, 4), row_i(&r, 5) };
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such hold");
	return ERR_OK;
}

int64_t hold_left(const struct hold_row *h)
{
	return h->amount - h->captured - h->released;
}
