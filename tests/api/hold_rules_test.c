/* Holds: what is refused, how their time ends, how they are listed. */
#include "hold_kit.h"

/* --- refusals --- */

static const struct {
	const char *what, *body, *want;
} NOT_SO[] = {
	{ "/capture", "{\"request_id\":\"w\",\"to\":\"user:5/gold\"}",
	  "403 reason_not_allowed to" },
	{ "/capture", "{\"request_id\":\"w\",\"to\":\"user:1001/gold\"}", "400 same_account to" },
	{ "/capture", "{\"request_id\":\"w\",\"to\":\"system/cny\"}", "400 invalid_request to" },
	{ "/capture", "{\"request_id\":\"w\",\"to\":\"fee/gold\"}", "403 reason_not_allowed to" },
	{ "/capture", "{\"request_id\":\"w\"}", "400 invalid_request to" },
	{ "/capture", CAPTURE("w", "0"), "400 amount_out_of_range amount" },
	{ "/capture", CAPTURE("w", "31"), "409 hold_not_open amount" },
	{ "/capture", CAPTURE("a b", "1"), "400 invalid_key request_id" },
	{ "/capture", CAPTURE("first", "1"), "409 conflict request_id" },
	{ "/release", PART("w", "31"), "409 hold_not_open amount" },
	{ "/release", PART("w", "-1"), "400 amount_out_of_range amount" },
	{ "/release", PART("first", "1"), "409 conflict request_id" },
	{ "/release", "{}", "400 invalid_request request_id" },
};

static void s0_06_x_02_refused_holds_write_nothing(void)
{
#define WITH(account, amount, reason, more)                                    \
	"{\"request_id\":\"w\",\"account\":\"" account "\",\"amount\":" amount \
	",\"reason\":" reason more "}"
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ WITH("user:1001/gold", "1", "300099", ""), 400, "unknown_reason", "reason" },
		{ WITH("user:1001/gold", "1", "1102", ""), 403, "reason_not_allowed", "reason" },
		{ WITH("user:1001/gold", "1", "300002", ""), 403, "reason_not_allowed", "reason" },
		{ WITH("system/gold", "1", "300003", ""), 403, "reason_not_allowed", "reason" },
		{ WITH("user:1001/silver", "1", "300003", ""), 400, "unknown_asset", "account" },
		{ WITH("user:0/gold", "1", "300003", ""), 400, "invalid_request", "account" },
		{ WITH("gold", "1", "300003", ""), 400, "invalid_request", "account" },
		{ WITH("user:1001/gold", "0", "300003", ""), 400, "amount_out_of_range", "amount" },
		{ WITH("user:1001/gold", "1.0", "300003", ""), 400, "amount_out_of_range",
		  "amount" },
		{ WITH("user:1001/gold", "1", "300003", ",\"expires_in\":59"), 400,
		  "amount_out_of_range", "expires_in" },
		{ WITH("user:1001/gold", "1", "300003", ",\"expires_in\":604801"), 400,
		  "amount_out_of_range", "expires_in" },
		{ WITH("user:1001/gold", "1", "300003", ",\"to\":\"system/gold\""), 400,
		  "invalid_request", "to" },
		{ "{\"account\":\"user:1001/gold\",\"amount\":1,\"reason\":300003}", 400,
		  "invalid_request", "request_id" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f, &(struct question){ f.a.key, "POST", "/v1/holds", WRONG[i].body, NULL },
			WRONG[i].status, WRONG[i].code, WRONG[i].param));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from job"));
	CALL(hold(&f, H("h-1", "30"), id));
	for (size_t i = 0; i < sizeof(NOT_SO) / sizeof(NOT_SO[0]); i++)
		CALL(refuses(&f, id, NOT_SO[i].what, NOT_SO[i].body, NOT_SO[i].want));
	CALL(refuses(&f, "key:first", "/release", ALL("w"), "404 not_found id"));
	CALL(refuses(&f, "key:first", "/capture", CAPTURE("w", "1"), "404 not_found id"));
	CALL(refuses(&f, "hold_0000000000001", "/release", ALL("w"), "404 not_found id"));
	CALL(refuses(&f, "tr_0000000000001", "/release", ALL("w"), "404 not_found id"));
	EXPECT_INT(3, fixture_number(&f, "select count(*) from transfer"));
	EXPECT_INT(3, fixture_number(&f, "select count(*) from request_key where app_id <> 0"));
	CALL(held_is(&f, 50, 30));
}

static enum err set_account(struct tx *tx, const void *ask_, void *answer)
{
	const struct account_settings *settings = ask_;
	struct account *account;
	struct asset asset;

	(void)answer;
	TRY(asset_get(tx, STR("gold"), &asset));
	TRY(tx_account(tx, STR("user:1001"), asset.id, &account));
	tx_account_settings(tx, account, settings);
	return ERR_OK;
}

/* Credit is for transfers; and what is held may be captured though its account froze since. */
static void a_hold_draws_on_no_credit_and_survives_a_freeze(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct account_settings to = { .credit_limit = 1000 };
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, set_account, &to, NULL));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/holds", H("h-0", "51"), NULL },
		     409, "insufficient_balance", "amount"));
	CALL(hold(&f, H("h-1", "50"), id));
	/* The credit is spent beside it. */
	CALL(must_post(&f, f.a.key, "/v1/transfers",
		       "{\"request_id\":\"t\",\"from\":\"user:1001/gold\",\"to\":\"system/gold\","
		       "\"amount\":1000,\"reason\":300003}",
		       201));
	to.frozen = FREEZE_BOTH;
	EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, set_account, &to, NULL));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/holds", H("h-2", "1"), NULL },
		     409, "account_frozen", "account"));
	CALL(post(&f, id, "/capture", CAPTURE("c-1", "50"), &r));
	EXPECT_INT(201, r.wire.status);
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/gold", -1000));
}

/* Nobody is given anything once his account is closed. */
static void a_closed_account_takes_no_capture(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(must_post(&f, f.a.key, "/v1/reasons",
		       "{\"code\":300004,\"name\":\"转\",\"name_en\":\"give\",\"from\":\"user\","
		       "\"to\":\"user\"}",
		       201));
	CALL(must_post(&f, f.a.key, "/v1/accounts/user:5/gold/close", ALL("close"), 200));
	CALL(hold(&f,
		  "{\"request_id\":\"h-1\",\"account\":\"user:1001/gold\",\"amount\":30,"
		  "\"reason\":300004}",
		  id));
	CALL(refuses(&f, id, "/capture", "{\"request_id\":\"c-1\",\"to\":\"user:5/gold\"}",
		     "409 account_closed to"));
	CALL(refuses(&f, id, "/capture", "{\"request_id\":\"c-1\",\"to\":\"ghost:5/gold\"}",
		     "403 reason_not_allowed to"));
	CALL(post(&f, id, "/capture", "{\"request_id\":\"c-1\",\"to\":\"user:6/gold\"}", &r));
	EXPECT_INT(201, r.wire.status);
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/holds",
					 "{\"request_id\":\"h-2\",\"account\":\"user:5/gold\","
					 "\"amount\":1,\"reason\":300004}",
					 NULL },
		     409, "account_closed", "account"));
}

static void an_orders_hold_is_shown_and_not_touched(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(hold(&f, H("h-1", "30"), id));
	fixture_do(&f, "update hold set owner = 77, expires_at = null");
	CALL(post(&f, id, "", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT(reply_null(&r, "expires_at"));
	reply_free(&r);
	CALL(refuses(&f, id, "/release", ALL("w"), "403 forbidden id"));
	CALL(refuses(&f, id, "/capture", CAPTURE("w", "1"), "403 forbidden id"));
	CALL(held_is(&f, 50, 30));
}

/* --- the end of its time --- */

static void s2_09_over_is_over_before_the_job_comes(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t again_at, hold_id;
	char id[ID_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(hold(&f, H("h-1", "30"), id));
	hold_id = fixture_number(&f, "select id from hold");
	EXPECT_ERR(ERR_OK, hold_expire(&f.services, f.a.merchant, hold_id, &again_at));
	EXPECT(again_at == fixture_number(&f, "select expires_at from hold"));
	CALL(held_is(&f, 50, 30));
	fixture_clock(&f, 7200 * 1000);
	CALL(refuses(&f, id, "/capture", CAPTURE("w", "1"), "409 hold_not_open id"));
	CALL(refuses(&f, id, "/release", ALL("w"), "409 hold_not_open id"));
	EXPECT_ERR(ERR_OK, hold_expire(&f.services, f.a.merchant, hold_id, &again_at));
	EXPECT(again_at == 0);
	CALL(post(&f, id, "", NULL, &r));
	CALL(shows(&r, "expired", 0, 30, 0));
	reply_free(&r);
	CALL(held_is(&f, 50, 0));
	EXPECT_ERR(ERR_OK, hold_expire(&f.services, f.a.merchant, hold_id, &again_at));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from event where type = 'hold.expired'"));
}

/* Forty whose time is over: the job of the last one, come first, lets the others go first. */
static void s2_09_expired_in_the_order_of_their_ends(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t again_at = 1, runs = 0, last;
	char body[200], id[ID_TEXT];

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (int i = 0; i < 40; i++) {
		(void)snprintf(body, sizeof(body),
			       "{\"request_id\":\"e-%d\",\"account\":\"user:1001/gold\","
			       "\"amount\":1,\"reason\":300003,\"expires_in\":%d}",
			       i, 60 + (i * 7) % 40);
		CALL(hold(&f, body, id));
	}
	last = fixture_number(&f, "select id from hold order by expires_at desc, id desc limit 1");
	fixture_clock(&f, 100 * 1000);
	for (; again_at != 0 && runs < 5; runs++)
		EXPECT_ERR(ERR_OK, hold_expire(&f.services, f.a.merchant, last, &again_at));
	EXPECT_INT(2, runs);
	CALL(held_is(&f, 50, 0));
	EXPECT_INT(40, fixture_number(&f, "select count(*) from event where type = "
					  "'hold.expired'"));
	EXPECT_INT(0,
		   fixture_number(
			   &f, "select count(*) from transfer a join transfer b"
			       " on b.merchant_id = a.merchant_id and b.id > a.id"
			       " join hold ha on ha.merchant_id = a.merchant_id and ha.id = a.cause"
			       " join hold hb on hb.merchant_id = b.merchant_id and hb.id = b.cause"
			       " where a.kind = 4 and b.kind = 4"
			       " and (ha.expires_at, ha.id) > (hb.expires_at, hb.id)"));
}

/* --- lists --- */

static void page_is(const struct fixture *f, const char *query, const char *want, bool more)
{
	char path[200], got[200] = "";
	struct reply r;
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "/v1/holds?account=user:1001/gold%s", query);
	CALL(ask(f, f->a.key, "GET", path, NULL, &r));
	EXPECT_INT(200, r.wire.status);
	for (int i = 0; i < 20; i++) {
		char at[40];

		(void)snprintf(at, sizeof(at), "data.%d.request_id", i);
		if (reply_at(&r, at) == NULL)
			break;
		str_add(got, sizeof(got), &n, "%s ", reply_text(&r, at));
	}
	EXPECT_STR(want, got);
	EXPECT(reply_bool(&r, "has_more") == more);
	reply_free(&r);
}

static void the_open_ones_come_first_in_pages(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char ids[6][ID_TEXT], body[200], query[100];
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	for (int i = 0; i < 6; i++) {
		(void)snprintf(body, sizeof(body), H("h%d", "1"), i);
		CALL(hold(&f, body, ids[i]));
	}
	CALL(post(&f, ids[0], "/release", ALL("u-0"), &r));
	reply_free(&r);
	CALL(post(&f, ids[2], "/capture", CAPTURE("c-2", "1"), &r));
	reply_free(&r);
	CALL(page_is(&f, "", "h1 h3 h4 h5 h2 h0 ", false));
	CALL(page_is(&f, "&limit=3", "h1 h3 h4 ", true));
	(void)snprintf(query, sizeof(query), "&limit=2&after=%s", ids[4]);
	CALL(page_is(&f, query, "h5 h2 ", true));
	(void)snprintf(query, sizeof(query), "&limit=2&before=%s", ids[2]);
	CALL(page_is(&f, query, "h4 h5 ", true));
	CALL(page_is(&f, "&status=open&limit=2", "h1 h3 ", true));
	CALL(page_is(&f, "&status=released", "h0 ", false));
	CALL(page_is(&f, "&status=expired", "", false));
	/* One that was released meanwhile is still a place among the open ones. */
	(void)snprintf(query, sizeof(query), "&status=open&after=%s", ids[2]);
	CALL(page_is(&f, query, "h3 h4 h5 ", false));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET",
					 "/v1/holds?account=user:1001/gold&status=over", NULL,
					 NULL },
		     400, "invalid_request", "status"));
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/v1/holds", NULL, NULL }, 400,
		     "invalid_request", "account"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET",
					 "/v1/holds?account=user:1001/gold&after=hold_000000000000"
					 "1",
					 NULL, NULL },
		     400, "invalid_request", "after"));
}

/* Every closure is safe to run again after its own commit. */
static void a1_each_step_run_twice_is_done_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char id[ID_TEXT];
	struct reply r;

	fixture_run_twice = true;
	fixture_begin(&f);
	fixture_run_twice = false;
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(hold(&f, H("h-1", "30"), id));
	CALL(held_is(&f, 50, 30));
	CALL(post(&f, id, "/capture", CAPTURE("c-1", "10"), &r));
	CALL(shows(&r, "open", 10, 0, 20));
	reply_free(&r);
	CALL(post(&f, id, "/release", PART("u-1", "10"), &r));
	CALL(shows(&r, "open", 10, 10, 10));
	reply_free(&r);
	CALL(post(&f, "key:late", "/release", ALL("u-2"), &r));
	EXPECT_INT(200, r.wire.status);
	reply_free(&r);
	CALL(held_is(&f, 40, 10));
	EXPECT_INT(5, fixture_number(&f, "select count(*) from transfer"));
}

static const struct tap_test TESTS[] = {
	TEST(s0_06_x_02_refused_holds_write_nothing),
	TEST(a_hold_draws_on_no_credit_and_survives_a_freeze),
	TEST(a_closed_account_takes_no_capture),
	TEST(an_orders_hold_is_shown_and_not_touched),
	TEST(s2_09_over_is_over_before_the_job_comes),
	TEST(s2_09_expired_in_the_order_of_their_ends),
	TEST(the_open_ones_come_first_in_pages),
	TEST(a1_each_step_run_twice_is_done_once),
};

TAP_MAIN(TESTS)
