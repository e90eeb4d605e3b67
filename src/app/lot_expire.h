/* lot_expire.h - moves points whose time is over from their owners to `expired`. */
#pragma once

#include "app/services.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Moves a merchant's points that are due, some accounts in a transaction; blocks.  Stops early when
 * the clock's mono_ms passes `until`.  Points that are held stay, and those of a run that was
 * interrupted go with the next one. */
struct lot_counts {
	int64_t accounts; /* that something was taken from */
	bool more;        /* stopped early */
};
MUST_USE enum err lot_expire(const struct services *s, int64_t merchant, int64_t until,
			     struct lot_counts *out);

/* Makes sure that each merchant with points that are due has a job that moves them. */
MUST_USE enum err lot_expire_plan(const struct services *s);
