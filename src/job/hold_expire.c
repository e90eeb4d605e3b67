/* hold_expire.c - a hold's time is over. */
#include "job/kinds.h"

#include "app/hold_expire.h"
#include "sys/log.h"

enum { AGAIN_MS = 30000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t hold,
			   struct job_next *next)
{
	enum err e = hold_expire(s, merchant, hold, &next->due_at);

	if (e == ERR_OK)
		return next->due_at != 0 ? JOB_AGAIN : JOB_DONE;
	log_err(LOG_WARN, "hold.expire", e);
	return job_again(s, next, AGAIN_MS);
}

const struct job_kind_def KIND_HOLD_EXPIRE = { .kind = JOB_HOLD_EXPIRE,
					       .name = "hold.expire",
					       .run = run };
