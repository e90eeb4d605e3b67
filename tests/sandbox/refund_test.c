/* refund_test.c - money going back: parts, repeats, limits, refunds that are not settled yet. */
#include "kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static const char *paid(void)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	return kit_pay(no) ? no : NULL;
}

static struct kit_answer refund(const char *no, const char *yuan, const char *request)
{
	const char *more =
		kit_printf(",\"refund_amount\":\"%s\"%s", yuan,
			   request ? kit_printf(",\"out_request_no\":\"%s\"", request) : "");

	return kit_call(KIT_KEY, "refund", kit_biz(no, more));
}

static struct kit_answer ask(const char *no, const char *request)
{
	return kit_call(KIT_KEY, "fastpay.refund.query",
			kit_biz(no, kit_printf(",\"out_request_no\":\"%s\","
					       "\"query_options\":[\"gmt_refund_pay\","
					       "\"refund_detail_item_list\"]",
					       request)));
}

static void parts_add_up_and_the_last_one_closes(void)
{
	const char *no = paid();
	struct kit_answer a = refund(no, "8.88", "r1");

	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT_STR("Y", kit_text(a, "fund_change"));
	EXPECT_STR("8.88", kit_text(a, "refund_fee"));
	EXPECT_STR("TRADE_SUCCESS", kit_status(no));
	a = refund(no, "80.00", "r2");
	EXPECT_STR("88.88", kit_text(a, "refund_fee"));
	EXPECT_STR("80.00", kit_text(a, "send_back_fee"));
	EXPECT_STR("TRADE_CLOSED", kit_status(no));
	EXPECT_STR("ACQ.REASON_TRADE_REFUND_FEE_ERR",
		   kit_text(refund(no, "0.01", "r3"), "sub_code"));
}

static void a_repeat_moves_nothing(void)
{
	const char *no = paid();

	EXPECT_STR("Y", kit_text(refund(no, "8.88", "r1"), "fund_change"));
	EXPECT_STR("N", kit_text(refund(no, "8.88", "r1"), "fund_change"));
	EXPECT_STR("8.88", kit_text(refund(no, "8.88", "r1"), "refund_fee"));
	EXPECT_STR("ACQ.DISCORDANT_REPEAT_REQUEST", kit_text(refund(no, "8.87", "r1"), "sub_code"));
	EXPECT_INT(888, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	/* Also when nothing is left to give back. */
	EXPECT_STR("Y", kit_text(refund(no, "80.00", "r2"), "fund_change"));
	EXPECT_STR("N", kit_text(refund(no, "80.00", "r2"), "fund_change"));
}

static void a_refund_never_exceeds_what_is_left(void)
{
	const char *no = paid();
	struct kit_answer a = refund(no, "88.89", "r1");

	EXPECT_STR("ACQ.REASON_TRADE_REFUND_FEE_ERR", kit_text(a, "sub_code"));
	EXPECT_STR("0.00", kit_text(a, "refund_fee"));
	EXPECT_STR("Y", kit_text(refund(no, "88.88", "r1"), "fund_change"));
}

static void a_part_needs_a_request_number(void)
{
	const char *no = paid();

	EXPECT_STR("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
		   kit_text(refund(no, "1.00", NULL), "sub_code"));
	EXPECT_STR("Y", kit_text(refund(no, "88.88", NULL), "fund_change"));
	/* The number of the whole is the trade's own. */
	EXPECT_STR("REFUND_SUCCESS", kit_text(ask(no, no), "refund_status"));
}

static void only_what_was_paid_can_go_back(void)
{
	const char *no = kit_number();

	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(refund(no, "1.00", "r1"), "sub_code"));
	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(refund(no, "1.00", "r1"), "sub_code"));
	EXPECT(kit_control("scan", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	EXPECT_STR("ACQ.TRADE_STATUS_ERROR", kit_text(refund(no, "1.00", "r1"), "sub_code"));
	(void)kit_call(KIT_KEY, "close", kit_biz(no, ""));
	EXPECT_STR("ACQ.TRADE_HAS_CLOSE", kit_text(refund(no, "1.00", "r1"), "sub_code"));
	no = paid();
	EXPECT(kit_control("finish", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	EXPECT_STR("ACQ.TRADE_HAS_FINISHED", kit_text(refund(no, "1.00", "r1"), "sub_code"));
}

static void a_query_tells_of_one_request(void)
{
	const char *no = paid();
	struct kit_answer a;

	(void)refund(no, "1.00", "r1");
	(void)refund(no, "2.00", "r2");
	a = ask(no, "r2");
	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT_STR("2.00", kit_text(a, "refund_amount"));
	EXPECT_STR("88.88", kit_text(a, "total_amount"));
	EXPECT_STR("r2", kit_text(a, "out_request_no"));
	EXPECT_STR("REFUND_SUCCESS", kit_text(a, "refund_status"));
	EXPECT_INT(19, strlen(kit_text(a, "gmt_refund_pay")));
	EXPECT(json_is_array(json_object_get(a.node, "refund_detail_item_list")));
}

static void an_unknown_request_is_answered_without_a_refund(void)
{
	struct kit_answer a = ask(paid(), "no-such");

	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT_INT(2, json_object_size(a.node)); /* code and msg */
	EXPECT(a.verified);
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(ask(kit_number(), "r1"), "sub_code"));
}

static void a_refund_may_stay_unsettled(void)
{
	const char *no = paid();
	struct kit_answer a;

	EXPECT(kit_fault(no, "\"kind\":\"pending_refund\",\"ms\":600000"));
	a = refund(no, "1.00", "r1");
	EXPECT_STR("10000", kit_text(a, "code"));
	EXPECT_STR("N", kit_text(a, "fund_change"));
	EXPECT(kit_text(ask(no, "r1"), "refund_status") == NULL);
	EXPECT_STR("N", kit_text(refund(no, "1.00", "r1"), "fund_change"));
	/* Another one is not touched by it. */
	EXPECT_STR("Y", kit_text(refund(no, "2.00", "r2"), "fund_change"));
	EXPECT_STR("REFUND_SUCCESS", kit_text(ask(no, "r2"), "refund_status"));
}

static const struct tap_test TESTS[] = {
	TEST(parts_add_up_and_the_last_one_closes),
	TEST(a_repeat_moves_nothing),
	TEST(a_refund_never_exceeds_what_is_left),
	TEST(a_part_needs_a_request_number),
	TEST(only_what_was_paid_can_go_back),
	TEST(a_query_tells_of_one_request),
	TEST(an_unknown_request_is_answered_without_a_refund),
	TEST(a_refund_may_stay_unsettled),
};

KIT_MAIN(OPTIONS, TESTS)
