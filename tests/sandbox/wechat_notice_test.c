/* wechat_notice_test.c - what WeChat Pay tells the shop, how often, and what can be wrong with it.
 */
#include "wechat_kit.h"

#include "base/err.h"
#include "sandbox/wechat/wechat.h"

#include <stdlib.h>
#include <string.h>

/* Repeated at once: the schedule itself is a table. */
static const struct kit_options OPTIONS = { .notice_scale = 0 };

static const char *member(json_t *of, const char *name)
{
	return json_string_value(json_object_get(of, name));
}

static json_t *told(const char *no)
{
	return json_array_get(json_object_get(kit_trade(no), "notices"), 0);
}

/* Until the newest notice of this number is in `want`: an answer is heard a moment after it was
 * given. */
static bool becomes(const char *no, const char *want)
{
	for (int i = 0; i < 20000; i++) {
		if (strcmp(member(told(no), "state"), want) == 0)
			return true;
	}
	return false;
}

static void a_payment_is_told_encrypted_and_signed(void)
{
	for (enum kit_mode mode = KIT_KEY; mode <= KIT_CERT; mode++) {
		const char *no = shop_native(mode, true);
		struct kit_notice n = kit_notice(no);
		json_t *body = kit_json(n.body), *resource = json_object_get(body, "resource");
		json_t *news = shop_open_notice(mode, &n);

		EXPECT_STR("application/json", n.type);
		EXPECT(news != NULL);
		EXPECT_STR("TRANSACTION.SUCCESS", member(body, "event_type"));
		EXPECT_STR("encrypt-resource", member(body, "resource_type"));
		EXPECT_STR("支付成功", member(body, "summary"));
		EXPECT_STR("transaction", member(resource, "original_type"));
		EXPECT_STR("AEAD_AES_256_GCM", member(resource, "algorithm"));
		EXPECT_STR("transaction", member(resource, "associated_data"));
		EXPECT_STR(no, member(news, "out_trade_no"));
		EXPECT_STR("SUCCESS", member(news, "trade_state"));
		EXPECT_STR("a b", member(news, "attach"));
		EXPECT_INT(8888, json_integer_value(json_object_get(json_object_get(news, "amount"),
								    "total")));
		EXPECT(becomes(no, "acknowledged"));
		/* The other merchant's key does not open it. */
		EXPECT(shop_decrypt(mode == KIT_KEY ? KIT_CERT : KIT_KEY, resource) == NULL);
	}
}

static void only_200_and_204_end_it(void)
{
	static const int STATUSES[] = { 500, 401, 201, 301, 204 };
	const char *no = shop_native(KIT_KEY, false), *id = NULL;

	for (size_t i = 0; i < 5; i++)
		kit_answer_notices(no, 1, STATUSES[i], "");
	EXPECT(shop_pay(no));
	for (int i = 0; i < 5; i++) {
		struct kit_notice n = kit_notice(no);
		const char *this = member(kit_json(n.body), "id");

		EXPECT(shop_notice_verifies(&n));
		EXPECT_STR(id ? id : this, this);
		id = this;
	}
	EXPECT(becomes(no, "acknowledged"));
	EXPECT_INT(5, kit_notices(no));
}

static void it_is_given_up_after_sixteen_sendings(void)
{
	const char *no = shop_native(KIT_KEY, false);

	kit_answer_notices(no, 100, 500, "");
	EXPECT(shop_pay(no));
	for (int i = 0; i < 16; i++)
		EXPECT(kit_notice(no).came);
	EXPECT(becomes(no, "given_up"));
	EXPECT_INT(16, kit_notices(no));
}

static void the_schedule_is_the_platforms(void)
{
	static const int SECONDS[] = { 15,   15,   30,    180,   600,   1200,  1800, 1800,
				       1800, 3600, 10800, 10800, 10800, 21600, 21600 };
	int64_t all_ms = 0;

	for (int i = 0; i < 15; i++) {
		EXPECT_INT(SECONDS[i] * 1000, notice_wait_ms(&SANDBOX_WECHAT.notice, i + 1));
		all_ms += SECONDS[i] * INT64_C(1000);
	}
	EXPECT_INT((24 * 60 + 4) * 60000, all_ms);
	EXPECT_INT(0, notice_wait_ms(&SANDBOX_WECHAT.notice, 16));
}

static void a_bad_signature_is_sent_once_and_a_good_one_then(void)
{
	static const char *const KINDS[] = { "unsigned", "old_timestamp", "unknown_serial",
					     "probe" };

	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		const char *no = shop_native(KIT_KEY, false);
		struct kit_notice n;

		printf("# %s\n", KINDS[i]);
		EXPECT(shop_fault(
			no, kit_printf("\"kind\":\"%s\",\"operation\":\"notice\"", KINDS[i])));
		kit_answer_notices(no, 1, 401, "");
		EXPECT(shop_pay(no));
		n = kit_notice(no);
		EXPECT(n.came);
		if (strcmp(KINDS[i], "old_timestamp") == 0)
			EXPECT(shop_notice_verifies(&n) &&
			       strtoll(n.timestamp, NULL, 10) <= kit_now_ms() / 1000 - 3600);
		else
			EXPECT(!shop_notice_verifies(&n));
		if (strcmp(KINDS[i], "probe") == 0)
			EXPECT(strncmp(n.signature, "WECHATPAY/SIGNTEST/", 19) == 0);
		n = kit_notice(no);
		EXPECT(shop_open_notice(KIT_KEY, &n) != NULL);
		EXPECT(strtoll(n.timestamp, NULL, 10) > kit_now_ms() / 1000 - 300);
	}
}

static void notices_can_be_forged_dropped_doubled_and_wrong(void)
{
	const char *forged = shop_native(KIT_KEY, false), *dropped = shop_native(KIT_KEY, false);
	const char *doubled = shop_native(KIT_KEY, false), *wrong = shop_native(KIT_KEY, false);
	struct kit_notice n;

	EXPECT(shop_fault(forged, "\"kind\":\"forge\",\"operation\":\"notice\""));
	EXPECT(shop_pay(forged));
	n = kit_notice(forged);
	EXPECT(n.came && !shop_notice_verifies(&n));
	EXPECT(shop_fault(dropped, "\"kind\":\"drop_notice\""));
	EXPECT(shop_pay(dropped));
	EXPECT_STR("dropped", member(told(dropped), "state"));
	EXPECT(shop_control("notices", kit_printf("\"out_trade_no\":\"%s\"", dropped)) != NULL);
	EXPECT(kit_notice(dropped).came);
	EXPECT(shop_fault(doubled, "\"kind\":\"duplicate_notice\",\"copies\":3"));
	EXPECT(shop_pay(doubled));
	for (int i = 0; i < 3; i++)
		EXPECT(kit_notice(doubled).came);
	EXPECT(shop_fault(wrong, "\"kind\":\"wrong_amount\",\"operation\":\"notice\",\"fen\":1"));
	EXPECT(shop_pay(wrong));
	n = kit_notice(wrong);
	EXPECT_INT(1, json_integer_value(json_object_get(
			      json_object_get(shop_open_notice(KIT_KEY, &n), "amount"), "total")));
}

static const struct tap_test TESTS[] = {
	TEST(a_payment_is_told_encrypted_and_signed),
	TEST(only_200_and_204_end_it),
	TEST(it_is_given_up_after_sixteen_sendings),
	TEST(the_schedule_is_the_platforms),
	TEST(a_bad_signature_is_sent_once_and_a_good_one_then),
	TEST(notices_can_be_forged_dropped_doubled_and_wrong),
};

KIT_MAIN(OPTIONS, TESTS)
