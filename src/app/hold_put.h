/* hold_put.h - holds of orders and refunds: set aside, capture, give back. */
#pragma once

#include "app/order_row.h"
#include "store/store.h"

struct hold_ask {
	struct account *account;
	int64_t amount;
	int64_t owner; /* the attempt or refund it serves */
	int64_t app, reason;
	const char *ref; /* the order's id as text */
};

/* Sets aside; *id is the hold's.  Fails as ledger_apply does. This is a put. */
MUST_USE enum err hold_place(struct tx *tx, const struct hold_ask *ask, int64_t *id);

/* Moves all that is left of it to `to`, or gives it back.  Forced: a hold never fails to end. */
MUST_USE enum err hold_capture(struct tx *tx, const struct hold_row *h, struct account *from,
			       struct account *to, int64_t reason, const char *ref);
MUST_USE enum err hold_release(struct tx *tx, const struct hold_row *h, struct account *account,
			       const char *ref);
