/* The answers to refund and refund query. */
#include "channel/qq_kit.h"

#include "sys/cleanup.h"

#define OK "result_code=SUCCESS&out_trade_no=" NUMBER
#define ACCEPTED                                                                          \
	OK "&transaction_id=" TRADE_NO "&out_refund_no=" REFUND_NUMBER "&refund_id=9001&" \
	   "refund_channel=ORIGINAL&refund_fee=4&total_fee=10"
#define FOUND(status)                                                                          \
	OK "&refund_count=1&out_refund_no_0=" REFUND_NUMBER "&refund_id_0=9001&refund_fee_0=4" \
	   "&refund_status_0=" status

struct read {
	struct channel_answer answer;
	struct channel_refund refund;
};

static struct read refund_body(struct str body)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(body);
	struct channel_refund_ask ask = kit_refund();
	struct read r;

	QQ.refund_read(kit_versions(KIT_PLAIN), &ask, &reply, env, &r.answer, &r.refund);
	return r;
}

static struct read refund(const char *members)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);

	return refund_body(kit_answer(a, members));
}

static struct read refund_query(const char *members)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_answer(env->arena, members));
	struct channel_refund_ask ask = kit_refund();
	struct read r;

	QQ.refund_query_read(kit_versions(KIT_PLAIN), &ask, &reply, env, &r.answer, &r.refund);
	return r;
}

static void accepted_is_pending_never_done(void)
{
	struct read r = refund(ACCEPTED);

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(CHANNEL_REFUND_PENDING, r.refund.state);
	EXPECT_INT(4, r.refund.fen);
	EXPECT_STR("9001", r.refund.refund_no);
	EXPECT_INT(0, r.refund.at_ms);
}

static void sums_and_numbers_that_do_not_agree_are_unknown(void)
{
	static const char *const CASES[] = {
		OK,
		OK "&out_refund_no=" REFUND_NUMBER,
		OK "&refund_fee=4&total_fee=10",
		OK "&out_refund_no=other&refund_fee=4",
		OK "&out_refund_no=" REFUND_NUMBER "&refund_fee=3",
		OK "&out_refund_no=" REFUND_NUMBER "&refund_fee=4.00",
		OK "&out_refund_no=" REFUND_NUMBER "&refund_fee=4&total_fee=11",
		OK "&out_refund_no=" REFUND_NUMBER "&refund_fee=4&transaction_id=1",
		"result_code=SUCCESS&out_refund_no=" REFUND_NUMBER "&refund_fee=4",
		"result_code=SUCCESS&out_trade_no=other&out_refund_no=" REFUND_NUMBER
		"&refund_fee=4",
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = refund(CASES[i]);

		NOTE("%s", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static void a_refusal_is_told_from_not_now(void)
{
	static const struct {
		const char *code;
		enum verdict want;
	} CASES[] = {
		{ "result_code=FAIL&err_code=NOTENOUGH", VERDICT_LATER },
		{ "result_code=FAIL&err_code=FREQUENCY_LIMITED", VERDICT_LATER },
		{ "result_code=FAIL&err_code=BIZERR_NEED_RETRY", VERDICT_LATER },
		{ "result_code=FAIL&err_code=TRADE_OVERDUE", VERDICT_REFUSED },
		{ "result_code=FAIL&err_code=PARAM_ERROR", VERDICT_REFUSED },
		{ "result_code=FAIL&err_code=SYSTEMERROR", VERDICT_UNKNOWN },
		{ "result_code=FAIL&err_code=ORDERNOTEXIST", VERDICT_UNKNOWN },
		{ "result_code=FAIL&err_code=ERROR", VERDICT_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		NOTE("%s", CASES[i].code);
		EXPECT_INT(CASES[i].want, refund(CASES[i].code).answer.verdict);
	}
	EXPECT_INT(VERDICT_UNKNOWN, refund_body(STR("<xml><return_code>FAIL</return_code>"
						    "<return_msg>系统繁忙</return_msg></xml>"))
					    .answer.verdict);
}

static void a_query_tells_what_became_of_it(void)
{
	static const struct {
		const char *members;
		enum channel_refund_state want;
	} CASES[] = {
		{ FOUND("SUCCESS"), CHANNEL_REFUND_DONE },
		{ FOUND("PROCESSING"), CHANNEL_REFUND_PENDING },
		{ FOUND("NOTSURE"), CHANNEL_REFUND_PENDING },
		{ FOUND("FAIL"), CHANNEL_REFUND_FAILED },
		{ FOUND("CHANGE"), CHANNEL_REFUND_ABNORMAL },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = refund_query(CASES[i].members);

		NOTE("%s", CASES[i].members);
		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CASES[i].want, r.refund.state);
		EXPECT_INT(4, r.refund.fen);
		EXPECT_STR("9001", r.refund.refund_no);
	}
}

/* Two refunds of one trade: each member ends in its refund's place. */
static void f2_ours_is_found_among_others(void)
{
	struct read r = refund_query(OK "&refund_count=3&out_refund_no_0=a&refund_fee_0=1&"
					"refund_status_0=FAIL&out_refund_no_1=" REFUND_NUMBER
					"&refund_fee_1=4&refund_id_1=9002&refund_status_1=SUCCESS&"
					"out_refund_no_2=b&refund_fee_2=2&refund_status_2=FAIL");

	EXPECT_INT(CHANNEL_REFUND_DONE, r.refund.state);
	EXPECT_STR("9002", r.refund.refund_no);
}

static void a_refund_that_is_not_there_is_absent(void)
{
	static const char *const CASES[] = {
		"result_code=FAIL&err_code=REFUNDNOTEXIST",
		OK "&refund_count=0",
		OK "&refund_count=1&out_refund_no_0=other&refund_fee_0=4&refund_status_0=SUCCESS",
		/* beyond what is counted */
		OK "&refund_count=1&out_refund_no_1=" REFUND_NUMBER
		   "&refund_fee_1=4&refund_status_1=SUCCESS",
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = refund_query(CASES[i]);

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static void a_query_without_sense_tells_nothing(void)
{
	static const char *const CASES[] = {
		OK,
		OK "&refund_count=x",
		OK "&refund_count=99999999999",
		FOUND(""),
		FOUND("NEWS"),
		OK "&refund_count=1&out_refund_no_0=" REFUND_NUMBER "&refund_status_0=SUCCESS",
		OK "&refund_count=1&out_refund_no_0=" REFUND_NUMBER
		   "&refund_fee_0=5&refund_status_0=SUCCESS",
		"result_code=SUCCESS&refund_count=0",
		"result_code=SUCCESS&out_trade_no=other&refund_count=0",
		"result_code=FAIL&err_code=SYSTEMERROR",
		"result_code=FAIL&err_code=PARAM_ERROR",
		"result_code=FAIL&err_code=ORDERPAID",
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = refund_query(CASES[i]);

		NOTE("%s: %s", CASES[i], r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
		EXPECT(!r.answer.query_now);
	}
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(accepted_is_pending_never_done),
	TEST(sums_and_numbers_that_do_not_agree_are_unknown),
	TEST(a_refusal_is_told_from_not_now),
	TEST(a_query_tells_what_became_of_it),
	TEST(f2_ours_is_found_among_others),
	TEST(a_refund_that_is_not_there_is_absent),
	TEST(a_query_without_sense_tells_nothing),
};
/* clang-format on */

KIT_MAIN(TESTS)
