/* fault_test.c - calls that go wrong on demand. */
#include "kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static const char *offered(void)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	return no;
}

static struct kit_answer query(const char *no)
{
	return kit_call(KIT_KEY, "query", kit_biz(no, ""));
}

static struct kit_answer refund(const char *no)
{
	return kit_call(KIT_KEY, "refund",
			kit_biz(no, ",\"refund_amount\":\"1.00\",\"out_request_no\":\"r1\""));
}

static void a_lost_answer_breaks_the_connection_after_the_work(void)
{
	const char *no = offered();
	struct kit_answer a;

	EXPECT(kit_pay(no));
	EXPECT(kit_fault(no, "\"kind\":\"lose_answer\",\"operation\":\"refund\""));
	a = refund(no);
	EXPECT_ERR(ERR_NETWORK, a.http.e);
	EXPECT_INT(100, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	EXPECT_STR("N", kit_text(refund(no), "fund_change"));
}

static void a_lost_request_does_nothing(void)
{
	const char *no = offered();

	EXPECT(kit_pay(no));
	EXPECT(kit_fault(no, "\"kind\":\"lose_answer\",\"operation\":\"refund\",\"done\":false"));
	EXPECT_ERR(ERR_NETWORK, refund(no).http.e);
	EXPECT_INT(0, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	EXPECT_STR("Y", kit_text(refund(no), "fund_change"));
}

static void an_answer_may_be_lost_late(void)
{
	const char *no = offered();

	EXPECT(kit_fault(no, "\"kind\":\"lose_answer\",\"operation\":\"query\",\"ms\":20"));
	EXPECT_ERR(ERR_NETWORK, query(no).http.e);
}

static void a_delayed_answer_comes(void)
{
	const char *no = offered();
	struct kit_answer a;

	EXPECT(kit_fault(no, "\"kind\":\"delay\",\"operation\":\"query\",\"ms\":20"));
	a = query(no);
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(a, "sub_code"));
	EXPECT(a.verified);
}

static void a_delayed_answer_does_not_hold_up_others(void)
{
	const char *slow = offered(), *quick = offered();

	/* More than there are threads, and much longer than the test may take. */
	EXPECT(kit_fault(slow, "\"kind\":\"delay\",\"operation\":\"notice\",\"ms\":600000"));
	EXPECT(kit_pay(slow));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(query(quick), "sub_code"));
}

static void an_error_is_answered_though_the_work_is_done_or_not(void)
{
	const char *no = offered();
	struct kit_answer a;

	EXPECT(kit_pay(no));
	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"refund\""));
	a = refund(no);
	EXPECT_STR("20000", kit_text(a, "code"));
	EXPECT_STR("isp.unknow-error", kit_text(a, "sub_code"));
	EXPECT(a.verified);
	EXPECT_INT(0, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"refund\",\"done\":true,"
			     "\"code\":\"ACQ.SYSTEM_ERROR\""));
	a = refund(no);
	EXPECT_STR("40004", kit_text(a, "code"));
	EXPECT_STR("ACQ.SYSTEM_ERROR", kit_text(a, "sub_code"));
	EXPECT_INT(100, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
}

static void an_error_may_be_any_code_or_status(void)
{
	const char *no = offered();
	struct kit_answer a;

	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"any\",\"code\":\"40005\""));
	a = query(no);
	EXPECT_STR("40005", kit_text(a, "code"));
	EXPECT_STR("isv.app-call-limited", kit_text(a, "sub_code"));
	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"close\","
			     "\"code\":\"ACQ.SELLER_BALANCE_NOT_ENOUGH\""));
	EXPECT_STR("卖家余额不足",
		   kit_text(kit_call(KIT_KEY, "close", kit_biz(no, "")), "sub_msg"));
	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"query\",\"status\":502"));
	a = query(no);
	EXPECT_INT(502, a.http.status);
	EXPECT(a.node == NULL);
}

static void a_wrong_amount_is_signed(void)
{
	const char *no = offered();
	struct kit_answer a;

	EXPECT(kit_pay(no));
	EXPECT(kit_fault(no, "\"kind\":\"wrong_amount\",\"operation\":\"query\""));
	a = query(no);
	EXPECT_STR("88.89", kit_text(a, "total_amount"));
	EXPECT(a.verified);
	EXPECT_STR("88.88", kit_text(query(no), "total_amount"));
}

static void a_forged_answer_does_not_verify(void)
{
	const char *no = offered();
	struct kit_answer a;

	EXPECT(kit_fault(no, "\"kind\":\"forge\",\"operation\":\"query\""));
	a = query(no);
	EXPECT(a.is_signed);
	EXPECT(!a.verified);
	EXPECT(query(no).verified);
}

static void a_payment_may_arrive_after_the_close(void)
{
	const char *no = offered(), *never = offered();

	EXPECT(kit_control("scan", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	EXPECT(kit_fault(no, "\"kind\":\"paid_after_close\""));
	EXPECT_STR("10000", kit_text(kit_call(KIT_KEY, "close", kit_biz(no, "")), "code"));
	for (const char *now = "TRADE_CLOSED"; strcmp(now, "TRADE_SUCCESS") != 0;) {
		now = kit_status(no);
		EXPECT(strcmp(now, "TRADE_CLOSED") == 0 || strcmp(now, "TRADE_SUCCESS") == 0);
	}
	EXPECT_STR("TRADE_SUCCESS", kit_text(query(no), "trade_status"));
	/* The same when the close found no trade: the code was scanned a moment later. */
	EXPECT(kit_fault(never, "\"kind\":\"paid_after_close\""));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST",
		   kit_text(kit_call(KIT_KEY, "close", kit_biz(never, "")), "sub_code"));
	EXPECT(kit_notice(never).came);
}

static void a_closed_trade_may_be_paid_by_hand(void)
{
	const char *no = offered();

	EXPECT(kit_control("scan", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	(void)kit_call(KIT_KEY, "close", kit_biz(no, ""));
	EXPECT(!kit_pay(no));
	EXPECT(kit_control("pay", kit_printf("\"out_trade_no\":\"%s\",\"late\":true", no)) != NULL);
	EXPECT_STR("TRADE_SUCCESS", kit_status(no));
}

static void a_fault_strikes_as_often_as_asked(void)
{
	const char *no = offered(), *other = offered();

	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"query\",\"times\":2"));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST", kit_text(query(other), "sub_code"));
	EXPECT_STR("20000", kit_text(query(no), "code"));
	EXPECT_STR("20000", kit_text(query(no), "code"));
	EXPECT_STR("40004", kit_text(query(no), "code"));
}

static void a_fault_on_a_page_is_a_page(void)
{
	const char *no = kit_number();
	const char *form =
		kit_form(KIT_KEY, "page.pay",
			 kit_order(no, ",\"product_code\":\"FAST_INSTANT_TRADE_PAY\""), NULL, 0);
	struct kit_http got;

	EXPECT(kit_fault(no, "\"kind\":\"error\",\"operation\":\"page\""));
	got = kit_http(kit_printf("/gateway.do?%s", form), NULL, NULL);
	EXPECT_INT(200, got.status);
	EXPECT(strstr(got.body, "isp.unknow-error") != NULL);
	EXPECT_STR("none", kit_status(no));
}

static const struct tap_test TESTS[] = {
	TEST(a_lost_answer_breaks_the_connection_after_the_work),
	TEST(a_lost_request_does_nothing),
	TEST(an_answer_may_be_lost_late),
	TEST(a_delayed_answer_comes),
	TEST(a_delayed_answer_does_not_hold_up_others),
	TEST(an_error_is_answered_though_the_work_is_done_or_not),
	TEST(an_error_may_be_any_code_or_status),
	TEST(a_wrong_amount_is_signed),
	TEST(a_forged_answer_does_not_verify),
	TEST(a_payment_may_arrive_after_the_close),
	TEST(a_closed_trade_may_be_paid_by_hand),
	TEST(a_fault_strikes_as_often_as_asked),
	TEST(a_fault_on_a_page_is_a_page),
};

KIT_MAIN(OPTIONS, TESTS)
