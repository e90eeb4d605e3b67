/* transfer_list.c - GET /v1/transfers: the transfers of an account, or of a merchant. */
#include "api/api.h"
#include "app/transfer_list.h"
#include "core/reason.h"

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
static const struct member QUERY_MEMBERS[] = {
	{ "account", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 3, .hi = ACCOUNT_NAME_TEXT - 1,
	  .example = "\"user:1001/gold\"",
	  .doc = "only transfers of this account, newest first; else all in the order of ids" },
	{ "reason", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = REASON_MAX,
	  .example = "300002", .doc = "only transfers for this reason" },
	{ "since", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-01T00:00:00Z\"",
	  .doc = "only transfers from this moment on" },
	{ "until", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-12-01T00:00:00Z\"",
	  .doc = "only transfers before this moment" },
	{ 0 }
};
static const struct schema QUERY = { "transfers_query", QUERY_MEMBERS };

const struct route API_TRANSFER_LIST[] = {
	{ .method = "GET", .path = "/v1/transfers", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists transfers; a slice looks at 5000 at most, then says where to go on "
		     "in next",
	  .reply = &API_TRANSFER, .query = &QUERY, .list = true, .next = true,
	  .ask_size = sizeof(struct history_ask), .answer_size = sizeof(struct transfers),
	  .decode = decode, .act = transfers_list, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err decode(struct http_ask *ask, void *plain)
{
	struct history_ask *a = plain;
	char account[ACCOUNT_NAME_TEXT] = "";

	a->filter.moves = true;
	if (http_query_has(ask, "account")) {
		TRY(http_query_text(ask, "account", account, sizeof(account)));
		TRY(account_name_read(str_of(account), "account", &a->account));
	}
	return api_history_filter(ask, a);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct transfers *t = answer;
	struct jout *w = &reply->body;

	(void)plain;
	jout_object(w, NULL);
	jout_text(w, "object", "list");
	jout_id(w, "next", ID_TRANSFER, t->next);
	jout_array(w, "data");
	for (size_t i = 0; i < t->n; i++)
		transfer_json(w, NULL, &t->transfers[i], ask->caller.livemode);
	http_list_end(w, t->more);
}
