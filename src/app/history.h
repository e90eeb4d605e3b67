/* history.h - what an account did, newest first, along the journal's previous ids.
 *
 * The journal has no index by account: every row names the row before it of both its accounts, so
 * an account's entries are found one by one, from the newest or from a mark.  All work is counted
 * in steps, of which one request has a bounded number.
 */
#pragma once

#include "app/account.h"
#include "app/list.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { HISTORY_STEPS = 5000 }; /* rows that one slice of a list looks at */

/* A row of the journal as one of its accounts sees it. */
struct entry {
	int64_t id, at_ms;
	enum posting_kind kind;
	int64_t amount, held_change;    /* of balance and held sum, with their signs */
	int64_t balance, held, version; /* after it */
	int64_t other;                  /* the other account; 0: holding and releasing have none */
	int64_t reason, previous;       /* previous 0: the account's first */
	char memo[MEMO_MAX + 1], ref[REF_MAX + 1];
};

/* *found: there is such a row, and it is one of the account's. */
MUST_USE enum err history_entry(struct tx *tx, int64_t account, int64_t id, struct entry *out,
				bool *found);

/* The first id that could be given at a moment: entries below it are older. */
int64_t history_bound(int64_t at_ms);

/* Looks for the newest entry below `bound`: from the account's lowest mark that is not below it
 * down the account's chain, so however far back, it looks at few rows.  ERR_CORRUPT when the marks
 * are not there. */
enum { HISTORY_SEEK_STEPS = ACCOUNT_MARK_EVERY + 64 };
struct history_seek {
	int64_t account, bound;
	int64_t at, version; /* begin: an entry and the version that it gave; at in the end: what
			      * was looked for, 0 none */
	int64_t steps;       /* rows that were looked at, HISTORY_SEEK_STEPS at most */
};
MUST_USE enum err history_seek(struct tx *tx, struct history_seek *s);

/* A slice of an account's entries. */
struct history_filter {
	int64_t reason;             /* 0: any */
	int64_t since_ms, until_ms; /* from .. before; 0: no such end */
	bool moves;                 /* only what moved something to or from another account */
};
struct history_ask {
	struct account_name account;
	struct list_ask slice; /* number: an entry's id; forward is towards older ones */
	struct history_filter filter;
};
struct history {
	struct account_name account;
	struct entry entries[LIST_MAX];
	char others[LIST_MAX][HOLDER_MAX + 1]; /* "" none */
	size_t n;
	bool more;
	int64_t next; /* the last one looked at: going on after it skips nothing; 0 none */
};

/* A reading closure.  ERR_INVALID at "after" or "before" when that is no entry of the account, or
 * at "before" when it is more than HISTORY_STEPS entries away; and as account_find. */
enum err history_list(struct tx *tx, const void *ask, void *answer);

/* The same for a loaded account; `others` are not filled. */
MUST_USE enum err history_walk(struct tx *tx, const struct account *a,
			       const struct history_ask *ask, struct history *out);

/* An account as it was at a moment: its balance, held sum and transfers then; its settings are
 * today's, since the journal does not know others.  A reading closure; answer: struct account_view.
 * Fails as account_find. */
struct history_at_ask {
	struct account_name account;
	int64_t at_ms; /* with all that was posted in this millisecond */
};
enum err history_at(struct tx *tx, const void *ask, void *answer);

/* "transfer" "hold" "capture" "release" "reversal" */
const char *posting_kind_name(enum posting_kind kind);
