/* What a merchant decides about an account: freezes, limits, closing. */
#include "ledger_kit.h"

#define ACCOUNT "/v1/accounts/user:1001/gold"

#define SPENT(id, amount) T(id, "user:1001/gold", "system/gold", amount, "300003")
#define GIVEN(id, amount) T(id, "system/gold", "user:1001/gold", amount, "300002")

/* The rows that a refusal must not add to. */
#define TRACES                                                                    \
	"select (select count(*) from transfer) + (select count(*) from account)" \
	" + (select count(*) from event) + (select count(*) from request_key)"    \
	" + (select sum(changes) from account)"

static void transfer_is(const struct fixture *f, const char *body, int status, const char *code,
			const char *param)
{
	if (status == 201)
		CALL(must_post(f, f->a.key, "/v1/transfers", body, 201));
	else
		CALL(refused(f, &(struct question){ f->a.key, "POST", "/v1/transfers", body, NULL },
			     status, code, param));
}

/* The last event of a's ledger: its type, and the object's version. */
static void last_event_is(const struct fixture *f, const char *type, int64_t version)
{
	char path[100];
	struct reply r;

	(void)snprintf(path, sizeof(path), "/v1/events?type=account.*&limit=100");
	CALL(ask(f, f->a.key, "GET", path, NULL, &r));

	size_t n = json_array_size(json_object_get(r.json, "data"));

	EXPECT(n > 0);
	(void)snprintf(path, sizeof(path), "data.%zu.type", n - 1);
	EXPECT_STR(type, reply_text(&r, path));
	(void)snprintf(path, sizeof(path), "data.%zu.data.object.version", n - 1);
	EXPECT_INT(version, reply_integer(&r, path));
	(void)snprintf(path, sizeof(path), "data.%zu.data.object.address", n - 1);
	EXPECT_STR("user:1001/gold", reply_text(&r, path));
	reply_free(&r);
}

static void s0_06_a_frozen_account_gives_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char replayed[16];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (int i = 0; i < 2; i++) {
		CALL(ask(&f, f.a.key, "POST", ACCOUNT "/freeze", "{\"request_id\":\"fr\"}", &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT(reply_bool(&r, "frozen") && !reply_bool(&r, "takes"));
		EXPECT_INT(50, reply_integer(&r, "balance"));
		EXPECT_INT(2, reply_integer(&r, "version"));
		EXPECT(wire_field(&r.wire, "Idempotent-Replayed", replayed, sizeof(replayed)) ==
		       (i == 1));
		reply_free(&r);
	}
	CALL(last_event_is(&f, "account.frozen", 2));
	CALL(transfer_is(&f, SPENT("t1", "1"), 409, "account_frozen", "from"));
	CALL(transfer_is(&f, GIVEN("t1", "1"), 409, "account_frozen", "to"));
	/* Frozen again by another request: nothing changes, nothing is told. */
	CALL(must_post(&f, f.a.key, ACCOUNT "/freeze", "{\"request_id\":\"fr2\"}", 200));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from event"));
	CALL(must_post(&f, f.a.key, ACCOUNT "/unfreeze", "{\"request_id\":\"un\"}", 200));
	CALL(last_event_is(&f, "account.unfrozen", 3));
	CALL(transfer_is(&f, SPENT("t1", "1"), 201, "", ""));
	/* The first request is not done again. */
	CALL(must_post(&f, f.a.key, ACCOUNT "/freeze", "{\"request_id\":\"fr\"}", 200));
	CALL(transfer_is(&f, SPENT("t2", "1"), 201, "", ""));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 48));
}

static void an_asset_says_whether_frozen_accounts_get(void)
{
	static const char OPEN[] = "{\"code\":\"open\",\"name\":\"o\",\"kind\":\"points\","
				   "\"scale\":0,\"frozen_incoming\":\"allow\"}";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/assets",
			      "{\"code\":\"open\",\"name\":\"o\",\"kind\":\"points\",\"scale\":0}",
			      NULL };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/assets", OPEN, 201));
	q.key = f.a.key;
	CALL(refused(&f, &q, 409, "already_exists", "code"));
	q.body = "{\"code\":\"x\",\"name\":\"o\",\"kind\":\"points\",\"scale\":0,"
		 "\"frozen_incoming\":\"maybe\"}";
	CALL(refused(&f, &q, 400, "invalid_request", "frozen_incoming"));
	CALL(must_post(&f, f.a.key, "/v1/assets/open/issue",
		       "{\"request_id\":\"io\",\"amount\":100}", 201));
	CALL(ask(&f, f.a.key, "POST", "/v1/accounts/user:5/open/freeze", "{\"request_id\":\"fo\"}",
		 &r));
	EXPECT(reply_bool(&r, "frozen") && reply_bool(&r, "takes"));
	reply_free(&r);
	CALL(transfer_is(&f, T("g", "system/open", "user:5/open", "9", "300002"), 201, "", ""));
	CALL(transfer_is(&f, T("s", "user:5/open", "system/open", "9", "300003"), 409,
			 "account_frozen", "from"));
	CALL(balance_is(&f, &f.a, "user:5/open", 9));
}

static void credit_and_greatest_balance(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(ask(&f, f.a.key, "POST", ACCOUNT,
		 "{\"request_id\":\"l1\",\"credit_limit\":30,\"max_balance\":60}", &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(30, reply_integer(&r, "credit_limit"));
	EXPECT_INT(60, reply_integer(&r, "max_balance"));
	EXPECT_INT(80, reply_integer(&r, "available"));
	reply_free(&r);
	CALL(last_event_is(&f, "account.changed", 2));
	CALL(transfer_is(&f, GIVEN("t1", "11"), 409, "balance_limit_exceeded", "to"));
	CALL(transfer_is(&f, GIVEN("t1", "10"), 201, "", ""));
	CALL(transfer_is(&f, SPENT("t2", "91"), 409, "insufficient_balance", "amount"));
	CALL(transfer_is(&f, SPENT("t2", "90"), 201, "", ""));
	CALL(balance_is(&f, &f.a, "user:1001/gold", -30));
	/* What is not given stays; 0 takes a limit away. */
	CALL(ask(&f, f.a.key, "POST", ACCOUNT, "{\"request_id\":\"l2\",\"max_balance\":0}", &r));
	EXPECT_INT(30, reply_integer(&r, "credit_limit"));
	EXPECT(reply_null(&r, "max_balance"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "POST", ACCOUNT, "{\"request_id\":\"l3\",\"credit_limit\":0}", &r));
	EXPECT_INT(-30, reply_integer(&r, "balance"));
	EXPECT_INT(-30, reply_integer(&r, "available"));
	reply_free(&r);
	CALL(transfer_is(&f, SPENT("t3", "1"), 409, "insufficient_balance", "amount"));
	CALL(transfer_is(&f, GIVEN("t4", "100000"), 201, "", ""));
}

static void an_account_is_closed_when_it_has_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", ACCOUNT "/close", "{\"request_id\":\"c1\"}", NULL };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	q.key = f.a.key;
	CALL(refused(&f, &q, 409, "account_not_empty", ""));
	CALL(transfer_is(&f, SPENT("t1", "50"), 201, "", ""));
	CALL(ask(&f, f.a.key, "POST", q.path, q.body, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT(reply_bool(&r, "closed") && !reply_bool(&r, "takes"));
	reply_free(&r);
	CALL(last_event_is(&f, "account.closed", 3));
	CALL(transfer_is(&f, GIVEN("t2", "1"), 409, "account_closed", "to"));
	CALL(transfer_is(&f, SPENT("t2", "1"), 409, "account_closed", "from"));
	CALL(must_post(&f, f.a.key, ACCOUNT "/reopen", "{\"request_id\":\"o1\"}", 200));
	CALL(last_event_is(&f, "account.changed", 4));
	CALL(transfer_is(&f, GIVEN("t2", "1"), 201, "", ""));
}

/* A fact is posted whatever settings say, and the account stays as it was set. */
static void facts_are_posted_whatever_settings_say(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(must_post(&f, f.a.key, ACCOUNT, "{\"request_id\":\"l\",\"max_balance\":1}", 200));
	CALL(must_post(&f, f.a.key, ACCOUNT "/freeze", "{\"request_id\":\"f\"}", 200));
	CALL(must_post(&f, f.a.key, ACCOUNT "/close", "{\"request_id\":\"c\"}", 200));
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, facts_post,
				       &(struct facts){ "user:1001", 7, 1 }, NULL));
	/* The book is read anew. */
	fixture_stop(&f);
	store_close(f.services.store);
	fixture_open(&f, false);
	fixture_serve(&f);
	CALL(ask(&f, f.a.key, "GET", ACCOUNT, NULL, &r));
	EXPECT_INT(7, reply_integer(&r, "balance"));
	EXPECT_INT(1, reply_integer(&r, "max_balance"));
	EXPECT_INT(4, reply_integer(&r, "version"));
	EXPECT(reply_bool(&r, "frozen") && reply_bool(&r, "closed"));
	reply_free(&r);
	CALL(transfer_is(&f, SPENT("t", "1"), 409, "account_closed", "from"));
}

static void changes_that_are_refused_write_nothing(void)
{
	static const struct {
		const char *path, *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ ACCOUNT "/freeze", "{}", 400, "invalid_request", "request_id" },
		{ ACCOUNT "/freeze", "{\"request_id\":\"a b\"}", 400, "invalid_key", "request_id" },
		{ ACCOUNT "/freeze", "{\"request_id\":\"x\",\"why\":\"\"}", 400, "invalid_request",
		  "why" },
		{ ACCOUNT "/freeze", "{\"request_id\":\"first\"}", 409, "conflict", "request_id" },
		{ ACCOUNT, "{\"request_id\":\"x\"}", 400, "invalid_request", "credit_limit" },
		{ ACCOUNT, "{\"request_id\":\"x\",\"credit_limit\":-1}", 400, "amount_out_of_range",
		  "credit_limit" },
		{ ACCOUNT, "{\"request_id\":\"x\",\"max_balance\":9007199254740992}", 400,
		  "amount_out_of_range", "max_balance" },
		{ "/v1/accounts/system/gold/freeze", "{\"request_id\":\"x\"}", 403, "forbidden",
		  "holder" },
		{ "/v1/accounts/central/gold/close", "{\"request_id\":\"x\"}", 403, "forbidden",
		  "holder" },
		{ "/v1/accounts/channel:main/cny", "{\"request_id\":\"x\",\"credit_limit\":1}", 403,
		  "forbidden", "holder" },
		{ "/v1/accounts/user:0/gold/freeze", "{\"request_id\":\"x\"}", 400,
		  "invalid_request", "holder" },
		{ "/v1/accounts/user:1001/silver/freeze", "{\"request_id\":\"x\"}", 404,
		  "not_found", "asset" },
		{ ACCOUNT "/close", "{\"request_id\":\"x\"}", 409, "account_not_empty", "" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t traces;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	traces = fixture_number(&f, TRACES);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f,
			&(struct question){ f.a.key, "POST", WRONG[i].path, WRONG[i].body, NULL },
			WRONG[i].status, WRONG[i].code, WRONG[i].param));
	CALL(must_post(&f, f.a.key, ACCOUNT, "{\"request_id\":\"x\",\"credit_limit\":1}", 200));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", ACCOUNT,
					 "{\"request_id\":\"x\",\"credit_limit\":2}", NULL },
		     409, "conflict", "request_id"));
	EXPECT_INT(traces + 3, fixture_number(&f, TRACES));
}

static void x_02_changes_may_run_twice(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_run_twice = true;
	fixture_begin(&f);
	fixture_run_twice = false;
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(must_post(&f, f.a.key, ACCOUNT "/freeze", "{\"request_id\":\"f\"}", 200));
	CALL(must_post(&f, f.a.key, ACCOUNT, "{\"request_id\":\"l\",\"max_balance\":9}", 200));
	CALL(must_post(&f, f.a.key, ACCOUNT "/close", "{\"request_id\":\"c\"}", 200));
	EXPECT_INT(3, fixture_number(&f, "select count(*) from event"));
	EXPECT_INT(3, fixture_number(&f, "select sum(changes) from account"));
}

static const struct tap_test TESTS[] = {
	TEST(s0_06_a_frozen_account_gives_nothing),
	TEST(an_asset_says_whether_frozen_accounts_get),
	TEST(credit_and_greatest_balance),
	TEST(an_account_is_closed_when_it_has_nothing),
	TEST(facts_are_posted_whatever_settings_say),
	TEST(changes_that_are_refused_write_nothing),
	TEST(x_02_changes_may_run_twice),
};

TAP_MAIN(TESTS)
