/* Conversions: both transfers or neither, at the rate that counted, promised or not. */
#include "ledger_kit.h"
#include "parallel.h"

#define RATE(from, to, units_from, units_to, rounding, more)                              \
	"{\"from_asset\":\"" from "\",\"to_asset\":\"" to "\",\"units_from\":" units_from \
	",\"units_to\":" units_to ",\"rounding\":\"" rounding "\"" more "}"
#define CONVERT(id, from, to, amount, more)                                          \
	"{\"request_id\":\"" id "\",\"holder\":\"user:1001\",\"from_asset\":\"" from \
	"\",\"to_asset\":\"" to "\",\"amount\":" amount more "}"
#define QUOTE(id, amount, more)                                                    \
	"{\"request_id\":\"" id "\",\"from_asset\":\"gold\",\"to_asset\":\"tea\"," \
	"\"amount\":" amount more "}"

/* 1000 gold for user:1001; system has 500 tea; 100 gold are worth 3 tea. */
static void begin(struct fixture *f)
{
	fixture_begin(f);
	CALL(ledger_begin(f, &f->a, 1000));
	CALL(must_post(f, f->a.key, "/v1/assets",
		       "{\"code\":\"tea\",\"name\":\"茶\",\"kind\":\"points\",\"scale\":0}", 201));
	CALL(must_post(f, f->a.key, "/v1/assets/tea/issue",
		       "{\"request_id\":\"issue-tea\",\"amount\":500}", 201));
	CALL(must_post(f, f->a.key, "/v1/rates", RATE("gold", "tea", "100", "3", "down", ""), 201));
}

static void post(const struct fixture *f, const char *path, const char *body, struct reply *r)
{
	CALL(ask(f, f->a.key, "POST", path, body, r));
	if (r->wire.status != 201)
		printf("# %s gave %s\n", body, r->wire.body);
	EXPECT_INT(201, r->wire.status);
}

static void both_ways_at_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char path[100], text[16];
	struct reply r, shown;

	begin(&f);
	CALL(post(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "250", ""), &r));
	EXPECT_INT(7, reply_integer(&r, "to_amount"));
	EXPECT_INT(50, reply_integer(&r, "remainder.numerator"));
	EXPECT_INT(100, reply_integer(&r, "remainder.denominator"));
	EXPECT_STR("down", reply_text(&r, "rounding"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 750));
	CALL(balance_is(&f, &f.a, "user:1001/tea", 7));
	CALL(balance_is(&f, &f.a, "system/tea", 493));
	CALL(balance_is(&f, &f.a, "system/gold", 999250));
	(void)snprintf(path, sizeof(path), "/v1/transfers/%s", reply_text(&r, "to_transfer"));
	CALL(ask(&f, f.a.key, "GET", path, NULL, &shown));
	EXPECT_STR("system/tea", reply_text(&shown, "from"));
	EXPECT_STR("user:1001/tea", reply_text(&shown, "to"));
	EXPECT_INT(1002, reply_integer(&shown, "reason"));
	EXPECT_STR(reply_text(&r, "id"), reply_text(&shown, "ref"));
	reply_free(&shown);
	EXPECT_INT(2, fixture_number(&f, "select count(*) from transfer t join conversion c"
					 " on c.id = t.group_id"));
	/* Neither half is given back alone. */
	(void)snprintf(path, sizeof(path), "/v1/transfers/%s/reverse",
		       reply_text(&r, "from_transfer"));
	CALL(must_refuse(&f, path, "{\"request_id\":\"r\"}", "409 not_reversible id"));
	CALL(ask(&f, f.a.key, "GET", "/v1/conversions/key:c-1", NULL, &shown));
	EXPECT_STR(r.wire.body, shown.wire.body);
	reply_free(&shown);
	CALL(post(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "250", ""), &shown));
	EXPECT(wire_field(&shown.wire, "Idempotent-Replayed", text, sizeof(text)));
	EXPECT_STR(r.wire.body, shown.wire.body);
	reply_free(&shown);
	reply_free(&r);
	CALL(must_refuse(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "251", ""),
			 "409 conflict request_id"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 750));
}

static void the_newest_rate_counts_and_old_ones_stay(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	begin(&f);
	/* The same again is no new one. */
	CALL(must_post(&f, f.a.key, "/v1/rates", RATE("gold", "tea", "100", "3", "down", ""), 201));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from rate"));
	CALL(must_post(&f, f.a.key, "/v1/rates", RATE("gold", "tea", "100", "3", "up", ""), 201));
	CALL(must_post(&f, f.a.key, "/v1/rates", RATE("tea", "gold", "3", "90", "down", ""), 201));
	CALL(post(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "250", ""), &r));
	EXPECT_INT(8, reply_integer(&r, "to_amount"));
	EXPECT_INT(-50, reply_integer(&r, "remainder.numerator"));
	reply_free(&r);
	CALL(post(&f, "/v1/conversions", CONVERT("c-2", "tea", "gold", "8", ""), &r));
	EXPECT_INT(240, reply_integer(&r, "to_amount"));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 990));
	CALL(balance_is(&f, &f.a, "user:1001/tea", 0));
	CALL(ask(&f, f.a.key, "GET", "/v1/rates?limit=2", NULL, &r));
	EXPECT_STR("down", reply_text(&r, "data.0.rounding"));
	EXPECT_STR("up", reply_text(&r, "data.1.rounding"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
}

static void x_02_refused_conversions_write_nothing(void)
{
	static const struct {
		const char *path, *body, *want;
	} WRONG[] = {
		{ "/v1/conversions", CONVERT("w", "gold", "tea", "33", ""),
		  "400 amount_out_of_range amount" },
		{ "/v1/conversions", CONVERT("w", "gold", "tea", "0", ""),
		  "400 amount_out_of_range amount" },
		{ "/v1/conversions", CONVERT("w", "gold", "tea", "1001", ""),
		  "409 insufficient_balance amount" },
		{ "/v1/conversions", CONVERT("w", "tea", "gold", "1", ""),
		  "400 unknown_rate to_asset" },
		{ "/v1/conversions", CONVERT("w", "gold", "gold", "1", ""),
		  "400 unknown_rate to_asset" },
		{ "/v1/conversions", CONVERT("w", "silver", "tea", "1", ""),
		  "400 unknown_asset from_asset" },
		{ "/v1/conversions", CONVERT("w", "gold", "silver", "1", ""),
		  "400 unknown_asset to_asset" },
		{ "/v1/conversions",
		  CONVERT("w", "gold", "tea", "100", ",\"quote\":\"quote_0000000000001\""),
		  "404 not_found quote" },
		{ "/v1/conversions", CONVERT("w", "gold", "tea", "100", ",\"quote\":\"q\""),
		  "404 not_found quote" },
		{ "/v1/conversions",
		  "{\"request_id\":\"w\",\"holder\":\"system\",\"from_asset\":\"gold\","
		  "\"to_asset\":\"tea\",\"amount\":100}",
		  "403 forbidden holder" },
		{ "/v1/conversions",
		  "{\"request_id\":\"w\",\"holder\":\"user:0\",\"from_asset\":\"gold\","
		  "\"to_asset\":\"tea\",\"amount\":100}",
		  "400 invalid_request holder" },
		{ "/v1/quotes", QUOTE("w", "33", ""), "400 amount_out_of_range amount" },
		{ "/v1/quotes", QUOTE("w", "100", ",\"expires_in\":601"),
		  "400 amount_out_of_range expires_in" },
		{ "/v1/rates", RATE("gold", "gold", "1", "1", "down", ""),
		  "400 invalid_request to_asset" },
		{ "/v1/rates", RATE("gold", "silver", "1", "1", "down", ""),
		  "400 unknown_asset to_asset" },
		{ "/v1/rates", RATE("gold", "tea", "0", "1", "down", ""),
		  "400 amount_out_of_range units_from" },
		{ "/v1/rates", RATE("gold", "tea", "1", "9007199254740992", "down", ""),
		  "400 amount_out_of_range units_to" },
		{ "/v1/rates", RATE("gold", "tea", "1", "1", "nearest", ""),
		  "400 invalid_request rounding" },
		{ "/v1/rates", RATE("gold", "tea", "1", "1", "down", ",\"min\":5,\"max\":4"),
		  "400 invalid_request max" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	int64_t transfers;

	begin(&f);
	transfers = fixture_number(&f, "select count(*) from transfer");
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(must_refuse(&f, WRONG[i].path, WRONG[i].body, WRONG[i].want));
	EXPECT_INT(transfers, fixture_number(&f, "select count(*) from transfer"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from conversion"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from quote"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from request_key where key = 'w'"));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from rate"));
}

/* What system cannot give is not taken either. */
static void system_must_have_what_it_gives(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	begin(&f);
	CALL(must_post(&f, f.a.key, "/v1/rates",
		       RATE("gold", "tea", "1", "1", "down", ",\"min\":10,\"max\":600"), 201));
	CALL(must_refuse(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "501", ""),
			 "409 insufficient_balance amount"));
	CALL(balance_is(&f, &f.a, "user:1001/gold", 1000));
	CALL(must_refuse(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "9", ""),
			 "400 amount_out_of_range amount"));
	CALL(must_refuse(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "601", ""),
			 "400 amount_out_of_range amount"));
	CALL(post(&f, "/v1/conversions", CONVERT("c-1", "gold", "tea", "500", ""), &r));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "system/tea", 0));
}

static void a_quote_holds_its_rate_and_is_used_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char body[300], path[100], quote[ID_TEXT];
	struct reply r;

	begin(&f);
	CALL(post(&f, "/v1/quotes", QUOTE("q-1", "200", ",\"expires_in\":600"), &r));
	EXPECT_INT(6, reply_integer(&r, "to_amount"));
	EXPECT(reply_null(&r, "conversion"));
	(void)snprintf(quote, sizeof(quote), "%s", reply_text(&r, "id"));
	reply_free(&r);
	CALL(must_post(&f, f.a.key, "/v1/rates", RATE("gold", "tea", "100", "1", "down", ""), 201));
	(void)snprintf(body, sizeof(body),
		       CONVERT("c-0", "gold", "tea", "100", ",\"quote\":\"%s\""), quote);
	CALL(must_refuse(&f, "/v1/conversions", body, "409 conflict quote"));
	(void)snprintf(body, sizeof(body),
		       CONVERT("c-1", "gold", "tea", "200", ",\"quote\":\"%s\""), quote);
	CALL(post(&f, "/v1/conversions", body, &r));
	EXPECT_INT(6, reply_integer(&r, "to_amount"));
	EXPECT_INT(3, reply_integer(&r, "units_to"));
	EXPECT_STR(quote, reply_text(&r, "quote"));
	(void)snprintf(body, sizeof(body),
		       CONVERT("c-2", "gold", "tea", "200", ",\"quote\":\"%s\""), quote);
	CALL(must_refuse(&f, "/v1/conversions", body, "409 quote_not_open quote"));
	(void)snprintf(path, sizeof(path), "/v1/quotes/%s", quote);
	(void)snprintf(body, sizeof(body), "%s", reply_text(&r, "id"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR(body, reply_text(&r, "conversion"));
	reply_free(&r);
	CALL(post(&f, "/v1/quotes", QUOTE("q-2", "200", ""), &r));
	(void)snprintf(body, sizeof(body),
		       CONVERT("c-3", "gold", "tea", "200", ",\"quote\":\"%s\""),
		       reply_text(&r, "id"));
	reply_free(&r);
	fixture_clock(&f, 60 * 1000);
	CALL(must_refuse(&f, "/v1/conversions", body, "409 quote_not_open quote"));
	CALL(balance_is(&f, &f.a, "user:1001/tea", 6));
}

static void sixty_four_clients_share_one_quote(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char body[300];
	struct question q = { NULL, "POST", "/v1/conversions", body, NULL };
	struct parallel p;
	struct reply r;

	begin(&f);
	CALL(post(&f, "/v1/quotes", QUOTE("q-1", "200", ""), &r));
	(void)snprintf(body, sizeof(body),
		       CONVERT("p-#", "gold", "tea", "200", ",\"quote\":\"%s\""),
		       reply_text(&r, "id"));
	reply_free(&r);
	q.key = f.a.key;
	parallel_run(&f, &q, 64, &p);
	EXPECT_INT(1, parallel_count(&p, 201, NULL));
	EXPECT_INT(63, parallel_count(&p, 409, "\"quote_not_open\""));
	parallel_free(&p);
	(void)snprintf(body, sizeof(body), CONVERT("o-#", "gold", "tea", "100", ""));
	parallel_run(&f, &q, 64, &p);
	EXPECT_INT(8, parallel_count(&p, 201, NULL));
	EXPECT_INT(56, parallel_count(&p, 409, "\"insufficient_balance\""));
	parallel_free(&p);
	CALL(balance_is(&f, &f.a, "user:1001/gold", 0));
	CALL(balance_is(&f, &f.a, "user:1001/tea", 30));
	CALL(balance_is(&f, &f.a, "system/tea", 470));
}

static void a1_each_step_run_twice_is_done_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char body[300];
	struct reply r;

	fixture_run_twice = true;
	begin(&f);
	fixture_run_twice = false;
	CALL(post(&f, "/v1/quotes", QUOTE("q-1", "200", ""), &r));
	(void)snprintf(body, sizeof(body),
		       CONVERT("c-1", "gold", "tea", "200", ",\"quote\":\"%s\""),
		       reply_text(&r, "id"));
	reply_free(&r);
	CALL(post(&f, "/v1/conversions", body, &r));
	reply_free(&r);
	CALL(balance_is(&f, &f.a, "user:1001/tea", 6));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from rate"));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from conversion"));
}

static const struct tap_test TESTS[] = {
	TEST(both_ways_at_once),
	TEST(the_newest_rate_counts_and_old_ones_stay),
	TEST(x_02_refused_conversions_write_nothing),
	TEST(system_must_have_what_it_gives),
	TEST(a_quote_holds_its_rate_and_is_used_once),
	TEST(sixty_four_clients_share_one_quote),
	TEST(a1_each_step_run_twice_is_done_once),
};

TAP_MAIN(TESTS)
