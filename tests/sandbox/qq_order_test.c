/* QQ Wallet: orders and payments by code, from asking to their end. */
#include "kit_qq.h"

#include <string.h>

#define MINUTE_MS INT64_C(60000)

static const struct kit_options OPTIONS = { .notice_scale = 1000, .movable_clock = true };

static struct qq_message order(const char *no, const char *type)
{
	return QQ("qpay_unified_order", QQ_ORDER(no, "8888", type));
}

static struct qq_message query(const char *no)
{
	return QQ("qpay_order_query", { "out_trade_no", no });
}

static void a_native_order_gives_a_code_and_waits(void)
{
	const char *no = kit_number();
	struct qq_message a = order(no, "NATIVE"), q;

	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("SUCCESS", qq_get(&a, "return_code"));
	EXPECT_STR("0", qq_get(&a, "retcode"));
	EXPECT_STR("NATIVE", qq_get(&a, "trade_type"));
	EXPECT(strncmp(qq_get(&a, "code_url"), "https://qpay.qq.com/qr/", 23) == 0);
	EXPECT(strlen(qq_get(&a, "prepay_id")) > 10);
	q = query(no);
	EXPECT_STR("SUCCESS", qq_result(&q));
	EXPECT_STR("NOTPAY", qq_get(&q, "trade_state"));
	EXPECT_STR(NULL, qq_get(&q, "transaction_id"));
	EXPECT_STR("a]]>b", qq_get(&q, "attach"));
}

static void every_way_but_a_code_gives_a_prepay_id_only(void)
{
	static const char *const TYPES[] = { "JSAPI", "APP", "MINIAPP" };

	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++) {
		struct qq_message a = order(kit_number(), TYPES[i]);

		EXPECT_STR("SUCCESS", qq_result(&a));
		EXPECT_STR(TYPES[i], qq_get(&a, "trade_type"));
		EXPECT_STR(NULL, qq_get(&a, "code_url"));
		EXPECT(qq_get(&a, "prepay_id"));
	}
}

static void a_paid_order_says_what_was_paid(void)
{
	const char *no = kit_number(), *id;
	struct qq_message a = order(no, "NATIVE");

	EXPECT(qq_pay(no));
	a = query(no);
	EXPECT_STR("SUCCESS", qq_get(&a, "trade_state"));
	EXPECT_STR("8888", qq_get(&a, "total_fee"));
	EXPECT_STR("8888", qq_get(&a, "cash_fee"));
	EXPECT_STR("0", qq_get(&a, "coupon_fee"));
	EXPECT_STR("CNY", qq_get(&a, "fee_type"));
	EXPECT_STR("till-1", qq_get(&a, "device_info"));
	EXPECT_STR("a]]>b", qq_get(&a, "attach"));
	EXPECT_INT(14, strlen(qq_get(&a, "time_end")));
	id = qq_get(&a, "transaction_id");
	EXPECT_INT(28, strlen(id));
	EXPECT_INT(28, strspn(id, "0123456789"));
	/* By the platform's number it is the same. */
	a = QQ("qpay_order_query", { "transaction_id", id });
	EXPECT_STR(no, qq_get(&a, "out_trade_no"));
	a = order(no, "NATIVE");
	EXPECT_STR("ORDERPAID", qq_result(&a));
}

/* The page behind the code: a button pays. */
static void a_payer_pays_by_his_browser(void)
{
	const char *no = kit_number(), *page;
	struct qq_message a = order(no, "NATIVE");
	struct kit_http got;

	page = kit_printf("/q/%s", qq_get(&a, "code_url") + 23);
	got = kit_http(page, NULL, NULL);
	EXPECT_INT(200, got.status);
	EXPECT(strstr(got.body, "88.88"));
	got = kit_http(page, "application/x-www-form-urlencoded", "do=pay");
	EXPECT_INT(303, got.status);
	EXPECT_STR("SUCCESS", kit_status(no));
	EXPECT_INT(200, kit_http(page, NULL, NULL).status);
}

static void one_number_is_one_order(void)
{
	const char *no = kit_number();
	struct qq_message a = order(no, "NATIVE"), b = order(no, "NATIVE");

	EXPECT_STR(qq_get(&a, "prepay_id"), qq_get(&b, "prepay_id"));
	EXPECT_STR(qq_get(&a, "code_url"), qq_get(&b, "code_url"));
	b = QQ("qpay_unified_order", QQ_ORDER(no, "8889", "NATIVE"));
	EXPECT_STR("OUT_TRADE_NO_USED", qq_result(&b));
	b = QQ("qpay_unified_order", QQ_ORDER(no, "8888", "NATIVE"), { "body", "tea" });
	EXPECT_STR("OUT_TRADE_NO_USED", qq_result(&b));
	b = order(no, "JSAPI");
	EXPECT_STR("OUT_TRADE_NO_USED", qq_result(&b));
	/* The time is the sandbox's to give unless the shop says one. */
	b = QQ("qpay_unified_order", QQ_ORDER(no, "8888", "NATIVE"),
	       { "time_expire", "20990101000000" });
	EXPECT_STR("OUT_TRADE_NO_USED", qq_result(&b));
}

static void an_order_is_closed_after_five_minutes(void)
{
	const char *no = kit_number();
	struct qq_message a = order(no, "NATIVE");

	a = QQ("qpay_close_order", { "out_trade_no", no });
	EXPECT_STR("INVALID_REQUEST", qq_result(&a));
	EXPECT_STR("NOTPAY", kit_status(no));
	kit_pass_ms(5 * MINUTE_MS);
	a = QQ("qpay_close_order", { "out_trade_no", no }, { "total_fee", "8887" });
	EXPECT_STR("PARAM_ERROR", qq_result(&a));
	a = QQ("qpay_close_order", { "out_trade_no", no }, { "total_fee", "8888" });
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("CLOSED", kit_status(no));
	a = QQ("qpay_close_order", { "out_trade_no", no });
	EXPECT_STR("ORDERCLOSED", qq_result(&a));
	a = order(no, "NATIVE");
	EXPECT_STR("ORDERCLOSED", qq_result(&a));
	EXPECT(!qq_pay(no));
}

static void a_paid_order_is_not_closed(void)
{
	const char *no = kit_number();
	struct qq_message a = order(no, "NATIVE");

	EXPECT(qq_pay(no));
	kit_pass_ms(5 * MINUTE_MS);
	a = QQ("qpay_close_order", { "out_trade_no", no });
	EXPECT_STR("ORDERPAID", qq_result(&a));
	EXPECT_STR("SUCCESS", kit_status(no));
}

static void an_order_ends_when_it_said(void)
{
	const char *no = kit_number();
	struct qq_message a = QQ("qpay_unified_order", QQ_ORDER(no, "1", "NATIVE"),
				 { "time_expire", "20200101000000" });

	EXPECT_STR("ORDERCLOSED", qq_result(&a));
	a = order(no, "NATIVE");
	EXPECT_STR("SUCCESS", qq_result(&a));
	kit_pass_ms(120 * MINUTE_MS);
	a = query(no);
	EXPECT_STR("CLOSED", qq_get(&a, "trade_state"));
	EXPECT(!qq_pay(no));
}

static struct qq_message micropay(const char *no, const char *ending)
{
	const char *code = kit_printf("91072831040884%s", ending);

	return QQ("qpay_micro_pay", QQ_ORDER(no, "100", "MICROPAY"), { "auth_code", code });
}

static void a_code_pays_at_once(void)
{
	const char *no = kit_number();
	struct qq_message a = micropay(no, "9937"), q = query(no);

	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("SUCCESS", qq_get(&a, "trade_state"));
	EXPECT_STR("MICROPAY", qq_get(&a, "trade_type"));
	EXPECT_STR("100", qq_get(&a, "total_fee"));
	EXPECT_STR(qq_get(&q, "transaction_id"), qq_get(&a, "transaction_id"));
}

/* How each ending is answered, and what becomes of the order. */
static void the_ending_of_a_code_decides(void)
{
	static const struct {
		const char *ending, *result, *state;
	} CASES[] = {
		{ "9002", "USERPAYING", "USERPAYING" },
		{ "9003", "SYSTEMERROR", "SUCCESS" },
		{ "9004", "SYSTEMERROR", "none" },
		{ "9005", NULL, "SUCCESS" },
		{ "9006", NULL, "none" },
		{ "9007", "BANKERROR", "SUCCESS" },
		{ "9008", "BANKERROR", "none" },
		{ "9009", "USERPAYING", "PAYERROR" },
		{ "9011", "AUTH_CODE_INVALID", "none" },
		{ "9012", "AUTHCODEEXPIRE", "none" },
		{ "9013", "AUTH_CODE_ERROR", "none" },
		{ "9014", "NOTENOUGH", "none" },
		{ "9015", "NOTSUPORTCARD", "none" },
		{ "9016", "BUYER_MISMATCH", "none" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *no = kit_number();
		struct qq_message a = micropay(no, CASES[i].ending);

		NOTE("%s", CASES[i].ending);
		if (CASES[i].result)
			EXPECT_STR(CASES[i].result, qq_result(&a));
		else
			EXPECT(a.http.e == ERR_NETWORK);
		EXPECT_STR(CASES[i].state, kit_status(no));
	}
}

static void a_payer_types_his_password_and_has_paid(void)
{
	const char *no = kit_number();
	struct qq_message a = micropay(no, "9001");

	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("USERPAYING", qq_get(&a, "trade_state"));
	kit_pass_ms(2000);
	EXPECT(kit_notice(no).came);
	a = query(no);
	EXPECT_STR("SUCCESS", qq_get(&a, "trade_state"));
}

static void other_codes_are_not_the_platforms(void)
{
	static const char *const CODES[] = { "101234567890123456", "9107283104088499371",
					     "91072831040884993", "91072831040884993x" };

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		const char *no = kit_number();
		struct qq_message a = QQ("qpay_micro_pay", QQ_ORDER(no, "100", "MICROPAY"),
					 { "auth_code", CODES[i] });

		EXPECT_STR("AUTH_CODE_INVALID", qq_result(&a));
		EXPECT_STR("none", kit_status(no));
	}
}

static struct qq_message reverse(const char *no, const char *password)
{
	return QQ("qpay_reverse", { "out_trade_no", no }, { "op_user_id", qq_config("op_user_id") },
		  { "op_user_passwd", password });
}

static void a_payment_is_reversed_after_five_minutes(void)
{
	const char *password = qq_md5(qq_config("op_user_password"));
	const char *paid = kit_number(), *waiting = kit_number(), *none = kit_number();
	struct qq_message a = micropay(paid, "9937");

	a = micropay(waiting, "9002");
	a = reverse(paid, password);
	EXPECT_STR("INVALID_REQUEST", qq_result(&a));
	EXPECT_STR("Y", qq_get(&a, "recall"));
	EXPECT_STR("SUCCESS", kit_status(paid));
	kit_pass_ms(5 * MINUTE_MS);
	a = reverse(paid, password);
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("N", qq_get(&a, "recall"));
	EXPECT_STR("REVOKED", kit_status(paid));
	a = reverse(paid, password);
	EXPECT_STR("SUCCESS", qq_result(&a));
	a = reverse(waiting, password);
	EXPECT_STR("SUCCESS", qq_result(&a));
	EXPECT_STR("REVOKED", kit_status(waiting));
	EXPECT(!qq_pay(waiting));
	a = reverse(none, password);
	EXPECT_STR("ORDERNOTEXIST", qq_result(&a));
}

static void a_reversal_needs_the_operator(void)
{
	const char *no = kit_number();
	struct qq_message a = micropay(no, "9937");

	kit_pass_ms(5 * MINUTE_MS);
	a = reverse(no, qq_md5("123456"));
	EXPECT_STR("NOAUTH", qq_result(&a));
	a = reverse(no, qq_config("op_user_password"));
	EXPECT_STR("NOAUTH", qq_result(&a));
	a = QQ("qpay_reverse", { "out_trade_no", no }, { "op_user_id", "1900000110" },
	       { "op_user_passwd", qq_md5(qq_config("op_user_password")) });
	EXPECT_STR("NOAUTH", qq_result(&a));
	EXPECT_STR("SUCCESS", kit_status(no));
}

static void what_was_never_asked_for_does_not_exist(void)
{
	struct qq_message a = query(kit_number());

	EXPECT_STR("ORDERNOTEXIST", qq_result(&a));
	a = QQ("qpay_close_order", { "out_trade_no", kit_number() });
	EXPECT_STR("ORDERNOTEXIST", qq_result(&a));
	a = QQ("qpay_order_query", { "transaction_id", "1900000109462611220001000001" });
	EXPECT_STR("ORDERNOTEXIST", qq_result(&a));
	a = QQ("qpay_order_query", { "attach", "neither number" });
	EXPECT_STR("LACK_PARAMS", qq_result(&a));
}

static void an_order_is_paid_in_the_cashier(void)
{
	const char *no = kit_number(), *url;
	struct kit_http got;

	(void)QQ("qpay_unified_order", QQ_ORDER(no, "1234", "JSAPI"));
	url = json_string_value(json_object_get(kit_trade(no), "pay_url"));
	got = kit_http(url, "application/x-www-form-urlencoded", "do=pay");
	EXPECT_INT(303, got.status);
	EXPECT_STR("SUCCESS", kit_status(no));
	EXPECT_INT(200, kit_http(url, NULL, NULL).status);
}

static const struct tap_test TESTS[] = {
	TEST(an_order_is_paid_in_the_cashier),
	TEST(a_native_order_gives_a_code_and_waits),
	TEST(every_way_but_a_code_gives_a_prepay_id_only),
	TEST(a_paid_order_says_what_was_paid),
	TEST(a_payer_pays_by_his_browser),
	TEST(one_number_is_one_order),
	TEST(an_order_is_closed_after_five_minutes),
	TEST(a_paid_order_is_not_closed),
	TEST(an_order_ends_when_it_said),
	TEST(a_code_pays_at_once),
	TEST(the_ending_of_a_code_decides),
	TEST(a_payer_types_his_password_and_has_paid),
	TEST(other_codes_are_not_the_platforms),
	TEST(a_payment_is_reversed_after_five_minutes),
	TEST(a_reversal_needs_the_operator),
	TEST(what_was_never_asked_for_does_not_exist),
};

KIT_MAIN(OPTIONS, TESTS)
