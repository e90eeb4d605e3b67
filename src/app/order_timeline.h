/* order_timeline.h - everything that happened to an order, in order of time. */
#pragma once

#include "app/call_log.h"
#include "store/store.h"
#include "sys/arena.h"

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_MAX = 500 };

/* One thing that happened. */
struct happening {
	int64_t at_ms;
	const char
		*what; /* "order.created", "attempt.begun", "payment", "transfer", "webhook", … */
	const char *id;   /* of the object, as shown */
	const char *text; /* one line for people */
	int64_t fen;      /* 0: no amount */
};

struct timeline {
	size_t n;
	struct happening happenings[TIMELINE_MAX]; /* earliest first; texts in the arena */
};

struct timeline_ask {
	int64_t app, order; /* app 0: whichever app's */
	struct arena *arena;
};

/* Adds what the call log keeps of the order: calls to channels, notices that came, webhooks sent.
 * A log that cannot be read adds nothing.  Not in a closure. */
void timeline_add_calls(struct timeline *t, struct call_log *calls, int64_t order,
			struct arena *arena);

/* A reading closure.  ERR_NOT_FOUND.  ask: struct timeline_ask, answer: struct timeline. */
enum err order_timeline(struct tx *tx, const void *ask, void *answer);
