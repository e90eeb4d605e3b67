/* transfers.c - /v1/transfers: an amount of one asset from one account to another. */
#include "api/api.h"
#include "app/transfer.h"
#include "app/transfer_read.h"
#include "base/money.h"
#include "core/reason.h"

static enum err post_decode(struct http_ask *ask, void *plain);
static void post_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);
static enum err get_decode(struct http_ask *ask, void *plain);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"r-1001\"",
	  .doc = "your number for this request; names it for ever" },
	{ "from", MEMBER_TEXT, .lo = 3, .hi = ACCOUNT_NAME_TEXT - 1,
	  .example = "\"user:1001/gold\"", .doc = "the account that gives" },
	{ "to", MEMBER_TEXT, .lo = 3, .hi = ACCOUNT_NAME_TEXT - 1, .example = "\"system/gold\"",
	  .doc = "the account that gets, of the same asset" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200",
	  .doc = "the asset's smallest units" },
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300002",
	  .doc = "one of your reasons, for these two kinds of holder" },
	{ "memo", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 0, .hi = MEMO_MAX, .example = "\"红包\"",
	  .doc = "for people" },
	{ "ref", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 0, .hi = REF_MAX, .example = "\"act-7\"",
	  .doc = "what it belongs to at yours" },
	{ 0 }
};
const struct schema API_TRANSFER_ASK = { "transfer_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "transfer", .example = "\"transfer\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "request_id", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"r-1001\"",
	  .doc = "the number it was asked for by" },
	{ "from", MEMBER_TEXT, .example = "\"user:1001/gold\"", .doc = "the account that gave" },
	{ "to", MEMBER_TEXT, .example = "\"system/gold\"", .doc = "the account that got" },
	{ "asset", MEMBER_TEXT, .example = "\"gold\"", .doc = "what was moved" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200",
	  .doc = "the asset's smallest units" },
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300002",
	  .doc = "why: the code of a reason" },
	{ "from_balance", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "800",
	  .doc = "the giver's balance after it" },
	{ "to_balance", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX,
	  .example = "999200", .doc = "the getter's balance after it" },
	{ "memo", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"红包\"", .doc = "for people" },
	{ "ref", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"act-7\"",
	  .doc = "what it belongs to: yours, or the object of Tael that it serves" },
	{ "hold", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null",
	  .doc = "the hold of which it captured a part" },
	{ "reverses", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null",
	  .doc = "the transfer of which it gives a part back" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was posted" },
	{ 0 }
};
const struct schema API_TRANSFER = { "transfer", MEMBERS };

const struct route API_TRANSFERS[] = {
	{ .method = "POST", .path = "/v1/transfers", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Moves an amount from one account to another", .status = 201,
	  .body = &API_TRANSFER_ASK, .reply = &API_TRANSFER,
	  .ask_size = sizeof(struct post), .answer_size = sizeof(struct post_result),
	  .decode = post_decode, .act = transfer_post, .encode = post_encode },
	{ .method = "GET", .path = "/v1/transfers/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows a transfer, by its id or by key: and its request_id",
	  .reply = &API_TRANSFER,
	  .ask_size = sizeof(struct transfer_get_ask),
	  .answer_size = sizeof(struct transfer_view),
	  .decode = get_decode, .act = transfer_get, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err post_decode(struct http_ask *ask, void *plain)
{
	struct post *a = plain;
	struct transfer_text text;
	struct flat f;
	struct jin r;

	a->app = ask->caller.app;
	flat_open(&f, ask->body, ask->arena);
	if (transfer_take(&f, a) && flat_done(&f))
		return ERR_OK;
	jin_open(&r, ask->body);
	transfer_members(&r, &text);
	TRY(jin_done(&r));
	return transfer_accounts(&text, ask->arena, a);
}

static void post_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct post_result *r = answer;

	reply->replayed = r->replayed;
	transfer_posted_json(&reply->body, plain, r, ask->caller.livemode);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct transfer_view *t = answer;

	(void)plain;
	reply->replayed = t->replayed;
	transfer_json(&reply->body, NULL, t, ask->caller.livemode);
}

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct transfer_get_ask *a = plain;

	a->app = ask->caller.app;
	return api_id_or_key(ask, ID_TRANSFER, &a->id, a->request_id);
}
