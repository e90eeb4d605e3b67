/* attempt_follow.c - what became of an attempt; when to ask next is written down with the answer.
 */
#include "job/kinds.h"

#include "app/attempt_follow.h"
#include "sys/log.h"

enum { AGAIN_MS = 30000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t attempt,
			   struct job_next *next)
{
	enum err e = attempt_follow(s, merchant, attempt, FOLLOW_WATCH);

	/* Whatever was taken down has put this job anew or ended it; then this result does not
	 * count. */
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		return JOB_DONE;
	log_err(LOG_WARN, "attempt.follow", e);
	return job_again(s, next, AGAIN_MS);
}

const struct job_kind_def KIND_ATTEMPT_FOLLOW = { .kind = JOB_ATTEMPT_FOLLOW,
						  .name = "attempt.follow",
						  .run = run };
