/* account.h - one holder's one asset: its name and what it has. */
#pragma once

#include "app/asset.h"
#include "app/list.h"
#include "base/err.h"
#include "core/ledger.h"
#include "store/store.h"
#include "sys/json.h"

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

/* The account of a holder that an application names, made on first use.  An account that is there
 * proves its holder's kind, so only a new one costs a look at the kinds.  ERR_HOLDER_UNKNOWN at
 * `param`.  This is a get. */
MUST_USE enum err account_open(struct tx *tx, const char *holder, int64_t asset, const char *param,
			       struct account **out);

/* The same by the name in a path.  ERR_NOT_FOUND at "asset", ERR_HOLDER_UNKNOWN at "holder". */
MUST_USE enum err account_find(struct tx *tx, const struct account_name *name, struct asset *asset,
			       struct account **out);

/* What people see.  An account that was never used has zeros. */
struct account_view {
	struct account_name name;
	struct account_settings settings;
	int64_t balance, held, available, version;
	int64_t at_ms; /* the moment of balance, held and version; -1: now */
};
void account_view_fill(struct account_view *v, const struct account_name *name,
		       const struct account *a);

/* The object as the API and events show it. */
void account_json(struct jout *w, const char *key, const struct account_view *v, bool livemode);

/* One account (a reading closure; ask: struct account_name).  Fails as account_find. */
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
