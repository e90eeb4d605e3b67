/* writer.c - the one thread that commits.
 *
 * It takes all that waits, runs it in one transaction, syncs once, then answers everybody.  What
 * may go wrong, and what then happens:
 *
 *   a closure fails                 its puts are dropped, the others go on
 *   a put is refused                the batch is rolled back and every item runs alone; the one
 * that is refused again gets ERR_INTERNAL and a line in the log disk, file or memory fails      the
 * batch is lost: callers get ERR_BUSY or ERR_STORAGE_FULL (from COMMIT on ERR_COMMIT_UNKNOWN), the
 * store is reopened and serves writes again after a test commit
 */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"
#include "sys/log.h"

#include <stdlib.h>

enum {
	BATCH_MAX = 8192,
	CHECKPOINT_PAGES = 4000,
	GATE_PAGES = 16384, /* 64 MB of 4 KiB pages */
	TX_ARENA = 64 << 20,
	RETRY_MS = 1000
};

enum run { RUN_GOOD, RUN_REFUSED, RUN_LOST };

static struct item *take(struct store_sqlite *s);
static void run_batch(struct store_sqlite *s, struct item *batch);
static enum run run_all(struct store_sqlite *s, struct item *first, const struct item *end);
static enum run run_item(struct store_sqlite *s, struct item *it);
static enum run put_all(struct store_sqlite *s, struct tx *tx);
static enum run finish(struct store_sqlite *s, struct outcome *lost);
static void roll_back(struct store_sqlite *s);
static void run_alone(struct store_sqlite *s, struct item *it);
static void lose(struct store_sqlite *s, struct item *batch, const struct outcome *why);
static void answer(struct store_sqlite *s, struct item *batch);
static void reopen(struct store_sqlite *s);
static void checkpoint(struct store_sqlite *s);

static int pages_written(void *self, sqlite3 *db, const char *name, int pages)
{
	struct writer *w = self;

	(void)db;
	(void)name;
	w->wal_pages = pages;
	return SQLITE_OK;
}

enum err writer_open(struct store_sqlite *s, enum connection_kind kind)
{
	struct writer *w = &s->writer;

	TRY(connection_open(s->path, kind, &w->connection));
	(void)sqlite3_wal_hook(connection_handle(w->connection), pages_written, w);
	w->shelf = shelf_new();
	w->library.node = s->options.node;
	w->library.accounts_n = 0;
	w->library.accounts_max = s->options.account_cache ? s->options.account_cache : 1000000;
	w->tx.reading = &SQLITE_READING;
	w->tx.connection = w->connection;
	if (!w->tx.arena)
		w->tx.arena = arena_new(TX_ARENA);
	return ERR_OK;
}

void writer_close(struct store_sqlite *s)
{
	shelf_free(s->writer.shelf);
	s->writer.shelf = NULL;
	connection_close(s->writer.connection);
	s->writer.connection = NULL;
}

void *writer_run(void *store)
{
	struct store_sqlite *s = store;

	for (struct item *batch; (batch = take(s)) != NULL;) {
		run_batch(s, batch);
		if (s->writer.connection)
			checkpoint(s);
		if (!atomic_load(&s->ready))
			reopen(s);
	}
	return NULL;
}

/* All that waits, at most BATCH_MAX; NULL when the store stops and nothing waits. */
static struct item *take(struct store_sqlite *s)
{
	struct item *first, *at;

	pthread_mutex_lock(&s->lock);
	while (!s->first && !s->stopping)
		pthread_cond_wait(&s->more, &s->lock);
	first = at = s->first;
	for (int n = 1; at && at->next && n < BATCH_MAX; n++)
		at = at->next;
	if (at) {
		s->first = at->next;
		at->next = NULL;
		if (!s->first)
			s->last = &s->first;
	}
	for (at = first; at; at = at->next)
		s->waiting--;
	pthread_mutex_unlock(&s->lock);
	return first;
}

static void run_batch(struct store_sqlite *s, struct item *batch)
{
	struct outcome lost = { .code = ERR_OK };
	enum run r = run_all(s, batch, NULL);

	if (r == RUN_GOOD)
		r = finish(s, &lost);
	else if (r == RUN_LOST)
		lost = outcome_of(ERR_BUSY);
	if (r == RUN_REFUSED) {
		roll_back(s);
		for (struct item *it = batch; it; it = it->next)
			run_alone(s, it);
		answer(s, batch);
		return;
	}
	if (r == RUN_LOST) {
		lose(s, batch, &lost);
		return;
	}
	for (struct item *it = s->options.run_twice ? batch : NULL; it; it = it->next) {
		if (it->outcome.code == ERR_OK)
			run_alone(s, it);
	}
	answer(s, batch);
}

/* Runs the items from `first` up to `end` in one transaction, not yet committed. */
static enum run run_all(struct store_sqlite *s, struct item *first, const struct item *end)
{
	int64_t now_ms = s->options.clock->wall_ms(s->options.clock);

	arena_reset(s->writer.tx.arena);
	if (connection_exec(s->writer.connection, "begin immediate") != ERR_OK)
		return RUN_LOST;
	for (struct item *it = first; it != end; it = it->next) {
		s->writer.tx.now_ms = now_ms;

		enum run r = run_item(s, it);

		if (r != RUN_GOOD)
			return r;
	}
	return RUN_GOOD;
}

/* Runs one closure and executes its puts. */
static enum run run_item(struct store_sqlite *s, struct item *it)
{
	struct writer *w = &s->writer;
	struct tx *tx = &w->tx;
	struct book *book;
	enum err e;

	tx_begin(tx, it->merchant, tx->now_ms, NULL);
	e = shelf_book(w->shelf, &w->library, it->merchant, tx, &book);
	if (e == ERR_OK) {
		struct tx_mark mark = book_mark(book);

		tx_begin(tx, it->merchant, tx->now_ms, book);
		e = it->fn(tx, it->ask, it->answer);
		it->outcome = outcome_of(e);
		it->news = tx->news;
		if (e != ERR_OK) {
			book_undo(book, mark);
		} else {
			book_births(book, tx, mark);
			return put_all(s, tx);
		}
	}
	it->outcome = outcome_of(e);
	sqlite3 *db = connection_handle(w->connection);

	if (sqlite3_get_autocommit(db) ||
	    (err_kind(e) == KIND_INTERNAL && connection_lost(w->connection, sqlite3_errcode(db))))
		return RUN_LOST;
	return RUN_GOOD;
}

static enum run put_all(struct store_sqlite *s, struct tx *tx)
{
	for (size_t i = 0; i < tx->puts_n; i++) {
		switch (connection_put(s->writer.connection, &tx->puts[i])) {
		case PUT_DONE:
			break;
		case PUT_REFUSED:
			return RUN_REFUSED;
		case PUT_LOST:
			return RUN_LOST;
		}
	}
	return RUN_GOOD;
}

/* Flushes the books that were used and commits. */
static enum run finish(struct store_sqlite *s, struct outcome *lost)
{
	struct writer *w = &s->writer;

	for (size_t i = 0; i < shelf_used(w->shelf); i++) {
		int64_t merchant;
		struct book *book = shelf_at(w->shelf, i, &merchant);

		tx_begin(&w->tx, merchant, w->tx.now_ms, book);
		book_flush(book, &w->tx);
		if (put_all(s, &w->tx) != RUN_GOOD) {
			*lost = outcome_of(ERR_BUSY);
			return RUN_LOST;
		}
	}
	if (s->options.before_commit)
		s->options.before_commit(s->options.self);
	if (connection_exec(w->connection, "commit") != ERR_OK) {
		*lost = outcome_of(ERR_COMMIT_UNKNOWN);
		return RUN_LOST;
	}
	if (s->options.after_commit)
		s->options.after_commit(s->options.self);
	for (size_t i = 0; i < shelf_used(w->shelf); i++) {
		int64_t merchant;

		book_committed(shelf_at(w->shelf, i, &merchant));
	}
	shelf_rest(w->shelf);
	atomic_fetch_add(&s->commits, 1);
	atomic_store(&s->accounts, (int64_t)w->library.accounts_n);
	atomic_store(&s->pages, w->wal_pages);
	return RUN_GOOD;
}

static void roll_back(struct store_sqlite *s)
{
	struct writer *w = &s->writer;

	connection_try(w->connection, "rollback");
	for (size_t i = 0; i < shelf_used(w->shelf); i++) {
		int64_t merchant;

		book_undo(shelf_at(w->shelf, i, &merchant), (struct tx_mark){ 0 });
	}
	shelf_rest(w->shelf);
}

/* An item of a batch that was rolled back, in a transaction of its own. */
static void run_alone(struct store_sqlite *s, struct item *it)
{
	struct outcome lost = { .code = ERR_OK };
	enum run r;

	atomic_fetch_add(&s->rerun_items, 1);
	if (!s->writer.connection || !atomic_load(&s->ready)) {
		it->outcome = lost = (struct outcome){ .code = ERR_BUSY };
		return;
	}
	r = run_all(s, it, it->next);
	if (r == RUN_GOOD)
		r = finish(s, &lost);
	if (r == RUN_GOOD)
		return;
	if (r == RUN_REFUSED) {
		log_err(LOG_ERROR, "store.refused", ERR_STORE);
		(void)err_set(ERR_INTERNAL, ERR_WHERE, "",
			      "the store refused what was to be written");
		it->outcome = outcome_of(ERR_INTERNAL);
		roll_back(s);
		return;
	}
	it->outcome = lost.code != ERR_OK ? lost : outcome_of(ERR_BUSY);
	log_err(LOG_ERROR, "store.lost", it->outcome.code);
	atomic_store(&s->ready, false);
}

/* The batch is gone, and with it what the books remember. */
static void lose(struct store_sqlite *s, struct item *batch, const struct outcome *why)
{
	bool full =
		(sqlite3_errcode(connection_handle(s->writer.connection)) & 0xff) == SQLITE_FULL;
	struct outcome o = *why;

	if (o.code != ERR_COMMIT_UNKNOWN && full)
		o.code = ERR_STORAGE_FULL;
	log_err(LOG_ERROR, "store.lost", o.code);
	atomic_store(&s->ready, false);
	for (struct item *it = batch; it; it = it->next)
		it->outcome = o;
	answer(s, batch);
}

static void answer(struct store_sqlite *s, struct item *batch)
{
	for (struct item *it = batch, *next; it; it = next) {
		next = it->next;
		atomic_fetch_add(&s->items, 1);
		if (it->outcome.code != ERR_OK)
			atomic_fetch_add(&s->failed_items, 1);
		else if (it->news && s->listener)
			s->listener(s->listener_self, it->merchant, it->news);
		it->done(it->arg, &it->outcome);
		free(it);
	}
}

/* --- after a loss --- */

static bool test_commit(struct store_sqlite *s)
{
	return connection_exec(s->writer.connection, "begin immediate") == ERR_OK &&
	       connection_exec(s->writer.connection, "update book set version = version") ==
		       ERR_OK &&
	       connection_exec(s->writer.connection, "commit") == ERR_OK;
}

/* Tries every second for as long as it takes; what waits meanwhile is refused by submit. */
static void reopen(struct store_sqlite *s)
{
	struct clock *clock = s->options.clock;

	writer_close(s);
	readers_drop(&s->readers);
	for (;;) {
		int64_t until = clock->mono_ms(clock) + RETRY_MS;

		if (writer_open(s, CONNECTION_WRITER) == ERR_OK && test_commit(s))
			break;
		log_err(LOG_ERROR, "store.closed", ERR_STORE);
		writer_close(s);
		pthread_mutex_lock(&s->lock);
		while (!s->stopping && clock->mono_ms(clock) < until)
			(void)clock->wait(clock, &s->more, &s->lock, until);
		bool stopping = s->stopping;

		pthread_mutex_unlock(&s->lock);
		if (stopping)
			return;
	}
	LOG(LOG_INFO, "store.open", LOG_S("path", s->path));
	atomic_store(&s->ready, true);
}

/* --- the log --- */

/* Between batches, and only here: no other connection may checkpoint. */
static void checkpoint(struct store_sqlite *s)
{
	struct writer *w = &s->writer;
	int in_log = 0, done = 0;

	if (w->wal_pages < w->checkpointed_pages)
		w->checkpointed_pages = 0; /* the log began again */
	if (w->wal_pages - w->checkpointed_pages < CHECKPOINT_PAGES)
		return;
	if (w->wal_pages >= GATE_PAGES)
		readers_close_gate(&s->readers);
	if (sqlite3_wal_checkpoint_v2(connection_handle(w->connection), NULL,
				      SQLITE_CHECKPOINT_PASSIVE, &in_log, &done) != SQLITE_OK)
		(void)connection_failed(w->connection, "checkpoint");
	w->checkpointed_pages = w->wal_pages;
	if (w->wal_pages >= GATE_PAGES)
		readers_open_gate(&s->readers);
}
