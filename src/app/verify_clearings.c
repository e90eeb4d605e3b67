/* verify_clearings.c - the months of the apps' accounts, added up again from the journal.
 *
 * The journal comes in the order of time, so one month of an account at a time is kept: when a
 * transfer of a later month comes, the month is compared with its row and the next one begins.
 */
#include "app/verify_run.h"

#include "core/ledger.h"
#include "core/reason.h"

#include <stdio.h>
#include <string.h>

enum { CLEARINGS_PAGE = 500 };
enum { SIDE_APP = 1, SIDE_SHOP = 2, SIDE_CHANNEL = 3 };

static enum err load(struct verify_run *v, struct tx *tx, const char *first, const char *last,
		     int64_t side);
static enum err turn(struct verify_run *v, struct tx *tx, struct verify_month *m, int64_t month);
static void add(struct verify_month *m, const struct verify_transfer *t, bool in, int64_t other);
static enum err compare(struct verify_run *v, struct tx *tx, const struct verify_month *m);
static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static enum err row_check(struct verify_run *v, struct tx *tx, const struct rows *r);
static enum err closing_before(struct tx *tx, const struct rows *r, int64_t *closing);

enum err verify_months_begin(struct verify_run *v, struct tx *tx)
{
	TRY(load(v, tx, "app:", "app;", SIDE_APP));
	TRY(load(v, tx, "system", "systen", SIDE_SHOP));
	return load(v, tx, "channel:", "channel;", SIDE_CHANNEL);
}

static enum err load(struct verify_run *v, struct tx *tx, const char *first, const char *last,
		     int64_t side)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select id, holder, asset_id from account"
	       " where merchant_id = $1 and holder >= $2 and holder < $3",
	       V_I(v->merchant), V_T(first), V_T(last));
	while (rows_next(&r)) {
		struct str holder = row_s(&r, 1), app = str_skip(holder, str_find(holder, ':'));
		struct verify_month *m;
		int64_t id = 0;

		if (side == SIDE_SHOP && !str_is(holder, "system"))
			continue;
		if (side == SIDE_APP && id_read(ID_APP, str_skip(app, 1), &id) != ERR_OK)
			continue;
		m = verify_table_add(&v->months, row_i(&r, 0));
		m->side = side;
		m->app = id;
		m->asset = row_i(&r, 2);
	}
	return rows_end(&r);
}

enum err verify_months_add(struct verify_run *v, struct tx *tx, const struct verify_transfer *t)
{
	struct verify_month *from = verify_table_find(&v->months, t->from);
	struct verify_month *to = verify_table_find(&v->months, t->to);
	int64_t month = t->date / 100;

	if (from != NULL && from->side == SIDE_APP) {
		TRY(turn(v, tx, from, month));
		add(from, t, false, to != NULL ? to->side : 0);
	}
	if (to != NULL && to->side == SIDE_APP) {
		TRY(turn(v, tx, to, month));
		add(to, t, true, from != NULL ? from->side : 0);
	}
	return ERR_OK;
}

static enum err turn(struct verify_run *v, struct tx *tx, struct verify_month *m, int64_t month)
{
	if (m->month == month)
		return ERR_OK;
	TRY(compare(v, tx, m));
	m->month = month;
	m->opening = m->closing;
	m->topped_up = m->charged = m->rolled_back = m->other_in = m->other_out = 0;
	return ERR_OK;
}

static void add(struct verify_month *m, const struct verify_transfer *t, bool in, int64_t other)
{
	if (t->kind == POSTING_HOLD || t->kind == POSTING_RELEASE)
		return;
	m->closing += in ? t->amount : -t->amount;
	if (in && t->kind == POSTING_REVERSAL)
		m->rolled_back += t->amount;
	else if (in &&
		 (t->reason == REASON_CONVERSION || (other != SIDE_SHOP && other != SIDE_CHANNEL)))
		m->other_in += t->amount;
	else if (in)
		m->topped_up += t->amount;
	else if (other == SIDE_SHOP && t->kind != POSTING_REVERSAL &&
		 t->reason != REASON_CLEARING && t->reason != REASON_CONVERSION)
		m->charged += t->amount;
	else
		m->other_out += t->amount;
}

/* The month that ended with its row, if it was cleared. */
static enum err compare(struct verify_run *v, struct tx *tx, const struct verify_month *m)
{
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];
	struct rows r;
	bool found;

	if (m->month == 0)
		return ERR_OK;
	TX_ONE(tx, &r, &found,
	       "select id, opening, topped_up, charged, rolled_back, other_in, other_out, closing"
	       " from clearing where merchant_id = $1 and month = $2 and app_id = $3"
	       " and asset_id = $4",
	       V_I(v->merchant), V_I(m->month), V_I(m->app), V_I(m->asset));
	if (found) {
		static const char JOURNAL[] = "the journal makes it";

		(void)verify_table_add(&v->cleared, row_i(&r, 0));
		verify_same(&f, "opening", row_i(&r, 1), JOURNAL, m->opening);
		verify_same(&f, "topped_up", row_i(&r, 2), JOURNAL, m->topped_up);
		verify_same(&f, "charged", row_i(&r, 3), JOURNAL, m->charged);
		verify_same(&f, "rolled_back", row_i(&r, 4), JOURNAL, m->rolled_back);
		verify_same(&f, "other_in", row_i(&r, 5), JOURNAL, m->other_in);
		verify_same(&f, "other_out", row_i(&r, 6), JOURNAL, m->other_out);
		verify_same(&f, "closing", row_i(&r, 7), JOURNAL, m->closing);
		id_write(ID_CLEARING, row_i(&r, 0), text);
	}
	TRY(rows_end(&r));
	if (f.n > 0)
		verify_report_faults(v, "clearing", text, &f);
	return ERR_OK;
}

enum err verify_clearings_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	const struct verify_month *m;
	size_t at = 0;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	if (!caught_up)
		return ERR_OK;
	/* The last month of each account has had no transfer after it. */
	while (slice->after == 0 && (m = verify_table_next(&slice->v->months, &at)) != NULL)
		if (m->side == SIDE_APP)
			TRY(compare(slice->v, tx, m));
	return page(slice->v, tx, slice);
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	enum err e = ERR_OK, ended;
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r,
	       "select id, app_id, asset_id, month, opening, closing, swept,"
	       " topped_up + charged + rolled_back + other_in + other_out from clearing"
	       " where merchant_id = $1 and id > $2 and id <= $3 order by id limit $4",
	       V_I(v->merchant), V_I(slice->after), V_I(v->bound), V_I(CLEARINGS_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		slice->after = row_i(&r, 0);
		e = row_check(v, tx, &r);
		v->counts->clearings++;
	}
	slice->more = n == CLEARINGS_PAGE;
	ended = rows_end(&r);
	TRY(e);
	return ended;
}

/* A row whose month has transfers was compared with them; another one says that nothing was. */
static enum err row_check(struct verify_run *v, struct tx *tx, const struct rows *r)
{
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];
	int64_t before;

	if (verify_table_find(&v->cleared, row_i(r, 0)) == NULL) {
		TRY(closing_before(tx, r, &before));
		if (row_i(r, 7) != 0)
			verify_fault(&f, "the journal has nothing in its month");
		verify_same(&f, "opening", row_i(r, 4), "the month before closed with", before);
		verify_same(&f, "closing", row_i(r, 5), "it opened with", row_i(r, 4));
	}
	verify_same(&f, "swept", row_i(r, 6), "the journal has",
		    verify_sum_of(v, row_i(r, 0)).wallet_out);
	if (f.n == 0)
		return ERR_OK;
	id_write(ID_CLEARING, row_i(r, 0), text);
	verify_report_faults(v, "clearing", text, &f);
	return ERR_OK;
}

/* What the month before closed with; the row's own where that was not cleared. */
static enum err closing_before(struct tx *tx, const struct rows *r, int64_t *closing)
{
	int64_t month = row_i(r, 3), before = month % 100 == 1 ? month - 89 : month - 1;
	struct rows b;
	bool found;

	TX_ONE(tx, &b, &found,
	       "select closing from clearing where merchant_id = $1 and app_id = $2"
	       " and asset_id = $3 and month = $4",
	       V_I(tx_merchant(tx)), V_I(row_i(r, 1)), V_I(row_i(r, 2)), V_I(before));
	*closing = found ? row_i(&b, 0) : row_i(r, 4);
	return rows_end(&b);
}
