/* Many connections at once, answers from other threads, clients that go away, stopping. */
#include "net/server.h"

#include "raw.h"
#include "served.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <poll.h>

enum { ROUNDS = 5, THREADS = 4 };

static const char NOW[] = "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello";
static const char GATE[] = "GET /gate HTTP/1.1\r\nHost: t\r\n\r\n";
static const char HOLD[] = "POST /hold HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello";
static const char ECHO[] = "POST|/now||hello";

/* Opens `n` connections; all of them must be accepted. */
static void open_all(const struct served *s, int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fds[i] = raw_connect(served_url(s));
		EXPECT(fds[i] >= 0);
	}
}

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)close(fds[i]);
}

/* The loop stands still until every connection has asked, so that all become ready at once: with
 * its own thread the library stalls here at 128 and its multiples. */
static void all_are_answered(struct served *s, int gate, const int *fds, size_t n)
{
	struct raw_answer a;

	EXPECT(raw_send(gate, GATE));
	served_wait_gate(s);
	for (size_t i = 0; i < n; i++)
		EXPECT(raw_send(fds[i], NOW));
	served_open_gate(s);
	for (size_t i = 0; i < n; i++) {
		raw_read(fds[i], true, &a);
		EXPECT_INT(200, a.status);
		EXPECT_STR(ECHO, a.body);
	}
	raw_read(gate, true, &a);
	EXPECT_INT(200, a.status);
}

static void serves(size_t n)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fds[512], gate = raw_connect(served_url(s));

	CALL(open_all(s, fds, n));
	for (int i = 0; i < ROUNDS; i++)
		CALL(all_are_answered(s, gate, fds, n));
	close_all(fds, n);
	(void)close(gate);
	served_wait_ended(s, (n + 1) * ROUNDS);
	EXPECT_INT((n + 1) * ROUNDS, served_count(s, &s->handled));
}

static void serves_127_128_256_and_384_connections_alike(void)
{
	static const size_t NUMBERS[] = { 127, 128, 256, 384 };

	for (size_t i = 0; i < sizeof(NUMBERS) / sizeof(NUMBERS[0]); i++) {
		printf("# %zu connections\n", NUMBERS[i]);
		CALL(serves(NUMBERS[i]));
	}
}

static void *answer_some(void *self)
{
	struct served *s = self;
	struct net_request *r;

	while ((r = served_take(s)))
		served_say(r, 200, STR("held"));
	return NULL;
}

static void answers_from_other_threads_in_batches(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	enum { N = 256 };
	int fds[N];

	CALL(open_all(s, fds, N));
	for (size_t round = 1; round <= ROUNDS; round++) {
		pthread_t threads[THREADS];
		struct raw_answer a;

		for (size_t i = 0; i < N; i++)
			EXPECT(raw_send(fds[i], HOLD));
		served_wait_held(s, N);
		for (size_t i = 0; i < THREADS; i++)
			EXPECT(pthread_create(&threads[i], NULL, answer_some, s) == 0);
		for (size_t i = 0; i < N; i++) {
			raw_read(fds[i], true, &a);
			EXPECT_STR("held", a.body);
		}
		for (size_t i = 0; i < THREADS; i++)
			EXPECT(pthread_join(threads[i], NULL) == 0);
	}
	close_all(fds, N);
	served_wait_ended(s, (size_t)N * ROUNDS);
}

/* A suspended request waits for its answer as long as it takes; the others do not wait for it. */
static void others_are_served_while_one_is_held(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int held = raw_connect(served_url(s)), other = raw_connect(served_url(s));
	struct raw_answer a;

	EXPECT(raw_send(held, HOLD));
	served_wait_held(s, 1);
	for (int i = 0; i < ROUNDS; i++)
		EXPECT_INT(200, raw_ask(other, NOW, &a));
	served_answer(s);
	raw_read(held, true, &a);
	EXPECT_STR("held", a.body);
	(void)close(held);
	(void)close(other);
}

/* What stands behind a held request is served after it, in order. */
static void pipelined_requests_are_answered_in_order(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	char all[512];
	struct raw_answer a;

	(void)snprintf(all, sizeof(all), "%s%s%s%s", NOW, HOLD, NOW, NOW);
	EXPECT_INT(200, raw_ask(fd, all, &a));
	EXPECT_STR(ECHO, a.body);
	served_wait_held(s, 1);
	EXPECT_INT(2, served_count(s, &s->handled));
	served_answer(s);
	raw_read(fd, true, &a);
	EXPECT_STR("held", a.body);
	for (int i = 0; i < 2; i++) {
		raw_read(fd, true, &a);
		EXPECT_STR(ECHO, a.body);
	}
	(void)close(fd);
}

static void is_gone(struct net_request *r)
{
	while (!net_gone(r))
		(void)poll(NULL, 0, 1);
}

static void answers_after_the_client_went_away(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	struct linger reset = { .l_onoff = 1 };
	int polite = raw_connect(served_url(s)), rude = raw_connect(served_url(s));
	int other = raw_connect(served_url(s));
	struct net_request *r;
	struct raw_answer a;

	EXPECT(raw_send(polite, HOLD));
	served_wait_held(s, 1);
	EXPECT(raw_send(rude, HOLD));
	served_wait_held(s, 2);
	EXPECT(!net_gone(s->held[0]));
	EXPECT(!net_gone(s->held[1]));
	EXPECT(setsockopt(rude, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0);
	(void)close(polite);
	(void)close(rude);
	while ((r = served_take(s))) {
		is_gone(r);
		served_say(r, 200, STR("too late"));
	}
	served_wait_ended(s, 2);
	EXPECT_INT(200, raw_ask(other, NOW, &a));
	(void)close(other);
}

static void *stop_it(void *self)
{
	struct served *s = self;

	net_server_stop(s->server);
	return NULL;
}

static void stop_waits_for_what_is_held(void)
{
	struct served *s = served_start(NULL);
	enum { N = 20 };
	int fds[N], again;
	int idle = raw_connect(served_url(s)), torn = raw_connect(served_url(s));
	char url[64];
	pthread_t thread;
	struct raw_answer a;

	(void)snprintf(url, sizeof(url), "%s", served_url(s));
	CALL(open_all(s, fds, N));
	for (size_t i = 0; i < N; i++)
		EXPECT(raw_send(fds[i], HOLD));
	EXPECT_INT(200, raw_ask(idle, NOW, &a));
	EXPECT(raw_send(torn, "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nhalf"));
	served_wait_held(s, N);
	EXPECT(pthread_create(&thread, NULL, stop_it, s) == 0);
	while ((again = raw_connect(url)) >= 0)
		(void)close(again);
	EXPECT_INT(N, served_count(s, &s->held_n));
	served_answer(s);
	for (size_t i = 0; i < N; i++) {
		raw_read(fds[i], true, &a);
		EXPECT_STR("held", a.body);
		EXPECT(raw_closes(&a));
		EXPECT(raw_at_end(fds[i]));
	}
	EXPECT(pthread_join(thread, NULL) == 0);
	EXPECT(raw_at_end(idle));
	EXPECT(raw_at_end(torn));
	EXPECT_INT(s->begun, s->ended);
	free(s);
	close_all(fds, N);
	(void)close(torn);
	(void)close(idle);
}

static void quiesce_lets_open_connections_go_on_once_more(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s));
	struct raw_answer a;

	EXPECT_INT(200, raw_ask(fd, NOW, &a));
	EXPECT(!raw_closes(&a));
	net_server_quiesce(s->server);
	EXPECT_INT(-1, raw_connect(served_url(s)));
	EXPECT_INT(200, raw_ask(fd, NOW, &a));
	EXPECT(raw_closes(&a));
	EXPECT(raw_at_end(fd));
	(void)close(fd);
}

/* False when the other side has had enough. */
static bool drip_on(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return raw_send(fd, "x") && poll(&p, 1, 0) == 0;
}

/* One says nothing, one stops in its header fields, one drips them, one drips its body; all are
 * closed.  The one that waits for us is not. */
static void closes_who_makes_no_progress(void)
{
	struct net_limits limits = { .idle_seconds = 1 };
	CLEANUP(served_stop) struct served *s = served_start(&limits);
	int silent = raw_connect(served_url(s)), cut = raw_connect(served_url(s));
	int drip[2] = { raw_connect(served_url(s)), raw_connect(served_url(s)) };
	int waits = raw_connect(served_url(s));
	struct raw_answer a;

	EXPECT(raw_send(waits, HOLD));
	EXPECT(raw_send(cut, "GET /now HTTP/1.1\r\nHo"));
	EXPECT(raw_send(drip[0], "POST /now HTTP/1.1\r\nX: "));
	EXPECT(raw_send(drip[1], "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\n"));
	for (bool head = true, body = true; head || body; (void)poll(NULL, 0, 10)) {
		head = head && drip_on(drip[0]);
		body = body && drip_on(drip[1]);
	}
	EXPECT(raw_at_end(drip[0]));
	EXPECT(raw_at_end(drip[1]));
	EXPECT(raw_at_end(silent));
	EXPECT(raw_at_end(cut));
	served_wait_held(s, 1);
	served_answer(s);
	raw_read(waits, true, &a);
	EXPECT_STR("held", a.body);
	served_wait_ended(s, 2);
	EXPECT_INT(1, served_count(s, &s->handled));
	(void)close(silent);
	(void)close(cut);
	close_all(drip, 2);
	(void)close(waits);
}

static void limits_the_connections_of_one_address(void)
{
	struct net_limits limits = { .per_address = 2 };
	CLEANUP(served_stop) struct served *s = served_start(&limits);
	int a = raw_connect(served_url(s)), b = raw_connect(served_url(s)), c;
	struct raw_answer answer;

	EXPECT_INT(200, raw_ask(a, NOW, &answer));
	EXPECT_INT(200, raw_ask(b, NOW, &answer));
	c = raw_connect(served_url(s));
	EXPECT(raw_at_end(c));
	(void)close(a);
	(void)close(b);
	(void)close(c);
}

/* The third waits in the kernel's queue until one of the two goes. */
static void limits_connections_in_all(void)
{
	struct net_limits limits = { .connections = 2 };
	CLEANUP(served_stop) struct served *s = served_start(&limits);
	int a = raw_connect(served_url(s)), b = raw_connect(served_url(s)), c;
	struct net_counts n;
	struct raw_answer answer;

	EXPECT_INT(200, raw_ask(a, NOW, &answer));
	EXPECT_INT(200, raw_ask(b, NOW, &answer));
	c = raw_connect(served_url(s));
	EXPECT(raw_send(c, NOW));
	for (int i = 0; i < ROUNDS; i++)
		EXPECT_INT(200, raw_ask(b, NOW, &answer));
	net_server_counts(s->server, &n);
	EXPECT_INT(2, n.connections);
	(void)close(a);
	raw_read(c, true, &answer);
	EXPECT_INT(200, answer.status);
	(void)close(b);
	(void)close(c);
}

static void counts_what_it_does(void)
{
	CLEANUP(served_stop) struct served *s = served_start(NULL);
	int fd = raw_connect(served_url(s)), held = raw_connect(served_url(s));
	struct net_counts n;
	struct raw_answer a;

	EXPECT_INT(200, raw_ask(fd, NOW, &a));
	EXPECT(raw_send(held, HOLD));
	served_wait_held(s, 1);
	net_server_counts(s->server, &n);
	EXPECT_INT(2, n.requests);
	EXPECT_INT(2, n.connections);
	EXPECT_INT(1, n.in_flight);
	EXPECT_INT(5, n.body_bytes);
	EXPECT_INT(strlen(NOW) + strlen(HOLD), n.bytes_in);
	EXPECT_INT(strlen(ECHO), n.bytes_out);
	served_answer(s);
	served_wait_ended(s, 2);
	(void)close(fd);
	(void)close(held);
}

static const struct tap_test TESTS[] = {
	TEST(serves_127_128_256_and_384_connections_alike),
	TEST(answers_from_other_threads_in_batches),
	TEST(others_are_served_while_one_is_held),
	TEST(pipelined_requests_are_answered_in_order),
	TEST(answers_after_the_client_went_away),
	TEST(stop_waits_for_what_is_held),
	TEST(quiesce_lets_open_connections_go_on_once_more),
	TEST(closes_who_makes_no_progress),
	TEST(limits_the_connections_of_one_address),
	TEST(limits_connections_in_all),
	TEST(counts_what_it_does),
};

TAP_MAIN(TESTS)
