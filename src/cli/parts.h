/* parts.h - what this build is made of: its channels, routes and kinds of job, by name. */
#pragma once

#include "channel/channel.h"
#include "http/route.h"
#include "job/job.h"

#include <stddef.h>

extern const struct channel *const CHANNELS[]; /* NULL-ended */

extern const struct route *const ROUTE_TABLES[];
extern const size_t ROUTE_TABLES_N;

extern const struct job_kind_def *const JOB_KINDS[]; /* NULL-ended */
