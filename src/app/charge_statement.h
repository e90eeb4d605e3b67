/* charge_statement.h - a day of one app's account: a line a charge, a line a roll-back.
 *
 * Days are those of UTC+8.  The statement of a finished day never changes: a charge that was rolled
 * back on a later day stays charged in it, and its roll-back is a line of that later day.
 */
#pragma once

#include "app/asset_row.h"
#include "app/services.h"
#include "base/err.h"
#include "core/ledger.h"
#include "store/store.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stdint.h>

enum { STATEMENT_LINES_MAX = 20000 };

struct statement_line {
	int64_t id; /* the transfer: the charge's own, or the one that gave it back */
	int64_t charge, number, amount, at;
	bool rollback;    /* the line is a roll-back */
	bool rolled_back; /* the charge, before the day was over */
	char request_id[REQUEST_KEY_MAX + 1];
};

/* The lines of a day in the order in which they came (a reading closure). */
struct statement_ask {
	int64_t app;
	int64_t day_ms; /* when the day begins */
	char asset[ASSET_CODE_MAX + 1];
	int64_t after; /* the line to go on behind; 0: from the first */
	int64_t limit; /* 1..STATEMENT_LINES_MAX */
};
struct statement {
	bool finished; /* no line of the day comes any more, whatever the clock does */
	bool more;
	size_t n;
	int64_t count[2], sum[2]; /* of charges, and of roll-backs: a page ends before a sum leaves
				   * the range of amounts */
	struct statement_line lines[STATEMENT_LINES_MAX];
};
enum err charge_statement(struct tx *tx, const void *ask, void *answer);

/* The same; when the day is over by the clock, it is made sure that it is finished.  May block. */
MUST_USE enum err charge_day(const struct services *s, int64_t merchant,
			     const struct statement_ask *ask, struct statement *out);

/* "charged" "rolled_back" */
const char *statement_state(const struct statement_line *line);

/* The lines as CSV, with the line of names first. */
void statement_csv(const struct statement *s, struct jout *w);
