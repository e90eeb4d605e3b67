/* One Idempotency-Key, one effect, one answer: for a transaction and for a flow of several. */
#include "ledger_kit.h"
#include "parallel.h"

#define REASON(code) \
	"{\"code\":" code ",\"name\":\"a\",\"name_en\":\"b\",\"from\":\"user\",\"to\":\"user\"}"
#define KEY(k) "Idempotency-Key: " k "\r\n"

/* --- routes without a natural key: each request writes a row of its own --- */

struct row_ask {
	int64_t app;
	int64_t n; /* 13 is refused */
	const struct idempotency *idempotency;
};

static enum err row_decode(struct http_ask *ask_, void *plain)
{
	struct row_ask *a = plain;
	struct jin r;

	a->app = ask_->caller.app;
	a->idempotency = &ask_->idempotency;
	jin_open(&r, ask_->body);
	jin_integer(&r, "n", JIN_NEEDED, 1, 100, &a->n);
	return jin_done(&r);
}

static void row_put(struct tx *tx, const struct row_ask *a, int64_t id)
{
	TX_PUT(tx, 1,
	       "insert into event (merchant_id, id, app_id, type, object, body, created_at)"
	       " values ($1, $2, $3, 'test', $4, '{}', $5)",
	       V_I(tx_merchant(tx)), V_I(id), V_I(a->app), V_I(a->n), V_I(tx_now(tx)));
}

static enum err row_add(struct tx *tx, const void *ask_, void *answer)
{
	const struct row_ask *a = ask_;
	int64_t *id = answer;

	if (a->n == 13)
		FAIL_AT(ERR_CONFLICT, "n", "13 is refused");
	*id = tx_id(tx);
	row_put(tx, a, *id);
	return ERR_OK;
}

static void row_encode(const struct http_ask *ask_, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	const struct row_ask *a = plain;
	const int64_t *id = answer;

	http_object(ask_, &reply->body, ID_EVENT, *id, "row");
	jout_integer(&reply->body, "n", a->n);
	jout_object_end(&reply->body);
}

/* A flow: names the object in its first transaction, then does what the test has set. */
static _Atomic int flow_says; /* an enum err */
static _Atomic int64_t flow_resumed;

static enum err flow_begin(struct tx *tx, const void *ask_, void *answer)
{
	const struct row_ask *a = ask_;
	struct idempotency_row row;
	int64_t *id = answer;

	TRY(idempotency_find(tx, a->idempotency, NULL, &row));
	if (row.object != 0)
		FAIL(ERR_ATTEMPT_PENDING, "a twin is at it");
	*id = tx_id(tx);
	row_put(tx, a, *id);
	idempotency_name(tx, a->idempotency, *id);
	return ERR_OK;
}

static enum err flow(struct http_ask *ask_, struct http_reply *reply)
{
	struct row_ask a = { 0 };
	int64_t id = ask_->resume;
	enum err says = (enum err)atomic_load(&flow_says);

	TRY(row_decode(ask_, &a));
	atomic_store(&flow_resumed, id);
	if (id == 0)
		TRY(store_write(ask_->services->store, ask_->caller.merchant, flow_begin, &a, &id));
	if (says != ERR_OK)
		FAIL(says, "as the test says");
	row_encode(ask_, &a, &id, reply);
	return ERR_OK;
}

/* clang-format off */
static const struct member ROW_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .doc = "-" }, { "object", MEMBER_TEXT, .words = "row", .doc = "-" },
	{ "livemode", MEMBER_BOOL, .doc = "-" }, { "n", MEMBER_INTEGER, .doc = "-" }, { 0 }
};
static const struct schema ROW = { "row", ROW_MEMBERS };
static const struct member ASK_MEMBERS[] = { { "n", MEMBER_INTEGER, .doc = "-" }, { 0 } };
static const struct schema ASK = { "row_ask", ASK_MEMBERS };
static const struct route ROUTES[] = {
	{ .method = "POST", .path = "/rows", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "-", .status = 201, .body = &ASK, .reply = &ROW,
	  .ask_size = sizeof(struct row_ask), .answer_size = sizeof(int64_t),
	  .decode = row_decode, .act = row_add, .encode = row_encode },
	{ .method = "POST", .path = "/flows", .kind = ROUTE_FLOW, .scope = SCOPE_WRITE,
	  .summary = "-", .status = 201, .body = &ASK, .reply = &ROW, .flow = flow },
	{ 0 }
};
/* clang-format on */
static const struct route *const TABLES[] = { ROUTES, API_REASONS };

#define ROWS "select count(*) from event where type = 'test'"
#define KEYS "select count(*) from idempotency_key"

static bool is_replayed(const struct reply *r)
{
	char text[16];

	return wire_field(&r->wire, "Idempotent-Replayed", text, sizeof(text)) &&
	       strcmp(text, "true") == 0;
}

/* The same question twice: the same bytes, the second time marked. */
static void twice_the_same(const struct fixture *f, const struct question *q)
{
	struct reply first, r;

	CALL(ask_with(f, q, &first));
	EXPECT_INT(201, first.wire.status);
	CALL(ask_with(f, q, &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_STR(first.wire.body, r.wire.body);
	EXPECT(is_replayed(&r));
	reply_free(&r);
	reply_free(&first);
}

static void must_post_keyed(const struct fixture *f, const char *path, const char *body,
			    const char *fields, int status)
{
	struct reply r;

	CALL(ask_with(f, &(struct question){ f->a.key, "POST", path, body, fields }, &r));
	EXPECT_INT(status, r.wire.status);
	reply_free(&r);
}

static void a1_the_same_request_gets_the_same_bytes(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin_with(&f, TABLES, 2);
	for (int i = 0; i < 2; i++) {
		const char *path = i == 0 ? "/rows" : "/flows";

		CALL(twice_the_same(&f, &(struct question){ f.a.key, "POST", path, "{\"n\":1}",
							    i == 0 ? KEY("k") : KEY("l") }));
		EXPECT_INT(i + 1, fixture_number(&f, ROWS));
	}
}

/* Every closure runs a second time after its own commit, as after an unknown one. */
static void a1_a_second_run_after_the_commit_changes_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_run_twice = true;
	fixture_begin_with(&f, TABLES, 2);
	fixture_run_twice = false;
	CALL(twice_the_same(&f,
			    &(struct question){ f.a.key, "POST", "/rows", "{\"n\":1}", KEY("k") }));
	EXPECT_INT(1, fixture_number(&f, ROWS));
	CALL(twice_the_same(&f, &(struct question){ f.a.key, "POST", "/v1/reasons",
						    REASON("300001"), KEY("l") }));
	EXPECT_INT(2, fixture_number(&f, KEYS));
}

static void a2_another_request_under_the_key_is_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin_with(&f, TABLES, 2);
	CALL(must_post_keyed(&f, "/rows", "{\"n\":1}", KEY("k"), 201));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/rows", "{\"n\":2}", KEY("k") }, 409,
		     "idempotency_key_reused", "Idempotency-Key"));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/flows", "{\"n\":1}", KEY("k") },
		     409, "idempotency_key_reused", "Idempotency-Key"));
	EXPECT_INT(1, fixture_number(&f, ROWS));
	EXPECT_INT(1, fixture_number(&f, KEYS));
}

static void a3_a_hundred_at_once_do_it_once(void)
{
	static const char *const PATHS[] = { "/rows", "/flows" };
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin_with(&f, TABLES, 2);
	for (size_t i = 0; i < 2; i++) {
		struct question q = { f.a.key, "POST", PATHS[i], "{\"n\":1}",
				      i == 0 ? KEY("k") : KEY("l") };
		struct parallel p;
		size_t done, told_to_wait;

		parallel_run(&f, &q, 100, &p);
		done = parallel_count(&p, 201, NULL);
		told_to_wait = parallel_count(&p, 409, "\"attempt_pending\"");
		parallel_free(&p);
		EXPECT(done >= 1);
		EXPECT_INT(100, done + told_to_wait);
		EXPECT(i == 1 || told_to_wait == 0);
		EXPECT_INT(i + 1, fixture_number(&f, ROWS));
		EXPECT_INT(i + 1, fixture_number(&f, KEYS));
	}
}

static void a6_apps_and_merchants_do_not_share_keys(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char keys[3][API_KEY_TEXT];

	fixture_begin_with(&f, TABLES, 2);
	memcpy(keys[0], f.a.key, sizeof(keys[0]));
	memcpy(keys[1], f.b.key, sizeof(keys[1]));
	(void)fixture_add_key(&f, f.a.merchant, fixture_add_app_of(&f, f.a.merchant, "other"),
			      KEY_FULL, keys[2]);
	for (int i = 0; i < 3; i++) {
		char body[32];
		struct reply r;

		(void)snprintf(body, sizeof(body), "{\"n\":%d}", i + 1);
		CALL(ask_with(&f, &(struct question){ keys[i], "POST", "/rows", body, KEY("k") },
			      &r));
		EXPECT_INT(201, r.wire.status);
		EXPECT(!is_replayed(&r));
		EXPECT_INT(i + 1, reply_integer(&r, "n"));
		reply_free(&r);
	}
	EXPECT_INT(3, fixture_number(&f, ROWS));
}

static void a12_a_refusal_leaves_the_key_free(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin_with(&f, TABLES, 2);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/rows", "{\"n\":0}", KEY("k") }, 400,
		     "amount_out_of_range", "n"));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/rows", "{\"n\":13}", KEY("k") },
		     409, "conflict", "n"));
	EXPECT_INT(0, fixture_number(&f, KEYS));
	CALL(must_post_keyed(&f, "/rows", "{\"n\":1}", KEY("k"), 201));
	EXPECT_INT(1, fixture_number(&f, ROWS));
}

static void a12_a_flow_that_is_refused_leaves_the_key_free(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin_with(&f, TABLES, 2);
	atomic_store(&flow_says, ERR_CHANNEL_REFUSED);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/flows", "{\"n\":1}", KEY("k") },
		     402, "channel_refused", ""));
	EXPECT_INT(0, fixture_number(&f, KEYS));
	atomic_store(&flow_says, ERR_OK);
	CALL(must_post_keyed(&f, "/flows", "{\"n\":2}", KEY("k"), 201));
	EXPECT_INT(0, atomic_load(&flow_resumed));
}

/* What the channel did is not known: the repeat goes on from the object, and the answer is kept
 * then. */
static void a1_a_flow_goes_on_from_its_object(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/flows", "{\"n\":1}", KEY("k") };

	fixture_begin_with(&f, TABLES, 2);
	q.key = f.a.key;
	atomic_store(&flow_says, ERR_CHANNEL_UNKNOWN);
	CALL(refused(&f, &q, 504, "channel_unknown", ""));
	EXPECT_INT(0, atomic_load(&flow_resumed));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from idempotency_key where object > 0"
					 " and status is null"));
	atomic_store(&flow_says, ERR_OK);
	CALL(twice_the_same(&f, &q));
	EXPECT(atomic_load(&flow_resumed) > 0);
	EXPECT_INT(1, fixture_number(&f, ROWS));
	EXPECT_INT(1,
		   fixture_number(&f, "select count(*) from idempotency_key where status = 201"));
}

static void a13_a_key_is_kept_for_72_hours(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t max = 10;

	fixture_begin_with(&f, TABLES, 2);
	CALL(must_post_keyed(&f, "/rows", "{\"n\":1}", KEY("k"), 201));
	CALL(must_post_keyed(&f, "/rows", "{\"n\":1}", KEY("l"), 201));
	fixture_clock(&f, 71 * 3600 * INT64_C(1000));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/rows", "{\"n\":2}", KEY("k") }, 409,
		     "idempotency_key_reused", "Idempotency-Key"));
	fixture_clock(&f, 73 * 3600 * INT64_C(1000));
	CALL(must_post_keyed(&f, "/rows", "{\"n\":2}", KEY("k"), 201));
	EXPECT_INT(2, fixture_number(&f, KEYS));
	EXPECT_ERR(ERR_OK,
		   store_write(f.services.store, f.a.merchant, idempotency_sweep, &max, NULL));
	EXPECT_INT(1, fixture_number(&f, KEYS));
	EXPECT_INT(3, fixture_number(&f, ROWS));
}

static void a_key_of_another_form_is_refused(void)
{
	static const char *const WRONG[] = {
		KEY(""),
		KEY("a b"),
		KEY("\"k\""),
		KEY("k") KEY("k"),
		KEY("k\xc3\xa4"),
		KEY("12345678901234567890123456789012345678901234567890123456789012345"),
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin_with(&f, TABLES, 2);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/rows", "{\"n\":1}", WRONG[i] },
			     400, "invalid_key", "Idempotency-Key"));
	EXPECT_INT(0, fixture_number(&f, ROWS));
	CALL(ask_with(&f, &(struct question){ f.a.key, "GET", "/v1/reasons", NULL, WRONG[1] }, &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
}

static const struct tap_test TESTS[] = {
	TEST(a1_the_same_request_gets_the_same_bytes),
	TEST(a1_a_second_run_after_the_commit_changes_nothing),
	TEST(a2_another_request_under_the_key_is_refused),
	TEST(a3_a_hundred_at_once_do_it_once),
	TEST(a6_apps_and_merchants_do_not_share_keys),
	TEST(a12_a_refusal_leaves_the_key_free),
	TEST(a12_a_flow_that_is_refused_leaves_the_key_free),
	TEST(a1_a_flow_goes_on_from_its_object),
	TEST(a13_a_key_is_kept_for_72_hours),
	TEST(a_key_of_another_form_is_refused),
};

TAP_MAIN(TESTS)
