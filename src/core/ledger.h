/* ledger.h - the rules of double entry, over loaded values only.
 *
 * For every merchant and asset the balances of all accounts add up to 0: a posting takes from one
 * account what it gives to another.  Holds set aside part of a balance; they count as spent and
 * never draw on credit, so a capture cannot break a limit.
 */
#pragma once

#include "base/err.h"
#include "base/money.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	HOLDER_MAX = 81, /* kind 1-16, ':', id 1-64 */
	HOLDER_KIND_MAX = 16,
	MEMO_MAX = 256,
	REF_MAX = 64,
	REQUEST_KEY_MAX = 64
};

/* Who may hold, and what each may do (design: who moves what). */
enum holder_rule {
	RULE_CENTRAL,  /* below zero; out only by issue */
	RULE_OUTSIDE,  /* channel: payout: below zero; moved by Tael only */
	RULE_SYSTEM,   /* below zero by facts and refunds only */
	RULE_MEMBER,   /* user: app: shop: and the merchant's kinds: down to the credit limit */
	RULE_OPERATED, /* fee suspense: below zero; moved by Tael */
	RULE_EXPIRED   /* never below zero; moved by Tael only */
};

enum freeze {
	FREEZE_NONE,
	FREEZE_OUT, /* gives nothing */
	FREEZE_BOTH /* neither gives nor takes */
};

/* What a merchant decides about an account.  Facts are posted whatever it says. */
struct account_settings {
	int64_t credit_limit; /* 0..AMOUNT_MAX: how far below zero a member may go */
	int64_t max_balance;  /* 1..AMOUNT_MAX: nothing is taken beyond it; 0: no limit */
	enum freeze frozen;
	bool closed; /* neither gives nor takes, and has nothing */
};

/* An account as the book holds it: plain values. */
struct account {
	int64_t id;
	int64_t asset;
	int64_t balance; /* |balance| <= AMOUNT_MAX */
	int64_t held; /* 0..max(balance, 0) unless a fact or a forced posting took what was held */
	int64_t credit_limit, max_balance; /* as in struct account_settings */
	int64_t version;                   /* transfers that touched it, gap-free */
	int64_t last_transfer;
	uint32_t changes; /* of its settings */
	enum holder_rule rule : 8;
	enum freeze frozen : 4;
	bool closed : 1;
	const char *address; /* "user:1001": its holder, owned by who loaded it */
};

enum posting_kind {
	POSTING_TRANSFER = 1, /* from -> to */
	POSTING_HOLD = 2,     /* part of `from` set aside */
	POSTING_CAPTURE = 3,  /* part of a hold of `from` moved to `to` */
	POSTING_RELEASE = 4,  /* part of a hold of `from` given back to it */
	POSTING_REVERSAL = 5  /* from -> to, undoing a transfer */
};

enum posting_force {
	FORCE_NONE,  /* balances, freezes and limits are obeyed */
	FORCE_ISSUE, /* central gives; the receiver's freeze is obeyed */
	FORCE_FACT   /* what a channel, bank or bill says happened, or a refund: posted whatever
		      * balances and freezes say */
};

/* What is available to a new transfer or hold: balance - held + credit, never the credit for holds.
 */
int64_t account_available(const struct account *a);
int64_t account_holdable(const struct account *a);

/* Grows with every transfer and every change of the settings. */
int64_t account_version(const struct account *a);

struct account_settings account_settings(const struct account *a);

/* May a merchant change its settings?  ERR_FORBIDDEN at "holder": it is no member's. */
MUST_USE enum err account_settable(const struct account *a);

/* May it be closed?  ERR_NOT_EMPTY while there is a balance or a hold. */
MUST_USE enum err account_closable(const struct account *a);

/* Reads "user:1001" into kind (kind[HOLDER_KIND_MAX + 1]) and checks both parts' alphabets.  The
 * kinds central, system, fee, suspense and expired stand without an id.  ERR_INVALID. */
MUST_USE enum err holder_read(struct str address, char kind[HOLDER_KIND_MAX + 1]);

/* The rule of Tael's own kinds; RULE_MEMBER for all others. */
enum holder_rule holder_rule(struct str kind);

/* Applies one posting to loaded accounts.
 *
 *   kind    which of the two accounts and of balance and held change: see above
 *   to      NULL for HOLD and RELEASE
 *   amount  1..AMOUNT_MAX
 *
 * On ERR_OK both accounts' balance, held and version are new.  On failure nothing changed:
 * ERR_INSUFFICIENT, ERR_FROZEN, ERR_CLOSED, ERR_BALANCE_LIMIT, ERR_AMOUNT_RANGE (a balance would
 * leave its range), ERR_SAME_ACCOUNT, ERR_INVALID (two assets).  CHECKs that a hold given back or
 * captured is held.
 */
MUST_USE enum err ledger_apply(enum posting_kind kind, enum posting_force force,
			       struct account *from, struct account *to, int64_t amount);
