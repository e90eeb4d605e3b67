/* verify_accounts.c - accounts and holds against the journal. */
#include "app/verify_run.h"

#include "app/hold.h"

#include <stdio.h>

static enum err accounts_page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static enum err account_compare(struct verify_run *v, struct tx *tx, const struct rows *r,
				const char *text);
static enum err account_at(struct tx *tx, const struct rows *r, const struct verify_account *now,
			   struct verify_account *out, struct verify_faults *f);
static void compare_value(struct verify_faults *f, const char *name, const struct verify_value *v,
			  int64_t value);
static enum err holds_page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static void hold_compare(struct verify_run *v, const struct rows *r);

/* Columns of an account's row. */
enum { A_ID, A_HOLDER, A_ASSET, A_BALANCE, A_HELD, A_VERSION, A_LAST, A_CODE };
enum {
	H_ID,
	H_ACCOUNT,
	H_AMOUNT,
	H_CAPTURED,
	H_RELEASED,
	H_STATUS,
	H_VERSION,
	H_REASON,
	H_APP,
	H_OWNER
};

enum err verify_accounts_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? accounts_page(slice->v, tx, slice) : ERR_OK;
}

static enum err accounts_page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	enum err e = ERR_OK, ended;
	char text[VERIFY_ROW_TEXT];
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r,
	       "select a.id, a.holder, a.asset_id, a.balance, a.held, a.version, a.last_transfer,"
	       " s.code from account a left join asset s"
	       " on s.merchant_id = a.merchant_id and s.id = a.asset_id"
	       " where a.merchant_id = $1 and a.id > $2 order by a.id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(VERIFY_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		struct str holder = row_s(&r, A_HOLDER), code = row_s(&r, A_CODE);

		slice->after = row_i(&r, A_ID);
		(void)snprintf(text, sizeof(text), "%.*s/%.*s",
			       (int)(holder.n < 100 ? holder.n : 100), holder.p,
			       (int)(code.n < 32 ? code.n : 32), code.p);
		e = account_compare(v, tx, &r, text);
		v->counts->accounts++;
	}
	slice->more = n == VERIFY_PAGE;
	ended = rows_end(&r);
	return e != ERR_OK ? e : ended;
}

/* The row is a cache that may be behind the journal, but not behind the watermark: it must be what
 * the journal made it by the transfer that it names as its last. */
static enum err account_compare(struct verify_run *v, struct tx *tx, const struct rows *r,
				const char *text)
{
	static const struct verify_account NONE = { .id = 0 };
	struct verify_account *a = verify_table_find(&v->accounts, row_i(r, A_ID));
	struct verify_asset *sum = verify_table_add(&v->assets, row_i(r, A_ASSET));
	struct verify_faults f = { .n = 0 };
	struct verify_account j;

	if (row_null(r, A_CODE))
		verify_fault(&f, "there is no asset %lld", (long long)row_i(r, A_ASSET));
	if (a && a->asset != row_i(r, A_ASSET))
		verify_fault(&f, "asset_id is not that of its transfers");
	TRY(account_at(tx, r, a ? a : &NONE, &j, &f));
	compare_value(&f, "balance", &j.balance, row_i(r, A_BALANCE));
	compare_value(&f, "held", &j.held, row_i(r, A_HELD));
	compare_value(&f, "version", &j.version, row_i(r, A_VERSION));
	if (row_i(r, A_HELD) < 0)
		verify_fault(&f, "held is below zero");
	if (a && row_i(r, A_LAST) < a->flushed)
		verify_fault(&f, "it is behind the book's watermark");
	if (f.n > 0)
		verify_report_faults(v, "account", text, &f);
	sum->off += row_i(r, A_BALANCE) - j.balance.computed;
	if (a)
		a->seen = 1;
	return ERR_OK;
}

/* What the journal makes the account right after the row's last transfer. */
static enum err account_at(struct tx *tx, const struct rows *r, const struct verify_account *now,
			   struct verify_account *out, struct verify_faults *f)
{
	int64_t last = row_i(r, A_LAST);
	struct rows t;
	bool found;

	*out = *now;
	if (last == now->last)
		return ERR_OK;
	if (last == 0) {
		out->balance = out->held = out->version = (struct verify_value){ 0 };
		return ERR_OK;
	}
	TX_ONE(tx, &t, &found,
	       "select from_account = $3, from_balance, from_held, from_version, to_balance,"
	       " to_held, to_version from transfer"
	       " where merchant_id = $1 and id = $2 and (from_account = $3 or to_account = $3)",
	       V_I(tx_merchant(tx)), V_I(last), V_I(row_i(r, A_ID)));
	if (found) {
		int side = row_i(&t, 0) != 0 ? 1 : 4;

		out->balance = (struct verify_value){ .computed = row_i(&t, side) };
		out->held = (struct verify_value){ .computed = row_i(&t, side + 1) };
		out->version = (struct verify_value){ .computed = row_i(&t, side + 2) };
	} else {
		verify_fault(f, "last_transfer is none of its transfers");
	}
	return rows_end(&t);
}

/* A row may go on from a transfer that was named already. */
static void compare_value(struct verify_faults *f, const char *name, const struct verify_value *v,
			  int64_t value)
{
	if (value != v->computed && value != v->computed + v->off)
		verify_differs(f, name, value, "the journal makes it", v->computed);
}

enum err verify_account_text(struct tx *tx, int64_t id, char out[VERIFY_ROW_TEXT])
{
	struct rows r;

	(void)snprintf(out, VERIFY_ROW_TEXT, "account %lld", (long long)id);
	TX_GET(tx, &r,
	       "select a.holder, s.code from account a left join asset s"
	       " on s.merchant_id = a.merchant_id and s.id = a.asset_id"
	       " where a.merchant_id = $1 and a.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (rows_next(&r)) {
		struct str holder = row_s(&r, 0), code = row_s(&r, 1);

		(void)snprintf(out, VERIFY_ROW_TEXT, "%.*s/%.*s",
			       (int)(holder.n < 100 ? holder.n : 100), holder.p,
			       (int)(code.n < 32 ? code.n : 32), code.p);
	}
	return rows_end(&r);
}

enum err verify_holds_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? holds_page(slice->v, tx, slice) : ERR_OK;
}

static enum err holds_page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r,
	       "select id, account_id, amount, captured, released, status, version, reason, app_id,"
	       " owner from hold"
	       " where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(VERIFY_PAGE));
	for (; rows_next(&r); n++) {
		slice->after = row_i(&r, H_ID);
		hold_compare(v, &r);
		v->counts->holds++;
	}
	slice->more = n == VERIFY_PAGE;
	return rows_end(&r);
}

/* How its last part went, by whom it was asked for, and how often it changed. */
static void hold_check_state(const struct verify_hold *h, const struct rows *r,
			     struct verify_faults *f)
{
	int64_t status = h->captured + h->released < h->amount ? HOLD_OPEN : h->last;

	verify_same(f, "status", row_i(r, H_STATUS), "the journal makes it", status);
	verify_same(f, "version", row_i(r, H_VERSION), "the journal makes it", h->version);
	verify_same(f, "reason", row_i(r, H_REASON), "the journal has", h->reason);
	/* Tael holds for orders and refunds, applications for themselves. */
	if (row_null(r, H_OWNER))
		verify_same(f, "app_id", row_i(r, H_APP), "the journal has", h->app);
	else if (h->app != 0)
		verify_fault(f, "it has an owner, and an application asked for it");
}

static void hold_compare(struct verify_run *v, const struct rows *r)
{
	struct verify_hold *h = verify_table_find(&v->holds, row_i(r, H_ID));
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];
	static const struct {
		const char *name;
		int column;
	} PARTS[] = { { "amount", H_AMOUNT },
		      { "captured", H_CAPTURED },
		      { "released", H_RELEASED } };

	if (!h) {
		verify_fault(&f, "no transfer made it");
	} else {
		const int64_t journal[] = { h->amount, h->captured, h->released };

		h->seen = 1;
		if (h->account != row_i(r, H_ACCOUNT))
			verify_fault(&f, "account_id is not that of its transfer");
		for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++)
			if (row_i(r, PARTS[i].column) != journal[i])
				verify_differs(&f, PARTS[i].name, row_i(r, PARTS[i].column),
					       "the journal makes it", journal[i]);
		hold_check_state(h, r, &f);
	}
	if (f.n == 0)
		return;
	id_write(ID_HOLD, row_i(r, H_ID), text);
	verify_report_faults(v, "hold", text, &f);
}
