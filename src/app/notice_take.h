/* notice_take.h - a verified notice of a channel, taken down in one transaction.
 *
 * It is acknowledged only after the commit.  What disagrees with the attempt (another amount) is
 * not applied: the channel is asked at once by a job, and the notice is answered with a failure
 * until that has settled it.
 */
#pragma once

#include "channel/channel.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct notice_ask {
	int64_t account; /* the channel account that it came for */
	struct channel_notice notice;
	int64_t run; /* services.run */
};

struct notice_taken {
	bool accepted; /* false: not applied yet; the channel shall send it again */
};

/* A closure.  ERR_NOTICE: the number belongs to another channel account.  ask: struct notice_ask,
 * answer: struct notice_taken. */
enum err notice_take(struct tx *tx, const void *ask, void *answer);
