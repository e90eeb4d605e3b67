/* order_pay.h - pays an order: by wallets, by one channel, or both.
 *
 *   1. in one transaction: the attempt, its holds, and a job that follows it up, leased to this
 * flow
 *   2. the call to the channel
 *   3. what it said, taken down
 *
 * A crash between any two is finished by the job.  The same ask again gives the same attempt;
 * another ask first closes the live attempt at the channel.
 */
#pragma once

#include "app/idempotency.h"
#include "app/order_view.h"
#include "app/services.h"
#include "core/order.h"

#include <stdbool.h>

enum { AUTH_CODE_MAX = 64, WALLETS_MAX = LEGS_MAX - 1, PAY_LEASE_MS = 30000 };

struct pay_ask {
	int64_t app, order;
	char method[METHOD_MAX + 1]; /* "alipay.qr"; "barcode": auth_code tells whose; "wallet" */
	struct {
		char asset[17];
		int64_t amount;
	} wallets[WALLETS_MAX];
	size_t wallets_n;
	char openid[OPENID_MAX + 1], auth_code[AUTH_CODE_MAX + 1], client_ip[46];
	char return_url[URL_MAX + 1];
	const struct idempotency *idempotency; /* NULL: none */
};

struct pay_answer {
	struct attempt attempt;
	struct shown_action action; /* texts in the arena given */
	bool livemode, replayed;
};

/* A flow: blocks.  ERR_ORDER_PAID, ERR_ORDER_CLOSED, ERR_ATTEMPT_PENDING (another attempt must be
 * settled first, or somebody is at work on it), ERR_METHOD_UNKNOWN, ERR_CHANNEL_MISSING,
 * ERR_INVALID (a field the method needs), ERR_WALLET_*, ERR_INSUFFICIENT, ERR_FROZEN,
 * ERR_CHANNEL_REFUSED. */
MUST_USE enum err order_pay(const struct services *s, int64_t merchant, const struct pay_ask *ask,
			    struct arena *arena, struct pay_answer *out);
