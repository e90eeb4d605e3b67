/* hold_expire.h - gives back what a hold still sets aside when its time is over. */
#pragma once

#include "app/services.h"
#include "base/err.h"

#include <stdint.h>

/* Releases the rest and writes hold.expired, after doing so for all whose time was over before.
 * *again_at: when to ask again, for one whose time is not over; 0: it is settled, or has no end of
 * its own. */
MUST_USE enum err hold_expire(const struct services *s, int64_t merchant, int64_t hold,
			      int64_t *again_at);
