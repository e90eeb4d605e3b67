/* order_pay.c - /v1/orders/{id}/pay: by wallets, a channel, or both. */
#include "api/api.h"
#include "api/order_schemas.h"
#include "app/order_pay.h"
#include "app/order_create.h"
#include "base/money.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static enum err pay_flow(struct http_ask *ask, struct http_reply *reply);
static enum err decode(struct http_ask *ask, struct pay_ask *out);
static void decode_wallets(struct jin *r, struct pay_ask *out);
static enum err check(const struct pay_ask *a);

/* clang-format off */
static const struct member WALLET_MEMBERS[] = {
	{ "asset", MEMBER_TEXT, .lo = 1, .hi = 16, .example = "\"gold\"", .doc = "what pays" },
	{ "amount", MEMBER_INTEGER, .lo = 1, .hi = AMOUNT_MAX, .example = "200",
	  .doc = "the asset's smallest units" },
	{ 0 }
};
static const struct schema WALLET_ASK = { "wallet_ask", WALLET_MEMBERS };

static const struct member ASK_MEMBERS[] = {
	{ "method", MEMBER_TEXT, .lo = 1, .hi = METHOD_MAX, .example = "\"alipay.qr\"",
	  .doc = "alipay.page .wap .app .jsapi .qr .barcode; wechat.qr .h5 .jsapi .mini .app "
		 ".barcode; qq.qr .jsapi .app .barcode; barcode: the channel that auth_code "
		 "tells; or wallet" },
	{ "wallets", MEMBER_ARRAY, MEMBER_OPTIONAL, .lo = 0, .hi = WALLETS_MAX,
	  .of = &WALLET_ASK, .doc = "parts that the order's user pays from wallets" },
	{ "openid", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = OPENID_MAX,
	  .example = "\"2088102146225135\"", .doc = "the payer at the channel, for jsapi" },
	{ "auth_code", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 16, .hi = AUTH_CODE_MAX,
	  .example = "\"280000000000000001\"", .doc = "the payer's code, for barcode" },
	{ "client_ip", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 2, .hi = 45,
	  .example = "\"203.0.113.7\"", .doc = "the payer's address" },
	{ "return_url", MEMBER_TEXT, MEMBER_OPTIONAL, .lo = 1, .hi = URL_MAX,
	  .example = "\"https://shop.example/thanks\"",
	  .doc = "instead of the order's" },
	{ 0 }
};
static const struct schema PAY_ASK = { "pay_ask", ASK_MEMBERS };

const struct route API_ORDER_PAY[] = {
	{ .method = "POST", .path = "/v1/orders/{id}/pay", .kind = ROUTE_FLOW,
	  .scope = SCOPE_WRITE,
	  .summary = "Begins to pay an order; the same ask again gives the same attempt",
	  .status = 201, .body = &PAY_ASK, .reply = &API_ATTEMPT, .flow = pay_flow },
	{ 0 }
};
/* clang-format on */

static enum err pay_flow(struct http_ask *ask, struct http_reply *reply)
{
	struct pay_ask *in = arena_alloc(ask->arena, sizeof(*in));
	struct pay_answer *out = arena_alloc(ask->arena, sizeof(*out));

	TRY(http_param_id(ask, "id", ID_ORDER, &in->order));
	TRY(decode(ask, in));
	TRY(order_pay(ask->services, ask->caller.merchant, in, ask->arena, out));
	reply->replayed = out->replayed;
	if (out->replayed)
		reply->status = 200;
	attempt_write(&reply->body, NULL, &out->attempt, out->livemode, &out->action);
	return ERR_OK;
}

static enum err decode(struct http_ask *ask, struct pay_ask *out)
{
	struct jin r;

	out->app = ask->caller.app;
	out->idempotency = &ask->idempotency;
	jin_open(&r, ask->body);
	jin_text(&r, "method", JIN_NEEDED, out->method, sizeof(out->method));
	decode_wallets(&r, out);
	jin_text(&r, "openid", JIN_OPTIONAL, out->openid, sizeof(out->openid));
	jin_word(&r, "auth_code", JIN_OPTIONAL,
		 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", out->auth_code,
		 sizeof(out->auth_code));
	jin_text(&r, "client_ip", JIN_OPTIONAL, out->client_ip, sizeof(out->client_ip));
	jin_text(&r, "return_url", JIN_OPTIONAL, out->return_url, sizeof(out->return_url));
	TRY(jin_done(&r));
	return check(out);
}

static void decode_wallets(struct jin *r, struct pay_ask *out)
{
	out->wallets_n = jin_array(r, "wallets", JIN_OPTIONAL, 0, WALLETS_MAX);
	for (size_t i = 0; i < out->wallets_n; i++) {
		struct jin in;

		if (!jin_enter_at(r, "wallets", i, &in))
			return;
		jin_text(&in, "asset", JIN_NEEDED, out->wallets[i].asset,
			 sizeof(out->wallets[i].asset));
		jin_integer(&in, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &out->wallets[i].amount);
		jin_leave(&in);
	}
}

static enum err check(const struct pay_ask *a)
{
	uint8_t address[16];

	if (a->client_ip[0] != '\0' && inet_pton(AF_INET, a->client_ip, address) != 1 &&
	    inet_pton(AF_INET6, a->client_ip, address) != 1)
		FAIL_AT(ERR_INVALID, "client_ip", "an IPv4 or IPv6 address");
	if (a->return_url[0] != '\0')
		TRY(shop_url_check(a->return_url, "return_url"));
	for (size_t i = 0; i < a->wallets_n; i++) {
		for (size_t k = 0; k < i; k++) {
			char param[ERR_PARAM_MAX];

			(void)snprintf(param, sizeof(param), "wallets[%zu].asset", i);
			if (strcmp(a->wallets[i].asset, a->wallets[k].asset) == 0)
				FAIL_AT(ERR_INVALID, param, "%s is named twice",
					a->wallets[i].asset);
		}
	}
	return ERR_OK;
}
