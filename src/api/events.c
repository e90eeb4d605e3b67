/* events.c - /v1/events: what happened, to be read in order and to be sent again. */
#include "api/api.h"
#include "app/endpoint.h"
#include "app/event_list.h"

enum { WAIT_MAX_S = HTTP_WAIT_MAX_MS / 1000 };

struct list_plain {
	struct event_list_ask list;
	int64_t wait_s;
};

static enum err list_decode(struct http_ask *ask, void *plain);
static enum err list_act(struct tx *tx, const void *ask, void *answer);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static int64_t list_wait(const struct http_ask *ask, const void *plain, const void *answer);
static enum err show_decode(struct http_ask *ask, void *plain);
static void show_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static enum err resend_decode(struct http_ask *ask, void *plain);
static void resend_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply);

/* clang-format off */
static const struct member DATA_MEMBERS[] = {
	{ "object", MEMBER_OBJECT, .doc = "the object as it was then, with its version" },
	{ 0 }
};
static const struct schema DATA = { "event_data", DATA_MEMBERS };

#define EVENT_MEMBERS \
	{ "id", MEMBER_TEXT, .example = "\"evt_0HZX3K9F2M7QA\"", \
	  .doc = "its id, the webhook-id of each delivery" }, \
	{ "object", MEMBER_TEXT, .words = "event", .example = "\"event\"", \
	  .doc = "what this is" }, \
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" }, \
	{ "type", MEMBER_TEXT, .example = "\"order.paid\"", .doc = "what happened" }, \
	{ "timestamp", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" }, \
	{ "data", MEMBER_OBJECT, .of = &DATA, .doc = "what is sent" }

static const struct member MEMBERS[] = { EVENT_MEMBERS, { 0 } };
static const struct schema EVENT = { "event", MEMBERS };

static const struct member DELIVERY_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"del_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "endpoint", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"we_0HZX3K9F2M7QA\"",
	  .doc = "null: the order's notify_url" },
	{ "status", MEMBER_TEXT, .words = "waiting|delivered|failed", .example = "\"waiting\"",
	  .doc = "failed: after twelve tries" },
	{ "tries", MEMBER_INTEGER, .lo = 0, .example = "2", .doc = "so far" },
	{ "last_status", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 0, .hi = 999, .example = "503",
	  .doc = "the HTTP status of the last try; null: none came" },
	{ "last_error", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"answered 503\"",
	  .doc = "what was wrong with it" },
	{ "next_try_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "of one that waits" },
	{ "ended_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was delivered or failed" },
	{ 0 }
};
static const struct schema DELIVERY = { "delivery", DELIVERY_MEMBERS };

static const struct member DETAIL_MEMBERS[] = {
	EVENT_MEMBERS,
	{ "deliveries", MEMBER_ARRAY, .lo = 0, .hi = EVENT_DELIVERIES_MAX, .of = &DELIVERY,
	  .doc = "to notify_url, and those to endpoints that did not succeed at once" },
	{ 0 }
};
static const struct schema DETAIL = { "event_detail", DETAIL_MEMBERS };

static const struct member RESENT_MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "resend", .example = "\"resend\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "count", MEMBER_INTEGER, .lo = 0, .hi = ENDPOINTS_MAX + 1, .example = "1",
	  .doc = "receivers it is sent to again" },
	{ 0 }
};
static const struct schema RESENT = { "event_resend", RESENT_MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "type", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = EVENT_TYPE_MAX,
	  .example = "\"order.*\"", .doc = "a type, a family or `*`; default: all" },
	{ "wait", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = 0, .hi = WAIT_MAX_S, .example = "25",
	  .doc = "seconds to wait when there is nothing yet; go on with after=`next`" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "events_query", QUERY_MEMBERS };

const struct route API_EVENTS[] = {
	{ .method = "GET", .path = "/v1/events", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists what happened, in order; waits for more if asked to",
	  .query = &LIST_QUERY, .reply = &EVENT, .list = true, .next = true,
	  .ask_size = sizeof(struct list_plain), .answer_size = sizeof(struct event_list),
	  .decode = list_decode, .act = list_act, .encode = list_encode, .wait = list_wait },
	{ .method = "GET", .path = "/v1/events/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows an event and how its deliveries stand", .reply = &DETAIL,
	  .ask_size = sizeof(struct event_get_ask), .answer_size = sizeof(struct event_detail),
	  .decode = show_decode, .act = event_show, .encode = show_encode },
	{ .method = "POST", .path = "/v1/events/{id}/resend", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE,
	  .summary = "Sends an event again to whom it concerns", .reply = &RESENT,
	  .ask_size = sizeof(struct event_resend_ask), .answer_size = sizeof(int64_t),
	  .decode = resend_decode, .act = event_resend, .encode = resend_encode },
	{ 0 }
};
/* clang-format on */

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct list_plain *p = plain;
	struct list_ask slice;

	TRY(api_page_by_id(ask, ID_EVENT, &slice));
	p->list = (struct event_list_ask){ .arena = ask->arena,
					   .app = ask->caller.app,
					   .position = slice.number,
					   .backward = slice.backward,
					   .limit = slice.limit };
	TRY(http_query_integer(ask, "wait", 0, WAIT_MAX_S, &p->wait_s));
	if (!http_query_has(ask, "type"))
		return ERR_OK;
	TRY(http_query_text(ask, "type", p->list.pattern, sizeof(p->list.pattern)));
	return pattern_check(str_of(p->list.pattern), "type");
}

static enum err list_act(struct tx *tx, const void *ask, void *answer)
{
	return event_list(tx, &((const struct list_plain *)ask)->list, answer);
}

static int64_t list_wait(const struct http_ask *ask, const void *plain, const void *answer)
{
	const struct list_plain *p = plain;
	const struct event_list *l = answer;

	(void)ask;
	return l->n == 0 && !l->more && !p->list.backward ? p->wait_s * 1000 : 0;
}

/* The body is what was sent: {"type","timestamp","data"}; its members are taken over. */
static void write_event(const struct http_ask *ask, const struct event_shown *e, struct jout *w)
{
	struct str inner = { e->body.p + 1, e->body.n - 2 };

	http_object(ask, w, ID_EVENT, e->id, "event");
	jout_raw(w, NULL, inner);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct event_list *l = answer;
	struct jout *w = &reply->body;

	(void)plain;
	jout_object(w, NULL);
	jout_text(w, "object", "list");
	jout_id(w, "next", ID_EVENT, l->next);
	jout_array(w, "data");
	for (size_t i = 0; i < l->n; i++) {
		write_event(ask, &l->events[i], w);
		jout_object_end(w);
	}
	http_list_end(w, l->more);
}

static enum err show_decode(struct http_ask *ask, void *plain)
{
	struct event_get_ask *a = plain;

	a->arena = ask->arena;
	a->app = ask->caller.app;
	return http_param_id(ask, "id", ID_EVENT, &a->event);
}

static void write_delivery(const struct delivery_shown *d, struct jout *w)
{
	static const char *const STATUS[] = { "", "waiting", "delivered", "failed" };

	jout_object(w, NULL);
	jout_id(w, "id", ID_DELIVERY, d->id);
	jout_id(w, "endpoint", ID_ENDPOINT, d->endpoint);
	jout_text(w, "status", STATUS[d->status]);
	jout_integer(w, "tries", d->tries);
	if (d->last_status != 0)
		jout_integer(w, "last_status", d->last_status);
	else
		jout_null(w, "last_status");
	jout_text(w, "last_error", d->error[0] != '\0' ? d->error : NULL);
	jout_time(w, "next_try_at", d->status == 1 ? d->due_at : 0);
	jout_time(w, "ended_at", d->ended_at);
	jout_object_end(w);
}

static void show_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct event_detail *a = answer;
	struct jout *w = &reply->body;

	(void)plain;
	write_event(ask, &a->event, w);
	jout_array(w, "deliveries");
	for (size_t i = 0; i < a->n; i++)
		write_delivery(&a->deliveries[i], w);
	jout_array_end(w);
	jout_object_end(w);
}

static enum err resend_decode(struct http_ask *ask, void *plain)
{
	struct event_resend_ask *a = plain;

	a->app = ask->caller.app;
	return http_param_id(ask, "id", ID_EVENT, &a->event);
}

static void resend_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply)
{
	struct jout *w = &reply->body;

	(void)plain;
	http_object(ask, w, 0, 0, "resend");
	jout_integer(w, "count", *(const int64_t *)answer);
	jout_object_end(w);
}
