/* poll.h - requests that wait for news of their merchant, to an end.
 *
 * A request takes a ticket, reads, finds nothing and waits with the ticket: news that came in
 * between sends it back at once.
 */
#pragma once

#include "base/err.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POLLS_MAX = 1000, POLLS_PER_KEY = 4 };

struct polls;

/* Part of the request that waits. */
struct poll {
	struct poll *next, *previous;
	int64_t merchant;
	int64_t until_ms;             /* mono */
	bool over;                    /* woken by its end or a stop: answer with what there is */
	void (*wake)(struct poll *p); /* called on any thread, once a wait; must not block */
};

MUST_USE enum err polls_start(struct clock *clock, struct polls **out);

uint64_t polls_ticket(struct polls *p, int64_t merchant);

/* Waits (without blocking) until wake is called: p->merchant, until_ms and wake are set.  May call
 * wake before it returns.  ERR_BUSY when POLLS_MAX wait. */
MUST_USE enum err polls_wait(struct polls *polls, struct poll *p, uint64_t ticket);

void polls_news(struct polls *p, int64_t merchant);

/* Wakes all; from now on each wait is over at once. */
void polls_quiesce(struct polls *p);

size_t polls_count(struct polls *p);

void polls_stop(struct polls *p); /* after polls_quiesce; NULL-safe */
