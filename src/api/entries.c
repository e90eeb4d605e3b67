/* entries.c - /v1/accounts/{holder}/{asset}/entries: what an account did, newest first. */
#include "api/api.h"
#include "app/history.h"
#include "base/money.h"
#include "core/reason.h"

#include <stdio.h>

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
static const struct member QUERY_MEMBERS[] = {
	{ "reason", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = REASON_MAX,
	  .example = "300002", .doc = "only entries for this reason" },
	{ "since", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-01T00:00:00Z\"",
	  .doc = "only entries from this moment on" },
	{ "until", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-12-01T00:00:00Z\"",
	  .doc = "only entries before this moment" },
	{ 0 }
};
static const struct schema QUERY = { "entries_query", QUERY_MEMBERS };

static const struct member MEMBERS[] = {
	{ "transfer", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QA\"",
	  .doc = "the journal's row; its place in the list" },
	{ "object", MEMBER_TEXT, .words = "entry", .example = "\"entry\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "kind", MEMBER_TEXT, .words = "transfer|hold|capture|release|reversal",
	  .example = "\"transfer\"", .doc = "what was done" },
	{ "counterpart", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"system/gold\"",
	  .doc = "the other account; null: holding and releasing have none" },
	{ "amount", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "-200",
	  .doc = "what the balance changed by; 0 for a hold and its release" },
	{ "held_change", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "what the held part changed by" },
	{ "balance", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "800",
	  .doc = "after it" },
	{ "held", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "after it" },
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300002",
	  .doc = "why: the code of a reason" },
	{ "memo", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"红包\"", .doc = "for people" },
	{ "ref", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"act-7\"",
	  .doc = "what it belongs to: yours, or the object of Tael that it serves" },
	{ "at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ 0 }
};
const struct schema API_ENTRY = { "entry", MEMBERS };

const struct route API_ENTRIES[] = {
	{ .method = "GET", .path = "/v1/accounts/{holder}/{asset}/entries", .kind = ROUTE_READ,
	  .scope = SCOPE_READ,
	  .summary = "Lists what an account did, newest first: after goes to older ones, and a "
		     "slice looks at 5000 entries at most, then says where to go on in next",
	  .reply = &API_ENTRY, .query = &QUERY, .list = true, .next = true,
	  .ask_size = sizeof(struct history_ask), .answer_size = sizeof(struct history),
	  .decode = decode, .act = history_list, .encode = encode },
	{ 0 }
};
/* clang-format on */

enum err api_history_filter(const struct http_ask *ask, struct history_ask *a)
{
	TRY(api_page_by_id(ask, ID_TRANSFER, &a->slice));
	TRY(http_query_integer(ask, "reason", 1, REASON_MAX, &a->filter.reason));
	TRY(api_query_time(ask, "since", &a->filter.since_ms));
	return api_query_time(ask, "until", &a->filter.until_ms);
}

static enum err decode(struct http_ask *ask, void *plain)
{
	struct history_ask *a = plain;

	TRY(api_account_name(ask, &a->account));
	return api_history_filter(ask, a);
}

/* `other` is "" where there is none. */
static void entry_json(const struct http_ask *ask, struct jout *w, const struct entry *e,
		       const char *other, const char *asset)
{
	char address[ACCOUNT_NAME_TEXT];

	(void)snprintf(address, sizeof(address), "%s/%s", other, asset);
	jout_object(w, NULL);
	jout_id(w, "transfer", ID_TRANSFER, e->id);
	jout_text(w, "object", "entry");
	jout_bool(w, "livemode", ask->caller.livemode);
	jout_text(w, "kind", posting_kind_name(e->kind));
	jout_text(w, "counterpart", *other != '\0' ? address : NULL);
	jout_integer(w, "amount", e->amount);
	jout_integer(w, "held_change", e->held_change);
	jout_integer(w, "balance", e->balance);
	jout_integer(w, "held", e->held);
	jout_integer(w, "reason", e->reason);
	jout_text(w, "memo", *e->memo != '\0' ? e->memo : NULL);
	jout_text(w, "ref", *e->ref != '\0' ? e->ref : NULL);
	jout_time(w, "at", e->at_ms);
	jout_object_end(w);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct history *h = answer;
	struct jout *w = &reply->body;

	(void)plain;
	jout_object(w, NULL);
	jout_text(w, "object", "list");
	jout_id(w, "next", ID_TRANSFER, h->next);
	jout_array(w, "data");
	for (size_t i = 0; i < h->n; i++)
		entry_json(ask, w, &h->entries[i], h->others[i], h->account.asset);
	http_list_end(w, h->more);
}
