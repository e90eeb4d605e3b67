/* keyring.h - the keys that may call now, in memory, with what each may still spend this second.
 *
 * Loaded from the store at start and again whenever keys changed; a request is checked against what
 * was loaded last, without touching the store.
 */
#pragma once

#include "app/api_key.h"
#include "base/err.h"
#include "base/str.h"
#include "store/store.h"

#include <stdint.h>

struct keyring;

/* Requests a second of one key in the long run, and at once after a rest. */
struct key_rate {
	int64_t per_second, burst;
};

/* Empty until the first keyring_load. */
struct keyring *keyring_new(struct key_rate rate);
void keyring_free(struct keyring *k); /* NULL-safe */

/* Replaces all keys by what the store holds; on failure the old ones stay.  Blocks: not on the
 * loop. */
MUST_USE enum err keyring_load(struct keyring *k, struct store *store);

/* Finds a key by the value of an Authorization field.  ERR_UNAUTHENTICATED. */
MUST_USE enum err keyring_find(struct keyring *k, struct str authorization, struct api_key *out);

/* Takes one request from the key's allowance.  ERR_RATE_LIMITED with *retry_after in seconds. */
MUST_USE enum err keyring_spend(struct keyring *k, const struct api_key *key, int64_t mono_ms,
				int64_t *retry_after);

/* Counts a waiting request of the key; false when it has `max` already.  Undone by keyring_leave.
 */
bool keyring_enter(struct keyring *k, const struct api_key *key, int max);
void keyring_leave(struct keyring *k, const struct api_key *key);

size_t keyring_count(struct keyring *k);
