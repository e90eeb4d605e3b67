/* transfer_read.h - a transfer as a body asks for it.
 *
 * Nearly all bodies are taken where they stand, by transfer_take; what it leaves is read again by
 * way of struct jin, which takes the same and says what is wrong with the rest.
 */
#pragma once

#include "app/account.h"
#include "app/request_key.h"
#include "base/err.h"
#include "store/store.h"
#include "sys/arena.h"
#include "sys/json.h"
#include "sys/json_flat.h"

#include <stdbool.h>

/* Fills all of *out but the app, with texts borrowed from the body or the arena. */
bool transfer_take(struct flat *f, struct post *out);

/* The same by the slow way, in two steps: members, then, when the reader found no fault and no
 * stranger, what the accounts' names are made of (failing at "from" or "to"). */
struct transfer_text {
	char request_id[REQUEST_KEY_MAX + 1], from[ACCOUNT_NAME_TEXT], to[ACCOUNT_NAME_TEXT];
	char memo[MEMO_MAX + 1], ref[REF_MAX + 1];
	int64_t amount, reason;
};
void transfer_members(struct jin *r, struct transfer_text *out);
MUST_USE enum err transfer_accounts(const struct transfer_text *text, struct arena *arena,
				    struct post *out);
