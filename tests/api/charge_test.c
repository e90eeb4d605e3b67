/* Prices, numbers and charges as an application sees them: each fen once, each refusal by name. */
#include "charge_kit.h"
#include "parallel.h"

#include "base/time.h"

#define MOVED "select count(*) from transfer where reason = 300010"

static void s2_02_a_price_has_versions_and_the_newest_counts(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char text[16];

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	CALL(ask(&f, f.a.key, "POST", "/v1/prices", WEBSERVER, &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)));
	EXPECT_INT(1, reply_integer(&r, "version"));
	EXPECT_STR("cny", reply_text(&r, "asset"));
	reply_free(&r);
	CALL(must_post(&f, f.a.key, "/v1/charges", CHARGE("c-1", ITEM("webserver", "3")), 201));
	CALL(ask(&f, f.a.key, "POST", "/v1/prices",
		 "{\"code\":\"webserver\",\"name\":\"网页服务器\",\"unit_price\":120}", &r));
	EXPECT_INT(2, reply_integer(&r, "version"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "POST", "/v1/charges", CHARGE("c-2", ITEM("webserver", "3")), &r));
	EXPECT_INT(360, reply_integer(&r, "amount"));
	EXPECT_INT(10000 - 300 - 360, reply_integer(&r, "balance"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/charges/key:c-1", NULL, &r));
	EXPECT_INT(300, reply_integer(&r, "amount"));
	EXPECT_INT(100, reply_integer(&r, "items.0.unit_price"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/prices?limit=1", NULL, &r));
	EXPECT_STR("db", reply_text(&r, "data.0.code"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/prices?after=db", NULL, &r));
	EXPECT_INT(120, reply_integer(&r, "data.0.unit_price"));
	EXPECT(reply_at(&r, "data.1") == NULL);
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/prices?code=webserver", NULL, &r));
	EXPECT_INT(100, reply_integer(&r, "data.0.unit_price"));
	EXPECT_INT(120, reply_integer(&r, "data.1.unit_price"));
	reply_free(&r);
}

static void s2_02_prices_are_refused_by_their_fields(void)
{
	static const struct {
		const char *body, *code, *param;
	} BAD[] = {
		{ "{\"code\":\"a b\",\"name\":\"n\",\"unit_price\":1}", "invalid_request", "code" },
		{ "{\"code\":\"a\",\"name\":\"\",\"unit_price\":1}", "invalid_request", "name" },
		{ "{\"code\":\"a\",\"name\":\"n\",\"unit_price\":0}", "amount_out_of_range",
		  "unit_price" },
		{ "{\"code\":\"a\",\"name\":\"n\",\"unit_price\":1.5}", "amount_out_of_range",
		  "unit_price" },
		{ "{\"code\":\"a\",\"name\":\"n\",\"unit_price\":1,\"asset\":\"gold\"}",
		  "unknown_asset", "asset" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/v1/prices", BAD[i].body, NULL },
			     400, BAD[i].code, BAD[i].param));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from price"));
}

static void s2_01_numbers_increase_and_belong_to_their_app(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char other[API_KEY_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	(void)fixture_add_key(&f, f.a.merchant, fixture_add_app_of(&f, f.a.merchant, "other"),
			      KEY_FULL, other);
	CALL(ask(&f, f.a.key, "POST", "/v1/numbers", "{\"count\":3}", &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_INT(100000001, reply_integer(&r, "first"));
	EXPECT_INT(100000003, reply_integer(&r, "last"));
	reply_free(&r);
	CALL(ask(&f, other, "POST", "/v1/numbers", "{\"count\":1000}", &r));
	EXPECT_INT(100000004, reply_integer(&r, "first"));
	EXPECT_INT(100001003, reply_integer(&r, "last"));
	reply_free(&r);
	CALL(ask(&f, f.b.key, "POST", "/v1/numbers", "{\"count\":1}", &r));
	EXPECT_INT(100000001, reply_integer(&r, "first"));
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/numbers", "{\"count\":1001}", NULL },
		     400, "amount_out_of_range", "count"));

#define NUMBERED(id, number)                            \
	"{\"request_id\":\"" id "\",\"number\":" number \
	",\"items\":[" ITEM("webserver", "1") "],\"reason\":300010}"
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 NUMBERED("n-1", "100001004"), NULL },
		     400, "unknown_number", "number"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 NUMBERED("n-1", "100000004"), NULL },
		     403, "number_not_yours", "number"));
	CALL(ask(&f, f.a.key, "POST", "/v1/charges", NUMBERED("n-1", "100000002"), &r));
	EXPECT_INT(201, r.wire.status);
	EXPECT_INT(100000002, reply_integer(&r, "number"));
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 NUMBERED("n-2", "100000002"), NULL },
		     409, "number_used", "number"));
	EXPECT_INT(1, fixture_number(&f, MOVED));
#undef NUMBERED
}

/* 50 clients at once: no number twice, none left out. */
static void s2_01_numbers_are_handed_out_once_under_load(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/numbers", "{\"count\":7}", NULL };
	struct parallel p;

	fixture_begin(&f);
	q.key = f.a.key;
	parallel_run(&f, &q, 50, &p);
	EXPECT_INT(50, parallel_count(&p, 201, NULL));
	parallel_free(&p);
	EXPECT_INT(350, fixture_number(&f, "select sum(last - first + 1) from number_range"));
	EXPECT_INT(100000350, fixture_number(&f, "select max(last) from number_range"));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from number_range a join number_range b"
					 " on a.first < b.first and a.last >= b.first"));
}

static void s2_03_100_parallel_charges_lose_nothing(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/charges", CHARGE("p-#", ITEM("webserver", "1")),
			      NULL };
	char account[HOLDER_MAX + 8], path[200];
	struct parallel p;
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 9050));
	q.key = f.a.key;
	parallel_run(&f, &q, 100, &p);
	EXPECT_INT(90, parallel_count(&p, 201, NULL));
	EXPECT_INT(10, parallel_count(&p, 409, "\"insufficient_balance\""));
	parallel_free(&p);
	app_account(f.a.app, account);
	(void)snprintf(path, sizeof(path), "/v1/accounts/%s", account);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(9050 - 90 * 100, reply_integer(&r, "balance"));
	EXPECT_INT(1 + 90, reply_integer(&r, "version"));
	reply_free(&r);
	EXPECT_INT(90, fixture_number(&f, "select count(*) from charge"));
	EXPECT_INT(9000, fixture_number(&f, "select sum(amount) from charge_item"));
}

static void s2_04_the_same_request_twice_is_one_charge(void)
{
	static const char FIRST[] = CHARGE("one", ITEM("webserver", "3") "," ITEM("db", "2"));
	static const char *const OTHER[] = {
		CHARGE("one", ITEM("webserver", "3") "," ITEM("db", "3")),
		CHARGE("one", ITEM("db", "2") "," ITEM("webserver", "3")),
		CHARGE("one", ITEM("webserver", "3")),
		"{\"request_id\":\"one\",\"items\":[" ITEM("webserver", "3") "," ITEM(
			"db", "2") "],\"reason\":300010}",
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/charges", FIRST, NULL };
	char transfer[ID_TEXT];
	struct parallel p;
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	q.key = f.a.key;
	parallel_run(&f, &q, 10, &p);
	CALL(parallel_same(&p));
	parallel_free(&p);
	CALL(app_has(&f, &f.a, 10000 - 800));
	for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/v1/charges", OTHER[i], NULL },
			     409, "conflict", "request_id"));
	CALL(ask(&f, f.a.key, "GET", "/v1/charges/key:one", NULL, &r));
	EXPECT_STR("charged", reply_text(&r, "status"));
	EXPECT_INT(300, reply_integer(&r, "items.0.amount"));
	EXPECT_INT(500, reply_integer(&r, "items.1.amount"));
	EXPECT_STR("m", reply_text(&r, "memo"));
	/* The charge is a transfer of the journal, under the same digits. */
	(void)snprintf(transfer, sizeof(transfer), "tr%s", strchr(reply_text(&r, "id"), '_'));
	EXPECT_STR(transfer, reply_text(&r, "transfer"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/transfers/key:one", NULL, &r));
	EXPECT_INT(800, reply_integer(&r, "amount"));
	EXPECT_STR("system/cny", reply_text(&r, "to"));
	reply_free(&r);
}

/* Frozen: nothing goes out, nothing comes in, but what was charged comes back; and it can be read.
 */
static void s2_05_a_frozen_account_is_refused_and_can_be_read(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char account[HOLDER_MAX + 8], body[300], path[200];
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 1000));
	CALL(must_post(&f, f.a.key, "/v1/charges", CHARGE("c-1", ITEM("db", "1")), 201));
	app_account(f.a.app, account);
	(void)snprintf(path, sizeof(path), "/v1/accounts/%s/freeze", account);
	CALL(must_post(&f, f.a.key, path, "{\"request_id\":\"freeze\"}", 200));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 CHARGE("c-2", ITEM("db", "1")), NULL },
		     409, "account_frozen", ""));
	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"more\",\"from\":\"system/cny\",\"to\":\"%s\","
		       "\"amount\":5,\"reason\":300011}",
		       account);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/transfers", body, NULL }, 409,
		     "account_frozen", "to"));
	(void)snprintf(path, sizeof(path), "/v1/accounts/%s", account);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(750, reply_integer(&r, "balance"));
	EXPECT(reply_bool(&r, "frozen"));
	reply_free(&r);
	CALL(must_post(&f, f.a.key, "/v1/charges/key:c-1/rollback", "{\"request_id\":\"b-1\"}",
		       200));
	CALL(app_has(&f, &f.a, 1000));
}

static void s2_08_a_rollback_gives_back_once(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "POST", "/v1/charges/key:c-1/rollback",
			      "{\"request_id\":\"b-#\"}", NULL };
	char path[100];
	struct parallel p;
	struct reply r, again;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 1000));
	CALL(must_post(&f, f.a.key, "/v1/charges", CHARGE("c-1", ITEM("db", "3")), 201));
	CALL(app_has(&f, &f.a, 250));
	q.key = f.a.key;
	parallel_run(&f, &q, 20, &p);
	EXPECT_INT(20, parallel_count(&p, 200, "\"status\":\"rolled_back\""));
	EXPECT_INT(19, parallel_count(&p, 200, "Idempotent-Replayed: true"));
	parallel_free(&p);
	CALL(app_has(&f, &f.a, 1000));
	EXPECT_INT(2, fixture_number(&f, MOVED));

	CALL(ask(&f, f.a.key, "POST", "/v1/charges", CHARGE("c-2", ITEM("db", "1")), &r));
	(void)snprintf(path, sizeof(path), "/v1/charges/%s/rollback", reply_text(&r, "id"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "POST", path, "{\"request_id\":\"back\"}", &r));
	CALL(ask(&f, f.a.key, "POST", "/v1/charges/key:c-2/rollback", "{\"request_id\":\"back\"}",
		 &again));
	EXPECT_STR(r.wire.body, again.wire.body);
	EXPECT_STR("back", reply_text(&r, "rollback.request_id"));
	reply_free(&r);
	reply_free(&again);
	/* Neither number may stand for anything else. */
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges/key:c-1/rollback",
					 "{\"request_id\":\"back\"}", NULL },
		     409, "conflict", "request_id"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 CHARGE("back", ITEM("db", "1")), NULL },
		     409, "conflict", "request_id"));
	CALL(app_has(&f, &f.a, 1000));
}

static void s2_08_a_rollback_before_its_charge_keeps_it_from_coming(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;
	char text[16];

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 1000));
	for (int i = 0; i < 2; i++) {
		CALL(ask(&f, f.a.key, "POST", "/v1/charges/key:late/rollback",
			 "{\"request_id\":\"b-1\"}", &r));
		EXPECT_INT(200, r.wire.status);
		EXPECT_STR("cancelled", reply_text(&r, "status"));
		EXPECT_STR("late", reply_text(&r, "request_id"));
		EXPECT(wire_field(&r.wire, "Idempotent-Replayed", text, sizeof(text)) == (i == 1));
		reply_free(&r);
	}
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 CHARGE("late", ITEM("db", "1")), NULL },
		     409, "cancelled", "request_id"));
	/* The number that cancelled it names that for ever. */
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges/key:other/rollback",
					 "{\"request_id\":\"b-1\"}", NULL },
		     409, "conflict", "request_id"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 CHARGE("b-1", ITEM("db", "1")), NULL },
		     409, "conflict", "request_id"));
	/* Whatever it would have been. */
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/transfers",
					 "{\"request_id\":\"late\",\"from\":\"system/cny\","
					 "\"to\":\"app:1/cny\",\"amount\":1,\"reason\":300011}",
					 NULL },
		     409, "cancelled", "request_id"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges",
					 CHARGE("first-money", ITEM("db", "1")), NULL },
		     409, "conflict", "request_id"));
	CALL(app_has(&f, &f.a, 1000));
	EXPECT_INT(0, fixture_number(&f, MOVED));
	/* What is no charge is not rolled back here. */
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges/key:first-money/rollback",
					 "{\"request_id\":\"b-2\"}", NULL },
		     404, "not_found", ""));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges/chg_0000000000001/rollback",
					 "{\"request_id\":\"b-2\"}", NULL },
		     404, "not_found", ""));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/charges/key:x/rollback",
					 "{\"request_id\":\"x\"}", NULL },
		     400, "invalid_request", "request_id"));
	CALL(refused(&f,
		     &(struct question){ f.a.no_refund_key, "POST", "/v1/charges/key:y/rollback",
					 "{\"request_id\":\"z\"}", NULL },
		     403, "forbidden", ""));
}

static void s2_10_each_refusal_has_its_code_and_stores_nothing(void)
{
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} BAD[] = {
		{ CHARGE("r", ITEM("db", "5")), 409, "insufficient_balance", "items" },
		{ CHARGE("r", ITEM("disk", "1")), 400, "unknown_price", "items[0].price" },
		{ CHARGE("r", ITEM("db", "1") "," ITEM("disk", "1")), 400, "unknown_price",
		  "items[1].price" },
		{ CHARGE("r", ITEM("db", "1") "," ITEM("points", "1")), 400, "invalid_request",
		  "items[1].price" },
		{ CHARGE("r", ITEM("dear", "1000000000")), 400, "amount_out_of_range",
		  "items[0].quantity" },
		{ CHARGE("r", ITEM("dear", "1") "," ITEM("dear", "1")), 400, "amount_out_of_range",
		  "items[1].quantity" },
		{ CHARGE("r", ITEM("db", "0")), 400, "amount_out_of_range", "items[0].quantity" },
		{ CHARGE("r", ITEM("d b", "1")), 400, "invalid_request", "items[0].price" },
		{ CHARGE("r", ""), 400, "invalid_request", "items" },
		{ CHARGE("r r", ITEM("db", "1")), 400, "invalid_key", "request_id" },
		{ "{\"request_id\":\"r\",\"items\":[" ITEM("db", "1") "],\"reason\":300011}", 403,
		  "reason_not_allowed", "reason" },
		{ "{\"request_id\":\"r\",\"items\":[" ITEM("db", "1") "],\"reason\":1601}", 403,
		  "reason_not_allowed", "reason" },
		{ "{\"request_id\":\"r\",\"items\":[" ITEM("db", "1") "],\"reason\":300012}", 400,
		  "unknown_reason", "reason" },
		{ "{\"request_id\":\"r\",\"items\":[" ITEM("db", "1") "],\"reason\":300010,"
								      "\"number\":100000001}",
		  400, "unknown_number", "number" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 1000));
	CALL(must_post(&f, f.a.key, "/v1/assets", GOLD, 201));
	CALL(must_post(&f, f.a.key, "/v1/prices",
		       "{\"code\":\"points\",\"name\":\"p\",\"unit_price\":1,\"asset\":\"gold\"}",
		       201));
	CALL(must_post(&f, f.a.key, "/v1/prices",
		       "{\"code\":\"dear\",\"name\":\"d\",\"unit_price\":9007199254740991}", 201));
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		CALL(refused(
			&f, &(struct question){ f.a.key, "POST", "/v1/charges", BAD[i].body, NULL },
			BAD[i].status, BAD[i].code, BAD[i].param));
	EXPECT_INT(0, fixture_number(&f, MOVED));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from charge"));
	/* A refused request has not used up its number. */
	CALL(must_post(&f, f.a.key, "/v1/charges", CHARGE("r", ITEM("db", "4")), 201));
	CALL(app_has(&f, &f.a, 0));
}

static void s2_02_charges_are_listed_by_time(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char at[RFC3339_TEXT], path[200];
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	for (int i = 0; i < 4; i++) {
		char body[200];

		(void)snprintf(body, sizeof(body), CHARGE("l-%d", ITEM("db", "1")), i);
		fixture_clock(&f, i * INT64_C(3600000));
		CALL(must_post(&f, f.a.key, "/v1/charges", body, 201));
	}
	CALL(ask(&f, f.a.key, "GET", "/v1/charges/key:l-1", NULL, &r));
	(void)snprintf(at, sizeof(at), "%s", reply_text(&r, "created_at"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/charges?since=%s&limit=2", at);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("l-1", reply_text(&r, "data.0.request_id"));
	EXPECT_STR("l-2", reply_text(&r, "data.1.request_id"));
	EXPECT(reply_bool(&r, "has_more"));
	(void)snprintf(path, sizeof(path), "/v1/charges?since=%s&after=%s", at,
		       reply_text(&r, "data.1.id"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("l-3", reply_text(&r, "data.0.request_id"));
	EXPECT(reply_at(&r, "data.1") == NULL && !reply_bool(&r, "has_more"));
	(void)snprintf(path, sizeof(path), "/v1/charges?limit=2&before=%s",
		       reply_text(&r, "data.0.id"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("l-1", reply_text(&r, "data.0.request_id"));
	EXPECT_STR("l-2", reply_text(&r, "data.1.request_id"));
	EXPECT(reply_bool(&r, "has_more"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), "/v1/charges?until=%s", at);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_STR("l-0", reply_text(&r, "data.0.request_id"));
	EXPECT(reply_at(&r, "data.1") == NULL);
	EXPECT_STR("db", reply_text(&r, "data.0.items.0.price"));
	reply_free(&r);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET", "/v1/charges?since=today", NULL, NULL },
		     400, "invalid_request", "since"));
}

/* Every closure may run after its own commit. */
static void s2_04_charges_survive_a_closure_that_runs_twice(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_run_twice = true;
	fixture_begin(&f);
	fixture_run_twice = false;
	CALL(charges_begin(&f, &f.a, 1000));
	CALL(ask(&f, f.a.key, "POST", "/v1/numbers", "{\"count\":2}", &r));
	EXPECT_INT(100000001, reply_integer(&r, "first"));
	reply_free(&r);
	CALL(must_post(&f, f.a.key, "/v1/charges", CHARGE("c-1", ITEM("db", "1")), 201));
	CALL(must_post(&f, f.a.key, "/v1/charges", CHARGE("c-2", ITEM("db", "1")), 201));
	CALL(must_post(&f, f.a.key, "/v1/charges/key:c-1/rollback", "{\"request_id\":\"b\"}", 200));
	CALL(must_post(&f, f.a.key, "/v1/charges/key:no/rollback", "{\"request_id\":\"n\"}", 200));
	CALL(app_has(&f, &f.a, 750));
	EXPECT_INT(3, fixture_number(&f, MOVED));
	EXPECT_INT(1, fixture_number(&f, "select count(*) from number_range"));
	EXPECT_INT(1, fixture_number(&f, "select max(version) from price"));
}

static const struct tap_test TESTS[] = {
	TEST(s2_01_numbers_increase_and_belong_to_their_app),
	TEST(s2_01_numbers_are_handed_out_once_under_load),
	TEST(s2_02_a_price_has_versions_and_the_newest_counts),
	TEST(s2_02_prices_are_refused_by_their_fields),
	TEST(s2_02_charges_are_listed_by_time),
	TEST(s2_03_100_parallel_charges_lose_nothing),
	TEST(s2_04_the_same_request_twice_is_one_charge),
	TEST(s2_04_charges_survive_a_closure_that_runs_twice),
	TEST(s2_05_a_frozen_account_is_refused_and_can_be_read),
	TEST(s2_08_a_rollback_gives_back_once),
	TEST(s2_08_a_rollback_before_its_charge_keeps_it_from_coming),
	TEST(s2_10_each_refusal_has_its_code_and_stores_nothing),
};

TAP_MAIN(TESTS)
