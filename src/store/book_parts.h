/* book_parts.h - a book's inside, shared by the files book*.c only. */
#pragma once

#include "store/accounts.h"
#include "store/book.h"

/* One step that can be taken back: an account as it was before, or (born) that it was not there. */
struct undo {
	struct entry *entry;
	struct account before;
	bool born, was_dirty;
	size_t lots, lot_steps; /* how many were dirty and taken then */
};

/* A lot as it was before it was changed. */
struct lot_step {
	struct lots *lots;
	int64_t expires_at, amount;
};

/* An asset's term, as its row tells; days 0: it does not expire. */
struct term {
	int64_t asset;
	int days;
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

enum { ROUTES = 64, TERMS = 64 };

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

	struct term terms[TERMS];
	struct lot_step *lot_steps;
	size_t lot_steps_n, lot_steps_cap;
	struct entry **lots; /* the accounts with lots whose rows this commit writes */
	size_t lots_n, lots_cap;
};

/* book.c */
void book_dirty(struct book *b, struct entry *e);

/* book_replay.c: brings the accounts up to the journal's end. */
MUST_USE enum err book_replay(struct book *b, struct tx *tx);

/* book_lots.c: reads the lots of an account that is being loaded, or (born) made; NULL when what it
 * has does not expire. */
MUST_USE enum err book_lots_read(struct book *b, struct tx *tx, const struct account *a, bool born,
				 struct lots **out);

/* Takes back what was done to lots since so many steps, and accounts, were there. */
void book_lots_undo(struct book *b, size_t steps, size_t lots);

/* Puts the rows of lots that changed. */
void book_lots_flush(struct book *b, struct tx *tx);
