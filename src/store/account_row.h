/* account_row.h - an account's row: what is read of it, and how it is written.
 *
 * Its balance, held, version and last_transfer are a cache of the journal that may be behind it
 * (book.h); its settings are written with the closure that changes them.
 */
#pragma once

#include "store/store.h"

/* What account_row_read reads, in its order; `holder` is text that dies with the row. */
#define ACCOUNT_COLUMNS                                                                            \
	"id, holder, asset_id, balance, held, version, last_transfer, credit_limit, max_balance, " \
	"frozen, closed, changes"
enum { ACCOUNT_HOLDER_COLUMN = 1 };

/* Fills all but the address; the rule follows from the holder. */
void account_row_read(struct account *a, const struct rows *r);

/* Puts a new account's row. */
void account_row_make(struct tx *tx, const struct account *a);

/* Puts what the journal made of it. */
void account_row_flush(struct tx *tx, const struct account *a);

/* Puts its settings. */
void account_row_set(struct tx *tx, const struct account *a);
