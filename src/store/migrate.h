/* migrate.h - brings a store's tables to the shape this program knows, one numbered script after
 * another, each in a transaction of its own, and refuses a store whose scripts were other ones.
 */
#pragma once

#include "base/err.h"
#include "store/scripts.h"

#include <stdbool.h>

#include <stddef.h>
#include <stdint.h>

/* What migrating needs of an engine. */
struct migrating {
	void *connection;
	/* Runs a script of several statements in one transaction, with a row in schema_migration.
	 */
	enum err (*apply)(void *connection, int number, const char *script, const char *checksum,
			  int64_t now_ms);
	/* The checksum under which `number` was applied into checksum[65]; "" if it was not. */
	enum err (*applied)(void *connection, int number, char checksum[65]);
	/* The highest number applied; 0 for a new store. */
	enum err (*highest)(void *connection, int *number);
};

struct migration_counts {
	int applied, known; /* scripts in the store after this call; scripts this program has */
};

/* Applies what is missing (only looks when `look_only`).  ERR_CORRUPT when an applied script
 * differs from ours or the store is newer than this program. */
MUST_USE enum err migrate(const struct migrating *m, const struct script *scripts, size_t n,
			  int64_t now_ms, bool look_only, struct migration_counts *counts);
