/* verify_lots.c - points that expire: which lots the journal leaves each account, soonest first. */
#include "app/verify_run.h"

#include "base/check.h"
#include "base/time.h"
#include "core/ledger.h"
#include "core/reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAR_MS INT64_C(250000000000000) /* a time that can still be written, as no good row has */

/* What an account got by one midnight. */
struct part {
	int64_t end, left;
	bool seen; /* its row was found */
};

/* A record of v->lots. */
struct account_lots {
	int64_t account;
	int64_t days; /* 0: nothing of it expires */
	int64_t debt; /* was taken and was not there: what comes pays it first */
	struct part *lots;
	int64_t n, cap;
};

/* A record of v->terms. */
struct term {
	int64_t asset, days;
};

static enum err lots_of(struct verify_run *v, struct tx *tx, int64_t asset, int64_t account,
			struct account_lots **out);
static enum err days_of(struct verify_run *v, struct tx *tx, int64_t asset, int64_t *days);
static enum err is_member(struct tx *tx, int64_t account, bool *member);
static void came(struct account_lots *a, const struct verify_transfer *t);
static void went(struct account_lots *a, const struct verify_transfer *t, struct verify_faults *f);
static struct part *lot_at(struct account_lots *a, int64_t end);
static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static int by_end(const void *a, const void *b);
static enum err compare(struct verify_run *v, struct tx *tx, const struct part *where,
			int64_t account, int64_t row);

void verify_lots_init(struct verify_run *v)
{
	verify_table_init(&v->terms, sizeof(struct term));
	verify_table_init(&v->lots, sizeof(struct account_lots));
}

void verify_lots_fini(struct verify_run *v)
{
	struct account_lots *a;
	size_t at = 0;

	while ((a = verify_table_next(&v->lots, &at)) != NULL)
		free(a->lots);
	verify_table_fini(&v->lots);
	verify_table_fini(&v->terms);
}

/* --- the journal --- */

enum err verify_lots_add(struct verify_run *v, struct tx *tx, const struct verify_transfer *t,
			 struct verify_faults *f)
{
	struct account_lots *a;

	if (t->kind == POSTING_HOLD || t->kind == POSTING_RELEASE)
		return ERR_OK;
	TRY(lots_of(v, tx, t->asset, t->from, &a));
	if (a)
		went(a, t, f);
	TRY(lots_of(v, tx, t->asset, t->to, &a));
	if (a)
		came(a, t);
	return ERR_OK;
}

/* NULL: nothing of it expires. */
static enum err lots_of(struct verify_run *v, struct tx *tx, int64_t asset, int64_t account,
			struct account_lots **out)
{
	int64_t days;
	bool member;

	*out = NULL;
	TRY(days_of(v, tx, asset, &days));
	if (days == 0 || account == 0)
		return ERR_OK;
	*out = verify_table_find(&v->lots, account);
	if (!*out) {
		TRY(is_member(tx, account, &member));
		*out = verify_table_add(&v->lots, account);
		(*out)->days = member ? days : 0;
	}
	if ((*out)->days == 0)
		*out = NULL;
	return ERR_OK;
}

static enum err days_of(struct verify_run *v, struct tx *tx, int64_t asset, int64_t *days)
{
	struct term *term = verify_table_find(&v->terms, asset);
	struct rows r;

	*days = term ? term->days : 0;
	if (term || asset == 0)
		return ERR_OK;
	TX_GET(tx, &r, "select expires_days from asset where merchant_id = $1 and id = $2",
	       V_I(v->merchant), V_I(asset));
	if (rows_next(&r))
		*days = row_i(&r, 0);
	TRY(rows_end(&r));
	term = verify_table_add(&v->terms, asset);
	term->days = *days;
	return ERR_OK;
}

static enum err is_member(struct tx *tx, int64_t account, bool *member)
{
	static const char *const OURS[] = { "central", "channel",  "payout", "system",
					    "fee",     "suspense", "expired" };
	struct rows r;

	TX_ONE(tx, &r, member, "select holder from account where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(account));
	for (size_t i = 0; *member && i < sizeof(OURS) / sizeof(OURS[0]); i++)
		*member = !str_is(str_cut(row_s(&r, 0), ':', NULL), OURS[i]);
	return rows_end(&r);
}

/* It is good to the end of the day of UTC+8 that is so many days after its own. */
static void came(struct account_lots *a, const struct verify_transfer *t)
{
	int64_t local = id_ms(t->id) + CHINA_MS, amount = t->amount;
	int64_t paid = a->debt < amount ? a->debt : amount;

	a->debt -= paid;
	amount -= paid;
	if (amount > 0)
		lot_at(a, local - local % DAY_MS + (a->days + 1) * DAY_MS - CHINA_MS)->left +=
			amount;
}

static void went(struct account_lots *a, const struct verify_transfer *t, struct verify_faults *f)
{
	int64_t amount = t->amount;
	bool early = false;

	for (int64_t i = 0; i < a->n && amount > 0; i++) {
		int64_t some = a->lots[i].left < amount ? a->lots[i].left : amount;

		early |= some > 0 && a->lots[i].end > id_ms(t->id);
		a->lots[i].left -= some;
		amount -= some;
	}
	a->debt += amount;
	if (early && t->reason == REASON_EXPIRED)
		verify_fault(f, "it takes points before they expire");
}

/* The lot that ends then, made in its place when it is not there; most often the last. */
static struct part *lot_at(struct account_lots *a, int64_t end)
{
	int64_t i = a->n;

	while (i > 0 && a->lots[i - 1].end >= end)
		i--;
	if (i < a->n && a->lots[i].end == end)
		return &a->lots[i];
	if (a->n == a->cap) {
		a->cap = a->cap ? 2 * a->cap : 4;
		a->lots = realloc(a->lots, (size_t)a->cap * sizeof(*a->lots));
		CHECK(a->lots != NULL);
	}
	memmove(&a->lots[i + 1], &a->lots[i], (size_t)(a->n - i) * sizeof(*a->lots));
	a->lots[i] = (struct part){ .end = end };
	a->n++;
	return &a->lots[i];
}

/* --- the rows --- */

enum err verify_lots_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

/* Rows are exact at every commit.  slice->app: where the last page ended in its account. */
static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	struct rows r;
	size_t n = 0;
	enum err e = ERR_OK, ended;

	TX_GET(tx, &r,
	       "select account_id, expires_at, amount from lot where merchant_id = $1"
	       " and (account_id, expires_at) > ($2, $3) order by account_id, expires_at limit $4",
	       V_I(v->merchant), V_I(slice->after), V_I(slice->app), V_I(VERIFY_PAGE));
	for (; e == ERR_OK && rows_next(&r); n++) {
		struct account_lots *a = verify_table_find(&v->lots, row_i(&r, 0));
		struct part none = { .end = row_i(&r, 1) }, *lot = &none;

		slice->after = row_i(&r, 0);
		slice->app = none.end;
		if (a && a->n > 0)
			lot = bsearch(&none, a->lots, (size_t)a->n, sizeof(none), by_end);
		if (!lot)
			lot = &none;
		lot->seen = true;
		e = compare(v, tx, lot, slice->after, row_i(&r, 2));
	}
	slice->more = n == VERIFY_PAGE;
	ended = rows_end(&r);
	return e != ERR_OK ? e : ended;
}

static int by_end(const void *a, const void *b)
{
	int64_t x = ((const struct part *)a)->end, y = ((const struct part *)b)->end;

	return (x > y) - (x < y);
}

static enum err compare(struct verify_run *v, struct tx *tx, const struct part *where,
			int64_t account, int64_t row)
{
	struct verify_faults f = { .n = 0 };
	char text[VERIFY_ROW_TEXT], day[RFC3339_TEXT] = "";
	size_t n;

	verify_same(&f, "amount", row, "the journal makes it", where->left);
	if (f.n == 0)
		return ERR_OK;
	TRY(verify_account_text(tx, account, text));
	if (where->end >= 0 && where->end <= FAR_MS)
		rfc3339_write(where->end, day);
	n = strlen(text);
	str_add(text, sizeof(text), &n, " %s", day);
	verify_report_faults(v, "lot", text, &f);
	return ERR_OK;
}

enum err verify_lots_end(struct verify_run *v, struct tx *tx)
{
	const struct account_lots *a;
	size_t at = 0;

	while ((a = verify_table_next(&v->lots, &at)) != NULL) {
		for (int64_t i = 0; i < a->n; i++) {
			struct rows r;
			bool found;
			int64_t row;

			if (a->lots[i].seen || a->lots[i].left == 0)
				continue;
			/* Its row may be younger than its page. */
			TX_ONE(tx, &r, &found,
			       "select amount from lot where merchant_id = $1 and account_id = $2"
			       " and expires_at = $3",
			       V_I(v->merchant), V_I(a->account), V_I(a->lots[i].end));
			row = found ? row_i(&r, 0) : 0;
			TRY(rows_end(&r));
			TRY(compare(v, tx, &a->lots[i], a->account, row));
		}
	}
	return ERR_OK;
}
