/* raw.h - the other end of a socket, byte by byte: what a well-behaved client would never send.
 *
 * All calls block; a stall ends the whole program through the watchdog and shows as ERROR.
 */
#pragma once

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RAW_WATCHDOG_SECONDS = 100 };

__attribute__((constructor)) static void raw_watchdog(void)
{
	(void)alarm(RAW_WATCHDOG_SECONDS);
}

/* One answer as it came. */
struct raw_answer {
	int status;       /* 0: the connection was closed before an answer */
	char head[4096];  /* status line and fields, NUL-ended */
	char body[16384]; /* its beginning, NUL-ended */
	size_t body_n;    /* all of it */
};

/* Connects to "http://127.0.0.1:PORT"; -1 when refused. */
static inline int raw_connect(const char *url)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons(
					  (uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* False when the other side no longer takes it. */
static inline bool raw_send_n(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, data, n, MSG_NOSIGNAL);

		if (sent < 0)
			return false;
		data += sent;
		n -= (size_t)sent;
	}
	return true;
}

static inline bool raw_send(int fd, const char *text)
{
	return raw_send_n(fd, text, strlen(text));
}

/* The value of a header field in `head`, or NULL; ends at the line's end, not with a NUL. */
static inline const char *raw_field(const char *head, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':')
			return line + 2 + n + (line[3 + n] == ' ' ? 2 : 1);
	}
	return NULL;
}

static inline bool raw_closes(const struct raw_answer *a)
{
	const char *v = raw_field(a->head, "Connection");

	return v && strncasecmp(v, "close", 5) == 0;
}

/* Reads exactly one answer, so that the next one can be read after it.  `with_body`: false for
 * HEAD. */
static inline void raw_read(int fd, bool with_body, struct raw_answer *a)
{
	size_t n = 0, length = 0;
	const char *v;

	memset(a, 0, sizeof(*a));
	while (n < sizeof(a->head) - 1 && (n < 4 || memcmp(a->head + n - 4, "\r\n\r\n", 4) != 0)) {
		if (recv(fd, a->head + n, 1, 0) != 1)
			return;
		n++;
	}
	v = raw_field(a->head, "Content-Length");
	if (v && with_body)
		length = strtoul(v, NULL, 10);
	while (a->body_n < length) {
		char piece[4096];
		size_t want = length - a->body_n, room = sizeof(a->body) - 1;
		ssize_t got = recv(fd, piece, want < sizeof(piece) ? want : sizeof(piece), 0);

		if (got <= 0)
			return;
		room = a->body_n < room ? room - a->body_n : 0;
		if (room > 0)
			memcpy(a->body + a->body_n, piece, (size_t)got < room ? (size_t)got : room);
		a->body_n += (size_t)got;
	}
	a->status = (int)strtol(a->head + strlen("HTTP/1.1 "), NULL, 10);
}

/* Sends and reads one answer; returns its status. */
static inline int raw_ask(int fd, const char *text, struct raw_answer *a)
{
	(void)raw_send(fd, text);
	raw_read(fd, true, a);
	return a->status;
}

/* True when nothing more comes: waits for the other side to close. */
static inline bool raw_at_end(int fd)
{
	char c;

	return recv(fd, &c, 1, 0) <= 0;
}
