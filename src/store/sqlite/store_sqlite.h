/* store_sqlite.h - the parts of an open store, shared by the files of this folder only. */
#pragma once

#include "store/engine.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/pending_rows.h"
#include "store/sqlite/sqlite.h"
#include "store/tail.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { QUEUE_MAX = 65536, READERS_MAX = 16, PATH_CAP = 512 };

/* A closure that waits, runs or has run. */
struct item {
	struct item *next;
	int64_t merchant;
	store_fn *fn;
	const void *ask;
	void *answer;
	store_done *done;
	void *arg;
	struct outcome outcome;
	unsigned news;
};

/* Read connections, and the gate that the writer closes to let a checkpoint reach the end of the
 * log. */
struct readers {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct connection *idle[READERS_MAX];
	int idle_n, open_n, max;
	int waiting; /* for a connection, or for the gate */
	atomic_bool gate_closed;
	bool stopping;
};

/* What became of a statement or a closure: refused is the batch's to sort out, lost is nobody's. */
enum run { RUN_GOOD, RUN_REFUSED, RUN_LOST };

struct writer {
	struct connection *connection;
	struct tx tx;
	struct library library;
	struct shelf *shelf; /* the merchants' books */
	struct pending_shown pending;
	enum run settled;   /* what became of pending rows when closures wanted to read */
	struct item *taken; /* from the queue, not yet run */
	size_t puts;        /* executed in this transaction */
	int64_t wal_pages, checkpointed_pages;
};

struct store_sqlite {
	struct store store; /* first: a struct store * is one of these */
	struct sqlite_options options;
	char dir[PATH_CAP], path[PATH_CAP];
	int lock_fd;
	bool reading_only, made;

	pthread_t thread;
	pthread_mutex_t lock; /* of the queue */
	pthread_cond_t more;
	struct item *first, **last;
	size_t waiting;
	bool stopping;
	atomic_bool ready;
	atomic_int closed_by; /* enum err: why it is not ready */

	struct tail *tail; /* NULL: the writer is in another process, or there is none */
	struct readers readers;
	struct writer writer;
	pthread_mutex_t listener_lock; /* held while it is called */
	store_listener *listener;
	void *listener_self;
	atomic_uint_fast64_t commits, items, failed_items, rerun_items;
	atomic_int_fast64_t accounts, pages;
};

/* writer.c */
void *writer_run(void *store);
MUST_USE enum err writer_open(struct store_sqlite *s);
/* No id given from now on was ever given in this store, by any merchant's book; and the books whose
 * accounts' rows are behind are loaded, so that readers are told. */
MUST_USE enum err writer_catch_up(struct store_sqlite *s);
void writer_close(struct store_sqlite *s);

/* reopen.c: after a loss, until writes can be served again or the store stops.  What waits
 * meanwhile is refused. */
void reopen(struct store_sqlite *s);
/* Answers everything that waits with what made the store close. */
void refuse_all(struct store_sqlite *s);
/* answer.c: answers and frees a list of items. */
void answer(struct store_sqlite *s, struct item *batch);
/* Moves what is queued behind what was taken. */
void take_queued(struct store_sqlite *s);
/* What callers are told: the code and the table's sentence. */
struct outcome plainly(enum err e);

/* readers.c */
void readers_init(struct store_sqlite *s);
void readers_fini(struct store_sqlite *s);
MUST_USE enum err readers_read(struct store *store, int64_t merchant, store_fn *fn, const void *ask,
			       void *answer);
/* Waits until nobody reads; nobody begins until the gate is opened. */
void readers_close_gate(struct readers *r);
void readers_open_gate(struct readers *r);
/* Closes the idle connections, after the file was lost; new ones are opened when needed. */
void readers_drop(struct readers *r);

/* scripts.c */
MUST_USE enum err scripts_apply(struct connection *c, int64_t now_ms, bool look_only,
				struct migration_counts *counts);

/* shelf.c: the books in use, by merchant */
struct shelf *shelf_new(struct tail *tail);
void shelf_free(struct shelf *s); /* NULL-safe; with all books */
MUST_USE enum err shelf_book(struct shelf *s, struct library *library, int64_t merchant,
			     struct tx *tx, struct book **out);
/* The batch changes the book that shelf_book or shelf_behind gave last. */
void shelf_use(struct shelf *s);
/* The books that it changes, in the order of their first use. */
size_t shelf_used(const struct shelf *s);
struct book *shelf_at(const struct shelf *s, size_t i);
/* The batch is over. */
void shelf_rest(struct shelf *s);
/* The batch is lost, and with it what the books that it changes remember. */
void shelf_drop(struct shelf *s);
/* How many accounts' rows are behind; 0 for NULL. */
size_t shelf_behind_n(const struct shelf *s);
/* The book that has the most of them; NULL: none is behind. */
struct book *shelf_behind(struct shelf *s);
/* Between batches: forgets accounts until there are few enough. */
void shelf_shrink(struct shelf *s, const struct library *library);
