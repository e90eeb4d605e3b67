/* event_put.h - a fact for the shop's applications, written in the transaction that made it true.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"
#include "sys/json.h"

#include <stdint.h>

struct event {
	const char *type; /* "order.paid" */
	int64_t app;      /* 0: of the merchant's ledger */
	int64_t object;   /* what it is about */
	int64_t order;    /* for the time-line; 0 none */
	const char
		*notify_url; /* the order's own; "" none: else a delivery row is written as well */
	struct str object_json; /* the object as the API shows it, with its "version" */
};

/* Puts the event {"type","timestamp","data":{"object":…}} and, for a notify_url, its delivery;
 * tells NEWS_EVENTS.  This is a put. */
void event_put(struct tx *tx, const struct event *e);
