/* writer.c - the one thread that commits.
 *
 * It takes all that waits, runs it in one transaction, syncs once, then answers everybody.  What
 * may go wrong, and what then happens:
 *
 * - A closure fails: its puts are dropped, the others go on.
 * - A put is refused: the batch is rolled back and every item runs alone; the one that is refused
 *   again gets ERR_INTERNAL and a line in the log.
 * - Disk, file or memory fails: the batch is lost.  Callers get ERR_BUSY or ERR_STORAGE_FULL, from
 *   COMMIT on ERR_COMMIT_UNKNOWN; the store is reopened and serves writes again after a test
 * commit.
 */
#include "store/sqlite/store_sqlite.h"

#include "sys/log.h"

enum {
	/* Enough for one sync to cost nothing an item, few enough to answer soon and to fit. */
	BATCH_ITEMS = 8192,
	BATCH_PUTS = 40000,
	CHECKPOINT_PAGES = 4000,
	GATE_PAGES = 16384, /* 64 MB of 4 KiB pages */
	TX_ARENA = 64 << 20,
	/* Accounts' rows that are behind are flushed when nothing was asked for so long, so many in
	 * a commit. */
	IDLE_MS = 50,
	IDLE_SLICE = 2000,
	/* Of the accounts that may be in memory one of so many may have a row that is behind, so
	 * that there are others to forget; what is beyond is flushed in slices as large as what a
	 * batch of transfers changes. */
	BEHIND_PART = 2,
	CROWD_SLICE = 2 * BATCH_ITEMS
};

static bool take(struct store_sqlite *s);
static void run_batch(struct store_sqlite *s);
static enum run run_taken(struct store_sqlite *s, struct item **batch);
static bool begin(struct store_sqlite *s);
static enum run run_item(struct store_sqlite *s, struct item *it);
static enum run settle(struct store_sqlite *s, struct book *book);
static enum err settle_to_read(struct tx *tx);
static enum run run_closure(struct store_sqlite *s, struct item *it, struct book *book);
static enum run put_all(struct store_sqlite *s, size_t from, size_t to);
static enum run finish(struct store_sqlite *s, enum err *lost);
static void flush_slice(struct store_sqlite *s, size_t accounts);
static void flush_what_crowds(struct store_sqlite *s);
static void committed(struct store_sqlite *s);
static void shrink(struct store_sqlite *s);
static void roll_back(struct store_sqlite *s);
static void run_alone(struct store_sqlite *s, struct item *it);
static enum err lose(struct store_sqlite *s, enum err why);
static void checkpoint(struct store_sqlite *s);

static int pages_written(void *self, sqlite3 *db, const char *name, int pages)
{
	struct writer *w = self;

	(void)db;
	(void)name;
	w->wal_pages = pages;
	return SQLITE_OK;
}

enum err writer_open(struct store_sqlite *s)
{
	struct writer *w = &s->writer;

	TRY(connection_open(s->path, CONNECTION_WRITER, &w->connection));
	(void)sqlite3_wal_hook(connection_handle(w->connection), pages_written, w);
	TRY(pending_rows_register(w->connection, &w->pending));
	w->shelf = shelf_new(s->tail);
	w->library.node = s->options.node;
	w->library.accounts_n = 0;
	w->library.accounts_max = s->options.account_cache ? s->options.account_cache : 1000000;
	w->library.tail_max = s->options.tail_rows ? s->options.tail_rows : TAIL_ROWS;
	w->tx.reading = &SQLITE_READING;
	w->tx.connection = w->connection;
	w->tx.settle = settle_to_read;
	w->tx.engine = s;
	if (!w->tx.arena)
		w->tx.arena = arena_new(TX_ARENA);
	return ERR_OK;
}

enum err writer_catch_up(struct store_sqlite *s)
{
	struct writer *w = &s->writer;
	struct book *book;
	struct rows r;
	enum err e = ERR_OK;

	tx_begin(&w->tx, 0, 0, NULL);
	TX_GET(&w->tx, &r, "select merchant_id, last_id from book where merchant_id >= $1", V_I(0));
	while (e == ERR_OK && rows_next(&r)) {
		if (row_i(&r, 1) > w->library.last_id)
			w->library.last_id = row_i(&r, 1);
		e = shelf_book(w->shelf, &w->library, row_i(&r, 0), &w->tx, &book);
	}
	TRY(e);
	TRY(rows_end(&r));
	shrink(s);
	return ERR_OK;
}

void writer_close(struct store_sqlite *s)
{
	shelf_free(s->writer.shelf);
	s->writer.shelf = NULL;
	pending_free(&s->writer.library.spare);
	connection_close(s->writer.connection);
	s->writer.connection = NULL;
}

void *writer_run(void *store)
{
	struct store_sqlite *s = store;
	bool more = true;

	while (more) {
		more = take(s);
		if (atomic_load(&s->ready) && s->writer.taken)
			run_batch(s);
		else if (atomic_load(&s->ready))
			flush_slice(s, IDLE_SLICE);
		else
			refuse_all(s);
		flush_what_crowds(s);
		if (atomic_load(&s->ready))
			checkpoint(s);
		else
			reopen(s);
		more = more || shelf_behind_n(s->writer.shelf) > 0;
	}
	return NULL;
}

/* Waits until something is to be run, or, while accounts' rows are behind, until nothing was for a
 * while; false when the store stops and nothing is. */
static bool take(struct store_sqlite *s)
{
	struct clock *clock = s->options.clock;
	bool behind = shelf_behind_n(s->writer.shelf) > 0, stopping;
	int64_t until = behind ? clock_after(clock->mono_ms(clock), IDLE_MS) : INT64_MAX;

	if (s->writer.taken)
		return true;
	pthread_mutex_lock(&s->lock);
	while (!s->first && !s->stopping && (!behind || clock->mono_ms(clock) < until)) {
		if (behind)
			(void)clock->wait(clock, &s->more, &s->lock, until);
		else
			pthread_cond_wait(&s->more, &s->lock);
	}
	stopping = s->stopping;
	pthread_mutex_unlock(&s->lock);
	take_queued(s);
	return s->writer.taken || !stopping;
}

void take_queued(struct store_sqlite *s)
{
	struct item **end = &s->writer.taken;

	while (*end)
		end = &(*end)->next;
	pthread_mutex_lock(&s->lock);
	*end = s->first;
	s->first = NULL;
	s->last = &s->first;
	s->waiting = 0;
	pthread_mutex_unlock(&s->lock);
}

static void run_batch(struct store_sqlite *s)
{
	struct item *batch = NULL;
	enum err lost = ERR_BUSY;
	enum run r = run_taken(s, &batch);

	if (r == RUN_GOOD)
		r = finish(s, &lost);
	if (r == RUN_LOST) {
		lost = lose(s, lost);
		for (struct item *it = batch; it; it = it->next)
			it->outcome = plainly(lost);
	}
	if (r == RUN_REFUSED) {
		roll_back(s);
		for (struct item *it = batch; it; it = it->next)
			run_alone(s, it);
	}
	for (struct item *it = batch; it && r == RUN_GOOD && s->options.run_twice; it = it->next) {
		if (it->outcome.code == ERR_OK)
			run_alone(s, it);
	}
	answer(s, batch);
}

/* Runs what was taken, as far as one transaction should carry it; *batch is what was run. */
static enum run run_taken(struct store_sqlite *s, struct item **batch)
{
	struct writer *w = &s->writer;
	struct item *it = w->taken;
	enum run r = begin(s) ? run_item(s, it) : RUN_LOST;

	for (int n = 1; r == RUN_GOOD && it->next && n < BATCH_ITEMS && w->puts < BATCH_PUTS; n++) {
		it = it->next;
		r = run_item(s, it);
	}
	*batch = w->taken;
	w->taken = it->next;
	it->next = NULL;
	return r;
}

static bool begin(struct store_sqlite *s)
{
	struct clock *clock = s->options.clock;

	s->writer.puts = 0;
	s->writer.settled = RUN_GOOD;
	s->writer.tx.now_ms = clock->wall_ms(clock);
	return connection_run(s->writer.connection, "begin immediate") == ERR_OK;
}

/* Runs one closure and executes its puts. */
static enum run run_item(struct store_sqlite *s, struct item *it)
{
	struct writer *w = &s->writer;
	struct book *book;
	enum err e;

	arena_reset(w->tx.arena);
	/* What an item before it said in this thread is not this one's. */
	(void)err_set(ERR_OK, ERR_WHERE, "", "%s", "");
	tx_begin(&w->tx, it->merchant, w->tx.now_ms, NULL);
	e = shelf_book(w->shelf, &w->library, it->merchant, &w->tx, &book);
	if (e == ERR_OK)
		return run_closure(s, it, book);
	it->outcome = outcome_of(e);
	if (connection_broke(w->connection))
		return RUN_LOST;
	connection_end_reads(w->connection);
	return RUN_GOOD;
}

static enum run run_closure(struct store_sqlite *s, struct item *it, struct book *book)
{
	struct writer *w = &s->writer;
	struct tx *tx = &w->tx;
	struct tx_mark mark = book_mark(book);
	size_t own;
	enum run r;

	tx_begin(tx, it->merchant, tx->now_ms, book);
	it->outcome = outcome_of(it->fn(tx, it->ask, it->answer));
	it->news = tx->news;
	if (connection_broke(w->connection))
		return RUN_LOST;
	connection_end_reads(w->connection);
	if (w->settled != RUN_GOOD)
		return w->settled;
	if (it->outcome.code != ERR_OK) {
		book_undo(book, mark);
		return RUN_GOOD;
	}
	own = tx->puts_n;
	book_births(book, tx, mark);
	if (tx->puts_n > 0 || tx->took_id || book_mark(book).rows > mark.rows)
		shelf_use(w->shelf);
	if (tx->news & NEWS_RULES)
		book_rules_changed(book);
	r = put_all(s, own, tx->puts_n);
	if (r == RUN_GOOD)
		r = put_all(s, 0, own);
	if (r == RUN_GOOD && book_pending(book)->n >= PENDING_MAX)
		r = settle(s, book);
	return r;
}

/* Executes what the book's transfers left pending. */
static enum run settle(struct store_sqlite *s, struct book *book)
{
	struct writer *w = &s->writer;
	struct pending *p = book_pending(book);
	enum put_result r = PUT_DONE;

	if (p->n == 0)
		return RUN_GOOD;
	w->pending = (struct pending_shown){ book_merchant(book), p };
	r = pending_rows_put(w->connection, &w->pending);
	w->puts += p->n;
	pending_drop(p, 0);
	return r == PUT_DONE ? RUN_GOOD : r == PUT_LOST ? RUN_LOST : RUN_REFUSED;
}

static enum err settle_to_read(struct tx *tx)
{
	/* The transaction of the one writer. */
	struct store_sqlite *s = tx->engine;

	if (s->writer.settled == RUN_GOOD)
		s->writer.settled = settle(s, tx->book);
	if (s->writer.settled == RUN_GOOD)
		return ERR_OK;
	FAIL(ERR_STORE, "what was posted before cannot be stored");
}

static enum run put_all(struct store_sqlite *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		switch (connection_put(s->writer.connection, &s->writer.tx.puts[i])) {
		case PUT_DONE:
			break;
		case PUT_REFUSED:
			return RUN_REFUSED;
		case PUT_LOST:
			return RUN_LOST;
		}
	}
	s->writer.puts += to - from;
	return RUN_GOOD;
}

/* Flushes the books that were changed and commits.  *lost: what a loss means for the callers. */
static enum run finish(struct store_sqlite *s, enum err *lost)
{
	struct writer *w = &s->writer;
	bool changed = shelf_used(w->shelf) > 0;

	for (size_t i = 0; i < shelf_used(w->shelf); i++) {
		struct book *book = shelf_at(w->shelf, i);
		enum run r;

		arena_reset(w->tx.arena);
		r = settle(s, book);
		if (r != RUN_GOOD)
			return r;
		tx_begin(&w->tx, book_merchant(book), w->tx.now_ms, book);
		book_flush(book, &w->tx);
		r = put_all(s, 0, w->tx.puts_n);
		if (r != RUN_GOOD)
			return r;
	}
	if (changed && s->options.before_commit)
		s->options.before_commit(s->options.self);
	if (connection_run(w->connection, "commit") != ERR_OK) {
		*lost = ERR_COMMIT_UNKNOWN;
		return RUN_LOST;
	}
	if (!changed)
		return RUN_GOOD; /* nothing was written, nothing had to be synced */
	if (s->options.after_commit)
		s->options.after_commit(s->options.self);
	committed(s);
	atomic_fetch_add(&s->commits, 1);
	return RUN_GOOD;
}

/* Between batches: some of the accounts whose rows are behind, in a commit of their own. */
static void flush_slice(struct store_sqlite *s, size_t accounts)
{
	struct writer *w = &s->writer;
	struct book *book = shelf_behind(w->shelf);
	enum run r = RUN_LOST;

	if (!book)
		return;
	shelf_use(w->shelf);
	if (begin(s)) {
		arena_reset(w->tx.arena);
		tx_begin(&w->tx, book_merchant(book), w->tx.now_ms, book);
		book_flush_idle(book, &w->tx, accounts);
		r = put_all(s, 0, w->tx.puts_n);
	}
	if (r == RUN_GOOD && connection_run(w->connection, "commit") != ERR_OK)
		r = RUN_LOST;
	if (r == RUN_GOOD)
		committed(s);
	if (r == RUN_LOST)
		(void)lose(s, ERR_COMMIT_UNKNOWN);
	if (r == RUN_REFUSED) {
		/* The rows are not what this book takes them for.  It is read again when it is
		 * asked for; the other merchants' go on. */
		log_err(LOG_ERROR, "store.refused", ERR_STORE);
		roll_back(s);
	}
}

/* However many merchants are busy, and however long: what is behind cannot be forgotten. */
static void flush_what_crowds(struct store_sqlite *s)
{
	struct writer *w = &s->writer;
	size_t most = w->library.accounts_max / BEHIND_PART;

	while (atomic_load(&s->ready) && shelf_behind_n(w->shelf) > most)
		flush_slice(s, CROWD_SLICE);
}

static void committed(struct store_sqlite *s)
{
	struct writer *w = &s->writer;

	for (size_t i = 0; i < shelf_used(w->shelf); i++)
		book_committed(shelf_at(w->shelf, i), s->tail);
	shelf_rest(w->shelf);
	shrink(s);
	atomic_store(&s->pages, w->wal_pages);
}

static void shrink(struct store_sqlite *s)
{
	struct writer *w = &s->writer;

	shelf_shrink(w->shelf, &w->library);
	atomic_store(&s->accounts, (int64_t)w->library.accounts_n);
}

static void roll_back(struct store_sqlite *s)
{
	connection_try(s->writer.connection, "rollback");
	shelf_drop(s->writer.shelf);
}

/* An item of a batch that was rolled back, in a transaction of its own. */
static void run_alone(struct store_sqlite *s, struct item *it)
{
	enum err lost = ERR_BUSY;
	enum run r = RUN_LOST;

	atomic_fetch_add(&s->rerun_items, 1);
	if (!atomic_load(&s->ready)) {
		it->outcome = plainly((enum err)atomic_load(&s->closed_by));
		return;
	}
	if (begin(s))
		r = run_item(s, it);
	if (r == RUN_GOOD)
		r = finish(s, &lost);
	if (r == RUN_LOST)
		it->outcome = plainly(lose(s, lost));
	if (r == RUN_REFUSED) {
		log_err(LOG_ERROR, "store.refused", ERR_STORE);
		it->outcome = plainly(ERR_INTERNAL);
		roll_back(s);
	}
}

/* The transaction is gone, and with it what the books remember. */
static enum err lose(struct store_sqlite *s, enum err why)
{
	bool full = connection_full(s->writer.connection);

	log_err(LOG_ERROR, "store.lost", full ? ERR_STORAGE_FULL : ERR_STORE);
	atomic_store(&s->closed_by, full ? ERR_STORAGE_FULL : ERR_BUSY);
	atomic_store(&s->ready, false);
	return full && why != ERR_COMMIT_UNKNOWN ? ERR_STORAGE_FULL : why;
}

/* --- the log --- */

/* Between batches, and only here: no other connection may checkpoint. */
static void checkpoint(struct store_sqlite *s)
{
	const struct sqlite_options *o = &s->options;
	struct writer *w = &s->writer;
	bool gate = w->wal_pages >= (o->gate_pages ? o->gate_pages : GATE_PAGES);

	if (w->wal_pages < w->checkpointed_pages)
		w->checkpointed_pages = 0; /* the log began again */
	if (w->wal_pages - w->checkpointed_pages <
	    (o->checkpoint_pages ? o->checkpoint_pages : CHECKPOINT_PAGES))
		return;
	if (gate)
		readers_close_gate(&s->readers);
	/* A failure is tried again a few thousand pages on; the log holds everything until then. */
	if (sqlite3_wal_checkpoint_v2(connection_handle(w->connection), NULL,
				      SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) != SQLITE_OK)
		log_err(LOG_WARN, "store.checkpoint",
			connection_failed(w->connection, "checkpoint"));
	w->checkpointed_pages = w->wal_pages;
	if (gate)
		readers_open_gate(&s->readers);
}
