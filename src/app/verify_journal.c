/* verify_journal.c - the journal's rows, one after another. */
#include "app/verify_run.h"

#include "app/hold.h"
#include "base/money.h"
#include "base/time.h"
#include "core/ledger.h"
#include "core/reason.h"

#include <stdio.h>

static void row_read(const struct rows *r, struct verify_transfer *t);
static enum err apply(struct verify_run *v, struct tx *tx, const struct verify_transfer *t);
static void check_form(const struct verify_transfer *t, struct verify_faults *f);
static bool has_two_sides(const struct verify_transfer *t);
static void apply_accounts(struct verify_run *v, const struct verify_transfer *t,
			   struct verify_faults *f);
static struct verify_account *account_of(struct verify_run *v, const struct verify_transfer *t,
					 int64_t id, struct verify_faults *f);
static void apply_hold(struct verify_run *v, const struct verify_transfer *t,
		       struct verify_faults *f);
static enum err check_reason(struct verify_run *v, struct tx *tx, const struct verify_transfer *t,
			     struct verify_faults *f);

enum err verify_journal_read(struct verify_run *v, struct tx *tx, bool *caught_up)
{
	struct verify_transfer t;
	struct rows r;
	size_t n = 0;
	enum err e = ERR_OK, ended;

	TX_GET(tx, &r,
	       "select id, at, kind, asset_id, from_account, to_account, amount, from_balance,"
	       " from_held, from_version, from_previous, to_balance, to_held, to_version,"
	       " to_previous, batch, cause, app_id, reason, group_id, date, request_id, ref, memo"
	       " from transfer where merchant_id = $1 and id > $2 order by id limit $3",
	       V_I(v->merchant), V_I(v->read), V_I(VERIFY_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		row_read(&r, &t);
		e = verify_batch_add(v, tx, &t);
		if (e == ERR_OK)
			e = apply(v, tx, &t);
		v->read = t.id;
		v->counts->transfers++;
	}
	ended = rows_end(&r);
	TRY(e);
	TRY(ended);
	*caught_up = n < VERIFY_PAGE;
	/* A commit's rows appear together: the last batch of a snapshot is whole. */
	return *caught_up ? verify_batch_end(v, tx) : ERR_OK;
}

static void row_read(const struct rows *r, struct verify_transfer *t)
{
	int64_t *const NUMBERS[] = {
		&t->id,        &t->at,           &t->kind,          &t->asset,
		&t->from,      &t->to,           &t->amount,        &t->from_balance,
		&t->from_held, &t->from_version, &t->from_previous, &t->to_balance,
		&t->to_held,   &t->to_version,   &t->to_previous,   &t->batch,
		&t->cause,     &t->app,          &t->reason,        &t->group,
		&t->date,
	};
	int column = 0;

	for (size_t i = 0; i < sizeof(NUMBERS) / sizeof(NUMBERS[0]); i++)
		*NUMBERS[i] = row_i(r, column++);
	t->request_id = row_s(r, column++);
	t->ref = row_s(r, column++);
	t->memo = row_s(r, column);
}

static enum err apply(struct verify_run *v, struct tx *tx, const struct verify_transfer *t)
{
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];

	check_form(t, &f);
	apply_accounts(v, t, &f);
	apply_hold(v, t, &f);
	TRY(verify_lots_add(v, tx, t, &f));
	TRY(verify_reversal_add(v, tx, t, &f));
	verify_conversion_add(v, t, &f);
	verify_groups_add(v, t);
	TRY(check_reason(v, tx, t, &f));
	TRY(verify_key_of(tx, t, &f));
	TRY(verify_marks_of(tx, t, &f));
	verify_sums_add(v, t);
	TRY(verify_months_add(v, tx, t));
	if (f.n > 0) {
		id_write(ID_TRANSFER, t->id, text);
		verify_report_faults(v, "transfer", text, &f);
	}
	return ERR_OK;
}

static void check_form(const struct verify_transfer *t, struct verify_faults *f)
{
	if (t->kind < POSTING_TRANSFER || t->kind > POSTING_REVERSAL)
		verify_fault(f, "there is no kind %lld", (long long)t->kind);
	else if (has_two_sides(t) != (t->to != 0))
		verify_fault(f, t->to != 0 ? "this kind has no to_account"
					   : "this kind needs a to_account");
	if (t->to == t->from)
		verify_fault(f, "both accounts are the same");
	if (t->amount < 1 || t->amount > AMOUNT_MAX)
		verify_fault(f, "amount is out of range");
	if (t->at != id_ms(t->id))
		verify_fault(f, "at is not the id's time");
	if (t->date != china_date(id_ms(t->id)))
		verify_differs(f, "date", t->date, "its time makes it", china_date(id_ms(t->id)));
}

static bool has_two_sides(const struct verify_transfer *t)
{
	return t->kind != POSTING_HOLD && t->kind != POSTING_RELEASE;
}

static void apply_accounts(struct verify_run *v, const struct verify_transfer *t,
			   struct verify_faults *f)
{
	struct verify_account *a = account_of(v, t, t->from, f);

	if (has_two_sides(t))
		a->balance.computed -= t->amount;
	if (t->kind == POSTING_HOLD)
		a->held.computed += t->amount;
	if (t->kind == POSTING_CAPTURE || t->kind == POSTING_RELEASE)
		a->held.computed -= t->amount;
	a->version.computed++;
	verify_compare(f, "from_version", &a->version, t->from_version);
	verify_compare(f, "from_balance", &a->balance, t->from_balance);
	verify_compare(f, "from_held", &a->held, t->from_held);
	if (t->from_previous != a->last)
		verify_fault(f, "from_previous is not the account's transfer before");
	a->last = t->id;
	if (t->to == 0)
		return;

	a = account_of(v, t, t->to, f);
	a->balance.computed += t->amount;
	a->version.computed++;
	verify_compare(f, "to_version", &a->version, t->to_version);
	verify_compare(f, "to_balance", &a->balance, t->to_balance);
	verify_compare(f, "to_held", &a->held, t->to_held);
	if (t->to_previous != a->last)
		verify_fault(f, "to_previous is not the account's transfer before");
	a->last = t->id;
}

static struct verify_account *account_of(struct verify_run *v, const struct verify_transfer *t,
					 int64_t id, struct verify_faults *f)
{
	struct verify_account *a = verify_table_add(&v->accounts, id != 0 ? id : -1);

	if (a->first == 0) {
		a->first = t->id;
		a->asset = t->asset;
	}
	if (t->id <= v->watermark)
		a->flushed = t->id;
	if (a->asset != t->asset)
		verify_fault(f, "asset_id is not that of account %lld", (long long)id);
	return a;
}

/* "<object id>:<step>" of Tael's own. */
static bool is_step(const struct verify_transfer *t, const char *name)
{
	struct str step;

	(void)str_cut(t->request_id, ':', &step);
	return t->app == 0 && str_is(step, name);
}

static void apply_hold(struct verify_run *v, const struct verify_transfer *t,
		       struct verify_faults *f)
{
	struct verify_hold *h;

	if (t->kind == POSTING_HOLD) {
		h = verify_table_add(&v->holds, t->id);
		h->account = t->from;
		h->amount = t->amount;
		h->app = t->app;
		h->reason = t->reason;
		h->version = 1;
	}
	if (t->kind != POSTING_CAPTURE && t->kind != POSTING_RELEASE)
		return;
	h = verify_table_find(&v->holds, t->cause);
	if (!h) {
		verify_fault(f, "cause names no hold");
		return;
	}
	if (h->account != t->from)
		verify_fault(f, "the hold that cause names is another account's");
	h->version++;
	if (t->kind == POSTING_CAPTURE) {
		h->captured += t->amount;
		h->last = HOLD_CAPTURED;
	} else {
		h->released += t->amount;
		h->last = is_step(t, "expire") ? HOLD_EXPIRED : HOLD_RELEASED;
	}
	if (h->captured + h->released > h->amount)
		verify_fault(f, "more is taken from its hold than was held");
}

/* Tael's own reasons are below the merchant's; the merchant's have rows. */
static enum err check_reason(struct verify_run *v, struct tx *tx, const struct verify_transfer *t,
			     struct verify_faults *f)
{
	struct rows r;
	bool found = false;

	if (t->reason < 1)
		verify_fault(f, "it has no reason");
	if (t->reason < 1 || verify_table_find(&v->reasons, t->reason))
		return ERR_OK;
	for (size_t i = 0; i < TAEL_REASON_TEXTS_N && !found; i++)
		found = TAEL_REASON_TEXTS[i].code == t->reason;
	if (found) {
		(void)verify_table_add(&v->reasons, t->reason);
		return ERR_OK;
	}
	TX_ONE(tx, &r, &found, "select 1 from reason where merchant_id = $1 and code = $2",
	       V_I(v->merchant), V_I(t->reason));
	TRY(rows_end(&r));
	if (found)
		(void)verify_table_add(&v->reasons, t->reason);
	else
		verify_fault(f, "there is no reason %lld", (long long)t->reason);
	return ERR_OK;
}
