/* clearing.h - the month's end of each app's accounts: what was there, came, went and is left.
 *
 * One row for merchant, month, app and asset, recomputed from the journal when the month is over
 * and never changed.  Months are those of UTC+8.  Running again finds what is there and goes on.
 */
#pragma once

#include "app/asset_row.h"
#include "app/list.h"
#include "app/services.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { MONTH_TEXT = 8 };

/* "2026-10" <-> 202610, a month of 1970 to 9998.  ERR_INVALID at "month". */
MUST_USE enum err month_read(struct str text, int32_t *month);
void month_write(int32_t month, char out[MONTH_TEXT]);
/* The one after it, the one before it, when it begins, and the one that a time is in. */
int32_t month_next(int32_t month);
int32_t month_before(int32_t month);
int64_t month_begin_ms(int32_t month);
int32_t month_of(int64_t ms);

/* opening + topped_up + rolled_back + other_in - charged - other_out = closing */
struct clearing {
	int64_t id, app, created_at;
	int32_t month;
	char asset[ASSET_CODE_MAX + 1];
	int64_t opening;
	int64_t topped_up;   /* in from system or a channel */
	int64_t charged;     /* out to system: charges, and holds that were captured */
	int64_t rolled_back; /* in by the reversal of what went out */
	int64_t other_in, other_out;
	int64_t closing;
	int64_t swept; /* of it, moved to system by this clearing */
};

/* Clears a month of all apps of a merchant; blocks.  Stops early when the clock's mono_ms passes
 * `until` (0: does not).  ERR_INVALID at "month": it is not over yet.  ERR_NOT_FOUND: no such
 * merchant. */
struct clearing_counts {
	int64_t made, found; /* rows of this run; rows that were there */
	bool more;           /* stopped early */
};
MUST_USE enum err clearing_run(const struct services *s, int64_t merchant, int32_t month,
			       int64_t until, struct clearing_counts *out);

/* The months that are over and were not cleared, oldest first, as clearing_run. */
MUST_USE enum err clearing_due(const struct services *s, int64_t merchant, int64_t until,
			       bool *more);

/* Makes sure that each merchant has a job that clears what is due. */
MUST_USE enum err clearing_plan(const struct services *s);

/* A slice of a merchant's clearings by id (a reading closure). */
struct clearings_ask {
	int32_t month; /* 0: all */
	struct list_ask slice;
};
struct clearings {
	struct clearing clearings[LIST_MAX];
	size_t n;
	bool more;
};
enum err clearings_list(struct tx *tx, const void *ask, void *answer);
