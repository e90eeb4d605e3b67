/* refund_settle.h - what became of a refund, taken down. */
#pragma once

#include "app/order_row.h"
#include "channel/channel.h"
#include "store/store.h"

/* The end of a refund, or another try. */
enum refund_word {
	REFUND_WORD_DONE,     /* the channel gave the money back */
	REFUND_WORD_REFUSED,  /* it never will */
	REFUND_WORD_ABNORMAL, /* it needs an operator */
	REFUND_WORD_WAIT      /* not known yet, or to be sent again */
};

struct refund_said {
	int64_t refund;
	enum refund_word word;
	bool sent;               /* a refund call was made: counts as a try */
	int64_t due_at;          /* REFUND_WORD_WAIT: the next look; 0: by the schedule */
	const char *code, *text; /* the channel's own words; NULL: keep those before */
	int64_t run;
};

/* A closure; a refund that is final already stays as it is.  ask: struct refund_said, answer:
 * struct refund.
 */
enum err refund_settle(struct tx *tx, const void *ask, void *answer);

/* Posts and ends a refund that needs no channel, inside the closure that makes it; the same rows.
 */
struct refund_plan {
	struct refund refund;
	struct order order; /* id 0: of a case without one */
	bool has_attempt;
	struct attempt attempt; /* whose legs it goes back to */
	struct refund_leg legs[LEGS_MAX];
	size_t legs_n;
	struct account *to[LEGS_MAX], *from[LEGS_MAX]; /* by leg of the refund */
	struct hold_row hold; /* what the action credited, set aside; id 0 none */
	struct account *suspense, *outside;
	bool livemode;
};
MUST_USE enum err refund_plan_accounts(struct tx *tx, struct refund_plan *p);
MUST_USE enum err refund_plan_succeed(struct tx *tx, struct refund_plan *p);
