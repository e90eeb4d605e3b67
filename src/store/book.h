/* book.h - one merchant's loaded accounts, the ids it gives, and its journal's chain.
 *
 * The book lives between commits on an engine with one writer.  Whatever a closure changes is
 * remembered in an undo log: a closure that fails is wound back to its mark.  A batch that is lost
 * takes the book with it; it is loaded again from what is on disk.
 *
 * Accounts' rows follow the journal lazily.  Once the journal is three quarters of `tail_max` rows
 * past the watermark, a sweep begins: all accounts that are dirty then are flushed in the order of
 * their ids, a slice with every commit, so that the sweep ends a quarter of tail_max rows later.
 * Then the watermark moves to where the sweep began: every transfer up to it is in the rows.  A
 * book that is loaded replays what lies behind the watermark.
 *
 * One thread: the writer.
 */
#pragma once

#include "base/err.h"
#include "core/ledger.h"
#include "store/pending.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHAIN_BYTES = 32, JOURNAL_FORMAT = 1, TAIL_ROWS = 400000 };

/* What all books of a node share: ids that no two merchants get, and the bounds. */
struct library {
	int node;
	int64_t last_id;
	size_t accounts_n, accounts_max;
	int64_t tail_max; /* journal rows that accounts' rows may be behind; 1: flushed with every
			   * commit */
	struct pending spare; /* room that no book uses */
};

struct book;
struct tail;

struct book *book_new(struct library *library, int64_t merchant);
void book_free(struct book *b); /* NULL-safe */

/* Reads the book's row and replays the journal behind its watermark; a merchant without a row
 * begins at zero. */
MUST_USE enum err book_load(struct book *b, struct tx *tx);

int64_t book_id(struct book *b, int64_t now_ms);

/* The account of address and asset, from memory, from its row, or new. */
MUST_USE enum err book_account(struct book *b, struct tx *tx, struct str address, int64_t asset,
			       struct account **out);
MUST_USE enum err book_account_by_id(struct book *b, struct tx *tx, int64_t id,
				     struct account **out);

/* Tells that a posting or a setting changed the account, which was `before`. */
void book_touched(struct book *b, struct account *a, const struct account *before);

/* Lets the account's lots, if any, follow its balance, which was `before`.  After book_touched. */
void book_lots_follow(struct book *b, struct account *a, int64_t before, int64_t at_ms);

/* The batch's rows that are not yet executed. */
struct pending *book_pending(struct book *b);

/* The last pending row is the batch's next; fills its batch.  Ids must grow. */
void book_journal(struct book *b, struct transfer *t);

/* Could a request of this app have had this key?  false is sure.  A get. */
MUST_USE enum err book_key_may_be(struct book *b, struct tx *tx, int64_t app, struct str key,
				  bool *may);
/* It has now. */
void book_key_put(struct book *b, int64_t app, struct str key);

/* This will be posted soon: its accounts are fetched into the processor's memory. */
void book_expect(const struct book *b, const struct post *p);

/* Asks the rules, once for each way. */
MUST_USE enum err book_route(struct book *b, struct tx *tx, store_rules *rules,
			     const struct post *p, int64_t *asset);
void book_rules_changed(struct book *b);

/* Puts the rows of accounts that the closure made on first use.  The engine executes these before
 * the closure's own puts, which may change such a row. */
void book_births(struct book *b, struct tx *tx, struct tx_mark since);

/* Winding back to a mark. */
struct tx_mark book_mark(const struct book *b);
void book_undo(struct book *b, struct tx_mark mark);

/* Puts what a commit must carry: accounts whose turn it is, the batch row, the book's own row. */
void book_flush(struct book *b, struct tx *tx);

/* Puts so many accounts of a sweep, in a commit of their own, while nothing else is to be done. */
void book_flush_idle(struct book *b, struct tx *tx, size_t accounts);

/* How many accounts' rows are behind. */
size_t book_behind_n(const struct book *b);

/* After the commit: nothing can be undone any more; readers are told. */
void book_committed(struct book *b, struct tail *tail);

/* After loading: tells readers what is ahead of the rows. */
void book_publish(const struct book *b, struct tail *tail);

/* Between batches: forgets accounts, any, until the library holds as many as it may; a part of
 * them at a time, when few can be forgotten. */
void book_shrink(struct book *b);

int64_t book_merchant(const struct book *b);
