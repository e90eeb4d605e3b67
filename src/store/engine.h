/* engine.h - what an engine gives the store; only store/ and the engines see it. */
#pragma once

#include "store/book.h"
#include "store/store.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A statement that a closure wants executed.  Binds are copied into the batch's arena. */
struct put {
	const char *query;
	int expect;
	struct val *binds;
	size_t n;
};

/* Reading, one connection's worth.  `connection` is the engine's own. */
struct engine_reading {
	void (*get)(void *connection, struct rows *r, const char *query, const struct val *binds,
		    size_t n);
	bool (*next)(struct rows *r);
	int64_t (*column_i)(const struct rows *r, int column);
	struct str (*column_s)(const struct rows *r, int column);
	bool (*column_null)(const struct rows *r, int column);
	enum err (*end)(struct rows *r);
};

struct engine {
	const struct engine_reading *reading;
	enum err (*submit)(struct store *s, int64_t merchant, store_fn *fn, const void *ask,
			   void *answer, store_done *done, void *arg);
	enum err (*read)(struct store *s, int64_t merchant, store_fn *fn, const void *ask,
			 void *answer);
	bool (*ready)(const struct store *s);
	void (*listen)(struct store *s, store_listener *listener, void *self);
	void (*counts)(struct store *s, struct store_counts *out);
	void (*close)(struct store *s);
};

/* The part of a store that every engine begins with. */
struct store {
	const struct engine *engine;
	store_rules *rules; /* of store_post */
};

/* One closure at work. */
struct tx {
	const struct engine_reading *reading;
	void *connection;
	int64_t merchant;
	int64_t now_ms;
	struct book *book; /* NULL while only reading */
	struct tail *tail; /* while only reading beside a writer: what accounts have since */
	int tail_reader;
	struct arena *arena; /* the closure's puts; and accounts while only reading */
	struct put *puts;
	size_t puts_n, puts_cap;
	unsigned news;
	bool took_id;              /* gave an id, which must not be given again */
	bool aside;                /* reads what no closure's transfers change: see TX_GET_ASIDE */
	bool put_key, transferred; /* tx_key_put, tx_transfer were called: never both */
	size_t rows_before;        /* of the batch's journal, when the closure began */
	/* Executes the book's pending rows, so that a closure can read them. */
	enum err (*settle)(struct tx *tx);
	void *engine;
};

/* A get of rows that posting a transfer does not change: it may follow one, and pending rows stay
 * pending. */
#define TX_GET_ASIDE(tx, rows, query, ...)                \
	do {                                              \
		bool aside = (tx)->aside;                 \
		(tx)->aside = true;                       \
		TX_GET((tx), (rows), query, __VA_ARGS__); \
		(tx)->aside = aside;                      \
	} while (0)
#define TX_ONE_ASIDE(tx, rows, found, query, ...)               \
	do {                                                    \
		TX_GET_ASIDE((tx), (rows), query, __VA_ARGS__); \
		*(found) = rows_next(rows);                     \
	} while (0)

/* Posts as tx_post does, with these texts; *out is the pending row, until the next one. */
struct posting_texts {
	struct str request_id, ref, memo;
};
MUST_USE enum err tx_post_row(struct tx *tx, const struct posting *p,
			      const struct posting_texts *texts, struct transfer **out);

/* A closure begins with nothing put; `t` keeps its list's memory from run to run. */
void tx_begin(struct tx *t, int64_t merchant, int64_t now_ms, struct book *book);
void tx_free(struct tx *t);
