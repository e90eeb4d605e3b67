/* Webhook endpoints and events as an application sees them. */
#include "app/endpoint.h"
#include "app/event_put.h"

#include "ledger_kit.h"

#define ADD "{\"url\":\"https://shop.example/hooks\",\"events\":[\"order.*\",\"refund.failed\"]}"

/* --- events, made without orders --- */

struct some_events {
	int64_t app;
	const char *type;
	int count;
};

static enum err put_events(struct tx *tx, const void *ask, void *answer)
{
	const struct some_events *e = ask;

	(void)answer;
	for (int i = 0; i < e->count; i++)
		event_put(tx, &(struct event){
				      .type = e->type,
				      .app = e->app,
				      .object = 7,
				      .object_json = STR("{\"object\":\"order\",\"version\":4}") });
	return ERR_OK;
}

static void happen(const struct fixture *f, int64_t app, const char *type, int count)
{
	struct some_events e = { app, type, count };

	CHECK(store_write(f->services.store, f->a.merchant, put_events, &e, NULL) == ERR_OK);
}

static void add_endpoint(const struct fixture *f, const char *body, char path[100])
{
	struct reply r;

	CALL(ask(f, f->a.key, "POST", "/v1/webhook_endpoints", body, &r));
	EXPECT_INT(201, r.wire.status);
	(void)snprintf(path, 100, "/v1/webhook_endpoints/%s", reply_text(&r, "id"));
	reply_free(&r);
}

/* --- endpoints --- */

static void an_endpoint_shows_its_secret_once(void)
{
	struct fixture f;
	struct reply r;
	char path[100];

	fixture_begin(&f);
	CALL(ask(&f, f.a.key, "POST", "/v1/webhook_endpoints", ADD, &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(strncmp(reply_text(&r, "secret"), "whsec_", 6) == 0);
	EXPECT_INT(50, strlen(reply_text(&r, "secret")));
	EXPECT_STR("order.*", reply_text(&r, "events.0"));
	EXPECT_STR("refund.failed", reply_text(&r, "events.1"));
	EXPECT(reply_bool(&r, "enabled") && !reply_bool(&r, "compat"));
	(void)snprintf(path, sizeof(path), "/v1/webhook_endpoints/%s", reply_text(&r, "id"));
	reply_free(&r);

	CALL(ask(&f, f.a.read_key, "GET", path, NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR("https://shop.example/hooks", reply_text(&r, "url"));
	EXPECT(reply_at(&r, "secret") == NULL && reply_null(&r, "old_secret_until"));
	EXPECT_INT(0, reply_integer(&r, "waiting"));
	reply_free(&r);

	CALL(ask(&f, f.a.read_key, "GET", "/v1/webhook_endpoints", NULL, &r));
	EXPECT_STR("https://shop.example/hooks", reply_text(&r, "data.0.url"));
	EXPECT(reply_at(&r, "data.0.secret") == NULL && reply_at(&r, "data.1") == NULL);
	EXPECT(!reply_bool(&r, "has_more"));
	reply_free(&r);
	fixture_end(&f);
}

static void a_repeat_under_one_key_makes_one_endpoint(void)
{
	struct fixture f;
	struct reply first, again;

	fixture_begin(&f);
	const struct question q = { f.a.key, "POST", "/v1/webhook_endpoints", ADD,
				    "Idempotency-Key: once\r\n" };

	CALL(ask_with(&f, &q, &first));
	CALL(ask_with(&f, &q, &again));
	EXPECT_STR(first.wire.body, again.wire.body);
	EXPECT_INT(1, fixture_number(&f, "select count(*) from endpoint"));
	reply_free(&first);
	reply_free(&again);
	fixture_end(&f);
}

static void an_endpoint_is_changed_and_rotated(void)
{
	struct fixture f;
	struct reply r;
	char path[100], rotate[120];

	fixture_begin(&f);
	CALL(add_endpoint(&f, ADD, path));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from endpoint"));
	CALL(ask(&f, f.a.key, "POST", path, "{\"enabled\":false,\"events\":[\"*\"]}", &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT(!reply_bool(&r, "enabled"));
	EXPECT_STR("*", reply_text(&r, "events.0"));
	EXPECT_STR("https://shop.example/hooks", reply_text(&r, "url"));
	EXPECT(reply_at(&r, "secret") == NULL);
	reply_free(&r);

	(void)snprintf(rotate, sizeof(rotate), "%s/rotate", path);
	CALL(ask(&f, f.a.key, "POST", rotate, NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT(strncmp(reply_text(&r, "secret"), "whsec_", 6) == 0);
	EXPECT(!reply_null(&r, "old_secret_until"));
	EXPECT(!reply_bool(&r, "enabled"));
	EXPECT_INT(1, fixture_number(&f, "select old_secret <> secret from endpoint"));
	reply_free(&r);
	fixture_end(&f);
}

static void what_is_wrong_with_an_endpoint_is_named(void)
{
	static const struct {
		const char *body, *code, *param;
		int status;
	} CASES[] = {
		{ "{\"events\":[\"*\"]}", "invalid_request", "url", 400 },
		{ "{\"url\":\"https://a.example/\"}", "invalid_request", "events", 400 },
		{ "{\"url\":\"ftp://a.example/\",\"events\":[\"*\"]}", "invalid_request", "url",
		  400 },
		{ "{\"url\":\"https://u:p@a.example/\",\"events\":[\"*\"]}", "invalid_request",
		  "url", 400 },
		{ "{\"url\":\"https://a.example/#x\",\"events\":[\"*\"]}", "invalid_request", "url",
		  400 },
		{ "{\"url\":\"/hooks\",\"events\":[\"*\"]}", "invalid_request", "url", 400 },
		{ "{\"url\":\"https://商店.example/\",\"events\":[\"*\"]}", "invalid_request",
		  "url", 400 },
		{ "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"]}", "address_blocked", "url",
		  403 },
		{ "{\"url\":\"http://[fe80::1]/\",\"events\":[\"*\"]}", "address_blocked", "url",
		  403 },
		{ "{\"url\":\"https://a.example/\",\"events\":[]}", "invalid_request", "events",
		  400 },
		{ "{\"url\":\"https://a.example/\",\"events\":[\"Order.paid\"]}", "invalid_request",
		  "events", 400 },
		{ "{\"url\":\"https://a.example/\",\"events\":[\"order.\"]}", "invalid_request",
		  "events", 400 },
		{ "{\"url\":\"https://a.example/\",\"events\":[\"*.paid\"]}", "invalid_request",
		  "events", 400 },
		{ "{\"url\":\"https://a.example/\",\"events\":[\"a b\"]}", "invalid_request",
		  "events", 400 },
		{ "{\"url\":\"https://a.example/\",\"events\":\"*\"}", "invalid_request", "events",
		  400 },
		{ "{\"url\":\"https://a.example/\",\"events\":[\"*\"],\"compat\":1}",
		  "invalid_request", "compat", 400 },
		{ "{\"url\":\"https://a.example/\",\"events\":[\"*\"],\"x\":1}", "invalid_request",
		  "x", 400 },
	};
	struct fixture f;

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/v1/webhook_endpoints",
						 CASES[i].body, NULL },
			     CASES[i].status, CASES[i].code, CASES[i].param));
	CALL(refused(&f,
		     &(struct question){ f.a.read_key, "POST", "/v1/webhook_endpoints", ADD, NULL },
		     403, "forbidden", ""));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from endpoint"));
	fixture_end(&f);
}

static void an_endpoint_belongs_to_its_app(void)
{
	static const char *const POSTS[][2] = { { "", "{\"enabled\":false}" },
						{ "/rotate", NULL },
						{ "/resend",
						  "{\"after\":\"2026-01-01T00:00:00Z\"}" } };
	struct fixture f;
	char path[100], other_key[API_KEY_TEXT], whole[130];
	int64_t other;

	fixture_begin(&f);
	other = fixture_add_app_of(&f, f.a.merchant, "other");
	(void)fixture_add_key(&f, f.a.merchant, other, KEY_FULL, other_key);
	CALL(add_endpoint(&f, ADD, path));
	for (int i = 0; i < 2; i++) {
		const char *key = i == 0 ? other_key : f.b.key;

		CALL(refused(&f, &(struct question){ key, "GET", path, NULL, NULL }, 404,
			     "not_found", ""));
		for (size_t p = 0; p < 3; p++) {
			(void)snprintf(whole, sizeof(whole), "%s%s", path, POSTS[p][0]);
			CALL(refused(&f,
				     &(struct question){ key, "POST", whole, POSTS[p][1], NULL },
				     404, "not_found", ""));
		}
	}
	fixture_end(&f);
}

static void an_app_has_sixteen_endpoints_at_most(void)
{
	struct fixture f;
	struct reply r;
	char path[100], query[150];

	fixture_begin(&f);
	for (int i = 0; i < ENDPOINTS_MAX; i++)
		CALL(add_endpoint(&f, ADD, path));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/webhook_endpoints", ADD, NULL },
		     409, "conflict", ""));
	CALL(ask(&f, f.a.key, "GET", "/v1/webhook_endpoints?limit=10", NULL, &r));
	EXPECT(reply_at(&r, "data.9") != NULL && reply_at(&r, "data.10") == NULL);
	EXPECT(reply_bool(&r, "has_more"));
	(void)snprintf(query, sizeof(query), "/v1/webhook_endpoints?after=%s",
		       reply_text(&r, "data.9.id"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", query, NULL, &r));
	EXPECT(reply_at(&r, "data.5") != NULL && reply_at(&r, "data.6") == NULL);
	EXPECT_STR(path + strlen("/v1/webhook_endpoints/"), reply_text(&r, "data.5.id"));
	reply_free(&r);
	fixture_end(&f);
}

/* --- events --- */

static void g10_read_by_cursor_nothing_is_skipped(void)
{
	struct fixture f;
	char query[200] = "/v1/events?limit=100", last[ID_TEXT] = "";
	int own = 0, ledger = 0;
	bool more = true;

	fixture_begin(&f);
	for (int i = 0; i < 25; i++) {
		happen(&f, f.a.app, "order.paid", 10);
		happen(&f, f.a.app + 1, "order.paid", 3); /* another app's */
		happen(&f, 0, "account.frozen", 1);
	}
	while (more) {
		struct reply r;

		CALL(ask(&f, f.a.key, "GET", query, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		for (size_t i = 0; i < json_array_size(reply_at(&r, "data")); i++) {
			char path[32];

			(void)snprintf(path, sizeof(path), "data.%zu.type", i);
			own += strcmp(reply_text(&r, path), "order.paid") == 0;
			ledger += strcmp(reply_text(&r, path), "account.frozen") == 0;
			(void)snprintf(path, sizeof(path), "data.%zu.id", i);
			EXPECT(strcmp(last, reply_text(&r, path)) < 0);
			(void)snprintf(last, sizeof(last), "%s", reply_text(&r, path));
		}
		more = reply_bool(&r, "has_more");
		(void)snprintf(query, sizeof(query), "/v1/events?limit=100&after=%s", last);
		reply_free(&r);
	}
	EXPECT_INT(250, own);
	EXPECT_INT(25, ledger);
	fixture_end(&f);
}

static void events_are_filtered_by_type_and_read_backward(void)
{
	struct fixture f;
	struct reply r;
	char query[100];

	fixture_begin(&f);
	happen(&f, f.a.app, "order.paid", 3);
	happen(&f, f.a.app, "refund.failed", 2);
	happen(&f, f.a.app, "order.closed", 1);
	CALL(ask(&f, f.a.key, "GET", "/v1/events?type=refund.*", NULL, &r));
	EXPECT_STR("refund.failed", reply_text(&r, "data.0.type"));
	EXPECT_STR("refund.failed", reply_text(&r, "data.1.type"));
	EXPECT(reply_at(&r, "data.2") == NULL && !reply_bool(&r, "has_more"));
	EXPECT_INT(4, reply_integer(&r, "data.0.data.object.version"));
	/* `next` is behind what the filter left out: asking on from it skips nothing. */
	EXPECT(strcmp(reply_text(&r, "next"), reply_text(&r, "data.1.id")) > 0);
	(void)snprintf(query, sizeof(query), "/v1/events?limit=3&before=%s",
		       reply_text(&r, "next"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", query, NULL, &r));
	EXPECT_STR("order.paid", reply_text(&r, "data.0.type"));
	EXPECT_STR("refund.failed", reply_text(&r, "data.2.type"));
	EXPECT(reply_at(&r, "data.3") == NULL && reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.b.key, "GET", "/v1/events", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL);
	reply_free(&r);
	fixture_end(&f);
}

static void transfers_are_events_in_between(void)
{
	struct fixture f;
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 500));
	happen(&f, f.a.app, "order.paid", 1);
	CALL(ask(&f, f.a.key, "GET", "/v1/events", NULL, &r));
	EXPECT_STR("transfer.posted", reply_text(&r, "data.0.type")); /* the issue */
	EXPECT_STR("transfer.posted", reply_text(&r, "data.1.type"));
	EXPECT_STR("order.paid", reply_text(&r, "data.2.type"));
	EXPECT_STR("first", reply_text(&r, "data.1.data.object.request_id"));
	EXPECT_STR("system/gold", reply_text(&r, "data.1.data.object.from"));
	EXPECT_STR("user:1001/gold", reply_text(&r, "data.1.data.object.to"));
	EXPECT_INT(500, reply_integer(&r, "data.1.data.object.to_balance"));
	EXPECT_STR(strchr(reply_text(&r, "data.1.id"), '_'),
		   strchr(reply_text(&r, "data.1.data.object.id"), '_'));
	reply_free(&r);
	fixture_end(&f);
}

static bool one_waits(const struct fixture *f)
{
	struct wire_answer a = { .body = NULL };
	bool one =
		send_question(f, &(struct question){ NULL, "GET", "/metrics", NULL, NULL }, &a) &&
		strstr(a.body, "\ntael_http_long_polls 1\n") != NULL;

	wire_answer_free(&a);
	return one;
}

struct waiting {
	struct fixture *f;
	char path[100];
	struct wire_answer answer;
	bool ok;
};

static void *wait_for_events(void *self)
{
	struct waiting *w = self;

	w->ok = send_question(w->f, &(struct question){ w->f->a.key, "GET", w->path, NULL, NULL },
			      &w->answer);
	return NULL;
}

static void a_long_poll_is_answered_by_the_next_event(void)
{
	struct fixture f;
	struct waiting w = { .f = &f, .path = "/v1/events?wait=25" };
	pthread_t thread;

	fixture_begin(&f);
	CHECK(pthread_create(&thread, NULL, wait_for_events, &w) == 0);
	UNTIL(one_waits(&f));
	happen(&f, f.a.app, "order.paid", 1);
	CHECK(pthread_join(thread, NULL) == 0);
	EXPECT(w.ok && w.answer.status == 200);
	EXPECT(strstr(w.answer.body, "\"type\":\"order.paid\"") != NULL);
	wire_answer_free(&w.answer);

	/* Its time goes by: what there is, which is nothing. */
	(void)snprintf(w.path, sizeof(w.path), "/v1/events?type=refund.failed&wait=25");
	CHECK(pthread_create(&thread, NULL, wait_for_events, &w) == 0);
	UNTIL(one_waits(&f));
	fixture_clock(&f, 26000);
	CHECK(pthread_join(thread, NULL) == 0);
	EXPECT(w.ok && w.answer.status == 200);
	EXPECT(strstr(w.answer.body, "\"data\":[]") != NULL);
	wire_answer_free(&w.answer);
	fixture_end(&f);
}

static void what_is_wrong_with_a_list_is_named(void)
{
	static const char *const CASES[][2] = { { "wait=26", "wait" },
						{ "wait=-1", "wait" },
						{ "after=ord_0000000000001", "after" },
						{ "type=Order", "type" },
						{ "limit=101", "limit" },
						{ "type=a..b", "type" },
						{ "x=1", "x" } };
	struct fixture f;
	char path[100];

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		(void)snprintf(path, sizeof(path), "/v1/events?%s", CASES[i][0]);
		CALL(refused(&f, &(struct question){ f.a.key, "GET", path, NULL, NULL }, 400,
			     "invalid_request", CASES[i][1]));
	}
	CALL(refused(
		&f,
		&(struct question){ f.a.key, "GET", "/v1/events/evt_0000000000009", NULL, NULL },
		404, "not_found", ""));
	fixture_end(&f);
}

/* --- sending again --- */

static void g10_a_range_is_sent_again(void)
{
	struct fixture f;
	struct reply r;
	char path[100], resend[120], body[200];

	fixture_begin(&f);
	CALL(add_endpoint(&f, ADD, path));
	(void)snprintf(resend, sizeof(resend), "%s/resend", path);
	happen(&f, f.a.app, "order.paid", 5);
	happen(&f, f.a.app, "refund.succeeded", 5); /* not wanted */
	happen(&f, f.a.app + 1, "order.paid", 5);
	fixture_do(&f, "update endpoint set cursor = (select max(id) from event)");
	CALL(ask(&f, f.a.key, "POST", resend, "{\"after\":\"2020-01-01T00:00:00Z\"}", &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(5, reply_integer(&r, "count"));
	EXPECT(!reply_bool(&r, "has_more"));
	EXPECT_INT(5, fixture_number(&f, "select count(*) from delivery where status = 1"));
	(void)snprintf(body, sizeof(body), "{\"after\":\"%s\"}", reply_text(&r, "last"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "POST", resend, body, &r));
	EXPECT_INT(0, reply_integer(&r, "count"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "POST", resend,
		 "{\"after\":\"2020-01-01T00:00:00Z\",\"until\":\"2020-01-02T00:00:00Z\"}", &r));
	EXPECT_INT(0, reply_integer(&r, "count"));
	reply_free(&r);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", resend, "{}", NULL }, 400,
		     "invalid_request", "after"));
	CALL(refused(
		&f,
		&(struct question){ f.a.key, "POST", resend, "{\"after\":\"yesterday\"}", NULL },
		400, "invalid_request", "after"));
	fixture_end(&f);
}

static void g13_one_event_is_sent_again_and_shows_its_deliveries(void)
{
	struct fixture f;
	struct reply r;
	char path[100], event[100], resend[120];

	fixture_begin(&f);
	CALL(add_endpoint(&f, ADD, path));
	happen(&f, f.a.app, "order.paid", 1);
	happen(&f, f.a.app, "order.paid", 1);
	CALL(ask(&f, f.a.key, "GET", "/v1/events", NULL, &r));
	(void)snprintf(event, sizeof(event), "/v1/events/%s", reply_text(&r, "data.1.id"));
	(void)snprintf(resend, sizeof(resend), "%s/resend", event);
	reply_free(&r);
	CALL(ask(&f, f.a.key, "POST", resend, NULL, &r));
	EXPECT_INT(1, reply_integer(&r, "count"));
	reply_free(&r);
	EXPECT_INT(1, fixture_number(&f, "select count(*) from delivery"));
	CALL(ask(&f, f.a.key, "GET", event, NULL, &r));
	EXPECT_STR("order.paid", reply_text(&r, "type"));
	EXPECT_STR("waiting", reply_text(&r, "deliveries.0.status"));
	EXPECT_STR(path + strlen("/v1/webhook_endpoints/"),
		   reply_text(&r, "deliveries.0.endpoint"));
	EXPECT_INT(0, reply_integer(&r, "deliveries.0.tries"));
	reply_free(&r);
	CALL(refused(&f, &(struct question){ f.b.key, "POST", resend, NULL, NULL }, 404,
		     "not_found", ""));
	fixture_end(&f);
}

static const struct tap_test TESTS[] = {
	TEST(an_endpoint_shows_its_secret_once),
	TEST(a_repeat_under_one_key_makes_one_endpoint),
	TEST(an_endpoint_is_changed_and_rotated),
	TEST(what_is_wrong_with_an_endpoint_is_named),
	TEST(an_endpoint_belongs_to_its_app),
	TEST(an_app_has_sixteen_endpoints_at_most),
	TEST(g10_read_by_cursor_nothing_is_skipped),
	TEST(events_are_filtered_by_type_and_read_backward),
	TEST(transfers_are_events_in_between),
	TEST(a_long_poll_is_answered_by_the_next_event),
	TEST(what_is_wrong_with_a_list_is_named),
	TEST(g10_a_range_is_sent_again),
	TEST(g13_one_event_is_sent_again_and_shows_its_deliveries),
};

TAP_MAIN(TESTS)
