/* refund_make.h - gives back part of what was paid, over the legs it came from.
 *
 * The refund is reserved on the legs in the transaction that makes it (pending counts as spent),
 * then the channel is called; all legs are posted together when the channel confirms, or released
 * when it refuses. One refund of a trade is in flight at a time; the others wait, reserved, and are
 * sent in order.
 */
#pragma once

#include "app/idempotency.h"
#include "app/services.h"
#include "core/order.h"

#include <stdbool.h>

struct refund_ask {
	int64_t app, order;
	char out_refund_no[REQUEST_KEY_MAX + 1];
	int64_t amount; /* fen */
	char note[MEMO_MAX + 1];
	const struct idempotency *idempotency; /* NULL: none */
};

struct refund_made {
	struct refund refund;
	bool livemode, replayed;
};

/* A flow: blocks.  The refund comes back succeeded, failed or pending (its job goes on).
 * ERR_ORDER_NOT_PAID, ERR_REFUND_EXCEEDS_PAID, ERR_CONFLICT (the number was used with another
 * amount or order), ERR_REFUND_WINDOW, ERR_INSUFFICIENT (what the action credited is spent),
 * ERR_NOT_FOUND. */
MUST_USE enum err refund_make(const struct services *s, int64_t merchant,
			      const struct refund_ask *ask, struct refund_made *out);

/* Sends a pending refund, or asks what became of it: a flow's and the job's work.  Blocks. */
MUST_USE enum err refund_follow(const struct services *s, int64_t merchant, int64_t refund);
