/* config_text.h - what the configurations of all channels are held to.
 *
 * Whatever is wrong with a configuration is ERR_CONFIG with the member's name.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Not empty, and no placeholder that an example left behind. */
MUST_USE enum err config_needed(const char *member, const char *value);

/* A refusal of sys, told about the member it came from. */
MUST_USE enum err config_at(const char *member, enum err e);

/* A PEM certificate's end: refused when it is over at now_ms (0: not looked at); *earliest becomes
 * the earlier of both, 0 meaning none yet. */
MUST_USE enum err config_end(const char *member, const char *pem, int64_t now_ms,
			     int64_t *earliest);

/* The member `ca`: PEM roots to trust instead of the system's, which a test merchant may give, e.g.
 * those of the sandbox; "" if none.  Its end counts as config_end's. */
MUST_USE enum err config_roots(const char *pem, bool livemode, int64_t now_ms, int64_t *earliest);
