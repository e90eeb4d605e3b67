/* load.c - keeps N connections busy with one kind of request and says how fast they were answered.
 *
 *   load [-c CONNECTIONS] [-s SECONDS] [-n REQUESTS] [-m METHOD] [-b BODY | -f FILE] [-r TIMES]
 *        [-a ACCOUNTS] [-H 'Name: value']... [-i FIRST] URL
 *
 * URL is http://A.B.C.D:PORT/PATH.  It ends after SECONDS (default 5) or, with -n, after REQUESTS
 * if these come first (-s 0: only then).  Each connection has one request under way. In path,
 * fields and body stand for something new in every request: {n}      a number that grows with each
 * use, from FIRST (default 1) {a}      any of the numbers 1 to ACCOUNTS (default 100,000) {b} the
 * same, but another one than the {a} before it {t}      a request id that follows the time, as
 * UUIDs of version 7 do {u}      a request id of chance, as UUIDs of version 4 are
 *   {[} {]}  the body's part between them stands TIMES times, with commas
 * Numbers have ten digits (1{n} is a JSON number).  Prints one line:
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
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FIELDS_MAX = 16, MARKS_MAX = 65536, DIGITS = 10, UUID = 36 };
enum { ANSWER_ROOM = 65536, BODY_MAX = 4 << 20 };
static const char KINDS[] = "nabtu"; /* {n} {a} … */

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
	int64_t seconds, requests, first, times, accounts;
} args = {
	.body = "", .connections = 64, .seconds = 5, .first = 1, .times = 1, .accounts = 100000
};

/* The request with zeros in place of each mark, and where they are. */
static struct {
	char *text;
	size_t n, marks_n;
	struct mark {
		size_t at;
		char kind;
	} marks[MARKS_MAX];
} pattern;

static struct {
	int64_t started, answered, errors, cap;
	uint32_t *us;
} result;

static int epoll_fd, under_way;
static int64_t end_ns, numbers;
static uint64_t chance;

static void read_args(int argc, char **argv);
static void read_url(const char *url);
static const char *read_body(const char *file);
static const char *repeated(const char *body);
static void make_pattern(void);
static char mark_at(const char *p);
static size_t mark_size(char kind);
static void run(void);
static void open_one(struct connection *c);
static void ask(struct connection *c);
static void fill(char *text);
static void put_digits(char *to, uint64_t n);
static void put_uuid(char *to, uint64_t high, uint64_t low);
static uint64_t any(void);
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
	if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
		die("no randomness");
	numbers = args.first;
	args.body = repeated(args.body);
	make_pattern();
	run();
	return result.answered == 0;
}

/* clang-format off */
static void read_args(int argc, char **argv)
{
	for (int o; (o = getopt(argc, argv, "c:s:n:m:b:f:r:a:H:i:")) != -1;) {
		int64_t n = optarg ? strtoll(optarg, NULL, 10) : 0;

		switch (o) {
		case 'c': args.connections = (int)n; break;
		case 's': args.seconds = n; break;
		case 'n': args.requests = n; break;
		case 'i': args.first = n; break;
		case 'r': args.times = n; break;
		case 'a': args.accounts = n; break;
		case 'm': args.method = optarg; break;
		case 'b': args.body = optarg; break;
		case 'f': args.body = read_body(optarg); break;
		case 'H': args.fields[args.fields_n++ % FIELDS_MAX] = optarg; break;
		default: die("see the top of load.c");
		}
	}
	if (optind != argc - 1 || !args.body || args.connections < 1 || args.times < 1 ||
	    args.accounts < 2 || args.seconds < 0 || args.fields_n > FIELDS_MAX)
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

/* With the part between {[} and {]} written out. */
static const char *repeated(const char *body)
{
	const char *from = strstr(body, "{[}"), *to = strstr(body, "{]}");
	char *text; /* kept: the program ends soon */
	size_t n;
	FILE *f;

	if (!from || !to || to < from)
		return body;
	f = open_memstream(&text, &n);
	if (!f)
		die("no memory");
	fprintf(f, "%.*s", (int)(from - body), body);
	for (int64_t i = 0; i < args.times; i++)
		fprintf(f, "%s%.*s", i > 0 ? "," : "", (int)(to - from - 3), from + 3);
	fputs(to + 3, f);
	(void)fclose(f);
	return text;
}

/* What stands for a mark always has the same size, so every request has the same length. */
static void make_pattern(void)
{
	size_t from_n, body_n = strlen(args.body);
	char *from; /* kept: the program ends soon */
	FILE *f = open_memstream(&from, &from_n);

	for (const char *p = args.body; (p = strchr(p, '{')); p++)
		body_n += mark_at(p) ? mark_size(mark_at(p)) - 3 : 0;
	if (!f)
		die("no memory");
	fprintf(f, "%s %s HTTP/1.1\r\nHost: %s\r\n", args.method, args.path, args.host);
	for (size_t i = 0; i < args.fields_n; i++)
		fprintf(f, "%s\r\n", args.fields[i]);
	if (*args.body)
		fprintf(f, "Content-Length: %zu\r\n", body_n);
	fprintf(f, "\r\n%s", args.body);
	(void)fclose(f);
	pattern.text = calloc(from_n, UUID / 3);
	if (!pattern.text)
		die("no memory");
	for (const char *p = from; *p; p++) {
		char kind = mark_at(p);

		if (!kind) {
			pattern.text[pattern.n++] = *p;
			continue;
		}
		if (pattern.marks_n == MARKS_MAX)
			die("too many marks");
		pattern.marks[pattern.marks_n++] = (struct mark){ pattern.n, kind };
		memset(pattern.text + pattern.n, '0', mark_size(kind));
		pattern.n += mark_size(kind);
		p += 2;
	}
}

static char mark_at(const char *p)
{
	bool is = p[0] == '{' && p[1] != '\0' && p[2] == '}' && strchr(KINDS, p[1]);

	return is ? p[1] : '\0';
}

static size_t mark_size(char kind)
{
	return kind == 't' || kind == 'u' ? UUID : DIGITS;
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
	end_ns = args.seconds > 0 ? start + args.seconds * 1000000000 : INT64_MAX;
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
	if ((args.requests > 0 && result.started >= args.requests) || c->asked_ns >= end_ns)
		return;
	fill(c->ask);
	result.started++;
	under_way++;
	c->busy = true;
	c->sent = c->n = c->need = 0;
	(void)send_rest(c); /* if it fails, an event says so */
}

static void fill(char *text)
{
	static uint64_t count; /* orders what is of the same millisecond */
	uint64_t last = 0, n, ms = 0;
	struct timespec t;

	for (size_t i = 0; i < pattern.marks_n; i++) {
		char *to = text + pattern.marks[i].at;

		switch (pattern.marks[i].kind) {
		case 'n':
			last = (uint64_t)numbers++;
			put_digits(to, last);
			break;
		case 'a':
			last = 1 + any() % (uint64_t)args.accounts;
			put_digits(to, last);
			break;
		case 'b':
			n = 1 + any() % (uint64_t)(args.accounts - 1);
			put_digits(to, n + (last != 0 && n >= last ? 1 : 0));
			break;
		case 't':
			if (ms == 0) {
				(void)clock_gettime(CLOCK_REALTIME, &t);
				ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
			}
			put_uuid(to, ms << 16 | 0x7000 | (count++ & 0xfff),
				 any() >> 2 | UINT64_C(1) << 63);
			break;
		default:
			put_uuid(to, (any() & ~UINT64_C(0xf000)) | 0x4000,
				 any() >> 2 | UINT64_C(1) << 63);
		}
	}
}

static void put_digits(char *to, uint64_t n)
{
	for (size_t k = DIGITS; k > 0; k--, n /= 10)
		to[k - 1] = (char)('0' + n % 10);
}

static void put_uuid(char *to, uint64_t high, uint64_t low)
{
	static const char HEX[] = "0123456789abcdef";

	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*to++ = '-';
		*to++ = HEX[(i < 16 ? high >> (60 - 4 * i) : low >> (124 - 4 * i)) & 15];
	}
}

/* splitmix64 */
static uint64_t any(void)
{
	uint64_t z = chance += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
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
