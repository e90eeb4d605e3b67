/* wechat_code_test.c - payment codes: what each ending does, and reversing. */
#include "wechat_kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1, .movable_clock = true };

static struct shop_got pay(const char *no, const char *auth_code)
{
	return shop_call(KIT_KEY, "POST", "/v3/pay/transactions/codepay",
			 shop_code_order(KIT_KEY, no, auth_code));
}

static struct shop_got reverse(const char *no)
{
	return shop_call(KIT_KEY, "POST",
			 kit_printf("/v3/pay/transactions/out-trade-no/%s/reverse", no),
			 kit_printf("{\"appid\":\"%s\",\"mchid\":\"%s\"}",
				    shop_config(KIT_KEY, "appid"), shop_mchid(KIT_KEY)));
}

/* Until the order is in `want`: the payer acts a moment later. */
static bool becomes(const char *no, const char *want)
{
	for (int i = 0; i < 20000; i++) {
		if (strcmp(kit_status(no), want) == 0)
			return true;
	}
	return false;
}

static void a_code_is_paid_at_once_without_a_notice(void)
{
	const char *no = kit_number();
	struct shop_got a = pay(no, "134567890123456789");

	EXPECT_INT(200, a.http.status);
	EXPECT(a.verified);
	EXPECT_STR("SUCCESS", shop_text(a, "trade_state"));
	EXPECT_STR("MICROPAY", shop_text(a, "trade_type"));
	EXPECT_STR("till 7", shop_text(a, "scene_info/device_id"));
	EXPECT_INT(8888, shop_integer(a, "amount/total"));
	EXPECT_INT(0, json_array_size(json_object_get(kit_trade(no), "notices")));
	/* A code works once, whatever the number. */
	a = pay(no, "134567890123456789");
	EXPECT_STR("该订单已支付", shop_text(a, "message"));
}

static void endings_choose_what_happens(void)
{
	static const struct {
		const char *ending;
		int status;
		const char *code, *state;
	} CASES[] = {
		{ "9002", 202, "USERPAYING", "USERPAYING" },
		{ "9003", 500, "SYSTEM_ERROR", "SUCCESS" },
		{ "9004", 500, "SYSTEM_ERROR", "ORDER_NOT_EXIST" },
		{ "9007", 500, "BANK_ERROR", "SUCCESS" },
		{ "9008", 500, "BANK_ERROR", "USERPAYING" },
		{ "9011", 400, "AUTH_CODE_INVALID", "ORDER_NOT_EXIST" },
		{ "9012", 400, "AUTH_CODE_EXPIRE", "ORDER_NOT_EXIST" },
		{ "9013", 400, "AUTH_CODE_ERROR", "ORDER_NOT_EXIST" },
		{ "9014", 403, "NOT_ENOUGH", "PAYERROR" },
		{ "9015", 403, "NOT_SUPORT_CARD", "PAYERROR" },
		{ "9016", 403, "BUYER_MISMATCH", "PAYERROR" },
		{ "9017", 403, "RULE_LIMIT", "ORDER_NOT_EXIST" },
		{ "9018", 403, "TRADE_ERROR", "ORDER_NOT_EXIST" },
		{ "9019", 429, "FREQUENCY_LIMITED", "ORDER_NOT_EXIST" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *no = kit_number();
		struct shop_got a = pay(no, kit_printf("10000000000000%s", CASES[i].ending));

		printf("# %s\n", CASES[i].ending);
		EXPECT_INT(CASES[i].status, a.http.status);
		EXPECT_STR(CASES[i].code, shop_text(a, "code"));
		EXPECT(a.verified);
		EXPECT_STR(CASES[i].state, shop_state(KIT_KEY, no));
	}
}

static void no_answer_comes_though_it_was_paid_or_not(void)
{
	const char *paid = kit_number(), *none = kit_number();

	EXPECT(pay(paid, "100000000000009005").http.e != ERR_OK);
	EXPECT(pay(none, "100000000000009006").http.e != ERR_OK);
	EXPECT_STR("SUCCESS", shop_state(KIT_KEY, paid));
	EXPECT_STR("ORDER_NOT_EXIST", shop_state(KIT_KEY, none));
}

static void the_payer_types_his_password_or_his_bank_says_no(void)
{
	const char *pays = kit_number(), *fails = kit_number(), *waits = kit_number();

	EXPECT_STR("USERPAYING", shop_text(pay(pays, "150000000000009001"), "code"));
	EXPECT_STR("USERPAYING", shop_text(pay(fails, "150000000000009009"), "code"));
	EXPECT_STR("USERPAYING", shop_text(pay(waits, "150000000000009002"), "code"));
	kit_pass_ms(2000);
	EXPECT(becomes(pays, "SUCCESS"));
	EXPECT(becomes(fails, "PAYERROR"));
	EXPECT_STR("USERPAYING", shop_state(KIT_KEY, waits));
	EXPECT(shop_pay(waits));
	EXPECT_STR("SUCCESS", shop_state(KIT_KEY, waits));
}

static void reversing_closes_or_gives_back(void)
{
	const char *paid = kit_number(), *waits = kit_number(),
		   *native = shop_native(KIT_KEY, true);
	struct shop_got a;

	(void)pay(paid, "134567890123456789");
	(void)pay(waits, "100000000000009002");
	for (int i = 0; i < 2; i++) {
		a = reverse(paid);
		EXPECT_INT(200, a.http.status);
		EXPECT(a.verified);
		EXPECT_STR(paid, shop_text(a, "out_trade_no"));
		EXPECT_INT(200, reverse(waits).http.status);
	}
	EXPECT_STR("REVOKED", shop_state(KIT_KEY, paid));
	EXPECT_STR("REVOKED", shop_state(KIT_KEY, waits));
	EXPECT_INT(8888, json_integer_value(json_object_get(kit_trade(paid), "refunded_fen")));
	EXPECT(!shop_pay(waits));
	EXPECT_STR("INVALID_REQUEST", shop_text(reverse(native), "code"));
	EXPECT_INT(404, reverse("nosuchnumber").http.status);
}

static void a_code_has_eighteen_digits_of_wechat(void)
{
	static const char *const WRONG[] = { "",
					     "1",
					     "13456789012345678",
					     "1345678901234567890",
					     "164567890123456789",
					     "094567890123456789",
					     "13456789012345678x",
					     "281234567890123456" };

	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		const char *no = kit_number();
		struct shop_got a = pay(no, WRONG[i]);

		printf("# %s\n", WRONG[i]);
		EXPECT_INT(400, a.http.status);
		EXPECT_STR("/payer/auth_code", shop_text(a, "detail/field"));
		EXPECT_STR("ORDER_NOT_EXIST", shop_state(KIT_KEY, no));
	}
}

static const struct tap_test TESTS[] = {
	TEST(a_code_is_paid_at_once_without_a_notice),
	TEST(endings_choose_what_happens),
	TEST(no_answer_comes_though_it_was_paid_or_not),
	TEST(the_payer_types_his_password_or_his_bank_says_no),
	TEST(reversing_closes_or_gives_back),
	TEST(a_code_has_eighteen_digits_of_wechat),
};

KIT_MAIN(OPTIONS, TESTS)
