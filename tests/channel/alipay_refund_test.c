/* The answers to refund and refund query. */
#include "channel/alipay_kit.h"

#define HEAD "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"" NUMBER "\","
#define BOTH HEAD "\"out_request_no\":\"" REFUND_NUMBER "\","

struct read {
	struct channel_answer answer;
	struct channel_refund refund;
};

static struct read refund(const char *node)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "refund", node));
	struct channel_refund_ask ask = kit_refund();
	struct read r;

	ALIPAY.refund_read(kit_versions(KIT_KEY), &ask, &reply, env, &r.answer, &r.refund);
	return r;
}

static struct read refund_query(const char *node)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "fastpay_refund_query", node));
	struct channel_refund_ask ask = kit_refund();
	struct read r;

	ALIPAY.refund_query_read(kit_versions(KIT_KEY), &ask, &reply, env, &r.answer, &r.refund);
	return r;
}

static void money_moved_is_done(void)
{
	struct read r =
		refund(HEAD "\"fund_change\":\"Y\",\"gmt_refund_pay\":\"2026-11-22 16:00:05\","
			    "\"refund_fee\":\"0.06\",\"send_back_fee\":\"0.04\","
			    "\"trade_no\":\"" TRADE_NO "\"}");

	/* refund_fee is the sum of all refunds so far, ours of 0.04 among them. */
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(CHANNEL_REFUND_DONE, r.refund.state);
	EXPECT_INT(4, r.refund.fen);
	EXPECT_INT(NOW_MS + 5000, r.refund.at_ms);
}

static void f2_a_repeat_that_moved_nothing_is_pending(void)
{
	static const char *const NODES[] = {
		HEAD "\"fund_change\":\"N\",\"refund_fee\":\"0.04\",\"trade_no\":\"" TRADE_NO "\"}",
		HEAD "\"refund_fee\":\"0.04\",\"trade_no\":\"" TRADE_NO "\"}",
		HEAD "\"fund_change\":\"\"}",
	};

	for (size_t i = 0; i < 3; i++) {
		struct read r = refund(NODES[i]);

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_PENDING, r.refund.state);
		EXPECT_INT(0, r.refund.fen);
	}
}

static void sums_and_numbers_that_do_not_agree_are_unknown(void)
{
	static const char *const NODES[] = {
		HEAD "\"fund_change\":\"Y\",\"refund_fee\":\"0.03\"}",
		HEAD "\"fund_change\":\"Y\",\"refund_fee\":\"0.11\"}",
		HEAD "\"fund_change\":\"Y\"}",
		HEAD "\"fund_change\":\"Y\",\"refund_fee\":\"0.04\",\"trade_no\":\"1\"}",
		"{\"code\":\"10000\",\"fund_change\":\"Y\",\"refund_fee\":\"0.04\"}",
		("{\"code\":\"10000\",\"fund_change\":\"Y\",\"out_trade_no\":\"other\","
		 "\"refund_fee\":\"0.04\"}"),
	};

	for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		struct read r = refund(NODES[i]);

		printf("# %s\n", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static void f4_f5_failures_are_told_apart(void)
{
	static const struct {
		const char *sub_code;
		enum verdict want;
		bool query_now;
	} CASES[] = {
		/* clang-format off */
		{ "SELLER_BALANCE_NOT_ENOUGH",   VERDICT_LATER,   false },
		{ "SYSTEM_ERROR",                VERDICT_UNKNOWN, false },
		{ "TRADE_NOT_EXIST",             VERDICT_UNKNOWN, true },
		{ "TRADE_STATUS_ERROR",          VERDICT_UNKNOWN, true },
		{ "TRADE_HAS_CLOSE",             VERDICT_UNKNOWN, true },
		{ "DISCORDANT_REPEAT_REQUEST",   VERDICT_UNKNOWN, true },
		{ "SOMETHING_NEW",               VERDICT_UNKNOWN, false },
		{ "REASON_TRADE_REFUND_FEE_ERR", VERDICT_REFUSED, false },
		{ "REFUND_AMT_NOT_EQUAL_TOTAL",  VERDICT_REFUSED, false },
		{ "TRADE_HAS_FINISHED",          VERDICT_REFUSED, false },
		{ "TRADE_NOT_ALLOW_REFUND",      VERDICT_REFUSED, false },
		{ "REASON_TRADE_BEEN_FREEZEN",   VERDICT_REFUSED, false },
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char node[300];

		(void)snprintf(
			node, sizeof(node),
			"{\"code\":\"40004\",\"sub_code\":\"ACQ.%s\",\"out_trade_no\":\"" NUMBER
			"\",\"refund_fee\":\"0.00\"}",
			CASES[i].sub_code);
		struct read r = refund(node);

		printf("# %s\n", CASES[i].sub_code);
		EXPECT_INT(CASES[i].want, r.answer.verdict);
		EXPECT_INT(CASES[i].query_now, r.answer.query_now);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static void only_refund_success_is_done(void)
{
	struct read r = refund_query(BOTH "\"gmt_refund_pay\":\"2026-11-22 16:00:05\","
					  "\"refund_amount\":\"0.04\","
					  "\"refund_status\":\"REFUND_SUCCESS\","
					  "\"total_amount\":\"0.10\"}");

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(CHANNEL_REFUND_DONE, r.refund.state);
	EXPECT_INT(4, r.refund.fen);
	EXPECT_INT(NOW_MS + 5000, r.refund.at_ms);

	r = refund_query(BOTH
			 "\"refund_amount\":\"0.04\",\"refund_status\":\"REFUND_PROCESSING\"}");
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(CHANNEL_REFUND_PENDING, r.refund.state);
	r = refund_query(BOTH "\"refund_amount\":\"0.04\",\"total_amount\":\"0.10\"}");
	EXPECT_INT(CHANNEL_REFUND_PENDING, r.refund.state);
}

static void a_refund_without_members_is_absent(void)
{
	static const char *const NODES[] = {
		"{\"code\":\"10000\",\"msg\":\"Success\"}",
		HEAD "\"trade_no\":\"" TRADE_NO "\"}",
		BOTH "\"total_amount\":\"0.10\"}",
		"{\"code\":\"40004\",\"sub_code\":\"ACQ.TRADE_NOT_EXIST\"}",
	};

	for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		struct read r = refund_query(NODES[i]);

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static void refunds_of_other_numbers_and_amounts_are_unknown(void)
{
	static const char *const NODES[] = {
		BOTH "\"refund_amount\":\"0.05\",\"refund_status\":\"REFUND_SUCCESS\"}",
		HEAD "\"out_request_no\":\"other\",\"refund_amount\":\"0.04\","
		     "\"refund_status\":\"REFUND_SUCCESS\"}",
		HEAD "\"out_request_no\":\"other\"}",
		HEAD "\"refund_amount\":\"0.04\",\"refund_status\":\"REFUND_SUCCESS\"}",
		"{\"code\":\"10000\",\"out_request_no\":\"" REFUND_NUMBER
		"\",\"refund_status\":\"REFUND_SUCCESS\"}",
		"{\"code\":\"10000\",\"out_request_no\":\"" REFUND_NUMBER
		"\",\"out_trade_no\":\"other\",\"refund_status\":\"REFUND_SUCCESS\"}",
		"{\"code\":\"40004\",\"sub_code\":\"ACQ.INVALID_PARAMETER\"}",
		"{\"code\":\"20000\"}",
	};

	for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		struct read r = refund_query(NODES[i]);

		printf("# %s\n", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static const struct tap_test TESTS[] = {
	TEST(money_moved_is_done),
	TEST(f2_a_repeat_that_moved_nothing_is_pending),
	TEST(sums_and_numbers_that_do_not_agree_are_unknown),
	TEST(f4_f5_failures_are_told_apart),
	TEST(only_refund_success_is_done),
	TEST(a_refund_without_members_is_absent),
	TEST(refunds_of_other_numbers_and_amounts_are_unknown),
};

KIT_MAIN(TESTS)
