/* verify_orders.c - orders against their legs, their refunds and the journal. */
#include "app/verify_run.h"

#include "app/request_key.h"
#include "core/order.h"

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static enum err order_check(struct verify_run *v, struct tx *tx, const struct rows *r);
static enum err check_paid(struct verify_run *v, struct tx *tx, const struct rows *r,
			   struct verify_faults *f);
static void check_unpaid(struct verify_run *v, const struct rows *r, struct verify_faults *f);

/* What an attempt's legs of one kind add up to, by enum leg_kind. */
struct legs {
	int64_t amount, worth, refunding_worth, refunded_amount, refunded_worth;
};
static enum err legs_read(struct tx *tx, int64_t attempt, struct legs legs[LEG_CHANNEL + 1]);
static enum err refunds_read(struct tx *tx, int64_t order, int64_t *pending, int64_t *succeeded);

enum { O_ID, O_APP, O_NUMBER, O_STATUS, O_AMOUNT, O_PAID, O_REFUNDING, O_REFUNDED, O_ATTEMPT };

enum err verify_orders_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	enum { ORDERS_PAGE = 500 };
	struct rows r;
	size_t n = 0;
	enum err e = ERR_OK, ended;

	TX_GET(tx, &r,
	       "select id, app_id, out_order_no, status, amount, amount_paid, amount_refunding,"
	       " amount_refunded, attempt_id from orders"
	       " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(ORDERS_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		slice->after = row_i(&r, O_ID);
		e = order_check(v, tx, &r);
		v->counts->orders++;
	}
	slice->more = n == ORDERS_PAGE;
	ended = rows_end(&r);
	TRY(e);
	return ended;
}

static enum err order_check(struct verify_run *v, struct tx *tx, const struct rows *r)
{
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];

	TRY(verify_number_of(tx, row_i(r, O_APP), KEY_ORDER, row_s(r, O_NUMBER), row_i(r, O_ID),
			     &f));
	if (row_i(r, O_STATUS) == ORDER_PAID)
		TRY(check_paid(v, tx, r, &f));
	else
		check_unpaid(v, r, &f);
	if (f.n == 0)
		return ERR_OK;
	id_write(ID_ORDER, row_i(r, O_ID), text);
	verify_report_faults(v, "orders", text, &f);
	return ERR_OK;
}

static enum err check_paid(struct verify_run *v, struct tx *tx, const struct rows *r,
			   struct verify_faults *f)
{
	struct verify_sum s = verify_sum_of(v, row_i(r, O_ID));
	struct legs legs[LEG_CHANNEL + 1] = { 0 };
	const struct legs *wallet = &legs[LEG_WALLET], *channel = &legs[LEG_CHANNEL];
	int64_t pending, succeeded;

	TRY(legs_read(tx, row_i(r, O_ATTEMPT), legs));
	TRY(refunds_read(tx, row_i(r, O_ID), &pending, &succeeded));
	verify_same(f, "amount_paid", row_i(r, O_PAID), "its amount", row_i(r, O_AMOUNT));
	verify_same(f, "amount_paid", row_i(r, O_PAID), "its legs are worth",
		    wallet->worth + channel->worth);
	verify_same(f, "its channel leg", channel->amount, "the journal has", s.channel_in);
	verify_same(f, "the sum of its wallet legs", wallet->amount, "the journal has",
		    s.wallet_in);
	verify_same(f, "amount_refunded", row_i(r, O_REFUNDED), "its legs make it",
		    wallet->refunded_worth + channel->refunded_worth);
	verify_same(f, "amount_refunded", row_i(r, O_REFUNDED), "its refunds make it", succeeded);
	verify_same(f, "amount_refunding", row_i(r, O_REFUNDING), "its legs make it",
		    wallet->refunding_worth + channel->refunding_worth);
	verify_same(f, "amount_refunding", row_i(r, O_REFUNDING), "its refunds make it", pending);
	verify_same(f, "what its channel leg gave back", channel->refunded_amount,
		    "the journal has", s.channel_out);
	verify_same(f, "what its wallet legs gave back", wallet->refunded_amount, "the journal has",
		    s.wallet_out);
	return ERR_OK;
}

static void check_unpaid(struct verify_run *v, const struct rows *r, struct verify_faults *f)
{
	struct verify_sum s = verify_sum_of(v, row_i(r, O_ID));

	verify_same(f, "amount_paid", row_i(r, O_PAID), "an unpaid order's is", 0);
	verify_same(f, "amount_refunding", row_i(r, O_REFUNDING), "an unpaid order's is", 0);
	verify_same(f, "amount_refunded", row_i(r, O_REFUNDED), "an unpaid order's is", 0);
	if (s.channel_in != 0 || s.wallet_in != 0 || s.channel_out != 0 || s.wallet_out != 0)
		verify_fault(f, "it is not paid, and the journal posted for it");
}

static enum err legs_read(struct tx *tx, int64_t attempt, struct legs legs[LEG_CHANNEL + 1])
{
	struct rows r;

	TX_GET(tx, &r,
	       "select kind, amount, worth, refunding_worth, refunded_amount, refunded_worth"
	       " from leg where merchant_id = $1 and attempt_id = $2",
	       V_I(tx_merchant(tx)), V_I(attempt));
	while (rows_next(&r)) {
		struct legs *l = &legs[row_i(&r, 0) == LEG_WALLET ? LEG_WALLET : LEG_CHANNEL];

		l->amount += row_i(&r, 1);
		l->worth += row_i(&r, 2);
		l->refunding_worth += row_i(&r, 3);
		l->refunded_amount += row_i(&r, 4);
		l->refunded_worth += row_i(&r, 5);
	}
	return rows_end(&r);
}

static enum err refunds_read(struct tx *tx, int64_t order, int64_t *pending, int64_t *succeeded)
{
	struct rows r;

	*pending = *succeeded = 0;
	TX_GET(tx, &r,
	       "select status, amount from refund"
	       " where merchant_id = $1 and order_id = $2 and kind = $3",
	       V_I(tx_merchant(tx)), V_I(order), V_I(REFUND_ORDER));
	while (rows_next(&r)) {
		if (row_i(&r, 0) == REFUND_SUCCEEDED)
			*succeeded += row_i(&r, 1);
		else if (row_i(&r, 0) != REFUND_FAILED)
			*pending += row_i(&r, 1);
	}
	return rows_end(&r);
}
