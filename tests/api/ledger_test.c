/* Assets, reasons, issues, transfers and accounts as an application sees them. */
#include "ledger_kit.h"

static void an_asset_is_added_once_and_listed(void)
{
	static const char PAYING[] = "{\"code\":\"gold\",\"name\":\"金币\",\"kind\":\"points\","
				     "\"scale\":2,\"pay\":{\"units\":100,\"fen\":1,"
				     "\"max_percent\":50}}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char replayed[16];

	fixture_begin(&f);
	for (int i = 0; i < 2; i++) {
		CALL(ask(&f, f.a.key, "POST", "/v1/assets", PAYING, &r));
		EXPECT_INT(201, r.wire.status);
		EXPECT(wire_field(&r.wire, "Idempotent-Replayed", replayed, sizeof(replayed)) ==
		       (i == 1));
		EXPECT_STR("gold", reply_text(&r, "code"));
		EXPECT_INT(50, reply_integer(&r, "pay.max_percent"));
		reply_free(&r);
	}
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", GOLD, NULL }, 409,
		     "already_exists", "code"));
	CALL(ask(&f, f.a.key, "GET", "/v1/assets", NULL, &r));
	EXPECT_STR("cny", reply_text(&r, "data.0.code"));
	EXPECT_STR("money", reply_text(&r, "data.0.kind"));
	EXPECT_STR("gold", reply_text(&r, "data.1.code"));
	EXPECT(reply_at(&r, "data.2") == NULL && !reply_bool(&r, "has_more"));
	reply_free(&r);
}

static void reasons_are_listed_in_slices_with_taels_own(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(ask(&f, f.a.key, "GET", "/v1/reasons?limit=2", NULL, &r));
	EXPECT_INT(1001, reply_integer(&r, "data.0.code"));
	EXPECT_INT(1002, reply_integer(&r, "data.1.code"));
	EXPECT(reply_null(&r, "data.0.from") && reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/reasons?after=1504&limit=10", NULL, &r));
	EXPECT_INT(1601, reply_integer(&r, "data.0.code"));
	EXPECT_INT(300002, reply_integer(&r, "data.1.code"));
	EXPECT_INT(300003, reply_integer(&r, "data.2.code"));
	EXPECT_STR("user", reply_text(&r, "data.1.to"));
	EXPECT(!reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/reasons?before=300003&limit=2", NULL, &r));
	EXPECT_INT(1601, reply_integer(&r, "data.0.code"));
	EXPECT_INT(300002, reply_integer(&r, "data.1.code"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
}

static void a_transfer_shows_what_it_did(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r, again;
	char path[64];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 1000));
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers",
		 "{\"request_id\":\"t:1\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\","
		 "\"amount\":200,\"reason\":300003,\"memo\":\"一杯茶\",\"ref\":\"tea-1\"}",
		 &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_STR("transfer", reply_text(&r, "object"));
	EXPECT_STR("t:1", reply_text(&r, "request_id"));
	EXPECT_STR("user:1001/gold", reply_text(&r, "from"));
	EXPECT_STR("system/gold", reply_text(&r, "to"));
	EXPECT_STR("gold", reply_text(&r, "asset"));
	EXPECT_INT(200, reply_integer(&r, "amount"));
	EXPECT_INT(300003, reply_integer(&r, "reason"));
	EXPECT_INT(800, reply_integer(&r, "from_balance"));
	EXPECT_INT(999200, reply_integer(&r, "to_balance"));
	EXPECT_STR("一杯茶", reply_text(&r, "memo"));
	EXPECT_STR("tea-1", reply_text(&r, "ref"));
	EXPECT(!reply_bool(&r, "livemode"));

	(void)snprintf(path, sizeof(path), "/v1/transfers/%s", reply_text(&r, "id"));
	CALL(ask(&f, f.a.read_key, "GET", path, NULL, &again));
	EXPECT_INT(200, again.wire.status);
	EXPECT_STR(r.wire.body, again.wire.body);
	reply_free(&again);
	CALL(ask(&f, f.a.key, "GET", "/v1/transfers/key%3At%3A1", NULL, &again));
	EXPECT_STR(r.wire.body, again.wire.body);
	reply_free(&again);
	reply_free(&r);
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/v1/transfers/key:t2", NULL, NULL },
		     404, "not_found", "id"));
}

static void accounts_show_zeros_before_their_first_use(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 1000));
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts/user%3A9/gold", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR("user:9/gold", reply_text(&r, "address"));
	EXPECT_INT(0, reply_integer(&r, "balance"));
	EXPECT_INT(0, reply_integer(&r, "version"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts/user:1001/gold", NULL, &r));
	EXPECT_INT(1000, reply_integer(&r, "balance"));
	EXPECT_INT(1000, reply_integer(&r, "available"));
	EXPECT_INT(0, reply_integer(&r, "held"));
	EXPECT_INT(1, reply_integer(&r, "version"));
	EXPECT(!reply_bool(&r, "frozen"));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "central/gold", -1000000));
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts?holder=user:1001", NULL, &r));
	EXPECT_STR("user:1001/gold", reply_text(&r, "data.0.address"));
	EXPECT(reply_at(&r, "data.1") == NULL && !reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts?holder=user:9", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL);
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET", "/v1/accounts/user:9/silver", NULL, NULL },
		     404, "not_found", "asset"));
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/v1/accounts", NULL, NULL }, 400,
		     "invalid_request", "holder"));
}

static const struct tap_test TESTS[] = {
	TEST(an_asset_is_added_once_and_listed),
	TEST(reasons_are_listed_in_slices_with_taels_own),
	TEST(a_transfer_shows_what_it_did),
	TEST(accounts_show_zeros_before_their_first_use),
};

TAP_MAIN(TESTS)
