/* job.h - a kind of job, and what a run says when it returns. */
#pragma once

#include "app/job_put.h"
#include "app/services.h"

#include <stdbool.h>
#include <stdint.h>

enum job_result {
	JOB_DONE, /* the job ends */
	JOB_AGAIN /* at next->due_at; no schedule is cut short by the count of claims */
};

struct job_next {
	int64_t due_at;
};

/* One file of this folder a kind; the command line lists them for the scheduler. */
struct job_kind_def {
	enum job_kind kind;
	const char *name; /* "order.expire", for the log and doctor */

	/* Runs on a worker and may block, JOB_RUN_MS at most.  Failures are its own business: it
	 * says when to try again.  If the job was put anew meanwhile, by itself or by anybody, that
	 * due time stands and the result does not count. */
	enum job_result (*run)(const struct services *s, int64_t merchant, int64_t object,
			       struct job_next *next);

	/* The scheduler makes sure at its start that there is one, of merchant 0 and object 0. */
	bool standing;
};

/* A claim holds twice as long. */
enum { JOB_RUN_MS = 60000 };

/* Again in delay_ms. */
enum job_result job_again(const struct services *s, struct job_next *next, int64_t delay_ms);
