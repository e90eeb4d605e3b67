/* book.h - one merchant's loaded accounts, the ids it gives, and its journal's chain.
 *
 * The book lives between commits on an engine with one writer.  Whatever a closure changes is
 * remembered in an undo log: a closure that fails is wound back to its mark, a lost batch to its
 * beginning.  One thread: the writer.
 */
#pragma once

#include "base/err.h"
#include "core/ledger.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHAIN_BYTES = 32, JOURNAL_FORMAT = 1 };

/* What all books of a node share: ids that no two merchants get, and the memory bound. */
struct library {
	int node;
	int64_t last_id;
	size_t accounts_n, accounts_max;
};

struct book;

struct book *book_new(struct library *library, int64_t merchant);
void book_free(struct book *b); /* NULL-safe */

/* Reads the book's row; a merchant without one begins at zero. */
MUST_USE enum err book_load(struct book *b, struct tx *tx);

int64_t book_id(struct book *b, int64_t now_ms);

/* The account of address and asset, from memory, from its row, or new. */
MUST_USE enum err book_account(struct book *b, struct tx *tx, struct str address, int64_t asset,
			       struct account **out);
MUST_USE enum err book_account_by_id(struct book *b, struct tx *tx, int64_t id,
				     struct account **out);

/* Tells that a posting changed the account, which was `before`; it is flushed with this commit. */
void book_touched(struct book *b, struct account *a, const struct account *before);

/* Adds a journal row to the batch; fills t->batch.  Ids must grow. */
void book_journal(struct book *b, struct transfer *t);

/* Puts the rows of accounts that the closure made on first use.  The engine executes these before
 * the closure's own puts, which may change such a row. */
void book_births(struct book *b, struct tx *tx, struct tx_mark since);

/* Winding back to a mark. */
struct tx_mark book_mark(const struct book *b);
void book_undo(struct book *b, struct tx_mark mark);

/* Puts what a commit must carry: dirty accounts, the batch row, the book's own row. */
void book_flush(struct book *b, struct tx *tx);

/* After the commit: nothing can be undone any more. */
void book_committed(struct book *b);

/* After a rollback: as it was after the last commit, but for the ids, which are never given again.
 */
void book_rolled_back(struct book *b);

/* Between batches: forgets accounts, any, until the library holds as many as it may. */
void book_shrink(struct book *b);

int64_t book_merchant(const struct book *b);
size_t book_accounts(const struct book *b);
