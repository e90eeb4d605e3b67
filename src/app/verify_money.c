/* verify_money.c - payments, refunds and cases against the journal and each other. */
#include "app/verify_run.h"

#include "app/request_key.h"
#include "core/order.h"

typedef enum err row_check(struct verify_run *v, struct tx *tx, const struct rows *r,
			   struct verify_faults *f);

/* What the pages of these tables have in common. */
struct page {
	const char *table;
	enum id_kind kind;
	row_check *check;
	int64_t *count;
};

static enum err catch_up(struct verify_slice *slice, struct tx *tx, bool *caught_up);
static enum err read_page(struct verify_slice *slice, struct tx *tx, struct rows *r,
			  const struct page *p);
static row_check check_payment, check_refund, check_case;
static enum err check_order_of(struct tx *tx, const struct rows *r, struct verify_faults *f);
static enum err check_refund_legs(struct tx *tx, const struct rows *r, struct verify_faults *f);

enum { MONEY_PAGE = 500 };

/* Columns; the first is the id. */
enum { P_ID, P_AMOUNT, P_CASE, P_ATTEMPT, P_ORDER };
enum { R_ID, R_APP, R_KIND, R_CASE, R_NUMBER, R_STATUS, R_AMOUNT, R_CHANNEL_FEN };
enum { C_ID, C_KIND, C_STATUS, C_AMOUNT, C_PAYMENT };

enum err verify_payments_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	struct verify_run *v = slice->v;
	struct rows r;
	bool caught_up;

	(void)ask;
	TRY(catch_up(slice, tx, &caught_up));
	if (!caught_up)
		return ERR_OK;
	TX_GET(tx, &r,
	       "select id, amount, case_id, attempt_id, order_id from payment"
	       " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(MONEY_PAGE));
	return read_page(
		slice, tx, &r,
		&(struct page){ "payment", ID_PAYMENT, check_payment, &v->counts->payments });
}

enum err verify_refunds_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	struct verify_run *v = slice->v;
	struct rows r;
	bool caught_up;

	(void)ask;
	TRY(catch_up(slice, tx, &caught_up));
	if (!caught_up)
		return ERR_OK;
	TX_GET(tx, &r,
	       "select id, app_id, kind, case_id, out_refund_no, status, amount, channel_fen"
	       " from refund where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(MONEY_PAGE));
	return read_page(slice, tx, &r,
			 &(struct page){ "refund", ID_REFUND, check_refund, &v->counts->refunds });
}

enum err verify_cases_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	struct verify_run *v = slice->v;
	struct rows r;
	bool caught_up;

	(void)ask;
	TRY(catch_up(slice, tx, &caught_up));
	if (!caught_up)
		return ERR_OK;
	TX_GET(tx, &r,
	       "select id, kind, status, amount, payment_id from cases"
	       " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(MONEY_PAGE));
	return read_page(slice, tx, &r,
			 &(struct page){ "cases", ID_CASE, check_case, &v->counts->cases });
}

static enum err catch_up(struct verify_slice *slice, struct tx *tx, bool *caught_up)
{
	return verify_journal_read(slice->v, tx, caught_up);
}

static enum err read_page(struct verify_slice *slice, struct tx *tx, struct rows *r,
			  const struct page *p)
{
	char text[ID_TEXT];
	size_t n = 0;
	enum err e = ERR_OK, ended;

	for (; e == ERR_OK && rows_next(r); n++) {
		struct verify_faults f = { .n = 0 };

		slice->after = row_i(r, 0);
		e = p->check(slice->v, tx, r, &f);
		if (f.n > 0) {
			id_write(p->kind, slice->after, text);
			verify_report(slice->v, p->table, text, "%s", f.text);
		}
		++*p->count;
	}
	slice->more = n == MONEY_PAGE;
	ended = rows_end(r);
	TRY(e);
	return ended;
}

static enum err check_payment(struct verify_run *v, struct tx *tx, const struct rows *r,
			      struct verify_faults *f)
{
	struct verify_sum s = verify_sum_of(v, row_i(r, P_ID));

	verify_same(f, "amount", row_i(r, P_AMOUNT), "the journal has", s.channel_in);
	return row_null(r, P_CASE) ? check_order_of(tx, r, f) : ERR_OK;
}

/* A payment without a case paid its order, through that order's attempt. */
static enum err check_order_of(struct tx *tx, const struct rows *r, struct verify_faults *f)
{
	struct rows o;
	bool found;

	TX_ONE(tx, &o, &found,
	       "select o.status, o.attempt_id, l.amount from orders o left join leg l"
	       " on l.merchant_id = o.merchant_id and l.attempt_id = o.attempt_id and l.kind = $3"
	       " where o.merchant_id = $1 and o.id = $2",
	       V_I(tx_merchant(tx)), V_I(row_i(r, P_ORDER)), V_I(LEG_CHANNEL));
	if (!found)
		verify_fault(f, "it has neither a case nor an order");
	else if (row_i(&o, 0) != ORDER_PAID || row_i(&o, 1) != row_i(r, P_ATTEMPT))
		verify_fault(f, "its order is not paid by its attempt");
	else
		verify_same(f, "amount", row_i(r, P_AMOUNT), "the attempt's channel leg",
			    row_i(&o, 2));
	return rows_end(&o);
}

static enum err check_refund(struct verify_run *v, struct tx *tx, const struct rows *r,
			     struct verify_faults *f)
{
	struct verify_sum s = verify_sum_of(v, row_i(r, R_ID));
	bool succeeded = row_i(r, R_STATUS) == REFUND_SUCCEEDED;

	if (row_i(r, R_KIND) == REFUND_EXCEPTION) {
		verify_same(f, "what the journal gave back", s.channel_out,
			    succeeded ? "its amount" : "it has not succeeded:",
			    succeeded ? row_i(r, R_AMOUNT) : 0);
		return ERR_OK;
	}
	TRY(check_refund_legs(tx, r, f));
	return verify_number_of(tx, row_i(r, R_APP), KEY_REFUND, row_s(r, R_NUMBER), row_i(r, R_ID),
				f);
}

static enum err check_refund_legs(struct tx *tx, const struct rows *r, struct verify_faults *f)
{
	int64_t worth = 0, channel = 0;
	struct rows l;

	TX_GET(tx, &l,
	       "select r.worth, l.kind from refund_leg r left join leg l"
	       " on l.merchant_id = r.merchant_id and l.attempt_id = r.attempt_id"
	       " and l.position = r.position where r.merchant_id = $1 and r.refund_id = $2",
	       V_I(tx_merchant(tx)), V_I(row_i(r, R_ID)));
	while (rows_next(&l)) {
		worth += row_i(&l, 0);
		channel += row_i(&l, 1) == LEG_CHANNEL ? row_i(&l, 0) : 0;
	}
	verify_same(f, "amount", row_i(r, R_AMOUNT), "its legs are worth", worth);
	verify_same(f, "channel_fen", row_i(r, R_CHANNEL_FEN), "its channel leg", channel);
	return rows_end(&l);
}

static enum err check_case(struct verify_run *v, struct tx *tx, const struct rows *r,
			   struct verify_faults *f)
{
	struct verify_sum s = verify_sum_of(v, row_i(r, C_ID));

	(void)tx;
	/* An abnormal refund's case is about money that is still where it was. */
	if (row_i(r, C_KIND) == CASE_REFUND) {
		verify_same(f, "what the journal has in suspense", s.channel_in, "this kind has",
			    0);
		return ERR_OK;
	}
	verify_same(f, "amount", row_i(r, C_AMOUNT), "the journal has", s.channel_in);
	verify_same(f, "what the journal took out of suspense", s.channel_out,
		    row_i(r, C_STATUS) == CASE_OPEN ? "it is open:" : "its amount",
		    row_i(r, C_STATUS) == CASE_OPEN ? 0 : row_i(r, C_AMOUNT));
	return ERR_OK;
}
