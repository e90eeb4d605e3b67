/* accounts.c - /v1/accounts: what a holder has. */
#include "api/api.h"
#include "app/account.h"
#include "base/money.h"

static enum err get_decode(struct http_ask *ask, void *plain);
static enum err get_act(struct tx *tx, const void *ask, void *answer);
static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "account", .example = "\"account\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "address", MEMBER_TEXT, .example = "\"user:1001/gold\"", .doc = "holder and asset" },
	{ "balance", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "800",
	  .doc = "the asset's smallest units" },
	{ "held", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "set aside by holds, part of the balance" },
	{ "available", MEMBER_INTEGER, .lo = -2 * AMOUNT_MAX, .hi = 2 * AMOUNT_MAX,
	  .example = "800", .doc = "balance − held + credit limit" },
	{ "credit_limit", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "how far below zero it may go" },
	{ "max_balance", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = AMOUNT_MAX,
	  .example = "null", .doc = "nothing is taken beyond it; null: no limit" },
	{ "frozen", MEMBER_BOOL, .example = "false", .doc = "true: gives nothing" },
	{ "takes", MEMBER_BOOL, .example = "true",
	  .doc = "false: gets nothing, being closed, or frozen and its asset says so" },
	{ "closed", MEMBER_BOOL, .example = "false", .doc = "true: neither gives nor gets" },
	{ "version", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "3",
	  .doc = "grows with every transfer and every change of the settings" },
	{ "at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "null",
	  .doc = "the moment that was asked for; null: now" },
	{ 0 }
};
const struct schema API_ACCOUNT = { "account", MEMBERS };

static const struct member AT_MEMBERS[] = {
	{ "at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00Z\"",
	  .doc = "balance, held part and version as they were at this moment; limits and flags are "
		 "today's" },
	{ 0 }
};
static const struct schema GET_QUERY = { "account_query", AT_MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "holder", MEMBER_TEXT, MEMBER_NEEDED, .lo = 1, .hi = HOLDER_MAX,
	  .example = "\"user:1001\"", .doc = "whose accounts" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "accounts_query", QUERY_MEMBERS };

const struct route API_ACCOUNTS[] = {
	{ .method = "GET", .path = "/v1/accounts/{holder}/{asset}", .kind = ROUTE_READ,
	  .scope = SCOPE_READ,
	  .summary = "Shows an account; one that was never used has zeros", .reply = &API_ACCOUNT,
	  .query = &GET_QUERY,
	  .ask_size = sizeof(struct history_at_ask), .answer_size = sizeof(struct account_view),
	  .decode = get_decode, .act = get_act, .encode = get_encode },
	{ .method = "GET", .path = "/v1/accounts", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists a holder's accounts by the assets' codes", .reply = &API_ACCOUNT,
	  .query = &LIST_QUERY, .list = true,
	  .ask_size = sizeof(struct accounts_ask), .answer_size = sizeof(struct accounts),
	  .decode = list_decode, .act = accounts_list, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

enum err api_account_name(const struct http_ask *ask, struct account_name *a)
{
	TRY(holder_check(http_param(ask, "holder"), "holder"));
	TRY(str_copy(a->holder, sizeof(a->holder), http_param(ask, "holder")));
	/* A code that cannot be one names nothing. */
	if (str_copy(a->asset, sizeof(a->asset), http_param(ask, "asset")) != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, "asset", "there is no such asset");
	return ERR_OK;
}

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct history_at_ask *a = plain;

	a->at_ms = -1;
	TRY(api_account_name(ask, &a->account));
	return api_query_time(ask, "at", &a->at_ms);
}

static enum err get_act(struct tx *tx, const void *ask, void *answer)
{
	const struct history_at_ask *a = ask;

	return a->at_ms < 0 ? account_get(tx, &a->account, answer) : history_at(tx, ask, answer);
}

static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	(void)plain;
	account_json(&reply->body, NULL, answer, ask->caller.livemode);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct accounts_ask *a = plain;

	if (!http_query_has(ask, "holder"))
		FAIL_AT(ERR_INVALID, "holder", "say whose accounts: holder=user:1001");
	TRY(http_query_text(ask, "holder", a->holder, sizeof(a->holder)));
	TRY(holder_check(str_of(a->holder), "holder"));
	return api_page_by_text(ask, &a->slice);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct accounts *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		account_json(&reply->body, NULL, &a->accounts[i], ask->caller.livemode);
	http_list_end(&reply->body, a->more);
}
