/* convert.h - what an amount of one asset is worth in another, exactly. */
#pragma once

#include "base/err.h"
#include "base/money.h"

#include <stdint.h>

/* units_from of the one are worth units_to of the other; both 1..AMOUNT_MAX. */
struct exchange {
	int64_t units_from, units_to;
	enum rounding rounding;
};

/* *out = amount * units_to / units_from, rounded; *rest = amount * units_to - *out * units_from,
 * which is what rounding left: rest / units_from of the other asset, below zero when it was rounded
 * up.  ERR_AMOUNT_RANGE at "amount" when that is 0 or beyond AMOUNT_MAX. */
MUST_USE enum err convert(const struct exchange *x, int64_t amount, int64_t *out, int64_t *rest);
