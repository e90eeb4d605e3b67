/* lot_expire.c - at midnight of UTC+8 points whose time is over expire, one job a merchant; the
 * installation's job makes theirs. */
#include "job/kinds.h"

#include "app/lot_expire.h"
#include "core/lot.h"
#include "sys/log.h"

enum { SLICE_MS = 30 * 1000, MORE_MS = 1000, AGAIN_MS = 60 * 1000 };

static enum job_result plan(const struct services *s, struct job_next *next)
{
	int64_t now = s->clock->wall_ms(s->clock);
	enum err e = lot_expire_plan(s);

	if (e != ERR_OK) {
		log_err(LOG_WARN, "lot.expire.plan", e);
		return job_again(s, next, AGAIN_MS);
	}
	next->due_at = lot_end(now, 0);
	return JOB_AGAIN;
}

static enum job_result run(const struct services *s, int64_t merchant, int64_t object,
			   struct job_next *next)
{
	struct lot_counts counts;
	enum err e;

	(void)object;
	if (merchant == 0)
		return plan(s, next);
	e = lot_expire(s, merchant, s->clock->mono_ms(s->clock) + SLICE_MS, &counts);
	if (e != ERR_OK) {
		log_err(LOG_WARN, "lot.expire", e);
		return job_again(s, next, AGAIN_MS);
	}
	return counts.more ? job_again(s, next, MORE_MS) : JOB_DONE;
}

const struct job_kind_def KIND_LOT_EXPIRE = {
	.kind = JOB_LOT_EXPIRE, .name = "lot.expire", .run = run, .standing = true
};
