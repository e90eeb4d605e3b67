/* The answers to query, close and cancel. */
#include "channel/alipay_kit.h"

#define HEAD "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"" NUMBER "\","
#define FAILED "{\"code\":\"40004\",\"msg\":\"Business Failed\",\"out_trade_no\":\"" NUMBER "\","

struct read {
	struct channel_answer answer;
	struct channel_trade trade;
};

static struct read query(const char *node)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "query", node));
	struct read r;

	ALIPAY.query_read(kit_versions(KIT_KEY), NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct read close_with(const char *node)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "close", node));
	struct read r;

	ALIPAY.close_read(kit_versions(KIT_KEY), NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct channel_answer cancel(const char *node)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "cancel", node));
	struct channel_answer answer;

	ALIPAY.cancel_read(kit_versions(KIT_KEY), NUMBER, &reply, env, &answer);
	return answer;
}

static void states_of_a_trade_are_told_apart(void)
{
	static const struct {
		const char *node;
		enum trade_state want;
		int64_t paid_at_ms;
	} CASES[] = {
		{ HEAD "\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO
		       "\",\"trade_status\":\"WAIT_BUYER_PAY\"}",
		  TRADE_WAITING, 0 },
		{ HEAD "\"send_pay_date\":\"2026-11-22 16:00:01\",\"total_amount\":\"0.10\","
		       "\"trade_no\":\"" TRADE_NO "\",\"trade_status\":\"TRADE_SUCCESS\"}",
		  TRADE_PAID, NOW_MS + 1000 },
		{ HEAD "\"send_pay_date\":\"2026-11-22 16:00:01\",\"total_amount\":\"0.10\","
		       "\"trade_no\":\"" TRADE_NO "\",\"trade_status\":\"TRADE_FINISHED\"}",
		  TRADE_PAID, NOW_MS + 1000 },
		{ HEAD "\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO
		       "\",\"trade_status\":\"TRADE_CLOSED\"}",
		  TRADE_CLOSED, 0 },
		/* Paid and refunded in full: closed, but with the time when it was paid. */
		{ HEAD "\"send_pay_date\":\"2026-11-22 16:00:01\",\"total_amount\":\"0.10\","
		       "\"trade_no\":\"" TRADE_NO "\",\"trade_status\":\"TRADE_CLOSED\"}",
		  TRADE_CLOSED, NOW_MS + 1000 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = query(CASES[i].node);

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CASES[i].want, r.trade.state);
		EXPECT_INT(10, r.trade.fen);
		EXPECT_INT(CASES[i].paid_at_ms, r.trade.paid_at_ms);
		EXPECT_STR(NUMBER, r.trade.number);
	}
}

static void c4_a_trade_that_nobody_opened_is_absent(void)
{
	static const char *const NODES[] = {
		FAILED "\"sub_code\":\"ACQ.TRADE_NOT_EXIST\",\"sub_msg\":\"交易不存在\","
		       "\"receipt_amount\":\"0.00\"}",
		"{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}",
	};

	for (size_t i = 0; i < 2; i++) {
		struct read r = query(NODES[i]);

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(TRADE_ABSENT, r.trade.state);
		EXPECT_STR("ACQ.TRADE_NOT_EXIST", r.answer.code);
		EXPECT(!r.answer.query_now);
		EXPECT_STR("", r.trade.trade_no);
		r = close_with(NODES[i]);
		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(TRADE_ABSENT, r.trade.state);
	}
	struct read other = query("{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\","
				  "\"out_trade_no\":\"other\"}");

	EXPECT_INT(VERDICT_UNKNOWN, other.answer.verdict);
}

static void b6_paid_without_an_amount_is_not_believed(void)
{
	static const char *const NODES[] = {
		HEAD "\"trade_no\":\"" TRADE_NO "\",\"trade_status\":\"TRADE_SUCCESS\"}",
		HEAD "\"total_amount\":\"0.00\",\"trade_no\":\"" TRADE_NO
		     "\",\"trade_status\":\"TRADE_SUCCESS\"}",
		HEAD "\"total_amount\":\"-0.10\",\"trade_no\":\"" TRADE_NO
		     "\",\"trade_status\":\"TRADE_SUCCESS\"}",
		HEAD "\"total_amount\":\"0.10\",\"trade_status\":\"TRADE_SUCCESS\"}",
		HEAD "\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO "\"}",
		HEAD "\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO
		     "\",\"trade_status\":\"TRADE_PENDING\"}",
		HEAD "\"send_pay_date\":\"soon\",\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO
		     "\",\"trade_status\":\"TRADE_SUCCESS\"}",
	};

	for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		struct read r = query(NODES[i]);

		printf("# %s\n", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(TRADE_ABSENT, r.trade.state);
	}
}

static void a_query_that_failed_says_nothing(void)
{
	EXPECT_INT(VERDICT_UNKNOWN,
		   query(FAILED "\"sub_code\":\"ACQ.SYSTEM_ERROR\"}").answer.verdict);
	EXPECT_INT(VERDICT_UNKNOWN,
		   query(FAILED "\"sub_code\":\"ACQ.INVALID_PARAMETER\"}").answer.verdict);
	EXPECT_INT(
		VERDICT_LATER,
		query("{\"code\":\"40005\",\"sub_code\":\"isv.app-call-limited\"}").answer.verdict);
}

static void c1_close_ends_what_is_unpaid(void)
{
	struct read r = close_with(HEAD "\"trade_no\":\"" TRADE_NO "\"}");

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_CLOSED, r.trade.state);
	EXPECT_STR(TRADE_NO, r.trade.trade_no);
	EXPECT_INT(0, r.trade.paid_at_ms);
}

static void c2_d3_too_late_to_close_asks_for_a_query(void)
{
	static const char *const NODES[] = {
		FAILED "\"sub_code\":\"ACQ.TRADE_STATUS_ERROR\"}",
		FAILED "\"sub_code\":\"ACQ.REASON_TRADE_STATUS_INVALID\"}",
		FAILED "\"sub_code\":\"ACQ.REASON_ILLEGAL_STATUS\"}",
	};

	for (size_t i = 0; i < 3; i++) {
		struct read r = close_with(NODES[i]);

		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT(r.answer.query_now);
	}
	EXPECT_INT(VERDICT_UNKNOWN,
		   close_with(FAILED "\"sub_code\":\"ACQ.SYSTEM_ERROR\"}").answer.verdict);
	EXPECT_INT(VERDICT_UNKNOWN, close_with("{\"code\":\"10000\"}").answer.verdict);
}

static void c7_cancel_is_repeated_until_it_is_certain(void)
{
	static const struct {
		const char *node;
		enum verdict want;
	} CASES[] = {
		{ HEAD "\"action\":\"close\",\"retry_flag\":\"N\",\"trade_no\":\"1\"}",
		  VERDICT_DONE },
		{ HEAD "\"action\":\"refund\",\"retry_flag\":\"N\",\"trade_no\":\"1\"}",
		  VERDICT_DONE },
		{ HEAD "\"retry_flag\":\"N\"}", VERDICT_DONE },
		{ HEAD "\"retry_flag\":\"Y\"}", VERDICT_LATER },
		{ HEAD "\"retry_flag\":\"?\"}", VERDICT_LATER },
		{ HEAD "\"action\":\"close\"}", VERDICT_UNKNOWN },
		{ "{\"code\":\"10000\",\"retry_flag\":\"N\"}", VERDICT_UNKNOWN },
		{ "{\"code\":\"20000\",\"sub_code\":\"isp.unknow-error\"}", VERDICT_UNKNOWN },
		{ FAILED "\"sub_code\":\"AQC.SYSTEM_ERROR\"}", VERDICT_UNKNOWN },
		{ FAILED "\"sub_code\":\"ACQ.SELLER_BALANCE_NOT_ENOUGH\"}", VERDICT_LATER },
		{ FAILED "\"sub_code\":\"ACQ.TRADE_HAS_FINISHED\"}", VERDICT_REFUSED },
		{ FAILED "\"sub_code\":\"ACQ.TRADE_CANCEL_TIME_OUT\"}", VERDICT_REFUSED },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		printf("# %s\n", CASES[i].node);
		EXPECT_INT(CASES[i].want, cancel(CASES[i].node).verdict);
	}
}

static const struct tap_test TESTS[] = {
	TEST(states_of_a_trade_are_told_apart),
	TEST(c4_a_trade_that_nobody_opened_is_absent),
	TEST(b6_paid_without_an_amount_is_not_believed),
	TEST(a_query_that_failed_says_nothing),
	TEST(c1_close_ends_what_is_unpaid),
	TEST(c2_d3_too_late_to_close_asks_for_a_query),
	TEST(c7_cancel_is_repeated_until_it_is_certain),
};

KIT_MAIN(TESTS)
