/* channel_account.h - adding and listing the channel accounts of a merchant; channel_keys.h opens
 * them. */
#pragma once

#include "app/channel_keys.h"
#include "app/services.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHANNEL_CONFIG_MAX = 16000, CHANNEL_ACCOUNTS_PAGE = 100 };

/* Adds a channel account, or, when the merchant has one of this name, a version of its keys: calls
 * use the newest from then on.  The configuration (JSON, at most CHANNEL_CONFIG_MAX bytes) is read
 * by the channel and stored sealed; the one that is newest already adds nothing.  Tells
 * NEWS_CHANNELS.
 *
 * ERR_CONFIG (a member is named), ERR_CONFLICT (the name is another channel's or identity's: these
 * never change), ERR_EXISTS (the identity has an account of another name), ERR_NOT_FOUND,
 * ERR_INVALID. */
struct channel_account_ask {
	int64_t merchant;
	const char *channel, *name;
	struct str config;
	const char *token; /* the caller's own number for this request: sent again, it finds what
			    * was made */
};
struct channel_account_added {
	struct channel_account account;
	int64_t version;
	bool is_new;     /* this call made the version */
	int64_t ends_ms; /* when the earliest of its certificates ends; 0 if it has none */
};
MUST_USE enum err channel_account_add(const struct services *s,
				      const struct channel_account_ask *ask,
				      struct channel_account_added *out);

struct channel_account_row {
	struct channel_account account;
	int64_t created_at, versions, newest;
};
struct channel_accounts {
	struct channel_account_row rows[CHANNEL_ACCOUNTS_PAGE];
	size_t n;
};
MUST_USE enum err channel_accounts_list(const struct services *s, int64_t merchant, int64_t after,
					struct channel_accounts *out);
