/* readers.c - read-only connections beside the writer, and the gate that keeps the log short. */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"

enum { READERS_DEFAULT = 4, READ_ARENA = 4 << 20, READ_MS = 250, STEPS_A_LOOK = 10000 };

/* A read that is going on. */
struct read {
	struct store_sqlite *store;
	int64_t since_ms; /* mono */
};

static enum err borrow(struct store_sqlite *s, struct connection **out);
static void give_back(struct store_sqlite *s, struct connection *c);
static int lived_too_long(void *read);
static enum err snapshot(struct connection *c, struct tx *tx, store_fn *fn, const void *ask,
			 void *answer);

void readers_init(struct store_sqlite *s)
{
	struct readers *r = &s->readers;

	CHECK(pthread_mutex_init(&r->lock, NULL) == 0);
	CHECK(pthread_cond_init(&r->changed, NULL) == 0);
	r->max = s->options.readers ? s->options.readers : READERS_DEFAULT;
	CHECK(r->max <= READERS_MAX);
}

void readers_fini(struct store_sqlite *s)
{
	struct readers *r = &s->readers;

	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_broadcast(&r->changed);
	while (r->idle_n < r->open_n || r->waiting > 0)
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
	readers_drop(r);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
}

enum err readers_read(struct store *store, int64_t merchant, store_fn *fn, const void *ask,
		      void *answer)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	struct tx tx = { .reading = &SQLITE_READING };
	struct read read = { .store = s };
	struct connection *c;
	enum err e;

	TRY(borrow(s, &c));
	tx.connection = c;
	tx.arena = arena_new(READ_ARENA);
	read.since_ms = s->options.clock->mono_ms(s->options.clock);
	sqlite3_progress_handler(connection_handle(c), STEPS_A_LOOK, lived_too_long, &read);
	tx_begin(&tx, merchant, s->options.clock->wall_ms(s->options.clock), NULL);
	tx.tail = s->tail;
	if (s->tail)
		tx.tail_reader = tail_begin(s->tail);
	e = snapshot(c, &tx, fn, ask, answer);
	if (s->tail)
		tail_end(s->tail, tx.tail_reader);
	sqlite3_progress_handler(connection_handle(c), 0, NULL, NULL);
	tx_free(&tx);
	give_back(s, c);
	return e;
}

/* Whatever the closure left open is ended: a statement at work would keep the snapshot, and with it
 * the log, for ever. */
static enum err snapshot(struct connection *c, struct tx *tx, store_fn *fn, const void *ask,
			 void *answer)
{
	struct outcome o;

	TRY(connection_run(c, "begin"));
	o = outcome_of(fn(tx, ask, answer));
	connection_end_reads(c);
	connection_try(c, "commit");
	return outcome_raise(&o);
}

/* Once the gate is closed everybody waits for the reads that are going on. */
static int lived_too_long(void *read)
{
	const struct read *r = read;
	struct clock *clock = r->store->options.clock;

	return atomic_load(&r->store->readers.gate_closed) &&
	       clock->mono_ms(clock) - r->since_ms > READ_MS;
}

static enum err borrow(struct store_sqlite *s, struct connection **out)
{
	struct readers *r = &s->readers;
	bool found = false;

	pthread_mutex_lock(&r->lock);
	r->waiting++;
	while (!r->stopping && (r->gate_closed || (r->idle_n == 0 && r->open_n == r->max)))
		pthread_cond_wait(&r->changed, &r->lock);
	r->waiting--;
	if (!r->stopping && r->idle_n > 0) {
		*out = r->idle[--r->idle_n];
		found = true;
	} else if (!r->stopping) {
		r->open_n++;
	}
	bool stopping = r->stopping;

	if (stopping)
		pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	if (stopping)
		FAIL(ERR_STOPPING, "the store is closing");
	if (found)
		return ERR_OK;

	enum err e = connection_open(s->path, CONNECTION_READER, out);

	if (e != ERR_OK) {
		pthread_mutex_lock(&r->lock);
		r->open_n--;
		pthread_cond_broadcast(&r->changed);
		pthread_mutex_unlock(&r->lock);
	}
	return e;
}

static void give_back(struct store_sqlite *s, struct connection *c)
{
	struct readers *r = &s->readers;

	pthread_mutex_lock(&r->lock);
	r->idle[r->idle_n++] = c;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

void readers_close_gate(struct readers *r)
{
	pthread_mutex_lock(&r->lock);
	r->gate_closed = true;
	while (r->idle_n < r->open_n)
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

void readers_open_gate(struct readers *r)
{
	pthread_mutex_lock(&r->lock);
	r->gate_closed = false;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

void readers_drop(struct readers *r)
{
	pthread_mutex_lock(&r->lock);
	while (r->idle_n > 0) {
		connection_close(r->idle[--r->idle_n]);
		r->open_n--;
	}
	pthread_mutex_unlock(&r->lock);
}
