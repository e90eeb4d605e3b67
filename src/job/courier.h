/* courier.h - sends the webhooks: one thread that decides, the client's thread that calls.
 *
 * Each receiver is a lane of its own with a window of calls that grows with every success and
 * shrinks with every failure, so a receiver that hangs costs one call at a time and delays nobody
 * else.  What became of many calls is saved in one transaction.  A merchant's deliveries are
 * claimed as its JOB_DELIVERY, so they are sent once however many nodes there are; a call whose
 * result was not saved is made again.
 */
#pragma once

#include "app/services.h"
#include "base/err.h"

#include <stdint.h>

struct courier;

/* Looks through all merchants at its start.  services.client must be set and outlive it. */
MUST_USE enum err courier_start(const struct services *s, struct courier **out);

/* There may be something to deliver for the merchant (NEWS_EVENTS, or its JOB_DELIVERY is due). Any
 * thread, the store's writer as well; never blocks for long. */
void courier_news(struct courier *c, int64_t merchant);
void courier_due(void *courier, int64_t merchant);

/* Sends no more, waits for the calls that are out (10 s at most), saves what became of them and
 * gives the claims back.  NULL-safe. */
void courier_stop(struct courier *c);

struct courier_counts {
	uint64_t delivered, failed; /* calls */
	int64_t out;                /* calls under way */
};
void courier_counts(struct courier *c, struct courier_counts *out);
