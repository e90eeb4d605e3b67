/* What is refused before a route does anything, each by a status and a code of its own. */
#include "ledger_kit.h"

#define REASON \
	"{\"code\":300009,\"name\":\"a\",\"name_en\":\"b\",\"from\":\"user\",\"to\":\"user\"}"

static void unknown_routes_and_wrong_methods_are_told_apart(void)
{
	static const char *const NOWHERE[] = { "/",
					       "/v1",
					       "/v1/assets/",
					       "//v1/assets",
					       "/v1/assets/gold",
					       "/v1/Assets",
					       "/v1/transfers/a/b",
					       "/openapi.json/x" };
	static const struct {
		const char *method, *path, *allow;
	} WRONG[] = {
		{ "DELETE", "/v1/assets", "POST, GET, HEAD" },
		{ "PUT", "/v1/transfers", "POST, GET, HEAD" },
		{ "GET", "/v1/reasons/1/disable", "POST" },
		{ "POST", "/v1/accounts", "GET, HEAD" },
		{ "BREW", "/livez", "GET, HEAD" },
		{ "get", "/livez", "GET, HEAD" },
		{ "PATCH", "/v1/transfers/x", "GET, HEAD" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char allow[64];

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(NOWHERE) / sizeof(NOWHERE[0]); i++)
		CALL(refused(&f, &(struct question){ f.a.key, "GET", NOWHERE[i], NULL, NULL }, 404,
			     "unknown_route", ""));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		CALL(ask(&f, f.a.key, WRONG[i].method, WRONG[i].path, NULL, &r));
		CALL(is_refusal(&r, 405, "method_not_allowed", ""));
		EXPECT(wire_field(&r.wire, "Allow", allow, sizeof(allow)));
		EXPECT_STR(WRONG[i].allow, allow);
		reply_free(&r);
	}
}

static void head_answers_without_a_body_and_options_with_allow(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r, got;
	char text[64], length[32];

	fixture_begin(&f);
	CALL(ask(&f, f.a.key, "GET", "/v1/assets", NULL, &got));
	CALL(ask(&f, f.a.key, "HEAD", "/v1/assets", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(0, r.wire.body_n);
	EXPECT(wire_field(&r.wire, "Content-Length", length, sizeof(length)));
	EXPECT_INT(got.wire.body_n, strtol(length, NULL, 10));
	reply_free(&r);
	reply_free(&got);
	CALL(ask(&f, NULL, "HEAD", "/v1/assets", NULL, &r));
	EXPECT_INT(401, r.wire.status);
	reply_free(&r);
	CALL(ask(&f, NULL, "OPTIONS", "/v1/assets", NULL, &r));
	EXPECT_INT(204, r.wire.status);
	EXPECT(wire_field(&r.wire, "Allow", text, sizeof(text)));
	EXPECT_STR("POST, GET, HEAD", text);
	reply_free(&r);
}

#define UNKNOWN_KEY                                    \
	"Authorization: Bearer sk_test_0HZX3K9F2M7QA_" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"

static void a_key_must_be_sent_once_whole_and_known(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char field[300], text[64];

	fixture_begin(&f);
	const char *const unknown = UNKNOWN_KEY;
	const char *const WRONG[] = {
		"",
		"Authorization: \r\n",
		"Authorization: Bearer\r\n",
		"Authorization: Bearer sk_test_\r\n",
		"Authorization: Basic dGFlbDp0YWVs\r\n",
		unknown,
		field,
	};

	/* A known key with its last character gone. */
	(void)snprintf(field, sizeof(field), "Authorization: Bearer %.*s\r\n", API_KEY_LENGTH - 1,
		       f.a.key);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		CALL(ask_with(&f, &(struct question){ NULL, "GET", "/v1/assets", NULL, WRONG[i] },
			      &r));
		CALL(is_refusal(&r, 401, "unauthenticated", ""));
		EXPECT(wire_field(&r.wire, "WWW-Authenticate", text, sizeof(text)));
		EXPECT_STR("Bearer", text);
		reply_free(&r);
	}
	/* Right, but with another one beside it. */
	(void)snprintf(field, sizeof(field), "Authorization: Bearer %s\r\n", f.b.key);
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/v1/assets", NULL, field }, 401,
		     "unauthenticated", ""));
}

static void no_answer_repeats_the_key_that_was_sent(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char key[API_KEY_TEXT];

	fixture_begin(&f);
	api_key_make(f.a.merchant, false, f.services.rand, key);
	CALL(ask(&f, key, "GET", "/v1/assets", NULL, &r));
	CALL(is_refusal(&r, 401, "unauthenticated", ""));
	EXPECT(strstr(r.wire.body, key + 22) == NULL);
	reply_free(&r);
}

static void a_revoked_key_is_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ask(&f, f.a.read_key, "GET", "/v1/assets", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
	fixture_do(&f, "update api_key set revoked_at = 1 where scope = 2");
	EXPECT_ERR(ERR_OK, http_reload_keys(f.http));
	CALL(refused(&f, &(struct question){ f.a.read_key, "GET", "/v1/assets", NULL, NULL }, 401,
		     "unauthenticated", ""));
	CALL(ask(&f, f.a.key, "GET", "/v1/assets", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
}

static enum err revoke_and_tell(struct tx *tx, const void *ask_, void *answer)
{
	(void)ask_;
	(void)answer;
	TX_PUT(tx, TX_ANY, "update api_key set revoked_at = 1 where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	tx_tell(tx, NEWS_KEYS);
	return ERR_OK;
}

static void news_of_keys_reload_them(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct wire_answer a = { .status = 200 };

	fixture_begin(&f);
	EXPECT_ERR(ERR_OK,
		   store_write(f.services.store, f.a.merchant, revoke_and_tell, NULL, NULL));
	while (a.status == 200) {
		EXPECT(send_question(
			&f, &(struct question){ f.a.key, "GET", "/v1/assets", NULL, NULL }, &a));
		EXPECT(a.status == 200 || a.status == 401);
		free(a.body);
	}
}

static void a_read_key_reads_and_nothing_else(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(refused(&f, &(struct question){ f.a.read_key, "POST", "/v1/reasons", REASON, NULL },
		     403, "forbidden", ""));
	CALL(ask(&f, f.a.key, "GET", "/v1/reasons?after=2000", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL);
	reply_free(&r);
	CALL(ask(&f, f.a.no_refund_key, "POST", "/v1/reasons", REASON, &r));
	EXPECT_INT(201, r.wire.status);
	reply_free(&r);
}

/* A POST that adds reason 300000 + i under the Idempotency-Key k<i>. */
static void post_numbered(const struct fixture *f, int i, struct reply *r)
{
	char body[200], field[64];

	(void)snprintf(body, sizeof(body),
		       "{\"code\":%d,\"name\":\"a\",\"name_en\":\"b\",\"from\":\"user\","
		       "\"to\":\"user\"}",
		       300000 + i);
	(void)snprintf(field, sizeof(field), "Idempotency-Key: k%d\r\n", i);
	CALL(ask_with(f, &(struct question){ f->a.key, "POST", "/v1/reasons", body, field }, r));
}

static void k7_over_the_rate_is_429_and_spends_no_key(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char text[32];
	int i = 0;

	fixture_options = (struct http_options){ .rate_per_second = 1, .rate_burst = 2 };
	fixture_begin(&f);
	fixture_options = (struct http_options){ .listen = NULL };
	for (;; i++) {
		CALL(post_numbered(&f, i, &r));
		if (r.wire.status != 201)
			break;
		reply_free(&r);
	}
	CALL(is_refusal(&r, 429, "rate_limited", ""));
	EXPECT(wire_field(&r.wire, "Retry-After", text, sizeof(text)));
	EXPECT(strtol(text, NULL, 10) >= 1);
	reply_free(&r);
	EXPECT(i >= 2);
	EXPECT_INT(i, fixture_number(&f, "select count(*) from idempotency_key"));

	/* Another key has its own allowance; this one gets a new one in time. */
	CALL(ask(&f, f.b.key, "GET", "/v1/assets", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
	fixture_clock(&f, 60000);
	CALL(post_numbered(&f, i, &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(!wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)));
	reply_free(&r);
}

static void every_answer_has_a_request_id_of_its_own(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char ids[20][64];

	fixture_begin(&f);
	for (size_t i = 0; i < 20; i++) {
		struct reply r;

		CALL(ask(&f, i % 2 == 0 ? f.a.key : NULL, "GET", "/v1/assets", NULL, &r));
		EXPECT(wire_field(&r.wire, "Request-Id", ids[i], sizeof(ids[i])));
		reply_free(&r);
		for (size_t j = 0; j < i; j++)
			EXPECT(strcmp(ids[i], ids[j]) != 0);
	}
}

static void k2_a_query_is_read_one_way_or_refused(void)
{
	static const struct {
		const char *path, *param;
	} WRONG[] = {
		{ "/v1/assets?limit=1&limit=2", "" },
		{ "/v1/assets?limit=1&limi%74=2", "" },
		{ "/v1/assets?limit", "limit" },
		{ "/v1/assets?limit=", "limit" },
		{ "/v1/assets?limit=0", "limit" },
		{ "/v1/assets?limit=101", "limit" },
		{ "/v1/assets?limit=+5", "limit" },
		{ "/v1/assets?limit=05", "limit" },
		{ "/v1/assets?limit=1e1", "limit" },
		{ "/v1/assets?limit=%EF%BC%91", "limit" },
		{ "/v1/assets?after=a&before=b", "before" },
		{ "/v1/assets?after=", "after" },
		{ "/v1/assets?sort=name", "sort" },
		{ "/v1/assets?Limit=5", "Limit" },
		{ "/v1/assets?limit[]=5", "limit[]" },
		{ "/v1/assets?after=%zz", "" },
		{ "/v1/assets?after=a%00b", "" },
		{ "/v1/assets?=5", "" },
		{ "/v1/assets?&", "" },
		{ "/v1/reasons?after=x", "after" },
		{ "/v1/reasons?before=-1", "before" },
		{ "/v1/accounts?holder=user:1%20or%201=1", "holder" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(&f, &(struct question){ f.a.key, "GET", WRONG[i].path, NULL, NULL },
			     400, "invalid_request", WRONG[i].param));
}

static const struct tap_test TESTS[] = {
	TEST(unknown_routes_and_wrong_methods_are_told_apart),
	TEST(head_answers_without_a_body_and_options_with_allow),
	TEST(a_key_must_be_sent_once_whole_and_known),
	TEST(no_answer_repeats_the_key_that_was_sent),
	TEST(a_revoked_key_is_refused),
	TEST(news_of_keys_reload_them),
	TEST(a_read_key_reads_and_nothing_else),
	TEST(k7_over_the_rate_is_429_and_spends_no_key),
	TEST(every_answer_has_a_request_id_of_its_own),
	TEST(k2_a_query_is_read_one_way_or_refused),
};

TAP_MAIN(TESTS)
