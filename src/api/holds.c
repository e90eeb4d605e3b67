/* holds.c - /v1/holds: part of a balance, set aside. */
#include "api/api.h"
#include "app/hold.h"
#include "base/money.h"
#include "core/reason.h"

#include <string.h>

static enum err make_decode(struct http_ask *ask, void *plain);
static enum err show_decode(struct http_ask *ask, void *plain);
static enum err capture_decode(struct http_ask *ask, void *plain);
static enum err release_decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);
static void release_encode(const struct http_ask *ask, const void *plain, const void *answer,
			   struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
#define REQUEST_ID \
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"r-1001\"", \
	  .doc = "your number for this request; names it for ever" }

static const struct member ASK_MEMBERS[] = {
	REQUEST_ID,
	{ "account", MEMBER_TEXT, .lo = 3, .hi = ACCOUNT_NAME_TEXT - 1,
	  .example = "\"user:1001/gold\"", .doc = "of whose balance a part is set aside" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200",
	  .doc = "the asset's smallest units; counts as spent, and never draws on credit" },
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300003",
	  .doc = "one of your reasons: says who may hold and to whom parts may go" },
	{ "expires_in", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = HOLD_SECONDS_MIN,
	  .hi = HOLD_SECONDS_MAX, .example = "7200",
	  .doc = "seconds after which what is left is given back; default 7200" },
	{ 0 }
};
static const struct schema HOLD_ASK = { "hold_ask", ASK_MEMBERS };

static const struct member CAPTURE_MEMBERS[] = {
	REQUEST_ID,
	{ "to", MEMBER_TEXT, .lo = 3, .hi = ACCOUNT_NAME_TEXT - 1, .example = "\"system/gold\"",
	  .doc = "the account that gets it, of the kind that the hold's reason names" },
	{ "amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = AMOUNT_MAX,
	  .example = "150", .doc = "default: all that is left; the rest stays held" },
	{ 0 }
};
static const struct schema CAPTURE_ASK = { "hold_capture_ask", CAPTURE_MEMBERS };

static const struct member RELEASE_MEMBERS[] = {
	REQUEST_ID,
	{ "amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = AMOUNT_MAX,
	  .example = "50", .doc = "default: all that is left" },
	{ 0 }
};
static const struct schema RELEASE_ASK = { "hold_release_ask", RELEASE_MEMBERS };

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"hold_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "hold", .example = "\"hold\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "request_id", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"r-1001\"",
	  .doc = "the number it was asked for by; null: an order's or refund's own, which ends "
		 "with that" },
	{ "account", MEMBER_TEXT, .example = "\"user:1001/gold\"", .doc = "whose balance" },
	{ "asset", MEMBER_TEXT, .example = "\"gold\"", .doc = "what is held" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200",
	  .doc = "what was set aside at first" },
	{ "captured", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "150",
	  .doc = "of it, gone to others" },
	{ "released", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "0",
	  .doc = "of it, given back" },
	{ "left", MEMBER_INTEGER, .lo = 0, .hi = AMOUNT_MAX, .example = "50",
	  .doc = "of it, still set aside" },
	{ "status", MEMBER_TEXT, .words = "open|captured|released|expired", .example = "\"open\"",
	  .doc = "open while something is left; then how the last part went" },
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300003",
	  .doc = "why: the code of a reason" },
	{ "transfer", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"tr_0HZX3K9F2M7QA\"",
	  .doc = "what the capture just asked for moved; else null" },
	{ "version", MEMBER_INTEGER, .lo = 1, .example = "2", .doc = "grows with every change" },
	{ "expires_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T10:00:00.000Z\"",
	  .doc = "when what is left is given back; null: its owner does that" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was set aside" },
	{ 0 }
};
static const struct schema HOLD = { "hold", MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "account", MEMBER_TEXT, MEMBER_NEEDED, .lo = 3, .hi = ACCOUNT_NAME_TEXT - 1,
	  .example = "\"user:1001/gold\"", .doc = "whose holds" },
	{ "status", MEMBER_TEXT, MEMBER_OPTIONAL, .words = "open|captured|released|expired",
	  .example = "\"open\"",
	  .doc = "only these; a page of all of them misses what ends meanwhile" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "holds_query", QUERY_MEMBERS };

const struct route API_HOLDS[] = {
	{ .method = "POST", .path = "/v1/holds", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Sets part of a balance aside until it is captured, released or its time is "
		     "over", .status = 201,
	  .body = &HOLD_ASK, .reply = &HOLD,
	  .ask_size = sizeof(struct hold_make_ask), .answer_size = sizeof(struct hold_answer),
	  .decode = make_decode, .act = hold_make, .encode = encode },
	{ .method = "GET", .path = "/v1/holds/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows a hold, by its id or by key: and its request_id", .reply = &HOLD,
	  .ask_size = sizeof(struct hold_name), .answer_size = sizeof(struct hold_answer),
	  .decode = show_decode, .act = hold_show, .encode = encode },
	{ .method = "GET", .path = "/v1/holds", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists an account's holds, the open ones first", .reply = &HOLD,
	  .query = &LIST_QUERY, .list = true,
	  .ask_size = sizeof(struct holds_ask), .answer_size = sizeof(struct holds),
	  .decode = list_decode, .act = holds_list, .encode = list_encode },
	{ .method = "POST", .path = "/v1/holds/{id}/capture", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE,
	  .summary = "Moves a part of a hold to another account; no balance, limit or freeze can "
		     "refuse it", .status = 201,
	  .body = &CAPTURE_ASK, .reply = &HOLD,
	  .ask_size = sizeof(struct hold_capture_ask), .answer_size = sizeof(struct hold_answer),
	  .decode = capture_decode, .act = hold_capture_once, .encode = encode },
	{ .method = "POST", .path = "/v1/holds/{id}/release", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE,
	  .summary = "Gives a part of a hold back; by key: one that never came is cancelled",
	  .status = 201, .body = &RELEASE_ASK, .reply = &HOLD, .instead = &API_CANCELLATION,
	  .ask_size = sizeof(struct hold_release_ask), .answer_size = sizeof(struct hold_answer),
	  .decode = release_decode, .act = hold_release_once, .encode = release_encode },
	{ 0 }
};
/* clang-format on */

static enum err make_decode(struct http_ask *ask, void *plain)
{
	struct hold_make_ask *a = plain;
	char account[ACCOUNT_NAME_TEXT] = "";
	struct jin r;

	a->app = ask->caller.app;
	a->expires_in = HOLD_SECONDS;
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_text(&r, "account", JIN_NEEDED, account, sizeof(account));
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &a->amount);
	jin_integer(&r, "reason", JIN_NEEDED, 1, REASON_MAX, &a->reason);
	jin_integer(&r, "expires_in", JIN_OPTIONAL, HOLD_SECONDS_MIN, HOLD_SECONDS_MAX,
		    &a->expires_in);
	TRY(jin_done(&r));
	return account_name_read(str_of(account), "account", &a->account);
}

static enum err name_decode(struct http_ask *ask, struct hold_name *name)
{
	name->app = ask->caller.app;
	return api_id_or_key(ask, ID_HOLD, &name->id, name->key);
}

static enum err show_decode(struct http_ask *ask, void *plain)
{
	return name_decode(ask, plain);
}

static enum err capture_decode(struct http_ask *ask, void *plain)
{
	struct hold_capture_ask *a = plain;
	char to[ACCOUNT_NAME_TEXT] = "";
	struct jin r;

	TRY(name_decode(ask, &a->hold));
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_text(&r, "to", JIN_NEEDED, to, sizeof(to));
	jin_integer(&r, "amount", JIN_OPTIONAL, 1, AMOUNT_MAX, &a->amount);
	TRY(jin_done(&r));
	return account_name_read(str_of(to), "to", &a->to);
}

static enum err release_decode(struct http_ask *ask, void *plain)
{
	struct hold_release_ask *a = plain;
	struct jin r;

	TRY(name_decode(ask, &a->hold));
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_integer(&r, "amount", JIN_OPTIONAL, 1, AMOUNT_MAX, &a->amount);
	return jin_done(&r);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct hold_answer *a = answer;

	(void)ask;
	(void)plain;
	reply->replayed = a->replayed;
	hold_json(&reply->body, NULL, &a->hold, a->transfer);
}

static void release_encode(const struct http_ask *ask, const void *plain, const void *answer,
			   struct http_reply *reply)
{
	const struct hold_release_ask *asked = plain;
	const struct hold_answer *a = answer;

	if (!a->cancelled) {
		encode(ask, plain, answer, reply);
		return;
	}
	reply->replayed = a->replayed;
	api_cancellation(ask, asked->hold.key, reply);
}

static enum err status_read(const char *word, enum hold_status *out)
{
	for (int i = HOLD_OPEN; i <= HOLD_EXPIRED; i++) {
		if (strcmp(word, hold_status_name((enum hold_status)i)) == 0) {
			*out = (enum hold_status)i;
			return ERR_OK;
		}
	}
	FAIL_AT(ERR_INVALID, "status", "a hold is open, captured, released or expired");
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct holds_ask *a = plain;
	char account[ACCOUNT_NAME_TEXT] = "", status[16] = "";

	if (!http_query_has(ask, "account"))
		FAIL_AT(ERR_INVALID, "account", "say whose holds: account=user:1001/gold");
	TRY(http_query_text(ask, "account", account, sizeof(account)));
	TRY(account_name_read(str_of(account), "account", &a->account));
	TRY(http_query_text(ask, "status", status, sizeof(status)));
	if (*status != '\0')
		TRY(status_read(status, &a->status));
	return api_page_by_id(ask, ID_HOLD, &a->slice);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct holds *a = answer;

	(void)ask;
	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		hold_json(&reply->body, NULL, &a->holds[i], 0);
	http_list_end(&reply->body, a->more);
}
