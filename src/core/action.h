/* action.h - what a paid order sets in motion beside being paid: a registered handler by name.
 *
 * A handler says at the order's creation whether the order suits it, and which holder the money is
 * for. What it credited it takes back before a refund: the amount is held first, so a refund that
 * the user can no longer cover is refused before the channel is asked.
 */
#pragma once

#include "base/err.h"
#include "core/order.h"

#include <stdbool.h>

struct action {
	const char *name; /* "wallet.topup" */
	bool wallets;     /* wallet legs may pay for it */
	bool to_user;     /* the money goes to the order's user and is taken back from there */
	int64_t paid_reason, refund_reason;
	enum err (*check)(const struct order *o);
};

/* The handler of an order; orders without one are the shop's own sales.  Never NULL for an order
 * that was created (CHECKed). */
const struct action *action_of(const struct order *o);

/* At creation.  ERR_ACTION_UNKNOWN, or ERR_INVALID at the field that does not suit it. */
MUST_USE enum err action_check(const struct order *o);

/* The holder that the channel's money goes to: "system" or "user:<user>". */
void action_credit(const struct order *o, char holder[HOLDER_MAX + 1]);
