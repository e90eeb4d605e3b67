/* accounts.c - /v1/accounts: what a holder has. */
#include "api/api.h"
#include "app/account.h"
#include "base/money.h"

#include <stdio.h>

static enum err get_decode(struct http_ask *ask, void *plain);
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
	{ "frozen", MEMBER_BOOL, .example = "false", .doc = "true: neither gives nor gets" },
	{ "version", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "3",
	  .doc = "how many transfers touched it" },
	{ 0 }
};
static const struct schema ACCOUNT = { "account", MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "holder", MEMBER_TEXT, MEMBER_NEEDED, .lo = 1, .hi = HOLDER_MAX,
	  .example = "\"user:1001\"", .doc = "whose accounts" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "accounts_query", QUERY_MEMBERS };

const struct route API_ACCOUNTS[] = {
	{ .method = "GET", .path = "/v1/accounts/{holder}/{asset}", .kind = ROUTE_READ,
	  .scope = SCOPE_READ,
	  .summary = "Shows an account; one that was never used has zeros", .reply = &ACCOUNT,
	  .ask_size = sizeof(struct account_name), .answer_size = sizeof(struct account_view),
	  .decode = get_decode, .act = account_get, .encode = get_encode },
	{ .method = "GET", .path = "/v1/accounts", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists a holder's accounts by the assets' codes", .reply = &ACCOUNT,
	  .query = &LIST_QUERY, .list = true,
	  .ask_size = sizeof(struct accounts_ask), .answer_size = sizeof(struct accounts),
	  .decode = list_decode, .act = accounts_list, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct account_name *a = plain;

	TRY(holder_check(http_param(ask, "holder"), "holder"));
	TRY(str_copy(a->holder, sizeof(a->holder), http_param(ask, "holder")));
	/* A code that cannot be one names nothing. */
	if (str_copy(a->asset, sizeof(a->asset), http_param(ask, "asset")) != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, "asset", "there is no such asset");
	return ERR_OK;
}

static void write_account(const struct http_ask *ask, const struct account_view *a, struct jout *w)
{
	char address[ACCOUNT_NAME_TEXT];

	(void)snprintf(address, sizeof(address), "%s/%s", a->name.holder, a->name.asset);
	http_object(ask, w, 0, 0, "account");
	jout_text(w, "address", address);
	jout_integer(w, "balance", a->balance);
	jout_integer(w, "held", a->held);
	jout_integer(w, "available", a->available);
	jout_bool(w, "frozen", a->frozen);
	jout_integer(w, "version", a->version);
	jout_object_end(w);
}

static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	(void)plain;
	write_account(ask, answer, &reply->body);
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
		write_account(ask, &a->accounts[i], &reply->body);
	http_list_end(&reply->body, a->more);
}
