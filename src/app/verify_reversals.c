/* verify_reversals.c - what was given back of a transfer, never more than it was. */
#include "app/verify_run.h"

#include "core/ledger.h"

static enum err original(struct verify_run *v, struct tx *tx, const struct verify_transfer *t,
			 struct verify_reversal **out, struct verify_faults *f);
static enum err of_charge(struct tx *tx, const struct verify_transfer *t, struct verify_reversal *x,
			  struct verify_faults *f);
static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static void compare(struct verify_run *v, struct verify_reversal *x, int64_t id, int64_t reversed);

enum err verify_reversal_add(struct verify_run *v, struct tx *tx, const struct verify_transfer *t,
			     struct verify_faults *f)
{
	struct verify_reversal *x = verify_table_find(&v->reversals, t->cause);

	if (t->kind != POSTING_REVERSAL)
		return ERR_OK;
	v->counts->reversals++;
	if (x == NULL)
		TRY(original(v, tx, t, &x, f));
	if (x == NULL)
		return ERR_OK;
	if (t->from != x->to || t->to != x->from)
		verify_fault(f, "it does not go the way that its cause came");
	if (t->reason != x->reason)
		verify_fault(f, "its reason is not that of its cause");
	x->reversed += t->amount;
	if (x->reversed > x->amount)
		verify_fault(f, "more is given back than its cause moved");
	return of_charge(tx, t, x, f);
}

static enum err original(struct verify_run *v, struct tx *tx, const struct verify_transfer *t,
			 struct verify_reversal **out, struct verify_faults *f)
{
	struct verify_reversal x = { .id = t->cause };
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select amount, from_account, to_account, reason from transfer"
	       " where merchant_id = $1 and id = $2 and id < $3 and kind in ($4, $5)",
	       V_I(tx_merchant(tx)), V_I(t->cause), V_I(t->id), V_I(POSTING_TRANSFER),
	       V_I(POSTING_CAPTURE));
	if (found) {
		x.amount = row_i(&r, 0);
		x.from = row_i(&r, 1);
		x.to = row_i(&r, 2);
		x.reason = row_i(&r, 3);
	}
	TRY(rows_end(&r));
	if (!found) {
		verify_fault(f, "cause names no transfer or capture before it");
		return ERR_OK;
	}
	*out = verify_table_add(&v->reversals, x.id);
	**out = x;
	return ERR_OK;
}

/* A charge remembers what rolled it back itself. */
static enum err of_charge(struct tx *tx, const struct verify_transfer *t, struct verify_reversal *x,
			  struct verify_faults *f)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, "select rollback_id from charge where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(x->id));
	if (found && row_i(&r, 0) != t->id)
		verify_fault(f, "the charge that it gives back names another rollback");
	x->seen |= found;
	return rows_end(&r);
}

enum err verify_reversals_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r,
	       "select transfer_id, reversed from reversal"
	       " where merchant_id = $1 and transfer_id > $2 order by transfer_id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(VERIFY_PAGE));
	for (; rows_next(&r); n++) {
		slice->after = row_i(&r, 0);
		compare(v, verify_table_find(&v->reversals, slice->after), slice->after,
			row_i(&r, 1));
	}
	slice->more = n == VERIFY_PAGE;
	return rows_end(&r);
}

static void compare(struct verify_run *v, struct verify_reversal *x, int64_t id, int64_t reversed)
{
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];

	verify_same(&f, "reversed", reversed, "the journal makes it", x ? x->reversed : 0);
	if (f.n > 0) {
		id_write(ID_TRANSFER, id, text);
		verify_report_faults(v, "reversal", text, &f);
	}
	if (x)
		x->seen = 1;
}

enum err verify_reversals_end(struct verify_run *v, struct tx *tx)
{
	struct verify_reversal *x;
	size_t at = 0;

	while ((x = verify_table_next(&v->reversals, &at)) != NULL) {
		struct rows r;
		bool found;

		if (x->seen)
			continue;
		/* Its row may be younger than its page. */
		TX_ONE(tx, &r, &found,
		       "select reversed from reversal where merchant_id = $1 and transfer_id = $2",
		       V_I(v->merchant), V_I(x->id));
		compare(v, x, x->id, found ? row_i(&r, 0) : 0);
		TRY(rows_end(&r));
	}
	return ERR_OK;
}
