/* numbers.c - /v1/numbers: numbers for charges, handed out before they are used. */
#include "api/api.h"
#include "app/charge_number.h"
#include "base/money.h"

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "count", MEMBER_INTEGER, .lo = 1, .hi = CHARGE_NUMBERS_MAX, .example = "10",
	  .doc = "how many" },
	{ 0 }
};
static const struct schema NUMBERS_ASK = { "numbers_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "numbers", .example = "\"numbers\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "first", MEMBER_INTEGER, .lo = CHARGE_NUMBER_FIRST, .hi = AMOUNT_MAX,
	  .example = "100000001", .doc = "the first; each of the others is one more" },
	{ "last", MEMBER_INTEGER, .lo = CHARGE_NUMBER_FIRST, .hi = AMOUNT_MAX,
	  .example = "100000010", .doc = "the last" },
	{ "count", MEMBER_INTEGER, .lo = 1, .hi = CHARGE_NUMBERS_MAX, .example = "10",
	  .doc = "how many" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when they were handed out" },
	{ 0 }
};
static const struct schema NUMBERS = { "numbers", MEMBERS };

const struct route API_NUMBERS[] = {
	{ .method = "POST", .path = "/v1/numbers", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Hands out numbers for charges; they are the calling app's alone",
	  .status = 201, .body = &NUMBERS_ASK, .reply = &NUMBERS,
	  .ask_size = sizeof(struct numbers_ask), .answer_size = sizeof(struct numbers),
	  .decode = decode, .act = numbers_assign, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err decode(struct http_ask *ask, void *plain)
{
	struct numbers_ask *a = plain;
	struct jin r;

	a->app = ask->caller.app;
	a->request = ask->request_id;
	jin_open(&r, ask->body);
	jin_integer(&r, "count", JIN_NEEDED, 1, CHARGE_NUMBERS_MAX, &a->count);
	return jin_done(&r);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct numbers *a = answer;
	struct jout *w = &reply->body;

	(void)plain;
	http_object(ask, w, 0, 0, "numbers");
	jout_integer(w, "first", a->first);
	jout_integer(w, "last", a->last);
	jout_integer(w, "count", a->last - a->first + 1);
	jout_time(w, "created_at", a->created_at);
	jout_object_end(w);
}
