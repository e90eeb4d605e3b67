/* clearing_sum.h - what a month did to one account, by the journal's chain of its transfers. */
#pragma once

#include "app/clearing.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* The account's transfers, newest first, from `last` on back to the month's first.  Blocks: reads
 * in slices.  Fills opening, the sums and closing of *out.  The month is over and ids of it are no
 * longer given.  *more: given up, since the clock's mono_ms passed `until` (0: never); then what
 * *out has is worth nothing. */
struct clearing_chain {
	int64_t account; /* 0: never used: all is 0 */
	int64_t last;    /* its last transfer; 0 none */
	int32_t month;
};
MUST_USE enum err clearing_sum(const struct services *s, int64_t merchant,
			       const struct clearing_chain *chain, int64_t until,
			       struct clearing *out, bool *more);
