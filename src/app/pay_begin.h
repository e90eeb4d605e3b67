/* pay_begin.h - the first transaction of paying an order. */
#pragma once

#include "app/channel_keys.h"
#include "app/order_pay.h"

/* What is to be done next. */
enum pay_step {
	PAY_OVER,       /* the attempt is as it is: paid by wallets alone, or the live one again */
	PAY_SEND,       /* call the channel for `attempt`, which is leased to this flow */
	PAY_CLOSE_FIRST /* the live attempt `attempt`, leased to this flow, must be closed before */
};

struct pay_begin_ask {
	const struct pay_ask *ask;
	const struct channel *channel;       /* NULL for wallets alone */
	const struct channel_method *method; /* likewise */
	int64_t run;
	int64_t replaced; /* the live attempt that was closed at the channel meanwhile; 0 none */
	enum attempt_status replaced_as;
};

struct pay_begun {
	enum pay_step step;
	struct attempt attempt;
	struct order order;
	struct channel_account account;
	bool livemode, replayed;
	bool repeated; /* PAY_SEND: its number was sent before */
};

/* A closure.  ask: struct pay_begin_ask, answer: struct pay_begun. */
enum err pay_begin(struct tx *tx, const void *ask, void *answer);
