/* wire.h - an HTTP client that sends exactly the bytes it is given and shows exactly what came
 * back.
 *
 *   struct wire w = wire_open("http://127.0.0.1:41234");
 *   wire_send(&w, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", …);
 *   wire_read(&w, &answer);
 */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WIRE_HEAD_MAX = 8192 };

struct wire {
	int fd; /* -1: could not connect */
	char *in;
	size_t in_n, in_cap; /* bytes received and not used yet */
};

struct wire_answer {
	int status;               /* 0: no whole answer came */
	char head[WIRE_HEAD_MAX]; /* status line and fields, NUL-ended */
	char *body;               /* NUL-ended; freed by wire_answer_free */
	size_t body_n;
};

static inline struct wire wire_open(const char *url)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct wire w = { .fd = -1 };
	const char *colon = strrchr(url, ':');
	char host[64];
	int on = 1;

	if (strncmp(url, "http://", 7) != 0 || colon == NULL || colon - url < 8)
		return w;
	(void)snprintf(host, sizeof(host), "%.*s", (int)(colon - url - 7), url + 7);
	to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
		return w;
	w.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (w.fd >= 0 && connect(w.fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		(void)close(w.fd);
		w.fd = -1;
	}
	if (w.fd >= 0)
		(void)setsockopt(w.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return w;
}

static inline void wire_close(struct wire *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	free(w->in);
	*w = (struct wire){ .fd = -1 };
}

static inline bool wire_send(struct wire *w, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(w->fd, bytes, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* Receives more; false at the end of the connection. */
static inline bool wire_more(struct wire *w)
{
	ssize_t got;

	if (w->in_n + 4096 + 1 > w->in_cap) {
		w->in_cap = 2 * w->in_cap + 8192;
		w->in = realloc(w->in, w->in_cap);
		if (!w->in)
			abort();
	}
	got = recv(w->fd, w->in + w->in_n, w->in_cap - w->in_n - 1, 0);
	if (got <= 0)
		return false;
	w->in_n += (size_t)got;
	w->in[w->in_n] = '\0';
	return true;
}

/* A header field's value into out[cap]; false (and "") if absent. */
static inline bool wire_field(const struct wire_answer *a, const char *name, char *out, size_t cap)
{
	size_t n = strlen(name);

	out[0] = '\0';
	for (const char *p = strstr(a->head, "\r\n"); p != NULL; p = strstr(p, "\r\n")) {
		p += 2;
		if (strncasecmp(p, name, n) == 0 && p[n] == ':') {
			const char *value = p + n + 1;

			value += strspn(value, " ");
			(void)snprintf(out, cap, "%.*s", (int)strcspn(value, "\r"), value);
			return true;
		}
	}
	return false;
}

static inline void wire_answer_free(struct wire_answer *a)
{
	free(a->body);
	*a = (struct wire_answer){ .status = 0 };
}

/* Reads one answer (Content-Length, or none after HEAD).  False when the connection ended first. */
static inline bool wire_read_as(struct wire *w, struct wire_answer *a, bool head_only)
{
	char length[32];
	const char *end;
	size_t head_n;

	*a = (struct wire_answer){ .status = 0 };
	while (w->in_n == 0 || (end = strstr(w->in, "\r\n\r\n")) == NULL)
		if (!wire_more(w))
			return false;
	head_n = (size_t)(end - w->in) + 4;
	if (head_n >= sizeof(a->head))
		return false;
	memcpy(a->head, w->in, head_n);
	if (wire_field(a, "Content-Length", length, sizeof(length)) && !head_only)
		a->body_n = strtoul(length, NULL, 10);
	while (w->in_n < head_n + a->body_n)
		if (!wire_more(w))
			return false;
	a->body = calloc(1, a->body_n + 1);
	if (!a->body)
		abort();
	memcpy(a->body, w->in + head_n, a->body_n);
	w->in_n -= head_n + a->body_n;
	memmove(w->in, w->in + head_n + a->body_n, w->in_n + 1);
	if (strncmp(a->head, "HTTP/1.1 ", 9) == 0)
		a->status = (int)strtol(a->head + 9, NULL, 10);
	return true;
}

static inline bool wire_read(struct wire *w, struct wire_answer *a)
{
	return wire_read_as(w, a, false);
}
