/* What transfers are for: routes, disabling, and everything that is refused without a trace. */
#include "ledger_kit.h"

#define NAMES "\"name\":\"消费\",\"name_en\":\"spent\""
#define ROUTES(list) "{\"code\":300020," NAMES ",\"routes\":[" list "]}"
#define ROUTE(from, to) "{\"from\":\"" from "\",\"to\":\"" to "\"}"
#define ROUTE_OF(from, to, asset) \
	"{\"from\":\"" from "\",\"to\":\"" to "\",\"asset\":\"" asset "\"}"

#define TRACES                                                                    \
	"select (select count(*) from transfer) + (select count(*) from account)" \
	" + (select count(*) from event) + (select count(*) from request_key)"    \
	" + (select count(*) from reason) + (select count(*) from reason_route)"

static void a_reason_has_names_and_routes(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char replayed[16];

	fixture_begin(&f);
	CALL(must_post(&f, f.a.key, "/v1/assets", GOLD, 201));
	CALL(ask(&f, f.a.key, "POST", "/v1/reasons",
		 ROUTES(ROUTE("user", "system") "," ROUTE_OF("shop", "user", "gold") "," ROUTE_OF(
			 "shop", "user", "cny")),
		 &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_STR("消费", reply_text(&r, "name"));
	EXPECT_STR("spent", reply_text(&r, "name_en"));
	EXPECT(reply_null(&r, "from") && reply_null(&r, "to") && !reply_bool(&r, "disabled"));
	EXPECT_STR("cny", reply_text(&r, "routes.0.asset"));
	EXPECT_STR("gold", reply_text(&r, "routes.1.asset"));
	EXPECT_STR("user", reply_text(&r, "routes.2.from"));
	EXPECT(reply_null(&r, "routes.2.asset") && reply_at(&r, "routes.3") == NULL);
	reply_free(&r);
	/* The order of routes is no content. */
	CALL(ask(&f, f.a.key, "POST", "/v1/reasons",
		 ROUTES(ROUTE_OF("shop", "user", "cny") "," ROUTE_OF(
			 "shop", "user", "gold") "," ROUTE("user", "system")),
		 &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(wire_field(&r.wire, "Idempotent-Replayed", replayed, sizeof(replayed)));
	reply_free(&r);
	/* The short form is one route of any asset, and shown as such. */
	CALL(must_post(&f, f.a.key, "/v1/reasons", SPEND, 201));
	CALL(ask(&f, f.a.key, "GET", "/v1/reasons?after=300002", NULL, &r));
	EXPECT_STR("user", reply_text(&r, "data.0.from"));
	EXPECT_STR("system", reply_text(&r, "data.0.routes.0.to"));
	EXPECT(reply_null(&r, "data.1.from"));
	EXPECT_STR("gold", reply_text(&r, "data.1.routes.1.asset"));
	reply_free(&r);
}

static void reasons_that_cannot_be_added(void)
{
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ ROUTES(""), 400, "invalid_request", "routes" },
		{ ROUTES("{\"from\":\"user\"}"), 400, "invalid_request", "routes[0].to" },
		{ ROUTES(ROUTE("user", "system") "," ROUTE("User", "system")), 400,
		  "invalid_request", "routes[1].from" },
		{ ROUTES(ROUTE("user", "system") "," ROUTE("user", "system")), 400,
		  "invalid_request", "routes[1].from" },
		{ ROUTES(ROUTE("central", "system")), 403, "forbidden", "routes[0].from" },
		{ ROUTES(ROUTE("user", "fee")), 403, "forbidden", "routes[0].to" },
		{ ROUTES(ROUTE("user", "channel")), 403, "forbidden", "routes[0].to" },
		{ ROUTES(ROUTE("user", "agent")), 400, "unknown_holder_kind", "routes[0].to" },
		{ ROUTES(ROUTE_OF("user", "system", "silver")), 400, "unknown_asset",
		  "routes[0].asset" },
		{ "{\"code\":300020," NAMES "}", 400, "invalid_request", "from" },
		{ "{\"code\":300020," NAMES ",\"from\":\"user\"}", 400, "invalid_request", "to" },
		{ "{\"code\":300020," NAMES
		  ",\"from\":\"user\",\"to\":\"system\",\"routes\":[" ROUTE("user", "system") "]}",
		  400, "invalid_request", "routes" },
		{ "{\"code\":300020," NAMES ",\"from\":\"expired\",\"to\":\"system\"}", 403,
		  "forbidden", "from" },
		{ "{\"code\":300003," NAMES ",\"routes\":[" ROUTE_OF("user", "system", "gold") "]}",
		  409, "already_exists", "code" },
		{ "{\"code\":300003," NAMES ",\"from\":\"user\",\"to\":\"shop\"}", 409,
		  "already_exists", "code" },
		{ "{\"code\":300003,\"name\":\"x\",\"name_en\":\"x\",\"from\":\"user\","
		  "\"to\":\"system\"}",
		  409, "already_exists", "code" },
		{ "{\"code\":1001," NAMES ",\"from\":\"user\",\"to\":\"system\"}", 400,
		  "amount_out_of_range", "code" },
		{ "{\"code\":300020,\"name\":\"\",\"name_en\":\"x\",\"from\":\"user\","
		  "\"to\":\"system\"}",
		  400, "invalid_request", "name" },
		{ "{\"code\":300020,\"name\":\"x\",\"from\":\"user\",\"to\":\"system\"}", 400,
		  "invalid_request", "name_en" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t traces;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	traces = fixture_number(&f, TRACES);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f,
			&(struct question){ f.a.key, "POST", "/v1/reasons", WRONG[i].body, NULL },
			WRONG[i].status, WRONG[i].code, WRONG[i].param));
	EXPECT_INT(traces, fixture_number(&f, TRACES));
}

static void s0_06_a_reason_moves_only_along_its_routes(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/transfers", NULL, NULL };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 100));
	CALL(must_post(&f, f.a.key, "/v1/assets",
		       "{\"code\":\"silver\",\"name\":\"s\",\"kind\":\"points\",\"scale\":0}",
		       201));
	CALL(must_post(&f, f.a.key, "/v1/assets/silver/issue",
		       "{\"request_id\":\"is\",\"amount\":100}", 201));
	CALL(must_post(&f, f.a.key, "/v1/reasons",
		       ROUTES(ROUTE_OF("user", "shop", "gold") "," ROUTE("system", "shop")), 201));
	q.key = f.a.key;
	CALL(must_post(&f, f.a.key, q.path, T("a", "user:1001/gold", "shop:1/gold", "1", "300020"),
		       201));
	CALL(must_post(&f, f.a.key, q.path, T("b", "system/gold", "shop:1/gold", "1", "300020"),
		       201));
	CALL(must_post(&f, f.a.key, q.path, T("c", "system/silver", "shop:1/silver", "1", "300020"),
		       201));
	CALL(must_post(&f, f.a.key, q.path,
		       T("d", "system/silver", "user:1001/silver", "9", "300002"), 201));
	q.body = T("x", "user:1001/silver", "shop:1/silver", "1", "300020");
	CALL(refused(&f, &q, 403, "reason_not_allowed", "reason"));
	q.body = T("x", "shop:1/gold", "user:1001/gold", "1", "300020");
	CALL(refused(&f, &q, 403, "reason_not_allowed", "reason"));
	q.body = T("x", "user:1001/gold", "system/gold", "1", "300020");
	CALL(refused(&f, &q, 403, "reason_not_allowed", "reason"));
}

static void s0_06_a_disabled_reason_moves_nothing(void)
{
#define DISABLE "/v1/reasons/300003/disable"
#define ENABLE "/v1/reasons/300003/enable"
#define ONE(id) T(id, "user:1001/gold", "system/gold", "1", "300003")
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/transfers", ONE("x"), NULL };
	struct reply r;
	int64_t traces;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	CALL(ledger_begin(&f, &f.b, 10));
	q.key = f.a.key;
	CALL(must_post(&f, f.a.key, q.path, ONE("before"), 201));
	for (int i = 0; i < 2; i++) {
		CALL(ask(&f, f.a.key, "POST", DISABLE, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT(reply_bool(&r, "disabled"));
		EXPECT_STR("user", reply_text(&r, "from"));
		reply_free(&r);
	}
	traces = fixture_number(&f, TRACES);
	CALL(refused(&f, &q, 403, "reason_disabled", "reason"));
	EXPECT_INT(traces, fixture_number(&f, TRACES));
	/* What was done before is found still, and b's reason of this number is b's. */
	CALL(must_post(&f, f.a.key, q.path, ONE("before"), 201));
	CALL(must_post(&f, f.b.key, q.path, ONE("x"), 201));
	CALL(must_post(&f, f.a.key, "/v1/reasons", SPEND, 201));
	CALL(refused(&f, &q, 403, "reason_disabled", "reason"));
	CALL(ask(&f, f.a.key, "POST", ENABLE, NULL, &r));
	EXPECT(r.wire.status == 200 && !reply_bool(&r, "disabled"));
	reply_free(&r);
	CALL(must_post(&f, f.a.key, q.path, ONE("x"), 201));
	q.body = NULL;
	q.path = "/v1/reasons/300099/disable";
	CALL(refused(&f, &q, 404, "not_found", "code"));
	q.path = "/v1/reasons/gold/enable";
	CALL(refused(&f, &q, 404, "not_found", "code"));
	q.path = "/v1/reasons/1001/disable";
	CALL(refused(&f, &q, 403, "forbidden", "code"));
}

/* What was held before is captured still; nothing new is held, and only along the routes. */
static void s0_06_a_hold_outlives_its_reason(void)
{
#define HOLD(id)                                                                  \
	"{\"request_id\":\"" id "\",\"account\":\"user:1001/gold\",\"amount\":4," \
	"\"reason\":300003}"
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/holds", HOLD("h2"), NULL };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	q.key = f.a.key;
	CALL(must_post(&f, f.a.key, q.path, HOLD("h1"), 201));
	CALL(must_post(&f, f.a.key, DISABLE, NULL, 200));
	CALL(refused(&f, &q, 403, "reason_disabled", "reason"));
	q.path = "/v1/holds/key:h1/capture";
	q.body = "{\"request_id\":\"c\",\"to\":\"shop:1/gold\",\"amount\":4}";
	CALL(refused(&f, &q, 403, "reason_not_allowed", "to"));
	CALL(must_post(&f, f.a.key, q.path,
		       "{\"request_id\":\"c\",\"to\":\"system/gold\",\"amount\":4}", 201));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 6));
}

/* Everything of S0-06 at once, each with a code of its own. */
static void s0_06_refusals_have_codes_of_their_own_and_write_nothing(void)
{
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		/* unknown, another merchant's, disabled, Tael's, of another route */
		{ T("w", "user:1001/gold", "system/gold", "1", "300099"), 400, "unknown_reason",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "300077"), 400, "unknown_reason",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "300030"), 403, "reason_disabled",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "1102"), 403, "reason_not_allowed",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "300002"), 403, "reason_not_allowed",
		  "reason" },
		/* a frozen and a closed account, on both sides */
		{ T("w", "user:8/gold", "system/gold", "1", "300003"), 409, "account_frozen",
		  "from" },
		{ T("w", "system/gold", "user:8/gold", "1", "300002"), 409, "account_frozen",
		  "to" },
		{ T("w", "user:9/gold", "system/gold", "1", "300003"), 409, "account_closed",
		  "from" },
		{ T("w", "system/gold", "user:9/gold", "1", "300002"), 409, "account_closed",
		  "to" },
		/* amounts and accounts */
		{ T("w", "user:1001/gold", "system/gold", "0", "300003"), 400,
		  "amount_out_of_range", "amount" },
		{ T("w", "user:1001/gold", "system/gold", "-1", "300003"), 400,
		  "amount_out_of_range", "amount" },
		{ T("w", "user:1001/gold", "user:1001/gold", "1", "300003"), 400, "same_account",
		  "to" },
		{ T("w", "user:1001/gold", "system/gold", "11", "300003"), 409,
		  "insufficient_balance", "amount" },
		{ T("w", "user:1001/silver", "system/silver", "1", "300003"), 400, "unknown_asset",
		  "from" },
		{ T("w", "robot:1/gold", "system/gold", "1", "300003"), 403, "reason_not_allowed",
		  "reason" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t traces;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	CALL(must_post(&f, f.b.key, "/v1/reasons",
		       "{\"code\":300077," NAMES ",\"from\":\"user\",\"to\":\"system\"}", 201));
	CALL(must_post(&f, f.a.key, "/v1/reasons",
		       "{\"code\":300030," NAMES ",\"from\":\"user\",\"to\":\"system\"}", 201));
	CALL(must_post(&f, f.a.key, "/v1/reasons/300030/disable", NULL, 200));
	CALL(must_post(&f, f.a.key, "/v1/accounts/user:8/gold/freeze", "{\"request_id\":\"f\"}",
		       200));
	CALL(must_post(&f, f.a.key, "/v1/accounts/user:9/gold/close", "{\"request_id\":\"c\"}",
		       200));
	traces = fixture_number(&f, TRACES);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f,
			&(struct question){ f.a.key, "POST", "/v1/transfers", WRONG[i].body, NULL },
			WRONG[i].status, WRONG[i].code, WRONG[i].param));
	EXPECT_INT(traces, fixture_number(&f, TRACES));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 10));
}

/* Nobody is written without an id, and central and system never have one. */
static void s0_07_control_holders_stand_alone_and_users_never_are_nobody(void)
{
	static const char *const BAD[] = { "user:0/gold",    "user:/gold",       "user/gold",
					   "shop:0/gold",    "app:0/gold",       "system:0/gold",
					   "central:0/gold", "system:1001/gold", "fee:1/gold",
					   "0/gold",         ":1/gold" };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char body[300], path[100];
	int64_t traces;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	traces = fixture_number(&f, TRACES);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct question q = { f.a.key, "POST", "/v1/transfers", body, NULL };

		(void)snprintf(body, sizeof(body), T("w", "%s", "system/gold", "1", "300003"),
			       BAD[i]);
		CALL(refused(&f, &q, 400, "invalid_request", "from"));
		(void)snprintf(body, sizeof(body), T("w", "user:1001/gold", "%s", "1", "300003"),
			       BAD[i]);
		CALL(refused(&f, &q, 400, "invalid_request", "to"));
		(void)snprintf(path, sizeof(path), "/v1/accounts/%s", BAD[i]);
		q = (struct question){ f.a.key, "GET", path, NULL, NULL };
		CALL(refused(&f, &q, 400, "invalid_request", "holder"));
	}
	EXPECT_INT(traces, fixture_number(&f, TRACES));
	/* One system and one central an asset, without any id. */
	EXPECT_INT(1, fixture_number(&f, "select count(*) from account where holder = 'system'"));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from account where holder = 'central'"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from account where holder like 'system:%'"
					 " or holder like 'central:%' or holder like '%:0'"));
}

static const struct tap_test TESTS[] = {
	TEST(a_reason_has_names_and_routes),
	TEST(reasons_that_cannot_be_added),
	TEST(s0_06_a_reason_moves_only_along_its_routes),
	TEST(s0_06_a_disabled_reason_moves_nothing),
	TEST(s0_06_a_hold_outlives_its_reason),
	TEST(s0_06_refusals_have_codes_of_their_own_and_write_nothing),
	TEST(s0_07_control_holders_stand_alone_and_users_never_are_nobody),
};

TAP_MAIN(TESTS)
