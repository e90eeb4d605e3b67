#include "app/verify_run.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void hand_on(struct verify_run *v, struct verify_finding *f, const char *row);
static enum err merchants(struct verify_run *v);
static enum err next_merchant(struct tx *tx, const void *ask, void *answer);
static enum err merchant_exists(struct tx *tx, const void *ask, void *answer);
static enum err one_merchant(struct verify_run *v);
static enum err compare_all(struct verify_run *v);
static enum err slices(struct verify_run *v, store_fn *fn);
static enum err begin(struct tx *tx, const void *ask, void *answer);
static enum err journal_slice(struct tx *tx, const void *ask, void *answer);
static enum err end(struct tx *tx, const void *ask, void *answer);
static enum err end_of_chain(struct verify_run *v, struct tx *tx);
static enum err merchant_row(struct verify_run *v, struct tx *tx);
static enum err unseen(struct verify_run *v, struct tx *tx);
static enum err asset_sums(struct verify_run *v, struct tx *tx);

enum err verify(struct store *s, const struct verify_ask *ask, struct verify_counts *out)
{
	struct verify_run v = { .store = s, .ask = ask, .counts = out };

	*out = (struct verify_counts){ 0 };
	if (ask->merchant == 0)
		return merchants(&v);
	v.merchant = ask->merchant;
	TRY(store_read(s, v.merchant, merchant_exists, NULL, NULL));
	return one_merchant(&v);
}

static enum err merchants(struct verify_run *v)
{
	int64_t after = 0;

	for (;;) {
		TRY(store_read(v->store, 0, next_merchant, &after, &v->merchant));
		if (v->merchant == 0)
			return ERR_OK;
		after = v->merchant;
		TRY(one_merchant(v));
	}
}

/* Whoever has rows has books, whether or not there is a row for the merchant. */
static enum err next_merchant(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *after = ask;
	int64_t *id = answer;
	struct rows r;

	TX_GET(tx, &r,
	       "select min(id) from (select min(merchant_id) as id from merchant"
	       " where merchant_id > $1"
	       " union all select min(merchant_id) from book where merchant_id > $1"
	       " union all select min(merchant_id) from account where merchant_id > $1"
	       " union all select min(merchant_id) from batch where merchant_id > $1"
	       " union all select min(merchant_id) from transfer where merchant_id > $1) every",
	       V_I(*after));
	*id = rows_next(&r) ? row_i(&r, 0) : 0;
	return rows_end(&r);
}

static enum err merchant_exists(struct tx *tx, const void *ask, void *answer)
{
	struct rows r;
	bool found;

	(void)ask;
	(void)answer;
	TX_ONE(tx, &r, &found, "select 1 from merchant where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "merchant", "there is no such merchant");
	return ERR_OK;
}

static enum err one_merchant(struct verify_run *v)
{
	enum err e;

	verify_table_init(&v->accounts, sizeof(struct verify_account));
	verify_table_init(&v->holds, sizeof(struct verify_hold));
	verify_table_init(&v->reversals, sizeof(struct verify_reversal));
	verify_table_init(&v->conversions, sizeof(struct verify_conversion));
	verify_table_init(&v->groups, sizeof(struct verify_group));
	verify_table_init(&v->assets, sizeof(struct verify_asset));
	verify_table_init(&v->reasons, sizeof(int64_t));
	verify_table_init(&v->sums, sizeof(struct verify_sum));
	verify_table_init(&v->months, sizeof(struct verify_month));
	verify_table_init(&v->cleared, sizeof(int64_t));
	verify_lots_init(v);
	v->read = v->linked = 0;
	memset(v->linked_hash, 0, sizeof(v->linked_hash));
	v->batch = (struct verify_batch){ 0 };
	v->counts->merchants++;

	e = compare_all(v);

	if (v->batch.run) {
		uint8_t unused[SHA256_BYTES];

		sha256_end(v->batch.run, unused);
	}
	verify_table_fini(&v->accounts);
	verify_table_fini(&v->holds);
	verify_table_fini(&v->reversals);
	verify_table_fini(&v->conversions);
	verify_table_fini(&v->groups);
	verify_table_fini(&v->assets);
	verify_table_fini(&v->reasons);
	verify_table_fini(&v->sums);
	verify_table_fini(&v->months);
	verify_table_fini(&v->cleared);
	verify_lots_fini(v);
	return e;
}

static enum err compare_all(struct verify_run *v)
{
	TRY(store_read(v->store, v->merchant, begin, NULL, v));
	TRY(slices(v, journal_slice));
	TRY(slices(v, verify_accounts_slice));
	TRY(slices(v, verify_holds_slice));
	TRY(slices(v, verify_lots_slice));
	TRY(slices(v, verify_marks_slice));
	TRY(slices(v, verify_reversals_slice));
	TRY(slices(v, verify_conversions_slice));
	TRY(slices(v, verify_groups_slice));
	TRY(slices(v, verify_keys_slice));
	TRY(slices(v, verify_orders_slice));
	TRY(slices(v, verify_payments_slice));
	TRY(slices(v, verify_refunds_slice));
	TRY(slices(v, verify_cases_slice));
	TRY(slices(v, verify_charges_slice));
	TRY(slices(v, verify_clearings_slice));
	return slices(v, end);
}

static enum err slices(struct verify_run *v, store_fn *fn)
{
	struct verify_slice slice = { .v = v, .more = true, .app = -1 };

	while (slice.more)
		TRY(store_read(v->store, v->merchant, fn, NULL, &slice));
	return ERR_OK;
}

static enum err begin(struct tx *tx, const void *ask, void *answer)
{
	struct verify_run *v = answer;
	struct rows r;

	(void)ask;
	v->bound = v->head = v->watermark = v->cny = 0;
	TRY(merchant_row(v, tx));
	TRY(verify_months_begin(v, tx));
	TX_GET(tx, &r, "select last_id, batch, watermark from book where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	if (rows_next(&r)) {
		v->bound = row_i(&r, 0);
		v->head = row_i(&r, 1);
		v->watermark = row_i(&r, 2);
	}
	TRY(rows_end(&r));
	TX_GET(tx, &r, "select id from asset where merchant_id = $1 and code = 'cny'",
	       V_I(tx_merchant(tx)));
	if (rows_next(&r))
		v->cny = row_i(&r, 0);
	return rows_end(&r);
}

static enum err merchant_row(struct verify_run *v, struct tx *tx)
{
	char text[ID_TEXT];
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, "select 1 from merchant where merchant_id = $1", V_I(v->merchant));
	TRY(rows_end(&r));
	if (!found) {
		id_write(ID_MERCHANT, v->merchant, text);
		verify_report(v, "merchant", text, "it has books, and no row");
	}
	return ERR_OK;
}

/* Up to the end of a snapshot: there is always more while others write, but that is for later
 * slices. */
static enum err journal_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	struct verify_run *v = slice->v;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(v, tx, &caught_up));
	slice->more = !caught_up;
	if (v->ask->progress)
		v->ask->progress(v->ask->self, v->merchant,
				 v->batch.number < v->head && !caught_up ? v->batch.number
									 : v->head,
				 v->head);
	return ERR_OK;
}

/* The last snapshot: what the journal names and no row has, and where its chain ends. */
static enum err end(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	slice->more = !caught_up;
	if (!caught_up)
		return ERR_OK;
	TRY(end_of_chain(slice->v, tx));
	TRY(unseen(slice->v, tx));
	TRY(verify_reversals_end(slice->v, tx));
	TRY(verify_groups_end(slice->v, tx));
	TRY(verify_lots_end(slice->v, tx));
	verify_conversions_end(slice->v);
	TRY(verify_sums_end(slice->v, tx));
	return asset_sums(slice->v, tx);
}

static enum err end_of_chain(struct verify_run *v, struct tx *tx)
{
	int64_t last_id = 0, batch = 0;
	char text[VERIFY_ROW_TEXT];
	bool same = v->linked == 0;
	struct rows r;

	TX_GET(tx, &r, "select last_id, batch, chain_head from book where merchant_id = $1",
	       V_I(v->merchant));
	if (rows_next(&r)) {
		struct str head = row_s(&r, 2);

		last_id = row_i(&r, 0);
		batch = row_i(&r, 1);
		same = head.n == VERIFY_HASH && memcmp(head.p, v->linked_hash, VERIFY_HASH) == 0;
	}
	TRY(rows_end(&r));
	id_write(ID_TRANSFER, v->read, text);
	if (v->read > last_id)
		verify_report(v, "book", "last_id", "it is below the last transfer, %s", text);
	if (v->watermark > v->read)
		verify_report(v, "book", "watermark", "it is above the last transfer, %s", text);
	if (batch != v->linked)
		verify_report(v, "book", "batch", "it is %lld, the journal ends with batch %lld",
			      (long long)batch, (long long)v->linked);
	else if (!same)
		verify_report(v, "book", "chain_head", "it is not the hash of batch %lld",
			      (long long)v->linked);

	TX_GET(tx, &r,
	       "select number from batch where merchant_id = $1 and number > $2"
	       " order by number limit 100",
	       V_I(v->merchant), V_I(v->linked));
	while (rows_next(&r)) {
		(void)snprintf(text, sizeof(text), "batch %lld", (long long)row_i(&r, 0));
		verify_report(v, "batch", text, "it has no transfers");
	}
	return rows_end(&r);
}

static enum err unseen(struct verify_run *v, struct tx *tx)
{
	const struct verify_account *a;
	const struct verify_hold *h;
	struct verify_asset *sum;
	char text[VERIFY_ROW_TEXT], first[ID_TEXT];
	size_t at = 0;

	while ((a = verify_table_next(&v->accounts, &at)) != NULL) {
		if (a->seen || a->id > v->bound)
			continue;
		TRY(verify_account_text(tx, a->id, text));
		id_write(ID_TRANSFER, a->first, first);
		verify_report(v, "account", text,
			      "the journal names it, first in %s, and it has no row", first);
		sum = verify_table_add(&v->assets, a->asset);
		sum->off -= a->balance.computed;
	}
	at = 0;
	while ((h = verify_table_next(&v->holds, &at)) != NULL) {
		if (h->seen || h->id > v->bound)
			continue;
		id_write(ID_HOLD, h->id, text);
		verify_report(v, "hold", text, "the journal made it, and it has no row");
	}
	return ERR_OK;
}

/* For every asset the balances add up to 0: the headline of the books. */
static enum err asset_sums(struct verify_run *v, struct tx *tx)
{
	const struct verify_account *a;
	const struct verify_asset *s;
	size_t at = 0;

	while ((a = verify_table_next(&v->accounts, &at)) != NULL) {
		struct verify_asset *sum = verify_table_add(&v->assets, a->asset);

		sum->off += a->balance.computed;
	}
	at = 0;
	while ((s = verify_table_next(&v->assets, &at)) != NULL) {
		char text[VERIFY_ROW_TEXT];
		struct verify_faults f;
		struct rows r;

		if (s->off == 0)
			continue;
		(void)snprintf(text, sizeof(text), "asset %lld", (long long)s->id);
		TX_GET(tx, &r, "select code from asset where merchant_id = $1 and id = $2",
		       V_I(v->merchant), V_I(s->id));
		if (rows_next(&r))
			str_copy_cut(text, sizeof(text), row_s(&r, 0));
		TRY(rows_end(&r));
		f = (struct verify_faults){ .has_numbers = true, .found = s->off };
		verify_fault(&f, "the balances add up to %lld instead of 0", (long long)s->off);
		verify_report_faults(v, "asset", text, &f);
	}
	return ERR_OK;
}

/* --- findings --- */

void verify_report(struct verify_run *v, const char *table, const char *row, const char *fmt, ...)
{
	struct verify_finding f = { .merchant = v->merchant, .table = table };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(f.what, sizeof(f.what), fmt, ap);
	va_end(ap);
	hand_on(v, &f, row);
}

void verify_report_faults(struct verify_run *v, const char *table, const char *row,
			  const struct verify_faults *faults)
{
	struct verify_finding f = { .merchant = v->merchant,
				    .table = table,
				    .has_numbers = faults->has_numbers,
				    .expected = faults->expected,
				    .found = faults->found };

	str_copy_cut(f.what, sizeof(f.what), str_of(faults->text));
	hand_on(v, &f, row);
}

static void hand_on(struct verify_run *v, struct verify_finding *f, const char *row)
{
	str_copy_cut(f->row, sizeof(f->row), str_of(row));
	v->counts->findings++;
	v->ask->found(v->ask->self, f);
}

void verify_fault(struct verify_faults *f, const char *fmt, ...)
{
	char text[VERIFY_WHAT_TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* What does not fit is one more fault of a row that was named already. */
	if (f->n + strlen(text) + 3 > sizeof(f->text))
		return;
	str_add(f->text, sizeof(f->text), &f->n, "%s%s", f->n > 0 ? "; " : "", text);
}

void verify_differs(struct verify_faults *f, const char *name, int64_t found, const char *other,
		    int64_t expected)
{
	verify_fault(f, "%s is %lld, %s %lld", name, (long long)found, other, (long long)expected);
	if (f->has_numbers)
		return;
	f->has_numbers = true;
	f->expected = expected;
	f->found = found;
}

void verify_compare(struct verify_faults *f, const char *name, struct verify_value *v,
		    int64_t value)
{
	int64_t off = value - v->computed;

	if (off != 0 && off == v->off)
		v->computed = value;
	else if (off != 0)
		verify_differs(f, name, value, "the journal makes it", v->computed);
	v->off = value - v->computed;
}
