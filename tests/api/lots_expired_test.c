/* Points whose time is over: they go to `expired`, once, but for what is held. */
#include "lots_kit.h"

#define HELD(id, amount)                                                               \
	"{\"request_id\":\"" id "\",\"account\":\"user:1001/gold\",\"amount\":" amount \
	",\"reason\":300003,\"expires_in\":604800}"

static void l16_what_is_over_expires_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	/* The second run of each closure has nothing left to take. */
	fixture_run_twice = true;
	fixture_begin(&f);
	fixture_run_twice = false;
	CALL(lots_begin(&f, 2));
	CALL(lots_earn(&f, "e-1", 100));
	CALL(lots_day(&f, 1));
	CALL(lots_earn(&f, "e-2", 50));
	CALL(lots_day(&f, 2));
	CALL(lots_expire(&f, 0));
	CALL(lots_are(&f, "2:100 3:50"));
	CALL(lots_spend(&f, "s-1", 30));
	CALL(lots_day(&f, 3));
	/* Still there to be spent until the job comes. */
	CALL(lots_spend(&f, "s-2", 1));
	CALL(lots_are(&f, "2:69 3:50"));
	CALL(lots_expire(&f, 0));
	CALL(lots_are(&f, "3:50"));
	CALL(lots_expire(&f, 0));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 50));
	CALL(balance_is(&f, &f.a, "expired/gold", 69));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer where reason = 1003 and "
					 "app_id = 0 and kind = 1 and amount = 69"));
	CALL(ask(&f, f.a.key, "GET", "/v1/accounts/user:1001/gold/entries", NULL, &r));
	EXPECT_STR("expired/gold", reply_text(&r, "data.0.counterpart"));
	EXPECT_INT(-69, reply_integer(&r, "data.0.amount"));
	reply_free(&r);
	CALL(lots_day(&f, 400));
	CALL(lots_expire(&f, 0));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 0));
	CALL(balance_is(&f, &f.a, "expired/gold", 119));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from lot"));
}

static void l16_several_lots_go_together_whatever_a_freeze_says(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 1));
	CALL(lots_earn(&f, "e-1", 5));
	CALL(lots_day(&f, 1));
	CALL(lots_earn(&f, "e-2", 6));
	CALL(lots_day(&f, 2));
	CALL(lots_earn(&f, "e-3", 7));
	CALL(must_post(&f, f.a.key, "/v1/accounts/user:1001/gold/freeze",
		       "{\"request_id\":\"f-1\"}", 200));
	CALL(lots_day(&f, 3));
	CALL(lots_expire(&f, 1));
	CALL(lots_are(&f, "3:7"));
	CALL(balance_is(&f, &f.a, "expired/gold", 11));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer where reason = 1003"));
}

static void l16_what_is_held_does_not_expire(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 1));
	CALL(lots_earn(&f, "e-1", 100));
	CALL(must_post(&f, f.a.key, "/v1/holds", HELD("h-1", "70"), 201));
	CALL(lots_are(&f, "1:100"));
	CALL(lots_day(&f, 2));
	CALL(lots_earn(&f, "e-2", 5));
	CALL(lots_expire(&f, 1));
	CALL(lots_are(&f, "1:65 3:5"));
	CALL(lots_expire(&f, 0));
	CALL(must_post(&f, f.a.key, "/v1/holds/key:h-1/capture",
		       "{\"request_id\":\"c-1\",\"to\":\"system/gold\",\"amount\":20}", 201));
	CALL(lots_are(&f, "1:45 3:5"));
	CALL(lots_expire(&f, 0));
	CALL(must_post(&f, f.a.key, "/v1/holds/key:h-1/release", "{\"request_id\":\"r-1\"}", 201));
	CALL(lots_expire(&f, 1));
	CALL(lots_are(&f, "3:5"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 5));
	CALL(balance_is(&f, &f.a, "expired/gold", 80));
	EXPECT_INT(2, fixture_number(&f, "select count(distinct request_id) from transfer where "
					 "reason = 1003"));
}

static void l16_more_accounts_than_a_slice_are_all_done(void)
{
	enum { USERS = 450 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct lot_counts counts;
	char body[200];

	fixture_begin(&f);
	CALL(lots_begin(&f, 1));
	for (int i = 0; i < USERS; i++) {
		(void)snprintf(body, sizeof(body),
			       "{\"request_id\":\"u-%03d\",\"from\":\"system/gold\","
			       "\"to\":\"user:u%d/gold\",\"amount\":3,\"reason\":300002}",
			       i, i);
		CALL(must_post(&f, f.a.key, "/v1/transfers", body, 201));
	}
	CALL(lots_day(&f, 2));
	EXPECT_ERR(ERR_OK, lot_expire(&f.services, f.a.merchant, 0, &counts));
	EXPECT(counts.more && counts.accounts == 0);
	EXPECT_ERR(ERR_OK, lot_expire(&f.services, f.b.merchant, INT64_MAX, &counts));
	EXPECT(!counts.more && counts.accounts == 0);
	CALL(lots_expire(&f, USERS));
	CALL(balance_is(&f, &f.a, "expired/gold", 3LL * USERS));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from lot"));
	EXPECT_INT(USERS, fixture_number(&f, "select count(*) from transfer where reason = 1003"));
}

static void l16_only_merchants_with_something_due_get_a_job(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(lots_begin(&f, 1));
	CALL(lots_earn(&f, "e-1", 100));
	EXPECT_ERR(ERR_OK, lot_expire_plan(&f.services));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from job where kind = 10"));
	CALL(lots_day(&f, 2));
	EXPECT_ERR(ERR_OK, lot_expire_plan(&f.services));
	EXPECT_ERR(ERR_OK, lot_expire_plan(&f.services));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from job where kind = 10"));
}

static const struct tap_test TESTS[] = {
	TEST(l16_what_is_over_expires_once),
	TEST(l16_several_lots_go_together_whatever_a_freeze_says),
	TEST(l16_what_is_held_does_not_expire),
	TEST(l16_more_accounts_than_a_slice_are_all_done),
	TEST(l16_only_merchants_with_something_due_get_a_job),
};

TAP_MAIN(TESTS)
