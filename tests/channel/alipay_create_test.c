/* The answers to precreate, create and pay. */
#include "channel/alipay_kit.h"

struct made {
	struct channel_answer answer;
	struct channel_created created;
};

/* What the channel says to `node` as the answer to `method` ("precreate") of a new payment. */
static struct made made_of(const struct channel_create *ask, const char *method, const char *node)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, method, node));
	struct made m;

	ALIPAY.create_read(kit_versions(KIT_KEY), ask, &reply, env, &m.answer, &m.created);
	return m;
}

static void qr_answers_with_a_code_to_draw(void)
{
	struct channel_create ask = kit_create("alipay.qr");
	struct made m =
		made_of(&ask, "precreate",
			"{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"" NUMBER
			"\",\"qr_code\":\"https:\\/\\/qr.alipay.com\\/bax07651xvtprxfkmxyf00a9\"}");

	EXPECT_INT(VERDICT_DONE, m.answer.verdict);
	EXPECT_INT(ACTION_QRCODE, m.created.action.type);
	EXPECT_STR("https://qr.alipay.com/bax07651xvtprxfkmxyf00a9", m.created.action.value.p);
	EXPECT_INT(TRADE_ABSENT, m.created.trade.state);
}

static void qr_without_a_code_or_of_another_number_is_unknown(void)
{
	static const char *const NODES[] = {
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER "\"}",
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER "\",\"qr_code\":\"\"}",
		"{\"code\":\"10000\",\"out_trade_no\":\"x\",\"qr_code\":\"https://qr.alipay.com/"
		"a\"}",
		"{\"code\":\"10000\",\"qr_code\":\"https://qr.alipay.com/a\"}",
		"{\"code\":\"10003\",\"out_trade_no\":\"" NUMBER "\"}",
	};
	struct channel_create ask = kit_create("alipay.qr");

	for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		struct made m = made_of(&ask, "precreate", NODES[i]);

		EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
		EXPECT_INT(ACTION_NONE, m.created.action.type);
	}
}

static void a10_number_already_paid_asks_for_a_query(void)
{
	static const char *const CODES[] = { "TRADE_HAS_SUCCESS", "TRADE_HAS_CLOSE",
					     "CONTEXT_INCONSISTENT", "TRADE_STATUS_ERROR" };
	static const char *const METHODS[][2] = { { "alipay.qr", "precreate" },
						  { "alipay.jsapi", "create" },
						  { "alipay.barcode", "pay" } };

	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < 3; k++) {
			struct channel_create ask = kit_create(METHODS[k][0]);
			char node[200];

			(void)snprintf(node, sizeof(node),
				       "{\"code\":\"40004\",\"sub_code\":\"ACQ.%s\"}", CODES[i]);
			struct made m = made_of(&ask, METHODS[k][1], node);

			EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
			EXPECT(m.answer.query_now);
		}
	}
}

static void jsapi_answers_with_the_trade_number(void)
{
	struct channel_create ask = kit_create("alipay.jsapi");
	struct made m = made_of(&ask, "create",
				"{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"" NUMBER
				"\",\"trade_no\":\"" TRADE_NO "\"}");

	EXPECT_INT(VERDICT_DONE, m.answer.verdict);
	EXPECT_INT(ACTION_JSAPI, m.created.action.type);
	EXPECT_STR("{\"tradeNO\":\"" TRADE_NO "\"}", m.created.action.value.p);
	EXPECT_INT(TRADE_WAITING, m.created.trade.state);

	m = made_of(&ask, "create", "{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER "\"}");
	EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
	EXPECT_INT(ACTION_NONE, m.created.action.type);
}

static void barcode_is_paid_at_once(void)
{
	struct channel_create ask = kit_create("alipay.barcode");
	struct made m = made_of(
		&ask, "pay",
		"{\"code\":\"10000\",\"msg\":\"Success\",\"buyer_logon_id\":\"a***@example.com\","
		"\"buyer_pay_amount\":\"0.08\",\"buyer_user_id\":\"2088000000000001\","
		"\"fund_bill_list\":[{\"amount\":\"0.08\",\"fund_channel\":\"ALIPAYACCOUNT\"}],"
		"\"gmt_payment\":\"2026-11-22 16:00:03\",\"out_trade_no\":\"" NUMBER "\","
		"\"receipt_amount\":\"0.09\",\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO
		"\"}");

	EXPECT_INT(VERDICT_DONE, m.answer.verdict);
	EXPECT_INT(TRADE_PAID, m.created.trade.state);
	EXPECT_INT(10, m.created.trade.fen);
	EXPECT_INT(8, m.created.trade.payer_fen);
	EXPECT_INT(9, m.created.trade.settle_fen);
	EXPECT_INT(-1, m.created.trade.refunded_fen);
	EXPECT_INT(NOW_MS + 3000, m.created.trade.paid_at_ms);
	EXPECT_STR("2088000000000001", m.created.trade.payer);
	EXPECT_STR(TRADE_NO, m.created.trade.trade_no);
	EXPECT_INT(ACTION_NONE, m.created.action.type);
}

static void c7_a_password_asked_for_is_waiting_and_unknown(void)
{
	struct channel_create ask = kit_create("alipay.barcode");
	struct made m = made_of(&ask, "pay",
				"{\"code\":\"10003\",\"msg\":\" order success pay inprocess\","
				"\"buyer_pay_amount\":\"0.00\",\"out_trade_no\":\"" NUMBER "\","
				"\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO "\"}");

	EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
	EXPECT_INT(TRADE_WAITING, m.created.trade.state);
	EXPECT(!m.answer.query_now);
	/* Unsigned, it says nothing at all. */
	struct channel_reply reply = kit_reply(
		STR("{\"alipay_trade_pay_response\":{\"code\":\"10003\",\"out_trade_no\":\"" NUMBER
		    "\"}}"));

	ALIPAY.create_read(kit_versions(KIT_KEY), &ask, &reply, kit_env(), &m.answer, &m.created);
	EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, m.created.trade.state);
}

static void d7_barcode_of_another_amount_is_not_paid(void)
{
	static const char *const NODES[] = {
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER
		"\",\"total_amount\":\"0.09\",\"trade_no\":\"" TRADE_NO "\"}",
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER "\",\"trade_no\":\"" TRADE_NO
		"\"}",
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER "\",\"total_amount\":\"0.10\"}",
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER
		"\",\"total_amount\":\"1e-1\",\"trade_no\":\"" TRADE_NO "\"}",
		"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER
		"\",\"total_amount\":0.10,\"trade_no\":\"" TRADE_NO "\"}",
	};
	struct channel_create ask = kit_create("alipay.barcode");

	for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++) {
		struct made m = made_of(&ask, "pay", NODES[i]);

		printf("# %s\n", m.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, m.answer.verdict);
		EXPECT_INT(TRADE_ABSENT, m.created.trade.state);
	}
}

static void definite_failures_refuse_the_payment(void)
{
	static const char *const CODES[] = { "PAYMENT_AUTH_CODE_INVALID",
					     "BUYER_BALANCE_NOT_ENOUGH", "BUYER_SELLER_EQUAL",
					     "INVALID_PARAMETER" };
	struct channel_create ask = kit_create("alipay.barcode");

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		char node[200];

		(void)snprintf(node, sizeof(node),
			       "{\"code\":\"40004\",\"sub_code\":\"ACQ.%s\",\"sub_msg\":\"m\","
			       "\"out_trade_no\":\"" NUMBER "\"}",
			       CODES[i]);
		EXPECT_INT(VERDICT_REFUSED, made_of(&ask, "pay", node).answer.verdict);
		EXPECT(!made_of(&ask, "pay", node).answer.query_now);
	}
	/* The failure of another payment is not ours. */
	EXPECT_INT(VERDICT_UNKNOWN,
		   made_of(&ask, "pay",
			   "{\"code\":\"40004\",\"sub_code\":\"ACQ.PAYMENT_AUTH_CODE_INVALID\","
			   "\"out_trade_no\":\"other\"}")
			   .answer.verdict);
}

static const struct tap_test TESTS[] = {
	TEST(qr_answers_with_a_code_to_draw),
	TEST(qr_without_a_code_or_of_another_number_is_unknown),
	TEST(a10_number_already_paid_asks_for_a_query),
	TEST(jsapi_answers_with_the_trade_number),
	TEST(barcode_is_paid_at_once),
	TEST(c7_a_password_asked_for_is_waiting_and_unknown),
	TEST(d7_barcode_of_another_amount_is_not_paid),
	TEST(definite_failures_refuse_the_payment),
};

KIT_MAIN(TESTS)
