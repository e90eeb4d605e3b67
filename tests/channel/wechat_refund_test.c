/* What is believed of a refund, and what becomes of one. */
#include "channel/wechat_kit.h"

struct read {
	struct channel_answer answer;
	struct channel_refund refund;
};

typedef void reader(const struct channel_versions *versions, const struct channel_refund_ask *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_refund *refund);

#define SAID(number, refund_number, status, amount)                                            \
	"{\"refund_id\":\"50000000382019052709732678859\",\"out_refund_no\":\"" refund_number  \
	"\",\"out_trade_no\":\"" number "\",\"transaction_id\":\"" TRADE_NO                    \
	"\",\"channel\":\"ORIGINAL\",\"user_received_account\":\"招商银行信用卡0403\"," \
	"\"success_time\":\"2026-11-22T16:00:05+08:00\",\"create_time\":"                      \
	"\"2026-11-22T16:00:01+08:00\",\"status\":\"" status "\",\"amount\":" amount           \
	",\"promotion_detail\":[]}"
#define AMOUNT \
	"{\"total\":10,\"refund\":4,\"payer_total\":9,\"payer_refund\":4,\"currency\":\"CNY\"}"

static struct read read_reply(reader *by, const struct channel_env *env, struct channel_reply reply)
{
	struct channel_refund_ask ask = kit_refund();
	struct read r;

	by(kit_versions(KIT_PUBLIC), &ask, &reply, env, &r.answer, &r.refund);
	return r;
}

static struct read read_body(reader *by, int status, const char *body)
{
	const struct channel_env *env = kit_env();

	return read_reply(by, env, kit_reply(env->arena, status, body));
}

static void f6_a_refund_ends_in_one_of_four_ways(void)
{
	static const struct {
		const char *body;
		enum channel_refund_state asked, queried;
	} CASES[] = {
		{ SAID(NUMBER, REFUND_NUMBER, "SUCCESS", AMOUNT), CHANNEL_REFUND_DONE,
		  CHANNEL_REFUND_DONE },
		{ SAID(NUMBER, REFUND_NUMBER, "PROCESSING", AMOUNT), CHANNEL_REFUND_PENDING,
		  CHANNEL_REFUND_PENDING },
		{ SAID(NUMBER, REFUND_NUMBER, "CLOSED", AMOUNT), CHANNEL_REFUND_PENDING,
		  CHANNEL_REFUND_FAILED },
		{ SAID(NUMBER, REFUND_NUMBER, "ABNORMAL", AMOUNT), CHANNEL_REFUND_PENDING,
		  CHANNEL_REFUND_ABNORMAL },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = read_body(WECHAT.refund_read, 200, CASES[i].body);

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CASES[i].asked, r.refund.state);
		r = read_body(WECHAT.refund_query_read, 200, CASES[i].body);
		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CASES[i].queried, r.refund.state);
		EXPECT_INT(4, r.refund.fen);
		EXPECT_STR("50000000382019052709732678859", r.refund.refund_no);
		EXPECT_INT(i == 0 ? NOW_MS + 5000 : 0, r.refund.at_ms);
	}
}

static void answers_about_another_refund_tell_nothing(void)
{
	static const char *const BODIES[] = {
		SAID("another0number", REFUND_NUMBER, "SUCCESS", AMOUNT),
		SAID("", REFUND_NUMBER, "SUCCESS", AMOUNT),
		SAID(NUMBER, "another", "SUCCESS", AMOUNT),
		SAID(NUMBER, "", "SUCCESS", AMOUNT),
		SAID(NUMBER, REFUND_NUMBER, "SUCCESS", "{\"total\":10,\"refund\":5}"),
		SAID(NUMBER, REFUND_NUMBER, "SUCCESS", "{\"total\":11,\"refund\":4}"),
		SAID(NUMBER, REFUND_NUMBER, "SUCCESS", "{\"total\":10}"),
		SAID(NUMBER, REFUND_NUMBER, "SUCCESS", "{\"refund\":4.0}"),
		SAID(NUMBER, REFUND_NUMBER, "SUCCESS", "{\"refund\":4,\"currency\":\"USD\"}"),
		SAID(NUMBER, REFUND_NUMBER, "CHANGE", AMOUNT),
		SAID(NUMBER, REFUND_NUMBER, "", AMOUNT),
		"{\"out_trade_no\":\"" NUMBER "\",\"out_refund_no\":\"" REFUND_NUMBER
		"\",\"transaction_id\":\"4200\",\"status\":\"SUCCESS\",\"amount\":" AMOUNT "}",
		"{}",
		"",
		"<html>",
	};

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct read r = read_body(WECHAT.refund_read, 200, BODIES[i]);

		printf("# %s\n", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
		r = read_body(WECHAT.refund_query_read, 200, BODIES[i]);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static void b22_unsigned_answers_tell_nothing(void)
{
	const char *body = SAID(NUMBER, REFUND_NUMBER, "SUCCESS", AMOUNT);
	const struct channel_env *env = kit_env();
	struct read r = read_reply(WECHAT.refund_read, env, kit_unsigned(200, body));

	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	r = read_reply(WECHAT.refund_query_read, env, kit_unsigned(200, body));
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	r = read_reply(WECHAT.refund_query_read, env,
		       kit_unsigned(404, "{\"code\":\"RESOURCE_NOT_EXISTS\",\"message\":\"\"}"));
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
}

static void refusals_of_a_refund(void)
{
	static const struct {
		int status;
		const char *code;
		enum verdict verdict;
		bool query_now;
	} CASES[] = {
		{ 403, "NOT_ENOUGH", VERDICT_LATER, false },
		{ 403, "NOTENOUGH", VERDICT_LATER, false },
		{ 429, "FREQUENCY_LIMITED", VERDICT_LATER, false },
		{ 400, "INVALID_REQUEST", VERDICT_REFUSED, false },
		{ 403, "USER_ACCOUNT_ABNORMAL", VERDICT_REFUSED, false },
		{ 400, "PARAM_ERROR", VERDICT_REFUSED, false },
		{ 401, "SIGN_ERROR", VERDICT_REFUSED, false },
		{ 404, "RESOURCE_NOT_EXISTS", VERDICT_UNKNOWN, true },
		{ 500, "SYSTEM_ERROR", VERDICT_UNKNOWN, false },
		{ 500, "INVALID_REQUEST", VERDICT_UNKNOWN, false },
		{ 400, "WHATEVER", VERDICT_UNKNOWN, false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char body[200];
		struct read r;

		(void)snprintf(body, sizeof(body), "{\"code\":\"%s\",\"message\":\"退\"}",
			       CASES[i].code);
		printf("# %d %s\n", CASES[i].status, CASES[i].code);
		r = read_body(WECHAT.refund_read, CASES[i].status, body);
		EXPECT_INT(CASES[i].verdict, r.answer.verdict);
		EXPECT_INT(CASES[i].query_now, r.answer.query_now);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
		r = read_body(WECHAT.refund_query_read, CASES[i].status, body);
		EXPECT(r.answer.verdict != VERDICT_REFUSED);
		EXPECT(!r.answer.query_now);
	}
}

static void an_unsigned_refusal_of_a_refund_is_not_believed(void)
{
	const struct channel_env *env = kit_env();
	struct read r = read_reply(WECHAT.refund_read, env,
				   kit_unsigned(400, "{\"code\":\"INVALID_REQUEST\"}"));

	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT(r.answer.query_now);
}

static void a_number_that_is_not_there_is_absent(void)
{
	static const char *const CODES[] = { "RESOURCE_NOT_EXISTS", "REFUNDNOTEXIST" };

	for (size_t i = 0; i < 2; i++) {
		const struct channel_env *env = kit_env();
		struct read r = read_reply(
			WECHAT.refund_query_read, env,
			kit_reply(env->arena, 404,
				  arena_printf(env->arena, "{\"code\":\"%s\"}", CODES[i])));

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CHANNEL_REFUND_ABSENT, r.refund.state);
	}
}

static const struct tap_test TESTS[] = {
	TEST(f6_a_refund_ends_in_one_of_four_ways),
	TEST(answers_about_another_refund_tell_nothing),
	TEST(b22_unsigned_answers_tell_nothing),
	TEST(refusals_of_a_refund),
	TEST(an_unsigned_refusal_of_a_refund_is_not_believed),
	TEST(a_number_that_is_not_there_is_absent),
};

KIT_MAIN(TESTS)
