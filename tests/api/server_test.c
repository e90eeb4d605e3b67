/* The server as a whole: requests that wait, workers that are all busy, and a stop in the middle of
 * it. */
#include "server_fixture.h"

/* --- routes that a test can hold up --- */

static atomic_int running, gate_open;

/* A flow that lasts until the test opens the gate. */
static enum err held_flow(struct http_ask *ask_, struct http_reply *reply)
{
	(void)ask_;
	(void)atomic_fetch_add(&running, 1);
	UNTIL(atomic_load(&gate_open));
	http_reply_text(reply, NULL, STR("{\"status\":\"ok\"}"));
	return ERR_OK;
}

/* A list that is empty until a row of the merchant is there. */
static enum err poll_decode(struct http_ask *ask_, void *plain)
{
	int64_t seconds = 0;

	TRY(http_query_integer(ask_, "wait", 0, 25, &seconds));
	*(int64_t *)plain = seconds * 1000;
	return ERR_OK;
}

static enum err poll_act(struct tx *tx, const void *ask_, void *answer)
{
	struct rows r;

	(void)ask_;
	TX_GET(tx, &r, "select count(*) from event where merchant_id = $1", V_I(tx_merchant(tx)));
	*(int64_t *)answer = rows_next(&r) ? row_i(&r, 0) : 0;
	return rows_end(&r);
}

static int64_t poll_wait(const struct http_ask *ask_, const void *plain, const void *answer)
{
	(void)ask_;
	return *(const int64_t *)answer == 0 ? *(const int64_t *)plain : 0;
}

static void poll_encode(const struct http_ask *ask_, const void *plain, const void *answer,
			struct http_reply *reply)
{
	(void)ask_;
	(void)plain;
	jout_object(&reply->body, NULL);
	jout_integer(&reply->body, "rows", *(const int64_t *)answer);
	jout_object_end(&reply->body);
}

static enum err open_flow(struct http_ask *ask_, struct http_reply *reply)
{
	http_reply_text(reply, "text/plain", ask_->body);
	return ERR_OK;
}

/* clang-format off */
static const struct member QUERY_MEMBERS[] = { { "wait", MEMBER_INTEGER, .doc = "-" }, { 0 } };
static const struct schema QUERY = { "query", QUERY_MEMBERS };
static const struct route ROUTES[] = {
	{ .method = "GET", .path = "/held", .kind = ROUTE_FLOW, .scope = SCOPE_READ,
	  .summary = "-", .flow = held_flow },
	{ .method = "GET", .path = "/poll", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "-", .query = &QUERY, .wait = poll_wait,
	  .ask_size = sizeof(int64_t), .answer_size = sizeof(int64_t),
	  .decode = poll_decode, .act = poll_act, .encode = poll_encode },
	{ .method = "POST", .path = "/open", .kind = ROUTE_FLOW, .scope = SCOPE_NONE,
	  .summary = "-", .media = "*/*", .flow = open_flow },
	{ 0 }
};
/* clang-format on */
static const struct route *const TABLES[] = { ROUTES };

/* A request whose answer is read later. */
static struct wire begin_get(const struct fixture *f, const char *key, const char *path)
{
	struct wire w = wire_open(http_url(f->http));
	struct question q = { key, "GET", path, NULL, NULL };
	size_t n;
	char *text = question_text(&q, &n);

	CHECK(w.fd >= 0 && wire_send(&w, text, n));
	free(text);
	return w;
}

static void ends_with(struct wire *w, int status, const char *text)
{
	struct wire_answer a;
	bool ok = wire_read(w, &a);

	wire_close(w);
	EXPECT(ok);
	if (a.status != status)
		printf("# got %s%s\n", a.head, a.body);
	EXPECT_INT(status, a.status);
	EXPECT(strstr(a.body, text) != NULL);
	wire_answer_free(&a);
}

static enum err add_row(struct tx *tx, const void *ask_, void *answer)
{
	(void)ask_;
	(void)answer;
	TX_PUT(tx, 1,
	       "insert into event (merchant_id, id, app_id, type, object, body, created_at)"
	       " values ($1, $2, 0, 'test', 1, '{}', 1)",
	       V_I(tx_merchant(tx)), V_I(tx_id(tx)));
	tx_tell(tx, NEWS_EVENTS);
	return ERR_OK;
}

/* The number that /metrics gives for `name`. */
static long long metric(const struct fixture *f, const char *name)
{
	struct wire_answer a;
	char line[64];
	const char *at;
	long long n = -1;

	CHECK(send_question(f, &(struct question){ NULL, "GET", "/metrics", NULL, NULL }, &a));
	(void)snprintf(line, sizeof(line), "\n%s ", name);
	at = strstr(a.body, line);
	if (at != NULL)
		n = strtoll(at + strlen(line), NULL, 10);
	wire_answer_free(&a);
	return n;
}

static void fixture_begin_here(struct fixture *f, struct http_options options)
{
	atomic_store(&running, 0);
	atomic_store(&gate_open, 0);
	fixture_options = options;
	fixture_begin_with(f, TABLES, 1);
	fixture_options = (struct http_options){ .listen = NULL };
}

/* --- long polls --- */

static void a_poll_is_answered_by_its_merchants_news(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire a, b;

	fixture_begin_here(&f, (struct http_options){ .listen = NULL });
	a = begin_get(&f, f.a.key, "/poll?wait=25");
	b = begin_get(&f, f.b.key, "/poll?wait=25");
	UNTIL(metric(&f, "tael_http_long_polls") == 2);
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, add_row, NULL, NULL));
	CALL(ends_with(&a, 200, "{\"rows\":1}"));
	EXPECT_INT(1, metric(&f, "tael_http_long_polls"));
	fixture_clock(&f, 60000);
	CALL(ends_with(&b, 200, "{\"rows\":0}"));
}

static void a_poll_ends_at_its_time(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire w;

	fixture_begin_here(&f, (struct http_options){ .listen = NULL });
	w = begin_get(&f, f.a.key, "/poll");
	CALL(ends_with(&w, 200, "{\"rows\":0}"));
	w = begin_get(&f, f.a.key, "/poll?wait=20");
	UNTIL(metric(&f, "tael_http_long_polls") == 1);
	fixture_clock(&f, 21000);
	CALL(ends_with(&w, 200, "{\"rows\":0}"));
}

static void a_key_has_four_polls(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire w[4];
	struct reply r;

	fixture_begin_here(&f, (struct http_options){ .listen = NULL });
	for (int i = 0; i < 4; i++)
		w[i] = begin_get(&f, f.a.key, "/poll?wait=25");
	UNTIL(metric(&f, "tael_http_long_polls") == 4);
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/poll?wait=25", NULL, NULL }, 429,
		     "rate_limited", "wait"));
	/* Without waiting there is always an answer; another key has its own four. */
	CALL(ask(&f, f.a.key, "GET", "/poll", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
	struct wire other = begin_get(&f, f.a.read_key, "/poll?wait=25");

	UNTIL(metric(&f, "tael_http_long_polls") == 5);
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, add_row, NULL, NULL));
	for (int i = 0; i < 4; i++)
		CALL(ends_with(&w[i], 200, "{\"rows\":1}"));
	CALL(ends_with(&other, 200, "{\"rows\":1}"));
	/* Those who were answered made room. */
	CALL(ask(&f, f.a.key, "GET", "/poll?wait=25", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
}

/* --- workers and bodies --- */

static void a_full_pool_says_503(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire first, second;
	struct reply r;
	char text[32];

	fixture_begin_here(&f, (struct http_options){ .flow_threads = 1, .flows_waiting = 1 });
	first = begin_get(&f, f.a.key, "/held");
	UNTIL(atomic_load(&running) == 1);
	second = begin_get(&f, f.a.key, "/held");
	UNTIL(metric(&f, "tael_pool_waiting{pool=\"flow\"}") == 1);
	CALL(ask(&f, f.a.key, "GET", "/held", NULL, &r));
	CALL(is_refusal(&r, 503, "busy", ""));
	EXPECT(wire_field(&r.wire, "Retry-After", text, sizeof(text)));
	reply_free(&r);
	atomic_store(&gate_open, 1);
	CALL(ends_with(&first, 200, "ok"));
	CALL(ends_with(&second, 200, "ok"));
	EXPECT_INT(2, atomic_load(&running));
}

/* 8 MiB in all for whoever shows no key; it comes back when they are gone. */
static void bodies_without_a_key_have_a_limit(void)
{
	static const char HEAD[] = "POST /open HTTP/1.1\r\nHost: t\r\nContent-Type: text/plain\r\n"
				   "Content-Length: 65536\r\n\r\n";
	enum { MANY = 128 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire w[MANY];
	char *body = malloc(65537);
	struct wire_answer a = { .status = 0 };

	EXPECT(body != NULL);
	memset(body, 'x', 65536);
	body[65536] = '\0';
	fixture_begin_here(&f, (struct http_options){ .listen = NULL });
	for (int i = 0; i < MANY; i++) {
		w[i] = wire_open(http_url(f.http));
		EXPECT(wire_send(&w[i], HEAD, sizeof(HEAD) - 1));
	}
	UNTIL(metric(&f, "tael_http_body_bytes") == MANY * 65536LL);

	struct question q = { NULL, "POST", "/open", body, NULL };

	CALL(refused(&f, &q, 503, "busy", ""));
	for (int i = 0; i < MANY; i++)
		wire_close(&w[i]);
	while (a.status != 200) {
		wire_answer_free(&a);
		EXPECT(send_question(&f, &q, &a));
		EXPECT(a.status == 200 || a.status == 503);
	}
	EXPECT_INT(65536, a.body_n);
	wire_answer_free(&a);
	free(body);
}

/* --- the stop --- */

static void while_stopping_only_status_is_answered(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire_answer a;
	struct wire w, held, other;

	fixture_begin_here(&f, (struct http_options){ .listen = NULL });
	held = begin_get(&f, f.a.key, "/poll?wait=25");
	UNTIL(metric(&f, "tael_http_long_polls") == 1);
	w = begin_get(&f, NULL, "/readyz");
	EXPECT(wire_read(&w, &a));
	EXPECT_INT(200, a.status);
	wire_answer_free(&a);
	other = begin_get(&f, f.a.key, "/poll");
	EXPECT(wire_read(&other, &a));
	EXPECT_INT(200, a.status);
	wire_answer_free(&a);
	http_quiesce(f.http);

	EXPECT(wire_send(&w, "GET /readyz HTTP/1.1\r\nHost: t\r\n\r\n", 34));
	CALL(ends_with(&w, 503, "\"stopping\""));
	struct question q = { f.a.key, "GET", "/poll", NULL, NULL };
	size_t n;
	char *text = question_text(&q, &n);

	EXPECT(wire_send(&other, text, n));
	free(text);
	CALL(ends_with(&other, 503, "\"stopping\""));
	CALL(ends_with(&held, 200, "{\"rows\":0}"));
	w = wire_open(http_url(f.http));
	EXPECT(w.fd < 0);
}

static bool connects(const char *url)
{
	struct wire w = wire_open(url);
	bool connected = w.fd >= 0;

	wire_close(&w);
	return connected;
}

static void *stop_in_background(void *fixture)
{
	fixture_stop(fixture);
	return NULL;
}

static void a_stop_waits_for_flows_and_answers_them(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire first, second;
	pthread_t stopper;
	char url[64];

	fixture_begin_here(&f, (struct http_options){ .flow_threads = 1 });
	first = begin_get(&f, f.a.key, "/held");
	UNTIL(atomic_load(&running) == 1);
	second = begin_get(&f, f.a.key, "/held");
	UNTIL(metric(&f, "tael_pool_waiting{pool=\"flow\"}") == 1);
	(void)snprintf(url, sizeof(url), "%s", http_url(f.http));
	CHECK(pthread_create(&stopper, NULL, stop_in_background, &f) == 0);
	UNTIL(!connects(url));
	atomic_store(&gate_open, 1);
	CALL(ends_with(&first, 200, "ok"));
	CALL(ends_with(&second, 200, "ok"));
	(void)pthread_join(stopper, NULL);
}

static void a_stop_with_idle_connections_ends(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire idle, silent, half;
	struct wire_answer a;

	fixture_begin_here(&f, (struct http_options){ .listen = NULL });
	idle = begin_get(&f, f.a.key, "/poll");
	EXPECT(wire_read(&idle, &a));
	wire_answer_free(&a);
	silent = wire_open(http_url(f.http));
	half = wire_open(http_url(f.http));
	EXPECT(wire_send(&half, "GET /poll HT", 12));
	fixture_stop(&f);
	wire_close(&idle);
	wire_close(&silent);
	wire_close(&half);
}

static const struct tap_test TESTS[] = {
	TEST(a_poll_is_answered_by_its_merchants_news),
	TEST(a_poll_ends_at_its_time),
	TEST(a_key_has_four_polls),
	TEST(a_full_pool_says_503),
	TEST(bodies_without_a_key_have_a_limit),
	TEST(while_stopping_only_status_is_answered),
	TEST(a_stop_waits_for_flows_and_answers_them),
	TEST(a_stop_with_idle_connections_ends),
};

TAP_MAIN(TESTS)
