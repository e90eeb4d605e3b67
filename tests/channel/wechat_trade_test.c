/* What query, close and reverse make of the answers that are believed. */
#include "channel/wechat_kit.h"

#define PAID KIT_TRADE("SUCCESS", ",\"store_name\":\"\\u6d4b \\/ \",\"rate\":0.6")
#define UNPAID(state)                                                              \
	"{\"amount\":{\"total\":10},\"appid\":\"" APPID "\",\"mchid\":\"" MCH_ID   \
	"\",\"out_trade_no\":\"" NUMBER "\",\"payer\":{},\"trade_state\":\"" state \
	"\",\"trade_state_desc\":\"订单未支付\"}"
#define ABSENT "{\"code\":\"ORDER_NOT_EXIST\",\"message\":\"订单不存在\"}"

struct read {
	struct channel_answer answer;
	struct channel_trade trade;
};

static struct read query_with(const struct channel_versions *v, const struct channel_env *env,
			      struct channel_reply reply)
{
	struct read r;

	WECHAT.query_read(v, NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct read query(const struct channel_env *env, int status, const char *body)
{
	return query_with(kit_versions(KIT_PUBLIC), env, kit_reply(env->arena, status, body));
}

static void expect_doubt(const char *why, const struct read *r)
{
	printf("# %s: %s\n", why, r->answer.text);
	EXPECT_INT(VERDICT_UNKNOWN, r->answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r->trade.state);
	EXPECT(r->answer.text[0] != '\0');
	EXPECT(strpbrk(r->answer.text, "\r\n") == NULL);
}

static void states_are_told_apart(void)
{
	static const struct {
		const char *body;
		enum trade_state state;
	} CASES[] = {
		{ PAID, TRADE_PAID },
		{ KIT_TRADE("REFUND", ""), TRADE_PAID },
		{ UNPAID("NOTPAY"), TRADE_WAITING },
		{ UNPAID("USERPAYING"), TRADE_WAITING },
		{ UNPAID("CLOSED"), TRADE_CLOSED },
		{ UNPAID("REVOKED"), TRADE_CLOSED },
		{ UNPAID("PAYERROR"), TRADE_CLOSED },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = query(kit_env(), 200, CASES[i].body);

		printf("# %s\n", r.answer.code);
		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CASES[i].state, r.trade.state);
		EXPECT_INT(10, r.trade.fen);
		EXPECT_INT(CASES[i].state == TRADE_PAID, r.trade.paid_at_ms > 0);
	}
}

static void absent_is_an_answer(void)
{
	struct read r = query(kit_env(), 404, ABSENT);

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	EXPECT_STR(NUMBER, r.trade.number);
	r = query(kit_env(), 404, "{\"code\":\"ORDERNOTEXIST\",\"message\":\"\"}");
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	/* Another 404 says nothing about the order. */
	r = query(kit_env(), 404, "{\"code\":\"RESOURCE_NOT_EXISTS\",\"message\":\"\"}");
	CALL(expect_doubt("resource", &r));
	r = query(kit_env(), 404, "404 page not found");
	CALL(expect_doubt("page", &r));
}

static void a_query_is_never_refused(void)
{
	static const char *const CODES[] = { "SIGN_ERROR", "PARAM_ERROR", "NO_AUTH",
					     "MCH_NOT_EXISTS", "RULE_LIMIT" };

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct read r = query(
			env, 403,
			arena_printf(env->arena, "{\"code\":\"%s\",\"message\":\"\"}", CODES[i]));

		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT(!r.answer.query_now);
	}
}

static void answers_that_do_not_agree_tell_nothing(void)
{
#define SAID(mchid, number, state, amount, more)                                            \
	"{\"mchid\":\"" mchid "\",\"out_trade_no\":\"" number "\",\"trade_state\":\"" state \
	"\",\"amount\":" amount more "}"
#define ID ",\"transaction_id\":\"" TRADE_NO "\""
	static const char *const BODIES[] = {
		SAID("1900000000", NUMBER, "SUCCESS", "{\"total\":10}", ID),
		SAID("", NUMBER, "SUCCESS", "{\"total\":10}", ID),
		SAID(MCH_ID, "att0HZX3K9F2M7QB", "SUCCESS", "{\"total\":10}", ID),
		SAID(MCH_ID, "", "SUCCESS", "{\"total\":10}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":10}", ""),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":0}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":-10}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":10.0}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":\"10\"}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":10,\"total\":10}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":10,\"currency\":\"USD\"}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "10", ID),
		SAID(MCH_ID, NUMBER, "success", "{\"total\":10}", ID),
		SAID(MCH_ID, NUMBER, "", "{\"total\":10}", ID),
		SAID(MCH_ID, NUMBER, "SUCCESS", "{\"total\":10}",
		     ID ",\"success_time\":\"yesterday\""),
		"{}",
	};

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct read r = query(kit_env(), 200, BODIES[i]);

		CALL(expect_doubt(BODIES[i], &r));
	}
}

/* --- close and reverse --- */

static struct read close_reply(const struct channel_env *env, struct channel_reply reply)
{
	struct read r;

	WECHAT.close_read(kit_versions(KIT_PUBLIC), NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static void close_is_204_and_signed(void)
{
	const struct channel_env *env = kit_env();
	struct read r = close_reply(env, kit_reply(env->arena, 204, ""));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_CLOSED, r.trade.state);
	EXPECT_STR(NUMBER, r.trade.number);
	r = close_reply(env, kit_unsigned(204, ""));
	CALL(expect_doubt("not signed", &r));
	r = close_reply(env, kit_reply(env->arena, 200, "{}"));
	CALL(expect_doubt("200", &r));
	r = close_reply(env, kit_reply(env->arena, 404, ABSENT));
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	r = close_reply(env, kit_unsigned(404, ABSENT));
	CALL(expect_doubt("absent, not signed", &r));
}

static void too_late_to_close_is_for_a_query(void)
{
	static const char *const CODES[] = { "INVALID_REQUEST", "ORDERPAID", "ORDER_CLOSED",
					     "TRADE_ERROR" };

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct read r = close_reply(
			env,
			kit_reply(env->arena, 400,
				  arena_printf(env->arena,
					       "{\"code\":\"%s\",\"message\":\"该订单已支付\"}",
					       CODES[i])));

		CALL(expect_doubt(CODES[i], &r));
		EXPECT(r.answer.query_now);
	}
}

static struct channel_answer cancel(const struct channel_env *env, struct channel_reply reply)
{
	struct channel_answer answer;

	WECHAT.cancel_read(kit_versions(KIT_PUBLIC), NUMBER, &reply, env, &answer);
	return answer;
}

static void a_reverse_is_believed_about_our_number_only(void)
{
#define REVERSED(mchid, number) \
	"{\"appid\":\"" APPID "\",\"mchid\":\"" mchid "\",\"out_trade_no\":\"" number "\"}"
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;

	EXPECT_INT(VERDICT_DONE, cancel(env, kit_reply(a, 200, REVERSED(MCH_ID, NUMBER))).verdict);
	EXPECT_INT(VERDICT_UNKNOWN,
		   cancel(env, kit_unsigned(200, REVERSED(MCH_ID, NUMBER))).verdict);
	EXPECT_INT(VERDICT_UNKNOWN,
		   cancel(env, kit_reply(a, 200, REVERSED(MCH_ID, "another0number"))).verdict);
	EXPECT_INT(VERDICT_UNKNOWN,
		   cancel(env, kit_reply(a, 200, REVERSED("1900000000", NUMBER))).verdict);
	EXPECT_INT(VERDICT_UNKNOWN, cancel(env, kit_reply(a, 200, "{}")).verdict);
	EXPECT_INT(VERDICT_UNKNOWN, cancel(env, kit_reply(a, 200, "")).verdict);
}

static void c7_a_reverse_that_is_not_known_is_repeated(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const struct {
		int status;
		const char *code;
		enum verdict verdict;
	} CASES[] = {
		{ 500, "SYSTEM_ERROR", VERDICT_UNKNOWN },    { 502, "", VERDICT_UNKNOWN },
		{ 429, "FREQUENCY_LIMITED", VERDICT_LATER }, { 400, "USERPAYING", VERDICT_UNKNOWN },
		{ 403, "TRADE_ERROR", VERDICT_UNKNOWN },     { 400, "ORDERREVERSED", VERDICT_DONE },
		{ 404, "ORDERNOTEXIST", VERDICT_DONE },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *body =
			arena_printf(a, "{\"code\":\"%s\",\"message\":\"\"}", CASES[i].code);

		EXPECT_INT(CASES[i].verdict,
			   cancel(env, kit_reply(a, CASES[i].status, body)).verdict);
		if (CASES[i].verdict == VERDICT_DONE)
			EXPECT_INT(VERDICT_UNKNOWN,
				   cancel(env, kit_unsigned(CASES[i].status, body)).verdict);
	}
}

static const struct tap_test TESTS[] = {
	TEST(states_are_told_apart),
	TEST(absent_is_an_answer),
	TEST(a_query_is_never_refused),
	TEST(answers_that_do_not_agree_tell_nothing),
	TEST(close_is_204_and_signed),
	TEST(too_late_to_close_is_for_a_query),
	TEST(a_reverse_is_believed_about_our_number_only),
	TEST(c7_a_reverse_that_is_not_known_is_repeated),
};

KIT_MAIN(TESTS)
