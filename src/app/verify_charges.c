/* verify_charges.c - charges against their items, their numbers and their transfers. */
#include "app/verify_run.h"

#include "base/money.h"
#include "core/ledger.h"

#include <stdio.h>

enum { CHARGES_PAGE = 500 };
enum { C_ID, C_APP, C_NUMBER, C_AMOUNT, C_ROLLBACK };

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static enum err charge_check(struct verify_run *v, struct tx *tx, const struct rows *r,
			     int64_t *items);
static enum err check_items(struct tx *tx, const struct rows *r, struct verify_faults *f,
			    int64_t *items);
static enum err check_number(struct tx *tx, const struct rows *r, struct verify_faults *f);
static enum err check_transfer(struct tx *tx, const struct rows *r, bool back,
			       struct verify_faults *f);
static enum err check_strays(struct verify_run *v, struct tx *tx, int64_t from, int64_t to,
			     int64_t items);

enum err verify_charges_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	int64_t from = slice->after, items = 0;
	enum err e = ERR_OK, ended;
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r,
	       "select id, app_id, number, amount, rollback_id from charge"
	       " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(from), V_I(CHARGES_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		slice->after = row_i(&r, C_ID);
		e = charge_check(v, tx, &r, &items);
		v->counts->charges++;
	}
	slice->more = n == CHARGES_PAGE;
	ended = rows_end(&r);
	TRY(e);
	TRY(ended);
	return check_strays(v, tx, from, slice->more ? slice->after : INT64_MAX, items);
}

static enum err charge_check(struct verify_run *v, struct tx *tx, const struct rows *r,
			     int64_t *items)
{
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];

	TRY(check_items(tx, r, &f, items));
	TRY(check_transfer(tx, r, false, &f));
	if (!row_null(r, C_ROLLBACK))
		TRY(check_transfer(tx, r, true, &f));
	if (!row_null(r, C_NUMBER))
		TRY(check_number(tx, r, &f));
	if (f.n == 0)
		return ERR_OK;
	id_write(ID_CHARGE, row_i(r, C_ID), text);
	verify_report_faults(v, "charge", text, &f);
	return ERR_OK;
}

/* Each item costs what its version of the price says, and together they are the charge. */
static enum err check_items(struct tx *tx, const struct rows *r, struct verify_faults *f,
			    int64_t *items)
{
	int64_t sum = 0;
	struct rows i;

	TX_GET(tx, &i,
	       "select i.position, i.quantity, i.unit_price, i.amount, p.unit_price"
	       " from charge_item i left join price p on p.merchant_id = i.merchant_id"
	       " and p.code = i.price and p.version = i.version"
	       " where i.merchant_id = $1 and i.charge_id = $2 order by i.position",
	       V_I(tx_merchant(tx)), V_I(row_i(r, C_ID)));
	while (rows_next(&i)) {
		long long at = (long long)row_i(&i, 0);
		i128 cost = (i128)row_i(&i, 1) * row_i(&i, 2);

		if (row_null(&i, 4))
			verify_fault(f, "item %lld names a price that does not exist", at);
		else if (row_i(&i, 4) != row_i(&i, 2))
			verify_fault(f, "item %lld is not charged at its price", at);
		if (cost != row_i(&i, 3))
			verify_fault(f, "item %lld is not quantity times unit price", at);
		if (amount_add(sum, row_i(&i, 3), &sum) != ERR_OK)
			verify_fault(f, "its items are more than an amount");
		(*items)++;
	}
	TRY(rows_end(&i));
	verify_same(f, "amount", row_i(r, C_AMOUNT), "its items make it", sum);
	return ERR_OK;
}

static enum err check_number(struct tx *tx, const struct rows *r, struct verify_faults *f)
{
	struct rows n;
	bool found;

	TX_ONE(tx, &n, &found,
	       "select 1 from number_range where merchant_id = $1 and first <= $2 and last >= $2"
	       " and app_id = $3",
	       V_I(tx_merchant(tx)), V_I(row_i(r, C_NUMBER)), V_I(row_i(r, C_APP)));
	if (!found)
		verify_fault(f, "its number was not handed out to its app");
	return rows_end(&n);
}

/* The transfer that took the money, or the one that gave it back. */
static enum err check_transfer(struct tx *tx, const struct rows *r, bool back,
			       struct verify_faults *f)
{
	const char *name = back ? "its roll-back" : "its transfer";
	char id[ID_TEXT], holder[ID_TEXT + 8];
	struct rows t;
	bool found;

	id_write(ID_APP, row_i(r, C_APP), id);
	(void)snprintf(holder, sizeof(holder), "app:%s", id);
	TX_ONE(tx, &t, &found,
	       "select t.kind, t.amount, t.cause, t.app_id, f.holder, o.holder from transfer t"
	       " left join account f on f.merchant_id = t.merchant_id and f.id = t.from_account"
	       " left join account o on o.merchant_id = t.merchant_id and o.id = t.to_account"
	       " where t.merchant_id = $1 and t.id = $2",
	       V_I(tx_merchant(tx)), V_I(row_i(r, back ? C_ROLLBACK : C_ID)));
	if (!found) {
		verify_fault(f, "%s does not exist", name);
		return rows_end(&t);
	}
	if (row_i(&t, 0) != (back ? POSTING_REVERSAL : POSTING_TRANSFER) ||
	    (back && row_i(&t, 2) != row_i(r, C_ID)) || row_i(&t, 3) != row_i(r, C_APP))
		verify_fault(f, "%s is not one of this charge", name);
	if (!str_is(row_s(&t, back ? 5 : 4), holder) || !str_is(row_s(&t, back ? 4 : 5), "system"))
		verify_fault(f, "%s is not between the app and system", name);
	verify_same(f, "amount", row_i(r, C_AMOUNT),
		    back ? "its roll-back has" : "its transfer has", row_i(&t, 1));
	return rows_end(&t);
}

/* Items between two charges that belong to neither: their charge is gone. */
static enum err check_strays(struct verify_run *v, struct tx *tx, int64_t from, int64_t to,
			     int64_t items)
{
	char text[ID_TEXT];
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select count(*) from charge_item where merchant_id = $1 and charge_id > $2"
	       " and charge_id <= $3",
	       V_I(v->merchant), V_I(from), V_I(to));
	found = found && row_i(&r, 0) != items;
	TRY(rows_end(&r));
	if (!found)
		return ERR_OK;
	TX_GET(tx, &r,
	       "select distinct i.charge_id from charge_item i where i.merchant_id = $1"
	       " and i.charge_id > $2 and i.charge_id <= $3 and not exists (select 1 from charge c"
	       " where c.merchant_id = i.merchant_id and c.id = i.charge_id) limit 100",
	       V_I(v->merchant), V_I(from), V_I(to));
	while (rows_next(&r)) {
		id_write(ID_CHARGE, row_i(&r, 0), text);
		verify_report(v, "charge", text, "it has items, and no row");
	}
	return rows_end(&r);
}
