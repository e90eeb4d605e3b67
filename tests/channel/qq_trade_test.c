/* Which answers are believed, and the answers to query, close and reverse. */
#include "channel/qq_kit.h"

#include "base/check.h"

#define OK "result_code=SUCCESS&out_trade_no=" NUMBER
#define TRADE OK "&transaction_id=" TRADE_NO "&total_fee=10&time_end=20261122160001&trade_state="
#define FAILED(code) "result_code=FAIL&err_code=" code

struct read {
	struct channel_answer answer;
	struct channel_trade trade;
};

static struct read query_of(const struct channel_versions *v, const struct channel_env *env,
			    struct channel_reply reply)
{
	struct read r;

	QQ.query_read(v, NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct read query_body(const struct channel_env *env, struct str body)
{
	return query_of(kit_versions(KIT_PLAIN), env, kit_reply(body));
}

static struct read query(const char *members)
{
	const struct channel_env *env = kit_env();

	return query_body(env, kit_answer(env->arena, members));
}

static struct read close_with(const char *members)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_answer(env->arena, members));
	struct read r;

	QQ.close_read(kit_versions(KIT_PLAIN), NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct channel_answer cancel(const char *members)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_answer(env->arena, members));
	struct channel_answer answer;

	QQ.cancel_read(kit_versions(KIT_PLAIN), NUMBER, &reply, env, &answer);
	return answer;
}

static void expect_doubt(const char *why, struct read r)
{
	NOTE("%s: %s", why, r.answer.text);
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	EXPECT(r.answer.text[0] != '\0' && strpbrk(r.answer.text, "\r\n") == NULL);
	EXPECT(strstr(r.answer.text, API_KEY) == NULL);
}

static void states_of_a_trade_are_told_apart(void)
{
	static const struct {
		const char *members;
		enum trade_state want;
		int64_t paid_at_ms;
	} CASES[] = {
		{ OK "&trade_state=NOTPAY", TRADE_WAITING, 0 },
		{ OK "&trade_state=USERPAYING", TRADE_WAITING, 0 },
		{ TRADE "SUCCESS", TRADE_PAID, NOW_MS + 1000 },
		{ TRADE "REFUND", TRADE_PAID, NOW_MS + 1000 },
		{ OK "&trade_state=CLOSED", TRADE_CLOSED, 0 },
		{ TRADE "CLOSED", TRADE_CLOSED, 0 },
		{ OK "&trade_state=REVOKED", TRADE_CLOSED, 0 },
		/* Paid and given back: closed, but with the time when it was paid. */
		{ TRADE "REVOKED", TRADE_CLOSED, NOW_MS + 1000 },
		{ OK "&trade_state=PAYERROR", TRADE_CLOSED, 0 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = query(CASES[i].members);

		NOTE("case %zu: %s", i, r.answer.text);
		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
		EXPECT_INT(CASES[i].want, r.trade.state);
		EXPECT_INT(CASES[i].paid_at_ms, r.trade.paid_at_ms);
		EXPECT_STR(NUMBER, r.trade.number);
		EXPECT_INT(-1, r.trade.refunded_fen);
	}
}

static void c4_a_number_that_the_channel_does_not_know_is_absent(void)
{
	struct read r = query(FAILED("ORDERNOTEXIST"));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	EXPECT_STR("ORDERNOTEXIST", r.answer.code);
	EXPECT(!r.answer.query_now);
	r = query(FAILED("ORDER_NOT_EXIST"));
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	r = query(FAILED("ORDERNOTEXIST") "&out_trade_no=other");
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	r = close_with(FAILED("ORDERNOTEXIST"));
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	/* Not signed, it tells nothing. */
	r = query_body(kit_env(), STR("<xml><return_code>SUCCESS</return_code><mch_id>" MCH_ID
				      "</mch_id><result_code>FAIL</result_code>"
				      "<err_code>ORDERNOTEXIST</err_code></xml>"));
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
}

static void b6_paid_without_an_amount_is_not_believed(void)
{
	static const char *const CASES[] = {
		OK "&transaction_id=1&trade_state=SUCCESS",
		OK "&transaction_id=1&total_fee=0&trade_state=SUCCESS",
		OK "&transaction_id=1&total_fee=1.0&trade_state=SUCCESS",
		OK "&transaction_id=1&total_fee=99999999999999999999&trade_state=SUCCESS",
		OK "&total_fee=10&trade_state=SUCCESS",
		OK "&transaction_id=1&total_fee=10",
		OK "&transaction_id=1&total_fee=10&trade_state=PAID",
		OK "&transaction_id=1&total_fee=10&trade_state=SUCCESS&fee_type=USD",
		OK "&transaction_id=1&total_fee=10&trade_state=SUCCESS&time_end=2026-11-22",
		OK "&transaction_id=1&total_fee=10&trade_state=SUCCESS&time_end=20261322160001",
		"result_code=SUCCESS&transaction_id=1&total_fee=10&trade_state=SUCCESS",
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		CALL(expect_doubt(CASES[i], query(CASES[i])));
}

static void b4_b22_doubtful_bodies_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *good = kit_answer(a, TRADE "SUCCESS").p;
	const char *other = kit_message(a, OTHER_API_KEY,
					"return_code=SUCCESS&mch_id=" MCH_ID "&" TRADE "SUCCESS")
				    .p;
	const struct {
		const char *why, *body;
	} cases[] = {
		{ "empty", "" },
		{ "HTML", "<html><body>502 Bad Gateway</body></html>" },
		{ "JSON", "{\"return_code\":\"SUCCESS\"}" },
		{ "no return_code", "<xml><result_code>SUCCESS</result_code></xml>" },
		{ "no signature", "<xml><return_code>SUCCESS</return_code><mch_id>" MCH_ID
				  "</mch_id><result_code>SUCCESS</result_code><out_trade_no>" NUMBER
				  "</out_trade_no><trade_state>SUCCESS</trade_state></xml>" },
		{ "another key", other },
		{ "another merchant",
		  kit_message(a, API_KEY, "return_code=SUCCESS&mch_id=1900000110&" TRADE "SUCCESS")
			  .p },
		{ "no merchant",
		  kit_message(a, API_KEY, "return_code=SUCCESS&" TRADE "SUCCESS").p },
		{ "text after it", arena_printf(a, "%sx", good) },
		{ "cut", arena_text(a, (struct str){ good, strlen(good) / 2 }) },
		{ "an entity", arena_printf(a, "<!DOCTYPE xml [<!ENTITY e \"x\">]>%s", good) },
		{ "a retcode that is no success",
		  kit_message(a, API_KEY,
			      "return_code=SUCCESS&retcode=66228701&mch_id=" MCH_ID "&" TRADE
			      "SUCCESS")
			  .p },
		/* md5 over "&key=" alone: a key that was never set */
		{ "an empty key",
		  kit_message(a, "", "return_code=SUCCESS&mch_id=" MCH_ID "&" TRADE "SUCCESS").p },
	};

	EXPECT_INT(VERDICT_DONE, query_body(env, str_of(good)).answer.verdict);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CALL(expect_doubt(cases[i].why, query_body(env, str_of(cases[i].body))));
}

/* Each byte that is another one, and each cut, is no answer. */
static void b22_changed_answers_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct str good = kit_answer(env->arena, TRADE "SUCCESS");

	for (size_t i = 0; i < good.n; i++) {
		struct arena *a = arena_new(1 << 20);
		struct channel_env own = { .arena = a, .rand = env->rand, .now_ms = NOW_MS };
		char *changed = arena_text(a, good);
		struct read r;

		changed[i] = changed[i] == 'x' ? 'y' : 'x';
		r = query_body(&own, (struct str){ changed, good.n });
		if (r.answer.verdict != VERDICT_UNKNOWN)
			NOTE("byte %zu", i);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		r = query_body(&own, (struct str){ good.p, i });
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		arena_free(a);
	}
}

static void no_answer_tells_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_answer(env->arena, TRADE "SUCCESS"));

	reply.status = 502;
	CALL(expect_doubt("HTTP 502", query_of(kit_versions(KIT_PLAIN), env, reply)));
	reply.call = ERR_TIMEOUT;
	CALL(expect_doubt("time-out", query_of(kit_versions(KIT_PLAIN), env, reply)));
}

static void a_signature_in_lower_case_is_one(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_answer(env->arena, TRADE "SUCCESS");
	char *lower = arena_text(env->arena, body), *sign = strstr(lower, "<sign>") + 6;

	for (size_t i = 0; i < 32; i++)
		if (sign[i] >= 'A' && sign[i] <= 'F')
			sign[i] = (char)(sign[i] + 32);
	EXPECT_INT(VERDICT_DONE, query_body(env, str_of(lower)).answer.verdict);
}

/* Calls are signed by the newest; what comes back may still be signed by the one before. */
static void b11_the_version_that_fits_is_told(void)
{
	const struct channel_env *env = kit_env();
	struct channel_versions both = { .config = { kit_versions(KIT_OTHER)->config[0],
						     kit_versions(KIT_PLAIN)->config[0] },
					 .n = 2 };
	struct channel_reply reply = kit_reply(kit_answer(env->arena, TRADE "SUCCESS"));
	struct read r = query_of(&both, env, reply);

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(2, r.answer.key_version);
	r = query_of(kit_versions(KIT_OTHER), env, reply);
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_INT(0, r.answer.key_version);
}

static void a_query_is_never_refused(void)
{
	static const char *const CODES[] = { FAILED("NOAUTH"), FAILED("SYSTEMERROR"),
					     FAILED("SIGNERROR"), FAILED("ORDERPAID") };
	struct read r;

	for (size_t i = 0; i < 4; i++) {
		r = query(CODES[i]);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT(!r.answer.query_now);
	}
	r = query_body(kit_env(), STR("<xml><return_code>FAIL</return_code>"
				      "<return_msg>签名失败</return_msg></xml>"));
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_STR("签名失败", r.answer.text);
}

static void c1_close_ends_what_is_unpaid(void)
{
	struct read r = close_with("result_code=SUCCESS");

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_CLOSED, r.trade.state);
	EXPECT_STR(NUMBER, r.trade.number);
	EXPECT_INT(0, r.trade.paid_at_ms);
	EXPECT_INT(VERDICT_UNKNOWN,
		   close_with("result_code=SUCCESS&out_trade_no=other").answer.verdict);
}

static void c2_d3_too_late_to_close_asks_for_a_query(void)
{
	static const char *const CODES[] = { FAILED("ORDERPAID"), FAILED("ORDERCLOSED"),
					     FAILED("ORDERREVERSED") };

	for (size_t i = 0; i < 3; i++) {
		struct read r = close_with(CODES[i]);

		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT(r.answer.query_now);
		EXPECT_INT(TRADE_ABSENT, r.trade.state);
	}
	EXPECT_INT(VERDICT_UNKNOWN, close_with(FAILED("SYSTEMERROR")).answer.verdict);
}

static void c7_a_reversal_is_repeated_until_it_is_certain(void)
{
	static const struct {
		const char *members;
		enum verdict want;
	} CASES[] = {
		{ "result_code=SUCCESS&recall=N", VERDICT_DONE },
		{ OK "&recall=N", VERDICT_DONE },
		{ "result_code=SUCCESS&recall=Y", VERDICT_LATER },
		{ "result_code=SUCCESS", VERDICT_UNKNOWN },
		{ "result_code=SUCCESS&recall=", VERDICT_UNKNOWN },
		{ "result_code=SUCCESS&recall=?", VERDICT_UNKNOWN },
		{ "result_code=SUCCESS&recall=N&out_trade_no=other", VERDICT_UNKNOWN },
		{ FAILED("SYSTEMERROR") "&recall=Y", VERDICT_LATER },
		{ FAILED("SYSTEMERROR") "&recall=N", VERDICT_UNKNOWN },
		{ FAILED("SYSTEMERROR"), VERDICT_UNKNOWN },
		{ FAILED("NOTENOUGH"), VERDICT_LATER },
		{ FAILED("ORDERNOTEXIST"), VERDICT_DONE },
		{ FAILED("ORDERNOTEXIST") "&recall=Y", VERDICT_LATER },
		{ FAILED("ORDERNOTEXIST") "&out_trade_no=other", VERDICT_UNKNOWN },
		{ FAILED("ORDERPAID"), VERDICT_UNKNOWN },
		{ FAILED("TRADE_OVERDUE") "&recall=N", VERDICT_REFUSED },
		{ FAILED("CERT_ERROR"), VERDICT_REFUSED },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		NOTE("%s", CASES[i].members);
		EXPECT_INT(CASES[i].want, cancel(CASES[i].members).verdict);
	}
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(states_of_a_trade_are_told_apart),
	TEST(c4_a_number_that_the_channel_does_not_know_is_absent),
	TEST(b6_paid_without_an_amount_is_not_believed),
	TEST(b4_b22_doubtful_bodies_tell_nothing),
	TEST(b22_changed_answers_tell_nothing),
	TEST(no_answer_tells_nothing),
	TEST(a_signature_in_lower_case_is_one),
	TEST(b11_the_version_that_fits_is_told),
	TEST(a_query_is_never_refused),
	TEST(c1_close_ends_what_is_unpaid),
	TEST(c2_d3_too_late_to_close_asks_for_a_query),
	TEST(c7_a_reversal_is_repeated_until_it_is_certain),
};
/* clang-format on */

KIT_MAIN(TESTS)
