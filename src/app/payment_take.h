/* payment_take.h - money that a channel says it took: the path that cannot fail.
 *
 * Every piece of news (notice, query, answer) comes here, inside a closure.  It inserts the payment
 * or finds it; only the insert moves anything: the attempt's wallet legs are captured, the order's
 * other holds released, the money posted as a fact, the order set to paid, the event written. Money
 * that cannot be applied (order closed or paid already, another amount, a wallet that is empty now,
 * a number nobody here gave) goes to suspense with a case, and is refunded by itself once, unless
 * nobody knows whose it is.
 */
#pragma once

#include "app/channel_keys.h"
#include "app/order_row.h"
#include "channel/channel.h"
#include "store/store.h"

struct payment_news {
	int64_t account;                   /* the channel account that says so */
	const struct channel_trade *trade; /* TRADE_PAID, with its trade_no and fen */
	enum payment_source source;
	int64_t run; /* services.run */
};

enum payment_result {
	PAYMENT_APPLIED,
	PAYMENT_KNOWN,    /* it was there already; nothing was written */
	PAYMENT_EXCEPTION /* in suspense, with a case */
};

/* Gets first, then puts: a caller does its own gets before, and further puts after. */
MUST_USE enum err payment_take(struct tx *tx, const struct payment_news *news,
			       enum payment_result *out);
