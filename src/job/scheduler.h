/* scheduler.h - runs due jobs on a bounded pool of workers.
 *
 * One thread looks for due jobs, once a second and whenever it is told, and hands each to a free
 * worker, which claims it, runs it and returns it.  Due times are stored as absolute times and
 * compared with the wall clock at each look, so a clock that jumps neither loses nor repeats a job.
 */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "job/job.h"

#include <stddef.h>
#include <stdint.h>

struct scheduler;

enum { SCHEDULER_WORKERS_MAX = 64 };

struct scheduler_options {
	const struct job_kind_def *const *kinds; /* NULL-ended; lives as long as the scheduler */
	int workers;                             /* 1..SCHEDULER_WORKERS_MAX; 0: 8 */
	/* Told of a merchant whose JOB_DELIVERY is due, on the scheduler's thread; may be NULL. */
	void (*delivery_due)(void *self, int64_t merchant);
	void *self;
};

/* Fails when the store takes no writes. */
MUST_USE enum err scheduler_start(const struct services *s, const struct scheduler_options *o,
				  struct scheduler **out);

/* Something may have become due.  Any thread; never blocks for long. */
void scheduler_wake(struct scheduler *s);

/* Claims no more, gives back what is claimed but not begun, waits for what runs, and frees.
 * NULL-safe. */
void scheduler_stop(struct scheduler *s);

struct scheduler_counts {
	uint64_t runs;   /* jobs that returned */
	uint64_t parked; /* jobs this scheduler parked */
	int64_t running;
};
void scheduler_counts(struct scheduler *s, struct scheduler_counts *out);
