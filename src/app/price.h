/* price.h - what a unit costs: versions by time, of which the newest counts. */
#pragma once

#include "app/asset_row.h"
#include "app/list.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { PRICE_CODE_MAX = 32, PRICE_NAME_MAX = 64 };

struct price {
	char code[PRICE_CODE_MAX + 1], name[PRICE_NAME_MAX + 1];
	char asset[ASSET_CODE_MAX + 1];
	int64_t asset_id, unit_price, version, created_at;
};

/* ERR_INVALID at `param` unless code is 1-32 of A-Z a-z 0-9 . _ - */
MUST_USE enum err price_code_check(const char *code, const char *param);

/* Sets a price: a new version, unless the newest says the same (a closure).  ERR_ASSET_UNKNOWN. */
struct price_ask {
	char code[PRICE_CODE_MAX + 1], name[PRICE_NAME_MAX + 1];
	char asset[ASSET_CODE_MAX + 1];
	int64_t unit_price; /* 1..AMOUNT_MAX */
};
struct price_answer {
	struct price price;
	bool replayed;
};
enum err price_set(struct tx *tx, const void *ask, void *answer);

/* The newest version.  ERR_PRICE_UNKNOWN at `param`. */
MUST_USE enum err price_get(struct tx *tx, const char *code, const char *param, struct price *out);

/* A slice of the newest versions by code, or of all versions of one price by number (a reading
 * closure). */
struct prices_ask {
	char code[PRICE_CODE_MAX + 1]; /* "": the newest of each, slice.text being a code */
	struct list_ask slice;
};
struct prices {
	struct price prices[LIST_MAX];
	size_t n;
	bool more;
};
enum err prices_list(struct tx *tx, const void *ask, void *answer);
