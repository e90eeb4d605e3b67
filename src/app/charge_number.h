/* charge_number.h - numbers handed out to an app before it uses them: increasing over the whole
 * merchant, each belonging to one app. */
#pragma once

#include "base/err.h"
#include "store/store.h"

#include <stdint.h>

enum { CHARGE_NUMBER_FIRST = 100000001, CHARGE_NUMBERS_MAX = 1000 };

/* Hands out `count` numbers that follow each other (a closure). */
struct numbers_ask {
	int64_t app;
	int64_t count;   /* 1..CHARGE_NUMBERS_MAX */
	int64_t request; /* the request's own number */
};
struct numbers {
	int64_t first, last, created_at;
};
enum err numbers_assign(struct tx *tx, const void *ask, void *answer);

/* May `app` use `number` for a new charge?  All at "number": ERR_NUMBER_UNKNOWN,
 * ERR_NUMBER_NOT_YOURS, ERR_NUMBER_USED.  This is a get. */
MUST_USE enum err charge_number_check(struct tx *tx, int64_t app, int64_t number);
