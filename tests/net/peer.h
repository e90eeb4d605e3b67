/* peer.h - a server that is told byte by byte what to say, for clients that must cope with it.
 *
 * It listens on 127.0.0.1, takes one connection after another, reads each request's header fields
 * and sends `say`.  What happens then is `after`.
 */
#pragma once

#include "base/check.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum peer_after {
	PEER_CLOSE,  /* close the connection */
	PEER_WAIT,   /* say nothing more until the client closes */
	PEER_DRIP,   /* one byte after the other until the client closes */
	PEER_REPEAT, /* say it again to the next request; the connection stays open */
};

struct peer_server {
	const char *say;
	enum peer_after after;
	int listen_fd;
	char url[64];
	pthread_t thread;
	atomic_int connections, requests;
	atomic_bool over;
	char seen[8192]; /* the last request's header fields; read it after the answer */
};

/* Reads to the empty line; false when the client closed before. */
static inline bool peer_read(struct peer_server *p, int fd)
{
	size_t n = 0;

	while (n < sizeof(p->seen) - 1 && (n < 4 || memcmp(p->seen + n - 4, "\r\n\r\n", 4) != 0)) {
		if (recv(fd, p->seen + n, 1, 0) != 1)
			return false;
		n++;
	}
	p->seen[n] = '\0';
	atomic_fetch_add(&p->requests, 1);
	return true;
}

static inline void peer_finish(const struct peer_server *p, int fd)
{
	char byte;

	if (p->after == PEER_WAIT) {
		while (recv(fd, &byte, 1, 0) > 0)
			continue;
	}
	while (p->after == PEER_DRIP && send(fd, "x", 1, MSG_NOSIGNAL) == 1)
		(void)poll(NULL, 0, 10);
}

static inline void *peer_run(void *self)
{
	struct peer_server *p = self;

	for (;;) {
		int fd = accept(p->listen_fd, NULL, NULL);

		if (fd < 0 || atomic_load(&p->over)) {
			if (fd >= 0)
				(void)close(fd);
			return NULL;
		}
		atomic_fetch_add(&p->connections, 1);
		while (peer_read(p, fd)) {
			(void)!send(fd, p->say, strlen(p->say), MSG_NOSIGNAL);
			if (p->after != PEER_REPEAT)
				break;
		}
		peer_finish(p, fd);
		(void)close(fd);
	}
}

static inline void peer_listen(struct peer_server *p, int backlog)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	p->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(p->listen_fd >= 0);
	CHECK(bind(p->listen_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(listen(p->listen_fd, backlog) == 0);
	CHECK(getsockname(p->listen_fd, (struct sockaddr *)&at, &n) == 0);
	(void)snprintf(p->url, sizeof(p->url), "http://127.0.0.1:%d", ntohs(at.sin_port));
}

static inline void peer_start(struct peer_server *p, const char *say, enum peer_after after)
{
	memset(p, 0, sizeof(*p));
	p->say = say;
	p->after = after;
	peer_listen(p, 16);
	CHECK(pthread_create(&p->thread, NULL, peer_run, p) == 0);
}

/* For CLEANUP.  Its clients must have closed their connections. */
static inline void peer_stop(struct peer_server *p)
{
	atomic_store(&p->over, true);
	(void)shutdown(p->listen_fd, SHUT_RDWR);
	CHECK(pthread_join(p->thread, NULL) == 0);
	(void)close(p->listen_fd);
}
