/* The client against our own server and against servers that misbehave. */
#include "net/client.h"

#include "peer.h"
#include "raw.h"
#include "served.h"
#include "sys/cleanup.h"
#include "tap.h"

enum { MANY = 300 };

static void client_stop(struct net_client **c)
{
	net_client_stop(*c);
	*c = NULL;
}

static struct net_client *client_new(void)
{
	struct net_client *c = NULL;

	CHECK(net_client_start(clock_system(), &c) == ERR_OK);
	return c;
}

/* A GET of base + path that may take its time. */
static struct net_ask get(const char *base, const char *path)
{
	static _Thread_local char url[256];

	(void)snprintf(url, sizeof(url), "%s%s", base, path);
	return (struct net_ask){ .method = "GET",
				 .url = url,
				 .body = STR(""),
				 .reach = REACH_ANY,
				 .connect_ms = 30000,
				 .total_ms = 30000,
				 .answer_max = 100000 };
}

static void gets_and_posts(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = client_new();
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = get(served_url(s), "/now?a=%20b");
	struct net_counts n;

	EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
	EXPECT_INT(200, got.status);
	EXPECT_STR("GET|/now|a=%20b|", got.body);
	EXPECT_INT(strlen(got.body), got.body_n);
	EXPECT_STR("text/plain", got.type);
	EXPECT(strstr(got.date, " GMT"));
	EXPECT(strstr(got.headers, "Content-Type: text/plain\r\n"));
	EXPECT(got.sent);
	EXPECT(got.took_ms >= 0);
	net_got_free(&got);
	ask = get(served_url(s), "/a/../now");
	ask.method = "POST";
	ask.body = (struct str){ "h\0llo!", 6 };
	EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
	EXPECT_STR("POST|/a/../now||h", got.body);
	net_server_counts(s->server, &n);
	EXPECT_INT(1, n.connections); /* the first one was used again */
	EXPECT_INT(2, n.requests);
}

static void sends_exactly_these_fields(void)
{
	struct net_field fields[] = { { "webhook-id", STR("msg_1") }, { "Empty", STR("") } };
	CLEANUP(peer_stop) struct peer_server p;
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask;
	char want[512];

	peer_start(&p, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", PEER_CLOSE);
	c = client_new();
	ask = get(p.url, "/hook?x=1");
	ask.method = "POST";
	ask.type = "application/json";
	ask.body = STR("{}");
	ask.fields = fields;
	ask.fields_n = 2;
	EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
	EXPECT(!got.body && got.body_n == 0);
	(void)snprintf(
		want, sizeof(want),
		"POST /hook?x=1 HTTP/1.1\r\nHost: %.60s\r\nUser-Agent: Tael\r\nAccept: */*\r\n"
		"Content-Type: application/json\r\nwebhook-id: msg_1\r\nEmpty:\r\n"
		"Content-Length: 2\r\n\r\n",
		p.url + strlen("http://"));
	EXPECT_STR(want, p.seen);
}

/* The environment of whoever started us has no say in where money goes. */
static void takes_no_proxy_from_the_environment(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = get(served_url(s), "/now");

	EXPECT(setenv("http_proxy", "http://127.0.0.1:1", 1) == 0);
	EXPECT(setenv("ALL_PROXY", "http://127.0.0.1:1", 1) == 0);
	c = client_new();
	EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
	EXPECT(unsetenv("http_proxy") == 0 && unsetenv("ALL_PROXY") == 0);
}

static void follows_no_redirect(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = client_new();
	static const char *const PATHS[] = { "/status/301", "/status/302", "/status/303",
					     "/status/307", "/status/308" };

	for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		CLEANUP(net_got_free) struct net_got got = { 0 };
		struct net_ask ask = get(served_url(s), PATHS[i]);

		EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
		EXPECT_INT(strtol(PATHS[i] + 8, NULL, 10), got.status);
		EXPECT(strstr(got.headers, "Location: /now\r\n"));
	}
	EXPECT_INT(5, served_count(s, &s->handled));
}

static void an_answer_may_be_as_long_as_agreed(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = client_new();
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask = get(served_url(s), "/big/300000");

	ask.answer_max = 300000;
	EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
	EXPECT_INT(300000, got.body_n);
	EXPECT(got.body[0] == 'b' && got.body[299999] == 'b' && got.body[300000] == '\0');
	net_got_free(&got);
	ask.answer_max = 299999;
	EXPECT_ERR(ERR_TOO_LARGE, net_call(c, &ask, &got));
	EXPECT_INT(200, got.status);
	EXPECT(got.sent);
	net_got_free(&got);
	ask.answer_max = 0;
	EXPECT_ERR(ERR_TOO_LARGE, net_call(c, &ask, &got));
}

static void header_fields_without_end_are_too_large(void)
{
	static char many[80000];
	CLEANUP(peer_stop) struct peer_server p;
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	size_t n = (size_t)snprintf(many, sizeof(many), "HTTP/1.1 200 OK\r\n");
	struct net_ask ask;

	while (n < 70000)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "X: %0100d\r\n", 0);
	(void)snprintf(many + n, sizeof(many) - n, "Content-Length: 0\r\n\r\n");
	peer_start(&p, many, PEER_CLOSE);
	c = client_new();
	ask = get(p.url, "/");
	EXPECT_ERR(ERR_TOO_LARGE, net_call(c, &ask, &got));
	EXPECT(strlen(got.headers) < sizeof(got.headers));
	EXPECT(got.headers[strlen(got.headers) - 1] == '\n');
}

/* What is kept of an answer is the last header block: no interim one, no trailers. */
static void keeps_the_header_fields_of_the_answer_only(void)
{
	CLEANUP(peer_stop) struct peer_server p;
	CLEANUP(client_stop) struct net_client *c = NULL;
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct net_ask ask;

	peer_start(&p,
		   "HTTP/1.1 103 Early Hints\r\nDate: early\r\nA: 1\r\n\r\n"
		   "HTTP/1.1 200 OK\r\nB: 2\r\nDate:  then \r\nTransfer-Encoding: chunked\r\n\r\n"
		   "2\r\nhi\r\n0\r\nDate: late\r\nC: 3\r\n\r\n",
		   PEER_CLOSE);
	c = client_new();
	ask = get(p.url, "/");
	EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
	EXPECT_STR("hi", got.body);
	EXPECT_STR("then", got.date);
	EXPECT_STR("B: 2\r\nDate:  then \r\nTransfer-Encoding: chunked\r\n", got.headers);
}

/* Each says what it says and then misbehaves; the request had left in every case. */
static void half_an_answer_is_none(void)
{
	static const struct {
		const char *why, *say;
		enum peer_after after;
		enum err want;
		int64_t total_ms;
	} CASES[] = {
		{ "closes without a word", "", PEER_CLOSE, ERR_NETWORK, 30000 },
		{ "never answers", "", PEER_WAIT, ERR_TIMEOUT, 1000 },
		{ "stops in the fields", "HTTP/1.1 200 OK\r\nContent-", PEER_WAIT, ERR_TIMEOUT,
		  1000 },
		{ "closes in the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
		  PEER_CLOSE, ERR_NETWORK, 30000 },
		{ "stops in the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
		  PEER_WAIT, ERR_TIMEOUT, 1000 },
		{ "drips its fields", "HTTP/1.1 200 OK\r\nX: ", PEER_DRIP, ERR_TIMEOUT, 1000 },
		{ "drips its body", "HTTP/1.1 200 OK\r\n\r\n", PEER_DRIP, ERR_TIMEOUT, 1000 },
		{ "breaks its chunks",
		  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", PEER_CLOSE,
		  ERR_NETWORK, 30000 },
		{ "speaks something else", "SSH-2.0-x\r\n\r\n", PEER_CLOSE, ERR_NETWORK, 30000 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		CLEANUP(peer_stop) struct peer_server p;
		CLEANUP(client_stop) struct net_client *c = NULL;
		CLEANUP(net_got_free) struct net_got got = { 0 };
		struct net_ask ask;

		printf("# %s\n", CASES[i].why);
		peer_start(&p, CASES[i].say, CASES[i].after);
		c = client_new();
		ask = get(p.url, "/path?secret=1");
		ask.total_ms = CASES[i].total_ms;
		EXPECT_ERR(CASES[i].want, net_call(c, &ask, &got));
		EXPECT(got.sent);
		EXPECT(!strstr(err_text(), "secret") && !strstr(err_text(), "/path"));
		EXPECT_INT(1, atomic_load(&p.requests));
	}
}

static void nothing_is_sent_without_a_connection(void)
{
	CLEANUP(client_stop) struct net_client *c = client_new();
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct peer_server p = { 0 };
	struct net_ask ask;

	peer_listen(&p, 1);
	ask = get(p.url, "/");
	(void)close(p.listen_fd);
	EXPECT_ERR(ERR_NETWORK, net_call(c, &ask, &got));
	EXPECT(!got.sent);
	EXPECT_INT(0, got.status);
}

/* A full queue of connections: the kernel drops what would come next, so connecting hangs. */
static void connecting_has_a_time_limit_of_its_own(void)
{
	CLEANUP(client_stop) struct net_client *c = client_new();
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct peer_server p = { 0 };
	struct net_ask ask;
	int first;

	peer_listen(&p, 0);
	first = raw_connect(p.url);
	EXPECT(first >= 0);
	ask = get(p.url, "/");
	ask.connect_ms = 150;
	EXPECT_ERR(ERR_TIMEOUT, net_call(c, &ask, &got));
	EXPECT(!got.sent);
	(void)close(first);
	(void)close(p.listen_fd);
}

/* A kept connection that died meanwhile is no reason to fail. */
static void a_dead_kept_connection_is_replaced(void)
{
	CLEANUP(peer_stop) struct peer_server p;
	CLEANUP(client_stop) struct net_client *c = NULL;

	peer_start(&p, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", PEER_CLOSE);
	c = client_new();
	for (int i = 1; i <= 3; i++) {
		CLEANUP(net_got_free) struct net_got got = { 0 };
		struct net_ask ask = get(p.url, "/");

		EXPECT_ERR(ERR_OK, net_call(c, &ask, &got));
		EXPECT_STR("hi", got.body);
	}
	EXPECT_INT(3, atomic_load(&p.requests));
}

static void refuses_urls_and_fields_that_it_cannot_call(void)
{
	CLEANUP(client_stop) struct net_client *c = client_new();
	CLEANUP(net_got_free) struct net_got got = { 0 };
	static char longest[NET_URL_MAX + 2];
	static const char *const URLS[] = {
		"",
		"/path",
		"127.0.0.1",
		"http://",
		"http:///127.0.0.1/",
		"http:/127.0.0.1/",
		"http:127.0.0.1",
		"http:\\\\127.0.0.1\\",
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"gopher://127.0.0.1:1/_x",
		"http://user:password@127.0.0.1/",
		"http://user@127.0.0.1/",
		"http://127.0.0.1/a b",
		"http://127.0.0.1/\r\nX: y",
		"http://127.0.0.1:99999/",
		"http://[::1/",
		longest,
	};
	struct net_field split = { "X", STR("a\r\nY: b") };
	struct net_ask ask = get("http://127.0.0.1:1", "/");

	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "http://127.0.0.1/", strlen("http://127.0.0.1/"));
	for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++) {
		printf("# %.60s\n", strchr(URLS[i], '\n') ? "a line break" : URLS[i]);
		ask.url = URLS[i];
		EXPECT_ERR(ERR_INVALID, net_call(c, &ask, &got));
		EXPECT(!got.sent);
	}
	ask = get("http://127.0.0.1:1", "/");
	ask.fields = &split;
	ask.fields_n = 1;
	EXPECT_ERR(ERR_INVALID, net_call(c, &ask, &got));
}

/* What many calls at once came to. */
struct tally {
	pthread_mutex_t lock;
	pthread_cond_t change;
	size_t n, of[ERR_N];
};

static void count(void *arg, enum err e, struct net_got *got)
{
	struct tally *t = arg;

	(void)got;
	pthread_mutex_lock(&t->lock);
	t->n++;
	t->of[e]++;
	pthread_cond_signal(&t->change);
	pthread_mutex_unlock(&t->lock);
}

static void tally_wait(struct tally *t, size_t n)
{
	pthread_mutex_lock(&t->lock);
	while (t->n < n)
		pthread_cond_wait(&t->change, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void makes_many_calls_at_once(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	CLEANUP(client_stop) struct net_client *c = client_new();
	struct tally t = { .lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER };
	struct net_ask ask = get(served_url(s), "/now");
	struct net_counts n;

	for (size_t i = 0; i < MANY; i++)
		EXPECT_ERR(ERR_OK, net_call_async(c, &ask, count, &t));
	tally_wait(&t, MANY);
	EXPECT_INT(MANY, t.of[ERR_OK]);
	net_server_counts(s->server, &n);
	EXPECT_INT(MANY, n.requests);
	EXPECT(n.connections <= 64);
}

static void has_a_limit_of_open_calls_and_ends_them_when_it_stops(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	struct net_client *c = client_new();
	struct tally t = { .lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER };
	struct net_ask ask = get(served_url(s), "/hold");

	for (size_t i = 0; i < NET_OPEN_MAX; i++)
		EXPECT_ERR(ERR_OK, net_call_async(c, &ask, count, &t));
	EXPECT_ERR(ERR_BUSY, net_call_async(c, &ask, count, &t));
	served_wait_held(s, 1);
	net_client_stop(c);
	EXPECT_INT(NET_OPEN_MAX, t.n);
	EXPECT_INT(NET_OPEN_MAX, t.of[ERR_STOPPING]);
}

static const struct tap_test TESTS[] = {
	TEST(gets_and_posts),
	TEST(sends_exactly_these_fields),
	TEST(takes_no_proxy_from_the_environment),
	TEST(follows_no_redirect),
	TEST(an_answer_may_be_as_long_as_agreed),
	TEST(header_fields_without_end_are_too_large),
	TEST(keeps_the_header_fields_of_the_answer_only),
	TEST(half_an_answer_is_none),
	TEST(nothing_is_sent_without_a_connection),
	TEST(connecting_has_a_time_limit_of_its_own),
	TEST(a_dead_kept_connection_is_replaced),
	TEST(refuses_urls_and_fields_that_it_cannot_call),
	TEST(makes_many_calls_at_once),
	TEST(has_a_limit_of_open_calls_and_ends_them_when_it_stops),
};

TAP_MAIN(TESTS)
