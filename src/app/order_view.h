/* order_view.h - orders, attempts and refunds as the API and the events show them. */
#pragma once

#include "core/order.h"
#include "store/store.h"
#include "sys/arena.h"
#include "sys/json.h"

#include <stdbool.h>

/* What the payer's side is given. */
struct shown_action {
	int type; /* enum action_type */
	struct str value, form;
};

struct order_view {
	struct order order;
	bool livemode;
	bool has_attempt; /* the live or paying one */
	struct attempt attempt;
	struct shown_action action;
};

/* Reads an order with its attempt; texts go into `arena`.  ERR_NOT_FOUND. */
MUST_USE enum err order_view_get(struct tx *tx, int64_t app, int64_t id, struct arena *arena,
				 struct order_view *out);
MUST_USE enum err shown_action_get(struct tx *tx, int64_t attempt, struct arena *arena,
				   struct shown_action *out);

/* A whole JSON object; key NULL inside an array or at the root.  `a` NULL: no attempt; `shown`
 * NULL: the attempt's action is left out. */
void order_write(struct jout *w, const char *key, const struct order *o, bool livemode,
		 const struct attempt *a, const struct shown_action *shown);
void attempt_write(struct jout *w, const char *key, const struct attempt *a, bool livemode,
		   const struct shown_action *shown);
void refund_write(struct jout *w, const char *key, const struct refund *r, bool livemode);

/* The event `type` about an order, as it is now.  This is a put. */
void order_event(struct tx *tx, const char *type, const struct order *o, const struct attempt *a,
		 bool livemode);
void refund_event(struct tx *tx, const char *type, const struct refund *r, const struct order *o,
		  bool livemode);
