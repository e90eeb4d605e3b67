/* account_statement.c - /v1/accounts/{holder}/{asset}/statement: what came in and went out, by
 * days. */
#include "api/api.h"
#include "api/account_csv.h"
#include "app/account_statement.h"
#include "base/money.h"
#include "core/reason.h"
#include "sys/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is asked for, as it was written. */
struct days {
	char since[DATE_TEXT], until[DATE_TEXT];
};

static enum err flow(struct http_ask *ask, struct http_reply *reply);
static enum err read_days(const struct http_ask *ask, struct days *days,
			  struct account_statement_ask *a);
static enum err wants_csv(const struct http_ask *ask, bool *csv);
static void write_json(const struct http_ask *ask, const struct account_statement_ask *a,
		       const struct days *days, const struct account_statement *s, struct jout *w);
static void write_csv(const struct http_ask *ask, const struct account_statement_ask *a,
		      const struct days *days, const struct account_statement *s,
		      struct http_reply *reply);

/* clang-format off */
static const struct member QUERY_MEMBERS[] = {
	{ "since", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 10, .hi = 10, .example = "\"2026-11-01\"",
	  .doc = "the first business date, in Chinese time; default: the first of until's month" },
	{ "until", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 10, .hi = 10, .example = "\"2026-11-30\"",
	  .doc = "the last business date, all of it; not given: today" },
	{ "limit", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = HTTP_LIST_MAX, .example = "20",
	  .doc = "how many lines at most; 20 when not given, 10000 as CSV" },
	{ "after", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"tr_0HZX3K9F2M7QA\"",
	  .doc = "lines after this one; the sums are always those of the whole statement" },
	{ "format", MEMBER_TEXT, MEMBER_OPTIONAL, .words = "json|csv", .example = "\"json\"",
	  .doc = "csv: a table in UTF-8, as `Accept: text/csv` asks for; where more lines follow, "
		 "`Link` names the next" },
	{ 0 }
};
static const struct schema QUERY = { "account_statement_query", QUERY_MEMBERS };

#define SUM(name_, doc_)                                                                 \
	{ name_, MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "800", .doc = doc_ }
#define BALANCE(name_, doc_)                                                             \
	{ name_, MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "800",  \
	  .doc = doc_ }
#define NAMES                                                                            \
	{ "name", MEMBER_TEXT, .example = "\"红包\"", .doc = "the reason's name in Chinese" },\
	{ "name_en", MEMBER_TEXT, .example = "\"red packet\"", .doc = "in English" }
#define REASON                                                                           \
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300002",      \
	  .doc = "the code of a reason" }

static const struct member SUM_MEMBERS[] = {
	REASON, NAMES, SUM("in", "what it brought"), SUM("out", "what it took"),
	SUM("lines", "how many lines it has"), { 0 }
};
static const struct schema SUMS = { "account_statement_reason", SUM_MEMBERS };

static const struct member LINE_MEMBERS[] = {
	{ "transfer", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QA\"", .doc = "the journal's row" },
	{ "at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ "kind", MEMBER_TEXT, .words = "transfer|capture|reversal", .example = "\"transfer\"",
	  .doc = "what was done" },
	{ "counterpart", MEMBER_TEXT, .example = "\"system/gold\"", .doc = "the other account" },
	BALANCE("amount", "what the balance changed by"), BALANCE("balance", "after it"),
	REASON, NAMES,
	{ "memo", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"红包\"", .doc = "for people" },
	{ "ref", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"act-7\"",
	  .doc = "what it belongs to" },
	{ 0 }
};
static const struct schema LINE = { "account_statement_line", LINE_MEMBERS };

static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "statement", .example = "\"statement\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "address", MEMBER_TEXT, .example = "\"user:1001/gold\"", .doc = "holder and asset" },
	{ "since", MEMBER_TEXT, .example = "\"2026-11-01\"", .doc = "the first business date" },
	{ "until", MEMBER_TEXT, .example = "\"2026-11-30\"", .doc = "the last business date" },
	BALANCE("opening_balance", "before the first line"),
	BALANCE("closing_balance", "after the last line"),
	SUM("in", "what came in"), SUM("out", "what went out"),
	SUM("lines_count", "how many lines there are in all; 200000 at most"),
	{ "reasons", MEMBER_ARRAY, .of = &SUMS, .doc = "in and out by reason" },
	{ "lines", MEMBER_ARRAY, .of = &LINE, .doc = "oldest first, what changed the balance" },
	{ "has_more", MEMBER_BOOL, .example = "false", .doc = "lines follow after these" },
	{ 0 }
};
static const struct schema STATEMENT = { "account_statement", MEMBERS };

const struct route API_ACCOUNT_STATEMENT[] = {
	{ .method = "GET", .path = "/v1/accounts/{holder}/{asset}/statement", .kind = ROUTE_FLOW,
	  .scope = SCOPE_READ,
	  .summary = "States what came in and went out of an account, as JSON or CSV",
	  .query = &QUERY, .reply = &STATEMENT, .flow = flow },
	{ 0 }
};
/* clang-format on */

static enum err flow(struct http_ask *ask, struct http_reply *reply)
{
	CLEANUP(account_statement_free) struct account_statement s = { .scale = 0 };
	struct account_statement_ask a = { .limit = 20 };
	int64_t limit = 0;
	struct days days;
	bool csv = false;

	TRY(api_account_name(ask, &a.account));
	TRY(read_days(ask, &days, &a));
	TRY(http_query_integer(ask, "limit", 1, HTTP_LIST_MAX, &limit));
	TRY(http_query_id(ask, "after", ID_TRANSFER, &a.after));
	TRY(wants_csv(ask, &csv));
	if (limit > 0 || csv)
		a.limit = limit > 0 ? (size_t)limit : STATEMENT_PAGE_MAX;
	TRY(account_statement_make(ask->services, ask->caller.merchant, &a, &s));
	if (csv)
		write_csv(ask, &a, &days, &s, reply);
	else
		write_json(ask, &a, &days, &s, &reply->body);
	return ERR_OK;
}

static enum err read_days(const struct http_ask *ask, struct days *days,
			  struct account_statement_ask *a)
{
	china_day_write(http_now(ask), days->until);
	TRY(api_query_day(ask, "until", days->until, &a->until_ms));
	memcpy(days->since, days->until, sizeof(days->since));
	memcpy(days->since + DATE_TEXT - 3, "01", 2);
	TRY(api_query_day(ask, "since", days->since, &a->since_ms));
	if (a->since_ms > a->until_ms)
		FAIL_AT(ERR_INVALID, "since", "since is after until");
	a->until_ms += DAY_MS;
	return ERR_OK;
}

static enum err wants_csv(const struct http_ask *ask, bool *csv)
{
	char format[8] = "";

	TRY(http_query_text(ask, "format", format, sizeof(format)));
	*csv = str_starts(http_header(ask, "Accept"), "text/csv");
	if (*format == '\0')
		return ERR_OK;
	*csv = str_is(str_of(format), "csv");
	if (!*csv && !str_is(str_of(format), "json"))
		FAIL_AT(ERR_INVALID, "format", "format must be json or csv");
	return ERR_OK;
}

static void write_sum(const struct account_statement_sum *sum, struct jout *w)
{
	jout_object(w, NULL);
	jout_integer(w, "reason", sum->reason);
	jout_text(w, "name", sum->name);
	jout_text(w, "name_en", sum->name_en);
	jout_integer(w, "in", sum->in);
	jout_integer(w, "out", sum->out);
	jout_integer(w, "lines", sum->lines);
	jout_object_end(w);
}

static void write_line(const struct account_statement_line *line, const char *asset, struct jout *w)
{
	const struct entry *e = &line->entry;
	char other[ACCOUNT_NAME_TEXT];

	(void)snprintf(other, sizeof(other), "%s/%s", line->other, asset);
	jout_object(w, NULL);
	jout_id(w, "transfer", ID_TRANSFER, e->id);
	jout_time(w, "at", e->at_ms);
	jout_text(w, "kind", posting_kind_name(e->kind));
	jout_text(w, "counterpart", other);
	jout_integer(w, "amount", e->amount);
	jout_integer(w, "balance", e->balance);
	jout_integer(w, "reason", e->reason);
	jout_text(w, "name", line->sum->name);
	jout_text(w, "name_en", line->sum->name_en);
	jout_text(w, "memo", *e->memo != '\0' ? e->memo : NULL);
	jout_text(w, "ref", *e->ref != '\0' ? e->ref : NULL);
	jout_object_end(w);
}

static void write_json(const struct http_ask *ask, const struct account_statement_ask *a,
		       const struct days *days, const struct account_statement *s, struct jout *w)
{
	char address[ACCOUNT_NAME_TEXT];

	(void)snprintf(address, sizeof(address), "%s/%s", a->account.holder, a->account.asset);
	http_object(ask, w, 0, 0, "statement");
	jout_text(w, "address", address);
	jout_text(w, "since", days->since);
	jout_text(w, "until", days->until);
	jout_integer(w, "opening_balance", s->opening);
	jout_integer(w, "closing_balance", s->closing);
	jout_integer(w, "in", s->in);
	jout_integer(w, "out", s->out);
	jout_integer(w, "lines_count", (int64_t)s->lines_n);
	jout_array(w, "reasons");
	for (size_t i = 0; i < s->sums_n; i++)
		write_sum(&s->sums[i], w);
	jout_array_end(w);
	jout_array(w, "lines");
	for (size_t i = 0; i < s->n; i++)
		write_line(&s->lines[i], a->account.asset, w);
	jout_array_end(w);
	jout_bool(w, "has_more", s->more);
	jout_object_end(w);
}

static void write_csv(const struct http_ask *ask, const struct account_statement_ask *a,
		      const struct days *days, const struct account_statement *s,
		      struct http_reply *reply)
{
	char id[ID_TEXT] = "", limit[24] = "";
	size_t n;
	char *text = account_csv(s, &a->account, &n);
	struct str path = http_path_sent(ask);

	http_reply_text(reply, "text/csv; charset=utf-8", (struct str){ text, n });
	free(text);
	http_reply_field(reply, "Content-Disposition",
			 str_of(arena_printf(ask->arena, "attachment; filename=\"%s-%s-%s.csv\"",
					     a->account.asset, days->since, days->until)));
	if (!s->more)
		return;
	id_write(ID_TRANSFER, s->lines[s->n - 1].entry.id, id);
	if (a->limit <= HTTP_LIST_MAX)
		(void)snprintf(limit, sizeof(limit), "&limit=%zu", a->limit);
	http_reply_field(
		reply, "Link",
		str_of(arena_printf(ask->arena,
				    "<%.*s?since=%s&until=%s%s&after=%s&format=csv>; rel=\"next\"",
				    (int)path.n, path.p, days->since, days->until, limit, id)));
}
