/* event_list.h - what happened, as the API lists it: an app's events and those of the merchant's
 * ledger, merged with the ledger's transfers by id, which is the order of commits.
 */
#pragma once

#include "app/event_put.h"
#include "base/err.h"
#include "store/store.h"
#include "sys/arena.h"
#include "sys/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EVENT_LIST_MAX = 100 };

struct event_shown {
	int64_t id, app, object, order, created_at;
	char type[EVENT_TYPE_MAX + 1];
	struct str body; /* {"type","timestamp","data":{"object":…}} */
};

/* Closure that only reads: the events after `position`, or with `backward` the last ones before it,
 * in ascending order.  Bodies go into `arena`. */
struct event_list_ask {
	struct arena *arena;
	int64_t app;
	int64_t position; /* an id; 0 the beginning, or with `backward` the end */
	bool backward;
	size_t limit;                     /* 1..EVENT_LIST_MAX */
	char pattern[EVENT_TYPE_MAX + 1]; /* "order.*"; "": all */
};
struct event_list {
	struct event_shown events[EVENT_LIST_MAX];
	size_t n;
	bool more;
	int64_t next; /* the last id that was looked at: asking after it skips nothing */
};
enum err event_list(struct tx *tx, const void *ask, void *answer);

/* Closure that only reads: one event and how its deliveries stand.  ERR_NOT_FOUND. */
enum { EVENT_DELIVERIES_MAX = 17 };

struct event_get_ask {
	struct arena *arena;
	int64_t app, event;
};
struct delivery_shown {
	int64_t id, endpoint; /* endpoint 0: the order's notify_url */
	int status;           /* 1 waiting 2 delivered 3 failed */
	int64_t tries, due_at, last_status, ended_at;
	char error[ERR_TEXT_MAX];
};
struct event_detail {
	struct event_shown event;
	struct delivery_shown deliveries[EVENT_DELIVERIES_MAX];
	size_t n;
};
enum err event_show(struct tx *tx, const void *ask, void *answer);

/* The body of transfer.posted, allocated in `arena`; inside a closure. */
MUST_USE enum err transfer_event_body(struct tx *tx, struct arena *arena, int64_t id,
				      struct str *body);

/* Rows of events and of transfers as events: id, app, type, object, order, body (null for a
 * transfer), created_at; binds: $1 merchant, $2 above this id, $3 up to this id. */
#define EVENT_ROWS                                                                \
	"select id, app_id, type, object, order_id, body, created_at from event " \
	"where merchant_id = $1 and id > $2 and id <= $3"
#define TRANSFER_ROWS                                                        \
	"select id, 0, 'transfer.posted', id, null, null, at from transfer " \
	"where merchant_id = $1 and id > $2 and id <= $3 and to_account is not null"
