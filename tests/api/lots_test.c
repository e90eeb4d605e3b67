/* Points that expire: which lots there are, and which are spent. */
#include "lots_kit.h"

#define REVERSE_ALL "{\"request_id\":\"back\"}"

static void l16_the_soonest_to_expire_is_spent_first(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 10));
	CALL(lots_are(&f, ""));
	CALL(lots_earn(&f, "e-1", 100));
	CALL(lots_earn(&f, "e-2", 11));
	CALL(lots_are(&f, "10:111"));
	CALL(lots_day(&f, 3));
	CALL(lots_earn(&f, "e-3", 50));
	CALL(lots_day(&f, 4));
	CALL(lots_earn(&f, "e-4", 7));
	CALL(lots_are(&f, "10:111 13:50 14:7"));
	CALL(lots_spend(&f, "s-1", 11));
	CALL(lots_are(&f, "10:100 13:50 14:7"));
	CALL(lots_spend(&f, "s-2", 101));
	CALL(lots_are(&f, "13:49 14:7"));
	CALL(lots_post(&f, "s-3", false, 57, 409));
	CALL(lots_are(&f, "13:49 14:7"));
	CALL(lots_spend(&f, "s-4", 56));
	CALL(lots_are(&f, ""));
	CALL(lots_earn(&f, "e-5", 5));
	CALL(lots_are(&f, "14:5"));
	/* A clock that goes back makes no lot that ends before what was got. */
	CALL(lots_day(&f, 2));
	CALL(lots_earn(&f, "e-6", 1));
	CALL(lots_are(&f, "14:6"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 6));
}

static void l16_only_members_and_only_such_an_asset_have_lots(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 50));
	CALL(lots_are(&f, ""));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from lot"));
	CALL(refused(
		&f,
		&(struct question){ f.a.key, "GET", "/v1/accounts/user:1/lead/lots", NULL, NULL },
		404, "not_found", "asset"));
	CALL(refused(
		&f,
		&(struct question){ f.a.key, "GET", "/v1/accounts/ghost:1/gold/lots", NULL, NULL },
		400, "unknown_holder_kind", "holder"));
	CALL(ask(&f, f.a.key, "GET", "/v1/assets", NULL, &r));
	EXPECT(reply_null(&r, "data.1.expires_days"));
	reply_free(&r);
	fixture_end(&f);
	f = (struct fixture){ 0 };
	fixture_begin(&f);
	CALL(lots_begin(&f, 1));
	CALL(lots_earn(&f, "e-1", 9));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from lot"));
	CALL(lots_are(&f, "1:9"));
	CALL(ask(&f, f.a.key, "GET", "/v1/assets", NULL, &r));
	EXPECT_INT(1, reply_integer(&r, "data.1.expires_days"));
	reply_free(&r);
}

static void l16_an_assets_term_is_asked_for_and_stays(void)
{
	static const struct {
		const char *days, *code;
	} WRONG[] = { { "0", "amount_out_of_range" },
		      { "3651", "amount_out_of_range" },
		      { "-1", "amount_out_of_range" },
		      { "\"1\"", "amount_out_of_range" },
		      { "1.5", "amount_out_of_range" } };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char body[200];

	fixture_begin(&f);
	CALL(lots_begin(&f, 365));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		(void)snprintf(body, sizeof(body),
			       "{\"code\":\"tin\",\"name\":\"T\",\"kind\":\"points\",\"scale\":0,"
			       "\"expires_days\":%s}",
			       WRONG[i].days);
		CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", body, NULL },
			     400, WRONG[i].code, "expires_days"));
	}
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/assets",
					 "{\"code\":\"usd\",\"name\":\"U\",\"kind\":\"money\","
					 "\"scale\":2,\"expires_days\":7}",
					 NULL },
		     400, "invalid_request", "expires_days"));
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", GOLD, NULL }, 409,
		     "already_exists", "code"));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from asset where merchant_id = "
					 "(select min(merchant_id) from asset)"));
}

static void e8_what_is_given_back_has_the_full_term(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 10));
	CALL(lots_earn(&f, "e-1", 100));
	CALL(lots_spend(&f, "s-1", 80));
	CALL(lots_day(&f, 4));
	CALL(must_post(&f, f.a.key, "/v1/transfers/key:s-1/reverse", REVERSE_ALL, 201));
	CALL(lots_are(&f, "10:20 14:80"));
	/* What is taken back is taken as everything is. */
	CALL(must_post(&f, f.a.key, "/v1/transfers/key:e-1/reverse",
		       "{\"request_id\":\"undo\",\"amount\":30}", 201));
	CALL(lots_are(&f, "14:70"));
}

static void l16_below_zero_there_are_no_lots(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 10));
	CALL(lots_earn(&f, "e-1", 10));
	fixture_do(&f, "update merchant set forced_reversal = 1");
	CALL(lots_spend(&f, "s-1", 4));
	CALL(must_post(&f, f.a.key, "/v1/transfers/key:e-1/reverse",
		       "{\"request_id\":\"forced\",\"force\":true}", 201));
	CALL(balance_is(&f, &f.a, "user:1001/gold", -4));
	CALL(lots_are(&f, ""));
	CALL(lots_earn(&f, "e-2", 3));
	CALL(lots_are(&f, ""));
	CALL(lots_day(&f, 1));
	CALL(lots_earn(&f, "e-3", 3));
	CALL(lots_are(&f, "11:2"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 2));
}

static int64_t asset;

/* Spends 60 that stays when *ask is true, then earns 5 and spends all the rest, which does not. */
static enum err spend_and_fail(struct tx *tx, const void *ask, void *answer)
{
	const bool *keep = ask;
	struct account *user, *system;
	struct posting p = { .reason = 300003, .request_id = "", .ref = "", .memo = "" };
	struct tx_mark mark;

	(void)answer;
	TRY(tx_account(tx, STR("user:1001"), asset, &user));
	TRY(tx_account(tx, STR("system"), asset, &system));
	p.kind = POSTING_TRANSFER;
	p.from = user;
	p.to = system;
	p.amount = 60;
	TRY(tx_post(tx, &p, NULL));
	mark = tx_mark(tx);
	p.from = system;
	p.to = user;
	p.amount = 5;
	TRY(tx_post(tx, &p, NULL));
	p.from = user;
	p.to = system;
	p.amount = user->balance;
	TRY(tx_post(tx, &p, NULL));
	if (!*keep)
		FAIL(ERR_CONFLICT, "it fails");
	tx_undo(tx, mark);
	return ERR_OK;
}

static void l16_what_fails_leaves_the_lots(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	bool keep = false;

	fixture_begin(&f);
	CALL(lots_begin(&f, 10));
	CALL(lots_earn(&f, "e-1", 40));
	CALL(lots_day(&f, 1));
	CALL(lots_earn(&f, "e-2", 40));
	CALL(lots_day(&f, 2));
	asset = fixture_number(&f, "select id from asset where code = 'gold'");
	EXPECT_ERR(ERR_CONFLICT,
		   store_write(f.services.store, f.a.merchant, spend_and_fail, &keep, NULL));
	CALL(lots_are(&f, "10:40 11:40"));
	CALL(lots_spend(&f, "s-1", 1));
	CALL(lots_are(&f, "10:39 11:40"));
	keep = true;
	EXPECT_ERR(ERR_OK,
		   store_write(f.services.store, f.a.merchant, spend_and_fail, &keep, NULL));
	CALL(lots_are(&f, "11:19"));
	CALL(lots_earn(&f, "e-3", 2));
	CALL(lots_are(&f, "11:19 12:2"));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from lot"));
}

static void l16_a_server_that_starts_again_goes_on_with_them(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 10));
	CALL(lots_earn(&f, "e-1", 40));
	CALL(lots_day(&f, 1));
	CALL(lots_earn(&f, "e-2", 40));
	fixture_stop(&f);
	store_close(f.services.store);
	fixture_open(&f, false);
	fixture_serve(&f);
	CALL(lots_are(&f, "10:40 11:40"));
	CALL(lots_spend(&f, "s-1", 41));
	CALL(lots_are(&f, "11:39"));
}

static void l16_thousands_of_lots_are_spent_in_one_request(void)
{
	enum { DAYS = 3000 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char request[32];
	struct reply r;

	fixture_begin(&f);
	CALL(lots_begin(&f, EXPIRES_DAYS_MAX));
	for (int day = 0; day < DAYS; day++) {
		lots_day(&f, day);
		(void)snprintf(request, sizeof(request), "e-%06d", day);
		CALL(lots_earn(&f, request, 2));
	}
	EXPECT_INT(DAYS, fixture_number(&f, "select count(*) from lot"));
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts/user:1001/gold/lots?limit=100", NULL, &r));
	EXPECT(reply_bool(&r, "has_more"));
	EXPECT_INT(2, reply_integer(&r, "data.99.amount"));
	reply_free(&r);
	CALL(lots_spend(&f, "most", 2 * (DAYS - 2) + 1));
	CALL(lots_are(&f, "6648:1 6649:2"));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from lot"));
}

static void l16_lots_are_listed_page_by_page(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[200], request[16];
	struct reply r;

	fixture_begin(&f);
	CALL(lots_begin(&f, 10));
	for (int day = 0; day < 5; day++) {
		lots_day(&f, day);
		(void)snprintf(request, sizeof(request), "e-%d", day);
		CALL(lots_earn(&f, request, 1 + day));
	}
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts/user:1001/gold/lots?limit=2", NULL, &r));
	EXPECT_INT(1, reply_integer(&r, "data.0.amount"));
	EXPECT_INT(2, reply_integer(&r, "data.1.amount"));
	EXPECT(reply_bool(&r, "has_more"));
	(void)snprintf(path, sizeof(path), "/v1/accounts/user:1001/gold/lots?limit=4&after=%s",
		       reply_text(&r, "data.1.expires_at"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(3, reply_integer(&r, "data.0.amount"));
	EXPECT_INT(5, reply_integer(&r, "data.2.amount"));
	EXPECT(!reply_bool(&r, "has_more"));
	(void)snprintf(path, sizeof(path), "/v1/accounts/user:1001/gold/lots?limit=1&before=%s",
		       reply_text(&r, "data.0.expires_at"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(2, reply_integer(&r, "data.0.amount"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET",
					 "/v1/accounts/user:1001/gold/lots?after=tomorrow", NULL,
					 NULL },
		     400, "invalid_request", "after"));
}

static const struct tap_test TESTS[] = {
	TEST(l16_the_soonest_to_expire_is_spent_first),
	TEST(l16_only_members_and_only_such_an_asset_have_lots),
	TEST(l16_an_assets_term_is_asked_for_and_stays),
	TEST(e8_what_is_given_back_has_the_full_term),
	TEST(l16_below_zero_there_are_no_lots),
	TEST(l16_what_fails_leaves_the_lots),
	TEST(l16_a_server_that_starts_again_goes_on_with_them),
	TEST(l16_thousands_of_lots_are_spent_in_one_request),
	TEST(l16_lots_are_listed_page_by_page),
};

TAP_MAIN(TESTS)
