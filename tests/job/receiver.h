/* receiver.h - a receiver of webhooks for tests: remembers what came and answers as the path says.
 *
 *   /ok…        200            /500        500             /close   closes without an answer
 *   /hang       never answers  /drip       a byte at a time, without an end
 *   /big        200 and 10 MB  /redirect   302 to /ok-redirected
 *   /say/TEXT   200 and TEXT   /no/TEXT    500 and TEXT    /switch  the status set by
 * receiver_switch
 */
#pragma once

#include "base/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CAME_MAX = 8192, CONNECTIONS_MAX = 8192, REQUEST_MAX = 65536 };

struct came {
	char path[128], id[64], timestamp[32], signature[256], delivery[64];
	char *body;
};

struct receiver {
	int fd, port;
	pthread_t thread;
	pthread_mutex_t lock;
	bool stopping;
	int status; /* of /switch */
	struct came came[CAME_MAX];
	size_t came_n;
	struct connection {
		struct receiver *receiver;
		pthread_t thread;
		int fd;
	} connections[CONNECTIONS_MAX];
	size_t connections_n;
};

static inline void receiver_field(const char *head, const char *name, char *out, size_t cap)
{
	const char *at = strcasestr(head, name), *end;

	out[0] = '\0';
	if (!at)
		return;
	at += strlen(name);
	end = strstr(at, "\r\n");
	(void)snprintf(out, cap, "%.*s", (int)(end - at), at);
}

/* Reads one request into text; false when the peer went away. */
static inline bool receiver_read(int fd, char *text, size_t cap, char **body)
{
	size_t n = 0, length = 0;

	*body = NULL;
	while (n + 1 < cap) {
		ssize_t got = recv(fd, text + n, cap - 1 - n, 0);
		char number[32];

		if (got <= 0)
			return false;
		n += (size_t)got;
		text[n] = '\0';
		if (!*body && (*body = strstr(text, "\r\n\r\n")) != NULL) {
			*body += 4;
			receiver_field(text, "content-length: ", number, sizeof(number));
			length = (size_t)strtoul(number, NULL, 10);
		}
		if (*body && (size_t)(text + n - *body) >= length)
			return true;
	}
	return false;
}

static inline void receiver_send(int fd, const char *text)
{
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static inline void receiver_say(int fd, int status, const char *body)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
		       "HTTP/1.1 %d Answer\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
		       status, strlen(body), body);
	receiver_send(fd, text);
}

/* Until the peer goes away. */
static inline void receiver_hang(int fd)
{
	char c;

	while (recv(fd, &c, 1, 0) > 0) {
	}
}

static inline void receiver_drip(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	receiver_send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
	while (poll(&p, 1, 100) == 0)
		receiver_send(fd, "x");
}

static inline void receiver_flood(int fd)
{
	static const char KILO[1025] = { 'x' };

	receiver_send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n");
	for (int i = 0; i < 10240; i++)
		if (send(fd, KILO, 1024, MSG_NOSIGNAL) <= 0)
			return;
}

static inline void receiver_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		unsigned byte;

		if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

static inline void receiver_answer(struct receiver *r, int fd, char *path)
{
	receiver_unescape(path);
	if (strncmp(path, "/ok", 3) == 0) {
		receiver_say(fd, 200, "");
	} else if (strcmp(path, "/500") == 0) {
		receiver_say(fd, 500, "sorry");
	} else if (strcmp(path, "/hang") == 0) {
		receiver_hang(fd);
	} else if (strcmp(path, "/drip") == 0) {
		receiver_drip(fd);
	} else if (strcmp(path, "/big") == 0) {
		receiver_flood(fd);
	} else if (strcmp(path, "/redirect") == 0) {
		receiver_send(fd, "HTTP/1.1 302 Found\r\nLocation: /ok-redirected\r\n"
				  "Content-Length: 0\r\nConnection: close\r\n\r\n");
	} else if (strncmp(path, "/say/", 5) == 0) {
		receiver_say(fd, 200, path + 5);
	} else if (strncmp(path, "/no/", 4) == 0) {
		receiver_say(fd, 500, path + 4);
	} else if (strncmp(path, "/switch", 7) == 0) {
		pthread_mutex_lock(&r->lock);
		int status = r->status;
		pthread_mutex_unlock(&r->lock);
		receiver_say(fd, status, "");
	}
}

static inline void *receiver_serve(void *self)
{
	struct connection *c = self;
	struct receiver *r = c->receiver;
	char *text = malloc(REQUEST_MAX), *body;

	CHECK(text != NULL);
	if (receiver_read(c->fd, text, REQUEST_MAX, &body)) {
		struct came came = { .body = strdup(body) };
		char path[128];

		CHECK(sscanf(text, "POST %127s", came.path) == 1);
		receiver_field(text, "webhook-id: ", came.id, sizeof(came.id));
		receiver_field(text, "webhook-timestamp: ", came.timestamp, sizeof(came.timestamp));
		receiver_field(text, "webhook-signature: ", came.signature, sizeof(came.signature));
		receiver_field(text, "tael-delivery: ", came.delivery, sizeof(came.delivery));
		(void)snprintf(path, sizeof(path), "%s", came.path);
		pthread_mutex_lock(&r->lock);
		CHECK(r->came_n < CAME_MAX);
		r->came[r->came_n++] = came;
		pthread_mutex_unlock(&r->lock);
		receiver_answer(r, c->fd, path);
	}
	free(text);
	(void)shutdown(c->fd, SHUT_RDWR);
	return NULL;
}

static inline void *receiver_run(void *self)
{
	struct receiver *r = self;

	for (;;) {
		int fd = accept(r->fd, NULL, NULL);
		struct connection *c;

		if (fd < 0)
			return NULL;
		pthread_mutex_lock(&r->lock);
		if (r->stopping) {
			pthread_mutex_unlock(&r->lock);
			(void)close(fd);
			return NULL;
		}
		CHECK(r->connections_n < CONNECTIONS_MAX);
		c = &r->connections[r->connections_n++];
		c->receiver = r;
		c->fd = fd;
		CHECK(pthread_create(&c->thread, NULL, receiver_serve, c) == 0);
		pthread_mutex_unlock(&r->lock);
	}
}

/* Has a port, and answers nobody yet. */
static inline struct receiver *receiver_bind(void)
{
	struct receiver *r = calloc(1, sizeof(*r));
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	CHECK(r != NULL);
	r->status = 200;
	r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(r->fd >= 0);
	CHECK(bind(r->fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	CHECK(listen(r->fd, 512) == 0);
	CHECK(getsockname(r->fd, (struct sockaddr *)&a, &n) == 0);
	r->port = ntohs(a.sin_port);
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

static inline struct receiver *receiver_start(void)
{
	struct receiver *r = receiver_bind();

	CHECK(pthread_create(&r->thread, NULL, receiver_run, r) == 0);
	return r;
}

static inline void receiver_stop(struct receiver *r)
{
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_mutex_unlock(&r->lock);
	(void)shutdown(r->fd, SHUT_RDWR);
	CHECK(pthread_join(r->thread, NULL) == 0);
	(void)close(r->fd);
	for (size_t i = 0; i < r->connections_n; i++) {
		(void)shutdown(r->connections[i].fd, SHUT_RDWR);
		CHECK(pthread_join(r->connections[i].thread, NULL) == 0);
		(void)close(r->connections[i].fd);
	}
	for (size_t i = 0; i < r->came_n; i++)
		free(r->came[i].body);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static inline void receiver_switch(struct receiver *r, int status)
{
	pthread_mutex_lock(&r->lock);
	r->status = status;
	pthread_mutex_unlock(&r->lock);
}

/* How many requests came for a path; id NULL: of any event. */
static inline size_t receiver_count(struct receiver *r, const char *path, const char *id)
{
	size_t n = 0;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->came_n; i++)
		n += strcmp(r->came[i].path, path) == 0 && (!id || strcmp(r->came[i].id, id) == 0);
	pthread_mutex_unlock(&r->lock);
	return n;
}

/* The nth request for a path, from 0; it must have come. */
static inline struct came receiver_get(struct receiver *r, const char *path, size_t nth)
{
	struct came found = { .body = NULL };

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->came_n && !found.body; i++)
		if (strcmp(r->came[i].path, path) == 0 && nth-- == 0)
			found = r->came[i];
	pthread_mutex_unlock(&r->lock);
	CHECK(found.body != NULL);
	return found;
}
