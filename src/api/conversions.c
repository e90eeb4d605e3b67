/* conversions.c - /v1/quotes and /v1/conversions: from one asset of a holder's to another. */
#include "api/api.h"
#include "app/asset.h"
#include "app/conversion.h"

static enum err quote_decode(struct http_ask *ask, void *plain);
static enum err quote_show_decode(struct http_ask *ask, void *plain);
static void quote_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply);
static enum err make_decode(struct http_ask *ask, void *plain);
static enum err show_decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
#define COMMON \
	{ "from_asset", MEMBER_TEXT, .lo = 1, .hi = ASSET_CODE_MAX, .example = "\"gold\"", \
	  .doc = "what is given" }, \
	{ "to_asset", MEMBER_TEXT, .lo = 1, .hi = ASSET_CODE_MAX, .example = "\"cny\"", \
	  .doc = "what is got" }, \
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "250", \
	  .doc = "smallest units of what is given" }
#define REQUEST_ID \
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"r-1001\"", \
	  .doc = "your number for this request; names it for ever" }
#define LIVE { "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" }
#define TO_AMOUNT \
	{ "to_amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "2", \
	  .doc = "smallest units of what is got" }
#define RATE_ID \
	{ "rate", MEMBER_TEXT, .example = "\"rate_0HZX3K9F2M7QA\"", .doc = "the rate it follows" }

static const struct member QUOTE_ASK_MEMBERS[] = {
	REQUEST_ID, COMMON,
	{ "expires_in", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = QUOTE_SECONDS_MAX,
	  .example = "60", .doc = "seconds that the promise holds; default 60" },
	{ 0 }
};
static const struct schema QUOTE_ASK = { "quote_ask", QUOTE_ASK_MEMBERS };

static const struct member QUOTE_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"quote_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "quote", .example = "\"quote\"", .doc = "what this is" },
	LIVE, REQUEST_ID, COMMON, TO_AMOUNT, RATE_ID,
	{ "conversion", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null",
	  .doc = "what used it: a quote is used once" },
	{ "expires_at", MEMBER_TIME, .example = "\"2026-11-22T08:01:00.000Z\"",
	  .doc = "until when it can be used" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was given" },
	{ 0 }
};
static const struct schema QUOTE = { "quote", QUOTE_MEMBERS };

static const struct member ASK_MEMBERS[] = {
	REQUEST_ID,
	{ "holder", MEMBER_TEXT, .lo = 3, .hi = HOLDER_MAX, .example = "\"user:1001\"",
	  .doc = "who gives the one and gets the other" },
	COMMON,
	{ "quote", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"quote_0HZX3K9F2M7QA\"",
	  .doc = "a quote for the same; default: the rate as it is now" },
	{ 0 }
};
static const struct schema ASK = { "conversion_ask", ASK_MEMBERS };

static const struct member REST_MEMBERS[] = {
	{ "numerator", MEMBER_INTEGER, .lo = -AMOUNT_MAX, .hi = AMOUNT_MAX, .example = "50",
	  .doc = "below zero when it was rounded up" },
	{ "denominator", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "100",
	  .doc = "the rate's units_from" },
	{ 0 }
};
static const struct schema REST = { "conversion_remainder", REST_MEMBERS };

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"conv_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "conversion", .example = "\"conversion\"",
	  .doc = "what this is" },
	LIVE, REQUEST_ID,
	{ "holder", MEMBER_TEXT, .example = "\"user:1001\"", .doc = "who gave and got" },
	COMMON, TO_AMOUNT, RATE_ID,
	{ "units_from", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "100",
	  .doc = "the rate as it was then" },
	{ "units_to", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "1",
	  .doc = "the rate as it was then" },
	{ "rounding", MEMBER_TEXT, .words = "down|half_up|half_even|up", .example = "\"down\"",
	  .doc = "how to_amount was rounded" },
	{ "remainder", MEMBER_OBJECT, .of = &REST,
	  .doc = "exactly what rounding left: to_amount + this = amount * units_to / units_from" },
	{ "quote", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "null", .doc = "the quote it used" },
	{ "group", MEMBER_TEXT, .example = "\"grp_0HZX3K9F2M7QA\"",
	  .doc = "of its two transfers" },
	{ "from_transfer", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QA\"",
	  .doc = "holder to system" },
	{ "to_transfer", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QB\"",
	  .doc = "system to holder" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was done" },
	{ 0 }
};
static const struct schema CONVERSION = { "conversion", MEMBERS };

const struct route API_CONVERSIONS[] = {
	{ .method = "POST", .path = "/v1/quotes", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Promises for some seconds what a conversion will give", .status = 201,
	  .body = &QUOTE_ASK, .reply = &QUOTE,
	  .ask_size = sizeof(struct quote_ask), .answer_size = sizeof(struct quote_answer),
	  .decode = quote_decode, .act = quote_make, .encode = quote_encode },
	{ .method = "GET", .path = "/v1/quotes/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows a quote", .reply = &QUOTE,
	  .ask_size = sizeof(int64_t), .answer_size = sizeof(struct quote_answer),
	  .decode = quote_show_decode, .act = quote_show, .encode = quote_encode },
	{ .method = "POST", .path = "/v1/conversions", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Converts an amount of a holder's one asset into another, through system",
	  .status = 201, .body = &ASK, .reply = &CONVERSION,
	  .ask_size = sizeof(struct conversion_ask),
	  .answer_size = sizeof(struct conversion_answer),
	  .decode = make_decode, .act = conversion_make, .encode = encode },
	{ .method = "GET", .path = "/v1/conversions/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows a conversion, by its id or by key: and its request_id",
	  .reply = &CONVERSION, .ask_size = sizeof(struct conversion_name),
	  .answer_size = sizeof(struct conversion_answer),
	  .decode = show_decode, .act = conversion_show, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err quote_decode(struct http_ask *ask, void *plain)
{
	struct quote_ask *a = plain;
	struct jin r;

	a->app = ask->caller.app;
	a->expires_in = QUOTE_SECONDS;
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_text(&r, "from_asset", JIN_NEEDED, a->from, sizeof(a->from));
	jin_text(&r, "to_asset", JIN_NEEDED, a->to, sizeof(a->to));
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &a->amount);
	jin_integer(&r, "expires_in", JIN_OPTIONAL, 1, QUOTE_SECONDS_MAX, &a->expires_in);
	TRY(jin_done(&r));
	TRY(asset_code_check(a->from, "from_asset"));
	return asset_code_check(a->to, "to_asset");
}

static enum err quote_show_decode(struct http_ask *ask, void *plain)
{
	return http_param_id(ask, "id", ID_QUOTE, plain);
}

static void quote_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply)
{
	const struct quote_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	quote_json(&reply->body, &a->quote, ask->caller.livemode);
}

static enum err make_decode(struct http_ask *ask, void *plain)
{
	struct conversion_ask *a = plain;
	char quote[ID_TEXT] = "";
	struct jin r;

	a->app = ask->caller.app;
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_text(&r, "holder", JIN_NEEDED, a->holder, sizeof(a->holder));
	jin_text(&r, "from_asset", JIN_NEEDED, a->from, sizeof(a->from));
	jin_text(&r, "to_asset", JIN_NEEDED, a->to, sizeof(a->to));
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &a->amount);
	jin_text(&r, "quote", JIN_OPTIONAL, quote, sizeof(quote));
	TRY(jin_done(&r));
	TRY(holder_check(str_of(a->holder), "holder"));
	TRY(asset_code_check(a->from, "from_asset"));
	TRY(asset_code_check(a->to, "to_asset"));
	if (*quote != '\0' && id_read(ID_QUOTE, str_of(quote), &a->quote) != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, "quote", "there is no such quote");
	return ERR_OK;
}

static enum err show_decode(struct http_ask *ask, void *plain)
{
	struct conversion_name *a = plain;

	a->app = ask->caller.app;
	return api_id_or_key(ask, ID_CONVERSION, &a->id, a->key);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct conversion_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	conversion_json(&reply->body, &a->conversion, ask->caller.livemode);
}
