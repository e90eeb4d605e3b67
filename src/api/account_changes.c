/* account_changes.c - what a merchant decides about an account: /v1/accounts/{holder}/{asset}/… */
#include "api/api.h"
#include "app/account_change.h"
#include "base/money.h"

static enum err freeze_decode(struct http_ask *ask, void *plain);
static enum err unfreeze_decode(struct http_ask *ask, void *plain);
static enum err close_decode(struct http_ask *ask, void *plain);
static enum err reopen_decode(struct http_ask *ask, void *plain);
static enum err limit_decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
#define REQUEST_ID                                                                       \
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"freeze-1\"",       \
	  .doc = "your number for this request; names it for ever" }

static const struct member CHANGE_MEMBERS[] = { REQUEST_ID, { 0 } };
static const struct schema CHANGE_ASK = { "account_change", CHANGE_MEMBERS };

static const struct member LIMIT_MEMBERS[] = {
	REQUEST_ID,
	{ "credit_limit", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 0, .hi = AMOUNT_MAX,
	  .example = "0", .doc = "how far below zero it may go; not given: stays as it is" },
	{ "max_balance", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 0, .hi = AMOUNT_MAX,
	  .example = "50000", .doc = "nothing is taken beyond it, 0: no limit; not given: stays" },
	{ 0 }
};
static const struct schema LIMIT_ASK = { "account_limits", LIMIT_MEMBERS };

#define CHANGE(path_, summary_, body_, decode_)                                          \
	{ .method = "POST", .path = "/v1/accounts/{holder}/{asset}" path_,               \
	  .kind = ROUTE_WRITE, .scope = SCOPE_WRITE, .summary = summary_,                \
	  .body = body_, .reply = &API_ACCOUNT,                                          \
	  .ask_size = sizeof(struct account_change_ask),                                 \
	  .answer_size = sizeof(struct account_change_answer),                           \
	  .decode = decode_, .act = account_change, .encode = encode }

const struct route API_ACCOUNT_CHANGES[] = {
	CHANGE("", "Sets an account's credit limit and greatest balance", &LIMIT_ASK,
	       limit_decode),
	CHANGE("/freeze", "Freezes an account: it gives nothing, and gets what its asset allows",
	       &CHANGE_ASK, freeze_decode),
	CHANGE("/unfreeze", "Lets a frozen account go on", &CHANGE_ASK, unfreeze_decode),
	CHANGE("/close", "Closes an account that has nothing: it neither gives nor gets",
	       &CHANGE_ASK, close_decode),
	CHANGE("/reopen", "Opens a closed account again", &CHANGE_ASK, reopen_decode),
	{ 0 }
};
/* clang-format on */

static enum err change_decode(struct http_ask *ask, struct account_change_ask *a,
			      enum account_verb verb)
{
	struct jin r;

	a->verb = verb;
	a->app = ask->caller.app;
	a->credit_limit = a->max_balance = -1;
	TRY(api_account_name(ask, &a->name));
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	if (verb == ACCOUNT_LIMIT) {
		jin_integer(&r, "credit_limit", JIN_OPTIONAL, 0, AMOUNT_MAX, &a->credit_limit);
		jin_integer(&r, "max_balance", JIN_OPTIONAL, 0, AMOUNT_MAX, &a->max_balance);
	}
	return jin_done(&r);
}

static enum err freeze_decode(struct http_ask *ask, void *plain)
{
	return change_decode(ask, plain, ACCOUNT_FREEZE);
}

static enum err unfreeze_decode(struct http_ask *ask, void *plain)
{
	return change_decode(ask, plain, ACCOUNT_UNFREEZE);
}

static enum err close_decode(struct http_ask *ask, void *plain)
{
	return change_decode(ask, plain, ACCOUNT_CLOSE);
}

static enum err reopen_decode(struct http_ask *ask, void *plain)
{
	return change_decode(ask, plain, ACCOUNT_REOPEN);
}

static enum err limit_decode(struct http_ask *ask, void *plain)
{
	return change_decode(ask, plain, ACCOUNT_LIMIT);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct account_change_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	account_json(&reply->body, NULL, &a->view, ask->caller.livemode);
}
