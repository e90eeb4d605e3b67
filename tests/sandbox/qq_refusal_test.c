/* QQ Wallet: what is no message, of nobody, badly signed or wrong in a member is refused, and
 * nothing is done. */
#include "kit_qq.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 0 };

static const char ORDER[] = "/cgi-bin/pay/qpay_unified_order.cgi";

/* XML that may be used against its reader, beside a good signature. */
static void xml_attacks_are_refused(void)
{
	static const char *const ATTACKS[] = {
		"",
		"hello",
		"<xml>",
		"<xml></xml><xml></xml>",
		"<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><body>&a;</body>",
		("<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY b "
		 "\"&a;&a;&a;&a;\">]><xml><body>&b;</body>"),
		"<!DOCTYPE xml SYSTEM \"http://127.0.0.1:1/x.dtd\"><xml>",
		"<xml><body>&nbsp;</body>",
		"<xml><body a=\"1\">x</body>",
		"<xml><body><b>x</b></body>",
		"<xml><!-- --><body>x</body>",
		"<xml><?php x ?><body>x</body>",
		"<xml><body>x</body><body>y</body>",
		"<xml>text<body>x</body>",
		"<xml><body>\xff</body>",
		"<xml><body>&#0;</body>",
	};
	const struct kit_param good[] = { { "mch_id", qq_config("mch_id") },
					  { "nonce_str", "n" },
					  QQ_ORDER("XXE1", "1", "NATIVE") };
	const char *rest = strchr(qq_write(good, sizeof(good) / sizeof(good[0])), '>') + 1;

	for (size_t i = 0; i < sizeof(ATTACKS) / sizeof(ATTACKS[0]); i++) {
		bool part = strstr(ATTACKS[i], "<body") != NULL;
		struct qq_message a =
			qq_post(ORDER, part ? kit_printf("%s%s", ATTACKS[i], rest) : ATTACKS[i]);

		NOTE("case %zu", i);
		EXPECT_INT(200, a.http.status);
		EXPECT_STR("FAIL", qq_get(&a, "return_code"));
		EXPECT_STR(NULL, qq_get(&a, "sign"));
		EXPECT(!strstr(a.http.body, "root:"));
	}
	EXPECT_STR("none", kit_status("XXE1"));
}

static void too_long_a_message_is_refused(void)
{
	char *body = kit_printf("<xml><body>%70000s</body></xml>", "x");
	struct qq_message a = qq_post(ORDER, body);

	EXPECT_INT(413, a.http.status);
}

static void only_posts_are_served(void)
{
	EXPECT_INT(405, kit_http(ORDER, NULL, NULL).status);
	EXPECT_INT(404, kit_http("/cgi-bin/pay/qpay_other.cgi", "text/xml", "<xml></xml>").status);
}

static void who_does_not_sign_is_not_served(void)
{
	const char *no = kit_number(), *good;
	char *changed;
	struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"),
				 { "sign", "0123456789ABCDEF0123456789ABCDEF" });

	EXPECT_STR("unsigned: \xe7\xad\xbe\xe5\x90\x8d\xe9\x94\x99\xe8\xaf\xaf", qq_result(&a));
	a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"), { "sign", "" });
	EXPECT_STR("FAIL", qq_get(&a, "return_code"));
	a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"), { "mch_id", "1900000110" });
	EXPECT_STR("FAIL", qq_get(&a, "return_code"));
	a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"), { "mch_id", NULL });
	EXPECT_STR("FAIL", qq_get(&a, "return_code"));
	/* A member more than was signed, or a changed one. */
	good = qq_write((const struct kit_param[]){ { "mch_id", qq_config("mch_id") },
						    { "nonce_str", "n" },
						    QQ_ORDER(no, "100", "NATIVE") },
			11);
	a = qq_post(ORDER, kit_printf("<xml><limit_pay>no_balance</limit_pay>%s", good + 5));
	EXPECT_STR("FAIL", qq_get(&a, "return_code"));
	EXPECT_STR("none", kit_status(no));
	changed = kit_printf("%s", good);
	strstr(changed, "[100]")[1] = '2';
	a = qq_post(ORDER, changed);
	EXPECT_STR("FAIL", qq_get(&a, "return_code"));
	EXPECT_STR("none", kit_status(no));
	a = qq_post(ORDER, good);
	EXPECT_STR("SUCCESS", qq_result(&a));
}

/* The documents show both. */
static void a_signature_in_small_letters_is_good(void)
{
	const struct kit_param members[] = { { "mch_id", qq_config("mch_id") },
					     { "nonce_str", "n" },
					     { "out_trade_no", "none" } };
	char *body = kit_printf("%s", qq_write(members, 3));
	char *sign = strstr(body, "<sign>") + 6;
	struct qq_message a;

	for (size_t i = 0; i < 32; i++)
		sign[i] = (char)(sign[i] >= 'A' ? sign[i] + 0x20 : sign[i]);
	a = qq_post("/cgi-bin/pay/qpay_order_query.cgi", body);
	EXPECT_STR("ORDERNOTEXIST", qq_result(&a));
}

static void every_member_has_its_rule(void)
{
	static const struct {
		const char *name, *value, *want;
	} CASES[] = {
		{ "nonce_str", NULL, "LACK_PARAMS" },
		{ "body", NULL, "LACK_PARAMS" },
		{ "body", "", "LACK_PARAMS" },
		{ "out_trade_no", NULL, "LACK_PARAMS" },
		{ "out_trade_no", "a b", "PARAM_ERROR" },
		{ "out_trade_no", "123456789012345678901234567890123", "PARAM_ERROR" },
		{ "fee_type", NULL, "LACK_PARAMS" },
		{ "fee_type", "USD", "PARAM_ERROR" },
		{ "total_fee", NULL, "LACK_PARAMS" },
		{ "total_fee", "0", "PARAM_ERROR" },
		{ "total_fee", "1.5", "PARAM_ERROR" },
		{ "total_fee", "-1", "PARAM_ERROR" },
		{ "spbill_create_ip", NULL, "LACK_PARAMS" },
		{ "trade_type", NULL, "LACK_PARAMS" },
		{ "trade_type", "MICROPAY", "PARAM_ERROR" },
		{ "trade_type", "native", "PARAM_ERROR" },
		{ "notify_url", NULL, "LACK_PARAMS" },
		{ "notify_url", "shop.example/notify", "PARAM_ERROR" },
		{ "notify_url", "http://shop.example/notify?a=1", "PARAM_ERROR" },
		{ "time_expire", "2026", "PARAM_ERROR" },
		{ "time_expire", "20261322000000", "PARAM_ERROR" },
		{ "appid", "1104000002", "APPID_MCHID_NOT_MATCH" },
		{ "appid", NULL, "SUCCESS" },
		{ "attach", NULL, "SUCCESS" },
		{ "contract_code", "a member that the sandbox does not use", "SUCCESS" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *no = kit_number();
		bool good = strcmp(CASES[i].want, "SUCCESS") == 0;
		struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"),
					 { CASES[i].name, CASES[i].value });

		NOTE("%s %s", CASES[i].name, CASES[i].value ? CASES[i].value : "left out");
		EXPECT_STR(CASES[i].want, qq_result(&a));
		EXPECT_STR(good ? "NOTPAY" : "none", kit_status(no));
	}
}

static void lengths_are_in_characters(void)
{
	const char *no = kit_number(), *tea = "";
	struct qq_message a;

	for (int i = 0; i < 128; i++)
		tea = kit_printf("%s\xe8\x8c\xb6", tea);
	a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"), { "body", tea });
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = QQ("qpay_unified_order", QQ_ORDER(kit_number(), "1", "NATIVE"),
	       { "body", kit_printf("%s!", tea) });
	EXPECT_STR("PARAM_ERROR", qq_result(&a));
}

static const struct tap_test TESTS[] = {
	TEST(xml_attacks_are_refused),
	TEST(too_long_a_message_is_refused),
	TEST(only_posts_are_served),
	TEST(who_does_not_sign_is_not_served),
	TEST(a_signature_in_small_letters_is_good),
	TEST(every_member_has_its_rule),
	TEST(lengths_are_in_characters),
};

KIT_MAIN(OPTIONS, TESTS)
