/* gateway_test.c - what a request must be and how it is answered: signatures both ways. */
#include "kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static struct kit_answer with(enum kit_mode mode, const char *name, const char *value)
{
	const struct kit_param change = { name, value };

	return kit_call_with(mode, "query", kit_biz(kit_number(), ""), &change, 1);
}

static void an_answer_is_signed_over_its_raw_text(void)
{
	for (enum kit_mode mode = KIT_KEY; mode <= KIT_CERT; mode++) {
		struct kit_answer a = kit_call(mode, "precreate", kit_order(kit_number(), ""));

		EXPECT_INT(200, a.http.status);
		EXPECT_STR("10000", kit_text(a, "code"));
		EXPECT(a.verified);
		EXPECT_STR("text/html;charset=utf-8", kit_header(a.http, "Content-Type"));
		EXPECT(strlen(kit_header(a.http, "trace_id")) > 0);
		EXPECT((strstr(a.http.body, "\"alipay_cert_sn\":\"") != NULL) ==
		       (mode == KIT_CERT));
	}
}

static void a_failure_is_signed_too(void)
{
	struct kit_answer a = kit_call(KIT_KEY, "query", kit_biz(kit_number(), ""));

	EXPECT_STR("40004", kit_text(a, "code"));
	EXPECT_STR("Business Failed", kit_text(a, "msg"));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(a, "sub_code"));
	EXPECT_STR("交易不存在", kit_text(a, "sub_msg"));
	EXPECT(a.verified);
}

static void members_come_code_first_and_then_by_name(void)
{
	const char *no = kit_number();
	struct kit_answer a = kit_call(KIT_KEY, "query", kit_biz(no, ""));

	EXPECT_STR(kit_printf("{\"code\":\"40004\",\"msg\":\"Business Failed\","
			      "\"sub_code\":\"ACQ.TRADE_NOT_EXIST\",\"sub_msg\":\"交易不存在\","
			      "\"buyer_pay_amount\":\"0.00\",\"invoice_amount\":\"0.00\","
			      "\"out_trade_no\":\"%s\",\"point_amount\":\"0.00\","
			      "\"receipt_amount\":\"0.00\"}",
			      no),
		   a.raw);
}

static void a_slash_is_escaped_on_the_wire(void)
{
	struct kit_answer a = kit_call(KIT_KEY, "precreate", kit_order(kit_number(), ""));

	EXPECT(strstr(a.raw, "\"qr_code\":\"https:\\/\\/qr.alipay.com\\/bax") != NULL);
	EXPECT_INT(strlen("https://qr.alipay.com/bax") + 20, strlen(kit_text(a, "qr_code")));
}

static void parameters_may_stand_in_the_query_in_the_body_or_in_both(void)
{
	const char *form = kit_form(KIT_KEY, "query", kit_biz(kit_number(), ""), NULL, 0);
	const char *type = "application/x-www-form-urlencoded";
	const char *biz = strstr(form, "&biz_content=");
	const char *head = kit_printf("%.*s", (int)(biz - form), form);
	struct kit_http got;

	got = kit_http(kit_printf("/gateway.do?%s", form), NULL, NULL);
	EXPECT(strstr(got.body, "ACQ.TRADE_NOT_EXIST") != NULL);
	got = kit_http(kit_printf("/gateway.do?%s", head), type, biz + 1);
	EXPECT(strstr(got.body, "ACQ.TRADE_NOT_EXIST") != NULL);
	got = kit_http("/gateway.do?charset=utf-8", type, form);
	EXPECT(strstr(got.body, "ACQ.TRADE_NOT_EXIST") != NULL);
	got = kit_http("/gateway.do?charset=gbk", type, form);
	EXPECT(strstr(got.body, "isv.invalid-parameter") != NULL);
}

static void an_empty_parameter_is_not_signed(void)
{
	struct kit_answer a = with(KIT_KEY, "app_auth_token", "");

	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(a, "sub_code"));
}

static void a_wrong_signature_is_refused_and_the_string_shown(void)
{
	struct kit_answer a = with(KIT_KEY, "sign", kit_sign(KIT_KEY, "other words"));

	EXPECT_STR("40002", kit_text(a, "code"));
	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
	EXPECT(strstr(kit_text(a, "sub_msg"), "&amp;charset=utf-8&amp;") != NULL);
	EXPECT(a.verified);
	a = with(KIT_KEY, "sign", "bm90IGEgc2lnbmF0dXJl");
	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
	a = with(KIT_KEY, "sign", "%%%");
	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
}

static void the_key_of_another_app_is_refused(void)
{
	struct kit_answer a = with(KIT_KEY, "app_id", kit_app(KIT_CERT));

	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
}

static void what_stands_before_the_signature_is_refused_unsigned(void)
{
	static const struct {
		const char *name, *value, *code, *sub_code;
	} CASES[] = {
		{ "app_id", NULL, "40001", "isv.missing-app-id" },
		{ "app_id", "2021999999999999", "40002", "isv.invalid-app-id" },
		{ "method", NULL, "40001", "isv.missing-method" },
		{ "sign_type", NULL, "40001", "isv.missing-signature-type" },
		{ "sign_type", "RSA", "40002", "isv.invalid-signature-type" },
		{ "sign_type", "MD5", "40002", "isv.invalid-signature-type" },
		{ "sign", NULL, "40001", "isv.missing-signature" },
		{ "timestamp", NULL, "40001", "isv.missing-timestamp" },
		{ "timestamp", "2026-01-02", "40002", "isv.invalid-timestamp" },
		{ "timestamp", "2026-13-02 00:00:00", "40002", "isv.invalid-timestamp" },
		{ "version", NULL, "40001", "isv.missing-version" },
		{ "version", "2.0", "40002", "isv.invalid-parameter" },
		{ "charset", NULL, "40002", "isv.invalid-charset" },
		{ "charset", "gbk", "40002", "isv.invalid-charset" },
		{ "format", "XML", "40002", "isv.invalid-format" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct kit_answer a = with(KIT_KEY, CASES[i].name, CASES[i].value);

		printf("# %s=%s\n", CASES[i].name, CASES[i].value ? CASES[i].value : "(none)");
		EXPECT_INT(200, a.http.status);
		EXPECT_STR(CASES[i].code, kit_text(a, "code"));
		EXPECT_STR(CASES[i].sub_code, kit_text(a, "sub_code"));
		EXPECT(!a.is_signed);
		EXPECT(strncmp(a.http.body, "{\"error_response\":", 18) == 0);
	}
}

static void the_app_is_looked_at_first_and_the_method_after_the_signature(void)
{
	const struct kit_param both[] = { { "app_id", "1" }, { "sign_type", "RSA" } };
	struct kit_answer a = kit_call_with(KIT_KEY, "query", "{}", both, 2);

	EXPECT_STR("isv.invalid-app-id", kit_text(a, "sub_code"));
	a = kit_call(KIT_KEY, "no.such", "{}");
	EXPECT_STR("isv.invalid-method", kit_text(a, "sub_code"));
	EXPECT(a.verified);
	a = with(KIT_KEY, "encrypt_type", "AES");
	EXPECT_STR("isv.decryption-error-not-valid-encrypt-key", kit_text(a, "sub_code"));
}

static void certificate_mode_names_both_certificates(void)
{
	static const char OTHER[] = "00000000000000000000000000000000";
	struct kit_answer a = with(KIT_CERT, "app_cert_sn", NULL);

	EXPECT_STR("isv.missing-app-cert-sn", kit_text(a, "sub_code"));
	a = with(KIT_CERT, "alipay_root_cert_sn", NULL);
	EXPECT_STR("isv.missing-root-cert-sn", kit_text(a, "sub_code"));
	a = with(KIT_CERT, "app_cert_sn", OTHER);
	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
	a = with(KIT_CERT, "alipay_root_cert_sn", OTHER);
	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
	a = with(KIT_KEY, "app_cert_sn", OTHER);
	EXPECT_STR("isv.invalid-signature", kit_text(a, "sub_code"));
	a = with(KIT_CERT, "format", "JSON");
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(a, "sub_code"));
}

static void what_is_no_form_is_refused(void)
{
	static const char *const BODIES[] = { "app_id=%zz", "a=1&a=2", "=1", "{\"app_id\":1}" };

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct kit_http got = kit_http("/gateway.do", "text/plain", BODIES[i]);

		EXPECT_INT(200, got.status);
		EXPECT(strstr(got.body, "\"code\":\"4000") != NULL);
	}
}

static const struct tap_test TESTS[] = {
	TEST(an_answer_is_signed_over_its_raw_text),
	TEST(a_failure_is_signed_too),
	TEST(members_come_code_first_and_then_by_name),
	TEST(a_slash_is_escaped_on_the_wire),
	TEST(parameters_may_stand_in_the_query_in_the_body_or_in_both),
	TEST(an_empty_parameter_is_not_signed),
	TEST(a_wrong_signature_is_refused_and_the_string_shown),
	TEST(the_key_of_another_app_is_refused),
	TEST(what_stands_before_the_signature_is_refused_unsigned),
	TEST(the_app_is_looked_at_first_and_the_method_after_the_signature),
	TEST(certificate_mode_names_both_certificates),
	TEST(what_is_no_form_is_refused),
};

KIT_MAIN(OPTIONS, TESTS)
