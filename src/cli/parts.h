/* parts.h - what this build is made of: its channels and kinds of job, by name. */
#pragma once

#include "channel/channel.h"
#include "job/job.h"

extern const struct channel *const CHANNELS[]; /* NULL-ended */

extern const struct job_kind_def *const JOB_KINDS[]; /* NULL-ended */
