/* sweep.h - throws away what is kept for a time only. */
#pragma once

#include "app/services.h"
#include "base/err.h"

#include <stdbool.h>

/* Deletes the answers under Idempotency-Keys that are over 72 hours old, of all merchants, some at
 * a time. *more: there may be others left. */
MUST_USE enum err sweep_idempotency(const struct services *s, bool *more);
