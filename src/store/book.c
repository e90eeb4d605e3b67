#include "store/book_parts.h"

#include "base/check.h"
#include "store/account_row.h"
#include "store/engine.h"
#include "store/journal.h"
#include "store/tail.h"

#include <stdlib.h>
#include <string.h>

static enum err keep(struct book *b, struct tx *tx, const struct account *a, struct str address,
		     bool born, struct entry **out);
static struct undo *remember(struct book *b, struct entry *e);
static void publish(const struct book *b, struct tail *tail, const struct entry *e);

struct book *book_new(struct library *library, int64_t merchant)
{
	struct book *b = calloc(1, sizeof(*b));

	CHECK(b != NULL);
	b->library = library;
	b->merchant = merchant;
	accounts_begin(&b->accounts, &library->accounts_n);
	b->pending.spare = &library->spare;
	return b;
}

void book_free(struct book *b)
{
	if (!b)
		return;
	accounts_free(&b->accounts);
	free(b->undo);
	free(b->journal);
	free(b->dirty);
	free(b->sweep.entries);
	free(b->edges);
	free(b->lot_steps);
	free(b->lots);
	pending_free(&b->pending);
	free(b);
}

enum err book_load(struct book *b, struct tx *tx)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select version, last_id, batch, watermark, chain_head from book "
	       "where merchant_id = $1",
	       V_I(b->merchant));
	if (rows_next(&r)) {
		struct str head = row_s(&r, 4);

		b->version = row_i(&r, 0);
		b->last_id = row_i(&r, 1);
		b->batch = row_i(&r, 2);
		b->watermark = row_i(&r, 3);
		CHECK(head.n == CHAIN_BYTES);
		memcpy(b->head, head.p, CHAIN_BYTES);
	}
	TRY(rows_end(&r));
	if (b->last_id > b->library->last_id)
		b->library->last_id = b->last_id;
	return book_replay(b, tx);
}

int64_t book_id(struct book *b, int64_t now_ms)
{
	int64_t last = b->last_id > b->library->last_id ? b->last_id : b->library->last_id;

	b->last_id = id_next(last, now_ms, b->library->node);
	b->library->last_id = b->last_id;
	return b->last_id;
}

/* --- accounts --- */

enum err book_account(struct book *b, struct tx *tx, struct str address, int64_t asset,
		      struct account **out)
{
	struct entry *e = accounts_find(&b->accounts, address, asset);
	struct account a = { .asset = asset };
	char kind[HOLDER_KIND_MAX + 1];
	struct rows r;
	bool found;

	if (!e) {
		TRY(holder_read(address, kind));
		a.rule = holder_rule(str_of(kind));
		TX_ONE_ASIDE(tx, &r, &found,
			     "select " ACCOUNT_COLUMNS " from account "
			     "where merchant_id = $1 and holder = $2 and asset_id = $3",
			     V_I(b->merchant), V_S(address), V_I(asset));
		if (found)
			account_row_read(&a, &r);
		TRY(rows_end(&r));
		if (!found)
			a.id = book_id(b, tx->now_ms);
		TRY(keep(b, tx, &a, address, !found, &e));
		if (!found)
			remember(b, e)->born = true;
	}
	*out = &e->account;
	return ERR_OK;
}

enum err book_account_by_id(struct book *b, struct tx *tx, int64_t id, struct account **out)
{
	struct entry *e = accounts_find_id(&b->accounts, id);
	struct account a = { 0 };
	struct rows r;
	enum err kept = ERR_OK;
	bool found;

	if (!e) {
		TX_ONE_ASIDE(tx, &r, &found,
			     "select " ACCOUNT_COLUMNS
			     " from account where merchant_id = $1 and id = $2",
			     V_I(b->merchant), V_I(id));
		if (found) {
			account_row_read(&a, &r);
			kept = keep(b, tx, &a, row_s(&r, ACCOUNT_HOLDER_COLUMN), false, &e);
		}
		TRY(kept);
		TRY(rows_end(&r));
		if (!found)
			FAIL(ERR_CORRUPT, "a row names account %lld, which does not exist",
			     (long long)id);
	}
	*out = &e->account;
	return ERR_OK;
}

static enum err keep(struct book *b, struct tx *tx, const struct account *a, struct str address,
		     bool born, struct entry **out)
{
	struct lots *lots;

	TRY(book_lots_read(b, tx, a, born, &lots));
	*out = accounts_keep(&b->accounts, a, address);
	(*out)->lots = lots;
	return ERR_OK;
}

void book_touched(struct book *b, struct account *a, const struct account *before)
{
	/* The account is the first member of its entry. */
	struct entry *e = (struct entry *)a;
	remember(b, e)->before = *before;
	book_dirty(b, e);
}

void book_dirty(struct book *b, struct entry *e)
{
	if (e->dirty)
		return;
	e->dirty = true;
	if (b->dirty_n == b->dirty_cap) {
		b->dirty_cap = b->dirty_cap ? 2 * b->dirty_cap : 256;
		b->dirty = realloc(b->dirty, b->dirty_cap * sizeof(struct entry *));
		CHECK(b->dirty != NULL);
	}
	b->dirty[b->dirty_n++] = e;
}

void book_births(struct book *b, struct tx *tx, struct tx_mark since)
{
	for (size_t i = since.undo; i < b->undo_n; i++) {
		if (b->undo[i].born)
			account_row_make(tx, &b->undo[i].entry->account);
	}
}

/* --- winding back --- */

static struct undo *remember(struct book *b, struct entry *e)
{
	if (b->undo_n == b->undo_cap) {
		b->undo_cap = b->undo_cap ? 2 * b->undo_cap : 64;
		b->undo = realloc(b->undo, b->undo_cap * sizeof(*b->undo));
		CHECK(b->undo != NULL);
	}
	b->undo[b->undo_n] = (struct undo){
		.entry = e, .was_dirty = e->dirty, .lots = b->lots_n, .lot_steps = b->lot_steps_n
	};
	return &b->undo[b->undo_n++];
}

struct tx_mark book_mark(const struct book *b)
{
	return (struct tx_mark){
		.undo = b->undo_n, .journal = b->journal_n, .rows = b->rows, .last = b->last
	};
}

void book_undo(struct book *b, struct tx_mark mark)
{
	CHECK(mark.undo <= b->undo_n && mark.journal <= b->journal_n && mark.rows <= b->rows);
	while (b->undo_n > mark.undo) {
		struct undo *u = &b->undo[--b->undo_n];

		book_lots_undo(b, u->lot_steps, u->lots);
		if (u->born) {
			accounts_forget(&b->accounts, u->entry);
			continue;
		}
		u->entry->account = u->before;
		if (u->entry->dirty && !u->was_dirty) {
			CHECK(b->dirty[b->dirty_n - 1] == u->entry);
			b->dirty_n--;
			u->entry->dirty = false;
		}
	}
	CHECK(b->rows - mark.rows <= b->pending.n);
	pending_drop(&b->pending, b->pending.n - (b->rows - mark.rows));
	b->journal_n = mark.journal;
	b->rows = mark.rows;
	b->last = mark.last;
}

/* --- the journal of this batch --- */

struct pending *book_pending(struct book *b)
{
	return &b->pending;
}

void book_journal(struct book *b, struct transfer *t)
{
	CHECK(b->rows == 0 || t->id > b->last);
	t->batch = b->batch + 1;
	if (b->journal_cap - b->journal_n < JOURNAL_ROW_MAX) {
		b->journal_cap = 2 * b->journal_cap + 64 * (size_t)JOURNAL_ROW_MAX;
		b->journal = realloc(b->journal, b->journal_cap);
		CHECK(b->journal != NULL);
	}
	b->journal_n += journal_row(t, b->journal + b->journal_n);
	if (b->rows == 0)
		b->first = t->id;
	b->last = t->id;
	b->rows++;
}

void book_committed(struct book *b, struct tail *tail)
{
	tail_open(tail);
	for (size_t i = 0; i < b->undo_n; i++) {
		if (b->undo[i].entry->dirty)
			publish(b, tail, b->undo[i].entry);
	}
	for (size_t i = b->flushed_from; i < b->sweep.at; i++) {
		const struct account *a = &b->sweep.entries[i]->account;

		tail_flushed(tail, b->merchant, a->id, a->version);
	}
	tail_close(tail);
	b->flushed_from = b->sweep.at;
	b->undo_n = 0;
	b->lot_steps_n = 0;
	b->journal_n = 0;
	b->rows = 0;
	pending_leave(&b->pending);
}

void book_publish(const struct book *b, struct tail *tail)
{
	tail_open(tail);
	for (size_t i = 0; i < b->dirty_n; i++)
		publish(b, tail, b->dirty[i]);
	tail_close(tail);
}

static void publish(const struct book *b, struct tail *tail, const struct entry *e)
{
	const struct account *a = &e->account;

	tail_publish(tail, b->merchant, a->id,
		     (struct tail_values){ a->balance, a->held, a->version, a->last_transfer });
}

void book_shrink(struct book *b)
{
	CHECK(b->undo_n == 0);
	accounts_shrink(&b->accounts, b->library->accounts_max);
}

int64_t book_merchant(const struct book *b)
{
	return b->merchant;
}
