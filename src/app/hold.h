/* hold.h - part of a balance, set aside until it is captured, released or its time is over.
 *
 * What applications hold.  The holds of orders and refunds (hold_put.h) are rows of the same table
 * with an owner, are shown as well, and are touched by nobody else.
 */
#pragma once

#include "app/account.h"
#include "app/list.h"
#include "app/request_key.h"
#include "base/err.h"
#include "store/store.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HOLD_SECONDS_MIN = 60,
	HOLD_SECONDS_MAX = 604800,
	HOLD_SECONDS = 7200 /* unless said */
};

/* Open, or how its last part went.  The number is stored. */
enum hold_status { HOLD_OPEN = 1, HOLD_CAPTURED, HOLD_RELEASED, HOLD_EXPIRED };

struct hold {
	int64_t id, account, amount, captured, released;
	enum hold_status status;
	int64_t expires_at; /* 0: its owner releases it */
	int64_t owner;      /* the attempt or refund it serves; 0: an application's own */
	int64_t app, reason, version, created_at;
	bool livemode;
	char request_id[REQUEST_KEY_MAX + 1]; /* "" with an owner */
	struct account_name name;
};

/* Which hold: by id, or with id 0 by the request that made it. */
struct hold_name {
	int64_t id, app;
	char key[REQUEST_KEY_MAX + 1];
};

/* What the closures below answer. */
struct hold_answer {
	struct hold hold;
	int64_t transfer; /* what a capture moved; 0 none */
	bool replayed;    /* the request was done before; the hold is as it is now */
	bool cancelled;   /* a release of a request that never came, and now never will */
};

/* Sets aside (a closure).  Fails as transfer_post does, but a hold never draws on credit. */
struct hold_make_ask {
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
	struct account_name account;
	int64_t amount, reason, expires_in; /* seconds */
};
enum err hold_make(struct tx *tx, const void *ask, void *answer);

/* Moves a part to an account that the hold's reason names, once for each request_id (a closure).
 * ERR_NOT_FOUND; ERR_HOLD_OVER when less is left or its time is over; ERR_FORBIDDEN for an owner's;
 * ERR_REASON_NOT_ALLOWED, ERR_INVALID at "to".  Balances, limits and freezes refuse nothing: what
 * is held was spent when it was held. */
struct hold_capture_ask {
	struct hold_name hold;
	char request_id[REQUEST_KEY_MAX + 1];
	struct account_name to;
	int64_t amount; /* 0: all that is left */
};
enum err hold_capture_once(struct tx *tx, const void *ask, void *answer);

/* Gives a part back (a closure).  Of a request that was never seen: it is cancelled.  Fails as a
 * capture does. */
struct hold_release_ask {
	struct hold_name hold;
	char request_id[REQUEST_KEY_MAX + 1];
	int64_t amount; /* 0: all that is left */
};
enum err hold_release_once(struct tx *tx, const void *ask, void *answer);

/* One (a reading closure; ask: struct hold_name; answer: struct hold_answer).  ERR_NOT_FOUND. */
enum err hold_show(struct tx *tx, const void *ask, void *answer);

/* An account's holds by status, the open ones first, each by id (a reading closure).  The position
 * is a hold's id.  ERR_INVALID at "after" or "before" when it is none of this list. */
struct holds_ask {
	struct account_name account;
	enum hold_status status; /* 0: all */
	struct list_ask slice;
};
struct holds {
	struct hold holds[LIST_MAX];
	size_t n;
	bool more;
};
enum err holds_list(struct tx *tx, const void *ask, void *answer);

/* --- inside the closures --- */

/* What is still set aside. */
int64_t hold_rest(const struct hold *h);

MUST_USE enum err hold_find(struct tx *tx, int64_t id, struct hold *out, bool *found);

/* The hold that an application may change now.  ERR_NOT_FOUND, ERR_FORBIDDEN; ERR_HOLD_OVER when
 * less than `amount` is left of it, or its time is over. */
MUST_USE enum err hold_usable(const struct hold *h, bool found);
MUST_USE enum err hold_part(struct tx *tx, const struct hold *h, int64_t asked, int64_t *amount);

/* The present row of HOLD_ROWS " where …". */
#define HOLD_ROWS                                                                          \
	"select h.id, h.account_id, h.amount, h.captured, h.released, h.status,"           \
	" h.expires_at, h.owner, h.app_id, h.reason, h.version, h.created_at, m.livemode," \
	" t.request_id, a.holder, s.code from hold h"                                      \
	" join merchant m on m.merchant_id = h.merchant_id"                                \
	" join transfer t on t.merchant_id = h.merchant_id and t.id = h.id"                \
	" join account a on a.merchant_id = h.merchant_id and a.id = h.account_id"         \
	" join asset s on s.merchant_id = h.merchant_id and s.id = a.asset_id"
void hold_read(const struct rows *r, struct hold *out);

/* Saves that parts were captured and released: the row, and *h.  `end` is its status when nothing
 * is left.  These are puts. */
void hold_moved(struct tx *tx, int64_t id, int64_t captured, int64_t released,
		enum hold_status end);
void hold_change(struct tx *tx, struct hold *h, int64_t captured, int64_t released,
		 enum hold_status end);

/* "open" */
const char *hold_status_name(enum hold_status status);

/* The object as the API and the events show it; `transfer` as in hold_answer. */
void hold_json(struct jout *w, const char *key, const struct hold *h, int64_t transfer);

/* Writes the event "hold.captured" … of a hold as it is now.  This is a put. */
void hold_say(struct tx *tx, const char *type, const struct hold *h, int64_t transfer);
