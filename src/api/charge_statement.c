/* charge_statement.c - /v1/charges/statement and compare: a day here, and as the caller has it. */
#include "api/api.h"
#include "app/charge.h"
#include "app/charge_compare.h"
#include "base/codec.h"
#include "base/money.h"
#include "sys/crypto.h"

#include <stdio.h>
#include <string.h>

struct show_ask {
	struct statement_ask day;
	bool csv;
};

static enum err show_flow(struct http_ask *ask, struct http_reply *reply);
static enum err compare_flow(struct http_ask *ask, struct http_reply *reply);

/* clang-format off */
#define ACCOUNT_MEMBERS(name_) \
	{ "object", MEMBER_TEXT, .words = name_, .example = "\"" name_ "\"", \
	  .doc = "what this is" }, \
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" }, \
	{ "account", MEMBER_TEXT, .example = "\"app:app_0HZX3K9F2M7QA/cny\"", \
	  .doc = "the calling app's account" }, \
	{ "date", MEMBER_TEXT, .example = "\"2026-11-22\"", .doc = "a day of UTC+8" }, \
	{ "finished", MEMBER_BOOL, .example = "true", \
	  .doc = "true: the day is over and its lines never change" }

static const struct member LINE_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QA\"", .doc = "its transfer" },
	{ "kind", MEMBER_TEXT, .words = "charge|rollback", .example = "\"charge\"",
	  .doc = "what it is" },
	{ "request_id", MEMBER_TEXT, .example = "\"c-1001\"",
	  .doc = "the number it was asked for by" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "29700",
	  .doc = "the asset's smallest units: out of the account by a charge, back by a rollback" },
	{ "state", MEMBER_TEXT, .words = "charged|rolled_back", .example = "\"charged\"",
	  .doc = "what became of the charge before the day was over" },
	{ "number", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "100000001",
	  .doc = "the charge's number" },
	{ "charge", MEMBER_TEXT, .example = "\"chg_0HZX3K9F2M7QA\"", .doc = "the charge" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ 0 }
};
static const struct schema LINE = { "charge_line", LINE_MEMBERS };

static const struct member MEMBERS[] = {
	ACCOUNT_MEMBERS("charge_statement"),
	{ "count", MEMBER_INTEGER, .lo = 0, .hi = STATEMENT_LINES_MAX, .example = "1",
	  .doc = "how many lines follow" },
	{ "charges", MEMBER_INTEGER, .lo = 0, .hi = STATEMENT_LINES_MAX, .example = "1",
	  .doc = "how many of them are charges" },
	{ "charged", MEMBER_INTEGER, .example = "29700", .doc = "the sum of these" },
	{ "rollbacks", MEMBER_INTEGER, .lo = 0, .hi = STATEMENT_LINES_MAX, .example = "0",
	  .doc = "how many are roll-backs" },
	{ "rolled_back", MEMBER_INTEGER, .example = "0", .doc = "the sum of these" },
	{ "sha256", MEMBER_TEXT, .example = "\"9f86d081…\"",
	  .doc = "of the bytes that the same question with format=csv gives" },
	{ "lines", MEMBER_ARRAY, .of = &LINE, .doc = "in the order in which they came" },
	{ "has_more", MEMBER_BOOL, .example = "false",
	  .doc = "true: go on with after= the last line's id" },
	{ 0 }
};
static const struct schema STATEMENT = { "charge_statement", MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "date", MEMBER_TEXT, MEMBER_NEEDED, .lo = 10, .hi = 10, .example = "\"2026-11-22\"",
	  .doc = "a day of UTC+8" },
	{ "asset", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = ASSET_CODE_MAX,
	  .example = "\"cny\"", .doc = "cny when left out" },
	{ "format", MEMBER_TEXT, MEMBER_OPTIONAL, .words = "json|csv", .example = "\"csv\"",
	  .doc = "csv: the lines only, with a Link to the next ones if there are more" },
	{ "after", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"tr_0HZX3K9F2M7QA\"",
	  .doc = "the line to go on behind" },
	{ "limit", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = STATEMENT_LINES_MAX,
	  .example = "20000", .doc = "at most so many lines; 20000 when left out" },
	{ 0 }
};
static const struct schema SHOW_QUERY = { "charge_statement_query", QUERY_MEMBERS };

static const struct member COMPARE_QUERY_MEMBERS[] = {
	{ "date", MEMBER_TEXT, MEMBER_NEEDED, .lo = 10, .hi = 10, .example = "\"2026-11-22\"",
	  .doc = "a day of UTC+8" },
	{ "asset", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = ASSET_CODE_MAX,
	  .example = "\"cny\"", .doc = "cny when left out" },
	{ 0 }
};
static const struct schema COMPARE_QUERY = { "charge_compare_query", COMPARE_QUERY_MEMBERS };

static const struct member DIFFERENCE_MEMBERS[] = {
	{ "kind", MEMBER_TEXT, .words = "charge|rollback", .example = "\"charge\"",
	  .doc = "what it is" },
	{ "request_id", MEMBER_TEXT, .example = "\"c-1001\"", .doc = "its number" },
	{ "line", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "7",
	  .doc = "the line of what was sent; null: missing there" },
	{ "amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "29700",
	  .doc = "here; null: missing here" },
	{ "their_amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "29800", .doc = "there" },
	{ "state", MEMBER_TEXT, MEMBER_OPTIONAL, .words = "charged|rolled_back",
	  .example = "\"charged\"", .doc = "here" },
	{ "their_state", MEMBER_TEXT, MEMBER_OPTIONAL,
	  .words = "charged|rolled_back|refused|cancelled", .example = "\"charged\"",
	  .doc = "there" },
	{ 0 }
};
static const struct schema DIFFERENCE = { "charge_difference", DIFFERENCE_MEMBERS };

static const struct member LIST_MEMBERS[] = {
	{ "count", MEMBER_INTEGER, .example = "1", .doc = "how many there are" },
	{ "lines", MEMBER_ARRAY, .lo = 0, .hi = COMPARE_LISTED_MAX, .of = &DIFFERENCE,
	  .doc = "the first 1000 of them" },
	{ 0 }
};
static const struct schema LIST = { "charge_differences", LIST_MEMBERS };

static const struct member COMPARISON_MEMBERS[] = {
	ACCOUNT_MEMBERS("charge_comparison"),
	{ "here", MEMBER_INTEGER, .example = "1", .doc = "how many lines this day has here" },
	{ "there", MEMBER_INTEGER, .example = "1", .doc = "how many were sent" },
	{ "agree", MEMBER_INTEGER, .example = "0", .doc = "how many say the same" },
	{ "missing_here", MEMBER_OBJECT, .of = &LIST,
	  .doc = "charged or rolled back there, and not here on this day" },
	{ "missing_there", MEMBER_OBJECT, .of = &LIST, .doc = "here, and not there" },
	{ "amount_differs", MEMBER_OBJECT, .of = &LIST, .doc = "on both sides, another amount" },
	{ "state_differs", MEMBER_OBJECT, .of = &LIST, .doc = "on both sides, another state" },
	{ 0 }
};
static const struct schema COMPARISON = { "charge_comparison", COMPARISON_MEMBERS };

const struct route API_CHARGE_STATEMENT[] = {
	{ .method = "GET", .path = "/v1/charges/statement", .kind = ROUTE_FLOW,
	  .scope = SCOPE_READ,
	  .summary = "Shows a day of charges and roll-backs, as JSON or as CSV",
	  .query = &SHOW_QUERY, .reply = &STATEMENT, .flow = show_flow },
	{ .method = "POST", .path = "/v1/charges/compare", .kind = ROUTE_FLOW,
	  .scope = SCOPE_WRITE, .media = "text/csv", .body_max = COMPARE_BYTES_MAX,
	  .summary = "Compares a day with lines of kind,request_id,amount,state",
	  .query = &COMPARE_QUERY, .reply = &COMPARISON, .flow = compare_flow },
	{ 0 }
};
/* clang-format on */

static enum err read_day(const struct http_ask *ask, struct statement_ask *day)
{
	char date[DATE_TEXT] = "";

	day->app = ask->caller.app;
	(void)snprintf(day->asset, sizeof(day->asset), "cny");
	TRY(http_query_text(ask, "asset", day->asset, sizeof(day->asset)));
	return api_query_day(ask, "date", date, &day->day_ms);
}

static enum err show_read(const struct http_ask *ask, struct show_ask *a)
{
	char format[8] = "json";

	TRY(read_day(ask, &a->day));
	a->day.limit = STATEMENT_LINES_MAX;
	TRY(http_query_integer(ask, "limit", 1, STATEMENT_LINES_MAX, &a->day.limit));
	TRY(http_query_id(ask, "after", ID_TRANSFER, &a->day.after));
	TRY(http_query_text(ask, "format", format, sizeof(format)));
	a->csv = strcmp(format, "csv") == 0;
	if (!a->csv && strcmp(format, "json") != 0)
		FAIL_AT(ERR_INVALID, "format", "format must be json or csv");
	return ERR_OK;
}

static void begin_object(const struct http_ask *ask, const struct statement_ask *day,
			 const char *name, bool finished, struct jout *w)
{
	char holder[HOLDER_MAX + 1], account[HOLDER_MAX + ASSET_CODE_MAX + 2], date[DATE_TEXT];

	china_day_write(day->day_ms, date);
	charge_holder(day->app, holder);
	(void)snprintf(account, sizeof(account), "%s/%s", holder, day->asset);
	http_object(ask, w, 0, 0, name);
	jout_text(w, "account", account);
	jout_text(w, "date", date);
	jout_bool(w, "finished", finished);
}

static void write_sums(const struct statement *s, struct jout *w)
{
	jout_integer(w, "count", (int64_t)s->n);
	jout_integer(w, "charges", s->count[0]);
	jout_integer(w, "charged", s->sum[0]);
	jout_integer(w, "rollbacks", s->count[1]);
	jout_integer(w, "rolled_back", s->sum[1]);
}

static void write_line(const struct statement_line *l, struct jout *w)
{
	jout_object(w, NULL);
	jout_id(w, "id", ID_TRANSFER, l->id);
	jout_text(w, "kind", l->rollback ? "rollback" : "charge");
	jout_text(w, "request_id", l->request_id);
	jout_integer(w, "amount", l->amount);
	jout_text(w, "state", statement_state(l));
	if (l->number != 0)
		jout_integer(w, "number", l->number);
	else
		jout_null(w, "number");
	jout_id(w, "charge", ID_CHARGE, l->charge);
	jout_time(w, "created_at", l->at);
	jout_object_end(w);
}

static void csv_encode(const struct http_ask *ask, const struct show_ask *a,
		       const struct statement *s, struct http_reply *reply)
{
	char last[ID_TEXT], date[DATE_TEXT];

	reply->type = "text/csv; charset=utf-8";
	statement_csv(s, &reply->body);
	if (!s->more)
		return;
	china_day_write(a->day.day_ms, date);
	id_write(ID_TRANSFER, s->lines[s->n - 1].id, last);
	http_reply_field(
		reply, "Link",
		str_of(arena_printf(ask->arena,
				    "</v1/charges/statement?date=%s&asset=%s&format=csv&after=%s"
				    "&limit=%lld>; rel=\"next\"",
				    date, a->day.asset, last, (long long)a->day.limit)));
}

static void show_write(const struct http_ask *ask, const struct show_ask *a,
		       const struct statement *s, struct http_reply *reply)
{
	struct jout csv, *w = &reply->body;
	uint8_t sum[SHA256_BYTES];
	char hex[HEX_TEXT(SHA256_BYTES)];

	if (a->csv) {
		csv_encode(ask, a, s, reply);
		return;
	}
	jout_open(&csv);
	statement_csv(s, &csv);
	sha256((struct str){ csv.p, csv.n }, sum);
	hex_write(sum, sizeof(sum), hex);
	jout_free(&csv);
	begin_object(ask, &a->day, "charge_statement", s->finished, w);
	write_sums(s, w);
	jout_text(w, "sha256", hex);
	jout_array(w, "lines");
	for (size_t i = 0; i < s->n; i++)
		write_line(&s->lines[i], w);
	jout_array_end(w);
	jout_bool(w, "has_more", s->more);
	jout_object_end(w);
}

static enum err show_flow(struct http_ask *ask, struct http_reply *reply)
{
	struct statement *s = arena_alloc(ask->arena, sizeof(*s));
	struct show_ask a = { .csv = false };

	TRY(show_read(ask, &a));
	TRY(charge_day(ask->services, ask->caller.merchant, &a.day, s));
	show_write(ask, &a, s, reply);
	return ERR_OK;
}

/* --- comparing --- */

static void write_difference(const struct difference *d, struct jout *w)
{
	bool rollback = d->ours != NULL ? d->ours->rollback : d->theirs->rollback;

	jout_object(w, NULL);
	jout_text(w, "kind", rollback ? "rollback" : "charge");
	if (d->ours != NULL)
		jout_text(w, "request_id", d->ours->request_id);
	else
		jout_str(w, "request_id", d->theirs->request_id);
	if (d->theirs != NULL)
		jout_integer(w, "line", d->theirs->number);
	else
		jout_null(w, "line");
	if (d->ours != NULL)
		jout_integer(w, "amount", d->ours->amount);
	else
		jout_null(w, "amount");
	if (d->theirs != NULL)
		jout_integer(w, "their_amount", d->theirs->amount);
	else
		jout_null(w, "their_amount");
	jout_text(w, "state", d->ours != NULL ? statement_state(d->ours) : NULL);
	jout_text(w, "their_state", d->theirs != NULL ? theirs_name(d->theirs->state) : NULL);
	jout_object_end(w);
}

static void write_differences(const char *name, const struct differences *d, struct jout *w)
{
	jout_object(w, name);
	jout_integer(w, "count", d->count);
	jout_array(w, "lines");
	for (size_t i = 0; i < d->n; i++)
		write_difference(&d->listed[i], w);
	jout_array_end(w);
	jout_object_end(w);
}

static enum err compare_flow(struct http_ask *ask, struct http_reply *reply)
{
	struct comparison *c = arena_alloc(ask->arena, sizeof(*c));
	struct statement_ask day = { .app = 0 };
	struct jout *w = &reply->body;
	struct compare_file file;

	TRY(read_day(ask, &day));
	TRY(compare_read(ask->body, ask->arena, &file));
	TRY(charge_compare(ask->services, ask->caller.merchant, &day, &file, ask->arena, c));
	begin_object(ask, &day, "charge_comparison", c->finished, w);
	jout_integer(w, "here", c->here);
	jout_integer(w, "there", c->there);
	jout_integer(w, "agree", c->agree);
	write_differences("missing_here", &c->missing_here, w);
	write_differences("missing_there", &c->missing_there, w);
	write_differences("amount_differs", &c->amount_differs, w);
	write_differences("state_differs", &c->state_differs, w);
	jout_object_end(w);
	return ERR_OK;
}
