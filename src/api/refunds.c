/* refunds.c - /v1/orders/{id}/refunds and /v1/refunds: money and points given back. */
#include "api/api.h"
#include "api/order_schemas.h"
#include "app/merchant.h"
#include "app/order_row.h"
#include "app/order_view.h"
#include "app/refund_make.h"
#include "base/money.h"

#include <string.h>

enum { LISTED_MAX = 100 };

struct get_ask {
	int64_t app, id;
};

struct got {
	struct refund refund;
	bool livemode;
};

struct list_query {
	int64_t app, order;
	char out_refund_no[REQUEST_KEY_MAX + 1];
};

struct listed {
	bool livemode, more;
	size_t n;
	struct refund refunds[LISTED_MAX];
};

static enum err make_flow(struct http_ask *ask, struct http_reply *reply);
static enum err get_decode(struct http_ask *ask, void *plain);
static enum err get_act(struct tx *tx, const void *ask, void *answer);
static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static enum err list_act(struct tx *tx, const void *ask, void *answer);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "out_refund_no", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"R-1\"",
	  .doc = "your number; names this refund for ever" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "100",
	  .doc = "fen; divided over the legs that paid" },
	{ "note", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 0, .hi = MEMO_MAX,
	  .example = "\"damaged\"", .doc = "why" },
	{ 0 }
};
static const struct schema REFUND_ASK = { "refund_ask", ASK_MEMBERS };

static const struct member LIST_MEMBERS[] = {
	{ "order", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"ord_0HZX3K9F2M7QA\"",
	  .doc = "the refunds of an order" },
	{ "out_refund_no", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = 64,
	  .example = "\"R-1\"", .doc = "the refund of this number" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "refund_list", LIST_MEMBERS };

const struct route API_REFUNDS[] = {
	{ .method = "POST", .path = "/v1/orders/{id}/refunds", .kind = ROUTE_FLOW,
	  .scope = SCOPE_REFUND, .summary = "Gives back part of what was paid", .status = 201,
	  .body = &REFUND_ASK, .reply = &API_REFUND, .flow = make_flow },
	{ .method = "GET", .path = "/v1/refunds/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows a refund", .reply = &API_REFUND,
	  .ask_size = sizeof(struct get_ask), .answer_size = sizeof(struct got),
	  .decode = get_decode, .act = get_act, .encode = get_encode },
	{ .method = "GET", .path = "/v1/refunds", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists the refunds of an order, or finds one by your number",
	  .query = &LIST_QUERY, .reply = &API_REFUND, .list = true,
	  .ask_size = sizeof(struct list_query), .answer_size = sizeof(struct listed),
	  .decode = list_decode, .act = list_act, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err make_flow(struct http_ask *ask, struct http_reply *reply)
{
	struct refund_ask in = { .app = ask->caller.app, .idempotency = &ask->idempotency };
	struct refund_made out;
	struct jin r;

	TRY(http_param_id(ask, "id", ID_ORDER, &in.order));
	jin_open(&r, ask->body);
	http_jin_key(&r, "out_refund_no", in.out_refund_no);
	jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &in.amount);
	jin_text(&r, "note", JIN_OPTIONAL, in.note, sizeof(in.note));
	TRY(jin_done(&r));
	TRY(refund_make(ask->services, ask->caller.merchant, &in, &out));
	reply->replayed = out.replayed;
	if (out.replayed)
		reply->status = 200;
	refund_write(&reply->body, NULL, &out.refund, out.livemode);
	return ERR_OK;
}

/* --- one --- */

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct get_ask *a = plain;

	a->app = ask->caller.app;
	return http_param_id(ask, "id", ID_REFUND, &a->id);
}

static enum err get_act(struct tx *tx, const void *ask, void *answer)
{
	const struct get_ask *in = ask;
	struct got *out = answer;
	struct merchant m;

	TRY(merchant_get(tx, &m));
	out->livemode = m.livemode;
	return refund_get(tx, in->app, in->id, &out->refund);
}

static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	const struct got *g = answer;

	(void)ask;
	(void)plain;
	refund_write(&reply->body, NULL, &g->refund, g->livemode);
}

/* --- many --- */

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct list_query *q = plain;

	q->app = ask->caller.app;
	TRY(http_query_id(ask, "order", ID_ORDER, &q->order));
	TRY(http_query_text(ask, "out_refund_no", q->out_refund_no, sizeof(q->out_refund_no)));
	if (q->order == 0 && q->out_refund_no[0] == '\0')
		FAIL_AT(ERR_INVALID, "order", "name an order, or a refund by your number");
	return ERR_OK;
}

static enum err list_act(struct tx *tx, const void *ask, void *answer)
{
	const struct list_query *q = ask;
	struct listed *out = answer;
	int64_t ids[LISTED_MAX] = { 0 };
	struct merchant m;
	struct rows r;

	TRY(merchant_get(tx, &m));
	out->livemode = m.livemode;
	TX_GET(tx, &r,
	       "select id from refund where merchant_id = $1 and app_id = $2 "
	       "and (order_id = $3 or $3 = 0) and (out_refund_no = $4 or $4 = '') "
	       "order by id limit 101",
	       V_I(tx_merchant(tx)), V_I(q->app), V_I(q->order), V_T(q->out_refund_no));
	while (rows_next(&r)) {
		out->more = out->n == LISTED_MAX;
		if (!out->more)
			ids[out->n++] = row_i(&r, 0);
	}
	TRY(rows_end(&r));
	for (size_t i = 0; i < out->n; i++)
		TRY(refund_get(tx, q->app, ids[i], &out->refunds[i]));
	return ERR_OK;
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct listed *l = answer;

	(void)ask;
	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < l->n; i++)
		refund_write(&reply->body, NULL, &l->refunds[i], l->livemode);
	http_list_end(&reply->body, l->more);
}
