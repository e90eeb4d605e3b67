/* lots.c - /v1/accounts/{holder}/{asset}/lots: what an account has that expires, and when. */
#include "api/api.h"
#include "app/lot_list.h"
#include "base/money.h"

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
static const struct member MEMBERS[] = {
	{ "expires_at", MEMBER_TIME, .example = "\"2027-11-22T16:00:00.000Z\"",
	  .doc = "when they expire, a midnight of UTC+8: what is left then goes to `expired`; "
		 "what is held waits for its hold's end; its place in the list" },
	{ "object", MEMBER_TEXT, .words = "lot", .example = "\"lot\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "300",
	  .doc = "what is left of them; all lots of an account add up to its balance" },
	{ 0 }
};
static const struct schema LOT = { "lot", MEMBERS };

const struct route API_LOTS[] = {
	{ .method = "GET", .path = "/v1/accounts/{holder}/{asset}/lots", .kind = ROUTE_READ,
	  .scope = SCOPE_READ,
	  .summary = "Lists an account's points by when they expire; none where they do not",
	  .reply = &LOT, .list = true,
	  .ask_size = sizeof(struct lots_ask), .answer_size = sizeof(struct lot_list),
	  .decode = decode, .act = lots_list, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err decode(struct http_ask *ask, void *plain)
{
	struct lots_ask *a = plain;

	TRY(api_account_name(ask, &a->account));
	return api_page_by_time(ask, &a->slice);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct lot_list *a = answer;
	struct jout *w = &reply->body;

	(void)plain;
	http_list(w);
	for (size_t i = 0; i < a->n; i++) {
		jout_object(w, NULL);
		jout_time(w, "expires_at", a->lots[i].expires_at);
		jout_text(w, "object", "lot");
		jout_bool(w, "livemode", ask->caller.livemode);
		jout_integer(w, "amount", a->lots[i].amount);
		jout_object_end(w);
	}
	http_list_end(w, a->more);
}
