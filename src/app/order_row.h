/* order_row.h - orders, attempts, payments, refunds and cases in their tables. */
#pragma once

#include "core/order.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* --- orders --- */

/* ERR_NOT_FOUND.  app 0: whichever app's. */
MUST_USE enum err order_get(struct tx *tx, int64_t app, int64_t id, struct order *out);
MUST_USE enum err order_get_by_number(struct tx *tx, int64_t app, const char *out_order_no,
				      struct order *out);
void order_insert(struct tx *tx, const struct order *o);

/* Saves what may change: status, flags, fulfilment, sums, attempt, times; raises o->version. */
void order_update(struct tx *tx, struct order *o);

/* --- attempts, with their legs --- */

MUST_USE enum err attempt_get(struct tx *tx, int64_t id, struct attempt *out);

/* *found; by our number at a channel account. */
MUST_USE enum err attempt_get_by_number(struct tx *tx, int64_t channel_account, const char *number,
					struct attempt *out, bool *found);
void attempt_insert(struct tx *tx, const struct attempt *a);

/* Saves what may change: status, action type, error, queries, times. */
void attempt_update(struct tx *tx, const struct attempt *a);

/* What the payer's side was given; written once. */
void attempt_action_put(struct tx *tx, int64_t attempt, int action_type, struct str action,
			struct str form);

/* Saves a leg's hold and refund sums. */
void leg_update(struct tx *tx, int64_t attempt, size_t position, const struct leg *l);

/* The ids of the order's attempts that are open (created, pending, unknown, superseded), oldest
 * first; at most `max`: an order has few. */
MUST_USE enum err attempts_open(struct tx *tx, int64_t order, int64_t *ids, size_t max, size_t *n);

/* --- payments --- */

enum payment_source { FROM_NOTICE = 1, FROM_QUERY, FROM_ANSWER, FROM_OPERATOR };

struct payment {
	int64_t id, app;
	int64_t channel_account;
	char channel_number[REQUEST_KEY_MAX + 1];    /* the channel's */
	char number[REQUEST_KEY_MAX + 1];            /* ours */
	int64_t attempt, order;                      /* 0: nobody's here */
	int64_t amount, payer_amount, settle_amount; /* -1: not said */
	char payer[OPENID_MAX + 1];
	int64_t paid_at; /* the channel's time */
	enum payment_source source;
	int64_t case_id; /* 0: applied */
	int64_t created_at;
};
MUST_USE enum err payment_find(struct tx *tx, int64_t channel_account, const char *channel_number,
			       struct payment *out, bool *found);
MUST_USE enum err payment_get(struct tx *tx, int64_t id, struct payment *out);

/* The payment that settled an attempt; *found. */
MUST_USE enum err payment_of_attempt(struct tx *tx, int64_t attempt, struct payment *out,
				     bool *found);
void payment_insert(struct tx *tx, const struct payment *p);

/* --- refunds --- */

MUST_USE enum err refund_get(struct tx *tx, int64_t app, int64_t id, struct refund *out);
void refund_insert(struct tx *tx, const struct refund *r);

/* Saves status, sent_at, tries, error and end; raises r->version. */
void refund_update(struct tx *tx, struct refund *r);

struct refund_leg {
	int64_t attempt;
	size_t position;
	int64_t amount, worth;
};
void refund_leg_insert(struct tx *tx, int64_t refund, const struct refund_leg *l);
MUST_USE enum err refund_legs_get(struct tx *tx, int64_t refund, struct refund_leg legs[LEGS_MAX],
				  size_t *n);

/* --- cases --- */

struct case_row {
	int64_t id, app;
	enum case_kind kind;
	enum case_status status;
	int64_t order, payment, refund;
	int64_t amount;
	char note[MEMO_MAX + 1];
	int64_t created_at, settled_at;
};
void case_insert(struct tx *tx, const struct case_row *c);
void case_settle(struct tx *tx, int64_t id, enum case_status status);

/* --- holds --- */

struct hold_row {
	int64_t id, account, amount, captured, released, owner;
};

/* What is still set aside by a hold; 0 when it is over. */
MUST_USE enum err hold_get(struct tx *tx, int64_t id, struct hold_row *out);
int64_t hold_left(const struct hold_row *h);
