/* merchant.h - the tenants of an installation. */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MERCHANT_NAME_MAX = 128, MERCHANTS_PAGE = 100 };

struct merchant {
	int64_t id, created_at;
	bool livemode;        /* never changes */
	bool accept_late;     /* late money is accepted; else it is refunded */
	bool forced_reversal; /* a reversal may take an account below zero when it is asked to */
	char name[MERCHANT_NAME_MAX + 1];
};

/* Adds a merchant with its asset cny.  `token` is the caller's own number for this request
 * (request_key.h): sent again, it finds what was made.  ERR_INVALID for the name. */
struct merchant_ask {
	const char *name, *token;
	bool livemode;
};
MUST_USE enum err merchant_add(const struct services *s, const struct merchant_ask *ask,
			       int64_t *id);

/* Changes what is not NULL.  ERR_NOT_FOUND, ERR_INVALID. */
struct merchant_change {
	int64_t id;
	const char *name;
	const bool *accept_late, *forced_reversal;
};
MUST_USE enum err merchant_set(const struct services *s, const struct merchant_change *change);

/* Inside a closure: the closure's own merchant.  ERR_NOT_FOUND. */
MUST_USE enum err merchant_get(struct tx *tx, struct merchant *out);

/* The merchants after an id, in the order in which they were added; fewer than MERCHANTS_PAGE: the
 * last. */
struct merchants {
	struct merchant merchants[MERCHANTS_PAGE];
	size_t n;
};
MUST_USE enum err merchants_list(const struct services *s, int64_t after, struct merchants *out);

/* Calls `fn` for each merchant, in the order in which they were added, until it fails. */
MUST_USE enum err merchants_each(const struct services *s,
				 enum err (*fn)(const struct services *s, int64_t merchant));

/* A name that people give: 1 to `max` bytes of text on one line.  ERR_INVALID at "name". */
MUST_USE enum err name_check(const char *name, size_t max);
