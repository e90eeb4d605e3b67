/* Every request byte for byte: alipay_golden.h was made with openssl, not by this program. */
#include "channel/alipay_golden.h"
#include "channel/alipay_kit.h"

#include "channel/alipay/sign.h"

#define GATEWAY_URL "https://openapi-sandbox.dl.alipaydev.com/gateway.do"
#define POST_URL GATEWAY_URL "?charset=utf-8"

static void expect_post(const char *want, enum err e, const struct channel_call *call)
{
	EXPECT_ERR(ERR_OK, e);
	EXPECT_STR("POST", call->method);
	EXPECT_STR(POST_URL, call->url);
	EXPECT_STR("application/x-www-form-urlencoded;charset=utf-8", call->type);
	EXPECT_INT(strlen(call->body.p), call->body.n);
	EXPECT_STR(want, call->body.p);
}

static enum err build(enum kit_mode mode, const struct channel_create *ask,
		      struct channel_call *call, struct channel_action *action)
{
	return ALIPAY.create_build(kit_versions(mode), ask, kit_env(), call, action);
}

static void s0_13_a11_qr_is_precreate_with_two_decimals(void)
{
	struct channel_create ask = kit_create("alipay.qr");
	struct channel_action action;
	struct channel_call call;

	CALL(expect_post(GOLDEN_QR, build(KIT_KEY, &ask, &call, &action), &call));
}

static void s0_13_certificate_mode_sends_and_signs_the_serials(void)
{
	struct channel_create ask = kit_create("alipay.qr");
	struct channel_action action;
	struct channel_call call;

	/* Without a public address there is no notify_url either. */
	ask.notify_url = "";
	CALL(expect_post(GOLDEN_QR_CERT, build(KIT_CERT, &ask, &call, &action), &call));
}

static void s0_13_page_is_a_url_and_a_form(void)
{
	struct channel_create ask = kit_create("alipay.page");
	struct channel_action action;
	struct channel_call call;

	ask.return_url = "https://pay.example.com/return/alipay";
	EXPECT_ERR(ERR_OK, build(KIT_KEY, &ask, &call, &action));
	EXPECT_INT(ACTION_REDIRECT, action.type);
	EXPECT_STR(GOLDEN_PAGE_URL, action.value.p);
	EXPECT_STR(GOLDEN_PAGE_FORM, action.form.p);
	EXPECT_INT(strlen(GOLDEN_PAGE_URL), action.value.n);
	EXPECT_INT(strlen(GOLDEN_PAGE_FORM), action.form.n);
}

static void s0_13_wap_has_its_own_method_and_product(void)
{
	struct channel_create ask = kit_create("alipay.wap");
	struct channel_action action;
	struct channel_call call;

	EXPECT_ERR(ERR_OK, build(KIT_KEY, &ask, &call, &action));
	EXPECT_INT(ACTION_REDIRECT, action.type);
	EXPECT_STR(GOLDEN_WAP_URL, action.value.p);
}

static void s0_13_app_is_an_order_string_without_a_gateway(void)
{
	struct channel_create ask = kit_create("alipay.app");
	struct channel_action action;
	struct channel_call call;

	EXPECT_ERR(ERR_OK, build(KIT_KEY, &ask, &call, &action));
	EXPECT_INT(ACTION_APP, action.type);
	EXPECT_STR(GOLDEN_APP, action.value.p);
	EXPECT(strstr(action.value.p, "gateway") == NULL);
}

static void s0_13_jsapi_names_the_payer(void)
{
	struct channel_create ask = kit_create("alipay.jsapi");
	struct channel_action action;
	struct channel_call call;

	CALL(expect_post(GOLDEN_JSAPI_USER, build(KIT_KEY, &ask, &call, &action), &call));
	ask.openid = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5";
	CALL(expect_post(GOLDEN_JSAPI_OPEN, build(KIT_KEY, &ask, &call, &action), &call));
}

static void s0_13_barcode_sends_the_payers_code(void)
{
	struct channel_create ask = kit_create("alipay.barcode");
	struct channel_action action;
	struct channel_call call;

	CALL(expect_post(GOLDEN_BARCODE, build(KIT_KEY, &ask, &call, &action), &call));
}

static void query_close_and_cancel_name_our_number(void)
{
	const struct channel_versions *v = kit_versions(KIT_KEY);
	struct channel_call call;

	CALL(expect_post(GOLDEN_QUERY, ALIPAY.query_build(v, NUMBER, kit_env(), &call), &call));
	CALL(expect_post(GOLDEN_CLOSE, ALIPAY.close_build(v, NUMBER, kit_env(), &call), &call));
	CALL(expect_post(GOLDEN_CANCEL, ALIPAY.cancel_build(v, NUMBER, kit_env(), &call), &call));
}

static void a11_refunds_are_in_yuan_under_our_number(void)
{
	const struct channel_versions *v = kit_versions(KIT_KEY);
	struct channel_refund_ask ask = kit_refund();
	struct channel_call call;

	CALL(expect_post(GOLDEN_REFUND, ALIPAY.refund_build(v, &ask, kit_env(), &call), &call));
	CALL(expect_post(GOLDEN_REFUND_QUERY, ALIPAY.refund_query_build(v, &ask, kit_env(), &call),
			 &call));
}

static void a11_amounts_are_exact_yuan_text(void)
{
	static const struct {
		int64_t fen;
		const char *text;
	} CASES[] = {
		{ 1, "%220.01%22" },         { 10, "%220.10%22" },
		{ 1998, "%2219.98%22" },     { 1999, "%2219.99%22" },
		{ 100000, "%221000.00%22" }, { INT64_C(10000000000), "%22100000000.00%22" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct channel_create ask = kit_create("alipay.qr");
		struct channel_action action;
		struct channel_call call;

		ask.fen = CASES[i].fen;
		printf("# %s\n", CASES[i].text);
		EXPECT_ERR(ERR_OK, build(KIT_KEY, &ask, &call, &action));
		EXPECT(strstr(call.body.p, CASES[i].text) != NULL);
	}
}

static void long_subjects_are_cut_at_a_character(void)
{
	struct channel_create ask = kit_create("alipay.qr");
	char subject[400] = "ab";
	size_t n = 2;
	struct channel_action action;
	struct channel_call call;

	/* 2 + 3 * 84 = 254 bytes fit; the 85th character would end at byte 257. */
	for (size_t i = 0; i < 100; i++)
		str_add(subject, sizeof(subject), &n, "茶");
	ask.subject = subject;
	EXPECT_ERR(ERR_OK, build(KIT_KEY, &ask, &call, &action));

	const char *from = strstr(call.body.p, "%22subject%22%3A%22");

	EXPECT(from != NULL);
	from += strlen("%22subject%22%3A%22");
	EXPECT(strncmp(from, "ab%E8%8C%B6", 11) == 0);
	EXPECT_INT(2 + 84 * 9, strstr(from, "%22") - from);
}

static void what_alipay_cannot_carry_is_named(void)
{
	static const struct {
		const char *param;
		struct channel_create change;
	} CASES[] = {
		{ "number", { .number = "" } },
		{ "number", { .number = "att 1" } },
		{ "number",
		  { .number = "a23456789012345678901234567890123456789012345678901234567890"
			      "12345" } },
		{ "amount", { .fen = -1 } },
		{ "amount", { .fen = INT64_C(10000000001) } },
		{ "subject", { .subject = "  " } },
		{ "subject", { .subject = "bad \xff utf-8" } },
		{ "notify_url", { .notify_url = "ftp://example.com/" } },
		{ "notify_url", { .notify_url = "https://example.com/a b" } },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct channel_create ask = kit_create("alipay.qr");
		const struct channel_create *c = &CASES[i].change;
		struct channel_action action;
		struct channel_call call;

		ask.number = c->number ? c->number : ask.number;
		ask.fen = c->fen ? c->fen : ask.fen;
		ask.subject = c->subject ? c->subject : ask.subject;
		ask.notify_url = c->notify_url ? c->notify_url : ask.notify_url;
		printf("# %s\n", CASES[i].param);
		EXPECT_ERR(ERR_INVALID, build(KIT_KEY, &ask, &call, &action));
		EXPECT_STR(CASES[i].param, err_param());
	}
}

static void payment_codes_and_payers_are_checked(void)
{
	static const char *const CODES[] = { "",
					     "2876344382566439x",
					     "287634438256643",
					     "2876344382566439412345678",
					     "134567890123456789",
					     "910000000000000000" };
	struct channel_create barcode = kit_create("alipay.barcode");
	struct channel_create jsapi = kit_create("alipay.jsapi");
	struct channel_action action;
	struct channel_call call;

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		barcode.auth_code = CODES[i];
		EXPECT_ERR(ERR_INVALID, build(KIT_KEY, &barcode, &call, &action));
		EXPECT_STR("auth_code", err_param());
		/* The code itself is nobody's business. */
		EXPECT(CODES[i][0] == '\0' || strstr(err_text(), CODES[i]) == NULL);
	}
	jsapi.openid = "";
	EXPECT_ERR(ERR_INVALID, build(KIT_KEY, &jsapi, &call, &action));
	EXPECT_STR("openid", err_param());
}

static void f12_refunds_of_nothing_or_too_much_are_not_built(void)
{
	const struct channel_versions *v = kit_versions(KIT_KEY);
	static const int64_t FEN[] = { 0, -4, 11 };
	struct channel_call call;

	for (size_t i = 0; i < sizeof(FEN) / sizeof(FEN[0]); i++) {
		struct channel_refund_ask ask = kit_refund();

		ask.fen = FEN[i];
		EXPECT_ERR(ERR_INVALID, ALIPAY.refund_build(v, &ask, kit_env(), &call));
		EXPECT_STR("amount", err_param());
	}
}

static void the_text_to_sign_is_sorted_by_bytes(void)
{
	static const char *const DROP[] = { "apple", NULL };
	const struct field fields[] = {
		{ STR("b"), STR("2 & 3") }, { STR("a"), STR("1") },     { STR("e"), STR("") },
		{ STR("aa"), STR("=") },    { STR("apple"), STR("x") }, { STR("B"), STR("4") },
	};
	const struct channel_env *env = kit_env();

	EXPECT_STR("B=4&a=1&aa==&b=2 & 3",
		   alipay_text_to_sign(env->arena, fields, 6, DROP, EMPTY_LEFT_OUT).p);
	EXPECT_STR("B=4&a=1&aa==&b=2 & 3&e=",
		   alipay_text_to_sign(env->arena, fields, 6, DROP, EMPTY_KEPT).p);
}

static const struct tap_test TESTS[] = {
	TEST(s0_13_a11_qr_is_precreate_with_two_decimals),
	TEST(s0_13_certificate_mode_sends_and_signs_the_serials),
	TEST(s0_13_page_is_a_url_and_a_form),
	TEST(s0_13_wap_has_its_own_method_and_product),
	TEST(s0_13_app_is_an_order_string_without_a_gateway),
	TEST(s0_13_jsapi_names_the_payer),
	TEST(s0_13_barcode_sends_the_payers_code),
	TEST(query_close_and_cancel_name_our_number),
	TEST(a11_refunds_are_in_yuan_under_our_number),
	TEST(a11_amounts_are_exact_yuan_text),
	TEST(long_subjects_are_cut_at_a_character),
	TEST(what_alipay_cannot_carry_is_named),
	TEST(payment_codes_and_payers_are_checked),
	TEST(f12_refunds_of_nothing_or_too_much_are_not_built),
	TEST(the_text_to_sign_is_sorted_by_bytes),
};

KIT_MAIN(TESTS)
