/* assets.c - /v1/assets: what a merchant counts. */
#include "api/api.h"
#include "app/asset.h"
#include "app/transfer.h"
#include "base/money.h"

static enum err asset_decode(struct http_ask *ask, void *plain);
static void asset_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static enum err issue_decode(struct http_ask *ask, void *plain);
static void issue_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply);

/* clang-format off */
static const struct member PAY_MEMBERS[] = {
	{ "units", MEMBER_INTEGER, .lo = 1, .hi = PAY_RATE_MAX, .example = "100",
	  .doc = "so many units of it …" },
	{ "fen", MEMBER_INTEGER, .lo = 1, .hi = PAY_RATE_MAX, .example = "1",
	  .doc = "… are worth so many fen of an order" },
	{ "max_percent", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = 100, .example = "50",
	  .doc = "how much of an order it may pay; 100 when not given" },
	{ 0 }
};
static const struct schema PAY = { "asset_pay", PAY_MEMBERS };

static const struct member ASK_MEMBERS[] = {
	{ "code", MEMBER_TEXT, .lo = 1, .hi = ASSET_CODE_MAX, .example = "\"gold\"",
	  .doc = "its name for programs, `[a-z][a-z0-9_]{0,15}`; names it for ever" },
	{ "name", MEMBER_TEXT, .lo = 1, .hi = ASSET_NAME_MAX, .example = "\"金币\"",
	  .doc = "its name for people" },
	{ "kind", MEMBER_TEXT, .words = "money|points", .example = "\"points\"",
	  .doc = "what it is" },
	{ "scale", MEMBER_INTEGER, .lo = 0, .hi = ASSET_SCALE_MAX, .example = "0",
	  .doc = "digits after the point when shown; amounts count the smallest unit" },
	{ "pay", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &PAY,
	  .doc = "how it pays for orders; it does not when this is not given" },
	{ "frozen_incoming", MEMBER_TEXT, MEMBER_OPTIONAL, .words = "allow|refuse",
	  .example = "\"refuse\"",
	  .doc = "whether a frozen account of it still gets; refuse when not given" },
	{ "expires_days", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = EXPIRES_DAYS_MAX,
	  .example = "365",
	  .doc = "points that expire: what anybody gets, also by a refund or a reversal, is good "
		 "to the end of the day of UTC+8 so many days later; what expires soonest is "
		 "spent first; never when this is not given" },
	{ 0 }
};
static const struct schema ASSET_ASK = { "asset_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "asset", .example = "\"asset\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "code", MEMBER_TEXT, .example = "\"gold\"", .doc = "its name for programs" },
	{ "name", MEMBER_TEXT, .example = "\"金币\"", .doc = "its name for people" },
	{ "kind", MEMBER_TEXT, .words = "money|points", .example = "\"points\"",
	  .doc = "what it is" },
	{ "scale", MEMBER_INTEGER, .lo = 0, .hi = ASSET_SCALE_MAX, .example = "0",
	  .doc = "digits after the point when shown" },
	{ "pay", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &PAY,
	  .doc = "how it pays for orders; null: it does not" },
	{ "frozen_incoming", MEMBER_TEXT, .words = "allow|refuse", .example = "\"refuse\"",
	  .doc = "whether a frozen account of it still gets" },
	{ "expires_days", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 1, .hi = EXPIRES_DAYS_MAX,
	  .example = "365", .doc = "how many days what anybody gets is good; null: for ever" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was added" },
	{ 0 }
};
static const struct schema ASSET = { "asset", MEMBERS };

static const struct member ISSUE_MEMBERS[] = {
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"issue-1\"",
	  .doc = "your number for this request; names it for ever" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "1000000",
	  .doc = "units to issue, from `central` to `system`" },
	{ 0 }
};
static const struct schema ISSUE_ASK = { "issue_ask", ISSUE_MEMBERS };

const struct route API_ASSETS[] = {
	{ .method = "POST", .path = "/v1/assets", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Adds an asset", .status = 201, .body = &ASSET_ASK, .reply = &ASSET,
	  .ask_size = sizeof(struct asset_ask), .answer_size = sizeof(struct asset_answer),
	  .decode = asset_decode, .act = asset_add, .encode = asset_encode },
	{ .method = "GET", .path = "/v1/assets", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists the assets by their codes", .reply = &ASSET, .list = true,
	  .ask_size = sizeof(struct list_ask), .answer_size = sizeof(struct assets),
	  .decode = list_decode, .act = assets_list, .encode = list_encode },
	{ .method = "POST", .path = "/v1/assets/{code}/issue", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE, .summary = "Issues units of an asset", .status = 201,
	  .body = &ISSUE_ASK, .reply = &API_TRANSFER,
	  .ask_size = sizeof(struct issue_ask), .answer_size = sizeof(struct transfer_view),
	  .decode = issue_decode, .act = transfer_issue, .encode = issue_encode },
	{ 0 }
};
/* clang-format on */

static enum err asset_decode(struct http_ask *ask, void *plain)
{
	struct asset_ask *a = plain;
	struct jin r, pay;
	char kind[16] = "", frozen_in[16] = "refuse";

	jin_open(&r, ask->body);
	jin_text(&r, "code", JIN_NEEDED, a->code, sizeof(a->code));
	http_jin_line(&r, "name", JIN_NEEDED, a->name, sizeof(a->name));
	jin_text(&r, "kind", JIN_NEEDED, kind, sizeof(kind));
	jin_integer(&r, "scale", JIN_NEEDED, 0, ASSET_SCALE_MAX, &a->scale);
	a->pay.percent = 100;
	if (jin_enter(&r, "pay", JIN_OPTIONAL, &pay)) {
		jin_integer(&pay, "units", JIN_NEEDED, 1, PAY_RATE_MAX, &a->pay.units);
		jin_integer(&pay, "fen", JIN_NEEDED, 1, PAY_RATE_MAX, &a->pay.fen);
		jin_integer(&pay, "max_percent", JIN_OPTIONAL, 1, 100, &a->pay.percent);
		jin_leave(&pay);
	}
	jin_text(&r, "frozen_incoming", JIN_OPTIONAL, frozen_in, sizeof(frozen_in));
	jin_integer(&r, "expires_days", JIN_OPTIONAL, 1, EXPIRES_DAYS_MAX, &a->expires_days);
	TRY(jin_done(&r));
	TRY(asset_code_check(a->code, "code"));
	TRY(asset_frozen_in_read(frozen_in, &a->frozen_in));
	if (str_is(str_of(kind), "money"))
		a->kind = ASSET_MONEY;
	else if (str_is(str_of(kind), "points"))
		a->kind = ASSET_POINTS;
	else
		FAIL_AT(ERR_INVALID, "kind", "kind must be money or points");
	return ERR_OK;
}

static void write_asset(const struct http_ask *ask, const struct asset *a, struct jout *w)
{
	http_object(ask, w, 0, 0, "asset");
	jout_text(w, "code", a->code);
	jout_text(w, "name", a->name);
	jout_text(w, "kind", asset_kind_name(a->kind));
	jout_integer(w, "scale", a->scale);
	if (a->pay.units == 0) {
		jout_null(w, "pay");
	} else {
		jout_object(w, "pay");
		jout_integer(w, "units", a->pay.units);
		jout_integer(w, "fen", a->pay.fen);
		jout_integer(w, "max_percent", a->pay.percent);
		jout_object_end(w);
	}
	jout_text(w, "frozen_incoming", a->frozen_in ? "allow" : "refuse");
	if (a->expires_days > 0)
		jout_integer(w, "expires_days", a->expires_days);
	else
		jout_null(w, "expires_days");
	jout_time(w, "created_at", a->created_at);
	jout_object_end(w);
}

static void asset_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply)
{
	const struct asset_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	write_asset(ask, &a->asset, &reply->body);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	return api_page_by_text(ask, plain);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct assets *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_asset(ask, &a->assets[i], &reply->body);
	http_list_end(&reply->body, a->more);
}

static enum err issue_decode(struct http_ask *ask, void *plain)
{
	struct issue_ask *a = plain;
	struct jin r;

	/* A code that cannot be one names nothing. */
	if (str_copy(a->asset, sizeof(a->asset), http_param(ask, "code")) != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, "code", "there is no such asset");
	a->app = ask->caller.app;
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &a->amount);
	return jin_done(&r);
}

static void issue_encode(const struct http_ask *ask, const void *plain, const void *answer,
			 struct http_reply *reply)
{
	const struct transfer_view *t = answer;

	(void)plain;
	reply->replayed = t->replayed;
	transfer_json(&reply->body, NULL, t, ask->caller.livemode);
}
