/* raw.c - what this machine can do without Tael, which it links nothing of.
 *
 *   raw http        the least that an HTTP server can do: one thread, one epoll, no library
 *   raw sync DIR    how long fdatasync takes after 8 KiB of a file were overwritten
 *
 * `http` prints its address and serves until standard input ends: it reads Content-Length, skips
 * the body and answers 200.  For load.c only: whatever it does not expect closes the connection.
 * `sync` refuses a folder in memory and prints one line: {"name":"sync","p50_us":N,"p99_us":N}.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 8192, EVENTS = 256, MEMORY_FS = 0x01021994, SYNCS = 1000, SYNC_BYTES = 8192 };

static const char ANSWER[] = "HTTP/1.1 200 OK\r\n"
			     "Content-Type: application/json\r\n"
			     "Content-Length: 12\r\n"
			     "\r\n"
			     "{\"ok\":true}\n";

struct connection {
	int fd;
	size_t n;    /* bytes in `in` */
	size_t skip; /* of a body, still to come */
	char in[ROOM];
};

static int serve_http(void);
static int listen_local(void);
static void watch(int epoll, int fd, void *what);
static void accept_all(int epoll, int listener);
static void serve(struct connection *c);
static int take_requests(struct connection *c);
static ssize_t request_bytes(const char *in, size_t n, size_t *body);
static void drop(struct connection *c);
static int time_syncs(const char *dir);
static int by_size(const void *a, const void *b);
static int64_t now_us(void);

static const char LISTENER, INPUT;

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "http") == 0)
		return serve_http();
	if (argc == 3 && strcmp(argv[1], "sync") == 0)
		return time_syncs(argv[2]);
	fprintf(stderr, "usage: raw http | raw sync DIR\n");
	return 2;
}

/* --- the server --- */

static int serve_http(void)
{
	union {
		const char *in;
		void *out;
	} listener_mark = { &LISTENER }, input_mark = { &INPUT };
	int epoll = epoll_create1(EPOLL_CLOEXEC), listener = listen_local();
	struct epoll_event events[EVENTS];

	watch(epoll, listener, listener_mark.out);
	watch(epoll, STDIN_FILENO, input_mark.out);
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			void *what = events[i].data.ptr;

			if (what == input_mark.out)
				return 0;
			if (what == listener_mark.out)
				accept_all(epoll, listener);
			else
				serve(what);
		}
	}
}

static int listen_local(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, SOMAXCONN) < 0 || getsockname(fd, (struct sockaddr *)&at, &n) < 0) {
		perror("raw");
		exit(1);
	}
	printf("http://127.0.0.1:%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

static void watch(int epoll, int fd, void *what)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = what };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0) {
		perror("raw: epoll_ctl");
		exit(1);
	}
}

static void accept_all(int epoll, int listener)
{
	int fd, one = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct connection *c = malloc(sizeof(*c));

		if (!c)
			exit(1);
		c->fd = fd;
		c->n = c->skip = 0;
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		watch(epoll, fd, c);
	}
}

static void serve(struct connection *c)
{
	ssize_t got = recv(c->fd, c->in + c->n, ROOM - c->n, 0);
	int answers;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		drop(c);
		return;
	}
	c->n += (size_t)got;
	answers = take_requests(c);
	for (int i = 0; i < answers; i++) {
		if (send(c->fd, ANSWER, sizeof(ANSWER) - 1, MSG_NOSIGNAL) !=
		    (ssize_t)sizeof(ANSWER) - 1) {
			drop(c);
			return;
		}
	}
	if (answers < 0)
		drop(c);
}

/* How many requests are complete; -1: cannot be one. */
static int take_requests(struct connection *c)
{
	size_t at = 0;
	int answers = 0;

	for (;;) {
		size_t body, now = c->skip < c->n - at ? c->skip : c->n - at;
		ssize_t head;

		at += now;
		c->skip -= now;
		if (c->skip > 0)
			break;
		if (now > 0)
			answers++;
		head = request_bytes(c->in + at, c->n - at, &body);
		if (head < 0)
			break;
		at += (size_t)head;
		c->skip = body;
		if (body == 0)
			answers++;
	}
	memmove(c->in, c->in + at, c->n - at);
	c->n -= at;
	return c->n < ROOM ? answers : -1;
}

/* The bytes of line and fields with the empty line, -1 if they are not all there; *body. */
static ssize_t request_bytes(const char *in, size_t n, size_t *body)
{
	static const char LENGTH[] = "\r\nContent-Length:";
	const char *end = memmem(in, n, "\r\n\r\n", 4);

	*body = 0;
	if (!end)
		return -1;
	for (const char *p = in; p < end; p = memchr(p + 1, '\r', (size_t)(end + 1 - p))) {
		if (strncasecmp(p, LENGTH, sizeof(LENGTH) - 1) == 0)
			*body = strtoul(p + sizeof(LENGTH) - 1, NULL, 10);
	}
	return end + 4 - in;
}

static void drop(struct connection *c)
{
	(void)close(c->fd);
	free(c);
}

/* --- the disk --- */

static int time_syncs(const char *dir)
{
	static char block[SYNC_BYTES];
	static int64_t us[SYNCS];
	char path[4096];
	struct statfs fs;
	int fd;

	if (statfs(dir, &fs) != 0 || fs.f_type == MEMORY_FS) {
		fprintf(stderr, "raw: %s is not a folder on a disk\n", dir);
		return 2;
	}
	(void)snprintf(path, sizeof(path), "%s/raw-%d", dir, (int)getpid());
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		perror(path);
		return 1;
	}
	(void)unlink(path);
	/* The first round allocates, the second overwrites. */
	for (int i = 0; i < 2 * SYNCS; i++) {
		int64_t began = now_us();

		memset(block, i, sizeof(block));
		if (pwrite(fd, block, sizeof(block), (off_t)(i % SYNCS) * SYNC_BYTES) !=
			    SYNC_BYTES ||
		    (i >= SYNCS && fdatasync(fd) != 0) || (i == SYNCS - 1 && fsync(fd) != 0)) {
			perror("raw: write");
			return 1;
		}
		us[i % SYNCS] = now_us() - began;
	}
	(void)close(fd);
	qsort(us, SYNCS, sizeof(us[0]), by_size);
	printf("{\"name\":\"sync\",\"p50_us\":%lld,\"p99_us\":%lld}\n", (long long)us[SYNCS / 2],
	       (long long)us[SYNCS * 99 / 100]);
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}
