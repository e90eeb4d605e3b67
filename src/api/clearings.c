/* clearings.c - /v1/clearings: the month's end of each app's accounts. */
#include "api/api.h"
#include "app/charge.h"
#include "app/clearing.h"
#include "base/money.h"

#include <stdio.h>

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
#define SUM(name_, example_, doc_) \
	{ name_, MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = example_, \
	  .doc = doc_ }

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"clr_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "clearing", .example = "\"clearing\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "month", MEMBER_TEXT, .example = "\"2026-10\"", .doc = "a month of UTC+8 that is over" },
	{ "app", MEMBER_TEXT, .example = "\"app_0HZX3K9F2M7QA\"", .doc = "the app" },
	{ "account", MEMBER_TEXT, .example = "\"app:app_0HZX3K9F2M7QA/cny\"",
	  .doc = "its account" },
	SUM("opening", "0", "the balance before the month's first transfer"),
	SUM("topped_up", "100000", "in from system or a channel"),
	SUM("charged", "29700", "out to system: charges, and holds that were captured"),
	SUM("rolled_back", "9900", "in again, by the reversal of what went out"),
	SUM("other_in", "0", "in from elsewhere and by conversion"),
	SUM("other_out", "0",
	    "out to elsewhere and by conversion; reversals of what came in; former sweeps"),
	SUM("closing", "80200",
	    "opening + topped_up + rolled_back + other_in − charged − other_out"),
	SUM("swept", "0", "of it, moved to system when it was cleared"),
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-01T00:00:00.000+08:00\"",
	  .doc = "when it was cleared" },
	{ 0 }
};
static const struct schema CLEARING = { "clearing", MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "month", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 7, .hi = 7, .example = "\"2026-10\"",
	  .doc = "of this month only" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "clearings_query", QUERY_MEMBERS };

const struct route API_CLEARINGS[] = {
	{ .method = "GET", .path = "/v1/clearings", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists what each app's accounts did in the months that are over",
	  .query = &LIST_QUERY, .reply = &CLEARING, .list = true,
	  .ask_size = sizeof(struct clearings_ask), .answer_size = sizeof(struct clearings),
	  .decode = decode, .act = clearings_list, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err decode(struct http_ask *ask, void *plain)
{
	struct clearings_ask *a = plain;
	char month[MONTH_TEXT] = "";

	TRY(http_query_text(ask, "month", month, sizeof(month)));
	if (*month != '\0')
		TRY(month_read(str_of(month), &a->month));
	return api_page_by_id(ask, ID_CLEARING, &a->slice);
}

static void write_clearing(const struct http_ask *ask, const struct clearing *c, struct jout *w)
{
	char month[MONTH_TEXT], holder[HOLDER_MAX + 1], account[HOLDER_MAX + ASSET_CODE_MAX + 2];

	month_write(c->month, month);
	charge_holder(c->app, holder);
	(void)snprintf(account, sizeof(account), "%s/%s", holder, c->asset);
	http_object(ask, w, ID_CLEARING, c->id, "clearing");
	jout_text(w, "month", month);
	jout_id(w, "app", ID_APP, c->app);
	jout_text(w, "account", account);
	jout_integer(w, "opening", c->opening);
	jout_integer(w, "topped_up", c->topped_up);
	jout_integer(w, "charged", c->charged);
	jout_integer(w, "rolled_back", c->rolled_back);
	jout_integer(w, "other_in", c->other_in);
	jout_integer(w, "other_out", c->other_out);
	jout_integer(w, "closing", c->closing);
	jout_integer(w, "swept", c->swept);
	jout_time(w, "created_at", c->created_at);
	jout_object_end(w);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct clearings *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_clearing(ask, &a->clearings[i], &reply->body);
	http_list_end(&reply->body, a->more);
}
