/* QQ Wallet: refunds, asked for and asked after. */
#include "kit_qq.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 0, .movable_clock = true };

static const char *paid_order(void)
{
	const char *no = kit_number();
	struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "1000", "NATIVE"));

	return qq_get(&a, "code_url") && qq_pay(no) ? no : "";
}

static struct qq_message refund(const char *no, const char *refund_no, const char *fen)
{
	return QQ("qpay_refund", { "out_trade_no", no }, { "out_refund_no", refund_no },
		  { "refund_fee", fen }, { "op_user_id", qq_config("op_user_id") },
		  { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
}

static void money_goes_back_in_parts(void)
{
	const char *no = paid_order(), *first = kit_number(), *second = kit_number();
	struct qq_message a = refund(no, first, "300"), q;

	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("300", qq_get(&a, "refund_fee"));
	EXPECT_STR("300", qq_get(&a, "cash_refund_fee"));
	EXPECT_STR("1000", qq_get(&a, "total_fee"));
	EXPECT_STR("ORIGINAL", qq_get(&a, "refund_channel"));
	EXPECT_INT(28, strlen(qq_get(&a, "refund_id")));
	q = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT_STR("REFUND", qq_get(&q, "trade_state"));
	EXPECT_STR("1000", qq_get(&q, "total_fee"));
	a = refund(no, second, "701");
	EXPECT_STR("INVALID_REQUEST", qq_result(&a));
	a = refund(no, second, "700");
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = refund(no, kit_number(), "1");
	EXPECT_STR("INVALID_REQUEST", qq_result(&a));
	q = QQ("qpay_refund_query", { "out_trade_no", no });
	EXPECT_STR("2", qq_get(&q, "refund_count"));
	EXPECT_STR(first, qq_get(&q, "out_refund_no_0"));
	EXPECT_STR("300", qq_get(&q, "refund_fee_0"));
	EXPECT_STR("SUCCESS", qq_get(&q, "refund_status_0"));
	EXPECT_STR(second, qq_get(&q, "out_refund_no_1"));
	EXPECT_STR("700", qq_get(&q, "refund_fee_1"));
}

static void one_number_is_one_refund(void)
{
	const char *no = paid_order(), *other = paid_order(), *refund_no = kit_number();
	struct qq_message a = refund(no, refund_no, "300"), b = refund(no, refund_no, "300");

	EXPECT_STR(qq_get(&a, "refund_id"), qq_get(&b, "refund_id"));
	EXPECT_INT(300, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	b = refund(no, refund_no, "301");
	EXPECT_STR("INVALID_REQUEST", qq_result(&b));
	b = refund(other, refund_no, "300");
	EXPECT_STR("INVALID_REQUEST", qq_result(&b));
	EXPECT_INT(0, json_integer_value(json_object_get(kit_trade(other), "refunded_fen")));
}

/* The most special number wins. */
static void a_refund_is_found_by_each_of_four_numbers(void)
{
	const char *no = paid_order(), *first = kit_number(), *second = kit_number();
	struct qq_message a = refund(no, first, "1"), b = refund(no, second, "2"), q;

	q = QQ("qpay_refund_query", { "refund_id", qq_get(&b, "refund_id") },
	       { "out_refund_no", first });
	EXPECT_STR(second, qq_get(&q, "out_refund_no_0"));
	EXPECT_STR("1", qq_get(&q, "refund_count"));
	q = QQ("qpay_refund_query", { "out_refund_no", first }, { "out_trade_no", "other" });
	EXPECT_STR(qq_get(&a, "refund_id"), qq_get(&q, "refund_id_0"));
	q = QQ("qpay_refund_query", { "transaction_id", qq_get(&a, "transaction_id") });
	EXPECT_STR("2", qq_get(&q, "refund_count"));
	q = QQ("qpay_refund_query", { "out_refund_no", kit_number() });
	EXPECT_STR("REFUNDNOTEXIST", qq_result(&q));
	q = QQ("qpay_refund_query", { "out_trade_no", paid_order() });
	EXPECT_STR("REFUNDNOTEXIST", qq_result(&q));
	q = QQ("qpay_refund_query", { "out_trade_no", kit_number() });
	EXPECT_STR("ORDERNOTEXIST", qq_result(&q));
}

static void a_refund_may_take_its_time(void)
{
	const char *no = paid_order(), *refund_no = kit_number();
	struct qq_message a;

	EXPECT(qq_fault(no, "\"kind\":\"pending_refund\",\"ms\":600000"));
	a = refund(no, refund_no, "300");
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = QQ("qpay_refund_query", { "out_refund_no", refund_no });
	EXPECT_STR("PROCESSING", qq_get(&a, "refund_status_0"));
	EXPECT_STR(NULL, qq_get(&a, "refund_recv_accout_0"));
	kit_pass_ms(600000);
	a = QQ("qpay_refund_query", { "out_refund_no", refund_no });
	EXPECT_STR("SUCCESS", qq_get(&a, "refund_status_0"));
}

static void what_is_not_paid_gives_nothing_back(void)
{
	const char *no = kit_number(), *refund_no = kit_number();
	struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "1000", "NATIVE"));

	a = refund(no, refund_no, "1000");
	EXPECT_STR("TRADE_ERROR", qq_result(&a));
	a = refund(kit_number(), refund_no, "1000");
	EXPECT_STR("ORDERNOTEXIST", qq_result(&a));
	a = QQ("qpay_refund_query", { "out_refund_no", refund_no });
	EXPECT_STR("REFUNDNOTEXIST", qq_result(&a));
}

static void a_refund_needs_the_operator_and_an_amount(void)
{
	static const char *const AMOUNTS[] = { "0", "-1", "1.00", "01", "1e2", "99999999999" };
	const char *no = paid_order(), *password = qq_md5(qq_config("op_user_password"));
	struct qq_message a =
		QQ("qpay_refund", { "out_trade_no", no }, { "out_refund_no", kit_number() },
		   { "refund_fee", "1" }, { "op_user_id", qq_config("op_user_id") },
		   { "op_user_passwd", qq_md5("wrong") });

	EXPECT_STR("NOAUTH", qq_result(&a));
	a = QQ("qpay_refund", { "out_trade_no", no }, { "out_refund_no", kit_number() },
	       { "refund_fee", "1" }, { "op_user_passwd", password });
	EXPECT_STR("LACK_PARAMS", qq_result(&a));
	for (size_t i = 0; i < sizeof(AMOUNTS) / sizeof(AMOUNTS[0]); i++) {
		a = refund(no, kit_number(), AMOUNTS[i]);
		EXPECT_STR("PARAM_ERROR", qq_result(&a));
	}
	EXPECT_STR("SUCCESS", kit_status(no));
}

static void a_lost_answer_is_found_again(void)
{
	const char *no = paid_order(), *refund_no = kit_number();
	struct qq_message a;

	EXPECT(qq_fault(no, "\"operation\":\"refund\",\"kind\":\"lose_answer\""));
	a = refund(no, refund_no, "300");
	EXPECT(a.http.e == ERR_NETWORK);
	a = refund(no, refund_no, "300");
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_INT(300, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	EXPECT_INT(2, kit_calls(no, "refund"));
}

static void faults_spoil_answers(void)
{
	const char *no = paid_order();
	struct qq_message a;

	EXPECT(qq_fault(no, "\"operation\":\"query\",\"kind\":\"wrong_amount\""));
	a = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("1001", qq_get(&a, "total_fee"));
	EXPECT(qq_fault(no, "\"operation\":\"query\",\"kind\":\"forge\""));
	a = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT(!a.verified && qq_get(&a, "sign"));
	EXPECT(qq_fault(no, "\"operation\":\"refund\",\"kind\":\"error\",\"code\":\"NOTENOUGH\""));
	a = refund(no, kit_number(), "300");
	EXPECT_STR("NOTENOUGH", qq_result(&a));
	EXPECT_STR("SUCCESS", kit_status(no));
	EXPECT(qq_fault(no, "\"operation\":\"query\",\"kind\":\"error\",\"status\":502"));
	a = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT_INT(502, a.http.status);
	EXPECT(qq_fault(no, "\"operation\":\"query\",\"kind\":\"error\""));
	a = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT_STR("SYSTEMERROR", qq_result(&a));
	/* What the platform does not serve cannot go wrong. */
	EXPECT(!qq_fault(no, "\"operation\":\"precreate\",\"kind\":\"error\""));
}

static const struct tap_test TESTS[] = {
	TEST(money_goes_back_in_parts),
	TEST(one_number_is_one_refund),
	TEST(a_refund_is_found_by_each_of_four_numbers),
	TEST(a_refund_may_take_its_time),
	TEST(what_is_not_paid_gives_nothing_back),
	TEST(a_refund_needs_the_operator_and_an_amount),
	TEST(a_lost_answer_is_found_again),
	TEST(faults_spoil_answers),
};

KIT_MAIN(OPTIONS, TESTS)
