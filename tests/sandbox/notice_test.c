/* notice_test.c - what the shop is told: contents, signatures, repeats, and what can go wrong. */
#include "kit.h"

#include "base/err.h"
#include "sandbox/alipay/alipay.h"

#include <string.h>

/* Repeated at once: the schedule itself is a table. */
static const struct kit_options OPTIONS = { .notice_scale = 0 };

static const char *offered(const char *more)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, more));
	return no;
}

static json_t *told(const char *no, size_t i)
{
	return json_array_get(json_object_get(kit_trade(no), "notices"), i);
}

static const char *state(const char *no)
{
	return json_string_value(json_object_get(told(no, 0), "state"));
}

/* Until the newest notice of this number is in `want`: the answer to a notice is heard a moment
 * after the shop gave it. */
static bool becomes(const char *no, const char *want)
{
	for (int i = 0; i < 10000; i++) {
		if (strcmp(state(no), want) == 0)
			return true;
	}
	return false;
}

static void a_payment_is_told_with_all_that_matters(void)
{
	for (enum kit_mode mode = KIT_KEY; mode <= KIT_CERT; mode++) {
		const char *no = kit_number();
		struct kit_notice n;

		(void)kit_call(mode, "precreate",
			       kit_order(no, ",\"body\":\"a+b c\",\"passback_params\":\"k%3D1\""));
		EXPECT(kit_pay(no));
		n = kit_notice(no);
		EXPECT(n.came);
		EXPECT_STR("application/x-www-form-urlencoded; charset=utf-8", n.type);
		EXPECT(kit_notice_is_genuine(mode, &n));
		EXPECT(!kit_notice_is_genuine(mode == KIT_KEY ? KIT_CERT : KIT_KEY, &n));
		EXPECT_STR("trade_status_sync", kit_field(&n, "notify_type"));
		EXPECT_STR("TRADE_SUCCESS", kit_field(&n, "trade_status"));
		EXPECT_STR(no, kit_field(&n, "out_trade_no"));
		EXPECT_STR("88.88", kit_field(&n, "total_amount"));
		EXPECT_STR("测试 + & = 100% \"}\"/", kit_field(&n, "subject"));
		EXPECT_STR("a+b c", kit_field(&n, "body"));
		EXPECT_STR("k%3D1", kit_field(&n, "passback_params"));
		EXPECT_STR(kit_app(mode), kit_field(&n, "app_id"));
		EXPECT_STR("RSA2", kit_field(&n, "sign_type"));
		EXPECT_STR("[{\"amount\":\"88.88\",\"fundChannel\":\"ALIPAYACCOUNT\"}]",
			   kit_field(&n, "fund_bill_list"));
		EXPECT_INT(34, strlen(kit_field(&n, "notify_id")));
		EXPECT_INT(28, strlen(kit_field(&n, "trade_no")));
	}
}

static void no_value_is_empty(void)
{
	const char *no = offered("");
	struct kit_notice n;

	EXPECT(kit_pay(no));
	n = kit_notice(no);
	EXPECT(n.came && n.n > 20);
	for (size_t i = 0; i < n.n; i++)
		EXPECT(n.fields[i].value[0] != '\0');
	EXPECT(kit_field(&n, "body") == NULL);
}

static void only_success_itself_ends_it(void)
{
	static const char *const BODIES[] = { "SUCCESS", "success\n", " success",
					      "fail",    "",          "<html>success</html>" };
	const char *no = offered("");
	struct kit_notice first, n;

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++)
		kit_answer_notices(no, 1, 200, BODIES[i]);
	kit_answer_notices(no, 1, 500, "success");
	EXPECT(kit_pay(no));
	first = n = kit_notice(no);
	for (int i = 1; i < 8; i++) {
		EXPECT(n.came);
		n = kit_notice(no);
		EXPECT(n.came);
		EXPECT(kit_notice_is_genuine(KIT_KEY, &n));
		EXPECT_STR(kit_field(&first, "notify_id"), kit_field(&n, "notify_id"));
	}
	EXPECT(becomes(no, "acknowledged"));
	EXPECT_INT(8, json_integer_value(json_object_get(told(no, 0), "tries")));
	EXPECT_STR("success", json_string_value(json_object_get(told(no, 0), "last_answer")));
}

static void it_is_given_up_after_eight_sendings(void)
{
	const char *no = offered("");

	kit_answer_notices(no, 100, 200, "failure");
	EXPECT(kit_pay(no));
	for (int i = 0; i < 8; i++)
		EXPECT(kit_notice(no).came);
	EXPECT(becomes(no, "given_up"));
	EXPECT_INT(8, kit_notices(no));
}

static void the_schedule_is_the_platforms(void)
{
	static const int MINUTES[] = { 4, 10, 10, 60, 120, 360, 900 };

	for (int i = 0; i < 7; i++)
		EXPECT_INT(MINUTES[i] * 60000, notice_wait_ms(&SANDBOX_ALIPAY.notice, i + 1));
	EXPECT_INT(0, notice_wait_ms(&SANDBOX_ALIPAY.notice, 8));
}

static void refunds_and_the_end_are_told(void)
{
	const char *no = offered("");
	struct kit_notice n;

	EXPECT(kit_pay(no));
	EXPECT(kit_notice(no).came);
	(void)kit_call(KIT_KEY, "refund",
		       kit_biz(no, ",\"refund_amount\":\"8.88\",\"out_request_no\":\"r1\""));
	n = kit_notice(no);
	EXPECT_STR("TRADE_SUCCESS", kit_field(&n, "trade_status"));
	EXPECT_STR("8.88", kit_field(&n, "refund_fee"));
	EXPECT_STR("r1", kit_field(&n, "out_biz_no"));
	EXPECT_INT(19, strlen(kit_field(&n, "gmt_refund")));
	EXPECT(kit_notice_is_genuine(KIT_KEY, &n));
	(void)kit_call(KIT_KEY, "refund",
		       kit_biz(no, ",\"refund_amount\":\"80.00\",\"out_request_no\":\"r2\""));
	n = kit_notice(no);
	EXPECT_STR("TRADE_CLOSED", kit_field(&n, "trade_status"));
	EXPECT_STR("88.88", kit_field(&n, "refund_fee"));
	EXPECT_INT(19, strlen(kit_field(&n, "gmt_close")));
	EXPECT_INT(3, kit_notices(no));
}

static void a_closed_trade_is_told(void)
{
	const char *no = kit_number();
	struct kit_notice n;

	(void)kit_call(KIT_KEY, "create", kit_order(no, ",\"buyer_id\":\"2088000000000007\""));
	(void)kit_call(KIT_KEY, "close", kit_biz(no, ""));
	n = kit_notice(no);
	EXPECT_STR("TRADE_CLOSED", kit_field(&n, "trade_status"));
	EXPECT(kit_field(&n, "gmt_payment") == NULL);
	EXPECT_STR("2088000000000007", kit_field(&n, "buyer_id"));
}

static void without_an_address_nothing_is_sent(void)
{
	const struct kit_param none = { "notify_url", NULL };
	const char *no = kit_number();

	(void)kit_call_with(KIT_KEY, "precreate", kit_order(no, ""), &none, 1);
	EXPECT(kit_pay(no));
	EXPECT(told(no, 0) == NULL);
}

static void a_dropped_notice_never_comes_until_it_is_resent(void)
{
	const char *no = offered("");

	EXPECT(kit_fault(no, "\"kind\":\"drop_notice\""));
	EXPECT(kit_pay(no));
	EXPECT_STR("dropped", state(no));
	EXPECT_INT(0, kit_notices(no));
	EXPECT(kit_control("notices", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	EXPECT(kit_notice(no).came);
}

static void a_duplicated_notice_comes_as_often_as_asked(void)
{
	const char *no = offered("");
	struct kit_notice a, b;

	EXPECT(kit_fault(no, "\"kind\":\"duplicate_notice\",\"copies\":20"));
	EXPECT(kit_pay(no));
	a = kit_notice(no);
	for (int i = 1; i < 20; i++) {
		b = kit_notice(no);
		EXPECT(b.came);
		EXPECT_STR(kit_field(&a, "notify_id"), kit_field(&b, "notify_id"));
	}
	EXPECT(becomes(no, "acknowledged"));
	EXPECT_INT(20, kit_notices(no));
}

static void a_wrong_amount_is_signed_all_the_same(void)
{
	const char *no = offered("");
	struct kit_notice n;

	EXPECT(kit_fault(no, "\"kind\":\"wrong_amount\",\"operation\":\"notice\",\"fen\":1"));
	EXPECT(kit_pay(no));
	n = kit_notice(no);
	EXPECT_STR("0.01", kit_field(&n, "total_amount"));
	EXPECT(kit_notice_is_genuine(KIT_KEY, &n));
}

static void a_forged_notice_does_not_verify(void)
{
	const char *no = offered("");
	struct kit_notice n;

	EXPECT(kit_fault(no, "\"kind\":\"forge\",\"operation\":\"notice\""));
	EXPECT(kit_pay(no));
	n = kit_notice(no);
	EXPECT_STR("TRADE_SUCCESS", kit_field(&n, "trade_status"));
	EXPECT_INT(344, strlen(kit_field(&n, "sign")));
	EXPECT(!kit_notice_is_genuine(KIT_KEY, &n));
}

static void reordered_notices_come_the_other_way_round(void)
{
	const char *no = offered("");
	struct kit_notice first, second;

	EXPECT(kit_fault(no, "\"kind\":\"reorder\""));
	EXPECT(kit_pay(no));
	EXPECT_STR("held", state(no));
	(void)kit_call(KIT_KEY, "refund",
		       kit_biz(no, ",\"refund_amount\":\"8.88\",\"out_request_no\":\"r1\""));
	first = kit_notice(no);
	second = kit_notice(no);
	EXPECT_STR("8.88", kit_field(&first, "refund_fee"));
	EXPECT(second.came);
	EXPECT(kit_field(&second, "refund_fee") == NULL);
	EXPECT_INT(2, kit_notices(no));
}

static void a_notice_can_be_sent_again_in_many_copies(void)
{
	const char *no = offered("");

	EXPECT(kit_pay(no));
	EXPECT(kit_notice(no).came);
	EXPECT(becomes(no, "acknowledged"));
	EXPECT(kit_control("notices",
			   kit_printf("\"out_trade_no\":\"%s\",\"kind\":\"paid\",\"times\":50",
				      no)) != NULL);
	for (int i = 0; i < 50; i++)
		EXPECT(kit_notice(no).came);
	EXPECT(becomes(no, "acknowledged"));
	EXPECT(kit_control("notices",
			   kit_printf("\"out_trade_no\":\"%s\",\"kind\":\"closed\"", no)) == NULL);
}

static const struct tap_test TESTS[] = {
	TEST(a_payment_is_told_with_all_that_matters),
	TEST(no_value_is_empty),
	TEST(only_success_itself_ends_it),
	TEST(it_is_given_up_after_eight_sendings),
	TEST(the_schedule_is_the_platforms),
	TEST(refunds_and_the_end_are_told),
	TEST(a_closed_trade_is_told),
	TEST(without_an_address_nothing_is_sent),
	TEST(a_dropped_notice_never_comes_until_it_is_resent),
	TEST(a_duplicated_notice_comes_as_often_as_asked),
	TEST(a_wrong_amount_is_signed_all_the_same),
	TEST(a_forged_notice_does_not_verify),
	TEST(reordered_notices_come_the_other_way_round),
	TEST(a_notice_can_be_sent_again_in_many_copies),
};

KIT_MAIN(OPTIONS, TESTS)
