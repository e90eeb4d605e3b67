/* orders.c - /v1/orders: what the shop wants paid. */
#include "api/api.h"
#include "api/order_schemas.h"
#include "app/order_close.h"
#include "app/order_create.h"
#include "app/order_row.h"
#include "app/order_view.h"
#include "base/money.h"
#include "sys/cleanup.h"

static enum err create_decode(struct http_ask *ask, void *plain);
static void create_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply);
static enum err get_decode(struct http_ask *ask, void *plain);
static enum err get_act(struct tx *tx, const void *ask, void *answer);
static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply);
static enum err find_decode(struct http_ask *ask, void *plain);
static enum err find_act(struct tx *tx, const void *ask, void *answer);
static void find_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static enum err close_flow(struct http_ask *ask, struct http_reply *reply);
static enum err sync_flow(struct http_ask *ask, struct http_reply *reply);

/* One order, asked for by id or by the shop's number. */
struct get_ask {
	int64_t app, id;
	char out_order_no[REQUEST_KEY_MAX + 1];
	struct arena *arena;
};

struct found {
	bool found;
	struct order_view view;
};

/* clang-format off */
static const struct member ACTION_MEMBERS[] = {
	{ "name", MEMBER_TEXT, .words = "wallet.topup", .example = "\"wallet.topup\"",
	  .doc = "what being paid sets in motion" },
	{ "args", MEMBER_OBJECT, MEMBER_OPTIONAL, .doc = "its arguments" },
	{ 0 }
};
static const struct schema ACTION_ASK = { "action", ACTION_MEMBERS };

static const struct member ASK_MEMBERS[] = {
	{ "out_order_no", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"T-1001\"",
	  .doc = "your number; names this order for ever" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "8800", .doc = "fen" },
	{ "subject", MEMBER_TEXT, .lo = 1, .hi = SUBJECT_MAX, .example = "\"Tea\"",
	  .doc = "what the payer sees" },
	{ "user", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = USER_MAX, .example = "\"7\"",
	  .doc = "holder user:7, whose wallets may pay" },
	{ "expires_in", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = EXPIRES_MIN_S,
	  .hi = EXPIRES_MAX_S, .example = "7200", .doc = "seconds; 7200 if absent" },
	{ "notify_url", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = URL_MAX,
	  .example = "\"https://shop.example/tael\"", .doc = "gets this order's events" },
	{ "return_url", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = URL_MAX,
	  .example = "\"https://shop.example/thanks\"",
	  .doc = "where the payer's browser goes afterwards" },
	{ "action", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &ACTION_ASK,
	  .doc = "wallet.topup credits the user instead of the shop" },
	{ "attach", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 0, .hi = ATTACH_MAX,
	  .example = "\"table 4\"", .doc = "yours; comes back in every event" },
	{ "metadata", MEMBER_OBJECT, MEMBER_OPTIONAL,
	  .doc = "yours: an object of at most 2048 bytes" },
	{ 0 }
};
static const struct schema ORDER_ASK = { "order_ask", ASK_MEMBERS };

static const struct member FIND_MEMBERS[] = {
	{ "out_order_no", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"T-1001\"",
	  .doc = "your number" },
	{ 0 }
};
static const struct schema FIND_QUERY = { "order_find", FIND_MEMBERS };

const struct route API_ORDERS[] = {
	{ .method = "POST", .path = "/v1/orders", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Creates an order, or finds it again by its number", .status = 201,
	  .body = &ORDER_ASK, .reply = &API_ORDER,
	  .ask_size = sizeof(struct order_ask), .answer_size = sizeof(struct order_made),
	  .decode = create_decode, .act = order_create, .encode = create_encode },
	{ .method = "GET", .path = "/v1/orders", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Finds an order by your number", .query = &FIND_QUERY,
	  .reply = &API_ORDER, .list = true,
	  .ask_size = sizeof(struct get_ask), .answer_size = sizeof(struct found),
	  .decode = find_decode, .act = find_act, .encode = find_encode },
	{ .method = "GET", .path = "/v1/orders/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows an order with its live or paying attempt", .reply = &API_ORDER,
	  .ask_size = sizeof(struct get_ask), .answer_size = sizeof(struct order_view),
	  .decode = get_decode, .act = get_act, .encode = get_encode },
	{ .method = "POST", .path = "/v1/orders/{id}/close", .kind = ROUTE_FLOW,
	  .scope = SCOPE_WRITE,
	  .summary = "Closes an order at the channel and here; closing until it is confirmed",
	  .reply = &API_ORDER, .flow = close_flow },
	{ .method = "POST", .path = "/v1/orders/{id}/sync", .kind = ROUTE_FLOW,
	  .scope = SCOPE_WRITE,
	  .summary = "Asks the channel now and repairs what was missed", .reply = &API_ORDER,
	  .flow = sync_flow },
	{ 0 }
};
/* clang-format on */

/* --- create --- */

static enum err create_decode(struct http_ask *ask, void *plain)
{
	struct order_ask *a = plain;
	struct order *o = &a->order;
	struct jin r, action;

	a->app = ask->caller.app;
	a->run = ask->services->run;
	a->expires_in_s = EXPIRES_DEFAULT_S;
	jin_open(&r, ask->body);
	http_jin_key(&r, "out_order_no", o->out_order_no);
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &o->amount);
	jin_text(&r, "subject", JIN_NEEDED, o->subject, sizeof(o->subject));
	jin_word(&r, "user", JIN_OPTIONAL,
		 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-", o->user,
		 sizeof(o->user));
	jin_integer(&r, "expires_in", JIN_OPTIONAL, EXPIRES_MIN_S, EXPIRES_MAX_S, &a->expires_in_s);
	jin_text(&r, "notify_url", JIN_OPTIONAL, o->notify_url, sizeof(o->notify_url));
	jin_text(&r, "return_url", JIN_OPTIONAL, o->return_url, sizeof(o->return_url));
	jin_text(&r, "attach", JIN_OPTIONAL, o->attach, sizeof(o->attach));
	jin_object_text(&r, "metadata", JIN_OPTIONAL, o->metadata, sizeof(o->metadata));
	if (jin_enter(&r, "action", JIN_OPTIONAL, &action)) {
		jin_text(&action, "name", JIN_NEEDED, o->action, sizeof(o->action));
		jin_object_text(&action, "args", JIN_OPTIONAL, o->action_args,
				sizeof(o->action_args));
		jin_leave(&action);
	}
	TRY(jin_done(&r));
	if (o->subject[0] == '\0')
		FAIL_AT(ERR_INVALID, "subject", "a subject is 1 to %d bytes", SUBJECT_MAX);
	if (o->notify_url[0] != '\0')
		TRY(shop_url_check(o->notify_url, "notify_url"));
	if (o->return_url[0] != '\0')
		TRY(shop_url_check(o->return_url, "return_url"));
	return ERR_OK;
}

static void create_encode(const struct http_ask *ask, const void *plain, const void *answer,
			  struct http_reply *reply)
{
	const struct order_made *made = answer;

	(void)plain;
	(void)ask;
	reply->replayed = made->replayed;
	if (made->replayed)
		reply->status = 200;
	order_write(&reply->body, NULL, &made->order, made->livemode,
		    made->has_attempt ? &made->attempt : NULL, NULL);
}

/* --- read --- */

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct get_ask *a = plain;

	a->app = ask->caller.app;
	a->arena = ask->arena;
	return http_param_id(ask, "id", ID_ORDER, &a->id);
}

static enum err get_act(struct tx *tx, const void *ask, void *answer)
{
	const struct get_ask *in = ask;

	return order_view_get(tx, in->app, in->id, in->arena, answer);
}

static void write_view(struct jout *w, const struct order_view *v)
{
	order_write(w, NULL, &v->order, v->livemode, v->has_attempt ? &v->attempt : NULL,
		    v->has_attempt ? &v->action : NULL);
}

static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	(void)ask;
	(void)plain;
	write_view(&reply->body, answer);
}

static enum err find_decode(struct http_ask *ask, void *plain)
{
	struct get_ask *a = plain;

	a->app = ask->caller.app;
	a->arena = ask->arena;
	if (!http_query_has(ask, "out_order_no"))
		FAIL_AT(ERR_INVALID, "out_order_no", "name the order by your number");
	return http_query_text(ask, "out_order_no", a->out_order_no, sizeof(a->out_order_no));
}

static enum err find_act(struct tx *tx, const void *ask, void *answer)
{
	const struct get_ask *in = ask;
	struct found *out = answer;
	struct order o;
	enum err e = order_get_by_number(tx, in->app, in->out_order_no, &o);

	out->found = e == ERR_OK;
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	TRY(e);
	return order_view_get(tx, in->app, o.id, in->arena, &out->view);
}

static void find_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct found *f = answer;

	(void)ask;
	(void)plain;
	http_list(&reply->body);
	if (f->found)
		write_view(&reply->body, &f->view);
	http_list_end(&reply->body, false);
}

/* --- close, sync --- */

static enum err show(struct http_ask *ask, int64_t id, struct http_reply *reply)
{
	struct get_ask get = { .app = ask->caller.app, .id = id, .arena = ask->arena };
	struct order_view *v = arena_alloc(ask->arena, sizeof(*v));

	TRY(store_read(ask->services->store, ask->caller.merchant, get_act, &get, v));
	write_view(&reply->body, v);
	return ERR_OK;
}

static enum err close_flow(struct http_ask *ask, struct http_reply *reply)
{
	enum order_status status;
	int64_t id;

	TRY(http_param_id(ask, "id", ID_ORDER, &id));
	TRY(order_close(ask->services, ask->caller.merchant, ask->caller.app, id, &status));
	return show(ask, id, reply);
}

static enum err sync_flow(struct http_ask *ask, struct http_reply *reply)
{
	int64_t id;

	TRY(http_param_id(ask, "id", ID_ORDER, &id));
	TRY(order_sync(ask->services, ask->caller.merchant, ask->caller.app, id));
	return show(ask, id, reply);
}
