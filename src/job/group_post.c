/* group_post.c - transfers that were asked for together, to be done later. */
#include "job/kinds.h"

#include "app/group.h"
#include "sys/log.h"

enum { AGAIN_MS = 2000 };

static enum job_result run(const struct services *s, int64_t merchant, int64_t group,
			   struct job_next *next)
{
	enum err e = group_run(s, merchant, group);

	if (e == ERR_OK)
		return JOB_DONE;
	log_err(LOG_WARN, "group.post", e);
	return job_again(s, next, AGAIN_MS);
}

const struct job_kind_def KIND_GROUP_POST = { .kind = JOB_GROUP, .name = "group.post", .run = run };
