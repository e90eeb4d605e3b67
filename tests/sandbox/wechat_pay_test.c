/* wechat_pay_test.c - orders of WeChat Pay: asked for, paid, queried, closed, asked for again. */
#include "wechat_kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static const char *prepay(const char *product)
{
	return kit_printf("/v3/pay/transactions/%s", product);
}

static const char *close_path(const char *no)
{
	return kit_printf("/v3/pay/transactions/out-trade-no/%s/close", no);
}

static const char *mchid_of(enum kit_mode mode)
{
	return kit_printf("{\"mchid\":\"%s\"}", shop_mchid(mode));
}

static void an_order_exists_and_is_paid_in_both_modes(void)
{
	for (enum kit_mode mode = KIT_KEY; mode <= KIT_CERT; mode++) {
		const char *no = kit_number();
		struct shop_got a = shop_call(mode, "POST", prepay("native"),
					      shop_order(mode, no, ",\"attach\":\"a b\""));

		EXPECT_INT(200, a.http.status);
		EXPECT(a.verified);
		EXPECT_INT(32, strlen(kit_header(a.http, "Request-ID")));
		EXPECT(strstr(shop_text(a, "code_url"), "weixin://wxpay/bizpayurl?pr=") != NULL);
		a = shop_query(mode, no);
		EXPECT(a.verified);
		EXPECT_STR("NOTPAY", shop_text(a, "trade_state"));
		EXPECT_STR("订单未支付", shop_text(a, "trade_state_desc"));
		EXPECT_INT(8888, shop_integer(a, "amount/total"));
		EXPECT(shop_text(a, "transaction_id") == NULL && shop_text(a, "attach") == NULL);
		EXPECT(shop_pay(no));
		a = shop_query(mode, no);
		EXPECT_STR("SUCCESS", shop_text(a, "trade_state"));
		EXPECT_STR("NATIVE", shop_text(a, "trade_type"));
		EXPECT_STR("a b", shop_text(a, "attach"));
		EXPECT_STR("OTHERS", shop_text(a, "bank_type"));
		EXPECT_INT(8888, shop_integer(a, "amount/payer_total"));
		EXPECT_INT(28, strlen(shop_text(a, "transaction_id")));
		EXPECT_INT(25, strlen(shop_text(a, "success_time")));
		EXPECT(strstr(shop_text(a, "success_time"), "+08:00") != NULL);
		EXPECT(shop_text(a, "payer/openid") != NULL);
		EXPECT_STR(shop_mchid(mode), shop_text(a, "mchid"));
		EXPECT_STR(shop_config(mode, "appid"), shop_text(a, "appid"));
	}
}

static void a_paid_order_is_found_by_its_transaction(void)
{
	const char *no = shop_native(KIT_KEY, true);
	const char *id = shop_text(shop_query(KIT_KEY, no), "transaction_id");
	struct shop_got a = shop_call(
		KIT_KEY, "GET",
		kit_printf("/v3/pay/transactions/id/%s?mchid=%s", id, shop_mchid(KIT_KEY)), NULL);

	EXPECT_STR(no, shop_text(a, "out_trade_no"));
	EXPECT(a.verified);
	/* Another merchant does not see it. */
	a = shop_call(KIT_CERT, "GET",
		      kit_printf("/v3/pay/transactions/id/%s?mchid=%s", id, shop_mchid(KIT_CERT)),
		      NULL);
	EXPECT_INT(404, a.http.status);
	EXPECT_STR("ORDER_NOT_EXIST", shop_text(a, "code"));
	EXPECT_STR("ORDER_NOT_EXIST", shop_state(KIT_CERT, no));
}

static void each_product_answers_its_own_way(void)
{
	const char *no = kit_number();
	struct shop_got a;

	a = shop_call(KIT_KEY, "POST", prepay("jsapi"),
		      shop_order(KIT_KEY, no, ",\"payer\":{\"openid\":\"o123\"}"));
	EXPECT_INT(36, strlen(shop_text(a, "prepay_id")));
	EXPECT(shop_pay(no));
	EXPECT_STR("JSAPI", shop_text(shop_query(KIT_KEY, no), "trade_type"));
	EXPECT_STR("o123", shop_text(shop_query(KIT_KEY, no), "payer/openid"));

	no = kit_number();
	a = shop_call(KIT_KEY, "POST", prepay("app"), shop_order(KIT_KEY, no, ""));
	EXPECT(strncmp(shop_text(a, "prepay_id"), "wx20", 4) == 0);

	no = kit_number();
	a = shop_call(KIT_KEY, "POST", prepay("h5"),
		      shop_order(KIT_KEY, no,
				 ",\"scene_info\":{\"payer_client_ip\":\"1.2.3.4\","
				 "\"h5_info\":{\"type\":\"Wap\"}}"));
	EXPECT(strstr(shop_text(a, "h5_url"), "checkmweb?prepay_id=wx20") != NULL);
	EXPECT(shop_pay(no));
	EXPECT_STR("MWEB", shop_text(shop_query(KIT_KEY, no), "trade_type"));
}

static void the_same_values_again_are_the_same_order(void)
{
	const char *no = kit_number();
	const char *payer = ",\"payer\":{\"openid\":\"o123\"}";
	struct shop_got a =
		shop_call(KIT_KEY, "POST", prepay("jsapi"), shop_order(KIT_KEY, no, payer));
	struct shop_got b =
		shop_call(KIT_KEY, "POST", prepay("jsapi"), shop_order(KIT_KEY, no, payer));

	EXPECT_STR(shop_text(a, "prepay_id"), shop_text(b, "prepay_id"));
	b = shop_call(KIT_KEY, "POST", prepay("jsapi"),
		      shop_order(KIT_KEY, no, ",\"payer\":{\"openid\":\"o124\"}"));
	EXPECT_INT(403, b.http.status);
	EXPECT_STR("OUT_TRADE_NO_USED", shop_text(b, "code"));
	EXPECT(b.verified);
	b = shop_call(KIT_KEY, "POST", prepay("native"), shop_order(KIT_KEY, no, payer));
	EXPECT_STR("OUT_TRADE_NO_USED", shop_text(b, "code"));
	EXPECT(shop_pay(no));
	b = shop_call(KIT_KEY, "POST", prepay("jsapi"), shop_order(KIT_KEY, no, payer));
	EXPECT_INT(400, b.http.status);
	EXPECT_STR("该订单已支付", shop_text(b, "message"));
	/* The number of another merchant is another order. */
	EXPECT_INT(200, shop_call(KIT_CERT, "POST", prepay("native"), shop_order(KIT_CERT, no, ""))
				.http.status);
}

static void closing_has_no_body_and_may_be_repeated(void)
{
	const char *no = shop_native(KIT_KEY, false), *paid = shop_native(KIT_KEY, true);
	struct shop_got a;

	for (int i = 0; i < 2; i++) {
		a = shop_call(KIT_KEY, "POST", close_path(no), mchid_of(KIT_KEY));
		EXPECT_INT(204, a.http.status);
		EXPECT_STR("", a.http.body);
		EXPECT(a.verified);
	}
	EXPECT_STR("CLOSED", shop_state(KIT_KEY, no));
	EXPECT(!shop_pay(no));
	a = shop_call(KIT_KEY, "POST", prepay("native"),
		      shop_order(KIT_KEY, no, ",\"attach\":\"a b\""));
	EXPECT_STR("ORDER_CLOSED", shop_text(a, "code"));
	a = shop_call(KIT_KEY, "POST", close_path(paid), mchid_of(KIT_KEY));
	EXPECT_INT(400, a.http.status);
	EXPECT_STR("INVALID_REQUEST", shop_text(a, "code"));
	a = shop_call(KIT_KEY, "POST", close_path("nosuchnumber"), mchid_of(KIT_KEY));
	EXPECT_STR("ORDER_NOT_EXIST", shop_text(a, "code"));
	a = shop_call(KIT_KEY, "POST", close_path(paid), mchid_of(KIT_CERT));
	EXPECT_STR("PARAM_ERROR", shop_text(a, "code"));
	EXPECT_STR("/mchid", shop_text(a, "detail/field"));
}

static void a_payer_may_pay_what_was_closed_meanwhile(void)
{
	const char *no = shop_native(KIT_KEY, false);

	EXPECT(shop_fault(no, "\"kind\":\"paid_after_close\",\"operation\":\"close\""));
	EXPECT_INT(204, shop_call(KIT_KEY, "POST", close_path(no), mchid_of(KIT_KEY)).http.status);
	EXPECT(kit_notice(no).came);
	EXPECT_STR("SUCCESS", shop_state(KIT_KEY, no));
}

static void a_browser_goes_through_the_cashier_and_back(void)
{
	const char *no = kit_number(), *url, *cashier;
	struct kit_http got;

	url = shop_text(shop_call(KIT_KEY, "POST", prepay("h5"),
				  shop_order(KIT_KEY, no,
					     ",\"scene_info\":{\"payer_client_ip\":\"1.2.3.4\","
					     "\"h5_info\":{\"type\":\"Wap\"}}")),
			"h5_url");
	got = kit_http(
		kit_printf("%s&redirect_url=http%%3A%%2F%%2Fshop.test%%2Fback%%3Fa%%3D1", url),
		NULL, NULL);
	EXPECT_INT(303, got.status);
	cashier = kit_header(got, "Location");
	got = kit_http(cashier, NULL, NULL);
	EXPECT_INT(200, got.status);
	EXPECT(strstr(got.body, "88.88") != NULL);
	EXPECT(strstr(got.body, "redirect_url=http") != NULL);
	got = kit_http(cashier, "application/x-www-form-urlencoded", "do=cancel");
	EXPECT_INT(303, got.status);
	EXPECT(strstr(kit_header(got, "Location"), "?cancelled&redirect_url=http") != NULL);
	got = kit_http(cashier, "application/x-www-form-urlencoded", "do=pay");
	EXPECT_INT(303, got.status);
	EXPECT_STR("http://shop.test/back?a=1", kit_header(got, "Location"));
	EXPECT_STR("SUCCESS", shop_state(KIT_KEY, no));
	EXPECT_INT(404, kit_http("/cgi-bin/mmpayweb-bin/checkmweb?package=no", NULL, NULL).status);
}

static void a_code_is_scanned_on_its_page(void)
{
	const char *no = kit_number();
	struct shop_got a =
		shop_call(KIT_KEY, "POST", prepay("native"), shop_order(KIT_KEY, no, ""));
	const char *code = strchr(shop_text(a, "code_url"), '=') + 1;
	struct kit_http got = kit_http(kit_printf("/q/%s", code), NULL, NULL);

	EXPECT_INT(9, strlen(code));
	EXPECT_INT(200, got.status);
	got = kit_http(kit_printf("/q/%s", code), "application/x-www-form-urlencoded", "do=pay");
	EXPECT_INT(303, got.status);
	EXPECT_STR("SUCCESS", shop_state(KIT_KEY, no));
	EXPECT(strstr(kit_http("/", NULL, NULL).body, "微信支付") != NULL);
}

static void control_shows_orders_by_channel(void)
{
	const char *no = shop_native(KIT_CERT, true);
	json_t *trade = kit_trade(no);

	EXPECT_STR("wechat", json_string_value(json_object_get(trade, "channel")));
	EXPECT_STR(shop_mchid(KIT_CERT), json_string_value(json_object_get(trade, "mchid")));
	EXPECT_STR("SUCCESS", json_string_value(json_object_get(trade, "status")));
	EXPECT_INT(1, kit_calls(no, "native"));
	/* Alipay knows no such number, and WeChat Pay no such operation. */
	EXPECT(!kit_pay(no));
	EXPECT(!shop_fault(no, "\"kind\":\"error\",\"operation\":\"precreate\""));
	EXPECT(shop_control("pay", kit_printf("\"out_trade_no\":\"%s\",\"mchid\":\"%s\"", no,
					      shop_mchid(KIT_KEY))) == NULL);
}

static const struct tap_test TESTS[] = {
	TEST(an_order_exists_and_is_paid_in_both_modes),
	TEST(a_paid_order_is_found_by_its_transaction),
	TEST(each_product_answers_its_own_way),
	TEST(the_same_values_again_are_the_same_order),
	TEST(closing_has_no_body_and_may_be_repeated),
	TEST(a_payer_may_pay_what_was_closed_meanwhile),
	TEST(a_browser_goes_through_the_cashier_and_back),
	TEST(a_code_is_scanned_on_its_page),
	TEST(control_shows_orders_by_channel),
};

KIT_MAIN(OPTIONS, TESTS)
