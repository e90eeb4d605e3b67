/* What the server makes of requests, good and bad, byte by byte. */
#include "net/server.h"

#include "raw.h"
#include "served.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <sched.h>

#define HOST "Host: t\r\n"
#define V " HTTP/1.1\r\n"
#define GET "GET "
#define POST "POST /now" V HOST
#define LENGTH "Content-Length: "
#define CODING "Transfer-Encoding: "

static const char NOW[] = "GET /now HTTP/1.1\r\n" HOST "\r\n";

/* After an answer that keeps the connection, the next request is understood. */
static void is_in_step(int fd)
{
	struct raw_answer a;

	EXPECT_INT(200, raw_ask(fd, NOW, &a));
	EXPECT_STR("GET|/now||", a.body);
}

static void hands_on_the_target_as_it_was_sent(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	static const struct {
		const char *target, *seen;
	} CASES[] = {
		{ "/now", "GET|/now||" },
		{ "/now?", "GET|/now||" },
		{ "/n%6fw?a=%zz&b=%00+c", "GET|/n%6fw|a=%zz&b=%00+c|" },
		{ "/a%2Fb/../c//d?x?y=?", "GET|/a%2Fb/../c//d|x?y=?|" },
		{ "/%zz%", "GET|/%zz%||" },
		{ "/\xe4\xb8\xad\xff?\xff", "GET|/\xe4\xb8\xad\xff|\xff|" },
		{ "http://other/now?q", "GET|http://other/now|q|" },
		{ "*", "GET|*||" },
	};
	int fd = raw_connect(served_url(s));

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct raw_answer a;
		char ask[256];

		(void)snprintf(ask, sizeof(ask), "GET %s HTTP/1.1\r\n" HOST "\r\n",
			       CASES[i].target);
		EXPECT_INT(200, raw_ask(fd, ask, &a));
		EXPECT_STR(CASES[i].seen, a.body);
	}
	(void)close(fd);
}

/* The library would keep each argument in the connection's memory and then never answer. */
static void takes_a_query_of_nothing_but_ampersands(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	struct raw_answer a;
	char ask[4096], many[3001];

	memset(many, '&', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	(void)snprintf(ask, sizeof(ask), "GET /now?%s HTTP/1.1\r\n" HOST "\r\n", many);
	EXPECT_INT(200, raw_ask(fd, ask, &a));
	EXPECT_INT(strlen("GET|/now||") + strlen(many), a.body_n);
	(void)close(fd);
}

/* Each on a connection of its own, which is closed afterwards; no handler sees any of them. */
static void refuses_what_can_be_read_in_two_ways(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	/* clang-format off */
	const struct {
		const char *why;
		struct str ask;
		int status;
	} cases[] = {
		{ "NUL in the path", STR(GET "/n\0w" V HOST "\r\n"), 400 },
		{ "NUL after ?", STR(GET "/now?\0" V HOST "\r\n"), 400 },
		{ "space in the path", STR(GET "/n w" V HOST "\r\n"), 400 },
		{ "no Host", STR(GET "/now" V "\r\n"), 400 },
		{ "two Hosts", STR(GET "/now" V HOST HOST "\r\n"), 400 },
		{ "two lengths", STR(POST LENGTH "3\r\n" LENGTH "4\r\n\r\nabcd"), 400 },
		{ "length and coding", STR(POST LENGTH "3\r\n" CODING "chunked\r\n\r\nabc"), 400 },
		{ "leading zero", STR(POST LENGTH "03\r\n\r\nabc"), 400 },
		{ "sign", STR(POST LENGTH "+3\r\n\r\nabc"), 400 },
		{ "list", STR(POST LENGTH "3, 3\r\n\r\nabc"), 400 },
		{ "2^63", STR(POST LENGTH "9223372036854775808\r\n\r\nabc"), 400 },
		{ "2^64", STR(POST LENGTH "18446744073709551616\r\n\r\nabc"), 413 },
		{ "space after name", STR(POST "Content-Length : 3\r\n\r\nabc"), 400 },
		{ "space before name", STR("POST /now" V " " LENGTH "3\r\n" HOST "\r\nabc"), 400 },
		{ "no colon", STR(GET "/now" V HOST "foo\r\n\r\n"), 400 },
		{ "HTTP/2.0", STR(GET "/now HTTP/2.0\r\n" HOST "\r\n"), 505 },
		{ "no version", STR(GET "/now\r\n\r\n"), 400 },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = raw_connect(served_url(s));
		struct raw_answer a;

		printf("# %s\n", cases[i].why);
		EXPECT(raw_send_n(fd, cases[i].ask.p, cases[i].ask.n));
		raw_read(fd, true, &a);
		EXPECT_INT(cases[i].status, a.status);
		EXPECT(raw_closes(&a));
		(void)close(fd);
	}
	EXPECT_INT(0, served_count(s, &s->begun));
}

/* Whatever the size of the fields, there is an answer: 200, or 431, or 414, and no gap between. */
static void answers_header_fields_of_any_size(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	char ask[10000], filler[9000];
	int seen_200 = 0, seen_431 = 0;

	memset(filler, 'y', sizeof(filler));
	for (int n = 4000; n < 8400; n += 13) {
		int fd = raw_connect(served_url(s));
		struct raw_answer a;
		int status;

		(void)snprintf(ask, sizeof(ask), "GET /now HTTP/1.1\r\n" HOST "X: %.*s\r\n\r\n", n,
			       filler);
		status = raw_ask(fd, ask, &a);
		if (status == 200 && seen_431 == 0)
			seen_200++;
		else if (status == 431 && raw_closes(&a))
			seen_431++;
		else
			EXPECT_INT(n, status);
		(void)close(fd);
	}
	EXPECT(seen_200 > 50 && seen_431 > 50);
}

static void answers_many_fields_and_a_long_target(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	char ask[16000], filler[9000];
	struct raw_answer a;
	int n = snprintf(ask, sizeof(ask), "GET /now HTTP/1.1\r\n" HOST);
	int fd = raw_connect(served_url(s));

	for (int i = 0; i < 50; i++)
		n += snprintf(ask + n, sizeof(ask) - (size_t)n, "A%d: b\r\n", i);
	(void)snprintf(ask + n, sizeof(ask) - (size_t)n, "\r\n");
	EXPECT_INT(200, raw_ask(fd, ask, &a));
	for (int i = 0; i < 100; i++)
		n += snprintf(ask + n, sizeof(ask) - (size_t)n, "B%d: c\r\n", i);
	(void)snprintf(ask + n, sizeof(ask) - (size_t)n, "\r\n");
	EXPECT_INT(431, raw_ask(fd, ask, &a));
	(void)close(fd);
	fd = raw_connect(served_url(s));
	memset(filler, 'y', sizeof(filler));
	(void)snprintf(ask, sizeof(ask), "GET /%.*s HTTP/1.1\r\n" HOST "\r\n", (int)sizeof(filler),
		       filler);
	EXPECT_INT(414, raw_ask(fd, ask, &a));
	(void)close(fd);
}

/* The longest body that is read only so that its refusal is not lost. */
enum { DISCARDED = 4 << 20 };

static void takes_bodies_up_to_the_limit(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	static const struct {
		int n, status;
	} CASES[] = {
		{ 0, 200 },
		{ 1, 200 },
		{ 9000, 200 },
		{ SERVED_BODY_MAX, 200 },
		{ SERVED_BODY_MAX + 1, 413 },
		{ 1 << 20, 413 },
		{ DISCARDED, 413 },
	};
	int fd = raw_connect(served_url(s));
	struct raw_answer a;
	char *body = calloc(1, DISCARDED);

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char head[128];

		memset(body, 'a' + (int)i, (size_t)CASES[i].n);
		(void)snprintf(head, sizeof(head),
			       "POST /now HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n",
			       CASES[i].n);
		EXPECT(raw_send(fd, head));
		EXPECT(raw_send_n(fd, body, (size_t)CASES[i].n));
		raw_read(fd, true, &a);
		EXPECT_INT(CASES[i].status, a.status);
		EXPECT(!raw_closes(&a));
		if (a.status == 200) {
			size_t shown = CASES[i].n < 9000 ? (size_t)CASES[i].n : 9000;

			EXPECT_INT(strlen("POST|/now||") + (size_t)CASES[i].n, a.body_n);
			EXPECT(memcmp(a.body + strlen("POST|/now||"), body, shown) == 0);
		}
	}
	CALL(is_in_step(fd));
	(void)close(fd);
	free(body);
}

/* Too long to be read for nothing: answered at once, then closed. */
static void closes_after_a_body_that_it_does_not_read(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	static const char *const CASES[] = {
		"POST /now HTTP/1.1\r\n" HOST "Content-Length: 100000000\r\n\r\n",
		"POST /now HTTP/1.1\r\n" HOST
		"Content-Length: 80000\r\nExpect: 100-continue\r\n\r\n",
		"POST /refuse HTTP/1.1\r\n" HOST
		"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
		"POST /now HTTP/1.1\r\n" HOST
		"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"POST /now HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\nabc",
	};
	static const int STATUS[] = { 413, 413, 401, 411, 411 };

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int fd = raw_connect(served_url(s));
		struct raw_answer a;

		EXPECT_INT(STATUS[i], raw_ask(fd, CASES[i], &a));
		EXPECT(raw_closes(&a));
		EXPECT(raw_at_end(fd));
		(void)close(fd);
	}
	EXPECT_INT(0, served_count(s, &s->handled));
}

static void throws_a_refused_body_away_and_goes_on(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	struct raw_answer a;

	for (int i = 0; i < 3; i++) {
		EXPECT_INT(401, raw_ask(fd,
					"POST /refuse HTTP/1.1\r\n" HOST
					"Content-Length: 29\r\n\r\nGET /now HTTP/1.1\r\n" HOST "\r",
					&a));
		EXPECT(!raw_closes(&a));
		CALL(is_in_step(fd));
	}
	EXPECT_INT(401, raw_ask(fd, "GET /refuse HTTP/1.1\r\n" HOST "\r\n", &a));
	CALL(is_in_step(fd));
	EXPECT_INT(4, served_count(s, &s->handled));
	(void)close(fd);
}

static void says_continue_to_who_waits_for_it(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	struct raw_answer a;

	EXPECT_INT(100, raw_ask(fd,
				"POST /now HTTP/1.1\r\n" HOST
				"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
				&a));
	EXPECT_INT(200, raw_ask(fd, "hello", &a));
	EXPECT_STR("POST|/now||hello", a.body);
	CALL(is_in_step(fd));
	(void)close(fd);
}

static void answers_head_without_a_body(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	struct raw_answer a;

	EXPECT(raw_send(fd, "HEAD /now HTTP/1.1\r\n" HOST "\r\n"));
	raw_read(fd, false, &a);
	EXPECT_INT(200, a.status);
	EXPECT_INT(strlen("HEAD|/now||"), strtol(raw_field(a.head, "Content-Length"), NULL, 10));
	CALL(is_in_step(fd));
	(void)close(fd);
}

static void http_1_0_is_answered_and_closed(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	struct raw_answer a;

	EXPECT_INT(200, raw_ask(fd, "GET /now HTTP/1.0\r\n\r\n", &a));
	EXPECT(raw_at_end(fd));
	(void)close(fd);
}

/* The books are closed right after `end`. */
static void wait_until_nothing_is_under_way(const struct served *s)
{
	struct net_counts n;

	do {
		net_server_counts(s->server, &n);
		(void)sched_yield();
	} while (n.in_flight > 0 || n.body_bytes > 0);
}

/* 1000 bytes for all bodies: the second does not fit while the first is under way. */
static void bodies_share_one_budget(void)
{
	struct net_limits limits = { .bodies = 1000 };
	CLEANUP(served_stop) struct served *s = served_start(&limits);
	int first = raw_connect(served_url(s)), second = raw_connect(served_url(s));
	struct net_counts n;
	struct raw_answer a;
	char ask[1024], body[801] = "";

	memset(body, 'x', 800);
	EXPECT(raw_send(first, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 800\r\n\r\n"));
	EXPECT(raw_send(first, body));
	served_wait_held(s, 1);
	(void)snprintf(ask, sizeof(ask),
		       "POST /now HTTP/1.1\r\n" HOST "Content-Length: 300\r\n\r\n%.300s", body);
	EXPECT_INT(503, raw_ask(second, ask, &a));
	EXPECT_STR("busy", a.body);
	net_server_counts(s->server, &n);
	EXPECT_INT(800, n.body_bytes);
	served_answer(s);
	raw_read(first, true, &a);
	EXPECT_INT(200, a.status);
	EXPECT_INT(200, raw_ask(second, ask, &a));
	wait_until_nothing_is_under_way(s);
	(void)close(first);
	(void)close(second);
}

static void a_client_that_leaves_gives_its_budget_back(void)
{
	struct net_limits limits = { .bodies = 1000 };
	CLEANUP(served_stop) struct served *s = served_start(&limits);
	struct linger reset = { .l_onoff = 1 };

	for (size_t i = 1; i <= 5; i++) {
		int fd = raw_connect(served_url(s));

		EXPECT(raw_send(fd, "POST /now HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\nx"));
		while (served_count(s, &s->begun) < i)
			(void)sched_yield();
		EXPECT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0);
		(void)close(fd);
		served_wait_ended(s, i);
	}
	wait_until_nothing_is_under_way(s);
	EXPECT_INT(0, served_count(s, &s->handled));
}

static const struct tap_test TESTS[] = {
	TEST(hands_on_the_target_as_it_was_sent),
	TEST(takes_a_query_of_nothing_but_ampersands),
	TEST(refuses_what_can_be_read_in_two_ways),
	TEST(answers_header_fields_of_any_size),
	TEST(answers_many_fields_and_a_long_target),
	TEST(takes_bodies_up_to_the_limit),
	TEST(closes_after_a_body_that_it_does_not_read),
	TEST(throws_a_refused_body_away_and_goes_on),
	TEST(says_continue_to_who_waits_for_it),
	TEST(answers_head_without_a_body),
	TEST(http_1_0_is_answered_and_closed),
	TEST(bodies_share_one_budget),
	TEST(a_client_that_leaves_gives_its_budget_back),
};

TAP_MAIN(TESTS)
