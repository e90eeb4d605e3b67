/* payments.c - whole payments, as many as asked: order, pay, the payer in the sandbox, and the
 * shop's webhook; says how fast and how long from the order to the webhook.
 *
 *   payments -n PAYMENTS -t THREADS -c CHANNEL API KEY SANDBOX   (URLs as http://A.B.C.D:PORT)
 *
 * The shop is here: a listener on loopback, named to the API as a webhook endpoint.  Prints one
 * line:
 *   {"payments":N,"ms":N,"per_second":N,"p50_us":N,"p99_us":N}
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 65536, WAIT_S = 120 };

static struct {
	struct sockaddr_in api, sandbox;
	const char *key, *channel;
	int64_t payments;
	int threads, listener;
	int64_t tag; /* of this run, so that numbers are new */
} args;

static atomic_int_fast64_t next_payment, told;
static int64_t *begun_ns, *took_ns;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* --- one connection, one request after another --- */

struct link {
	int fd;
	const struct sockaddr_in *to;
	char text[ROOM]; /* of the last message: head and body */
	char *body;
	int status;
};

static void link_open(struct link *l, const struct sockaddr_in *to)
{
	int one = 1;

	l->to = to;
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || connect(l->fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
		die("connect");
	(void)setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static void send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			die("send");
		p += sent;
		n -= (size_t)sent;
	}
}

/* A whole message; false when the other side has closed. */
static bool receive(struct link *l)
{
	size_t n = 0, need = 0;

	while (need == 0 || n < need) {
		ssize_t got = recv(l->fd, l->text + n, ROOM - 1 - n, 0);
		const char *length;

		if (got <= 0)
			return false;
		n += (size_t)got;
		l->text[n] = '\0';
		l->body = strstr(l->text, "\r\n\r\n");
		if (need != 0 || !l->body)
			continue;
		l->body += 4;
		length = strcasestr(l->text, "\r\ncontent-length:");
		need = (size_t)(l->body - l->text) +
		       (length && length < l->body ? strtoul(length + 17, NULL, 10) : 0);
	}
	return true;
}

static void ask(struct link *l, const char *path, const char *body)
{
	char text[2048];
	int n = snprintf(text, sizeof(text),
			 "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n"
			 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			 path, args.key, strlen(body), body);

	send_all(l->fd, text, (size_t)n);
	if (!receive(l))
		die("the connection ended");
	l->status = (int)strtol(l->text + 9, NULL, 10);
	if (l->status < 200 || l->status > 299) {
		fprintf(stderr, "POST %s: %s\n", path, l->text);
		exit(1);
	}
}

/* The text of "name":"…" in the last answer. */
static void member(const struct link *l, const char *name, char *out, size_t cap)
{
	char find[40];
	const char *at;

	(void)snprintf(find, sizeof(find), "\"%s\":\"", name);
	at = strstr(l->body, find);
	if (!at)
		die(name);
	at += strlen(find);
	(void)snprintf(out, cap, "%.*s", (int)strcspn(at, "\""), at);
}

/* --- the shop --- */

static void *hear(void *arg)
{
	struct link *l = arg;

	while (receive(l)) {
		const char *at = strstr(l->body, "\"out_order_no\":\"b-");
		int64_t i = at ? strtoll(strchr(at + 18, '-') + 1, NULL, 10) : -1;

		if (i >= 0 && i < args.payments && took_ns[i] == 0) {
			took_ns[i] = now_ns() - begun_ns[i];
			atomic_fetch_add(&told, 1);
		}
		send_all(l->fd, "HTTP/1.1 204 No Content\r\n\r\n", 27);
	}
	close(l->fd);
	free(l);
	return NULL;
}

static void *listen_all(void *arg)
{
	(void)arg;
	for (;;) {
		struct link *l = malloc(sizeof(*l));
		pthread_t thread;

		l->fd = accept(args.listener, NULL, NULL);
		if (l->fd < 0) {
			free(l);
			return NULL;
		}
		if (pthread_create(&thread, NULL, hear, l) == 0)
			pthread_detach(thread);
	}
}

static void open_shop(struct link *api)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	pthread_t thread;
	char body[200];

	args.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(args.listener, (struct sockaddr *)&at, n) != 0 || listen(args.listener, 512) != 0)
		die("listen");
	(void)getsockname(args.listener, (struct sockaddr *)&at, &n);
	(void)pthread_create(&thread, NULL, listen_all, NULL);
	pthread_detach(thread);
	(void)snprintf(body, sizeof(body),
		       "{\"url\":\"http://127.0.0.1:%d/hook\",\"events\":[\"order.paid\"]}",
		       ntohs(at.sin_port));
	ask(api, "/v1/webhook_endpoints", body);
}

/* --- the payers --- */

static void *pay(void *arg)
{
	struct link *api = malloc(sizeof(*api)), *sandbox = malloc(sizeof(*sandbox));
	int64_t i;

	(void)arg;
	link_open(api, &args.api);
	link_open(sandbox, &args.sandbox);
	while ((i = atomic_fetch_add(&next_payment, 1)) < args.payments) {
		char body[300], path[80], order[40], number[80];

		begun_ns[i] = now_ns();
		(void)snprintf(body, sizeof(body),
			       "{\"out_order_no\":\"b-%" PRId64 "-%" PRId64
			       "\",\"amount\":100,\"subject\":\"tea\"}",
			       args.tag, i);
		ask(api, "/v1/orders", body);
		member(api, "id", order, sizeof(order));
		(void)snprintf(path, sizeof(path), "/v1/orders/%s/pay", order);
		(void)snprintf(body, sizeof(body), "{\"method\":\"%s.qr\"}", args.channel);
		ask(api, path, body);
		member(api, "number", number, sizeof(number));
		(void)snprintf(body, sizeof(body), "{\"channel\":\"%s\",\"out_trade_no\":\"%s\"}",
			       args.channel, number);
		ask(sandbox, "/sandbox/pay", body);
	}
	close(api->fd);
	close(sandbox->fd);
	free(api);
	free(sandbox);
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static struct sockaddr_in address(const char *url)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	char host[16], *end = NULL;
	const char *colon = strncmp(url, "http://", 7) == 0 ? strchr(url + 7, ':') : NULL;

	if (colon) {
		(void)snprintf(host, sizeof(host), "%.*s", (int)(colon - url - 7), url + 7);
		a.sin_port = htons((uint16_t)strtol(colon + 1, &end, 10));
	}
	if (!colon || *end != '\0' || inet_pton(AF_INET, host, &a.sin_addr) != 1) {
		fprintf(stderr, "not such a URL: %s\n", url);
		exit(2);
	}
	return a;
}

static void read_args(int argc, char **argv)
{
	args.payments = 1000;
	args.threads = 16;
	args.channel = "alipay";
	for (int c; (c = getopt(argc, argv, "n:t:c:")) != -1;) {
		if (c == 'n')
			args.payments = strtoll(optarg, NULL, 10);
		else if (c == 't')
			args.threads = (int)strtol(optarg, NULL, 10);
		else if (c == 'c' && strlen(optarg) < 16)
			args.channel = optarg;
		else
			exit(2);
	}
	if (argc - optind != 3 || args.threads < 1 || args.threads > 256) {
		fprintf(stderr, "usage: payments -n PAYMENTS -t THREADS -c CHANNEL API KEY "
				"SANDBOX\n");
		exit(2);
	}
	args.api = address(argv[optind]);
	args.key = argv[optind + 1];
	args.sandbox = address(argv[optind + 2]);
	args.tag = now_ns() / 1000;
}

int main(int argc, char **argv)
{
	struct link *api = malloc(sizeof(*api));
	pthread_t threads[256];
	int64_t began, ended;

	read_args(argc, argv);
	begun_ns = calloc((size_t)args.payments, sizeof(*begun_ns));
	took_ns = calloc((size_t)args.payments, sizeof(*took_ns));
	link_open(api, &args.api);
	open_shop(api);
	began = now_ns();
	for (int i = 0; i < args.threads; i++)
		(void)pthread_create(&threads[i], NULL, pay, NULL);
	for (int i = 0; i < args.threads; i++)
		(void)pthread_join(threads[i], NULL);
	ended = now_ns() + WAIT_S * INT64_C(1000000000);
	while (atomic_load(&told) < args.payments && now_ns() < ended)
		usleep(1000);
	if (atomic_load(&told) < args.payments) {
		fprintf(stderr, "only %" PRId64 " webhooks came\n", (int64_t)atomic_load(&told));
		return 1;
	}
	ended = now_ns();
	qsort(took_ns, (size_t)args.payments, sizeof(*took_ns), by_size);
	printf("{\"payments\":%" PRId64 ",\"ms\":%" PRId64 ",\"per_second\":%" PRId64
	       ",\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64 "}\n",
	       args.payments, (ended - began) / 1000000,
	       args.payments * 1000000000 / (ended - began), took_ns[args.payments / 2] / 1000,
	       took_ns[args.payments * 99 / 100] / 1000);
	return 0;
}
