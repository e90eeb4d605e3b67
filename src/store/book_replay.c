/* book_replay.c - what the journal did to accounts since their rows were flushed. */
#include "store/book_parts.h"

#include "base/check.h"

static enum err replay_side(struct book *b, struct tx *tx, const struct rows *r, int column);

/* Each side's columns, in this order. */
enum { ID, FROM, TO = FROM + 4 };
enum { ACCOUNT, BALANCE, HELD, VERSION };

enum err book_replay(struct book *b, struct tx *tx)
{
	struct rows r;
	enum err e = ERR_OK;

	b->last = b->watermark;
	TX_GET(tx, &r,
	       "select id, from_account, from_balance, from_held, from_version, to_account, "
	       "to_balance, to_held, to_version from transfer where merchant_id = $1 and id > $2 "
	       "order by id",
	       V_I(b->merchant), V_I(b->watermark));
	while (e == ERR_OK && rows_next(&r)) {
		b->last = row_i(&r, ID);
		b->behind++;
		e = replay_side(b, tx, &r, FROM);
		if (e == ERR_OK && !row_null(&r, TO))
			e = replay_side(b, tx, &r, TO);
	}
	TRY(e);
	return rows_end(&r);
}

/* A row that was flushed meanwhile, or by a sweep that did not end, is ahead of this transfer. */
static enum err replay_side(struct book *b, struct tx *tx, const struct rows *r, int column)
{
	struct account *a;

	TRY(book_account_by_id(b, tx, row_i(r, column + ACCOUNT), &a));
	if (a->version >= row_i(r, column + VERSION))
		return ERR_OK;
	a->balance = row_i(r, column + BALANCE);
	a->held = row_i(r, column + HELD);
	a->version = row_i(r, column + VERSION);
	a->last_transfer = row_i(r, ID);
	book_dirty(b, (struct entry *)a);
	return ERR_OK;
}
