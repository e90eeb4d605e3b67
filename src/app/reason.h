/* reason.h - what a merchant's transfers are for, and where they may go. */
#pragma once

#include "app/asset_row.h"
#include "app/holder_kind.h"
#include "app/list.h"
#include "base/err.h"
#include "core/ledger.h"
#include "core/reason.h"
#include "store/store.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stdint.h>

enum { REASON_NAME_MAX = 64, REASON_ROUTES_MAX = 16 };

/* From holders of one kind to those of another, of one asset or of any. */
struct reason_route {
	char from[HOLDER_KIND_MAX + 1], to[HOLDER_KIND_MAX + 1];
	char asset[ASSET_CODE_MAX + 1]; /* "": any */
};

struct reason {
	int64_t code;
	char name[REASON_NAME_MAX + 1], name_en[REASON_NAME_MAX + 1];
	bool disabled;
	int64_t created_at;                            /* 0 for Tael's own */
	size_t routes_n;                               /* 0 for Tael's own */
	struct reason_route routes[REASON_ROUTES_MAX]; /* ordered by kinds and asset */
};

/* A code names its reason for ever: the same content again finds it, other content is ERR_EXISTS.
 * ERR_FORBIDDEN for kinds that only Tael moves, ERR_HOLDER_UNKNOWN, ERR_ASSET_UNKNOWN, ERR_INVALID
 * for a route that is there twice. */
struct reason_ask {
	int64_t code; /* REASON_MERCHANT_MIN..REASON_MAX */
	char name[REASON_NAME_MAX + 1], name_en[REASON_NAME_MAX + 1];
	bool listed;     /* the routes were given as a list: faults name their places */
	size_t routes_n; /* 1.. */
	struct reason_route routes[REASON_ROUTES_MAX];
};
struct reason_answer {
	struct reason reason;
	bool replayed;
};
/* A closure. */
enum err reason_add(struct tx *tx, const void *ask, void *answer);

/* Reads `routes`, or `from` and `to` for one route of any asset. */
void reason_ask_routes(struct jin *r, struct reason_ask *ask);

/* A disabled reason moves nothing any more; doing it again changes nothing (a closure; answer:
 * struct reason).  ERR_NOT_FOUND at "code", ERR_FORBIDDEN for Tael's own. */
struct reason_switch {
	int64_t code;
	bool disabled;
};
enum err reason_set(struct tx *tx, const void *ask, void *answer);

/* What a caller wants to move for a reason. */
struct reason_use {
	int64_t code;
	struct str from, to; /* kinds of holder; empty: not known yet */
	int64_t asset;
	bool begun;        /* it was begun before: disabling comes too late */
	const char *param; /* the field at fault; NULL: "reason" */
};

/* ERR_REASON_UNKNOWN, also for those of other merchants; ERR_REASON_DISABLED;
 * ERR_REASON_NOT_ALLOWED for Tael's own and where no route leads.  This is a get. */
MUST_USE enum err reason_allows(struct tx *tx, const struct reason_use *use);

/* The present row of a query for REASON_COLUMNS; then, when that is ended, its routes. */
#define REASON_COLUMNS "code, name, name_en, disabled, created_at"
void reason_read(const struct rows *r, struct reason *out);
MUST_USE enum err reason_read_routes(struct tx *tx, struct reason *r);

/* What people call it, Tael's own or the merchant's; "" when there is none.  This is a get. */
MUST_USE enum err reason_names(struct tx *tx, int64_t code, char name[REASON_NAME_MAX + 1],
			       char name_en[REASON_NAME_MAX + 1]);

/* A slice by code, Tael's own first (a reading closure; ask: struct list_ask by number). */
struct reasons {
	struct reason reasons[LIST_MAX + 1];
	size_t n;
	bool more;
};
enum err reasons_list(struct tx *tx, const void *ask, void *answer);
