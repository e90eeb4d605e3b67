/* reversals.c - /v1/transfers/{id}/reverse: gives back what a transfer moved. */
#include "api/api.h"
#include "app/transfer.h"
#include "base/money.h"

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"r-1002\"",
	  .doc = "your number for this request; names it for ever" },
	{ "amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = AMOUNT_MAX, .example = "50",
	  .doc = "default: all that was not reversed yet" },
	{ "force", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "false",
	  .doc = "true: a member's account may go below zero for it; needs a key with scope full "
		 "and `tael merchant set --forced-reversal allow`" },
	{ 0 }
};
static const struct schema ASK = { "reverse_ask", ASK_MEMBERS };

const struct route API_REVERSALS[] = {
	{ .method = "POST", .path = "/v1/transfers/{id}/reverse", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE,
	  .summary = "Moves a transfer or capture back, in all never more than it was; by key: one "
		     "that never came is cancelled",
	  .status = 201, .body = &ASK, .reply = &API_TRANSFER, .instead = &API_CANCELLATION,
	  .ask_size = sizeof(struct reverse_ask), .answer_size = sizeof(struct reverse_answer),
	  .decode = decode, .act = transfer_reverse, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err decode(struct http_ask *ask, void *plain)
{
	struct reverse_ask *a = plain;
	struct jin r;

	a->app = ask->caller.app;
	a->full = ask->caller.full;
	TRY(api_id_or_key(ask, ID_TRANSFER, &a->id, a->key));
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_integer(&r, "amount", JIN_OPTIONAL, 1, AMOUNT_MAX, &a->amount);
	jin_bool(&r, "force", JIN_OPTIONAL, &a->force);
	return jin_done(&r);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct reverse_ask *asked = plain;
	const struct reverse_answer *a = answer;

	reply->replayed = a->replayed;
	if (a->cancelled)
		api_cancellation(ask, asked->key, reply);
	else
		transfer_json(&reply->body, NULL, &a->transfer, ask->caller.livemode);
}
