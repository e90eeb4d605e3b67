/* pool.h - a few threads and a queue with an end: work that may block, kept away from the loop.
 *
 * An item lives in the memory of what it works for, so queueing allocates nothing.
 */
#pragma once

#include "base/err.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;

struct pool_item {
	struct pool_item *next;
	void (*run)(struct pool_item *item); /* the item is not touched after it returned */
};

/* `threads` threads; at most `waiting_max` items wait.  `name` is shown by the system's tools. */
MUST_USE enum err pool_start(const char *name, size_t threads, size_t waiting_max,
			     struct clock *clock, struct pool **out);

/* Never blocks.  ERR_BUSY when the queue is full. */
MUST_USE enum err pool_add(struct pool *p, struct pool_item *item);

/* The same for work that must be done and whose number is bounded elsewhere. */
void pool_add_always(struct pool *p, struct pool_item *item);

/* Waits until nothing waits or runs; false when until_ms (mono) came first. */
bool pool_wait_idle(struct pool *p, int64_t until_ms);

struct pool_counts {
	int64_t waiting, running;
	uint64_t refused;
};
void pool_counts(struct pool *p, struct pool_counts *out);

/* Runs what waits, ends the threads and frees.  NULL-safe. */
void pool_stop(struct pool *p);
