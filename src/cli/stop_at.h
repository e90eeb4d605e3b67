/* stop_at.h - kill points: TAEL_STOP_AT=point[:n] ends the process by SIGKILL at the n-th time that
 * it comes to a point, so that tests see what a crash leaves.
 *
 *   commit.before   the store's writer is about to commit
 *   commit.after    it has committed, nobody has been told
 *   call.before     a request to another system is about to be sent
 *   call.after      its end is known, nobody has been told
 */
#pragma once

#include "base/err.h"

/* Reads the environment.  ERR_CONFIG for a point that does not exist or a number below 1. */
MUST_USE enum err stop_at_read(void);

/* Each is called at its point; `self` is not used. */
void stop_before_commit(void *self);
void stop_after_commit(void *self);
void stop_before_call(void *self);
void stop_after_call(void *self);
