/* tail.h - what accounts have, for readers, where their rows are behind.
 *
 * The writer publishes an account's values after each commit that changed them and takes them back
 * once its row was flushed and nobody reads an older snapshot.  A reader sees values that are never
 * newer than its snapshot of the rows, so that an account's last transfer is always a row it can
 * read; of these values and those of the row, the higher version counts.
 *
 * Commits are counted.  A reader begins at the last one published; what an account had then is kept
 * until that reader ends.  One writer, some readers, one lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAIL_READERS_MAX = 64 };

struct tail_values {
	int64_t balance, held, version, last_transfer;
};

struct tail;

struct tail *tail_new(void);
void tail_free(struct tail *t); /* NULL-safe; nobody reads any more */

/* A reader's number, before its snapshot is taken, and its end after the snapshot's. */
int tail_begin(struct tail *t);
void tail_end(struct tail *t, int reader);

/* What the account had when the reader began; false: its row says it. */
bool tail_look(struct tail *t, int reader, int64_t merchant, int64_t account,
	       struct tail_values *out);

/* After a commit: open, publish what it changed and tell what it flushed, close. */
void tail_open(struct tail *t);
void tail_publish(struct tail *t, int64_t merchant, int64_t account, struct tail_values v);
void tail_flushed(struct tail *t, int64_t merchant, int64_t account, int64_t version);
void tail_close(struct tail *t);
