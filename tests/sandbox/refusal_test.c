/* refusal_test.c - biz_content that is refused, and the table of barcodes. */
#include "kit.h"

#include "base/err.h"
#include "sandbox/alipay/barcode.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static void each_member_has_a_type_and_a_range(void)
{
	static const struct {
		const char *method, *biz, *member;
	} CASES[] = {
		{ "precreate", "{\"total_amount\":\"1.00\",\"subject\":\"x\"}", "out_trade_no" },
		{ "precreate", "{\"out_trade_no\":\"a b\",\"total_amount\":\"1.00\"}",
		  "out_trade_no" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"subject\":\"x\"}", "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":\"0.00\"}",
		  "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":\"-1\"}",
		  "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":\"0.001\"}",
		  "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":\"1e2\"}",
		  "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":1}", "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":\"100000000.01\"}",
		  "total_amount" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\"}", "subject" },
		{ "precreate", "{\"out_trade_no\":\"N1\",\"subject\":7}", "subject" },
		{ "precreate",
		  "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\","
		  "\"timeout_express\":\"16d\"}",
		  "timeout_express" },
		{ "precreate",
		  "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\","
		  "\"qr_code_timeout_express\":\"1.5h\"}",
		  "qr_code_timeout_express" },
		{ "precreate",
		  "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\","
		  "\"time_expire\":\"tomorrow\"}",
		  "time_expire" },
		{ "precreate",
		  "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\","
		  "\"product_code\":\"QUICK_WAP_WAY\"}",
		  "product_code" },
		{ "precreate",
		  "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\","
		  "\"seller_id\":\"2088999999999999\"}",
		  "seller_id" },
		{ "create", "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\"}",
		  "buyer_id" },
		{ "pay",
		  "{\"out_trade_no\":\"N1\",\"total_amount\":\"1.00\",\"subject\":\"x\","
		  "\"auth_code\":\"280000000000000000\"}",
		  "scene" },
		{ "query", "{}", "out_trade_no" },
		{ "close", "{}", "out_trade_no" },
		{ "cancel", "{}", "out_trade_no" },
		{ "refund", "{\"refund_amount\":\"1.00\"}", "out_trade_no" },
		{ "refund", "{\"out_trade_no\":\"N1\"}", "refund_amount" },
		{ "fastpay.refund.query", "{\"out_trade_no\":\"N1\"}", "out_request_no" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct kit_answer a = kit_call(KIT_KEY, CASES[i].method, CASES[i].biz);

		printf("# %s %s\n", CASES[i].method, CASES[i].biz);
		EXPECT_STR("40004", kit_text(a, "code"));
		EXPECT_STR("ACQ.INVALID_PARAMETER", kit_text(a, "sub_code"));
		EXPECT(strstr(kit_text(a, "sub_msg"), CASES[i].member) != NULL);
		EXPECT(a.verified);
	}
}

static void what_is_no_json_object_is_refused(void)
{
	static const char *const TEXTS[] = { "{", "[]", "7", "{\"a\":1,\"a\":2}", "not json" };

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		struct kit_answer a = kit_call(KIT_KEY, "query", TEXTS[i]);

		EXPECT_STR("40002", kit_text(a, "code"));
		EXPECT_STR("isv.illegal-json", kit_text(a, "sub_code"));
	}
}

static void a_subject_is_counted_in_characters(void)
{
	char subject[3 * 257 + 1] = "";

	for (int i = 0; i < 256; i++)
		memcpy(subject + 3 * i, "测", 4);
	EXPECT_STR("10000",
		   kit_text(kit_call(KIT_KEY, "precreate",
				     kit_printf("{\"out_trade_no\":\"%s\",\"total_amount\":"
						"\"1.00\",\"subject\":\"%s\"}",
						kit_number(), subject)),
			    "code"));
	memcpy(subject + 3 * 256, "x", 2);
	EXPECT_STR(
		"ACQ.INVALID_PARAMETER",
		kit_text(kit_call(KIT_KEY, "precreate",
				  kit_printf("{\"out_trade_no\":\"%s\",\"total_amount\":\"1.00\","
					     "\"subject\":\"%s\"}",
					     kit_number(), subject)),
			 "sub_code"));
}

static void members_the_sandbox_does_not_know_are_allowed(void)
{
	struct kit_answer a =
		kit_call(KIT_KEY, "precreate",
			 kit_order(kit_number(), ",\"goods_detail\":[{\"price\":0.01}],"
						 "\"extend_params\":{\"hb_fq_num\":\"3\"}"));

	EXPECT_STR("10000", kit_text(a, "code"));
}

static struct kit_answer pay(const char *no, const char *code)
{
	return kit_call(
		KIT_KEY, "pay",
		kit_order(no, kit_printf(",\"scene\":\"bar_code\",\"auth_code\":\"%s\"", code)));
}

static void a_barcode_is_paid_at_once(void)
{
	const char *no = kit_number();
	struct kit_answer a = pay(no, "281234567890123456");

	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT_STR("88.88", kit_text(a, "buyer_pay_amount"));
	EXPECT_INT(19, strlen(kit_text(a, "gmt_payment")));
	EXPECT_STR("TRADE_SUCCESS", kit_notice(no).came ? kit_status(no) : "no notice");
	EXPECT_STR("ACQ.TRADE_HAS_SUCCESS", kit_text(pay(no, "281234567890123456"), "sub_code"));
}

static void a_barcode_that_is_none_is_refused(void)
{
	static const char *const CODES[] = { "28123456789012", "2812345678901234567890123",
					     "101234567890123456", "28123456789012345x", "fp123" };

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
		EXPECT_STR("ACQ.PAYMENT_AUTH_CODE_INVALID",
			   kit_text(pay(kit_number(), CODES[i]), "sub_code"));
}

static void a_face_is_a_code_too(void)
{
	struct kit_answer a = kit_call(
		KIT_KEY, "pay",
		kit_order(kit_number(), ",\"scene\":\"security_code\","
					"\"auth_code\":\"fp0123456789012345678901234567890123a\""));

	EXPECT_STR("10000", kit_text(a, "code"));
}

/* Every row of the table does what it says. */
static void a_barcodes_last_digits_choose_what_happens(void)
{
	size_t n;
	const struct barcode_outcome *rows = barcode_outcomes(&n);

	for (size_t i = 0; i < n; i++) {
		const struct barcode_outcome *o = &rows[i];
		const char *no = kit_number();
		struct kit_answer a = pay(no, kit_printf("28000000000000%s", o->ending));

		printf("# %s\n", o->ending);
		if (o->silent)
			EXPECT(a.http.e != ERR_OK);
		else if (o->unknown)
			EXPECT_STR("20000", kit_text(a, "code"));
		else if (o->sub_code)
			EXPECT_STR(o->sub_code, kit_text(a, "sub_code"));
		else
			EXPECT_STR("10003", kit_text(a, "code"));
		/* One that is confirmed by itself may be so already. */
		if (o->confirms_ms == 0)
			EXPECT_STR(!o->trade ? "none"
				   : o->paid ? "TRADE_SUCCESS"
					     : "WAIT_BUYER_PAY",
				   kit_status(no));
	}
}

static void a_payer_who_is_asked_confirms(void)
{
	const char *by_itself = kit_number(), *by_hand = kit_number();

	EXPECT_STR("10003", kit_text(pay(by_itself, "280000000000009001"), "code"));
	EXPECT_STR("10003", kit_text(pay(by_hand, "280000000000009002"), "code"));
	EXPECT(kit_pay(by_hand));
	EXPECT(kit_notice(by_hand).came);
	EXPECT(kit_notice(by_itself).came);
	EXPECT_STR("TRADE_SUCCESS", kit_status(by_itself));
}

static const struct tap_test TESTS[] = {
	TEST(each_member_has_a_type_and_a_range),
	TEST(what_is_no_json_object_is_refused),
	TEST(a_subject_is_counted_in_characters),
	TEST(members_the_sandbox_does_not_know_are_allowed),
	TEST(a_barcode_is_paid_at_once),
	TEST(a_barcode_that_is_none_is_refused),
	TEST(a_face_is_a_code_too),
	TEST(a_barcodes_last_digits_choose_what_happens),
	TEST(a_payer_who_is_asked_confirms),
};

KIT_MAIN(OPTIONS, TESTS)
