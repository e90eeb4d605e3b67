/* The answers to orders and payments by code: what the payer gets, and what counts as paid. */
#include "channel/qq_golden.h"
#include "channel/qq_kit.h"

#define DONE "result_code=SUCCESS&"
#define PAID_AS(fen)                                                                  \
	DONE "out_trade_no=" NUMBER "&transaction_id=" TRADE_NO "&total_fee=" fen     \
	     "&fee_type=CNY&cash_fee=8&coupon_fee=2&trade_type=MICROPAY&bank_type=X&" \
	     "openid=o1&time_end=20261122160001"

struct made {
	struct channel_answer answer;
	struct channel_created created;
};

static struct made made_of(const struct channel_env *env, const char *method, struct str body)
{
	struct channel_create ask = kit_create(method);
	struct channel_reply reply = kit_reply(body);
	struct made m;

	QQ.create_read(kit_versions(KIT_PLAIN), &ask, &reply, env, &m.answer, &m.created);
	return m;
}

static struct made made(const char *method, const char *members)
{
	const struct channel_env *env = kit_env();

	return made_of(env, method, kit_answer(env->arena, members));
}

static void an_order_gives_what_the_payer_needs(void)
{
	struct made m = made("qq.qr", DONE "trade_type=NATIVE&prepay_id=" PREPAY_ID
					   "&code_url=https://qpay.qq.com/qr/5d0f");

	EXPECT_INT(VERDICT_DONE, m.answer.verdict);
	EXPECT_INT(1, m.answer.key_version);
	EXPECT_INT(ACTION_QRCODE, m.created.action.type);
	EXPECT_STR("https://qpay.qq.com/qr/5d0f", m.created.action.value.p);
	EXPECT_INT(TRADE_WAITING, m.created.trade.state);
	EXPECT_STR(NUMBER, m.created.trade.number);

	m = made("qq.jsapi", DONE "trade_type=JSAPI&prepay_id=" PREPAY_ID);
	EXPECT_INT(ACTION_JSAPI, m.created.action.type);
	EXPECT_STR(GOLDEN_JSAPI_CALL, m.created.action.value.p);
	m = made("qq.app", DONE "trade_type=APP&prepay_id=" PREPAY_ID);
	EXPECT_INT(ACTION_APP, m.created.action.type);
	EXPECT_STR(GOLDEN_APP_CALL, m.created.action.value.p);
}

static void an_order_without_them_tells_nothing(void)
{
	static const struct {
		const char *method, *members;
	} CASES[] = {
		{ "qq.qr", DONE "trade_type=NATIVE&prepay_id=" PREPAY_ID },
		{ "qq.qr", DONE "trade_type=NATIVE&code_url=" },
		{ "qq.qr", DONE "trade_type=JSAPI&code_url=https://qpay.qq.com/qr/5d0f" },
		{ "qq.qr", DONE "out_trade_no=other&code_url=https://qpay.qq.com/qr/5d0f" },
		{ "qq.jsapi", DONE "trade_type=JSAPI&code_url=https://qpay.qq.com/qr/5d0f" },
		{ "qq.app", DONE "trade_type=APP" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct made m = made(CASES[i].method, CASES[i].members);

		NOTE("%s", m.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
		EXPECT_INT(ACTION_NONE, m.created.action.type);
		EXPECT_INT(TRADE_ABSENT, m.created.trade.state);
	}
}

/* An order that was turned away cannot be paid; a payment that was may have been. */
static void what_is_turned_away_at_the_door(void)
{
	static const struct {
		const char *method, *body;
		enum verdict want;
	} CASES[] = {
		{ "qq.qr", "<xml><return_code>FAIL</return_code></xml>", VERDICT_REFUSED },
		{ "qq.qr",
		  "<xml><return_code>FAIL</return_code><return_msg>系统繁忙</return_msg></xml>",
		  VERDICT_REFUSED },
		{ "qq.barcode", "<xml><return_code>FAIL</return_code></xml>", VERDICT_UNKNOWN },
		{ "qq.barcode",
		  "<xml><return_code>FAIL</return_code><return_msg>系统繁忙</return_msg></xml>",
		  VERDICT_UNKNOWN },
		{ "qq.barcode",
		  "<xml><return_code>FAIL</return_code><return_msg>签名失败</return_msg></xml>",
		  VERDICT_REFUSED },
		{ "qq.barcode",
		  "<xml><return_code>FAIL</return_code><return_msg>签名失败</return_msg>"
		  "<sign>00000000000000000000000000000000</sign></xml>",
		  VERDICT_UNKNOWN },
		{ "qq.qr", "<xml><return_code>FAIL</return_code><sign>x</sign></xml>",
		  VERDICT_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct made m = made_of(kit_env(), CASES[i].method, str_of(CASES[i].body));

		NOTE("case %zu: %s %s", i, m.answer.code, m.answer.text);
		EXPECT_INT(CASES[i].want, m.answer.verdict);
		EXPECT_INT(0, m.answer.key_version);
		EXPECT_INT(ACTION_NONE, m.created.action.type);
	}
}

static void paid_at_once_needs_all_three_successes(void)
{
	struct made m = made("qq.barcode", PAID_AS("10") "&trade_state=SUCCESS");

	EXPECT_INT(VERDICT_DONE, m.answer.verdict);
	EXPECT_INT(TRADE_PAID, m.created.trade.state);
	EXPECT_INT(10, m.created.trade.fen);
	EXPECT_INT(8, m.created.trade.payer_fen);
	EXPECT_INT(-1, m.created.trade.settle_fen);
	EXPECT_STR(TRADE_NO, m.created.trade.trade_no);
	EXPECT_STR("o1", m.created.trade.payer);
	EXPECT_INT(NOW_MS + 1000, m.created.trade.paid_at_ms);
	EXPECT_INT(ACTION_NONE, m.created.action.type);
}

static void c7_a_payer_who_is_asked_for_a_password_is_waited_for(void)
{
	static const char *const CASES[] = {
		"result_code=FAIL&err_code=USERPAYING&err_code_des=需要用户输入支付密码",
		PAID_AS("10") "&trade_state=USERPAYING",
	};

	for (size_t i = 0; i < 2; i++) {
		struct made m = made("qq.barcode", CASES[i]);

		EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
		EXPECT_INT(TRADE_WAITING, m.created.trade.state);
		EXPECT_STR(NUMBER, m.created.trade.number);
		EXPECT(!m.answer.query_now);
	}
}

static void b6_less_than_that_is_not_paid(void)
{
	static const struct {
		const char *members;
		bool query_now;
	} CASES[] = {
		{ PAID_AS("10"), true },
		{ PAID_AS("10") "&trade_state=", true },
		{ PAID_AS("10") "&trade_state=NEWS", true },
		{ PAID_AS("10") "&trade_state=PAYERROR", true },
		{ PAID_AS("10") "&trade_state=CLOSED", true },
		{ PAID_AS("9") "&trade_state=SUCCESS", true },
		{ PAID_AS("0") "&trade_state=SUCCESS", true },
		{ PAID_AS("0.10") "&trade_state=SUCCESS", true },
		{ PAID_AS("-10") "&trade_state=SUCCESS", true },
		{ DONE "out_trade_no=" NUMBER "&total_fee=10&trade_state=SUCCESS", true },
		{ DONE "out_trade_no=" NUMBER "&fee_type=USD&total_fee=10&transaction_id=1&"
		       "trade_state=SUCCESS",
		  true },
		{ DONE "out_trade_no=other&total_fee=10&transaction_id=1&trade_state=SUCCESS",
		  false },
		{ DONE "total_fee=10&transaction_id=1&trade_state=SUCCESS", false },
		{ "result_code=&out_trade_no=" NUMBER
		  "&total_fee=10&transaction_id=1&trade_state=SUCCESS",
		  false },
		{ "result_code=FAIL&out_trade_no=" NUMBER
		  "&total_fee=10&transaction_id=1&trade_state=SUCCESS",
		  false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct made m = made("qq.barcode", CASES[i].members);

		NOTE("case %zu: %s", i, m.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
		EXPECT_INT(TRADE_ABSENT, m.created.trade.state);
		EXPECT_INT(CASES[i].query_now, m.answer.query_now);
	}
}

static void a_failure_is_final_only_where_the_table_says_so(void)
{
	static const struct {
		const char *code;
		enum verdict want;
		bool query_now;
	} CASES[] = {
		{ "AUTH_CODE_INVALID", VERDICT_REFUSED, false },
		{ "AUTHCODEEXPIRE", VERDICT_REFUSED, false },
		{ "AUTH_CODE_EXPIRE", VERDICT_REFUSED, false },
		{ "NOTENOUGH", VERDICT_REFUSED, false },
		{ "NOT_ENOUGH", VERDICT_REFUSED, false },
		{ "PARAM_ERROR", VERDICT_REFUSED, false },
		{ "NOAUTH", VERDICT_REFUSED, false },
		{ "SYSTEMERROR", VERDICT_UNKNOWN, false },
		{ "SYSTEM_ERROR", VERDICT_UNKNOWN, false },
		{ "BANKERROR", VERDICT_UNKNOWN, false },
		{ "ORDERPAID", VERDICT_UNKNOWN, true },
		{ "OUT_TRADE_NO_USED", VERDICT_UNKNOWN, true },
		{ "FREQUENCY_LIMITED", VERDICT_LATER, false },
		{ "NOTENOUGHX", VERDICT_UNKNOWN, false },
		{ "notenough", VERDICT_UNKNOWN, false },
		{ "NEWS", VERDICT_UNKNOWN, false },
		{ "", VERDICT_UNKNOWN, false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct made m = made_of(
			env, "qq.barcode",
			kit_answer(env->arena,
				   arena_printf(env->arena,
						"result_code=FAIL&err_code=%s&err_code_des=why",
						CASES[i].code)));

		NOTE("%s", CASES[i].code);
		EXPECT_INT(CASES[i].want, m.answer.verdict);
		EXPECT_INT(CASES[i].query_now, m.answer.query_now);
		EXPECT_STR(CASES[i].code[0] ? CASES[i].code : "0", m.answer.code);
		EXPECT_STR("why", m.answer.text);
	}
}

static void a_payment_code_reaches_no_log(void)
{
	struct made m = made("qq.barcode", "result_code=FAIL&err_code=PARAM_ERROR&err_code_des="
					   "code 910728310408849937 of 19107283104088499370");

	EXPECT_STR("code ****************** of 19107283104088499370", m.answer.text);
}

static void an_operator_is_told_what_to_do(void)
{
	struct channel_answer answer = { .code = "APPID_MCHID_NOT_MATCH" };

	EXPECT(strstr(QQ.advice(&answer), "bind it") != NULL);
	answer = (struct channel_answer){ .code = "FAIL", .text = "签名失败" };
	EXPECT(strstr(QQ.advice(&answer), "api_key") != NULL);
	answer = (struct channel_answer){ .code = "SYSTEMERROR" };
	EXPECT_STR("", QQ.advice(&answer));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(an_order_gives_what_the_payer_needs),
	TEST(an_order_without_them_tells_nothing),
	TEST(what_is_turned_away_at_the_door),
	TEST(paid_at_once_needs_all_three_successes),
	TEST(c7_a_payer_who_is_asked_for_a_password_is_waited_for),
	TEST(b6_less_than_that_is_not_paid),
	TEST(a_failure_is_final_only_where_the_table_says_so),
	TEST(a_payment_code_reaches_no_log),
	TEST(an_operator_is_told_what_to_do),
};
/* clang-format on */

KIT_MAIN(TESTS)
