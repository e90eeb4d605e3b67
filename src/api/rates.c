/* rates.c - /v1/rates: what one asset is worth in another. */
#include "api/api.h"
#include "app/asset.h"
#include "app/rate.h"

static enum err set_decode(struct http_ask *ask, void *plain);
static void set_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
#define RATE_MEMBERS(need) \
	{ "from_asset", MEMBER_TEXT, .lo = 1, .hi = ASSET_CODE_MAX, .example = "\"gold\"", \
	  .doc = "what is given" }, \
	{ "to_asset", MEMBER_TEXT, .lo = 1, .hi = ASSET_CODE_MAX, .example = "\"cny\"", \
	  .doc = "what is got" }, \
	{ "units_from", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "100", \
	  .doc = "so many smallest units of the one" }, \
	{ "units_to", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "1", \
	  .doc = "are worth so many of the other" }, \
	{ "rounding", MEMBER_TEXT, .words = "down|half_up|half_even|up", .example = "\"down\"", \
	  .doc = "of what is got, to a whole unit" }, \
	{ "min", MEMBER_INTEGER, need, .lo = 1, .hi = AMOUNT_MAX, .example = "100", \
	  .doc = "the least that is given at once; default 1" }, \
	{ "max", MEMBER_INTEGER, need, .lo = 1, .hi = AMOUNT_MAX, .example = "1000000", \
	  .doc = "the most; default: no limit" }

static const struct member ASK_MEMBERS[] = { RATE_MEMBERS(MEMBER_OPTIONAL), { 0 } };
static const struct schema RATE_ASK = { "rate_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"rate_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "rate", .example = "\"rate\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	RATE_MEMBERS(MEMBER_NEEDED),
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "since when it counts, until the next of its two assets" },
	{ 0 }
};
static const struct schema RATE = { "rate", MEMBERS };

const struct route API_RATES[] = {
	{ .method = "POST", .path = "/v1/rates", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Sets what one asset is worth in another from now on", .status = 201,
	  .body = &RATE_ASK, .reply = &RATE,
	  .ask_size = sizeof(struct rate_ask), .answer_size = sizeof(struct rate_answer),
	  .decode = set_decode, .act = rate_set, .encode = set_encode },
	{ .method = "GET", .path = "/v1/rates", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists all rates that ever were, the oldest first",
	  .reply = &RATE, .list = true,
	  .ask_size = sizeof(struct list_ask), .answer_size = sizeof(struct rates),
	  .decode = list_decode, .act = rates_list, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err set_decode(struct http_ask *ask, void *plain)
{
	struct rate_ask *a = plain;
	char rounding[16] = "";
	struct jin r;

	a->min = 1;
	a->max = AMOUNT_MAX;
	jin_open(&r, ask->body);
	jin_text(&r, "from_asset", JIN_NEEDED, a->from, sizeof(a->from));
	jin_text(&r, "to_asset", JIN_NEEDED, a->to, sizeof(a->to));
	jin_integer(&r, "units_from", JIN_NEEDED, 1, AMOUNT_MAX, &a->exchange.units_from);
	jin_integer(&r, "units_to", JIN_NEEDED, 1, AMOUNT_MAX, &a->exchange.units_to);
	jin_text(&r, "rounding", JIN_NEEDED, rounding, sizeof(rounding));
	jin_integer(&r, "min", JIN_OPTIONAL, 1, AMOUNT_MAX, &a->min);
	jin_integer(&r, "max", JIN_OPTIONAL, 1, AMOUNT_MAX, &a->max);
	TRY(jin_done(&r));
	TRY(asset_code_check(a->from, "from_asset"));
	TRY(asset_code_check(a->to, "to_asset"));
	TRY(rounding_read(rounding, &a->exchange.rounding));
	if (a->min > a->max)
		FAIL_AT(ERR_INVALID, "max", "it is below min");
	return ERR_OK;
}

static void set_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	const struct rate_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	rate_json(&reply->body, &a->rate, ask->caller.livemode);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	return api_page_by_id(ask, ID_RATE, plain);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct rates *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		rate_json(&reply->body, &a->rates[i], ask->caller.livemode);
	http_list_end(&reply->body, a->more);
}
