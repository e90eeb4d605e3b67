/* Who may hold: the kinds that are built in, and those a merchant adds. */
#include "ledger_kit.h"

#define AGENT "{\"kind\":\"agent\",\"name\":\"代理\",\"name_en\":\"agent\"}"
#define TO_AGENT                                                                               \
	"{\"code\":300010,\"name\":\"佣金\",\"name_en\":\"commission\",\"from\":\"system\"," \
	"\"to\":\"agent\"}"

static void kinds_are_added_once_and_listed_with_those_built_in(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char replayed[16];

	fixture_begin(&f);
	for (int i = 0; i < 2; i++) {
		CALL(ask(&f, f.a.key, "POST", "/v1/holder_kinds", AGENT, &r));
		EXPECT_INT(201, r.wire.status);
		EXPECT_STR("agent", reply_text(&r, "kind"));
		EXPECT(wire_field(&r.wire, "Idempotent-Replayed", replayed, sizeof(replayed)) ==
		       (i == 1));
		reply_free(&r);
	}
	CALL(ask(&f, f.a.key, "GET", "/v1/holder_kinds?limit=3", NULL, &r));
	EXPECT_STR("agent", reply_text(&r, "data.0.kind"));
	EXPECT_STR("代理", reply_text(&r, "data.0.name"));
	EXPECT(!reply_null(&r, "data.0.created_at"));
	EXPECT_STR("app", reply_text(&r, "data.1.kind"));
	EXPECT_STR("shop", reply_text(&r, "data.2.kind"));
	EXPECT(reply_null(&r, "data.2.created_at") && reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/holder_kinds?before=user&limit=2", NULL, &r));
	EXPECT_STR("app", reply_text(&r, "data.0.kind"));
	EXPECT_STR("shop", reply_text(&r, "data.1.kind"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
	/* They are a merchant's own. */
	CALL(ask(&f, f.b.key, "GET", "/v1/holder_kinds", NULL, &r));
	EXPECT_STR("app", reply_text(&r, "data.0.kind"));
	EXPECT_STR("user", reply_text(&r, "data.2.kind"));
	EXPECT(reply_at(&r, "data.3") == NULL);
	reply_free(&r);
}

static void kinds_that_cannot_be_added(void)
{
#define KIND(kind, name) "{\"kind\":\"" kind "\",\"name\":\"" name "\",\"name_en\":\"x\"}"
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ KIND("central", "x"), 403, "forbidden", "kind" },
		{ KIND("channel", "x"), 403, "forbidden", "kind" },
		{ KIND("payout", "x"), 403, "forbidden", "kind" },
		{ KIND("system", "x"), 403, "forbidden", "kind" },
		{ KIND("fee", "x"), 403, "forbidden", "kind" },
		{ KIND("suspense", "x"), 403, "forbidden", "kind" },
		{ KIND("expired", "x"), 403, "forbidden", "kind" },
		{ KIND("user", "x"), 409, "already_exists", "kind" },
		{ KIND("agent", "x"), 409, "already_exists", "kind" },
		{ KIND("Agent", "x"), 400, "invalid_request", "kind" },
		{ KIND("1agent", "x"), 400, "invalid_request", "kind" },
		{ KIND("", "x"), 400, "invalid_request", "kind" },
		{ KIND("abcdefghijklmnopq", "x"), 400, "invalid_request", "kind" },
		{ KIND("agent", ""), 400, "invalid_request", "name" },
		{ KIND("agent", "a\\nb"), 400, "invalid_request", "name" },
		{ "{\"kind\":\"agent\",\"name\":\"x\"}", 400, "invalid_request", "name_en" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(must_post(&f, f.a.key, "/v1/holder_kinds", AGENT, 201));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/v1/holder_kinds", WRONG[i].body,
						 NULL },
			     WRONG[i].status, WRONG[i].code, WRONG[i].param));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from holder_kind"));
}

static void s0_06_only_known_kinds_hold(void)
{
#define GIVE(id, to)                                                                          \
	"{\"request_id\":\"" id "\",\"from\":\"system/gold\",\"to\":\"" to "\",\"amount\":5," \
	"\"reason\":300010}"
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/reasons", TO_AGENT, NULL };
	int64_t accounts;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	CALL(ledger_begin(&f, &f.b, 10));
	q.key = f.a.key;
	CALL(refused(&f, &q, 400, "unknown_holder_kind", "to"));
	q.body = "{\"code\":300011,\"name\":\"x\",\"name_en\":\"x\",\"from\":\"agent\","
		 "\"to\":\"system\"}";
	CALL(refused(&f, &q, 400, "unknown_holder_kind", "from"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET", "/v1/accounts/agent:1/gold", NULL, NULL },
		     400, "unknown_holder_kind", "holder"));
	CALL(refused(
		&f, &(struct question){ f.a.key, "GET", "/v1/accounts?holder=agent:1", NULL, NULL },
		400, "unknown_holder_kind", "holder"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/accounts/agent:1/gold/freeze",
					 "{\"request_id\":\"f\"}", NULL },
		     400, "unknown_holder_kind", "holder"));

	CALL(must_post(&f, f.a.key, "/v1/holder_kinds", AGENT, 201));
	CALL(must_post(&f, f.a.key, "/v1/reasons", TO_AGENT, 201));
	CALL(must_post(&f, f.a.key, "/v1/transfers", GIVE("g1", "agent:1/gold"), 201));
	CALL(must_post(&f, f.a.key, "/v1/transfers", GIVE("g2", "agent:1/gold"), 201));
	CALL(balance_is(&f, &f.a, "agent:1/gold", 10));
	/* An account that is there proves its kind: nobody looks again. */
	fixture_do(&f, "delete from holder_kind");
	CALL(must_post(&f, f.a.key, "/v1/transfers", GIVE("g3", "agent:1/gold"), 201));
	CALL(balance_is(&f, &f.a, "agent:1/gold", 15));
	accounts = fixture_number(&f, "select count(*) from account");
	q = (struct question){ f.a.key, "POST", "/v1/accounts/agent:2/gold/freeze",
			       "{\"request_id\":\"g4\"}", NULL };
	CALL(refused(&f, &q, 400, "unknown_holder_kind", "holder"));
	EXPECT_INT(accounts, fixture_number(&f, "select count(*) from account"));
	/* b did not add it. */
	q = (struct question){ f.b.key, "POST", "/v1/reasons", TO_AGENT, NULL };
	CALL(refused(&f, &q, 400, "unknown_holder_kind", "to"));
}

static const struct tap_test TESTS[] = {
	TEST(kinds_are_added_once_and_listed_with_those_built_in),
	TEST(kinds_that_cannot_be_added),
	TEST(s0_06_only_known_kinds_hold),
};

TAP_MAIN(TESTS)
