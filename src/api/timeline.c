/* timeline.c - /v1/orders/{id}/timeline: everything that happened to an order. */
#include "api/api.h"
#include "app/order_timeline.h"

static enum err decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);

/* clang-format off */
static const struct member MEMBERS[] = {
	{ "at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"", .doc = "when" },
	{ "what", MEMBER_TEXT, .example = "\"payment\"",
	  .doc = "order.created, attempt.begun, attempt.ended, payment, transfer, hold, "
		 "refund.made, refund.ended, case.opened, event, call, webhook, …" },
	{ "id", MEMBER_TEXT, .example = "\"pay_0HZX3K9F2M7QA\"", .doc = "of the object" },
	{ "text", MEMBER_TEXT, .example = "\"2026112222001… by notice\"", .doc = "for people" },
	{ "amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "8600",
	  .doc = "fen, where there is one" },
	{ 0 }
};
static const struct schema HAPPENING = { "happening", MEMBERS };

const struct route API_TIMELINE[] = {
	{ .method = "GET", .path = "/v1/orders/{id}/timeline", .kind = ROUTE_READ,
	  .scope = SCOPE_READ, .summary = "Tells everything that happened to an order",
	  .reply = &HAPPENING, .list = true,
	  .ask_size = sizeof(struct timeline_ask), .answer_size = sizeof(struct timeline),
	  .decode = decode, .act = order_timeline, .encode = encode },
	{ 0 }
};
/* clang-format on */

static enum err decode(struct http_ask *ask, void *plain)
{
	struct timeline_ask *a = plain;

	a->app = ask->caller.app;
	a->arena = ask->arena;
	return http_param_id(ask, "id", ID_ORDER, &a->order);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct timeline_ask *in = plain;
	struct timeline *t = arena_alloc(ask->arena, sizeof(*t));

	*t = *(const struct timeline *)answer;
	timeline_add_calls(t, ask->services->calls, in->order, ask->arena);
	http_list(&reply->body);
	for (size_t i = 0; i < t->n; i++) {
		const struct happening *h = &t->happenings[i];

		jout_object(&reply->body, NULL);
		jout_time(&reply->body, "at", h->at_ms);
		jout_text(&reply->body, "what", h->what);
		jout_text(&reply->body, "id", h->id);
		jout_text(&reply->body, "text", h->text);
		if (h->fen != 0)
			jout_integer(&reply->body, "amount", h->fen);
		else
			jout_null(&reply->body, "amount");
		jout_object_end(&reply->body);
	}
	http_list_end(&reply->body, t->n == TIMELINE_MAX);
}
