/* charges.c - /v1/charges: an app pays by the price list from its own account. */
#include "api/api.h"
#include "app/charge.h"
#include "app/charge_number.h"
#include "base/money.h"
#include "base/time.h"
#include "core/reason.h"

#include <stdio.h>
#include <string.h>

static enum err post_decode(struct http_ask *ask, void *plain);
static enum err get_decode(struct http_ask *ask, void *plain);
static enum err rollback_decode(struct http_ask *ask, void *plain);
static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member ITEM_ASK_MEMBERS[] = {
	{ "price", MEMBER_TEXT, .lo = 1, .hi = PRICE_CODE_MAX, .example = "\"webserver\"",
	  .doc = "the code of a price" },
	{ "quantity", MEMBER_INTEGER, .lo = 1, .hi = CHARGE_QUANTITY_MAX, .example = "3",
	  .doc = "how many" },
	{ 0 }
};
static const struct schema ITEM_ASK = { "charge_item_ask", ITEM_ASK_MEMBERS };

static const struct member ASK_MEMBERS[] = {
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"c-1001\"",
	  .doc = "your number for this request; names it for ever" },
	{ "number", MEMBER_INTEGER, MEMBER_OPTIONAL, .lo = CHARGE_NUMBER_FIRST,
	  .hi = AMOUNT_MAX, .example = "null",
	  .doc = "one of the numbers handed out to this app, not used before" },
	{ "items", MEMBER_ARRAY, .lo = 1, .hi = CHARGE_ITEMS_MAX, .of = &ITEM_ASK,
	  .doc = "what is charged for, all of it priced in one asset" },
	{ "reason", MEMBER_INTEGER, .lo = 1, .hi = REASON_MAX, .example = "300010",
	  .doc = "one of your reasons, from app to system" },
	{ "memo", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 0, .hi = MEMO_MAX,
	  .example = "\"十一月\"", .doc = "for people" },
	{ 0 }
};
static const struct schema CHARGE_ASK = { "charge_ask", ASK_MEMBERS };

static const struct member ROLLBACK_ASK_MEMBERS[] = {
	{ "request_id", MEMBER_TEXT, .lo = 1, .hi = 64, .example = "\"b-1001\"",
	  .doc = "your number for this request, another than the charge's" },
	{ 0 }
};
static const struct schema ROLLBACK_ASK = { "rollback_ask", ROLLBACK_ASK_MEMBERS };

static const struct member ITEM_MEMBERS[] = {
	{ "price", MEMBER_TEXT, .example = "\"webserver\"", .doc = "the code of its price" },
	{ "quantity", MEMBER_INTEGER, .lo = 1, .hi = CHARGE_QUANTITY_MAX, .example = "3",
	  .doc = "how many" },
	{ "unit_price", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "9900",
	  .doc = "what one cost when it was charged" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "29700",
	  .doc = "quantity × unit_price" },
	{ 0 }
};
static const struct schema ITEM = { "charge_item", ITEM_MEMBERS };

static const struct member BACK_MEMBERS[] = {
	{ "transfer", MEMBER_TEXT, .example = "\"tr_0HZX3K9F2M7QB\"",
	  .doc = "the transfer that gave the money back" },
	{ "request_id", MEMBER_TEXT, .example = "\"b-1001\"",
	  .doc = "the number it was asked for by" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T09:00:00.000Z\"", .doc = "when" },
	{ 0 }
};
static const struct schema BACK = { "charge_rollback", BACK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "id", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"chg_0HZX3K9F2M7QA\"",
	  .doc = "its id; null: it was cancelled before it came, and all that is null with it" },
	{ "object", MEMBER_TEXT, .words = "charge", .example = "\"charge\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "request_id", MEMBER_TEXT, .example = "\"c-1001\"",
	  .doc = "the number it was asked for by" },
	{ "number", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "100000001",
	  .doc = "the number that was handed out for it" },
	{ "status", MEMBER_TEXT, .words = "charged|rolled_back|cancelled",
	  .example = "\"charged\"", .doc = "cancelled: refused if it still comes" },
	{ "account", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"app:app_0HZX3K9F2M7QA/cny\"",
	  .doc = "the account that paid: this app's own" },
	{ "amount", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "29700",
	  .doc = "the sum of its items, in the asset's smallest units" },
	{ "items", MEMBER_ARRAY, MEMBER_OPTIONAL, .of = &ITEM, .doc = "what was charged for" },
	{ "reason", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "300010",
	  .doc = "why: the code of a reason" },
	{ "memo", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"十一月\"", .doc = "for people" },
	{ "balance", MEMBER_INTEGER, MEMBER_OPTIONAL, .example = "70300",
	  .doc = "the account's balance right after it" },
	{ "transfer", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"tr_0HZX3K9F2M7QA\"",
	  .doc = "the transfer to system that it is" },
	{ "rollback", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &BACK, .example = "null",
	  .doc = "how it was given back" },
	{ "created_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was charged" },
	{ 0 }
};
static const struct schema CHARGE = { "charge", MEMBERS };

static const struct member QUERY_MEMBERS[] = {
	{ "since", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-01T00:00:00.000Z\"",
	  .doc = "charged at this time or later" },
	{ "until", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-12-01T00:00:00.000Z\"",
	  .doc = "charged before this time" },
	{ 0 }
};
static const struct schema LIST_QUERY = { "charges_query", QUERY_MEMBERS };

const struct route API_CHARGES[] = {
	{ .method = "POST", .path = "/v1/charges", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Charges the calling app's account what the items cost now", .status = 201,
	  .body = &CHARGE_ASK, .reply = &CHARGE,
	  .ask_size = sizeof(struct charge_ask), .answer_size = sizeof(struct charge_view),
	  .decode = post_decode, .act = charge_make, .encode = encode },
	{ .method = "GET", .path = "/v1/charges/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows a charge, by its id or by key: and its request_id",
	  .reply = &CHARGE,
	  .ask_size = sizeof(struct charge_name), .answer_size = sizeof(struct charge_view),
	  .decode = get_decode, .act = charge_get, .encode = encode },
	{ .method = "GET", .path = "/v1/charges", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists the app's charges", .query = &LIST_QUERY, .reply = &CHARGE,
	  .list = true,
	  .ask_size = sizeof(struct charges_ask), .answer_size = sizeof(struct charges),
	  .decode = list_decode, .act = charges_list, .encode = list_encode },
	{ .method = "POST", .path = "/v1/charges/{id}/rollback", .kind = ROUTE_WRITE,
	  .scope = SCOPE_REFUND,
	  .summary = "Gives a charge back once; keeps a request never seen from coming",
	  .body = &ROLLBACK_ASK, .reply = &CHARGE,
	  .ask_size = sizeof(struct rollback_ask), .answer_size = sizeof(struct charge_view),
	  .decode = rollback_decode, .act = charge_rollback, .encode = encode },
	{ 0 }
};
/* clang-format on */

/* --- asking --- */

static void read_items(struct jin *r, struct charge_ask *a)
{
	struct jin in;

	a->items_n = jin_array(r, "items", JIN_NEEDED, 1, CHARGE_ITEMS_MAX);
	for (size_t i = 0; i < a->items_n && jin_enter_at(r, "items", i, &in); i++) {
		struct charge_item *item = &a->items[i];

		jin_text(&in, "price", JIN_NEEDED, item->price, sizeof(item->price));
		jin_integer(&in, "quantity", JIN_NEEDED, 1, CHARGE_QUANTITY_MAX, &item->quantity);
		if (in.fault.code == ERR_OK && price_code_check(item->price, "price") != ERR_OK)
			jin_fault(&in, ERR_INVALID, "price", err_text());
		jin_leave(&in);
	}
}

static enum err post_decode(struct http_ask *ask, void *plain)
{
	struct charge_ask *a = plain;
	struct jin r;

	a->app = ask->caller.app;
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	jin_integer(&r, "number", JIN_OPTIONAL, CHARGE_NUMBER_FIRST, AMOUNT_MAX, &a->number);
	read_items(&r, a);
	jin_integer(&r, "reason", JIN_NEEDED, 1, REASON_MAX, &a->reason);
	jin_text(&r, "memo", JIN_OPTIONAL, a->memo, sizeof(a->memo));
	return jin_done(&r);
}

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct charge_name *a = plain;

	a->app = ask->caller.app;
	return api_id_or_key(ask, ID_CHARGE, &a->id, a->request_id);
}

static enum err rollback_decode(struct http_ask *ask, void *plain)
{
	struct rollback_ask *a = plain;
	struct jin r;

	TRY(get_decode(ask, &a->charge));
	jin_open(&r, ask->body);
	http_jin_key(&r, "request_id", a->request_id);
	TRY(jin_done(&r));
	if (strcmp(a->request_id, a->charge.request_id) == 0)
		FAIL_AT(ERR_INVALID, "request_id",
			"the roll-back needs a number of its own: %s is the charge's",
			a->request_id);
	return ERR_OK;
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct charges_ask *a = plain;

	a->app = ask->caller.app;
	TRY(api_query_time(ask, "since", &a->since_ms));
	TRY(api_query_time(ask, "until", &a->until_ms));
	return api_page_by_id(ask, ID_CHARGE, &a->slice);
}

/* --- answering --- */

static void write_cancelled(struct jout *w)
{
	static const char *const NONE[] = { "account", "amount",   "items",    "reason",    "memo",
					    "balance", "transfer", "rollback", "created_at" };

	for (size_t i = 0; i < sizeof(NONE) / sizeof(NONE[0]); i++)
		jout_null(w, NONE[i]);
}

static void write_items(const struct charge *c, struct jout *w)
{
	jout_array(w, "items");
	for (size_t i = 0; i < c->items_n; i++) {
		jout_object(w, NULL);
		jout_text(w, "price", c->items[i].price);
		jout_integer(w, "quantity", c->items[i].quantity);
		jout_integer(w, "unit_price", c->items[i].unit_price);
		jout_integer(w, "amount", c->items[i].amount);
		jout_object_end(w);
	}
	jout_array_end(w);
}

static void write_made(const struct charge *c, struct jout *w)
{
	char holder[HOLDER_MAX + 1], account[HOLDER_MAX + ASSET_CODE_MAX + 2];

	charge_holder(c->app, holder);
	(void)snprintf(account, sizeof(account), "%s/%s", holder, c->asset);
	jout_text(w, "account", account);
	jout_integer(w, "amount", c->amount);
	write_items(c, w);
	jout_integer(w, "reason", c->reason);
	jout_text(w, "memo", *c->memo != '\0' ? c->memo : NULL);
	jout_integer(w, "balance", c->balance);
	jout_id(w, "transfer", ID_TRANSFER, c->id);
	if (c->rollback == 0) {
		jout_null(w, "rollback");
	} else {
		jout_object(w, "rollback");
		jout_id(w, "transfer", ID_TRANSFER, c->rollback);
		jout_text(w, "request_id", c->rollback_request);
		jout_time(w, "created_at", c->rolled_back_at);
		jout_object_end(w);
	}
	jout_time(w, "created_at", c->created_at);
}

static void write_charge(const struct http_ask *ask, const struct charge *c, struct jout *w)
{
	jout_object(w, NULL);
	jout_id(w, "id", ID_CHARGE, c->id);
	jout_text(w, "object", "charge");
	jout_bool(w, "livemode", ask->caller.livemode);
	jout_text(w, "request_id", c->request_id);
	if (c->number != 0)
		jout_integer(w, "number", c->number);
	else
		jout_null(w, "number");
	jout_text(w, "status",
		  c->id == 0         ? "cancelled"
		  : c->rollback != 0 ? "rolled_back"
				     : "charged");
	if (c->id == 0)
		write_cancelled(w);
	else
		write_made(c, w);
	jout_object_end(w);
}

static void encode(const struct http_ask *ask, const void *plain, const void *answer,
		   struct http_reply *reply)
{
	const struct charge_view *v = answer;

	(void)plain;
	reply->replayed = v->replayed;
	write_charge(ask, &v->charge, &reply->body);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct charges *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_charge(ask, &a->charges[i], &reply->body);
	http_list_end(&reply->body, a->more);
}
