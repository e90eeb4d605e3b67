/* sweep.c - what is kept for a time only goes away. */
#include "job/kinds.h"

#include "app/sweep.h"
#include "sys/log.h"

enum { HOURLY_MS = 3600 * 1000, MORE_MS = 1000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t object,
			   struct job_next *next)
{
	bool more = false, more_groups = false;
	enum err e = sweep_idempotency(s, &more);

	(void)merchant;
	(void)object;
	if (e == ERR_OK)
		e = sweep_groups(s, &more_groups);
	if (e != ERR_OK)
		log_err(LOG_WARN, "sweep", e);
	return job_again(s, next, more || more_groups ? MORE_MS : HOURLY_MS);
}

const struct job_kind_def KIND_SWEEP = {
	.kind = JOB_SWEEP, .name = "sweep", .run = run, .standing = true
};
