/* account_change.h - what a merchant decides about an account. */
#pragma once

#include "app/account.h"
#include "app/request_key.h"
#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum account_verb {
	ACCOUNT_FREEZE, /* whether it may still get is its asset's setting */
	ACCOUNT_UNFREEZE,
	ACCOUNT_LIMIT, /* credit limit and greatest balance */
	ACCOUNT_CLOSE,
	ACCOUNT_REOPEN
};

struct account_change_ask {
	enum account_verb verb;
	int64_t app;
	char request_id[REQUEST_KEY_MAX + 1];
	struct account_name name;
	int64_t credit_limit, max_balance; /* ACCOUNT_LIMIT; below 0: stays as it is */
};
struct account_change_answer {
	struct account_view view;
	bool replayed;
};

/* Changes it once for each request_id, and tells it by an event when it was not so before (a
 * closure).  ERR_CONFLICT, ERR_FORBIDDEN at "holder" (only members' accounts have settings),
 * ERR_NOT_EMPTY, and as account_find. */
enum err account_change(struct tx *tx, const void *ask, void *answer);
