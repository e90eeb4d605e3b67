/* sweep.h - throws away what is kept for a time only. */
#pragma once

#include "app/services.h"
#include "base/err.h"

#include <stdbool.h>

/* Deletes the answers under Idempotency-Keys that are over 72 hours old, of all merchants, some at
 * a time. *more: there may be others left. */
MUST_USE enum err sweep_idempotency(const struct services *s, bool *more);

/* Forgets the bodies and results of groups that were done or refused over 72 hours ago; the groups
 * and what they moved stay.  *more as above. */
MUST_USE enum err sweep_groups(const struct services *s, bool *more);
