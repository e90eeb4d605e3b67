/* lot.h - points that expire: what an account has of them, by when they expire.
 *
 * What a member gets of an asset that expires, for whatever reason, is good for the asset's full
 * term: to the end of the day of UTC+8 that comes so many days after it.  What expires at the same
 * moment is one lot.  What is taken is taken from the lot that expires soonest.  So the lots of an
 * account add up to its balance, or to nothing while that is below zero.
 */
#pragma once

#include "core/ledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPIRES_DAYS_MAX = 3650 };

struct lot {
	int64_t expires_at; /* ms; a midnight of UTC+8 */
	int64_t amount;     /* what is left of it */
	bool changed;       /* its row is not written */
};

/* When what was got at `at_ms` expires, by a term of 1..EXPIRES_DAYS_MAX days. */
int64_t lot_end(int64_t at_ms, int days);

/* What the lots change by in all when a balance changes. */
int64_t lots_change(int64_t balance_before, int64_t balance_after);

/* In lots by their ends: the place of the first that expires at this moment or later. */
size_t lots_find(const struct lot *lots, size_t n, int64_t expires_at);

/* How much of the account expires now: what is in lots whose time is over, but for what is held,
 * which waits for its hold's end. */
int64_t lots_due(const struct lot *lots, size_t n, const struct account *a, int64_t now_ms);
