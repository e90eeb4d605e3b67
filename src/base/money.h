/* money.h - amounts in minor units, with arithmetic that cannot overflow unseen.
 *
 * An amount is an int64_t of an asset's minor units (fen of cny, units of points), never more than
 * AMOUNT_MAX in size, which a JavaScript number still holds exactly.  There is no floating point.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

#define AMOUNT_MAX INT64_C(9007199254740991) /* 2^53 - 1 */

__extension__ typedef __int128 i128;

/* The number is stored. */
enum rounding { ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, ROUND_HALF_EVEN };

/* *out = a + b, a - b.  ERR_AMOUNT_RANGE when |*out| would exceed AMOUNT_MAX; *out untouched then.
 */
MUST_USE enum err amount_add(int64_t a, int64_t b, int64_t *out);
MUST_USE enum err amount_sub(int64_t a, int64_t b, int64_t *out);

/* *out = a * b / c, rounded toward zero, to nearest with halves away from zero, away from
 * zero, or to nearest with halves to the even one.
 * c > 0 (CHECKed).  ERR_AMOUNT_RANGE when |*out| would exceed AMOUNT_MAX. */
MUST_USE enum err mul_div(int64_t a, int64_t b, int64_t c, enum rounding rounding, int64_t *out);

enum { YUAN_TEXT = 24 };

/* 10 -> "0.10".  fen may be negative. */
void yuan_write(int64_t fen, char out[YUAN_TEXT]);

/* "0.1", "0.10", "12" -> fen.  Digits, at most one point with one or two digits after it, no sign,
 * no spaces, no leading zeros but the one before the point.  ERR_AMOUNT_RANGE otherwise. */
MUST_USE enum err yuan_read(struct str text, int64_t *fen);
