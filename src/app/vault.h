/* vault.h - secrets at rest: AES-256-GCM under the installation's master key.
 *
 * What a sealed secret belongs to (table, merchant, id) is authenticated with it, so a sealed value
 * copied to another row does not open.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/crypto.h"
#include "sys/rand.h"
#include "sys/secret.h"

#include <stdint.h>

enum { VAULT_KEY_BYTES = 32 };

struct vault;

/* Reads the master key: $CREDENTIALS_DIRECTORY/tael.key if there, else DIR/master.key (64 hex
 * digits, mode 0600 or 0400, owned by this user).  ERR_CONFIG says what is wrong and what to do. */
MUST_USE enum err vault_open(const char *dir, struct rand *rand, struct vault **out);

/* Makes DIR/master.key.  ERR_EXISTS when there is one. */
MUST_USE enum err vault_create(const char *dir, struct rand *rand);

/* A vault in memory, for tests. */
struct vault *vault_of_key(const uint8_t key[VAULT_KEY_BYTES], struct rand *rand);

void vault_free(struct vault *v); /* NULL-safe; wipes */

/* What a secret belongs to. */
struct vault_place {
	const char *table;          /* "channel_version" */
	int64_t merchant, id, part; /* part: e.g. the version */
};

/* text -> sealed bytes, text.n + AES_GCM_EXTRA of them, into out. */
MUST_USE enum err vault_seal(const struct vault *v, struct vault_place place, struct str text,
			     uint8_t *out);

/* The reverse.  ERR_CORRUPT when it was changed, moved, or sealed under another master key. */
MUST_USE enum err vault_reveal(const struct vault *v, struct vault_place place, struct str sealed,
			       struct secret *out);
