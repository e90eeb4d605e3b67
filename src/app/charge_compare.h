/* charge_compare.h - a day of an app's account here, against the caller's own lines of that day. */
#pragma once

#include "app/charge_statement.h"
#include "app/services.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMPARE_BYTES_MAX = 2 * 1024 * 1024, COMPARE_LISTED_MAX = 1000 };

/* What the caller thinks became of a charge.  With THEIRS_REFUSED and THEIRS_CANCELLED nothing has
 * moved, so the line agrees with there being none here. */
enum theirs { THEIRS_CHARGED, THEIRS_ROLLED_BACK, THEIRS_REFUSED, THEIRS_CANCELLED, THEIRS_N };

const char *theirs_name(enum theirs state);

struct compare_line {
	int64_t number;        /* of the line, from 1 */
	struct str request_id; /* borrowed from the file */
	int64_t amount;
	enum theirs state;
	bool rollback;
	bool met; /* there is one here */
};

struct compare_file {
	struct compare_line *lines; /* by kind and request_id */
	size_t n;
};

/* Reads a CSV with the names kind,request_id,amount,state first; further columns are left unread,
 * so a statement of ours may be sent back.  ERR_INVALID at the first bad line, "line 7", its text
 * naming others too. */
MUST_USE enum err compare_read(struct str csv, struct arena *arena, struct compare_file *out);

/* One difference: a line here, a line there, or both. */
struct difference {
	const struct compare_line *theirs; /* NULL: missing there */
	struct statement_line *ours;       /* NULL: missing here */
};

struct differences {
	int64_t count;
	size_t n; /* the first ones, at most COMPARE_LISTED_MAX */
	struct difference listed[COMPARE_LISTED_MAX];
};

struct comparison {
	bool finished; /* no line of the day comes any more */
	int64_t here, there, agree;
	struct differences missing_here, missing_there, amount_differs, state_differs;
};

/* Compares: reads in slices and so may block.  `day`'s after and limit do not matter. */
MUST_USE enum err charge_compare(const struct services *s, int64_t merchant,
				 const struct statement_ask *day, struct compare_file *file,
				 struct arena *arena, struct comparison *out);
