/* hurried.h - a clock whose waits are over at once: each takes its whole time, and a millisecond of
 * ours. */
#pragma once

#include "sys/clock.h"

#include <stdatomic.h>

static atomic_int_fast64_t waited;

static inline int64_t hurried_mono(struct clock *c)
{
	(void)c;
	return clock_system()->mono_ms(clock_system()) + atomic_load(&waited);
}

static inline bool hurried_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
				int64_t until_ms)
{
	struct clock *system = clock_system();
	bool woken = system->wait(system, cond, lock, system->mono_ms(system) + 1);
	int64_t left = until_ms - hurried_mono(c);

	if (left > 0)
		atomic_fetch_add(&waited, left);
	return woken;
}

static inline struct clock *hurried_clock(void)
{
	static struct clock clock;

	clock = (struct clock){ clock_system()->wall_ms, hurried_mono, hurried_wait };
	return &clock;
}
