/* trade_test.c - the life of a trade, and what the same number asked again is told. */
#include "kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static const char *sub_code(const char *method, const char *biz)
{
	const char *code = kit_text(kit_call(KIT_KEY, method, biz), "sub_code");

	return code ? code : "none";
}

static const char *status(const char *no)
{
	return kit_text(kit_call(KIT_KEY, "query", kit_biz(no, "")), "trade_status");
}

static void a_code_is_no_trade_until_it_is_scanned(void)
{
	const char *no = kit_number();
	struct kit_answer a = kit_call(KIT_KEY, "precreate", kit_order(no, ""));

	EXPECT_STR(no, kit_text(a, "out_trade_no"));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", sub_code("query", kit_biz(no, "")));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", sub_code("close", kit_biz(no, "")));
	EXPECT(kit_control("scan", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	EXPECT_STR("WAIT_BUYER_PAY", status(no));
	EXPECT(kit_pay(no));
	EXPECT_STR("TRADE_SUCCESS", status(no));
}

static void a_code_may_still_be_paid_after_a_close_found_nothing(void)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", sub_code("close", kit_biz(no, "")));
	EXPECT(kit_pay(no));
	EXPECT_STR("TRADE_SUCCESS", status(no));
}

static void a_query_tells_what_was_paid(void)
{
	const char *no = kit_number();
	struct kit_answer a;

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	EXPECT(kit_control("scan", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	a = kit_call(KIT_KEY, "query", kit_biz(no, ""));
	EXPECT_STR("88.88", kit_text(a, "total_amount"));
	EXPECT_STR("0.00", kit_text(a, "buyer_pay_amount"));
	EXPECT(kit_text(a, "send_pay_date") == NULL);

	EXPECT(kit_pay(no));
	a = kit_call(KIT_KEY, "query", kit_biz(no, ",\"query_options\":[\"fund_bill_list\"]"));
	EXPECT_STR("88.88", kit_text(a, "receipt_amount"));
	EXPECT_INT(19, strlen(kit_text(a, "send_pay_date")));
	EXPECT_INT(28, strlen(kit_text(a, "trade_no")));
	EXPECT_STR("ALIPAYACCOUNT",
		   json_string_value(json_object_get(
			   json_array_get(json_object_get(a.node, "fund_bill_list"), 0),
			   "fund_channel")));
	/* By the platform's own number as well, which wins. */
	a = kit_call(KIT_KEY, "query",
		     kit_printf("{\"out_trade_no\":\"no-such\",\"trade_no\":\"%s\"}",
				kit_text(a, "trade_no")));
	EXPECT_STR(no, kit_text(a, "out_trade_no"));
}

static void an_offer_made_again_is_the_same(void)
{
	const char *no = kit_number();
	struct kit_answer first = kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	struct kit_answer again = kit_call(KIT_KEY, "precreate", kit_order(no, ""));

	EXPECT_STR(kit_text(first, "qr_code"), kit_text(again, "qr_code"));
	EXPECT_STR("ACQ.CONTEXT_INCONSISTENT",
		   sub_code("precreate", kit_order(no, ",\"body\":\"something else\"")));
	EXPECT_STR("ACQ.CONTEXT_INCONSISTENT",
		   sub_code("create", kit_order(no, ",\"buyer_id\":\"2088000000000007\"")));
	EXPECT(kit_pay(no));
	EXPECT_STR("ACQ.TRADE_HAS_SUCCESS", sub_code("precreate", kit_order(no, "")));
}

static void a_closed_number_is_never_used_again(void)
{
	const char *no = kit_number();
	const char *biz = kit_order(no, ",\"buyer_id\":\"2088000000000007\"");

	EXPECT_STR("none", sub_code("create", biz));
	EXPECT_STR("none", sub_code("close", kit_biz(no, "")));
	EXPECT_STR("TRADE_CLOSED", status(no));
	EXPECT_STR("ACQ.TRADE_HAS_CLOSE", sub_code("create", biz));
	EXPECT_STR("ACQ.TRADE_HAS_CLOSE", sub_code("close", kit_biz(no, "")));
}

static void create_made_again_is_the_same_trade(void)
{
	const char *biz = kit_order(kit_number(), ",\"buyer_open_id\":\"074a1CcT\"");
	struct kit_answer first = kit_call(KIT_KEY, "create", biz);
	struct kit_answer again = kit_call(KIT_KEY, "create", biz);

	EXPECT_STR("10000", kit_text(again, "code"));
	EXPECT_STR(kit_text(first, "trade_no"), kit_text(again, "trade_no"));
}

static void two_apps_may_use_the_same_number(void)
{
	const char *no = kit_number();

	EXPECT_STR("10000", kit_text(kit_call(KIT_KEY, "precreate", kit_order(no, "")), "code"));
	EXPECT_STR("10000", kit_text(kit_call(KIT_CERT, "precreate", kit_order(no, "")), "code"));
	EXPECT(kit_control("pay", kit_printf("\"out_trade_no\":\"%s\"", no)) == NULL);
	EXPECT(kit_control("pay", kit_printf("\"out_trade_no\":\"%s\",\"app_id\":\"%s\"", no,
					     kit_app(KIT_CERT))) != NULL);
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", sub_code("query", kit_biz(no, "")));
	EXPECT_STR("TRADE_SUCCESS",
		   kit_text(kit_call(KIT_CERT, "query", kit_biz(no, "")), "trade_status"));
}

static void another_apps_trade_is_not_found_by_its_platform_number(void)
{
	const char *no = kit_number();
	struct kit_answer a =
		kit_call(KIT_CERT, "create", kit_order(no, ",\"buyer_id\":\"2088000000000007\""));

	EXPECT_STR("ACQ.TRADE_NOT_EXIST",
		   sub_code("query", kit_printf("{\"trade_no\":\"%s\"}", kit_text(a, "trade_no"))));
}

static void a_paid_trade_cannot_be_closed(void)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	EXPECT(kit_pay(no));
	EXPECT_STR("ACQ.TRADE_STATUS_ERROR", sub_code("close", kit_biz(no, "")));
	EXPECT_STR("TRADE_SUCCESS", status(no));
}

static void cancel_closes_or_gives_back_and_says_the_same_again(void)
{
	const char *unpaid = kit_number(), *paid = kit_number();

	(void)kit_call(KIT_KEY, "create", kit_order(unpaid, ",\"buyer_id\":\"2088000000000007\""));
	(void)kit_call(KIT_KEY, "precreate", kit_order(paid, ""));
	EXPECT(kit_pay(paid));
	for (int i = 0; i < 2; i++) {
		struct kit_answer a = kit_call(KIT_KEY, "cancel", kit_biz(unpaid, ""));

		EXPECT_STR("10000", kit_text(a, "code"));
		EXPECT_STR("close", kit_text(a, "action"));
		EXPECT_STR("N", kit_text(a, "retry_flag"));
		a = kit_call(KIT_KEY, "cancel", kit_biz(paid, ""));
		EXPECT_STR("refund", kit_text(a, "action"));
	}
	EXPECT_STR("TRADE_CLOSED", status(unpaid));
	EXPECT_STR("TRADE_CLOSED", status(paid));
	EXPECT_INT(8888, json_integer_value(json_object_get(kit_trade(paid), "refunded_fen")));
}

static void cancel_of_nothing_is_done_and_says_no_action(void)
{
	struct kit_answer a = kit_call(KIT_KEY, "cancel", kit_biz(kit_number(), ""));

	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT_STR("N", kit_text(a, "retry_flag"));
	EXPECT(kit_text(a, "action") == NULL);
}

static void paying_twice_is_refused(void)
{
	const char *no = kit_number();
	const char *ask = kit_printf("{\"channel\":\"alipay\",\"out_trade_no\":\"%s\"}", no);

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	EXPECT_INT(200, kit_http("/sandbox/pay", "application/json", ask).status);
	EXPECT_INT(409, kit_http("/sandbox/pay", "application/json", ask).status);
}

static void every_call_is_counted(void)
{
	const char *no = kit_number();

	for (int i = 0; i < 3; i++)
		(void)kit_call(KIT_KEY, "query", kit_biz(no, ""));
	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	(void)kit_call(KIT_KEY, "query", kit_biz(no, ""));
	EXPECT_INT(1, kit_calls(no, "precreate"));
	EXPECT_INT(1, kit_calls(no, "query")); /* of the trade; the log knows all */
	struct kit_http got =
		kit_http(kit_printf("/sandbox/calls?out_trade_no=%s", no), NULL, NULL);
	json_t *calls = json_object_get(kit_json(got.body), "calls");

	EXPECT_INT(5, json_array_size(calls));
	EXPECT_STR("query",
		   json_string_value(json_object_get(json_array_get(calls, 0), "operation")));
}

static const struct tap_test TESTS[] = {
	TEST(a_code_is_no_trade_until_it_is_scanned),
	TEST(a_code_may_still_be_paid_after_a_close_found_nothing),
	TEST(a_query_tells_what_was_paid),
	TEST(an_offer_made_again_is_the_same),
	TEST(a_closed_number_is_never_used_again),
	TEST(create_made_again_is_the_same_trade),
	TEST(two_apps_may_use_the_same_number),
	TEST(another_apps_trade_is_not_found_by_its_platform_number),
	TEST(a_paid_trade_cannot_be_closed),
	TEST(cancel_closes_or_gives_back_and_says_the_same_again),
	TEST(cancel_of_nothing_is_done_and_says_no_action),
	TEST(paying_twice_is_refused),
	TEST(every_call_is_counted),
};

KIT_MAIN(OPTIONS, TESTS)
