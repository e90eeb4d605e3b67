/* book_flush.c - what a commit carries beside the closures' own puts. */
#include "store/book_parts.h"

#include "base/check.h"
#include "store/account_row.h"
#include "store/journal.h"

#include <stdlib.h>
#include <string.h>

static void flush_batch(struct book *b, struct tx *tx);
static size_t due(struct book *b);
static void sweep_begin(struct book *b);
static void sweep_on(struct book *b, struct tx *tx, size_t slice);

void book_flush(struct book *b, struct tx *tx)
{
	b->behind += (int64_t)b->rows;
	b->behind2 += (int64_t)b->rows;
	if (b->rows > 0)
		flush_batch(b, tx);
	book_lots_flush(b, tx);
	sweep_on(b, tx, due(b));
	b->version++;
	TX_PUT(tx, 1,
	       "insert into book (merchant_id, version, last_id, batch, watermark, chain_head) "
	       "values ($1, $2, $3, $4, $5, $6) on conflict (merchant_id) do update set "
	       "version = excluded.version, last_id = excluded.last_id, batch = excluded.batch, "
	       "watermark = excluded.watermark, chain_head = excluded.chain_head",
	       V_I(b->merchant), V_I(b->version), V_I(b->last_id), V_I(b->batch), V_I(b->watermark),
	       V_B(b->head, CHAIN_BYTES));
}

void book_flush_idle(struct book *b, struct tx *tx, size_t accounts)
{
	int64_t before = b->watermark;

	if (b->sweep.at == b->sweep.n)
		sweep_begin(b);
	sweep_on(b, tx, accounts);
	if (b->watermark != before)
		TX_PUT(tx, 1, "update book set watermark = $2 where merchant_id = $1",
		       V_I(b->merchant), V_I(b->watermark));
}

size_t book_behind_n(const struct book *b)
{
	return b->dirty_n + b->sweep.n - b->sweep.at;
}

static void flush_batch(struct book *b, struct tx *tx)
{
	struct journal_batch batch = {
		.merchant = b->merchant,
		.number = ++b->batch,
		.first = b->first,
		.last = b->last,
		.count = (int64_t)b->rows,
		.at_ms = id_ms(b->last),
		.format = JOURNAL_FORMAT,
		.previous = b->head,
	};
	uint8_t hash[CHAIN_BYTES];

	journal_hash(&batch, b->journal, b->journal_n, hash);
	TX_PUT(tx, 1,
	       "insert into batch (merchant_id, number, first_transfer, last_transfer, count, at, "
	       "format, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	       V_I(b->merchant), V_I(batch.number), V_I(batch.first), V_I(batch.last),
	       V_I(batch.count), V_I(batch.at_ms), V_I(batch.format), V_B(b->head, CHAIN_BYTES),
	       V_B(hash, CHAIN_BYTES));
	memcpy(b->head, hash, CHAIN_BYTES);
}

/* How many accounts of the sweep this commit flushes; begins one when it is time. */
static size_t due(struct book *b)
{
	int64_t span = b->library->tail_max / 4;

	if (b->sweep.at == b->sweep.n && b->dirty_n > 0 && b->behind >= b->library->tail_max - span)
		sweep_begin(b);
	if (span == 0)
		return b->sweep.n;
	/* In step with the journal: all of it over `span` rows. */
	return (size_t)(((int64_t)b->rows * (int64_t)b->sweep.n + span - 1) / span);
}

static int by_id(const void *a, const void *b)
{
	int64_t x = (*(struct entry *const *)a)->account.id;
	int64_t y = (*(struct entry *const *)b)->account.id;

	return (x > y) - (x < y);
}

static void sweep_begin(struct book *b)
{
	struct sweep *s = &b->sweep;
	struct entry **entries = s->entries;
	size_t cap = s->cap;

	*s = (struct sweep){ b->dirty, b->dirty_n, 0, b->dirty_cap, b->last };
	b->dirty = entries;
	b->dirty_n = 0;
	b->dirty_cap = cap;
	b->behind2 = 0;
	b->flushed_from = 0;
	qsort(s->entries, s->n, sizeof(struct entry *), by_id);
}

static void sweep_on(struct book *b, struct tx *tx, size_t slice)
{
	struct sweep *s = &b->sweep;
	size_t end = s->n - s->at < slice ? s->n : s->at + slice;

	if (s->at == s->n)
		return;
	for (; s->at < end; s->at++) {
		account_row_flush(tx, &s->entries[s->at]->account);
		s->entries[s->at]->dirty = false;
	}
	if (s->at == s->n) {
		b->watermark = s->mark;
		b->behind = b->behind2;
	}
}
