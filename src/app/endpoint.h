/* endpoint.h - where an app wants to be told of events.
 *
 * An endpoint is a cursor over the merchant's events: what comes after it is still to be sent.  It
 * is found by merchant, app and id.  The functions that take a struct tx are closures or parts of
 * one.
 */
#pragma once

#include "app/event_match.h"
#include "app/list.h"
#include "app/services.h"
#include "app/signing_secret.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ENDPOINTS_MAX = 16,           /* of an app */
	ENDPOINTS_MERCHANT_MAX = 128, /* of all its apps */
	ENDPOINT_WAITING_MAX = 1000,  /* deliveries that wait; then the cursor does */
	ENDPOINT_OLD_SECRET_MS = 24 * 3600 * 1000,
	ENDPOINT_RESEND_MAX = 1000
};

struct endpoint {
	int64_t id, app, created_at;
	char url[NOTIFY_URL_MAX + 1];
	char events[PATTERNS_TEXT]; /* patterns, a space between */
	bool enabled, compat;
	int64_t cursor;            /* the last event handed on */
	int64_t waiting;           /* deliveries that wait for another try */
	int64_t failing, retry_at; /* of the cursor, while it waits: 0, 0 else */
	int64_t old_until;         /* until then two secrets sign; 0: one */
};

/* What stands in a request's body; "" and -1: not said. */
struct endpoint_ask {
	const struct services *services;
	int64_t merchant, app, id; /* id 0: a new one */
	bool livemode;
	char url[NOTIFY_URL_MAX + 1];
	char events[PATTERNS_TEXT];
	int enabled, compat;
	char secret[SIGNING_SECRET_TEXT]; /* of a new endpoint, or the one to rotate to */
};

/* An endpoint, and its secret where it is shown. */
struct endpoint_answer {
	struct endpoint endpoint;
	char secret[SIGNING_SECRET_TEXT]; /* "" but from endpoint_add and endpoint_rotate */
};

/* The rules for url and events, before any transaction.  ERR_INVALID, ERR_ADDRESS_BLOCKED. */
MUST_USE enum err endpoint_check(const struct endpoint_ask *ask);

/* Closures: struct endpoint_ask -> struct endpoint_answer.  A new endpoint gets the events after
 * its own making; one that was disabled goes on where it stopped.  ERR_NOT_FOUND; endpoint_add
 * ERR_CONFLICT beyond ENDPOINTS_MAX and ENDPOINTS_MERCHANT_MAX. */
enum err endpoint_add(struct tx *tx, const void *ask, void *answer);
enum err endpoint_set(struct tx *tx, const void *ask, void *answer);
enum err endpoint_rotate(struct tx *tx, const void *ask, void *answer);
enum err endpoint_show(struct tx *tx, const void *ask, void *answer);

/* Closure: a slice of the app's endpoints by their ids. */
struct endpoint_list_ask {
	int64_t app;
	struct list_ask slice;
};
struct endpoint_list {
	struct endpoint endpoints[ENDPOINTS_MAX + 1];
	size_t n;
	bool more;
};
enum err endpoint_list(struct tx *tx, const void *ask, void *answer);

/* Inside a closure: ERR_NOT_FOUND. */
MUST_USE enum err endpoint_get(struct tx *tx, int64_t app, int64_t id, struct endpoint *out);

/* Closure: sends events again, those after `after` up to and with `until` that the endpoint wants,
 * as deliveries due at once; as many as may wait.  ERR_NOT_FOUND. */
struct resend_ask {
	int64_t app, endpoint;
	int64_t after, until; /* ids */
};
struct resend_answer {
	int64_t count; /* deliveries made due */
	int64_t last;  /* the last event looked at: go on after it */
	bool more;     /* there are events after it up to `until` */
};
enum err endpoint_resend(struct tx *tx, const void *ask, void *answer);

/* Closure: sends one event again, to each enabled endpoint of the app that wants it and to the
 * order's notify_url.  ERR_NOT_FOUND. */
struct event_resend_ask {
	int64_t app, event;
};
enum err event_resend(struct tx *tx, const void *ask, void *answer); /* answer: int64_t, how many */
