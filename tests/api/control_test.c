/* Control balances: what is issued, and that nothing else brings units into being. */
#include "ledger_kit.h"

#define ISSUE(id, n) "{\"request_id\":\"" id "\",\"amount\":" n "}"
#define BACK                                                                           \
	"{\"code\":300040,\"name\":\"收回\",\"name_en\":\"back\",\"from\":\"user\"," \
	"\"to\":\"central\"}"

/* A new asset has nothing anywhere; only an issue adds, with an entry in the journal, and adding
 * the asset again adds nothing. */
static void s0_12_a_new_asset_starts_at_zero_and_only_issue_adds(void)
{
	static const char *const ALL[] = { "central/gold", "system/gold", "fee/gold",
					   "suspense/gold", "expired/gold" };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(must_post(&f, f.a.key, "/v1/assets", GOLD, 201));
	for (size_t i = 0; i < sizeof(ALL) / sizeof(ALL[0]); i++)
		CALL(balance_is(&f, &f.a, ALL[i], 0));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from transfer"));
	CALL(ask(&f, f.a.key, "POST", "/v1/assets/gold/issue", ISSUE("i1", "500"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_STR("central/gold", reply_text(&r, "from"));
	EXPECT_STR("system/gold", reply_text(&r, "to"));
	EXPECT_INT(1001, reply_integer(&r, "reason"));
	EXPECT_INT(-500, reply_integer(&r, "from_balance"));
	EXPECT_INT(500, reply_integer(&r, "to_balance"));
	reply_free(&r);
	for (int i = 0; i < 3; i++) {
		CALL(must_post(&f, f.a.key, "/v1/assets", GOLD, 201));
		CALL(must_post(&f, f.a.key, "/v1/assets/gold/issue", ISSUE("i1", "500"), 201));
	}
	CALL(balance_is(&f, &f.a, "central/gold", -500));
	CALL(balance_is(&f, &f.a, "system/gold", 500));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer"));
	/* The same name at another merchant, and a merchant's own cny, have nothing of it. */
	CALL(must_post(&f, f.b.key, "/v1/assets", GOLD, 201));
	CALL(balance_is(&f, &f.b, "system/gold", 0));
	CALL(balance_is(&f, &f.a, "central/cny", 0));
	CALL(balance_is(&f, &f.a, "system/cny", 0));
}

static void s0_12_a_new_kind_of_holder_has_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	for (int i = 0; i < 2; i++)
		CALL(must_post(&f, f.a.key, "/v1/holder_kinds",
			       "{\"kind\":\"agent\",\"name\":\"代理\",\"name_en\":\"agent\"}",
			       201));
	CALL(balance_is(&f, &f.a, "agent:1/gold", 0));
	CALL(balance_is(&f, &f.a, "central/gold", -1000000));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
}

/* No transfer takes from central, for no reason; all may give back to it. */
static void s0_12_central_gives_by_issue_only(void)
{
	static const char *const OTHERS[] = { "channel:main/gold", "payout:bank/gold", "fee/gold",
					      "suspense/gold", "expired/gold" };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/transfers", NULL, NULL };
	char body[300];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	q.key = f.a.key;
	q.body = T("x", "central/gold", "user:1001/gold", "1", "300002");
	CALL(refused(&f, &q, 403, "forbidden", "from"));
	q.body = T("x", "central/gold", "system/gold", "1", "1001");
	CALL(refused(&f, &q, 403, "forbidden", "from"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/reasons",
					 "{\"code\":300041,\"name\":\"x\",\"name_en\":\"x\","
					 "\"from\":\"central\",\"to\":\"user\"}",
					 NULL },
		     403, "forbidden", "from"));
	q.body = body;
	for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
		(void)snprintf(body, sizeof(body), T("x", "%s", "system/gold", "1", "300003"),
			       OTHERS[i]);
		CALL(refused(&f, &q, 403, "forbidden", "from"));
		(void)snprintf(body, sizeof(body), T("x", "user:1001/gold", "%s", "1", "300003"),
			       OTHERS[i]);
		CALL(refused(&f, &q, 403, "forbidden", "to"));
	}
	CALL(must_post(&f, f.a.key, "/v1/reasons", BACK, 201));
	CALL(must_post(&f, f.a.key, "/v1/transfers",
		       T("y", "user:1001/gold", "central/gold", "4", "300040"), 201));
	CALL(balance_is(&f, &f.a, "central/gold", -999996));
	CALL(balance_is(&f, &f.a, "system/gold", 999990));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 6));
}

static const struct tap_test TESTS[] = {
	TEST(s0_12_a_new_asset_starts_at_zero_and_only_issue_adds),
	TEST(s0_12_a_new_kind_of_holder_has_nothing),
	TEST(s0_12_central_gives_by_issue_only),
};

TAP_MAIN(TESTS)
