/* order_create.h - what the shop wants paid; the same number names the same order for ever. */
#pragma once

#include "core/order.h"
#include "store/store.h"

#include <stdbool.h>

struct order_ask {
	int64_t app;
	int64_t expires_in_s; /* EXPIRES_MIN_S..EXPIRES_MAX_S */
	/* out_order_no, amount, subject, user, action, action_args, attach, metadata, notify_url
	 * and return_url are read; the rest is made here. */
	struct order order;
	int64_t run; /* services.run */
};

struct order_made {
	struct order order;
	bool livemode;
	bool replayed; /* it was there already, with the same content: the order as it is now */
	bool has_attempt;
	struct attempt attempt; /* of an order that was there */
};

/* A closure.  ERR_CONFLICT: the number was used with other content.  ERR_ORDER_CLOSED: used, and
 * closed. ERR_ACTION_UNKNOWN and ERR_INVALID by the action's rules.  ask: struct order_ask, answer:
 * struct order_made. */
enum err order_create(struct tx *tx, const void *ask, void *answer);

/* An http(s) URL that a shop may be called at: absolute, at most URL_MAX bytes, no user, no
 * fragment. ERR_INVALID at `param`. */
MUST_USE enum err shop_url_check(const char *url, const char *param);
