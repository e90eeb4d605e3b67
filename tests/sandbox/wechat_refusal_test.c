/* wechat_refusal_test.c - what APIv3 refuses: who asks, when, with what signature and members. */
#include "wechat_kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };
static const char NATIVE[] = "/v3/pay/transactions/native";

static struct shop_got native_with(const char *no, const struct shop_change *change)
{
	return shop_call_with(KIT_KEY, "POST", NATIVE, shop_order(KIT_KEY, no, ""), change);
}

static void who_asks_is_checked_before_what(void)
{
	const char *other = shop_config(KIT_CERT, "serial_no");
	const struct {
		struct shop_change change;
		int status;
		const char *code, *message, *field;
	} CASES[] = {
		{ { .authorization = "" },
		  401,
		  "SIGN_ERROR",
		  "Http头Authorization认证类型不正确",
		  "authorization" },
		{ { .authorization = "Basic abc" },
		  401,
		  "SIGN_ERROR",
		  "Http头Authorization认证类型不正确",
		  "authorization" },
		{ { .authorization = "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\"" },
		  401,
		  "SIGN_ERROR",
		  "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
		  "authorization" },
		{ { .authorization = "WECHATPAY2-SHA256-RSA2048 mchid=\"1\",mchid=\"1\"" },
		  401,
		  "SIGN_ERROR",
		  "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
		  "authorization" },
		{ { .mchid = "1999999999" }, 400, "MCH_NOT_EXISTS", "商户号不存在", NULL },
		{ { .serial_no = other }, 401, "SIGN_ERROR", "商户证书序列号有误", "serial_no" },
		{ { .older_s = 400 },
		  401,
		  "SIGN_ERROR",
		  "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
		  "timestamp" },
		{ { .older_s = -400 },
		  401,
		  "SIGN_ERROR",
		  "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
		  "timestamp" },
		{ { .sign_body = "{}" }, 401, "SIGN_ERROR", "签名错误", "signature" },
		{ { .signs_else = true, .signs_for = KIT_CERT },
		  401,
		  "SIGN_ERROR",
		  "签名错误",
		  "signature" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *no = kit_number(), *field;
		struct shop_got a = native_with(no, &CASES[i].change);

		printf("# %zu: %s\n", i, CASES[i].message);
		EXPECT_INT(CASES[i].status, a.http.status);
		EXPECT_STR(CASES[i].code, shop_text(a, "code"));
		EXPECT_STR(CASES[i].message, shop_text(a, "message"));
		field = shop_text(a, "detail/field");
		EXPECT_STR(CASES[i].field ? CASES[i].field : "none", field ? field : "none");
		EXPECT(a.verified);
		EXPECT_STR("ORDER_NOT_EXIST", shop_state(KIT_KEY, no));
	}
}

static void a_wrong_signature_is_shown_what_was_signed(void)
{
	const struct shop_change change = { .sign_body = "{}" };
	const char *no = kit_number(), *body = shop_order(KIT_KEY, no, "");
	struct shop_got a = shop_call_with(KIT_KEY, "POST", NATIVE, body, &change);
	const char *shown = shop_text(a, "detail/sign_information/truncated_sign_message");

	EXPECT_STR("sign not match", shop_text(a, "detail/detail/issue"));
	EXPECT_STR("authorization", shop_text(a, "detail/location"));
	EXPECT_STR("POST", shop_text(a, "detail/sign_information/method"));
	EXPECT_STR(NATIVE, shop_text(a, "detail/sign_information/url"));
	EXPECT(strncmp(shown, "POST\n/v3/pay/transactions/native\n", 33) == 0);
	EXPECT(strstr(shown, "\n{\"appid\"\n") != NULL);
	EXPECT(shop_integer(a, "detail/sign_information/sign_message_length") > (int)strlen(body));
}

static void the_window_is_five_minutes(void)
{
	const struct shop_change inside = { .older_s = 290 }, ahead = { .older_s = -290 };

	EXPECT_INT(200, native_with(kit_number(), &inside).http.status);
	EXPECT_INT(200, native_with(kit_number(), &ahead).http.status);
}

static void members_are_checked(void)
{
	static const struct {
		const char *path, *from, *to, *field;
	} CASES[] = {
		{ "native", "\"total\":8888", "\"total\":0", "/amount/total" },
		{ "native", "\"total\":8888", "\"total\":88.88", "/amount/total" },
		{ "native", "\"total\":8888", "\"total\":\"8888\"", "/amount/total" },
		{ "native", "\"CNY\"", "\"XYZ\"", "/amount/currency" },
		{ "native", "\"description\":", "\"descriptions\":", "/description" },
		{ "native", "\"amount\":", "\"amounts\":", "/amount" },
		{ "native", "/notify/", "/notify?", "/notify_url" },
		{ "native", "\"out_trade_no\":\"T", "\"out_trade_no\":\"你", "/out_trade_no" },
		{ "native", "}}", "},\"time_expire\":\"tomorrow\"}", "/time_expire" },
		{ "native", "}}", "},\"time_expire\":\"2020-01-01T00:00:00+08:00\"}",
		  "/time_expire" },
		{ "jsapi", "", "", "/payer" },
		{ "jsapi", "}}", "},\"payer\":{}}", "/payer/openid" },
		{ "h5", "", "", "/scene_info" },
		{ "h5", "}}", "},\"scene_info\":{\"payer_client_ip\":\"1.2.3.4\"}}",
		  "/scene_info/h5_info" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *no = kit_number(), *body = shop_order(KIT_KEY, no, "");
		const char *at = strstr(body, CASES[i].from);
		struct shop_got a;

		body = kit_printf("%.*s%s%s", (int)(at - body), body, CASES[i].to,
				  at + strlen(CASES[i].from));
		a = shop_call(KIT_KEY, "POST", kit_printf("/v3/pay/transactions/%s", CASES[i].path),
			      body);
		printf("# %s %s: %s\n", CASES[i].path, CASES[i].to, a.http.body);
		EXPECT_INT(400, a.http.status);
		EXPECT_STR("PARAM_ERROR", shop_text(a, "code"));
		EXPECT_STR(CASES[i].field, shop_text(a, "detail/field"));
		EXPECT_STR("body", shop_text(a, "detail/location"));
		EXPECT(a.verified);
		EXPECT_STR("ORDER_NOT_EXIST", shop_state(KIT_KEY, no));
	}
}

static void four_byte_characters_and_other_text_are_refused(void)
{
	static const char *const BODIES[] = {
		"",         "{",
		"[]",       "{\"a\":1,\"a\":1}",
		"not json", "{\"description\":\"\xf0\x9f\x98\x80\"}"
	};

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct shop_got a = shop_call(KIT_KEY, "POST", NATIVE, BODIES[i]);

		printf("# %s\n", BODIES[i]);
		EXPECT_INT(400, a.http.status);
		EXPECT_STR("PARAM_ERROR", shop_text(a, "code"));
		EXPECT(a.verified);
	}
}

static void an_app_belongs_to_its_merchant(void)
{
	const char *no = kit_number();
	struct shop_got a = shop_call(
		KIT_KEY, "POST", NATIVE,
		kit_printf("{\"appid\":\"wxd678efh567hg6787\",\"mchid\":\"%s\","
			   "\"description\":\"x\",\"out_trade_no\":\"%s\","
			   "\"notify_url\":\"http://shop.test/\",\"amount\":{\"total\":1}}",
			   shop_mchid(KIT_KEY), no));

	EXPECT_INT(400, a.http.status);
	EXPECT_STR("APPID_MCHID_NOT_MATCH", shop_text(a, "code"));
	a = shop_call(KIT_KEY, "POST", NATIVE, shop_order(KIT_CERT, no, ""));
	EXPECT_STR("/mchid", shop_text(a, "detail/field"));
}

static void a_query_names_the_merchant(void)
{
	const char *no = shop_native(KIT_KEY, false);
	const char *path = kit_printf("/v3/pay/transactions/out-trade-no/%s", no);
	struct shop_got a = shop_call(KIT_KEY, "GET", path, NULL);

	EXPECT_INT(400, a.http.status);
	EXPECT_STR("mchid", shop_text(a, "detail/field"));
	EXPECT_STR("query", shop_text(a, "detail/location"));
	a = shop_call(KIT_KEY, "GET", kit_printf("%s?mchid=%s", path, shop_mchid(KIT_CERT)), NULL);
	EXPECT_STR("mchid", shop_text(a, "detail/field"));
	a = shop_call(KIT_KEY, "GET",
		      kit_printf("/v3/pay/transactions/out-trade-no/%%E4%%BD%%A0?mchid=%s",
				 shop_mchid(KIT_KEY)),
		      NULL);
	EXPECT_STR("uri", shop_text(a, "detail/location"));
}

static void headers_are_needed(void)
{
	const struct shop_change change = { .accept = "text/html" };
	struct shop_got a = native_with(kit_number(), &change);

	EXPECT_INT(400, a.http.status);
	EXPECT_STR("Accept", shop_text(a, "detail/field"));
	EXPECT_STR("header", shop_text(a, "detail/location"));
	EXPECT_INT(404, kit_http("/v3/pay/transactions/out-trade-no/", NULL, NULL).status);
	EXPECT_INT(404, kit_http("/v3/pay/transactions/out-trade-no/a/b", NULL, NULL).status);
	EXPECT_INT(405, kit_http("/v3/pay/transactions/native", NULL, NULL).status);
}

static const struct tap_test TESTS[] = {
	TEST(who_asks_is_checked_before_what),
	TEST(a_wrong_signature_is_shown_what_was_signed),
	TEST(the_window_is_five_minutes),
	TEST(members_are_checked),
	TEST(four_byte_characters_and_other_text_are_refused),
	TEST(an_app_belongs_to_its_merchant),
	TEST(a_query_names_the_merchant),
	TEST(headers_are_needed),
};

KIT_MAIN(OPTIONS, TESTS)
