/* kinds.h - the kinds of job of this folder, one file each; the command line lists them. */
#pragma once

#include "job/job.h"

extern const struct job_kind_def KIND_ORDER_EXPIRE;
extern const struct job_kind_def KIND_ATTEMPT_FOLLOW;
extern const struct job_kind_def KIND_REFUND_FOLLOW;
extern const struct job_kind_def KIND_HOLD_EXPIRE;
extern const struct job_kind_def KIND_SWEEP;
extern const struct job_kind_def KIND_CLEARING;
extern const struct job_kind_def KIND_GROUP_POST;
extern const struct job_kind_def KIND_LOT_EXPIRE;
extern const struct job_kind_def KIND_CERTIFICATES;
