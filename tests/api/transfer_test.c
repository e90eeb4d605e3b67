/* Transfers under pressure and under bad input: once, exactly, or not at all. */
#include "books_kit.h"
#include "parallel.h"

static void s0_04_64_parallel_transfers_from_50(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/transfers",
			      T("p-#", "user:1001/gold", "system/gold", "1", "300003"), NULL };
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	q.key = f.a.key;
	parallel_run(&f, &q, 64, &p);
	EXPECT_INT(50, parallel_count(&p, 201, NULL));
	EXPECT_INT(14, parallel_count(&p, 409, "\"insufficient_balance\""));
	parallel_free(&p);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 0));
	EXPECT_INT(50, fixture_number(&f, "select count(*) from transfer where reason = 300003"));
	CALL(books_agree(&f));
}

static void s0_05_the_same_request_ten_times_posts_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/transfers",
			      T("ten", "user:1001/gold", "system/gold", "3", "300003"), NULL };
	struct parallel p;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	q.key = f.a.key;
	parallel_run(&f, &q, 10, &p);
	CALL(parallel_same(&p));
	parallel_free(&p);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 47));
}

/* The order of members and white space do not matter; content does. */
static void s0_05_other_content_under_a_request_id_is_a_conflict(void)
{
	static const char *const OTHER[] = {
		T("one", "user:1001/gold", "system/gold", "4", "300003"),
		T("one", "user:1002/gold", "system/gold", "3", "300003"),
		T("one", "system/gold", "user:1001/gold", "3", "300002"),
		T("one", "user:1001/gold", "system/gold", "3", "300002"),
		"{\"request_id\":\"one\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\","
		"\"amount\":3,\"reason\":300003,\"memo\":\"m\"}",
		"{\"request_id\":\"one\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\","
		"\"amount\":3,\"reason\":300003,\"ref\":\"m\"}",
	};
	static const char SAME[] = "{ \"reason\": 300003, \"amount\": 3, \"to\": \"system/gold\",\n"
				   "\"from\": \"user:1001/gold\", \"request_id\": \"one\" }";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply first, r;
	char text[16];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers",
		 T("one", "user:1001/gold", "system/gold", "3", "300003"), &first));
	EXPECT_INT(201, first.wire.status);
	for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/v1/transfers", OTHER[i], NULL },
			     409, "conflict", "request_id"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/assets/gold/issue",
					 "{\"request_id\":\"one\",\"amount\":3}", NULL },
		     409, "conflict", "request_id"));
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers", SAME, &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)));
	EXPECT_STR(first.wire.body, r.wire.body);
	reply_free(&r);
	reply_free(&first);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 47));
}

/* The server is gone and back, with the store from the disk. */
static void s0_05_a_request_is_known_after_a_restart(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	static const char BODY[] = T("one", "user:1001/gold", "system/gold", "3", "300003");
	struct reply first, r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers", BODY, &first));
	EXPECT_INT(201, first.wire.status);
	fixture_stop(&f);
	store_close(f.services.store);
	fixture_open(&f, false);
	fixture_serve(&f);
	CALL(ask(&f, f.a.key, "POST", "/v1/transfers", BODY, &r));
	EXPECT_STR(first.wire.body, r.wire.body);
	reply_free(&r);
	reply_free(&first);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 47));
}

static enum err freeze(struct tx *tx, const void *ask_, void *answer)
{
	struct asset asset;
	struct account *account;

	(void)ask_;
	(void)answer;
	TRY(asset_get(tx, STR("gold"), &asset));
	TRY(tx_account(tx, STR("user:1001"), asset.id, &account));
	tx_account_settings(tx, account, &(struct account_settings){ .frozen = FREEZE_BOTH });
	return ERR_OK;
}

static void s0_06_x_02_refusals_write_nothing(void)
{
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ T("w", "user:1001/gold", "system/gold", "1", "300099"), 400, "unknown_reason",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "0"), 400, "amount_out_of_range",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "1102"), 403, "reason_not_allowed",
		  "reason" },
		{ T("w", "user:1001/gold", "system/gold", "1", "300002"), 403, "reason_not_allowed",
		  "reason" },
		{ T("w", "user:1001/gold", "user:1002/gold", "1", "300003"), 403,
		  "reason_not_allowed", "reason" },
		{ T("w", "user:1001/gold", "user:1001/gold", "1", "300003"), 400, "same_account",
		  "to" },
		{ T("w", "user:1001/gold", "system/cny", "1", "300003"), 400, "invalid_request",
		  "to" },
		{ T("w", "user:1001/silver", "system/silver", "1", "300003"), 400, "unknown_asset",
		  "from" },
		{ T("w", "user:1001/gold", "system/gold", "51", "300003"), 409,
		  "insufficient_balance", "amount" },
		{ T("w", "user:1001/gold", "fee/gold", "1", "300003"), 403, "forbidden", "to" },
		{ T("w", "user:1001/gold", "channel:main/gold", "1", "300003"), 403, "forbidden",
		  "to" },
		{ T("w", "central/gold", "system/gold", "1", "300003"), 403, "forbidden", "from" },
		{ T("w", "suspense/gold", "system/gold", "1", "300003"), 403, "forbidden", "from" },
		{ T("w", "expired/gold", "system/gold", "1", "300003"), 403, "forbidden", "from" },
		{ "{\"request_id\":\"w\",\"to\":\"system/gold\",\"amount\":1,\"reason\":300003}",
		  400, "invalid_request", "from" },
		{ "{\"request_id\":\"w\",\"from\":\"user:1001/"
		  "gold\",\"amount\":1,\"reason\":300003}",
		  400, "invalid_request", "to" },
		{ "{\"request_id\":\"w\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\","
		  "\"amount\":1}",
		  400, "invalid_request", "reason" },
		{ "{\"from\":\"user:1001/gold\",\"to\":\"system/gold\",\"amount\":1,"
		  "\"reason\":300003}",
		  400, "invalid_request", "request_id" },
		{ T("a b", "user:1001/gold", "system/gold", "1", "300003"), 400, "invalid_key",
		  "request_id" },
		{ T("", "user:1001/gold", "system/gold", "1", "300003"), 400, "invalid_key",
		  "request_id" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f,
			&(struct question){ f.a.key, "POST", "/v1/transfers", WRONG[i].body, NULL },
			WRONG[i].status, WRONG[i].code, WRONG[i].param));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from request_key where app_id <> 0"));
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, freeze, NULL, NULL));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 T("w", "user:1001/gold", "system/gold", "1", "300003"),
					 NULL },
		     409, "account_frozen", "from"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 T("w", "system/gold", "user:1001/gold", "1", "300002"),
					 NULL },
		     409, "account_frozen", "to"));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
}

static void s0_07_nobody_has_no_account(void)
{
	static const char *const WRONG[] = { "user:0/gold",    "user/gold",     "user:/gold",
					     "central:1/gold", "system:5/gold", "fee:1/gold",
					     ":7/gold",        "user:a b/gold", "user:a:b/gold",
					     "user:7",         "user:7/",       "user:7/GOLD",
					     "User:7/gold",    "user:七/gold",  "7/gold" };
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		char body[300];

		(void)snprintf(body, sizeof(body), T("w", "system/gold", "%s", "1", "300002"),
			       WRONG[i]);
		CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/transfers", body, NULL },
			     400, "invalid_request", "to"));
	}
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
}

static void a11_x_04_amounts_are_whole_and_in_range(void)
{
	static const char *const WRONG[] = {
		"0",
		"-1",
		"0.001",
		"1e2",
		"1.0",
		"\"1\"",
		"\"１\"",
		"9007199254740992",
		"true",
		"[]",
		"9223372036854775808",
		"-9223372036854775809",
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		char body[300];

		(void)snprintf(body, sizeof(body),
			       T("w", "user:1001/gold", "system/gold", "%s", "300003"), WRONG[i]);
		CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/transfers", body, NULL },
			     400, "amount_out_of_range", "amount"));
	}
	/* What JSON itself does not know. */
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 T("w", "user:1001/gold", "system/gold", "+1", "300003"),
					 NULL },
		     400, "invalid_json", ""));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 T("w", "user:1001/gold", "system/gold", "1e400", "300003"),
					 NULL },
		     400, "invalid_json", ""));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 T("w", "user:1001/gold", "system/gold", "１", "300003"),
					 NULL },
		     400, "invalid_json", ""));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
}

/* The largest amount goes through exactly; a balance beyond it is refused. */
static void a11_x_04_the_largest_amount_is_exact(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(must_post(&f, f.a.key, "/v1/assets", GOLD, 201));
	CALL(ask(&f, f.a.key, "POST", "/v1/assets/gold/issue",
		 "{\"request_id\":\"all\",\"amount\":9007199254740991}", &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(reply_integer(&r, "to_balance") == 9007199254740991);
	EXPECT(reply_integer(&r, "from_balance") == -9007199254740991);
	EXPECT_INT(1001, reply_integer(&r, "reason"));
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/assets/gold/issue",
					 "{\"request_id\":\"more\",\"amount\":1}", NULL },
		     400, "amount_out_of_range", "amount"));
}

static const struct tap_test TESTS[] = {
	TEST(s0_04_64_parallel_transfers_from_50),
	TEST(s0_05_the_same_request_ten_times_posts_once),
	TEST(s0_05_other_content_under_a_request_id_is_a_conflict),
	TEST(s0_05_a_request_is_known_after_a_restart),
	TEST(s0_06_x_02_refusals_write_nothing),
	TEST(s0_07_nobody_has_no_account),
	TEST(a11_x_04_amounts_are_whole_and_in_range),
	TEST(a11_x_04_the_largest_amount_is_exact),
};

TAP_MAIN(TESTS)
