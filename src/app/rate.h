/* rate.h - what one asset is worth in another, by the merchant's word. */
#pragma once

#include "app/asset_row.h"
#include "app/list.h"
#include "core/convert.h"
#include "store/store.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rate {
	int64_t id;
	int64_t from, to; /* assets */
	struct exchange exchange;
	int64_t min, max; /* of what is given at once */
	int64_t created_at;
	char from_code[ASSET_CODE_MAX + 1], to_code[ASSET_CODE_MAX + 1];
};

/* Sets the rate from now on; the ones before it are kept.  The same content as the present one
 * finds that (a closure; answer: struct rate_answer).  ERR_ASSET_UNKNOWN, ERR_INVALID. */
struct rate_ask {
	char from[ASSET_CODE_MAX + 1], to[ASSET_CODE_MAX + 1];
	struct exchange exchange;
	int64_t min, max;
};
struct rate_answer {
	struct rate rate;
	bool replayed;
};
enum err rate_set(struct tx *tx, const void *ask, void *answer);

/* All that ever were, the oldest first (a reading closure; ask: struct list_ask by number). */
struct rates {
	struct rate rates[LIST_MAX];
	size_t n;
	bool more;
};
enum err rates_list(struct tx *tx, const void *ask, void *answer);

/* The newest of two assets by their codes.  ERR_ASSET_UNKNOWN at "from_asset" or "to_asset",
 * ERR_RATE_UNKNOWN at "to_asset". */
MUST_USE enum err rate_newest(struct tx *tx, const char *from, const char *to, struct rate *out);

/* By id, which comes from our own rows. */
MUST_USE enum err rate_get(struct tx *tx, int64_t id, struct rate *out);

/* What an amount gives.  ERR_AMOUNT_RANGE at "amount", also outside the rate's limits. */
MUST_USE enum err rate_apply(const struct rate *r, int64_t amount, int64_t *out, int64_t *rest);

/* "half_up"; reading gives ERR_INVALID at "rounding". */
const char *rounding_name(enum rounding r);
MUST_USE enum err rounding_read(const char *word, enum rounding *out);

/* The object as the API shows it. */
void rate_json(struct jout *w, const struct rate *r, bool livemode);
