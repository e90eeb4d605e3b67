/* gateway.h - one harmless conversation with a channel's gateway: a signed query for a number that
 * nobody gave, or a question for the platform's certificates where an account needs them.  It
 * proves both sides' keys, the way there and the clocks, and changes nothing.
 */
#pragma once

#include "app/channel_keys.h"
#include "app/services.h"
#include "base/err.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct gateway_talk {
	const struct channel *channel;
	bool ok;       /* it answered, signed, what it should */
	enum err call; /* ERR_OK: an answer came */
	int status;    /* its HTTP status */
	int64_t took_ms;
	struct channel_answer answer;
	bool has_date;           /* it said what time it is */
	int64_t clock_off_ms;    /* our clock's minus its: above 0 when ours is ahead */
	char said[ERR_TEXT_MAX]; /* what went wrong on the way, "" if nothing */
};

enum { CLOCK_OFF_MS = 60000 }; /* gateways refuse what is signed further away than some minutes */

/* services.client must be set.  Always gives an answer. */
void gateway_ask(const struct services *s, const struct channel_keyring *ring,
		 struct gateway_talk *out);

/* What to do about it, one sentence for people; "" when all is well. */
const char *gateway_advice(const struct gateway_talk *t);

/* "Sun, 22 Nov 2026 08:00:00 GMT" -> ms since 1970.  ERR_INVALID. */
MUST_USE enum err http_date_read(struct str text, int64_t *ms);
