/* A day's statement of an app's charges, and the caller's own lines held against it. */
#include "charge_kit.h"

#include "app/charge_statement.h"
#include "base/codec.h"
#include "base/time.h"

#define HOUR INT64_C(3600000)

/* The clock's noon of a day in UTC+8, `days` after today, and that day as text. */
static void noon(const struct fixture *f, int days, char date[DATE_TEXT])
{
	struct timespec now;
	int64_t wall, at;

	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
	wall = (int64_t)now.tv_sec * 1000;
	at = (wall + CHINA_MS) / DAY_MS * DAY_MS - CHINA_MS + (days + 1) * DAY_MS + 12 * HOUR;
	fixture_clock(f, at - wall);
	china_day_write(at, date);
}

static void roll_back(const struct fixture *f, const char *charge, const char *id)
{
	char path[100], body[100];

	(void)snprintf(path, sizeof(path), "/v1/charges/key:%s/rollback", charge);
	(void)snprintf(body, sizeof(body), "{\"request_id\":\"%s\"}", id);
	CALL(must_post(f, f->a.key, path, body, 200));
}

static void get_day(const struct fixture *f, const char *date, const char *more, struct reply *r)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "/v1/charges/statement?date=%s%s", date, more);
	CALL(ask(f, f->a.key, "GET", path, NULL, r));
	EXPECT_INT(200, r->wire.status);
}

static void get_csv(const struct fixture *f, const char *date, const char *more,
		    struct wire_answer *out)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "/v1/charges/statement?date=%s&format=csv%s", date,
		       more);
	EXPECT(send_question(f, &(struct question){ f->a.key, "GET", path, NULL, NULL }, out));
	EXPECT_INT(200, out->status);
	EXPECT(strstr(out->head, "text/csv") != NULL);
}

/* Sends a CSV to compare. */
static void compare(const struct fixture *f, const char *date, const char *csv, struct reply *r)
{
	char path[100];
	struct str bytes;
	struct wire w = wire_open(http_url(f->http));
	char *text = malloc(strlen(csv) + 1000);
	int n;

	CHECK(text != NULL);
	(void)snprintf(path, sizeof(path), "/v1/charges/compare?date=%s", date);
	n = sprintf(text,
		    "POST %s HTTP/1.1\r\nHost: tael\r\nAuthorization: Bearer %s\r\n"
		    "Content-Type: text/csv\r\nContent-Length: %zu\r\n\r\n%s",
		    path, f->a.key, strlen(csv), csv);
	bytes = (struct str){ text, (size_t)n };
	*r = (struct reply){ .json = NULL };
	EXPECT(w.fd >= 0 && wire_send(&w, bytes.p, bytes.n) && wire_read(&w, &r->wire));
	wire_close(&w);
	free(text);
	reply_parse(r);
	CALL(reply_check(f->router, "POST", path, r));
}

static void s2_12_a_day_has_a_line_for_each_charge_and_rollback(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char first[DATE_TEXT], second[DATE_TEXT], hex[HEX_TEXT(SHA256_BYTES)], *day_one;
	struct wire_answer csv;
	uint8_t sum[SHA256_BYTES];
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	noon(&f, 0, first);
	CALL(post_charge(&f, "c-1", 1));
	CALL(post_charge(&f, "c-2", 2));
	CALL(post_charge(&f, "c-3", 3));
	CALL(roll_back(&f, "c-2", "b-2"));
	CALL(get_day(&f, first, "", &r));
	EXPECT(!reply_bool(&r, "finished") && !reply_bool(&r, "has_more"));
	EXPECT_INT(4, reply_integer(&r, "count"));
	EXPECT_INT(3, reply_integer(&r, "charges"));
	EXPECT_INT(1500, reply_integer(&r, "charged"));
	EXPECT_INT(1, reply_integer(&r, "rollbacks"));
	EXPECT_INT(500, reply_integer(&r, "rolled_back"));
	EXPECT_STR("charged", reply_text(&r, "lines.0.state"));
	EXPECT_STR("rolled_back", reply_text(&r, "lines.1.state"));
	EXPECT_STR("rollback", reply_text(&r, "lines.3.kind"));
	EXPECT_STR("b-2", reply_text(&r, "lines.3.request_id"));
	CALL(get_csv(&f, first, "", &csv));
	sha256(str_of(csv.body), sum);
	hex_write(sum, sizeof(sum), hex);
	EXPECT_STR(hex, reply_text(&r, "sha256"));
	day_one = strdup(csv.body);
	CHECK(day_one != NULL);
	wire_answer_free(&csv);
	reply_free(&r);

	/* What happens to its charges later is of a later day. */
	noon(&f, 1, second);
	CALL(roll_back(&f, "c-3", "b-3"));
	CALL(get_day(&f, first, "", &r));
	EXPECT(reply_bool(&r, "finished"));
	EXPECT_STR(hex, reply_text(&r, "sha256"));
	reply_free(&r);
	CALL(get_csv(&f, first, "", &csv));
	EXPECT_STR(day_one, csv.body);
	EXPECT(strncmp(csv.body, "kind,request_id,amount,state,number,charge,created_at\n", 54) ==
	       0);
	wire_answer_free(&csv);
	free(day_one);
	CALL(get_day(&f, second, "", &r));
	EXPECT_INT(1, reply_integer(&r, "count"));
	EXPECT_INT(750, reply_integer(&r, "rolled_back"));
	reply_free(&r);

	/* A page at a time they are the same lines. */
	CALL(get_day(&f, first, "&limit=3", &r));
	EXPECT(reply_bool(&r, "has_more") && reply_integer(&r, "count") == 3);
	(void)snprintf(hex, sizeof(hex), "&after=%s", reply_text(&r, "lines.2.id"));
	reply_free(&r);
	CALL(get_day(&f, first, hex, &r));
	EXPECT_INT(1, reply_integer(&r, "count"));
	EXPECT_STR("b-2", reply_text(&r, "lines.0.request_id"));
	reply_free(&r);
	CALL(get_csv(&f, first, "&limit=3", &csv));
	EXPECT(strstr(csv.head, "rel=\"next\"") != NULL);
	wire_answer_free(&csv);
	CALL(refused(&f,
		     &(struct question){ f.a.key, "GET", "/v1/charges/statement?date=2026-02-30",
					 NULL, NULL },
		     400, "invalid_request", "date"));
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/v1/charges/statement", NULL, NULL },
		     400, "invalid_request", "date"));
}

/* A day is finished once nothing of it can come any more, not by what the clock says. */
static void s2_12_the_clock_steps_back_across_midnight(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char day[DATE_TEXT], next[DATE_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	noon(&f, 0, day);
	CALL(post_charge(&f, "c-1", 1));
	noon(&f, 1, next);
	noon(&f, 0, day);
	/* Nobody has asked on the next day: this one goes on. */
	CALL(post_charge(&f, "c-2", 1));
	CALL(get_day(&f, day, "", &r));
	EXPECT(!reply_bool(&r, "finished"));
	EXPECT_INT(2, reply_integer(&r, "count"));
	reply_free(&r);

	/* Whoever is told that it is finished sees all of it, though nothing else happened. */
	noon(&f, 1, next);
	CALL(compare(&f, day, "kind,request_id,amount,state\n", &r));
	EXPECT(reply_bool(&r, "finished"));
	reply_free(&r);
	noon(&f, 0, day);
	CALL(post_charge(&f, "c-3", 1));
	CALL(get_day(&f, day, "", &r));
	EXPECT(reply_bool(&r, "finished"));
	EXPECT_INT(2, reply_integer(&r, "count"));
	reply_free(&r);
	CALL(get_day(&f, next, "", &r));
	EXPECT(!reply_bool(&r, "finished"));
	EXPECT_INT(1, reply_integer(&r, "count"));
	EXPECT_STR("c-3", reply_text(&r, "lines.0.request_id"));
	reply_free(&r);
}

/* Ids end in 2109: days after that have nothing, also those whose ids would come round again to
 * those of today. */
static void s2_12_days_beyond_the_last_id_are_empty(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char date[DATE_TEXT];
	struct timespec now;
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	CALL(post_charge(&f, "c-1", 1));
	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
	for (int day = -1; day <= 1; day++) {
		china_day_write((int64_t)now.tv_sec * 1000 + (INT64_C(1) << 43) + day * DAY_MS,
				date);
		CALL(get_day(&f, date, "", &r));
		EXPECT_INT(0, reply_integer(&r, "count"));
		EXPECT(!reply_bool(&r, "finished"));
		reply_free(&r);
	}
	CALL(ask(&f, f.a.key, "GET", "/v1/charges?since=2300-01-01T00:00:00Z", NULL, &r));
	EXPECT(reply_at(&r, "data.0") == NULL && !reply_bool(&r, "has_more"));
	reply_free(&r);
	CALL(ask(&f, f.a.key, "GET", "/v1/charges?until=2200-01-01T00:00:00Z", NULL, &r));
	EXPECT_STR("c-1", reply_text(&r, "data.0.request_id"));
	reply_free(&r);
}

static void s2_12_a_statement_sent_back_agrees(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char date[DATE_TEXT];
	struct wire_answer csv;
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	noon(&f, 0, date);
	CALL(post_charge(&f, "c-1", 1));
	CALL(post_charge(&f, "c-2", 2));
	CALL(roll_back(&f, "c-2", "b-2"));
	CALL(get_csv(&f, date, "", &csv));
	CALL(compare(&f, date, csv.body, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(3, reply_integer(&r, "here"));
	EXPECT_INT(3, reply_integer(&r, "agree"));
	EXPECT_INT(0, reply_integer(&r, "missing_here.count"));
	EXPECT_INT(0, reply_integer(&r, "missing_there.count"));
	EXPECT_INT(0, reply_integer(&r, "amount_differs.count"));
	EXPECT_INT(0, reply_integer(&r, "state_differs.count"));
	reply_free(&r);
	wire_answer_free(&csv);
}

static void s2_12_each_difference_is_listed(void)
{
	static const char CSV[] = "kind,request_id,amount,state\r\n"
				  "charge,c-1,250,charged\r\n"
				  "charge,c-2,501,charged\r\n"
				  "charge,c-9,10,charged\r\n"
				  "charge,c-3,750,rolled_back\r\n"
				  "charge,c-8,10,refused\r\n"
				  "charge,c-7,10,cancelled\r\n"
				  "rollback,c-1,250,rolled_back\r\n";
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char date[DATE_TEXT];
	struct reply r;

	fixture_begin(&f);
	CALL(charges_begin(&f, &f.a, 10000));
	noon(&f, 0, date);
	CALL(post_charge(&f, "c-1", 1));
	CALL(post_charge(&f, "c-2", 2));
	CALL(post_charge(&f, "c-3", 3));
	CALL(post_charge(&f, "c-4", 4));
	CALL(compare(&f, date, CSV, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(4, reply_integer(&r, "here"));
	EXPECT_INT(7, reply_integer(&r, "there"));
	EXPECT_INT(3, reply_integer(&r, "agree"));
	EXPECT_INT(2, reply_integer(&r, "missing_here.count"));
	EXPECT_STR("c-9", reply_text(&r, "missing_here.lines.0.request_id"));
	EXPECT_INT(4, reply_integer(&r, "missing_here.lines.0.line"));
	EXPECT(reply_null(&r, "missing_here.lines.0.amount"));
	EXPECT_STR("rollback", reply_text(&r, "missing_here.lines.1.kind"));
	EXPECT_INT(1, reply_integer(&r, "missing_there.count"));
	EXPECT_STR("c-4", reply_text(&r, "missing_there.lines.0.request_id"));
	EXPECT_INT(1, reply_integer(&r, "amount_differs.count"));
	EXPECT_INT(500, reply_integer(&r, "amount_differs.lines.0.amount"));
	EXPECT_INT(501, reply_integer(&r, "amount_differs.lines.0.their_amount"));
	EXPECT_INT(1, reply_integer(&r, "state_differs.count"));
	EXPECT_STR("charged", reply_text(&r, "state_differs.lines.0.state"));
	EXPECT_STR("rolled_back", reply_text(&r, "state_differs.lines.0.their_state"));
	reply_free(&r);
}

/* Nothing is guessed: a line that is not understood is named. */
static void s2_12_bad_lines_are_named_by_their_number(void)
{
	static const struct {
		const char *csv, *param, *text;
	} BAD[] = {
		{ "", "line 1", "the first line must begin with" },
		{ "request_id,amount\n", "line 1", "the first line" },
		{ "kind,request_id,amount,states\n", "line 1", "the first line" },
		{ "kind,request_id,amount,state\ncharge,a,1,charged\n\n", "line 3",
		  "kind must be" },
		{ "kind,request_id,amount,state\npay,a,1,charged\n", "line 2", "kind must be" },
		{ "kind,request_id,amount,state\ncharge,a b,1,charged\n", "line 2", "request_id" },
		{ "kind,request_id,amount,state\ncharge,,1,charged\n", "line 2", "request_id" },
		{ "kind,request_id,amount,state\ncharge,a,1.00,charged\n", "line 2", "amount" },
		{ "kind,request_id,amount,state\ncharge,a,0,charged\n", "line 2", "amount" },
		{ "kind,request_id,amount,state\ncharge,a,9007199254740992,charged\n", "line 2",
		  "amount" },
		{ "kind,request_id,amount,state\ncharge,a,1,paid\n", "line 2", "state must be" },
		{ "kind,request_id,amount,state\ncharge,a,1\n", "line 2", "state must be" },
		{ "kind,request_id,amount,state\ncharge,a,1,charged\ncharge,b,1,charged\n"
		  "charge,a,2,charged\n",
		  "line 4", "it repeats line 2" },
		{ "kind,request_id,amount,state\nx,a,1,charged\ncharge,b,1,charged\n"
		  "charge,c,x,charged\n",
		  "line 2", "line 4: amount" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		CALL(compare(&f, "2026-11-22", BAD[i].csv, &r));
		CALL(is_refusal(&r, 400, "invalid_request", BAD[i].param));
		if (strstr(reply_text(&r, "detail"), BAD[i].text) == NULL)
			printf("# %s\n", r.wire.body);
		EXPECT(strstr(reply_text(&r, "detail"), BAD[i].text) != NULL);
		reply_free(&r);
	}
}

/* Two MiB of lines are read; of what differs the first are listed, and all counted. */
static void s2_12_a_large_file_is_counted_in_full(void)
{
	enum { LINES = 60000, LINE = 24 };
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *csv = malloc((LINES + 2) * LINE * 2);
	struct reply r;
	size_t n = 0;

	CHECK(csv != NULL);
	str_add(csv, 64, &n, "kind,request_id,amount,state\n");
	for (int i = 0; i < LINES; i++)
		str_add(csv, (LINES + 2) * LINE * 2, &n, "charge,r-%d,%d,charged\n", i, i + 1);
	fixture_begin(&f);
	CALL(compare(&f, "2026-11-22", csv, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(LINES, reply_integer(&r, "there"));
	EXPECT_INT(LINES, reply_integer(&r, "missing_here.count"));
	EXPECT_INT(1000, json_array_size(reply_at(&r, "missing_here.lines")));
	reply_free(&r);
	free(csv);
}

static const struct tap_test TESTS[] = {
	TEST(s2_12_a_day_has_a_line_for_each_charge_and_rollback),
	TEST(s2_12_the_clock_steps_back_across_midnight),
	TEST(s2_12_days_beyond_the_last_id_are_empty),
	TEST(s2_12_a_statement_sent_back_agrees),
	TEST(s2_12_each_difference_is_listed),
	TEST(s2_12_bad_lines_are_named_by_their_number),
	TEST(s2_12_a_large_file_is_counted_in_full),
};

TAP_MAIN(TESTS)
