/* account_statement.h - what came in and went out of an account between two moments. */
#pragma once

#include "app/history.h"
#include "app/reason.h"
#include "app/services.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ACCOUNT_LINES_MAX = 200000, STATEMENT_PAGE_MAX = 10000 };

struct account_statement_sum {
	int64_t reason, in, out, lines;
	char name[REASON_NAME_MAX + 1], name_en[REASON_NAME_MAX + 1];
};

/* A line is an entry that changed the balance; holding and releasing are none. */
struct account_statement_line {
	struct entry entry;
	char other[HOLDER_MAX + 1];
	const struct account_statement_sum *sum; /* of its reason */
};

struct account_statement_ask {
	struct account_name account;
	int64_t since_ms, until_ms; /* from .. before */
	int64_t after;              /* lines after this one; 0: from the first */
	size_t limit;               /* 1..STATEMENT_PAGE_MAX */
};
struct account_statement {
	int scale;                /* the asset's */
	int64_t opening, closing; /* balances */
	int64_t in, out;
	struct account_statement_sum *sums; /* by the reasons' codes */
	size_t sums_n;
	size_t lines_n;                       /* in the whole of the statement */
	struct account_statement_line *lines; /* the slice, oldest first */
	size_t n;
	bool first, more; /* the slice begins at the beginning; there are more after it */
};

/* Reads it in short reads, of which none sees more than the account's newest entry at the first:
 * the journal is never changed.  ERR_INVALID at "since" for more than ACCOUNT_LINES_MAX lines, at
 * "after" when that is no line of it; and as account_find.  The caller frees. */
MUST_USE enum err account_statement_make(const struct services *s, int64_t merchant,
					 const struct account_statement_ask *ask,
					 struct account_statement *out);

void account_statement_free(struct account_statement *s); /* for CLEANUP of what began as zeros */
