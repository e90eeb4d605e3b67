/* event_put.h - a fact for the shop's applications, written in the transaction that made it true.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "store/store.h"

#include <stdint.h>

enum { EVENT_TYPE_MAX = 64, NOTIFY_URL_MAX = 512 };

struct event {
	const char *type; /* "order.paid": at most EVENT_TYPE_MAX of a-z _ . */
	int64_t app;      /* 0: of the merchant's ledger */
	int64_t object;   /* what it is about */
	int64_t order;    /* for the time-line; 0 none */
	const char
		*notify_url; /* the order's own; "" or NULL none: else a delivery is written too */
	struct str object_json; /* the object as the API shows it, with its "version" */
};

/* Puts the event {"type","timestamp","data":{"object":…}} and, for a notify_url, its delivery;
 * tells NEWS_EVENTS.  The event itself is what endpoints are told from, so nothing else has to be
 * written for them.  This is a put. */
void event_put(struct tx *tx, const struct event *e);
