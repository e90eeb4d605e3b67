/* charge.h - an app pays by the price list from an account of its own, app:<app's id>/<asset>.
 *
 * A charge and its transfer app -> system have one id, so the journal says everything that has
 * moved; a row of ours adds what it was for.  A roll-back is that transfer's reversal.
 */
#pragma once

#include "app/list.h"
#include "app/price.h"
#include "app/request_key.h"
#include "base/err.h"
#include "core/ledger.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { CHARGE_ITEMS_MAX = 50, CHARGE_QUANTITY_MAX = 1000000000 };

/* "app:app_0HZX3K9F2M7QA": who pays for an app's charges. */
void charge_holder(int64_t app, char out[HOLDER_MAX + 1]);

struct charge_item {
	char price[PRICE_CODE_MAX + 1];
	int64_t quantity;
	int64_t version, unit_price, amount; /* as they were when it was charged */
};

struct charge {
	int64_t id, app; /* id 0: cancelled before it came; then only request_id is set */
	int64_t number;  /* 0 none */
	int64_t amount, reason;
	int64_t balance; /* the app's after it */
	char asset[ASSET_CODE_MAX + 1];
	char request_id[REQUEST_KEY_MAX + 1], memo[MEMO_MAX + 1];
	struct charge_item items[CHARGE_ITEMS_MAX];
	size_t items_n;
	int64_t created_at;
	int64_t rollback, rolled_back_at; /* the transfer that gave it back; 0 none */
	char rollback_request[REQUEST_KEY_MAX + 1];
};

struct charge_view {
	struct charge charge;
	bool replayed; /* the request was done before */
};

/* Charges what the items cost now, once for ever (a closure; answer: struct charge_view).
 * ERR_CONFLICT, ERR_CANCELLED, ERR_NUMBER_UNKNOWN, ERR_NUMBER_NOT_YOURS, ERR_NUMBER_USED,
 * ERR_PRICE_UNKNOWN, ERR_INVALID (prices in two assets), ERR_AMOUNT_RANGE, ERR_REASON_UNKNOWN,
 * ERR_REASON_NOT_ALLOWED, ERR_INSUFFICIENT, ERR_FROZEN: nothing was stored. */
struct charge_ask {
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
	int64_t number; /* 0 none */
	int64_t reason;
	char memo[MEMO_MAX + 1];
	size_t items_n;
	struct charge_item items[CHARGE_ITEMS_MAX]; /* price and quantity */
};
enum err charge_make(struct tx *tx, const void *ask, void *answer);

/* A charge of an app, by its id or by the request that made it. */
struct charge_name {
	int64_t app;
	int64_t id; /* 0: by request_id */
	char request_id[REQUEST_KEY_MAX + 1];
};

/* One charge (a closure; ask: struct charge_name; answer: struct charge_view).  ERR_NOT_FOUND. */
enum err charge_get(struct tx *tx, const void *ask, void *answer);

/* Gives a charge's money back, whatever balances and freezes say; one that was given back stays as
 * it is.  A request that never came is cancelled: it is refused when it comes (a closure; answer:
 * struct charge_view).  ERR_NOT_FOUND (an id, or a request that made no charge), ERR_CONFLICT. */
struct rollback_ask {
	struct charge_name charge;
	char request_id[REQUEST_KEY_MAX + 1];
};
enum err charge_rollback(struct tx *tx, const void *ask, void *answer);

/* A slice of an app's charges by id (a reading closure). */
struct charges_ask {
	int64_t app;
	int64_t since_ms, until_ms; /* since <= created_at < until; 0: no bound */
	struct list_ask slice;
};
struct charges {
	struct charge charges[LIST_MAX];
	size_t n;
	bool more;
};
enum err charges_list(struct tx *tx, const void *ask, void *answer);
