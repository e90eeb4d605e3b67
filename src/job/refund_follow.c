/* refund_follow.c - sends a refund that waits, or asks what became of it. */
#include "job/kinds.h"

#include "app/refund_make.h"
#include "sys/log.h"

enum { AGAIN_MS = 30000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t refund,
			   struct job_next *next)
{
	enum err e = refund_follow(s, merchant, refund);

	if (e == ERR_OK || e == ERR_NOT_FOUND)
		return JOB_DONE;
	log_err(LOG_WARN, "refund.follow", e);
	return job_again(s, next, AGAIN_MS);
}

const struct job_kind_def KIND_REFUND_FOLLOW = { .kind = JOB_REFUND_FOLLOW,
						 .name = "refund.follow",
						 .run = run };
