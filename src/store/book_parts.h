/* book_parts.h - a book's inside, shared by the files book*.c only. */
#pragma once

#include "store/accounts.h"
#include "store/book.h"
#include "store/pending.h"

/* One step that can be taken back: an account as it was before, or (born) that it was not there. */
struct undo {
	struct entry *entry;
	struct account before;
	bool born, was_dirty;
};

/* Accounts that were dirty when it began, by id; those before `at` were flushed. */
struct sweep {
	struct entry **entries;
	size_t n, at, cap;
	int64_t mark; /* the journal's last row then: the next watermark */
};

/* A way of transfers that the rules allowed. */
struct route {
	int64_t reason, asset_id;
	char asset[POST_ASSET_MAX + 1];
	char from[HOLDER_KIND_MAX + 1], to[HOLDER_KIND_MAX + 1]; /* kinds of holder */
};

/* No request key of this app is above it. */
struct key_edge {
	int64_t app;
	char highest[REQUEST_KEY_MAX + 1];
};

enum { ROUTES = 64 };

struct book {
	struct library *library;
	int64_t merchant;
	int64_t last_id;
	int64_t version, batch, watermark; /* of the book's row */
	uint8_t head[CHAIN_BYTES];

	struct accounts accounts;
	struct undo *undo;
	size_t undo_n, undo_cap;

	uint8_t *journal; /* canonical bytes of this batch's rows */
	size_t journal_n, journal_cap;
	size_t rows; /* of them, the last pending->n are not yet executed */
	struct pending pending;
	int64_t first, last;     /* of this batch's rows; last stays until the next */
	int64_t behind, behind2; /* rows past the watermark, and past the sweep's mark */

	struct entry **dirty; /* since they were last flushed; not those of the sweep */
	size_t dirty_n, dirty_cap;
	struct sweep sweep;
	size_t flushed_from; /* in the sweep: where this commit began */

	struct route routes[ROUTES];
	struct key_edge *edges;
	size_t edges_n;
};

/* book.c */
void book_dirty(struct book *b, struct entry *e);

/* book_replay.c: brings the accounts up to the journal's end. */
MUST_USE enum err book_replay(struct book *b, struct tx *tx);
