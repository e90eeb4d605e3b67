/* The month's end of each app's accounts, from the journal. */
#include "charge_kit.h"

#include "app/clearing.h"
#include "base/time.h"

#define HOUR INT64_C(3600000)
#define SWEEP "update app set sweep = 1 where name = 'shop'"

/* The clock stands at the noon of the first day of the month `n` after this one; that month. */
static int32_t month_at(const struct fixture *f, int n)
{
	struct timespec now;
	int32_t month;
	int64_t wall;

	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
	wall = (int64_t)now.tv_sec * 1000;
	month = month_of(wall);
	for (int i = 0; i < n; i++)
		month = month_next(month);
	fixture_clock(f, month_begin_ms(month) + 12 * HOUR - wall);
	return month;
}

static void clear(const struct fixture *f, int32_t month, int64_t made, int64_t found)
{
	struct clearing_counts counts;

	EXPECT_ERR(ERR_OK, clearing_run(&f->services, f->a.merchant, month, 0, &counts));
	EXPECT_INT(made, counts.made);
	EXPECT_INT(found, counts.found);
	EXPECT(!counts.more);
}

static void get_month(const struct fixture *f, int32_t month, struct reply *r)
{
	char path[60], text[MONTH_TEXT];

	month_write(month, text);
	(void)snprintf(path, sizeof(path), "/v1/clearings?month=%s", text);
	CALL(ask(f, f->a.key, "GET", path, NULL, r));
	EXPECT_INT(200, r->wire.status);
}

/* A row of the last answer, in the order of the table. */
static void row_is(const struct reply *r, int row, const long long *sums)
{
	static const char *const NAMES[] = { "opening",  "topped_up", "charged", "rolled_back",
					     "other_in", "other_out", "closing", "swept" };

	for (size_t i = 0; i < 8; i++) {
		char path[40];

		(void)snprintf(path, sizeof(path), "data.%d.%s", row, NAMES[i]);
		if (reply_integer(r, path) != sums[i])
			printf("# %s is %lld\n", path, (long long)reply_integer(r, path));
		EXPECT(reply_integer(r, path) == sums[i]);
	}
}

static void s2_11_a_month_is_cleared_once_for_each_app(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply first, r;
	int32_t month;

	fixture_begin(&f);
	(void)fixture_add_app_of(&f, f.a.merchant, "idle");
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	CALL(post_charge(&f, "c-1", 4));
	CALL(post_charge(&f, "c-2", 2));
	CALL(must_post(&f, f.a.key, "/v1/charges/key:c-2/rollback", "{\"request_id\":\"b\"}", 200));
	EXPECT_ERR(ERR_INVALID, clearing_run(&f.services, f.a.merchant, month, 0,
					     &(struct clearing_counts){ 0 }));
	(void)month_at(&f, 2);
	CALL(post_charge(&f, "c-3", 1)); /* of the next month */
	CALL(clear(&f, month, 2, 0));
	CALL(get_month(&f, month, &first));
	CALL(row_is(&first, 0, (const long long[]){ 0, 5000, 1500, 500, 0, 0, 4000, 0 }));
	CALL(row_is(&first, 1, (const long long[8]){ 0 }));
	EXPECT(reply_at(&first, "data.2") == NULL);
	EXPECT_INT(4, fixture_number(&f, "select count(*) from transfer where reason = 300010"));

	CALL(clear(&f, month, 0, 2));
	CALL(get_month(&f, month, &r));
	EXPECT_STR(first.wire.body, r.wire.body);
	reply_free(&r);
	reply_free(&first);
	EXPECT_INT(2, fixture_number(&f, "select count(*) from clearing"));
	CALL(app_has(&f, &f.a, 3750));
	CALL(ask(&f, f.b.key, "GET", "/v1/clearings", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL);
	reply_free(&r);
	CALL(refused(
		&f, &(struct question){ f.a.key, "GET", "/v1/clearings?month=2026-13", NULL, NULL },
		400, "invalid_request", "month"));
}

/* Months that were missed are cleared in their order, each opening as the last one closed. */
static void s2_11_missed_months_are_made_up(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int32_t first, second, third;
	struct reply r;
	bool more;

	fixture_begin(&f);
	first = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	second = month_at(&f, 2);
	third = month_at(&f, 3);
	CALL(post_charge(&f, "c-1", 2));
	(void)month_at(&f, 4);
	EXPECT_ERR(ERR_OK, clearing_due(&f.services, f.a.merchant, 1, &more));
	EXPECT(more);
	EXPECT_INT(0, fixture_number(&f, "select count(*) from clearing"));
	/* One that was cleared by hand leaves those before it open. */
	CALL(clear(&f, second, 1, 0));
	for (int i = 0; i < 2; i++) {
		EXPECT_ERR(ERR_OK, clearing_due(&f.services, f.a.merchant, 0, &more));
		EXPECT(!more);
		EXPECT_INT(4, fixture_number(&f, "select count(*) from clearing_month"));
		EXPECT_INT(4, fixture_number(&f, "select count(*) from clearing"));
	}
	CALL(get_month(&f, first, &r));
	CALL(row_is(&r, 0, (const long long[]){ 0, 5000, 0, 0, 0, 0, 5000, 0 }));
	reply_free(&r);
	CALL(get_month(&f, second, &r));
	CALL(row_is(&r, 0, (const long long[]){ 5000, 0, 0, 0, 0, 0, 5000, 0 }));
	reply_free(&r);
	CALL(get_month(&f, third, &r));
	CALL(row_is(&r, 0, (const long long[]){ 5000, 0, 500, 0, 0, 0, 4500, 0 }));
	reply_free(&r);
}

/* A swept app gives what the month left, as far as it is still there; others are only counted. */
static void s2_11_money_moves_only_from_apps_that_are_swept(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int32_t first, second;
	struct reply r;

	fixture_begin(&f);
	first = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	fixture_do(&f, SWEEP);
	second = month_at(&f, 2);
	CALL(post_charge(&f, "c-1", 2));
	CALL(recharge(&f, &f.a, f.a.app, "more", 100));
	CALL(clear(&f, first, 1, 0));
	CALL(get_month(&f, first, &r));
	CALL(row_is(&r, 0, (const long long[]){ 0, 5000, 0, 0, 0, 0, 5000, 4600 }));
	reply_free(&r);
	CALL(app_has(&f, &f.a, 0));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer t join clearing c"
					 " on t.ref like 'clr!_%' escape '!' and t.reason = 1601"
					 " and t.amount = c.swept and t.app_id = 0"));
	CALL(clear(&f, first, 0, 1));
	CALL(app_has(&f, &f.a, 0));
	/* The next month shows the sweep, and one that is cleared late is not swept. */
	CALL(recharge(&f, &f.a, f.a.app, "again", 70));
	(void)month_at(&f, 4);
	CALL(clear(&f, second, 1, 0));
	CALL(get_month(&f, second, &r));
	CALL(row_is(&r, 0, (const long long[]){ 5000, 170, 500, 0, 0, 4600, 70, 0 }));
	reply_free(&r);
	CALL(app_has(&f, &f.a, 70));
}

static void s2_11_a_frozen_account_keeps_its_money(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char account[HOLDER_MAX + 8], path[200];
	int32_t month;

	fixture_begin(&f);
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	fixture_do(&f, SWEEP);
	app_account(f.a.app, account);
	(void)snprintf(path, sizeof(path), "/v1/accounts/%s/freeze", account);
	CALL(must_post(&f, f.a.key, path, "{\"request_id\":\"freeze\"}", 200));
	(void)month_at(&f, 2);
	CALL(clear(&f, month, 1, 0));
	EXPECT_INT(5000, fixture_number(&f, "select closing - swept from clearing"));
	CALL(app_has(&f, &f.a, 5000));
}

static void s2_11_clearing_survives_closures_that_run_twice(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int32_t month;

	fixture_run_twice = true;
	fixture_begin(&f);
	fixture_run_twice = false;
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	fixture_do(&f, SWEEP);
	(void)month_at(&f, 2);
	CALL(clear(&f, month, 1, 0));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from transfer where reason = 1601"));
	CALL(app_has(&f, &f.a, 0));
}

/* More transfers than one read takes, of every kind. */
static void s2_11_every_kind_is_counted_where_it_belongs(void)
{
	enum { GIFTS = 20 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char account[HOLDER_MAX + 8], body[400];
	int32_t month;
	struct reply r;

	fixture_begin(&f);
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	CALL(must_post(&f, f.a.key, "/v1/reasons",
		       "{\"code\":300020,\"name\":\"a\",\"name_en\":\"a\",\"from\":\"app\","
		       "\"to\":\"user\"}",
		       201));
	CALL(must_post(&f, f.a.key, "/v1/reasons",
		       "{\"code\":300021,\"name\":\"b\",\"name_en\":\"b\",\"from\":\"user\","
		       "\"to\":\"app\"}",
		       201));
	app_account(f.a.app, account);
	for (int i = 0; i < GIFTS; i++) {
		(void)snprintf(body, sizeof(body),
			       "{\"request_id\":\"g-%d\",\"from\":\"%s\",\"to\":\"user:1/cny\","
			       "\"amount\":10,\"reason\":300020}",
			       i, account);
		CALL(must_post(&f, f.a.key, "/v1/transfers", body, 201));
	}
	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"back\",\"from\":\"user:1/cny\",\"to\":\"%s\","
		       "\"amount\":50,\"reason\":300021}",
		       account);
	CALL(must_post(&f, f.a.key, "/v1/transfers", body, 201));
	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"h\",\"account\":\"%s\",\"amount\":100,"
		       "\"reason\":300010}",
		       account);
	CALL(must_post(&f, f.a.key, "/v1/holds", body, 201));
	CALL(must_post(&f, f.a.key, "/v1/holds/key:h/capture",
		       "{\"request_id\":\"h-2\",\"to\":\"system/cny\",\"amount\":60}", 201));
	(void)month_at(&f, 2);
	CALL(clear(&f, month, 1, 0));
	CALL(get_month(&f, month, &r));
	CALL(row_is(&r, 0, (const long long[]){ 0, 5000, 60, 0, 50, 200, 4790, 0 }));
	reply_free(&r);
}

/* What is changed by way of system is neither bought nor topped up. */
static void s2_11_a_conversion_is_no_charge(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char holder[HOLDER_MAX + 1], body[400];
	int32_t month;
	struct reply r;

	fixture_begin(&f);
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(must_post(&f, f.a.key, "/v1/rates",
		       "{\"from_asset\":\"cny\",\"to_asset\":\"gold\",\"units_from\":1,"
		       "\"units_to\":10,\"rounding\":\"down\"}",
		       201));
	charge_holder(f.a.app, holder);
	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"change\",\"holder\":\"%s\",\"from_asset\":\"cny\","
		       "\"to_asset\":\"gold\",\"amount\":300}",
		       holder);
	CALL(must_post(&f, f.a.key, "/v1/conversions", body, 201));
	(void)month_at(&f, 2);
	CALL(clear(&f, month, 2, 0));
	CALL(get_month(&f, month, &r));
	CALL(row_is(&r, 0, (const long long[]){ 0, 5000, 0, 0, 0, 300, 4700, 0 }));
	CALL(row_is(&r, 1, (const long long[]){ 0, 0, 0, 0, 3000, 0, 3000, 0 }));
	reply_free(&r);
}

/* A clock whose every look takes a millisecond, beside that of the fixture. */
struct looked_at {
	struct clock clock;
	struct clock *real;
	int64_t looks;
};

static int64_t looked_wall(struct clock *c)
{
	struct looked_at *l = (struct looked_at *)(void *)c;

	return l->real->wall_ms(l->real);
}

static int64_t looked_mono(struct clock *c)
{
	return ++((struct looked_at *)(void *)c)->looks;
}

/* However little time there is, each run clears one, and what is cleared costs the next one none.
 */
static void s2_11_short_runs_get_on(void)
{
	enum { OTHERS = 3 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct looked_at clock = { .clock = { .wall_ms = looked_wall, .mono_ms = looked_mono } };
	struct clearing_counts counts;
	struct services services;
	int32_t month;

	fixture_begin(&f);
	for (int i = 0; i < OTHERS; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "other-%d", i);
		(void)fixture_add_app_of(&f, f.a.merchant, name);
	}
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	(void)month_at(&f, 2);
	services = f.services;
	clock.real = f.services.clock;
	services.clock = &clock.clock;
	for (int run = 0; run <= OTHERS; run++) {
		EXPECT_ERR(ERR_OK,
			   clearing_run(&services, f.a.merchant, month, clock.looks + 1, &counts));
		EXPECT_INT(1, counts.made);
		EXPECT_INT(run, counts.found);
		EXPECT(counts.more == (run < OTHERS));
	}
	EXPECT_INT(OTHERS + 1, fixture_number(&f, "select count(*) from clearing"));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from clearing_month"));
}

/* An account whose turn ends while it is added up has no row yet. */
static void s2_11_an_account_is_added_up_whole(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct looked_at clock = { .clock = { .wall_ms = looked_wall, .mono_ms = looked_mono } };
	struct clearing_counts counts;
	struct services services;
	int64_t second;
	int32_t month;
	struct reply r;

	fixture_begin(&f);
	second = fixture_add_app_of(&f, f.a.merchant, "second");
	month = month_at(&f, 1);
	CALL(charges_begin(&f, &f.a, 5000));
	CALL(recharge(&f, &f.a, second, "second-money", 70));
	(void)month_at(&f, 2);
	services = f.services;
	clock.real = f.services.clock;
	services.clock = &clock.clock;
	EXPECT_ERR(ERR_OK, clearing_run(&services, f.a.merchant, month, 2, &counts));
	EXPECT(counts.more && counts.made == 1);
	EXPECT_INT(1, fixture_number(&f, "select count(*) from clearing"));
	EXPECT_ERR(ERR_OK, clearing_run(&services, f.a.merchant, month, clock.looks + 1, &counts));
	EXPECT(!counts.more && counts.made == 1);
	CALL(get_month(&f, month, &r));
	CALL(row_is(&r, 1, (const long long[]){ 0, 70, 0, 0, 0, 0, 70, 0 }));
	reply_free(&r);
}

static void s2_11_months_are_read_and_written(void)
{
	static const char *const BAD[] = { "",        "2026",    "2026-1",  "2026-00", "2026-13",
					   "2026-1a", "02026-1", "1970-01", "9999-01", "2026-010" };
	char text[MONTH_TEXT];
	int32_t month;

	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		EXPECT_ERR(ERR_INVALID, month_read(str_of(BAD[i]), &month));
	EXPECT_ERR(ERR_OK, month_read(STR("2026-12"), &month));
	EXPECT_INT(202612, month);
	EXPECT_INT(202701, month_next(month));
	EXPECT_INT(202611, month_before(month));
	EXPECT_INT(202512, month_before(202601));
	month_write(202601, text);
	EXPECT_STR("2026-01", text);
	/* The 1st begins at midnight in China, at 16:00 UTC. */
	EXPECT(month_begin_ms(202611) == INT64_C(1793462400000));
	EXPECT_INT(202610, month_of(month_begin_ms(202611) - 1));
	EXPECT_INT(202611, month_of(month_begin_ms(202611)));
}

static const struct tap_test TESTS[] = {
	TEST(s2_11_a_month_is_cleared_once_for_each_app),
	TEST(s2_11_missed_months_are_made_up),
	TEST(s2_11_money_moves_only_from_apps_that_are_swept),
	TEST(s2_11_a_frozen_account_keeps_its_money),
	TEST(s2_11_clearing_survives_closures_that_run_twice),
	TEST(s2_11_every_kind_is_counted_where_it_belongs),
	TEST(s2_11_a_conversion_is_no_charge),
	TEST(s2_11_short_runs_get_on),
	TEST(s2_11_an_account_is_added_up_whole),
	TEST(s2_11_months_are_read_and_written),
};

TAP_MAIN(TESTS)
