/* What a handler sees of a request, and what becomes of its answer. */
#include "net/server.h"

#include "raw.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <stdlib.h>

/* A server that answers every request with `answer` and keeps what it saw. */
struct fixture {
	struct net_server *server;
	struct net_answer answer;
	char seen[512];
	int at_begin; /* what begin does: 0 takes, 1 nothing */
};

static void begin(void *self, struct net_request *r)
{
	struct fixture *f = self;

	net_set_context(r, f);
	if (f->at_begin == 0 && net_take(r, 100) != ERR_OK)
		net_reply(r, &(struct net_answer){ .status = 413 });
}

static void handle(void *self, struct net_request *r)
{
	struct fixture *f = net_context(r);
	struct str host = net_header(r, "hOST"), none = net_header(r, "None");
	struct str peer = net_peer(r), x = net_header(r, "x");

	(void)self;
	(void)snprintf(f->seen, sizeof(f->seen),
		       "host=%.*s none=%.*s/%zu x=%.*s/%zu peer=%.*s n=%d", (int)host.n, host.p,
		       (int)none.n, none.p, net_header_n(r, "None"), (int)x.n, x.p,
		       net_header_n(r, "X"), (int)peer.n, peer.p, (int)net_content_length(r));
	net_reply(r, &f->answer);
}

static struct fixture *fixture_new(const char *address)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct net_handler handler = { .begin = begin, .handle = handle, .self = f };

	f->answer = (struct net_answer){ .status = 200, .type = "text/plain", .body = STR("hi") };
	if (net_server_start(address, NULL, &handler, &f->server) != ERR_OK)
		printf("# %s\n", err_text());
	return f;
}

static void fixture_free(struct fixture **f)
{
	net_server_stop((*f)->server);
	free(*f);
}

static const char ASK[] = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";

static int ask(const struct fixture *f, const char *text, struct raw_answer *a)
{
	int fd = raw_connect(net_server_url(f->server));
	int status = raw_ask(fd, text, a);

	(void)close(fd);
	return status;
}

static void shows_header_fields_peer_and_length(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	struct raw_answer a;

	EXPECT_INT(200, ask(f,
			    "POST / HTTP/1.1\r\nHOST: t:1\r\nX:  a b \r\nx: c\r\n"
			    "Content-Length: 2\r\n\r\nhi",
			    &a));
	EXPECT_STR("host=t:1 none=/0 x=a b/2 peer=127.0.0.1 n=2", f->seen);
}

static void sends_the_fields_it_is_given(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	char longest[2048];
	struct net_field fields[] = { { "Request-Id", STR("req_1") },
				      { "Empty", STR("") },
				      { "Long", { longest, 1900 } } };
	struct raw_answer a;

	memset(longest, 'v', sizeof(longest));
	f->answer.fields = fields;
	f->answer.fields_n = 3;
	EXPECT_INT(200, ask(f, ASK, &a));
	EXPECT_STR("hi", a.body);
	EXPECT(strncmp(raw_field(a.head, "Request-Id"), "req_1\r\n", 7) == 0);
	EXPECT(strncmp(raw_field(a.head, "Content-Type"), "text/plain\r\n", 12) == 0);
	EXPECT(strncmp(raw_field(a.head, "Content-Length"), "2\r\n", 3) == 0);
	EXPECT(raw_field(a.head, "Date"));
	EXPECT(!raw_field(a.head, "Empty"));
	EXPECT(strspn(raw_field(a.head, "Long"), "v") == 1900);
}

/* Longest fields both ways: the answer must still find room in the connection's memory. */
static void answers_long_fields_to_long_fields(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	char value[2048], filler[6000], text[6200];
	struct net_field field = { "Long", { value, sizeof(value) - 100 } };
	int full = 0;

	memset(value, 'v', sizeof(value));
	memset(filler, 'f', sizeof(filler));
	f->answer.fields = &field;
	f->answer.fields_n = 1;
	for (int n = 5000; n < 5700; n += 7) {
		struct raw_answer a;
		int status;

		(void)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: t\r\nX: %.*s\r\n\r\n",
			       n, filler);
		status = ask(f, text, &a);
		EXPECT(status == 200 || status == 431);
		full += status == 431;
	}
	EXPECT(full > 0 && full < 90);
}

static void an_answer_that_cannot_be_sent_is_a_500(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	static const char SPLIT[] = "a\r\nSet-Cookie: x=y";
	char longest[2048];
	struct net_field bad[] = { { "X", { SPLIT, sizeof(SPLIT) - 1 } },
				   { "X", { "a\0b", 3 } },
				   { "X", { longest, sizeof(longest) } } };
	struct raw_answer a;

	memset(longest, 'v', sizeof(longest));
	f->answer.fields_n = 1;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f->answer.fields = &bad[i];
		EXPECT_INT(500, ask(f, ASK, &a));
		EXPECT(strstr(a.body, "\"code\":\"internal\""));
		EXPECT(!raw_field(a.head, "X"));
		EXPECT(!raw_field(a.head, "Set-Cookie"));
	}
}

/* begin forgot to take or to answer: the body must not be lost silently. */
static void a_body_that_nobody_takes_is_refused(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	struct raw_answer a;

	f->at_begin = 1;
	EXPECT_INT(200, ask(f, ASK, &a));
	EXPECT_INT(413, ask(f, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi", &a));
	EXPECT(strstr(a.body, "\"code\":\"body_too_large\""));
	EXPECT_INT(411,
		   ask(f, "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n", &a));
	EXPECT(strstr(a.body, "\"code\":\"length_required\""));
}

static void an_owned_body_is_sent_and_freed(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	struct raw_answer a;
	char *owned = strdup("XXowned");

	f->answer.body_owned = owned;
	f->answer.body = (struct str){ owned + 2, 5 };
	EXPECT_INT(200, ask(f, ASK, &a));
	EXPECT_STR("owned", a.body);
	owned = strdup("lost");
	f->answer.body_owned = owned;
	f->answer.body = (struct str){ owned, 4 };
	f->answer.fields = &(struct net_field){ "X", STR("\n") };
	f->answer.fields_n = 1;
	EXPECT_INT(500, ask(f, ASK, &a));
}

static void statuses_without_a_body(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	struct raw_answer a;

	f->answer = (struct net_answer){ .status = 204 };
	EXPECT_INT(204, ask(f, ASK, &a));
	f->answer = (struct net_answer){ .status = 201 };
	EXPECT_INT(201, ask(f, ASK, &a));
	EXPECT(strncmp(raw_field(a.head, "Content-Length"), "0\r\n", 3) == 0);
}

static void refuses_addresses_that_cannot_be_listened_on(void)
{
	static const struct {
		const char *address;
		enum err want;
	} CASES[] = {
		{ "", ERR_INVALID },
		{ ":80", ERR_INVALID },
		{ "127.0.0.1", ERR_INVALID },
		{ "127.0.0.1:", ERR_INVALID },
		{ "127.0.0.1:65536", ERR_INVALID },
		{ "127.0.0.1:08", ERR_INVALID },
		{ "127.0.0.1:80 ", ERR_INVALID },
		{ "localhost:0", ERR_INVALID },
		{ "::1:0", ERR_INVALID },
		{ "[::1]", ERR_INVALID },
		{ "[::1]0", ERR_INVALID },
		{ "[127.0.0.1]:0", ERR_INVALID },
		{ "192.0.2.1:0", ERR_IO },
	};
	struct net_handler handler = { .begin = begin, .handle = handle };
	struct net_server *server = NULL;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		printf("# %s\n", CASES[i].address);
		EXPECT_ERR(CASES[i].want,
			   net_server_start(CASES[i].address, NULL, &handler, &server));
		EXPECT(!server);
	}
}

static void does_not_share_its_port(void)
{
	CLEANUP(fixture_free) struct fixture *f = fixture_new("127.0.0.1:0");
	struct net_handler handler = { .begin = begin, .handle = handle };
	struct net_server *second = NULL;

	EXPECT_ERR(ERR_IO, net_server_start(net_server_url(f->server) + strlen("http://"), NULL,
					    &handler, &second));
}

static void listens_on_ipv6(void)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct raw_answer a;

	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		SKIP("no IPv6 here");
	(void)close(fd);
	CLEANUP(fixture_free) struct fixture *f = fixture_new("[::1]:0");
	const char *url = net_server_url(f->server);

	EXPECT(strncmp(url, "http://[::1]:", 13) == 0);
	to.sin6_port = htons((uint16_t)strtoul(url + 13, NULL, 10));
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	EXPECT(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	EXPECT_INT(200, raw_ask(fd, ASK, &a));
	EXPECT_STR("host=t none=/0 x=/0 peer=::1 n=0", f->seen);
	(void)close(fd);
}

static const struct tap_test TESTS[] = {
	TEST(shows_header_fields_peer_and_length),
	TEST(sends_the_fields_it_is_given),
	TEST(answers_long_fields_to_long_fields),
	TEST(an_answer_that_cannot_be_sent_is_a_500),
	TEST(a_body_that_nobody_takes_is_refused),
	TEST(an_owned_body_is_sent_and_freed),
	TEST(statuses_without_a_body),
	TEST(refuses_addresses_that_cannot_be_listened_on),
	TEST(does_not_share_its_port),
	TEST(listens_on_ipv6),
};

TAP_MAIN(TESTS)
