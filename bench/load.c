/* load.c - keeps N connections busy with one kind of request and says how fast they were answered.
 *
 *   load [-c CONNECTIONS] [-s SECONDS | -n REQUESTS] [-m METHOD] [-b BODY | -f FILE]
 *        [-H 'Name: value']... [-i FIRST] URL
 *
 * URL is http://A.B.C.D:PORT/PATH.  `{n}` in path, body and fields becomes a number that grows with
 * every request, from FIRST (default 1), in ten digits (1{n} is a JSON number).  Each connection
 * has one request under way.  Prints one line:
 *   {"requests":N,"errors":N,"ms":N,"per_second":N,"p50_us":N,"p99_us":N}
 *
 * An error is a status other than 2xx, or a connection that broke; it is opened again.  Exits 1 if
 * nothing was answered.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FIELDS_MAX = 16, MARKS_MAX = 8192, DIGITS = 10, ANSWER_ROOM = 65536, BODY_MAX = 4 << 20 };

struct connection {
	int fd;
	bool busy;
	int64_t asked_ns;
	size_t sent; /* bytes of `ask` */
	size_t n;    /* bytes of the answer so far */
	size_t need; /* bytes of the whole answer; 0 while the fields are not all in */
	int status;
	char *ask; /* its own copy of the request */
	char answer[ANSWER_ROOM];
};

static struct {
	struct sockaddr_in to;
	char host[64];
	const char *method, *path, *body, *fields[FIELDS_MAX];
	size_t fields_n;
	int connections;
	int64_t seconds, requests, first;
} args = { .body = "", .connections = 64, .seconds = 5, .first = 1 };

/* The request with ten zeros in place of each {n}, and where they are. */
static struct {
	char *text;
	size_t n, marks[MARKS_MAX], marks_n;
} pattern;

static struct {
	int64_t started, answered, errors, cap;
	uint32_t *us;
} result;

static int epoll_fd, under_way;
static int64_t end_ns;

static void read_args(int argc, char **argv);
static void read_url(const char *url);
static const char *read_body(const char *file);
static void make_pattern(void);
static void run(void);
static void open_one(struct connection *c);
static void ask(struct connection *c);
static void go_on(struct connection *c);
static bool send_rest(struct connection *c);
static bool receive(struct connection *c);
static bool read_head(struct connection *c);
static void note(struct connection *c, bool well);
static void print_result(int64_t took_ns);
static int by_size(const void *a, const void *b);
static int64_t now(void);
static void die(const char *why);

int main(int argc, char **argv)
{
	read_args(argc, argv);
	make_pattern();
	run();
	return result.answered == 0;
}

/* clang-format off */
static void read_args(int argc, char **argv)
{
	for (int o; (o = getopt(argc, argv, "c:s:n:m:b:f:H:i:")) != -1;) {
		int64_t n = optarg ? strtoll(optarg, NULL, 10) : 0;

		switch (o) {
		case 'c': args.connections = (int)n; break;
		case 's': args.seconds = n; break;
		case 'n': args.requests = n; break;
		case 'i': args.first = n; break;
		case 'm': args.method = optarg; break;
		case 'b': args.body = optarg; break;
		case 'f': args.body = read_body(optarg); break;
		case 'H': args.fields[args.fields_n++ % FIELDS_MAX] = optarg; break;
		default: die("see the top of load.c");
		}
	}
	if (optind != argc - 1 || !args.body || args.connections < 1 || args.fields_n > FIELDS_MAX)
		die("load [options] http://A.B.C.D:PORT/PATH");
	if (!args.method)
		args.method = *args.body ? "POST" : "GET";
	read_url(argv[optind]);
}
/* clang-format on */

static void read_url(const char *url)
{
	char *end;
	int n = 0;

	if (sscanf(url, "http://%63[0-9.]:%n", args.host, &n) != 1 || n == 0 ||
	    inet_pton(AF_INET, args.host, &args.to.sin_addr) != 1)
		die("the URL must be http://A.B.C.D:PORT/PATH");
	args.to.sin_port = htons((uint16_t)strtoul(url + n, &end, 10));
	args.path = *end ? end : "/";
	args.to.sin_family = AF_INET;
}

static const char *read_body(const char *file)
{
	static char body[BODY_MAX + 1];
	FILE *f = fopen(file, "r");

	if (!f)
		die("cannot read the body");
	body[fread(body, 1, BODY_MAX, f)] = '\0';
	(void)fclose(f);
	return body;
}

/* A number has DIGITS digits, so every request has the same length. */
static void make_pattern(void)
{
	size_t from_n, body_n = strlen(args.body);
	char *from; /* kept: the program ends soon */
	FILE *f = open_memstream(&from, &from_n);

	for (const char *p = args.body; (p = strstr(p, "{n}")); p += 3)
		body_n += DIGITS - 3;
	if (!f)
		die("no memory");
	fprintf(f, "%s %s HTTP/1.1\r\nHost: %s\r\n", args.method, args.path, args.host);
	for (size_t i = 0; i < args.fields_n; i++)
		fprintf(f, "%s\r\n", args.fields[i]);
	if (*args.body)
		fprintf(f, "Content-Length: %zu\r\n", body_n);
	fprintf(f, "\r\n%s", args.body);
	(void)fclose(f);
	pattern.text = calloc(from_n, 4);
	if (!pattern.text)
		die("no memory");
	for (const char *p = from; *p; p++) {
		if (strncmp(p, "{n}", 3) != 0) {
			pattern.text[pattern.n++] = *p;
			continue;
		}
		if (pattern.marks_n == MARKS_MAX)
			die("too many {n}");
		pattern.marks[pattern.marks_n++] = pattern.n;
		memset(pattern.text + pattern.n, '0', DIGITS);
		pattern.n += DIGITS;
		p += 2;
	}
}

static void run(void)
{
	struct connection *all = calloc((size_t)args.connections, sizeof(*all));
	struct epoll_event events[256];
	int64_t start;
	int n = 1;

	epoll_fd = epoll_create1(0);
	if (!all || epoll_fd < 0)
		die("no memory");
	for (int i = 0; i < args.connections; i++)
		open_one(&all[i]);
	start = now();
	end_ns = start + args.seconds * 1000000000;
	for (int i = 0; i < args.connections; i++)
		ask(&all[i]);
	/* Whoever does not answer for ten seconds never will. */
	while (under_way > 0 && n > 0) {
		n = epoll_wait(epoll_fd, events, 256, 10000);
		for (int i = 0; i < n; i++)
			go_on(events[i].data.ptr);
	}
	result.errors += under_way;
	print_result(now() - start);
}

static void open_one(struct connection *c)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c };
	int one = 1;

	c->ask = c->ask ? c->ask : strdup(pattern.text);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&args.to, sizeof(args.to)) < 0)
		die("cannot connect");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &e);
}

/* The next request, if there is to be one. */
static void ask(struct connection *c)
{
	c->asked_ns = now();
	if (args.requests > 0 ? result.started >= args.requests : c->asked_ns >= end_ns)
		return;
	for (size_t i = 0; i < pattern.marks_n; i++) {
		int64_t n = args.first + result.started;

		for (size_t k = DIGITS; k > 0; k--, n /= 10)
			c->ask[pattern.marks[i] + k - 1] = (char)('0' + n % 10);
	}
	result.started++;
	under_way++;
	c->busy = true;
	c->sent = c->n = c->need = 0;
	(void)send_rest(c); /* if it fails, an event says so */
}

static void go_on(struct connection *c)
{
	bool well;

	if (!c->busy)
		return;
	well = send_rest(c) && receive(c);
	if (well && (c->need == 0 || c->n < c->need))
		return;
	under_way--;
	c->busy = false;
	note(c, well);
	if (!well) {
		(void)close(c->fd);
		open_one(c);
	}
	ask(c);
}

static bool send_rest(struct connection *c)
{
	while (c->sent < pattern.n) {
		ssize_t n = send(c->fd, c->ask + c->sent, pattern.n - c->sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN;
		c->sent += (size_t)n;
	}
	return true;
}

/* Of a long body only the beginning is kept. */
static bool receive(struct connection *c)
{
	for (;;) {
		size_t at = c->n < ANSWER_ROOM / 2 ? c->n : ANSWER_ROOM / 2;
		ssize_t n = recv(c->fd, c->answer + at, ANSWER_ROOM - at, MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN;
		if (n == 0)
			return false;
		c->n += (size_t)n;
		if (c->need == 0 && !read_head(c))
			return false;
		if (c->need > 0 && c->n >= c->need)
			return c->n == c->need;
	}
}

/* False when it is no answer that this program can read. */
static bool read_head(struct connection *c)
{
	static const char LENGTH[] = "\r\nContent-Length:";
	const char *end = memmem(c->answer, c->n, "\r\n\r\n", 4);

	if (!end)
		return c->n < ANSWER_ROOM / 2;
	c->status = (int)strtol(c->answer + sizeof("HTTP/1.1"), NULL, 10);
	c->need = (size_t)(end + 4 - c->answer);
	for (const char *p = c->answer; p && p < end; p = memchr(p + 1, '\r', (size_t)(end - p))) {
		if (strncasecmp(p, LENGTH, sizeof(LENGTH) - 1) == 0)
			c->need += strtoul(p + sizeof(LENGTH) - 1, NULL, 10);
	}
	return true;
}

static void note(struct connection *c, bool well)
{
	if (!well || c->status / 100 != 2) {
		result.errors++;
		return;
	}
	if (result.answered == result.cap) {
		result.cap = result.cap ? result.cap * 2 : 1 << 20;
		result.us = realloc(result.us, (size_t)result.cap * sizeof(*result.us));
		if (!result.us)
			die("no memory");
	}
	result.us[result.answered++] = (uint32_t)((now() - c->asked_ns) / 1000);
}

static void print_result(int64_t took_ns)
{
	int64_t n = result.answered;

	if (n > 0)
		qsort(result.us, (size_t)n, sizeof(*result.us), by_size);
	printf("{\"requests\":%" PRId64 ",\"errors\":%" PRId64 ",\"ms\":%" PRId64
	       ",\"per_second\":%" PRId64 ",\"p50_us\":%u,\"p99_us\":%u}\n",
	       n, result.errors, took_ns / 1000000, n * 1000000 / (took_ns / 1000 + 1),
	       n > 0 ? result.us[n / 2] : 0, n > 0 ? result.us[n * 99 / 100] : 0);
}

static int by_size(const void *a, const void *b)
{
	return (int)(*(const uint32_t *)a - *(const uint32_t *)b); /* both far below 2^31 */
}

static int64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *why)
{
	fprintf(stderr, "load: %s\n", why);
	exit(2);
}
