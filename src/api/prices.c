/* prices.c - /v1/prices: what a unit costs. */
#include "api/api.h"
#include "app/price.h"
#include "base/money.h"

#include <stdio.h>

static enum err price_decode(struct http_ask *ask, void *plain);
static void price_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "code", MEMBER_TEXT, .lo = 1, .hi = PRICE_CODE_MAX, .example = "\"webserver\"",
	  .doc = "names it for ever: A-Z a-z 0-9 . _ -" },
	{ "name", MEMBER_TEXT, .lo = 1, .hi = PRICE_NAME_MAX, .example = "\"网页服务器\"",
	  .doc = "its name for people" },
	{ "unit_price", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "9900",
	  .doc = "what one costs: fen, or the asset's smallest units" },
	{ "asset", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = ASSET_CODE_MAX,
	  .example = "\"cny\"", .doc = "what it is paid with; cny when left out" },
	{ 0 }
};
static const struct schema PRICE_ASK = { "price_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "price", .example = "\"price\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "code", MEMBER_TEXT, .example = "\"webserver\"", .doc = "its code" },
	{ "version", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "1",
	  .doc = "grows with every change; charges keep what they were made at" },
	{ "name", MEMBER_TEXT, .example = "\"网页服务器\"", .doc = "its name for people" },
	{ "unit_price", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "9900",
	  .doc = "what one costs in the asset's smallest units" },
	{ "asset", MEMBER_TEXT, .example = "\"cny\"", .doc = "what it is paid with" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "since when this version counts" },
	{ 0 }
};
static const struct schema PRICE = { "price", MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "code", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = PRICE_CODE_MAX,
	  .example = "\"webserver\"", .doc = "all versions of this price, after=VERSION" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "prices_query", QUERY_MEMBERS };

const struct route API_PRICES[] = {
	{ .method = "POST", .path = "/v1/prices", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Sets a price; charges made before keep theirs", .status = 201,
	  .body = &PRICE_ASK, .reply = &PRICE,
	  .ask_size = sizeof(struct price_ask), .answer_size = sizeof(struct price_answer),
	  .decode = price_decode, .act = price_set, .encode = price_encode },
	{ .method = "GET", .path = "/v1/prices", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists the prices that count now by their codes, or the versions of one",
	  .query = &LIST_QUERY, .reply = &PRICE, .list = true,
	  .ask_size = sizeof(struct prices_ask), .answer_size = sizeof(struct prices),
	  .decode = list_decode, .act = prices_list, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err price_decode(struct http_ask *ask, void *plain)
{
	struct price_ask *a = plain;
	struct jin r;

	(void)snprintf(a->asset, sizeof(a->asset), "cny");
	jin_open(&r, ask->body);
	jin_text(&r, "code", JIN_NEEDED, a->code, sizeof(a->code));
	http_jin_line(&r, "name", JIN_NEEDED, a->name, sizeof(a->name));
	jin_integer(&r, "unit_price", JIN_NEEDED, 1, AMOUNT_MAX, &a->unit_price);
	jin_text(&r, "asset", JIN_OPTIONAL, a->asset, sizeof(a->asset));
	TRY(jin_done(&r));
	return price_code_check(a->code, "code");
}

static void write_price(const struct http_ask *ask, const struct price *p, struct jout *w)
{
	http_object(ask, w, 0, 0, "price");
	jout_text(w, "code", p->code);
	jout_integer(w, "version", p->version);
	jout_text(w, "name", p->name);
	jout_integer(w, "unit_price", p->unit_price);
	jout_text(w, "asset", p->asset);
	jout_time(w, "created_at", p->created_at);
	jout_object_end(w);
}

static void price_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply)
{
	const struct price_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	write_price(ask, &a->price, &reply->body);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct prices_ask *a = plain;

	TRY(http_query_text(ask, "code", a->code, sizeof(a->code)));
	return *a->code != '\0' ? api_page_by_number(ask, &a->slice)
				: api_page_by_text(ask, &a->slice);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct prices *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_price(ask, &a->prices[i], &reply->body);
	http_list_end(&reply->body, a->more);
}
