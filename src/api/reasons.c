/* reasons.c - /v1/reasons: what a merchant's transfers are for. */
#include "api/api.h"
#include "app/reason.h"

static enum err reason_decode(struct http_ask *ask, void *plain);
static void reason_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply);
static enum err disable_decode(struct http_ask *ask, void *plain);
static enum err enable_decode(struct http_ask *ask, void *plain);
static void switch_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member ROUTE_MEMBERS[] = {
	{ "from", MEMBER_TEXT, .lo = 1, .hi = HOLDER_KIND_MAX, .example = "\"user\"",
	  .doc = "the kind of holder it takes from" },
	{ "to", MEMBER_TEXT, .lo = 1, .hi = HOLDER_KIND_MAX, .example = "\"system\"",
	  .doc = "the kind it gives to" },
	{ "asset", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = ASSET_CODE_MAX,
	  .example = "\"gold\"", .doc = "the only asset it moves there; null: any" },
	{ 0 }
};
static const struct schema ROUTE = { "reason_route", ROUTE_MEMBERS };

static const struct member ASK_MEMBERS[] = {
	{ "code", MEMBER_INTEGER, .lo = REASON_MERCHANT_MIN, .hi = REASON_MAX, .example = "300002",
	  .doc = "its number; names it for ever. Numbers below 100000 are Tael's" },
	{ "name", MEMBER_TEXT, .lo = 1, .hi = REASON_NAME_MAX, .example = "\"红包\"",
	  .doc = "its name in Chinese" },
	{ "name_en", MEMBER_TEXT, .lo = 1, .hi = REASON_NAME_MAX, .example = "\"red packet\"",
	  .doc = "its name in English" },
	{ "from", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = HOLDER_KIND_MAX,
	  .example = "\"user\"",
	  .doc = "with `to`, short for one route of any asset: the kind of holder it takes from, "
		 "`system` or a kind of yours" },
	{ "to", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = HOLDER_KIND_MAX,
	  .example = "\"system\"",
	  .doc = "the kind it gives to: `central`, `system` or a kind of yours" },
	{ "routes", MEMBER_ARRAY, MEMBER_OPTIONAL, .lo = 1, .hi = REASON_ROUTES_MAX, .of = &ROUTE,
	  .doc = "where it may go, instead of `from` and `to`" },
	{ 0 }
};
static const struct schema REASON_ASK = { "reason_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "reason", .example = "\"reason\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "code", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300002",
	  .doc = "its number" },
	{ "name", MEMBER_TEXT, .example = "\"红包\"", .doc = "its name in Chinese" },
	{ "name_en", MEMBER_TEXT, .example = "\"red packet\"", .doc = "its name in English" },
	{ "from", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"user\"",
	  .doc = "the kind of holder it takes from, where it has one route of any asset" },
	{ "to", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"system\"",
	  .doc = "the kind it gives to, likewise" },
	{ "routes", MEMBER_ARRAY, .of = &ROUTE,
	  .doc = "where it may go; none: one of Tael's own reasons" },
	{ "disabled", MEMBER_BOOL, .example = "false", .doc = "true: it moves nothing any more" },
	{ "created_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was added" },
	{ 0 }
};
static const struct schema REASON = { "reason", MEMBERS };

const struct route API_REASONS[] = {
	{ .method = "POST", .path = "/v1/reasons", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Adds a reason for transfers", .status = 201,
	  .body = &REASON_ASK, .reply = &REASON,
	  .ask_size = sizeof(struct reason_ask), .answer_size = sizeof(struct reason_answer),
	  .decode = reason_decode, .act = reason_add, .encode = reason_encode },
	{ .method = "POST", .path = "/v1/reasons/{code}/disable", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE,
	  .summary = "Disables a reason: no transfer or hold begins for it any more",
	  .reply = &REASON,
	  .ask_size = sizeof(struct reason_switch), .answer_size = sizeof(struct reason),
	  .decode = disable_decode, .act = reason_set, .encode = switch_encode },
	{ .method = "POST", .path = "/v1/reasons/{code}/enable", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE, .summary = "Enables a disabled reason", .reply = &REASON,
	  .ask_size = sizeof(struct reason_switch), .answer_size = sizeof(struct reason),
	  .decode = enable_decode, .act = reason_set, .encode = switch_encode },
	{ .method = "GET", .path = "/v1/reasons", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists the reasons by their codes, Tael's own first",
	  .reply = &REASON, .list = true,
	  .ask_size = sizeof(struct list_ask), .answer_size = sizeof(struct reasons),
	  .decode = list_decode, .act = reasons_list, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err reason_decode(struct http_ask *ask, void *plain)
{
	struct reason_ask *a = plain;
	struct jin r;

	jin_open(&r, ask->body);
	jin_integer(&r, "code", JIN_NEEDED, REASON_MERCHANT_MIN, REASON_MAX, &a->code);
	http_jin_line(&r, "name", JIN_NEEDED, a->name, sizeof(a->name));
	http_jin_line(&r, "name_en", JIN_NEEDED, a->name_en, sizeof(a->name_en));
	reason_ask_routes(&r, a);
	return jin_done(&r);
}

static void write_reason(const struct http_ask *ask, const struct reason *r, struct jout *w)
{
	bool is_short = r->routes_n == 1 && *r->routes[0].asset == '\0';

	http_object(ask, w, 0, 0, "reason");
	jout_integer(w, "code", r->code);
	jout_text(w, "name", r->name);
	jout_text(w, "name_en", r->name_en);
	jout_text(w, "from", is_short ? r->routes[0].from : NULL);
	jout_text(w, "to", is_short ? r->routes[0].to : NULL);
	jout_array(w, "routes");
	for (size_t i = 0; i < r->routes_n; i++) {
		const struct reason_route *route = &r->routes[i];

		jout_object(w, NULL);
		jout_text(w, "from", route->from);
		jout_text(w, "to", route->to);
		jout_text(w, "asset", *route->asset != '\0' ? route->asset : NULL);
		jout_object_end(w);
	}
	jout_array_end(w);
	jout_bool(w, "disabled", r->disabled);
	jout_time(w, "created_at", r->created_at);
	jout_object_end(w);
}

static void reason_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply)
{
	const struct reason_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	write_reason(ask, &a->reason, &reply->body);
}

static enum err switch_decode(const struct http_ask *ask, struct reason_switch *a, bool disabled)
{
	a->disabled = disabled;
	/* A code that cannot be one names nothing. */
	if (str_integer(http_param(ask, "code"), 1, REASON_MAX, &a->code) != ERR_OK)
		FAIL_AT(ERR_NOT_FOUND, "code", "there is no such reason");
	return ERR_OK;
}

static enum err disable_decode(struct http_ask *ask, void *plain)
{
	return switch_decode(ask, plain, true);
}

static enum err enable_decode(struct http_ask *ask, void *plain)
{
	return switch_decode(ask, plain, false);
}

static void switch_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply)
{
	(void)plain;
	write_reason(ask, answer, &reply->body);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	return api_page_by_number(ask, plain);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct reasons *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_reason(ask, &a->reasons[i], &reply->body);
	http_list_end(&reply->body, a->more);
}
