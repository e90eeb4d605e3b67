/* open.c - opening, the queue's door, closing. */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"
#include "sys/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct engine ENGINE;
static enum err dir_fits(const char *dir);
static enum err open_writing(struct store_sqlite *s);
static enum err settle(struct store_sqlite *s);
static enum err make_file(struct store_sqlite *s);
static enum err lock_dir(struct store_sqlite *s);
static struct store_sqlite *make(const struct sqlite_options *o);
static void destroy(struct store_sqlite *s);

enum err sqlite_store_open(const struct sqlite_options *o, struct store **out)
{
	struct store_sqlite *s;
	enum err e;

	TRY(dir_fits(o->dir));
	s = make(o);
	e = open_writing(s);

	if (e != ERR_OK) {
		struct outcome why = outcome_of(e);

		if (s->made)
			(void)unlink(s->path);
		destroy(s);
		return outcome_raise(&why);
	}
	*out = &s->store;
	return ERR_OK;
}

/* A name cut short would be that of another folder. */
static enum err dir_fits(const char *dir)
{
	if (strlen(dir) >= PATH_CAP - 16)
		FAIL(ERR_INVALID, "the name of the store's folder is longer than %d bytes",
		     PATH_CAP - 17);
	return ERR_OK;
}

static enum err open_writing(struct store_sqlite *s)
{
	struct migration_counts counts;
	struct stat st;
	bool there = stat(s->path, &st) == 0;

	if (s->options.create && there)
		FAIL(ERR_EXISTS, "there is a store in %s already", s->dir);
	if (!s->options.create && !there)
		FAIL(ERR_NOT_FOUND, "there is no store in %s; `tael init` makes one", s->dir);
	TRY(lock_dir(s));
	s->tail = tail_new();
	if (s->options.create)
		TRY(make_file(s));
	TRY(writer_open(s));
	TRY(settle(s));
	TRY(scripts_apply(s->writer.connection, s->options.clock->wall_ms(s->options.clock), false,
			  &counts));
	TRY(writer_catch_up(s));
	readers_init(s);
	atomic_store(&s->ready, true);
	if (pthread_create(&s->thread, NULL, writer_run, s) != 0) {
		atomic_store(&s->ready, false);
		FAIL(ERR_IO, "no thread for the writer");
	}
	return ERR_OK;
}

/* Somebody who reads for long is no reason not to start. */
static enum err settle(struct store_sqlite *s)
{
	enum err e = connection_settle(s->writer.connection);

	if (e != ERR_BUSY)
		return e;
	log_err(LOG_WARN, "store.not_settled", e);
	return ERR_OK;
}

/* Empty, and for its owner only: the files that SQLite puts beside it take over its mode. */
static enum err make_file(struct store_sqlite *s)
{
	int fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		FAIL(errno == EEXIST ? ERR_EXISTS : ERR_IO, "%s: %s", s->path, strerror(errno));
	(void)close(fd);
	s->made = true;
	return ERR_OK;
}

enum err sqlite_store_open_reading(const char *dir, struct clock *clock, struct store **out)
{
	struct sqlite_options o = { .dir = dir, .clock = clock };
	struct store_sqlite *s;
	struct migration_counts counts;
	struct connection *c = NULL;
	enum err e;

	TRY(dir_fits(dir));
	s = make(&o);
	s->reading_only = true;
	e = access(s->path, R_OK) == 0
		    ? connection_open(s->path, CONNECTION_READER, &c)
		    : err_set(ERR_NOT_FOUND, ERR_WHERE, "",
			      "there is no store in %s that may be read", s->dir);
	if (e == ERR_OK)
		e = scripts_apply(c, 0, true, &counts);
	if (e == ERR_OK && counts.applied < counts.known)
		e = err_set(ERR_CORRUPT, ERR_WHERE, "",
			    "the store is older than this program: "
			    "run `tael migrate`");
	connection_close(c);
	if (e != ERR_OK) {
		struct outcome why = outcome_of(e);

		destroy(s);
		return outcome_raise(&why);
	}
	readers_init(s);
	*out = &s->store;
	return ERR_OK;
}

enum err sqlite_store_migrations(const char *dir, struct migration_counts *out)
{
	char path[PATH_CAP];
	struct connection *c = NULL;
	enum err e;

	TRY(dir_fits(dir));
	(void)snprintf(path, sizeof(path), "%.*s/tael.db", PATH_CAP - 16, dir);
	if (access(path, R_OK) != 0)
		FAIL(ERR_NOT_FOUND, "there is no store in %s that may be read", dir);
	TRY(connection_open(path, CONNECTION_READER, &c));
	e = scripts_apply(c, 0, true, out);
	connection_close(c);
	return e;
}

static struct store_sqlite *make(const struct sqlite_options *o)
{
	struct store_sqlite *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	s->store.engine = &ENGINE;
	s->options = *o;
	(void)snprintf(s->dir, sizeof(s->dir), "%s", o->dir);
	(void)snprintf(s->path, sizeof(s->path), "%.*s/tael.db", PATH_CAP - 16, o->dir);
	atomic_store(&s->closed_by, ERR_BUSY);
	s->options.dir = s->dir;
	s->last = &s->first;
	s->lock_fd = -1;
	CHECK(pthread_mutex_init(&s->lock, NULL) == 0);
	CHECK(pthread_mutex_init(&s->listener_lock, NULL) == 0);
	clock_cond_init(&s->more);
	return s;
}

static void destroy(struct store_sqlite *s)
{
	writer_close(s);
	tx_free(&s->writer.tx);
	tail_free(s->tail);
	if (s->lock_fd >= 0)
		(void)close(s->lock_fd);
	pthread_cond_destroy(&s->more);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->listener_lock);
	free(s);
}

/* An open-file-description lock: it goes with the descriptor, whatever else the process closes. */
static enum err lock_dir(struct store_sqlite *s)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_CAP];

	(void)snprintf(path, sizeof(path), "%.*s/lock", PATH_CAP - 16, s->dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		FAIL(ERR_IO, "%s: %s", path, strerror(errno));
	if (fcntl(s->lock_fd, F_OFD_SETLK, &whole) == 0)
		return ERR_OK;
	if (errno != EAGAIN && errno != EACCES)
		FAIL(ERR_IO, "%s: %s", path, strerror(errno));
	FAIL(ERR_LOCKED, "another process has the store in %s open", s->dir);
}

/* --- the engine's functions --- */

/* NOLINTNEXTLINE(readability-function-size): the interface has seven parameters */
static enum err submit(struct store *store, int64_t merchant, store_fn *fn, const void *ask,
		       void *answer, store_done *done, void *arg)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	struct item *it;
	enum err e = ERR_OK;

	if (s->reading_only)
		FAIL(ERR_STORE, "the store is open for reading only");
	if (!atomic_load(&s->ready)) {
		struct outcome o = plainly((enum err)atomic_load(&s->closed_by));

		return outcome_raise(&o);
	}
	it = calloc(1, sizeof(*it));
	CHECK(it != NULL);
	*it = (struct item){ .merchant = merchant,
			     .fn = fn,
			     .ask = ask,
			     .answer = answer,
			     .done = done,
			     .arg = arg };
	pthread_mutex_lock(&s->lock);
	if (s->stopping)
		e = ERR_STOPPING;
	else if (s->waiting >= QUEUE_MAX)
		e = ERR_BUSY;
	if (e == ERR_OK) {
		*s->last = it;
		s->last = &it->next;
		if (s->waiting++ == 0)
			pthread_cond_signal(&s->more);
	}
	pthread_mutex_unlock(&s->lock);
	if (e == ERR_OK)
		return ERR_OK;
	free(it);
	if (e == ERR_STOPPING)
		FAIL(ERR_STOPPING, "the store is closing");
	FAIL(ERR_BUSY, "%d writes wait already", QUEUE_MAX);
}

static bool ready(const struct store *store)
{
	const struct store_sqlite *s = (const struct store_sqlite *)store;

	return atomic_load(&s->ready);
}

static void listen_to(struct store *store, store_listener *listener, void *self)
{
	struct store_sqlite *s = (struct store_sqlite *)store;

	pthread_mutex_lock(&s->listener_lock);
	s->listener_self = self;
	s->listener = listener;
	pthread_mutex_unlock(&s->listener_lock);
}

static void counts(struct store *store, struct store_counts *out)
{
	struct store_sqlite *s = (struct store_sqlite *)store;

	pthread_mutex_lock(&s->lock);
	out->waiting = (int64_t)s->waiting;
	pthread_mutex_unlock(&s->lock);
	out->commits = atomic_load(&s->commits);
	out->items = atomic_load(&s->items);
	out->failed_items = atomic_load(&s->failed_items);
	out->rerun_items = atomic_load(&s->rerun_items);
	out->accounts_loaded = atomic_load(&s->accounts);
	out->wal_pages = atomic_load(&s->pages);
}

static void close_store(struct store *store)
{
	struct store_sqlite *s = (struct store_sqlite *)store;

	if (!s->reading_only) {
		pthread_mutex_lock(&s->lock);
		s->stopping = true;
		pthread_cond_signal(&s->more);
		pthread_mutex_unlock(&s->lock);
		(void)pthread_join(s->thread, NULL);
	}
	readers_fini(s);
	destroy(s);
}

static const struct engine ENGINE = {
	.submit = submit,
	.read = readers_read,
	.ready = ready,
	.listen = listen_to,
	.counts = counts,
	.close = close_store,
};

const char *sqlite_library_version(void)
{
	return sqlite3_libversion();
}

bool sqlite_library_needs_one_writer(void)
{
	return sqlite3_libversion_number() < 3051003;
}
