/* asset.h - adding and listing what a merchant counts. */
#pragma once

#include "app/asset_row.h"
#include "app/list.h"
#include "base/err.h"
#include "core/lot.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { PAY_RATE_MAX = 1000000000 };

/* An asset's code names it for ever: the same content again finds it, other content is ERR_EXISTS.
 */
struct asset_ask {
	char code[ASSET_CODE_MAX + 1], name[ASSET_NAME_MAX + 1];
	enum asset_kind kind;
	int64_t scale; /* 0..ASSET_SCALE_MAX */
	struct pay_rate
		pay;    /* units and fen 1..PAY_RATE_MAX, percent 1..100; units 0: does not pay */
	bool frozen_in; /* a frozen account of it may still get */
	int64_t expires_days; /* 0..EXPIRES_DAYS_MAX, of points: see core/lot.h; 0: never */
};
struct asset_answer {
	struct asset asset;
	bool replayed; /* it was there already */
};
/* A closure. */
enum err asset_add(struct tx *tx, const void *ask, void *answer);

/* Every merchant's cny, in the transaction that makes the merchant.  This is a put. */
void asset_make_cny(struct tx *tx, int64_t merchant);

/* ERR_INVALID at `param` unless code is [a-z][a-z0-9_]{0,15}. */
MUST_USE enum err asset_code_check(const char *code, const char *param);

/* Reads "allow" or "refuse".  ERR_INVALID at "frozen_incoming". */
MUST_USE enum err asset_frozen_in_read(const char *text, bool *out);

/* A slice of the merchant's assets by code (a reading closure; ask: struct list_ask by text). */
struct assets {
	struct asset assets[LIST_MAX];
	size_t n;
	bool more;
};
enum err assets_list(struct tx *tx, const void *ask, void *answer);
