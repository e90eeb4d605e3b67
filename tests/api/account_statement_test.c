/* A statement against a model that adds up by itself: many transfers over many days, from every
 * date to every other. */
#include "base/id.h"
#include "base/time.h"
#include "sys/rand.h"

#include "ledger_kit.h"

enum { MOVES = 400, DAYS = 12 };
#define STEP_MS (DAYS * DAY_MS / MOVES)
#define BASE "/v1/accounts/user:1/gold/statement"

struct move {
	int64_t amount, balance; /* of user:1; amount 0: another's, or a hold */
	int64_t reason;
	int32_t date;
	char transfer[ID_TEXT];
};
static struct move moves[MOVES];

static void post_move(const struct fixture *f, int i, int64_t amount, const char *user)
{
	char body[300];
	struct reply r;

	(void)snprintf(body, sizeof(body),
		       "{\"request_id\":\"m%d\",\"from\":\"%s%s/gold\",\"to\":\"%s%s/gold\","
		       "\"amount\":%lld,\"reason\":%d,\"memo\":\"=%d\",\"ref\":\"%s\"}",
		       i, amount < 0 ? "user:" : "system", amount < 0 ? user : "",
		       amount < 0 ? "system" : "user:", amount < 0 ? "" : user,
		       (long long)(amount < 0 ? -amount : amount), amount < 0 ? 300003 : 300002, i,
		       i % 2 ? "a\\\"b" : "-7");
	CALL(ask(f, f->a.key, "POST", "/v1/transfers", body, &r));
	EXPECT_INT(201, r.wire.status);
	(void)snprintf(moves[i].transfer, ID_TEXT, "%s", reply_text(&r, "id"));
	reply_free(&r);
}

static void make_history(const struct fixture *f)
{
	struct rand *rand = rand_seeded(5);
	int64_t balance = 0;

	CALL(ledger_begin(f, &f->a, 0));
	for (int i = 0; i < MOVES; i++) {
		int64_t amount = 1 + (int64_t)rand_below(rand, 50), id;
		bool mine = rand_below(rand, 3) > 0;

		fixture_clock(f, STEP_MS * (i + 1));
		if (mine && balance > 50 && rand_below(rand, 2) == 0)
			amount = -amount;
		balance += mine ? amount : 0;
		moves[i] = (struct move){ .amount = mine ? amount : 0,
					  .balance = balance,
					  .reason = amount < 0 ? 300003 : 300002 };
		if (i == MOVES / 2)
			CALL(must_post(f, f->a.key, "/v1/holds",
				       "{\"request_id\":\"h\",\"account\":\"user:1/gold\","
				       "\"amount\":1,\"reason\":300003}",
				       201));
		CALL(post_move(f, i, amount, mine ? "1" : "2"));
		CHECK(id_read(ID_TRANSFER, str_of(moves[i].transfer), &id) == ERR_OK);
		moves[i].date = china_date(id_ms(id));
	}
	rand_free(rand);
}

static void date_text(int day, char out[11])
{
	char text[LOCAL_TEXT];
	int64_t id;

	CHECK(id_read(ID_TRANSFER, str_of(moves[0].transfer), &id) == ERR_OK);
	china_write(id_ms(id) + day * DAY_MS, text);
	text[10] = '\0';
	memcpy(out, text, 11);
}

static int32_t date_number(const char text[11])
{
	int year, month, day;

	CHECK(sscanf(text, "%d-%d-%d", &year, &month, &day) == 3);
	return year * 10000 + month * 100 + day;
}

/* What the model says of the days since .. until. */
struct sums {
	int64_t opening, closing, in, out, lines, in_lines, out_lines;
};

static struct sums model(const char *since, const char *until)
{
	struct sums s = { 0 };

	for (int i = 0; i < MOVES; i++) {
		if (moves[i].date < date_number(since))
			s.opening = moves[i].balance;
		if (moves[i].date <= date_number(until))
			s.closing = moves[i].balance;
		if (moves[i].date < date_number(since) || moves[i].date > date_number(until))
			continue;
		s.in += moves[i].amount > 0 ? moves[i].amount : 0;
		s.out -= moves[i].amount < 0 ? moves[i].amount : 0;
		s.in_lines += moves[i].amount > 0;
		s.out_lines += moves[i].amount < 0;
	}
	s.lines = s.in_lines + s.out_lines;
	return s;
}

struct by_reason {
	int64_t reason, in, out, lines;
	const char *name;
};

static void reason_is(const struct reply *r, int place, const struct by_reason *want)
{
	char path[40];

	(void)snprintf(path, sizeof(path), "reasons.%d.reason", place);
	EXPECT_INT(want->reason, reply_integer(r, path));
	(void)snprintf(path, sizeof(path), "reasons.%d.name", place);
	EXPECT_STR(want->name, reply_text(r, path));
	(void)snprintf(path, sizeof(path), "reasons.%d.in", place);
	EXPECT_INT(want->in, reply_integer(r, path));
	(void)snprintf(path, sizeof(path), "reasons.%d.out", place);
	EXPECT_INT(want->out, reply_integer(r, path));
	(void)snprintf(path, sizeof(path), "reasons.%d.lines", place);
	EXPECT_INT(want->lines, reply_integer(r, path));
}

/* Of the whole, and of each reason that has a line, by their codes. */
static void sums_are(const struct reply *r, const struct sums *s)
{
	int at = 0;

	EXPECT_INT(s->opening, reply_integer(r, "opening_balance"));
	EXPECT_INT(s->closing, reply_integer(r, "closing_balance"));
	EXPECT_INT(s->in, reply_integer(r, "in"));
	EXPECT_INT(s->out, reply_integer(r, "out"));
	EXPECT_INT(s->lines, reply_integer(r, "lines_count"));
	EXPECT_INT(s->closing, s->opening + s->in - s->out);
	if (s->in_lines > 0)
		CALL(reason_is(r, at++,
			       &(struct by_reason){ 300002, s->in, 0, s->in_lines, "红包" }));
	if (s->out_lines > 0)
		CALL(reason_is(r, at++,
			       &(struct by_reason){ 300003, 0, s->out, s->out_lines, "消费" }));
	EXPECT_INT(at, json_array_size(reply_at(r, "reasons")));
}

/* All lines from page to page: each balance is the one before it and its amount. */
static void lines_are(const struct fixture *f, const char *since, const char *until)
{
	char path[300], after[ID_TEXT] = "";
	struct sums want = model(since, until);
	int64_t balance = want.opening, lines = 0;
	bool more = true;
	int at = 0;

	while (more) {
		struct reply r;
		size_t n;

		(void)snprintf(path, sizeof(path), BASE "?since=%s&until=%s&limit=60%s%s", since,
			       until, *after != '\0' ? "&after=" : "", after);
		CALL(ask(f, f->a.key, "GET", path, NULL, &r));
		EXPECT_INT(200, r.wire.status);
		CALL(sums_are(&r, &want));
		n = json_array_size(json_object_get(r.json, "lines"));
		for (size_t i = 0; i < n; i++, lines++, at++) {
			while (moves[at].amount == 0 || moves[at].date < date_number(since))
				at++;
			(void)snprintf(path, sizeof(path), "lines.%zu.transfer", i);
			EXPECT_STR(moves[at].transfer, reply_text(&r, path));
			(void)snprintf(path, sizeof(path), "lines.%zu.amount", i);
			balance += json_integer_value(reply_at(&r, path));
			(void)snprintf(path, sizeof(path), "lines.%zu.balance", i);
			EXPECT_INT(balance, reply_integer(&r, path));
			(void)snprintf(path, sizeof(path), "lines.%zu.name", i);
			EXPECT_STR(moves[at].amount > 0 ? "红包" : "消费", reply_text(&r, path));
		}
		more = reply_bool(&r, "has_more");
		(void)snprintf(after, sizeof(after), "%s", n > 0 ? moves[at - 1].transfer : "");
		reply_free(&r);
	}
	EXPECT_INT(want.closing, balance);
	EXPECT_INT(want.lines, lines);
}

static void s0_02_s0_29_statements_add_up_from_every_day_to_every_other(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char since[11], until[11];

	fixture_begin(&f);
	CALL(make_history(&f));
	for (int from = -1; from <= DAYS + 1; from += 2) {
		for (int to = from; to <= DAYS + 1; to += 3) {
			date_text(from, since);
			date_text(to, until);
			CALL(lines_are(&f, since, until));
		}
	}
}

static void a_statement_of_an_account_without_a_past_is_empty(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	CALL(ask(&f, f.a.key, "GET", BASE, NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_INT(0, reply_integer(&r, "opening_balance"));
	EXPECT_INT(0, reply_integer(&r, "lines_count"));
	EXPECT(reply_at(&r, "lines.0") == NULL && !reply_bool(&r, "has_more"));
	EXPECT(strcmp(reply_text(&r, "since") + 8, "01") == 0);
	reply_free(&r);
}

static void as_csv_it_is_safe_and_complete(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char since[11], until[11], path[300], field[200];
	struct question q = { NULL, "GET", path, NULL, "Accept: text/csv\r\n" };
	struct wire_answer wire;
	struct sums want;
	int64_t lines = 0;

	fixture_begin(&f);
	CALL(make_history(&f));
	q.key = f.a.key;
	date_text(0, since);
	date_text(DAYS + 1, until);
	want = model(since, until);
	(void)snprintf(path, sizeof(path), BASE "?since=%s&until=%s", since, until);
	EXPECT(send_question(&f, &q, &wire));
	EXPECT_INT(200, wire.status);
	EXPECT(wire_field(&wire, "Content-Type", field, sizeof(field)));
	EXPECT_STR("text/csv; charset=utf-8", field);
	EXPECT(wire_field(&wire, "Content-Disposition", field, sizeof(field)));
	EXPECT(!wire_field(&wire, "Link", field, sizeof(field)));
	EXPECT(strncmp(wire.body, "\xef\xbb\xbf时间,", 10) == 0);
	EXPECT(strstr(wire.body, "\r\n期初余额,,,,,,,,0,,\r\n") != NULL);
	(void)snprintf(field, sizeof(field), "\r\n期末余额,,,,,,,,%lld,,\r\n",
		       (long long)want.closing);
	EXPECT(strstr(wire.body, field) != NULL);
	for (const char *p = wire.body; (p = strstr(p, "\r\n")) != NULL; p += 2)
		lines++;
	EXPECT_INT(want.lines + 3, lines);
	/* "=7" is a formula and "-7" a number to a spreadsheet; with ' it is a text. */
	EXPECT(strstr(wire.body, ",\"'=") != NULL && strstr(wire.body, ",\"=") == NULL);
	EXPECT(strstr(wire.body, ",\"'-7\"") != NULL && strstr(wire.body, ",\"-7\"") == NULL);
	EXPECT(strstr(wire.body, "\"a\"\"b\"") != NULL);
	wire_answer_free(&wire);

	(void)snprintf(path, sizeof(path), BASE "?since=%s&until=%s&format=csv&limit=10", since,
		       until);
	q.fields = NULL;
	EXPECT(send_question(&f, &q, &wire));
	EXPECT(wire_field(&wire, "Link", field, sizeof(field)));
	EXPECT(strstr(wire.body, "期初余额") != NULL && strstr(wire.body, "期末余额") == NULL);
	EXPECT(field[0] == '<' && strstr(field, ">; rel=\"next\"") != NULL);
	wire_answer_free(&wire);
	*strchr(field, '>') = '\0';
	(void)snprintf(path, sizeof(path), "%s", field + 1);
	EXPECT(send_question(&f, &q, &wire));
	EXPECT_INT(200, wire.status);
	EXPECT(strstr(wire.body, "期初余额") == NULL);
	EXPECT(wire_field(&wire, "Link", field, sizeof(field)));
	wire_answer_free(&wire);
}

static void statements_that_cannot_be(void)
{
	static const struct {
		const char *path;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ BASE "?since=2026-02-30", 400, "invalid_request", "since" },
		{ BASE "?until=2026-2-3", 400, "invalid_request", "until" },
		{ BASE "?since=2026-11-02&until=2026-11-01", 400, "invalid_request", "since" },
		{ BASE "?format=xml", 400, "invalid_request", "format" },
		{ BASE "?limit=101", 400, "invalid_request", "limit" },
		{ BASE "?after=x", 400, "invalid_request", "after" },
		{ BASE "?after=tr_0000000000001", 400, "invalid_request", "after" },
		{ BASE "?of=x", 400, "invalid_request", "of" },
		{ "/v1/accounts/user:1/silver/statement", 404, "not_found", "asset" },
		{ "/v1/accounts/robot:1/gold/statement", 400, "unknown_holder_kind", "holder" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 10));
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(&f, &(struct question){ f.a.key, "GET", WRONG[i].path, NULL, NULL },
			     WRONG[i].status, WRONG[i].code, WRONG[i].param));
}

/* More lines than one read looks at; yesterday's statement skips them all. */
static void a_long_statement_takes_several_reads(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct question q = { NULL, "GET", BASE "?format=csv", NULL, NULL };
	char path[200], today[LOCAL_TEXT], yesterday[LOCAL_TEXT];
	struct wire_answer wire;
	struct reply r;
	int lines = 0;

	fixture_begin(&f);
	CALL(ledger_begin(&f, &f.a, 0));
	china_write(f.clock->wall_ms(f.clock), yesterday);
	fixture_clock(&f, DAY_MS);
	china_write(f.clock->wall_ms(f.clock), today);
	today[10] = yesterday[10] = '\0';
	for (int i = 0; i < 6; i++)
		EXPECT_ERR(ERR_OK, store_write(f.services.store, f.a.merchant, facts_post,
					       &(struct facts){ "user:1", 1, 1000 }, NULL));
	(void)snprintf(path, sizeof(path), BASE "?since=%s", today);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(6000, reply_integer(&r, "closing_balance"));
	EXPECT_INT(6000, reply_integer(&r, "lines_count"));
	EXPECT_STR("充值", reply_text(&r, "reasons.0.name"));
	EXPECT_INT(20, json_array_size(json_object_get(r.json, "lines")));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), BASE "?since=%s&until=%s", yesterday, yesterday);
	CALL(ask(&f, f.a.key, "GET", path, NULL, &r));
	EXPECT_INT(0, reply_integer(&r, "closing_balance"));
	EXPECT_INT(0, reply_integer(&r, "lines_count"));
	reply_free(&r);
	(void)snprintf(path, sizeof(path), BASE "?since=%s&format=csv", today);
	q.key = f.a.key;
	q.path = path;
	EXPECT(send_question(&f, &q, &wire));
	for (const char *p = wire.body; (p = strstr(p, "\r\n")) != NULL; p += 2)
		lines++;
	EXPECT_INT(6003, lines);
	wire_answer_free(&wire);
}

static const struct tap_test TESTS[] = {
	TEST(s0_02_s0_29_statements_add_up_from_every_day_to_every_other),
	TEST(a_statement_of_an_account_without_a_past_is_empty),
	TEST(as_csv_it_is_safe_and_complete),
	TEST(a_long_statement_takes_several_reads),
	TEST(statements_that_cannot_be),
};

TAP_MAIN(TESTS)
