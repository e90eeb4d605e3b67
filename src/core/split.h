/* split.h - how an order's amount is divided over wallets and a channel, and how a refund goes back
 * over the same legs.
 */
#pragma once

#include "base/err.h"
#include "core/order.h"

#include <stddef.h>
#include <stdint.h>

/* How an asset pays for orders: `units` of it are worth `fen`, and it may pay at most `percent` of
 * an order. */
struct pay_rate {
	int64_t units, fen, percent; /* units 0: it does not pay */
};

/* What `amount` units are worth.  ERR_WALLET_COVER when the asset does not pay or the worth is not
 * a whole number of fen, or is 0; ERR_WALLET_SHARE when it is more than the asset's share of
 * `order`. */
MUST_USE enum err wallet_worth(const struct pay_rate *rate, int64_t amount, int64_t order_fen,
			       int64_t *worth);

/* What is left of a leg for refunds: paid, less refunded, less pending. */
int64_t leg_left_worth(const struct leg *l);
int64_t leg_left_amount(const struct leg *l);

/* One leg's part of a refund. */
struct refund_part {
	int64_t amount, worth;
};

/* Divides `fen` over the legs: floor(fen * left / sum of left), the remaining fen by largest
 * remainder, ties in leg order; units floor(units left * part / worth left), the last refund
 * clearing both to zero.  ERR_REFUND_EXCEEDS_PAID when fen is more than what is left;
 * ERR_AMOUNT_RANGE when fen is not positive.  parts[n]. */
MUST_USE enum err refund_split(const struct leg *legs, size_t n, int64_t fen,
			       struct refund_part *parts);
