/* account.h - one holder's one asset: its name and what it has. */
#pragma once

#include "app/asset.h"
#include "app/list.h"
#include "base/err.h"
#include "core/ledger.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

enum { ACCOUNT_NAME_TEXT = HOLDER_MAX + 1 + ASSET_CODE_MAX + 1 };

/* "user:1001/gold" in its two parts. */
struct account_name {
	char holder[HOLDER_MAX + 1], asset[ASSET_CODE_MAX + 1];
};

/* ERR_INVALID at `param`.  A member's id is never "0": that is what programs write for nobody. */
MUST_USE enum err account_name_read(struct str text, const char *param, struct account_name *out);
MUST_USE enum err holder_check(struct str holder, const char *param);

/* What people see.  An account that was never used has zeros. */
struct account_view {
	struct account_name name;
	bool frozen;
	int64_t balance, held, available, version;
};

/* One account (a reading closure; ask: struct account_name).  ERR_NOT_FOUND: no such asset. */
enum err account_get(struct tx *tx, const void *ask, void *answer);

/* A holder's accounts by asset (a reading closure); slice.text is an asset's code. */
struct accounts_ask {
	char holder[HOLDER_MAX + 1];
	struct list_ask slice;
};
struct accounts {
	struct account_view accounts[LIST_MAX];
	size_t n;
	bool more;
};
enum err accounts_list(struct tx *tx, const void *ask, void *answer);
