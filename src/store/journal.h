/* journal.h - the bytes of the journal that its chain of hashes covers (docs/journal.md, format 1).
 */
#pragma once

#include "store/store.h"

#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_ROW_MAX = 1024 };

/* Writes the canonical bytes of one transfer and returns how many. */
size_t journal_row(const struct transfer *t, uint8_t out[JOURNAL_ROW_MAX]);

/* A batch: what its hash covers beside its rows. */
struct journal_batch {
	int64_t merchant, number, first, last, count, at_ms;
	int64_t format;
	const uint8_t *previous; /* 32 bytes */
};

/* SHA-256 over the batch's head and its rows' canonical bytes in id order. */
void journal_hash(const struct journal_batch *b, const uint8_t *rows, size_t n, uint8_t out[32]);
