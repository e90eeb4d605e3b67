/* book_lots.c - the lots of the accounts whose asset expires.
 *
 * They are loaded with their account and follow its balance.  Their rows are exact at every commit:
 * a batch's changes are written together at its end, each lot once.
 */
#include "store/book_parts.h"

#include "base/check.h"
#include "core/lot.h"
#include "store/engine.h"

#include <stdlib.h>
#include <string.h>

static enum err term_of(struct book *b, struct tx *tx, int64_t asset, int *days);
static enum err rows_read(struct book *b, struct tx *tx, const struct account *a, struct lots *l);
static void give(struct book *b, struct lots *l, int64_t amount, int64_t at_ms);
static void take(struct book *b, struct lots *l, int64_t amount);
static void change(struct book *b, struct lots *l, struct lot *lot, int64_t amount);
static void touched(struct book *b, struct entry *e);
static void flush(struct book *b, struct tx *tx, struct entry *e);

enum err book_lots_read(struct book *b, struct tx *tx, const struct account *a, bool born,
			struct lots **out)
{
	struct lots *l;
	enum err e = ERR_OK;
	int days;

	*out = NULL;
	if (a->rule != RULE_MEMBER)
		return ERR_OK;
	TRY(term_of(b, tx, a->asset, &days));
	if (days == 0)
		return ERR_OK;
	l = calloc(1, sizeof(*l));
	CHECK(l != NULL);
	l->days = days;
	if (!born)
		e = rows_read(b, tx, a, l);
	if (e == ERR_OK)
		*out = l;
	else
		accounts_lots_free(&b->accounts, l);
	return e;
}

/* An asset's term never changes. */
static enum err term_of(struct book *b, struct tx *tx, int64_t asset, int *days)
{
	uint64_t h = (uint64_t)asset * UINT64_C(0x9E3779B97F4A7C15);
	struct term *term = &b->terms[(h ^ h >> 32) % TERMS];
	struct rows r;
	bool found;

	if (term->asset != asset) {
		TX_ONE_ASIDE(tx, &r, &found,
			     "select expires_days from asset where merchant_id = $1 and id = $2",
			     V_I(b->merchant), V_I(asset));
		*days = found ? (int)row_i(&r, 0) : 0;
		TRY(rows_end(&r));
		*term = (struct term){ asset, *days };
	}
	*days = term->days;
	return ERR_OK;
}

static enum err rows_read(struct book *b, struct tx *tx, const struct account *a, struct lots *l)
{
	struct rows r;

	TX_GET_ASIDE(tx, &r,
		     "select expires_at, amount from lot where merchant_id = $1 and account_id = $2"
		     " order by expires_at",
		     V_I(b->merchant), V_I(a->id));
	while (rows_next(&r)) {
		accounts_lots_grow(&b->accounts, l);
		l->at[l->n++] = (struct lot){ .expires_at = row_i(&r, 0), .amount = row_i(&r, 1) };
	}
	return rows_end(&r);
}

const struct lot *tx_lots(const struct tx *tx, const struct account *a, size_t *n)
{
	/* The account is the first member of its entry. */
	const struct entry *e = (const struct entry *)a;

	CHECK(tx->book != NULL);
	*n = e->lots ? e->lots->n : 0;
	return e->lots ? e->lots->at : NULL;
}

void book_lots_follow(struct book *b, struct account *a, int64_t before, int64_t at_ms)
{
	struct entry *e = (struct entry *)a;
	int64_t amount;

	if (!e->lots)
		return;
	amount = lots_change(before, a->balance);
	if (amount > 0)
		give(b, e->lots, amount, at_ms);
	if (amount < 0)
		take(b, e->lots, -amount);
	if (amount != 0)
		touched(b, e);
}

static void give(struct book *b, struct lots *l, int64_t amount, int64_t at_ms)
{
	int64_t end = lot_end(at_ms, l->days);
	size_t i = lots_find(l->at, l->n, end);

	if (i == l->n || l->at[i].expires_at != end) {
		accounts_lots_grow(&b->accounts, l);
		memmove(&l->at[i + 1], &l->at[i], (l->n - i) * sizeof(*l->at));
		l->at[i] = (struct lot){ .expires_at = end };
		l->n++;
	}
	change(b, l, &l->at[i], l->at[i].amount + amount);
}

/* There is enough, unless somebody edited the rows: `tael verify` names those. */
static void take(struct book *b, struct lots *l, int64_t amount)
{
	for (size_t i = 0; i < l->n && amount > 0; i++) {
		int64_t part = l->at[i].amount < amount ? l->at[i].amount : amount;

		if (part > 0)
			change(b, l, &l->at[i], l->at[i].amount - part);
		amount -= part;
	}
}

/* A lot of which nothing is left stays until its row is gone. */
static void change(struct book *b, struct lots *l, struct lot *lot, int64_t amount)
{
	if (b->lot_steps_n == b->lot_steps_cap) {
		b->lot_steps_cap = b->lot_steps_cap ? 2 * b->lot_steps_cap : 64;
		b->lot_steps = realloc(b->lot_steps, b->lot_steps_cap * sizeof(*b->lot_steps));
		CHECK(b->lot_steps != NULL);
	}
	b->lot_steps[b->lot_steps_n++] = (struct lot_step){ l, lot->expires_at, lot->amount };
	lot->amount = amount;
	lot->changed = true;
}

static void touched(struct book *b, struct entry *e)
{
	if (e->lots->dirty)
		return;
	e->lots->dirty = true;
	if (b->lots_n == b->lots_cap) {
		b->lots_cap = b->lots_cap ? 2 * b->lots_cap : 64;
		b->lots = realloc(b->lots, b->lots_cap * sizeof(*b->lots));
		CHECK(b->lots != NULL);
	}
	b->lots[b->lots_n++] = e;
}

/* A lot that was made stays, with nothing in it. */
void book_lots_undo(struct book *b, size_t steps, size_t lots)
{
	while (b->lot_steps_n > steps) {
		const struct lot_step *s = &b->lot_steps[--b->lot_steps_n];

		s->lots->at[lots_find(s->lots->at, s->lots->n, s->expires_at)].amount = s->amount;
	}
	while (b->lots_n > lots)
		b->lots[--b->lots_n]->lots->dirty = false;
}

void book_lots_flush(struct book *b, struct tx *tx)
{
	for (size_t i = 0; i < b->lots_n; i++)
		flush(b, tx, b->lots[i]);
	b->lots_n = 0;
}

/* The lots that are used up are the soonest to expire, so however many they are, their rows go by
 * one statement; a row among them that is left is written again. */
static void flush(struct book *b, struct tx *tx, struct entry *e)
{
	struct lots *l = e->lots;
	size_t gone = l->n, kept = 0;

	while (gone > 0 && l->at[gone - 1].amount > 0)
		gone--;
	if (gone > 0)
		TX_PUT(tx, TX_ANY,
		       "delete from lot where merchant_id = $1 and account_id = $2 and "
		       "expires_at <= $3",
		       V_I(b->merchant), V_I(e->account.id), V_I(l->at[gone - 1].expires_at));
	for (size_t i = 0; i < l->n; i++) {
		struct lot lot = l->at[i];

		if (lot.amount == 0)
			continue;
		if (lot.changed || i < gone)
			TX_PUT(tx, 1,
			       "insert into lot (merchant_id, account_id, expires_at, amount) "
			       "values ($1, $2, $3, $4) on conflict (merchant_id, account_id, "
			       "expires_at) do update set amount = excluded.amount",
			       V_I(b->merchant), V_I(e->account.id), V_I(lot.expires_at),
			       V_I(lot.amount));
		lot.changed = false;
		l->at[kept++] = lot;
	}
	l->n = kept;
	l->dirty = false;
}
