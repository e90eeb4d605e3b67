/* verify.h - do the books agree?  Recomputes everything from the journal, with code of its own.
 *
 * Nothing here calls the code that posts: it reads rows, adds them up and compares.  A server may
 * run meanwhile.  Rows are read in slices, each in a snapshot that lives some milliseconds; every
 * slice first reads the journal up to that snapshot, so what it compares is of one moment.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { VERIFY_ROW_TEXT = 176, VERIFY_WHAT_TEXT = 240 };

/* A row that does not agree. */
struct verify_finding {
	int64_t merchant;
	const char *table;           /* "transfer" */
	char row[VERIFY_ROW_TEXT];   /* "tr_0HZX3K9F2M7QA", "user:7/gold", "batch 12" */
	char what[VERIFY_WHAT_TEXT]; /* "from_balance is 5, the journal makes it 3" */
	bool has_numbers;            /* one number should be another */
	int64_t expected, found;     /* 3, 5 */
};

struct verify_counts {
	int64_t merchants, batches, transfers, accounts, holds, keys, orders, payments, refunds,
		cases, charges, clearings, reversals, conversions, groups;
	int64_t findings;
};

struct verify_ask {
	int64_t merchant; /* 0: all */
	void (*found)(void *self, const struct verify_finding *f);
	/* How far a merchant's journal has been read: batch `done` of `all`.  May be NULL. */
	void (*progress)(void *self, int64_t merchant, int64_t done, int64_t all);
	void *self;
};

/* ERR_OK: it ran to its end, whatever it found.  ERR_NOT_FOUND (no such merchant), ERR_STORE. */
MUST_USE enum err verify(struct store *s, const struct verify_ask *ask, struct verify_counts *out);
