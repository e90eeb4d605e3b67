/* payment_plan.h - a payment's rows and accounts, loaded, and what is to be done with them; shared
 * by the files payment_*.c only.
 */
#pragma once

#include "app/attempt_said.h"
#include "app/merchant.h"
#include "app/payment_take.h"

enum { PLAN_ATTEMPTS_MAX = 16 };

/* How one wallet leg is taken. */
struct wallet_take {
	struct account *from, *to; /* the payer's, and system's of the same asset */
	struct hold_row hold;      /* what is left of it covers the leg when `held` */
	bool held;
};

struct payment_plan {
	const struct payment_news *news;
	struct merchant merchant;
	struct channel_account channel;
	struct account *outside, *suspense; /* channel:<name>/cny, suspense/cny */
	bool matched;
	struct attempt attempt;
	struct order order;
	struct account *credit;
	struct wallet_take wallets[LEGS_MAX]; /* by leg */
	struct attempt_holds own;          /* of this attempt, released when it cannot be applied */
	int64_t others[PLAN_ATTEMPTS_MAX]; /* the order's other open attempts, to close at the
					      channel */
	struct attempt_holds releases[PLAN_ATTEMPTS_MAX]; /* and their holds */
	size_t others_n;
	enum case_kind exception; /* 0: it is applied */
};

/* puts */
MUST_USE enum err payment_apply(struct tx *tx, struct payment_plan *p);
MUST_USE enum err payment_suspend(struct tx *tx, struct payment_plan *p);
