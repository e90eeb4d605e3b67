/* QQ Wallet: what the shop is told, and how often. */
#include "kit_qq.h"

#include <string.h>

/* 15 s become 15 ms, the whole schedule 11 s. */
static const struct kit_options OPTIONS = { .notice_scale = 1 };

static const char GOOD[] = "<xml><return_code>SUCCESS</return_code></xml>";

static void pay(const char *no)
{
	struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "8888", "NATIVE"));

	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT(qq_pay(no));
}

/* The state of the order's one notice, once it has one of these. */
static const char *notice_state(const char *no)
{
	json_t *n = json_array_get(json_object_get(kit_trade(no), "notices"), 0);
	const char *state = json_string_value(json_object_get(n, "state"));

	return state ? state : "none";
}

static void a_payment_is_told_with_all_that_was_paid(void)
{
	const char *no = kit_number();
	struct kit_notice n;
	struct qq_message m, q;

	kit_answer_notices(no, 1, 200, GOOD);
	CALL(pay(no));
	n = kit_notice(no);
	EXPECT(n.came);
	EXPECT_STR("text/xml; charset=utf-8", n.type);
	m = qq_read(n.body);
	q = QQ("qpay_order_query", { "out_trade_no", no });
	EXPECT(m.verified);
	EXPECT_STR(NULL, qq_get(&m, "return_code"));
	EXPECT_STR(NULL, qq_get(&m, "result_code"));
	for (size_t i = 0; i < m.n; i++) {
		if (strcmp(m.members[i].name, "sign") != 0 &&
		    strcmp(m.members[i].name, "nonce_str") != 0)
			EXPECT_STR(qq_get(&q, m.members[i].name), m.members[i].value);
	}
	EXPECT_STR("SUCCESS", qq_get(&m, "trade_state"));
	EXPECT_STR("8888", qq_get(&m, "total_fee"));
	EXPECT_STR(no, qq_get(&m, "out_trade_no"));
	EXPECT_STR("a]]>b", qq_get(&m, "attach"));
	EXPECT_STR(qq_config("appid"), qq_get(&m, "appid"));
}

/* What is not a message with return_code SUCCESS is repeated, with a signature of its own. */
static void a_notice_is_repeated_until_it_is_accepted(void)
{
	static const char *const REFUSED[] = {
		"success",
		"<xml><return_code>FAIL</return_code></xml>",
		"",
		"<xml><result>SUCCESS</result></xml>",
	};
	const char *no = kit_number();
	struct qq_message first, last = { 0 };

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++)
		kit_answer_notices(no, 1, 200, REFUSED[i]);
	kit_answer_notices(no, 1, 500, GOOD);
	kit_answer_notices(no, 1, 200, "<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>");
	CALL(pay(no));
	first = qq_read(kit_notice(no).body);
	for (int i = 0; i < 5; i++) {
		last = qq_read(kit_notice(no).body);
		EXPECT(last.verified);
	}
	EXPECT(strcmp(qq_get(&first, "nonce_str"), qq_get(&last, "nonce_str")) != 0);
	while (strcmp(notice_state(no), "waiting") == 0)
		continue;
	EXPECT_STR("acknowledged", notice_state(no));
	EXPECT_INT(6, kit_notices(no));
}

static void after_ten_sendings_it_is_given_up(void)
{
	const char *no = kit_number();

	kit_answer_notices(no, 100, 200, "no");
	CALL(pay(no));
	for (int i = 0; i < 10; i++)
		EXPECT(kit_notice(no).came);
	while (strcmp(notice_state(no), "waiting") == 0)
		continue;
	EXPECT_STR("given_up", notice_state(no));
	EXPECT_INT(10, kit_notices(no));
}

static void notices_go_wrong_as_told(void)
{
	const char *forged = kit_number(), *wrong = kit_number(), *twice = kit_number(),
		   *lost = kit_number();
	struct qq_message m;

	EXPECT(qq_fault(forged, "\"operation\":\"notice\",\"kind\":\"forge\""));
	CALL(pay(forged));
	m = qq_read(kit_notice(forged).body);
	EXPECT(!m.verified && qq_get(&m, "sign"));
	EXPECT(qq_fault(wrong, "\"operation\":\"notice\",\"kind\":\"wrong_amount\",\"fen\":1"));
	CALL(pay(wrong));
	m = qq_read(kit_notice(wrong).body);
	EXPECT(m.verified);
	EXPECT_STR("1", qq_get(&m, "total_fee"));
	EXPECT(qq_fault(twice, "\"kind\":\"duplicate_notice\""));
	kit_answer_notices(twice, 2, 200, GOOD);
	CALL(pay(twice));
	EXPECT(kit_notice(twice).came && kit_notice(twice).came);
	EXPECT(qq_fault(lost, "\"kind\":\"drop_notice\""));
	CALL(pay(lost));
	EXPECT_STR("dropped", notice_state(lost));
	EXPECT_INT(0, kit_notices(lost));
}

/* A refund is told to nobody. */
static void a_refund_is_not_told(void)
{
	const char *no = kit_number();
	struct qq_message a;

	kit_answer_notices(no, 1, 200, GOOD);
	CALL(pay(no));
	EXPECT(kit_notice(no).came);
	a = QQ("qpay_refund", { "out_trade_no", no }, { "out_refund_no", kit_number() },
	       { "refund_fee", "1" }, { "op_user_id", qq_config("op_user_id") },
	       { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_INT(1, json_array_size(json_object_get(kit_trade(no), "notices")));
}

static const struct tap_test TESTS[] = {
	TEST(a_payment_is_told_with_all_that_was_paid),
	TEST(a_notice_is_repeated_until_it_is_accepted),
	TEST(after_ten_sendings_it_is_given_up),
	TEST(notices_go_wrong_as_told),
	TEST(a_refund_is_not_told),
};

KIT_MAIN(OPTIONS, TESTS)
