/* refund_begin.h - the first transaction of a refund. */
#pragma once

#include "app/refund_make.h"

struct refund_begin_ask {
	const struct refund_ask *ask;
	int64_t run;
};

struct refund_begun {
	struct refund refund;
	bool livemode, replayed;
	bool send; /* leased to this flow: follow it now */
};

/* A closure.  ask: struct refund_begin_ask, answer: struct refund_begun. */
enum err refund_begin(struct tx *tx, const void *ask, void *answer);
