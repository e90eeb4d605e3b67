/* clock.h - the only source of time, and the only way to wait for it.
 *
 * A clock is passed at start-up.  clock_system() reads the machine's; clock_mapped() adds an offset
 * kept in a file that a test may change while the program runs.
 */
#pragma once

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct clock {
	int64_t (*wall_ms)(struct clock *c); /* milliseconds since 1970 UTC; may step */
	int64_t (*mono_ms)(struct clock *c); /* milliseconds that never go back */
	/* Waits on `cond` (lock held) until it is signalled or mono_ms() reaches until_ms; false
	 * when the time came first.  May return early: callers loop over their own condition. */
	bool (*wait)(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
		     int64_t until_ms);
};

/* The machine's clock.  Never freed. */
struct clock *clock_system(void);

/* The machine's clock plus the offset in milliseconds that FILE holds as one little-endian
 * int64_t; the file is made with 0 when it does not exist.  Both wall and mono follow the offset,
 * mono never backwards; a wait notices a changed offset within 20 ms.  Free with clock_free. */
MUST_USE enum err clock_mapped(const char *file, struct clock **out);
void clock_free(struct clock *c);

/* Every condition variable that clock.wait() is called with is made by this (CLOCK_MONOTONIC). */
void clock_cond_init(pthread_cond_t *cond);

/* now + delta that sticks at INT64_MAX. */
int64_t clock_after(int64_t now_ms, int64_t delta_ms);
