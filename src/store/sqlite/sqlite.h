/* sqlite.h - the embedded engine: one writer thread, group commit, readers beside it.
 *
 * Named only by the command line and by tests.  DIR holds tael.db (with -wal and -shm beside it)
 * and `lock`, which is held by whoever has the store open for writing.
 *
 * Only the writer's connection commits and checkpoints: SQLite before 3.51.3 can lose pages when
 * another connection checkpoints during a commit.
 */
#pragma once

#include "base/err.h"
#include "store/migrate.h"
#include "store/store.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stddef.h>

struct sqlite_options {
	const char *dir;
	struct clock *clock;
	int node;             /* 0..255 */
	bool create;          /* make DIR/tael.db; ERR_EXISTS when it is there */
	size_t account_cache; /* accounts kept in memory; 0: 1,000,000 */
	int readers;          /* read connections; 0: 4 */
	/* Journal rows that accounts' rows may be behind; 1: they are flushed with every commit;
	 * 0: 400,000. */
	int64_t tail_rows;
	/* Pages of log after which it is copied back, and after which readers must wait for that;
	 * 0: 4,000 and 16,384 (64 MB). */
	int checkpoint_pages, gate_pages;
	/* Kill points: called on the writer just before and just after each commit; may be NULL. */
	void (*before_commit)(void *self), (*after_commit)(void *self);
	void *self;
	/* Tests only: runs every closure twice, the second time after its own commit. */
	bool run_twice;
};

/* Opens for writing: takes the lock (ERR_LOCKED), migrates, starts the writer.  ERR_NOT_FOUND when
 * there is no store in DIR. */
MUST_USE enum err sqlite_store_open(const struct sqlite_options *o, struct store **out);

/* Opens for reading only, a server running or not: store_read works, the rest gives ERR_STORE.
 * ERR_CORRUPT when its scripts are not ours. */
MUST_USE enum err sqlite_store_open_reading(const char *dir, struct clock *clock,
					    struct store **out);

/* What `tael migrate status` shows. */
MUST_USE enum err sqlite_store_migrations(const char *dir, struct migration_counts *out);

/* The library's version text, and whether it is one that the one-writer rule protects from losing
 * pages. */
const char *sqlite_library_version(void);
bool sqlite_library_needs_one_writer(void);
