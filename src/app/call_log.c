#include "app/call_log.h"

#include "base/check.h"
#include "base/id.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/json.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_CAP = 512, MAX_BYTES = 16 * 1024 * 1024 };

struct call_log {
	pthread_mutex_t lock;
	struct clock *clock;
	char path[PATH_CAP]; /* DIR/calls.log */
	int64_t max_bytes, bytes;
	int fd; /* -1: it could not be opened again */
};

static enum err open_file(struct call_log *l);
static void put_aside(struct call_log *l);
static void kept_path(const struct call_log *l, int age, char out[PATH_CAP + 16]);
static void line_write(struct jout *w, const struct call_line *c, int64_t now);
static void body_write(struct jout *w, const char *key, struct str body);

enum err call_log_open(const char *dir, struct clock *clock, int64_t max_bytes,
		       struct call_log **out)
{
	struct call_log *l = calloc(1, sizeof(*l));
	enum err e;

	CHECK(l != NULL);
	l->clock = clock;
	l->max_bytes = max_bytes > 0 ? max_bytes : MAX_BYTES;
	CHECK(snprintf(l->path, sizeof(l->path), "%s/calls.log", dir) < (int)sizeof(l->path));
	e = open_file(l);
	if (e) {
		free(l);
		return e;
	}
	pthread_mutex_init(&l->lock, NULL);
	*out = l;
	return ERR_OK;
}

void call_log_close(struct call_log *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		(void)close(l->fd);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static enum err open_file(struct call_log *l)
{
	struct stat st;

	l->fd = open(l->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->fd < 0)
		FAIL(ERR_IO, "%s: %s", l->path, strerror(errno));
	l->bytes = fstat(l->fd, &st) == 0 ? st.st_size : 0;
	return ERR_OK;
}

void call_log_write(struct call_log *l, const struct call_line *line)
{
	CLEANUP(jout_free) struct jout w = { 0 };

	if (!l)
		return;
	jout_open(&w);
	line_write(&w, line, l->clock->wall_ms(l->clock));
	pthread_mutex_lock(&l->lock);
	if (l->bytes + (int64_t)w.n + 1 > l->max_bytes)
		put_aside(l);
	if (l->fd >= 0) {
		/* One write a line, its NUL made a newline. */
		w.p[w.n] = '\n';
		if (write(l->fd, w.p, w.n + 1) > 0)
			l->bytes += (int64_t)w.n + 1;
	}
	pthread_mutex_unlock(&l->lock);
}

/* calls.log -> .1 -> .2 … and the oldest is gone. */
static void put_aside(struct call_log *l)
{
	char from[PATH_CAP + 16], to[PATH_CAP + 16];

	if (l->fd >= 0)
		(void)close(l->fd);
	for (int age = CALL_LOG_KEPT; age > 0; age--) {
		kept_path(l, age - 1, from);
		kept_path(l, age, to);
		(void)rename(from, to);
	}
	(void)open_file(l);
}

static void kept_path(const struct call_log *l, int age, char out[PATH_CAP + 16])
{
	size_t n = 0;

	str_add(out, PATH_CAP + 16, &n, "%s", l->path);
	if (age > 0)
		str_add(out, PATH_CAP + 16, &n, ".%d", age);
}

static void text_write(struct jout *w, const char *key, const char *text)
{
	if (text && *text)
		jout_text(w, key, text);
}

static void id_field_write(struct jout *w, const char *key, enum id_kind kind, int64_t id)
{
	if (id != 0)
		jout_id(w, key, (int)kind, id);
}

static void line_write(struct jout *w, const struct call_line *c, int64_t now)
{
	jout_object(w, NULL);
	jout_time(w, "at", now);
	id_field_write(w, "merchant", ID_MERCHANT, c->merchant);
	id_field_write(w, "app", ID_APP, c->app);
	text_write(w, "direction", c->direction);
	text_write(w, "kind", c->kind);
	text_write(w, "operation", c->operation);
	if (c->url)
		jout_str(w, "url", str_cut(str_of(c->url), '?', NULL));
	if (c->status != 0)
		jout_integer(w, "status", c->status);
	text_write(w, "error", c->error);
	jout_integer(w, "took_ms", c->took_ms);
	id_field_write(w, "order", ID_ORDER, c->order);
	id_field_write(w, "refund", ID_REFUND, c->refund);
	id_field_write(w, "event", ID_EVENT, c->event);
	id_field_write(w, "endpoint", ID_ENDPOINT, c->endpoint);
	body_write(w, "ask", c->ask);
	body_write(w, "answer", c->answer);
	jout_object_end(w);
}

static void body_write(struct jout *w, const char *key, struct str body)
{
	char masked[CALL_BODY_MAX + 1];

	if (body.n == 0)
		return;
	call_mask(body, masked, sizeof(masked));
	jout_text(w, key, masked);
}

/* --- finding --- */

/* The youngest lines found, in a ring. */
struct ring {
	char **lines;
	size_t max, n; /* n: found in all */
};

static void ring_add(struct ring *r, struct str line)
{
	char **slot = &r->lines[r->n++ % r->max];

	free(*slot);
	*slot = strndup(line.p, line.n);
	CHECK(*slot != NULL);
}

static void find_in(const char *path, const char *id, int64_t max_bytes, struct ring *ring)
{
	CLEANUP(text_freep) char *text = NULL;
	struct str rest;
	size_t n;

	/* A file that is not there, or grew beyond its bound, holds nothing that is needed. */
	if (file_read(path, (size_t)max_bytes, &text, &n) != ERR_OK)
		return;
	rest = (struct str){ text, n };
	while (rest.n > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		if (memmem(line.p, line.n, id, strlen(id)) != NULL)
			ring_add(ring, line);
	}
}

enum err call_log_find(struct call_log *l, const char *id, size_t max, call_log_each *each,
		       void *self)
{
	struct ring ring = { .max = max };
	size_t first;

	CHECK(max > 0);
	ring.lines = calloc(max, sizeof(*ring.lines));
	CHECK(ring.lines != NULL);
	for (int age = CALL_LOG_KEPT; l && age >= 0; age--) {
		char path[PATH_CAP + 16];

		kept_path(l, age, path);
		find_in(path, id, l->max_bytes, &ring);
	}
	first = ring.n > max ? ring.n - max : 0;
	for (size_t i = first; i < ring.n; i++)
		each(self, str_of(ring.lines[i % max]));
	for (size_t i = 0; i < max; i++)
		free(ring.lines[i]);
	free(ring.lines);
	return ERR_OK;
}
