/* readers.c - read-only connections beside the writer, and the gate that keeps the log short. */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"

#include <stdlib.h>

enum { READERS_DEFAULT = 4, READ_ARENA = 4 << 20 };

static enum err borrow(struct store_sqlite *s, struct connection **out);
static void give_back(struct store_sqlite *s, struct connection *c);

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
	while (r->idle_n < r->open_n)
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
	struct connection *c;
	enum err e;

	TRY(borrow(s, &c));
	tx.connection = c;
	tx.arena = arena_new(READ_ARENA);
	e = connection_exec(c, "begin");
	if (e == ERR_OK) {
		struct outcome o;

		tx_begin(&tx, merchant, s->options.clock->wall_ms(s->options.clock), NULL);
		e = fn(&tx, ask, answer);
		o = outcome_of(e);
		connection_try(c, "commit");
		e = outcome_raise(&o);
	}
	tx_free(&tx);
	give_back(s, c);
	return e;
}

static enum err borrow(struct store_sqlite *s, struct connection **out)
{
	struct readers *r = &s->readers;
	bool found = false;

	pthread_mutex_lock(&r->lock);
	while (!r->stopping && (r->gate_closed || (r->idle_n == 0 && r->open_n == r->max)))
		pthread_cond_wait(&r->changed, &r->lock);
	if (!r->stopping && r->idle_n > 0) {
		*out = r->idle[--r->idle_n];
		found = true;
	} else if (!r->stopping) {
		r->open_n++;
	}
	bool stopping = r->stopping;

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
