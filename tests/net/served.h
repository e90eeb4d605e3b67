/* served.h - a server of src/net for tests, which does what the path says:
 *
 *   /now     answers at once with method, path, query and body
 *   /hold    keeps the request until served_answer()
 *   /gate    stops the whole loop until served_open_gate(), then as /now
 *   /name    answers with the name of the client's certificate
 *   /refuse  answers 401 in begin
 *   /status/NNN   answers NNN with Location: /now
 *   /big/N   answers with N bytes
 *
 * A body of up to SERVED_BODY_MAX bytes is taken; else begin answers 413, 411 or 503.
 */
#pragma once

#include "base/check.h"
#include "net/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SERVED_BODY_MAX = 70000, SERVED_HELD_MAX = 5000 };

struct served {
	struct net_server *server;
	pthread_mutex_t lock;
	pthread_cond_t change;
	struct net_request *held[SERVED_HELD_MAX]; /* oldest first */
	size_t held_n;
	size_t begun, handled, ended;
	size_t at_gate;
	bool gate_open;
};

static inline void served_say(struct net_request *r, int status, struct str body)
{
	net_reply(r, &(struct net_answer){ .status = status, .type = "text/plain", .body = body });
}

static inline void served_begin(void *self, struct net_request *r)
{
	struct served *s = self;
	enum err e;

	pthread_mutex_lock(&s->lock);
	s->begun++;
	pthread_mutex_unlock(&s->lock);
	if (str_is(net_path(r), "/refuse")) {
		served_say(r, 401, STR("no"));
		return;
	}
	e = net_take(r, SERVED_BODY_MAX);
	if (e != ERR_OK)
		served_say(r,
			   e == ERR_TOO_LARGE ? 413
			   : e == ERR_BUSY    ? 503
					      : 411,
			   str_of(err_code(e)));
}

/* Lock held. */
static inline void served_stand_at_gate(struct served *s)
{
	s->at_gate++;
	pthread_cond_broadcast(&s->change);
	while (!s->gate_open)
		pthread_cond_wait(&s->change, &s->lock);
	s->gate_open = false;
	s->at_gate--;
}

static inline void served_handle(void *self, struct net_request *r)
{
	struct served *s = self;
	struct str path = net_path(r), body = net_body(r), query = net_query(r);
	struct str method = net_method(r);
	int64_t n;

	pthread_mutex_lock(&s->lock);
	s->handled++;
	if (str_is(path, "/hold")) {
		CHECK(s->held_n < SERVED_HELD_MAX);
		s->held[s->held_n++] = r;
		pthread_cond_broadcast(&s->change);
	}
	if (str_is(path, "/gate"))
		served_stand_at_gate(s);
	pthread_mutex_unlock(&s->lock);
	if (str_is(path, "/hold"))
		return;
	if (str_is(path, "/name")) {
		served_say(r, 200, net_client_name(r));
	} else if (str_starts(path, "/status/")) {
		struct net_field to = { "Location", STR("/now") };

		CHECK(str_integer(str_skip(path, 8), 200, 599, &n) == ERR_OK);
		net_reply(r,
			  &(struct net_answer){ .status = (int)n, .fields = &to, .fields_n = 1 });
	} else if (str_starts(path, "/big/")) {
		char *big;

		CHECK(str_integer(str_skip(path, 5), 1, 100 << 20, &n) == ERR_OK);
		big = malloc((size_t)n);
		CHECK(big);
		memset(big, 'b', (size_t)n);
		net_reply(r, &(struct net_answer){ .status = 200,
						   .body = { big, (size_t)n },
						   .body_owned = big });
	} else {
		char *text = arena_printf(net_arena(r), "%.*s|%.*s|%.*s|%.*s", (int)method.n,
					  method.p, (int)path.n, path.p, (int)query.n, query.p,
					  (int)body.n, body.p);

		served_say(r, 200, str_of(text));
	}
}

static inline void served_end(void *self, struct net_request *r)
{
	struct served *s = self;

	(void)r;
	pthread_mutex_lock(&s->lock);
	s->ended++;
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
}

/* `limits` and `tls` may be NULL. */
static inline struct served *served_start_tls(const struct net_limits *limits,
					      const struct net_server_tls *tls)
{
	struct served *s = calloc(1, sizeof(*s));
	struct net_handler handler = { served_begin, served_handle, served_end, s };

	CHECK(s);
	CHECK(pthread_mutex_init(&s->lock, NULL) == 0);
	CHECK(pthread_cond_init(&s->change, NULL) == 0);
	CHECK(net_server_start_tls("127.0.0.1:0", limits, tls, &handler, &s->server) == ERR_OK);
	return s;
}

static inline struct served *served_start(const struct net_limits *limits)
{
	return served_start_tls(limits, NULL);
}

static inline const char *served_url(const struct served *s)
{
	return net_server_url(s->server);
}

static inline void served_wait_held(struct served *s, size_t n)
{
	pthread_mutex_lock(&s->lock);
	while (s->held_n < n)
		pthread_cond_wait(&s->change, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static inline void served_wait_ended(struct served *s, size_t n)
{
	pthread_mutex_lock(&s->lock);
	while (s->ended < n)
		pthread_cond_wait(&s->change, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static inline void served_wait_gate(struct served *s)
{
	pthread_mutex_lock(&s->lock);
	while (s->at_gate == 0)
		pthread_cond_wait(&s->change, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static inline void served_open_gate(struct served *s)
{
	pthread_mutex_lock(&s->lock);
	s->gate_open = true;
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
}

/* The oldest request that is held, no longer held; NULL if there is none. */
static inline struct net_request *served_take(struct served *s)
{
	struct net_request *r = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->held_n > 0) {
		r = s->held[0];
		s->held_n--;
		memmove(s->held, s->held + 1, s->held_n * sizeof(s->held[0]));
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

/* Answers every request that is held. */
static inline void served_answer(struct served *s)
{
	struct net_request *r;

	while ((r = served_take(s)))
		served_say(r, 200, STR("held"));
}

static inline size_t served_count(struct served *s, const size_t *counter)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = *counter;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* For CLEANUP. */
static inline void served_stop(struct served **s)
{
	if (!*s)
		return;
	served_answer(*s);
	net_server_stop((*s)->server);
	pthread_cond_destroy(&(*s)->change);
	pthread_mutex_destroy(&(*s)->lock);
	free(*s);
	*s = NULL;
}
