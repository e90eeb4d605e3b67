/* reopen.c - after disk, file or memory failed: the store is opened anew, and serves writes again
 * once a test commit went well.
 *
 * A full disk is waited for as long as it takes; reads go on meanwhile.  Whatever else fails twice
 * will not mend by itself: the process ends, and starts again from what is on disk.
 */
#include "store/sqlite/store_sqlite.h"

#include "sys/log.h"

#include <unistd.h>

enum { RETRY_MS = 1000, FAILURES_MAX = 2 };

static enum err open_again(struct store_sqlite *s);
static enum err test_commit(struct connection *c);
static bool wait_a_second(struct store_sqlite *s);

void reopen(struct store_sqlite *s)
{
	enum err before = ERR_OK;
	int failures = 0;

	writer_close(s);
	readers_drop(&s->readers);
	for (enum err e; (e = open_again(s)) != ERR_OK;) {
		bool passing = e == ERR_STORAGE_FULL || e == ERR_BUSY;

		if (e != before)
			log_err(passing ? LOG_WARN : LOG_ERROR, "store.closed", e);
		before = e;
		writer_close(s);
		failures = passing ? 0 : failures + 1;
		if (failures == FAILURES_MAX) {
			LOG(LOG_ERROR, "store.given_up", LOG_S("path", s->path));
			_exit(1);
		}
		atomic_store(&s->closed_by, passing ? (int)e : ERR_BUSY);
		refuse_all(s);
		if (!wait_a_second(s)) {
			refuse_all(s);
			return;
		}
	}
	LOG(LOG_INFO, "store.open", LOG_S("path", s->path));
	atomic_store(&s->ready, true);
}

static enum err open_again(struct store_sqlite *s)
{
	enum err e;

	TRY(writer_open(s));
	readers_close_gate(&s->readers);
	e = connection_settle(s->writer.connection);
	readers_open_gate(&s->readers);
	TRY(e);
	TRY(test_commit(s->writer.connection));
	return writer_catch_up(s);
}

/* Writes a page whatever it holds: an update to the values that are there would write none. */
static enum err test_commit(struct connection *c)
{
	TRY(connection_exec(c, "begin immediate"));
	TRY(connection_exec(c, "pragma user_version = 1"));
	return connection_exec(c, "commit");
}

/* False when the store stops. */
static bool wait_a_second(struct store_sqlite *s)
{
	struct clock *clock = s->options.clock;
	int64_t until = clock_after(clock->mono_ms(clock), RETRY_MS);
	bool stopping;

	pthread_mutex_lock(&s->lock);
	while (!s->stopping && clock->mono_ms(clock) < until)
		(void)clock->wait(clock, &s->more, &s->lock, until);
	stopping = s->stopping;
	pthread_mutex_unlock(&s->lock);
	return !stopping;
}

void refuse_all(struct store_sqlite *s)
{
	struct item *batch;

	take_queued(s);
	batch = s->writer.taken;
	s->writer.taken = NULL;
	for (struct item *it = batch; it; it = it->next)
		it->outcome = plainly((enum err)atomic_load(&s->closed_by));
	answer(s, batch);
}
