/* clearing.c - on the 1st each app's month is cleared, one job a merchant; the installation's job
 * makes theirs. */
#include "job/kinds.h"

#include "app/clearing.h"
#include "sys/log.h"

enum { SLICE_MS = 30 * 1000, MORE_MS = 1000, AGAIN_MS = 60 * 1000 };

static enum job_result plan(const struct services *s, struct job_next *next)
{
	int64_t now = s->clock->wall_ms(s->clock);
	enum err e = clearing_plan(s);

	if (e != ERR_OK) {
		log_err(LOG_WARN, "clearing.plan", e);
		return job_again(s, next, AGAIN_MS);
	}
	next->due_at = month_begin_ms(month_next(month_of(now)));
	return JOB_AGAIN;
}

static enum job_result run(const struct services *s, int64_t merchant, int64_t object,
			   struct job_next *next)
{
	bool more = false;
	enum err e;

	(void)object;
	if (merchant == 0)
		return plan(s, next);
	e = clearing_due(s, merchant, s->clock->mono_ms(s->clock) + SLICE_MS, &more);
	if (e != ERR_OK) {
		log_err(LOG_WARN, "clearing", e);
		return job_again(s, next, AGAIN_MS);
	}
	return more ? job_again(s, next, MORE_MS) : JOB_DONE;
}

const struct job_kind_def KIND_CLEARING = {
	.kind = JOB_CLEARING, .name = "clearing", .run = run, .standing = true
};
