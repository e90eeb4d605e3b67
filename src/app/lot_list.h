/* lot_list.h - what an account has that expires, and when. */
#pragma once

#include "app/account.h"
#include "app/list.h"
#include "base/err.h"
#include "core/lot.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>

/* A slice of an account's lots, soonest first (a reading closure); slice.number is when one
 * expires.  Fails as account_find. */
struct lots_ask {
	struct account_name account;
	struct list_ask slice;
};
struct lot_list {
	struct lot lots[LIST_MAX];
	size_t n;
	bool more;
};
enum err lots_list(struct tx *tx, const void *ask, void *answer);
