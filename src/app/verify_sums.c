/* verify_sums.c - what the journal's own references say was posted for orders, payments, refunds
 * and cases. */
#include "app/verify_run.h"

#include "app/request_key.h"
#include "core/ledger.h"
#include "core/reason.h"

#include <stdio.h>

static struct verify_sum *sum_at(struct verify_run *v, enum id_kind kind, struct str text);
static void add_order(struct verify_sum *s, const struct verify_transfer *t);
static void add_case(struct verify_sum *s, const struct verify_transfer *t);
static enum err compare_suspense(struct verify_run *v, struct tx *tx, int64_t cases);

void verify_sums_add(struct verify_run *v, const struct verify_transfer *t)
{
	struct str step, object = str_cut(t->request_id, ':', &step);
	struct verify_sum *s;

	/* Only Tael's own transfers name our objects; and what is set aside has not moved. */
	if (t->app != 0 || t->kind == POSTING_HOLD || t->kind == POSTING_RELEASE)
		return;
	if ((s = sum_at(v, ID_ORDER, t->ref)) != NULL)
		add_order(s, t);
	if (t->reason == REASON_CLEARING && (s = sum_at(v, ID_CLEARING, t->ref)) != NULL)
		s->wallet_out += t->amount;
	if ((s = sum_at(v, ID_CASE, t->ref)) != NULL)
		add_case(s, t);
	if (str_is(step, "in") && (s = sum_at(v, ID_PAYMENT, object)) != NULL)
		s->channel_in += t->amount;
	if (str_is(step, "out") && t->reason == REASON_GIVEN_BACK &&
	    (s = sum_at(v, ID_REFUND, object)) != NULL)
		s->channel_out += t->amount;
}

static struct verify_sum *sum_at(struct verify_run *v, enum id_kind kind, struct str text)
{
	struct verify_sum *s;
	int64_t id;

	if (id_read(kind, text, &id) != ERR_OK || id == 0)
		return NULL;
	s = verify_table_add(&v->sums, id);
	s->kind = kind;
	return s;
}

static void add_order(struct verify_sum *s, const struct verify_transfer *t)
{
	switch (t->reason) {
	case REASON_PAID_CHANNEL:
	case REASON_TOPUP:
		s->channel_in += t->amount;
		break;
	case REASON_PAID_WALLET:
		s->wallet_in += t->amount;
		break;
	case REASON_REFUND_CHANNEL:
	case REASON_REFUND_TOPUP:
		s->channel_out += t->amount;
		break;
	case REASON_REFUND_WALLET:
		s->wallet_out += t->amount;
		break;
	default:
		break;
	}
}

static void add_case(struct verify_sum *s, const struct verify_transfer *t)
{
	if (t->reason == REASON_UNEXPECTED)
		s->channel_in += t->amount;
	if (t->reason == REASON_GIVEN_BACK || t->reason == REASON_ACCEPTED)
		s->channel_out += t->amount;
}

struct verify_sum verify_sum_of(struct verify_run *v, int64_t id)
{
	struct verify_sum *s = verify_table_find(&v->sums, id);

	if (!s)
		return (struct verify_sum){ .id = id };
	s->seen = 1;
	return *s;
}

enum err verify_sums_end(struct verify_run *v, struct tx *tx)
{
	const struct verify_sum *s;
	char text[ID_TEXT];
	int64_t cases = 0;
	size_t at = 0;

	while ((s = verify_table_next(&v->sums, &at)) != NULL) {
		if (s->kind == ID_CASE)
			cases += s->channel_in - s->channel_out;
		if (s->seen || s->id > v->bound)
			continue;
		id_write((enum id_kind)s->kind, s->id, text);
		verify_report(v,
			      s->kind == ID_ORDER      ? "orders"
			      : s->kind == ID_PAYMENT  ? "payment"
			      : s->kind == ID_REFUND   ? "refund"
			      : s->kind == ID_CLEARING ? "clearing"
						       : "cases",
			      text, "the journal posted for it, and it has no row");
	}
	return compare_suspense(v, tx, cases);
}

/* Every fen in suspense belongs to a case. */
static enum err compare_suspense(struct verify_run *v, struct tx *tx, int64_t cases)
{
	const struct verify_account *a = NULL;
	struct rows r;

	TX_GET(tx, &r,
	       "select id from account"
	       " where merchant_id = $1 and holder = 'suspense' and asset_id = $2",
	       V_I(v->merchant), V_I(v->cny));
	if (rows_next(&r))
		a = verify_table_find(&v->accounts, row_i(&r, 0));
	TRY(rows_end(&r));
	if ((a ? a->balance.computed : 0) != cases)
		verify_report(v, "account", "suspense/cny",
			      "its balance is %lld, the cases in the journal make it %lld",
			      (long long)(a ? a->balance.computed : 0), (long long)cases);
	return ERR_OK;
}

void verify_same(struct verify_faults *f, const char *name, int64_t row, const char *other,
		 int64_t value)
{
	if (row != value)
		verify_differs(f, name, row, other, value);
}

enum err verify_number_of(struct tx *tx, int64_t app, int64_t kind, struct str number,
			  int64_t object, struct verify_faults *f)
{
	int64_t named = 0;
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select object from request_key where merchant_id = $1 and app_id = $2"
	       " and kind = $3 and key = $4",
	       V_I(tx_merchant(tx)), V_I(app), V_I(kind), V_S(number));
	if (found)
		named = row_i(&r, 0);
	TRY(rows_end(&r));
	if (!found)
		verify_fault(f, "its number has no request_key");
	else if (named != object)
		verify_fault(f, "the request_key of its number names another object");
	return ERR_OK;
}
