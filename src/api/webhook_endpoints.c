/* webhook_endpoints.c - /v1/webhook_endpoints: where an app wants to be told of events. */
#include "api/api.h"
#include "app/endpoint.h"
#include "base/time.h"

#include <string.h>

static enum err add_decode(struct http_ask *ask, void *plain);
static enum err set_decode(struct http_ask *ask, void *plain);
static enum err rotate_decode(struct http_ask *ask, void *plain);
static enum err show_decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static enum err resend_decode(struct http_ask *ask, void *plain);
static void resend_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply);

/* clang-format off */
#define URL_MEMBER(need) \
	{ "url", MEMBER_TEXT, need, .lo = 1, .hi = NOTIFY_URL_MAX, \
	  .example = "\"https://shop.example/hooks\"", \
	  .doc = "https; plain http for test merchants; no private addresses" }
#define EVENTS_MEMBER(need) \
	{ "events", MEMBER_ARRAY, need, .lo = 1, .hi = PATTERNS_MAX, .example = "[\"order.*\"]", \
	  .doc = "types, families or `*`; transfer.posted only by its own name" }

static const struct member ADD_MEMBERS[] = {
	URL_MEMBER(MEMBER_NEEDED),
	EVENTS_MEMBER(MEMBER_NEEDED),
	{ "enabled", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "true", .doc = "default true" },
	{ "compat", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "false",
	  .doc = "true: a body `success` counts too, and `fail` does not; default false" },
	{ 0 }
};
static const struct schema ADD = { "webhook_endpoint_ask", ADD_MEMBERS };

static const struct member SET_MEMBERS[] = {
	URL_MEMBER(MEMBER_OPTIONAL),
	EVENTS_MEMBER(MEMBER_OPTIONAL),
	{ "enabled", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "true",
	  .doc = "false: its cursor stands still until it is enabled again" },
	{ "compat", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "false", .doc = "as when added" },
	{ 0 }
};
static const struct schema SET = { "webhook_endpoint_change", SET_MEMBERS };

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"we_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "webhook_endpoint", .example = "\"webhook_endpoint\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "url", MEMBER_TEXT, .example = "\"https://shop.example/hooks\"", .doc = "where to" },
	{ "events", MEMBER_ARRAY, .example = "[\"order.*\"]", .doc = "which events" },
	{ "enabled", MEMBER_BOOL, .example = "true", .doc = "false: it is sent nothing" },
	{ "compat", MEMBER_BOOL, .example = "false", .doc = "the answer's body counts" },
	{ "cursor", MEMBER_TEXT, .example = "\"evt_0HZX3K9F2M7QA\"",
	  .doc = "the last event that was handed on" },
	{ "waiting", MEMBER_INTEGER, .lo = 0, .example = "0",
	  .doc = "deliveries that failed and wait for another try" },
	{ "failing", MEMBER_INTEGER, .lo = 0, .example = "0",
	  .doc = "failures in a row since so many wait that the cursor waits too" },
	{ "retry_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when the cursor tries again" },
	{ "old_secret_until", MEMBER_TIME, MEMBER_OPTIONAL,
	  .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "until then the secret before this one signs as well" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was added" },
	{ "secret", MEMBER_TEXT, MEMBER_SHOWN_ONCE, .example = "\"whsec_…\"",
	  .doc = "signs each webhook (Standard Webhooks)" },
	{ 0 }
};
static const struct schema ENDPOINT = { "webhook_endpoint", MEMBERS };

static const struct member RESEND_MEMBERS[] = {
	{ "after", MEMBER_TEXT, .lo = 1, .hi = 40, .example = "\"2026-11-22T08:00:00Z\"",
	  .doc = "events after this one, or from this time on" },
	{ "until", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = 40,
	  .example = "\"evt_0HZX3K9F2M7QA\"",
	  .doc = "up to and with this one, or up to this time; default: all" },
	{ 0 }
};
static const struct schema RESEND = { "resend_ask", RESEND_MEMBERS };

static const struct member RESENT_MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "resend", .example = "\"resend\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "count", MEMBER_INTEGER, .lo = 0, .hi = ENDPOINT_RESEND_MAX, .example = "12",
	  .doc = "events that are sent again" },
	{ "last", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"evt_0HZX3K9F2M7QA\"",
	  .doc = "the last one looked at" },
	{ "has_more", MEMBER_BOOL, .example = "false",
	  .doc = "true: ask again after `last` when fewer wait" },
	{ 0 }
};
static const struct schema RESENT = { "resend", RESENT_MEMBERS };

#define WRITE_ROUTE(path_, summary_, decode_, act_) \
	.method = "POST", .path = path_, .kind = ROUTE_WRITE, .scope = SCOPE_WRITE, \
	.summary = summary_, .reply = &ENDPOINT, .ask_size = sizeof(struct endpoint_ask), \
	.answer_size = sizeof(struct endpoint_answer), .decode = decode_, .act = act_, \
	.encode = encode

const struct route API_WEBHOOK_ENDPOINTS[] = {
	{ WRITE_ROUTE("/v1/webhook_endpoints",
		      "Adds a webhook endpoint; its secret is shown once", add_decode,
		      endpoint_add),
	  .status = 201, .body = &ADD },
	{ .method = "GET", .path = "/v1/webhook_endpoints", .kind = ROUTE_READ,
	  .scope = SCOPE_READ, .summary = "Lists the app's webhook endpoints",
	  .reply = &ENDPOINT, .list = true,
	  .ask_size = sizeof(struct endpoint_list_ask),
	  .answer_size = sizeof(struct endpoint_list),
	  .decode = list_decode, .act = endpoint_list, .encode = list_encode },
	{ .method = "GET", .path = "/v1/webhook_endpoints/{id}", .kind = ROUTE_READ,
	  .scope = SCOPE_READ, .summary = "Shows a webhook endpoint", .reply = &ENDPOINT,
	  .ask_size = sizeof(struct endpoint_ask), .answer_size = sizeof(struct endpoint_answer),
	  .decode = show_decode, .act = endpoint_show, .encode = encode },
	{ WRITE_ROUTE("/v1/webhook_endpoints/{id}", "Changes a webhook endpoint", set_decode,
		      endpoint_set),
	  .body = &SET },
	{ WRITE_ROUTE("/v1/webhook_endpoints/{id}/rotate",
		      "Gives a webhook endpoint a new secret; both sign for 24 hours",
		      rotate_decode, endpoint_rotate) },
	{ .method = "POST", .path = "/v1/webhook_endpoints/{id}/resend", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE, .summary = "Sends a range of events to the endpoint again",
	  .body = &RESEND, .reply = &RESENT,
	  .ask_size = sizeof(struct resend_ask), .answer_size = sizeof(struct resend_answer),
	  .decode = resend_decode, .act = endpoint_resend, .encode = resend_encode },
	{ 0 }
};
/* clang-format on */

static struct endpoint_ask ask_of(const struct http_ask *ask)
{
	return (struct endpoint_ask){ .services = ask->services,
				      .merchant = ask->caller.merchant,
				      .app = ask->caller.app,
				      .livemode = ask->caller.livemode,
				      .enabled = -1,
				      .compat = -1 };
}

/* "order.*", "refund.failed" -> "order.* refund.failed" */
static void read_events(struct jin *r, enum jin_need need, char out[PATTERNS_TEXT])
{
	size_t n = jin_array(r, "events", need, 1, PATTERNS_MAX), length = 0;

	for (size_t i = 0; i < n; i++) {
		char pattern[EVENT_TYPE_MAX + 1] = "";

		jin_text_at(r, "events", i, pattern, sizeof(pattern));
		if (strchr(pattern, ' ') || pattern_check(str_of(pattern), "events") != ERR_OK) {
			jin_fault(r, ERR_INVALID, "events",
				  "an event type is like order.paid, order.* or *, in a-z and _");
			return;
		}
		str_add(out, PATTERNS_TEXT, &length, "%s%s", i > 0 ? " " : "", pattern);
	}
}

static void read_flag(struct jin *r, const char *key, int *out)
{
	bool value = false;

	jin_bool(r, key, JIN_OPTIONAL, &value);
	if (jin_has(r, key))
		*out = value;
}

static enum err read_body(struct http_ask *ask, enum jin_need need, struct endpoint_ask *a)
{
	struct jin r;

	jin_open(&r, ask->body);
	jin_text(&r, "url", need, a->url, sizeof(a->url));
	read_events(&r, need, a->events);
	read_flag(&r, "enabled", &a->enabled);
	read_flag(&r, "compat", &a->compat);
	TRY(jin_done(&r));
	return endpoint_check(a);
}

static enum err add_decode(struct http_ask *ask, void *plain)
{
	struct endpoint_ask *a = plain;

	*a = ask_of(ask);
	TRY(read_body(ask, JIN_NEEDED, a));
	signing_secret_make(ask->services->rand, a->secret);
	return ERR_OK;
}

static enum err set_decode(struct http_ask *ask, void *plain)
{
	struct endpoint_ask *a = plain;

	TRY(show_decode(ask, plain));
	return read_body(ask, JIN_OPTIONAL, a);
}

static enum err rotate_decode(struct http_ask *ask, void *plain)
{
	struct endpoint_ask *a = plain;

	TRY(show_decode(ask, plain));
	signing_secret_make(ask->services->rand, a->secret);
	return ERR_OK;
}

static enum err show_decode(struct http_ask *ask, void *plain)
{
	struct endpoint_ask *a = plain;

	*a = ask_of(ask);
	return http_param_id(ask, "id", ID_ENDPOINT, &a->id);
}

static void write_endpoint(const struct http_ask *ask, const struct endpoint *e, const char *secret,
			   struct jout *w)
{
	struct str rest = str_of(e->events);

	http_object(ask, w, ID_ENDPOINT, e->id, "webhook_endpoint");
	jout_text(w, "url", e->url);
	jout_array(w, "events");
	while (rest.n > 0)
		jout_str(w, NULL, str_cut(rest, ' ', &rest));
	jout_array_end(w);
	jout_bool(w, "enabled", e->enabled);
	jout_bool(w, "compat", e->compat);
	jout_id(w, "cursor", ID_EVENT, e->cursor);
	jout_integer(w, "waiting", e->waiting);
	jout_integer(w, "failing", e->failing);
	jout_time(w, "retry_at", e->retry_at);
	jout_time(w, "old_secret_until", e->old_until);
	jout_time(w, "created_at", e->created_at);
	if (*secret != '\0')
		jout_text(w, "secret", secret);
	jout_object_end(w);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct endpoint_answer *a = answer;

	(void)plain;
	write_endpoint(ask, &a->endpoint, a->secret, &reply->body);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct endpoint_list_ask *a = plain;

	a->app = ask->caller.app;
	return api_page_by_id(ask, ID_ENDPOINT, &a->slice);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct endpoint_list *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_endpoint(ask, &a->endpoints[i], "", &reply->body);
	http_list_end(&reply->body, a->more);
}

/* An event's id, or a time: the last id before it, or with `end` the last one of it. */
static enum err position_read(const char *text, const char *param, bool end, int64_t *id)
{
	int64_t ms;

	if (id_read(ID_EVENT, str_of(text), id) == ERR_OK)
		return ERR_OK;
	if (rfc3339_read(str_of(text), &ms) != ERR_OK)
		FAIL_AT(ERR_INVALID, param, "this is neither an event's id nor an RFC 3339 time");
	ms += end ? 1 : 0;
	/* Ids hold the times from 1970 to 2109. */
	if (ms <= 0)
		*id = 0;
	else if (ms > id_ms(INT64_MAX))
		*id = INT64_MAX;
	else
		*id = id_next(0, ms, 0) - 1;
	return ERR_OK;
}

static enum err resend_decode(struct http_ask *ask, void *plain)
{
	struct resend_ask *a = plain;
	char after[41] = "", until[41] = "";
	struct jin r;

	a->app = ask->caller.app;
	a->until = INT64_MAX;
	TRY(http_param_id(ask, "id", ID_ENDPOINT, &a->endpoint));
	jin_open(&r, ask->body);
	jin_text(&r, "after", JIN_NEEDED, after, sizeof(after));
	jin_text(&r, "until", JIN_OPTIONAL, until, sizeof(until));
	TRY(jin_done(&r));
	TRY(position_read(after, "after", false, &a->after));
	if (*until != '\0')
		TRY(position_read(until, "until", true, &a->until));
	return ERR_OK;
}

static void resend_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply)
{
	const struct resend_answer *a = answer;
	struct jout *w = &reply->body;

	(void)plain;
	http_object(ask, w, 0, 0, "resend");
	jout_integer(w, "count", a->count);
	jout_id(w, "last", ID_EVENT, a->last);
	jout_bool(w, "has_more", a->more);
	jout_object_end(w);
}
