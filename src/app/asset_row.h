/* asset_row.h - what a merchant counts. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "core/split.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { ASSET_CODE_MAX = 16, ASSET_NAME_MAX = 64, ASSET_SCALE_MAX = 8 };
enum asset_kind { ASSET_MONEY = 1, ASSET_POINTS };

struct asset {
	int64_t id;
	char code[ASSET_CODE_MAX + 1]; /* [a-z][a-z0-9_]{0,15} */
	char name[ASSET_NAME_MAX + 1];
	enum asset_kind kind;
	int scale;            /* digits after the point when shown; amounts are minor units */
	struct pay_rate pay;  /* units 0: it does not pay for orders */
	bool frozen_in;       /* a frozen account of it may still get; never changes */
	int64_t expires_days; /* what members get of it is good so long; 0: for ever; never changes
			       */
	int64_t created_at;
};

/* ERR_ASSET_UNKNOWN. */
MUST_USE enum err asset_get(struct tx *tx, struct str code, struct asset *out);

/* The present row of a query for ASSET_COLUMNS. */
#define ASSET_COLUMNS                                                                \
	"id, code, name, kind, scale, pay_units, pay_fen, pay_percent, created_at, " \
	"frozen_in, expires_days"
void asset_read(const struct rows *r, struct asset *out);

/* Every merchant has cny, counted in fen, paying 1:1.  Its id never changes while the program runs.
 * ERR_CORRUPT when a merchant has none. */
MUST_USE enum err asset_cny(struct tx *tx, int64_t *id);

/* The name is free (the caller has looked).  This is a put. */
void asset_insert(struct tx *tx, const struct asset *a);

/* "points" "money" */
const char *asset_kind_name(enum asset_kind kind);
