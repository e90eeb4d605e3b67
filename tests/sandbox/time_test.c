/* time_test.c - trades and codes whose time is over, on a clock that the test moves. */
#include "kit.h"

#include "base/err.h"
#include "base/time.h"
#include "sandbox/alipay/biz.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1000, .movable_clock = true };

#define MINUTE_MS INT64_C(60000)

static void scan(const char *no)
{
	EXPECT(kit_control("scan", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
}

static void an_unpaid_trade_closes_when_its_time_is_over(void)
{
	const char *no = kit_number();
	struct kit_notice n;

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ",\"timeout_express\":\"5m\""));
	CALL(scan(no));
	kit_pass_ms(4 * MINUTE_MS);
	EXPECT_STR("WAIT_BUYER_PAY", kit_status(no));
	kit_pass_ms(MINUTE_MS);
	/* By itself: nobody asks before the notice is here. */
	n = kit_notice(no);
	EXPECT_STR("TRADE_CLOSED", kit_field(&n, "trade_status"));
	EXPECT_STR("TRADE_CLOSED",
		   kit_text(kit_call(KIT_KEY, "query", kit_biz(no, "")), "trade_status"));
	EXPECT(!kit_pay(no));
	EXPECT_STR("ACQ.TRADE_HAS_CLOSE",
		   kit_text(kit_call(KIT_KEY, "precreate",
				     kit_order(no, ",\"timeout_express\":\"5m\"")),
			    "sub_code"));
}

static void a_code_cannot_be_opened_any_more(void)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ",\"qr_code_timeout_express\":\"2m\""));
	kit_pass_ms(2 * MINUTE_MS);
	EXPECT(!kit_pay(no));
	EXPECT_STR("ACQ.TRADE_NOT_EXIST",
		   kit_text(kit_call(KIT_KEY, "query", kit_biz(no, "")), "sub_code"));
	/* No trade ever was, so the number may be offered again. */
	EXPECT_STR("10000", kit_text(kit_call(KIT_KEY, "precreate", kit_order(no, "")), "code"));
	EXPECT(kit_pay(no));
}

static void a_code_lives_two_hours_at_most(void)
{
	const char *no = kit_number(), *scanned = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ",\"timeout_express\":\"1d\""));
	(void)kit_call(KIT_KEY, "precreate", kit_order(scanned, ",\"timeout_express\":\"1d\""));
	CALL(scan(scanned));
	kit_pass_ms(120 * MINUTE_MS);
	EXPECT(!kit_pay(no));
	EXPECT(kit_pay(scanned));
}

static void time_expire_wins(void)
{
	const char *no = kit_number(), *past = kit_number();
	char local[LOCAL_TEXT];

	china_write(kit_now_ms() + 10 * MINUTE_MS, local);
	(void)kit_call(
		KIT_KEY, "precreate",
		kit_order(no,
			  kit_printf(",\"timeout_express\":\"5m\",\"time_expire\":\"%s\"", local)));
	CALL(scan(no));
	kit_pass_ms(9 * MINUTE_MS);
	EXPECT_STR("WAIT_BUYER_PAY", kit_status(no));
	kit_pass_ms(MINUTE_MS);
	EXPECT_STR("TRADE_CLOSED", kit_status(no));
	EXPECT_STR("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
		   kit_text(kit_call(KIT_KEY, "precreate",
				     kit_order(past, ",\"time_expire\":\"2026-01-02 03:04:05\"")),
			    "sub_code"));
}

static void control_can_end_the_time(void)
{
	const char *no = kit_number(), *code = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	(void)kit_call(KIT_KEY, "precreate", kit_order(code, ""));
	CALL(scan(no));
	EXPECT(kit_control("expire", kit_printf("\"out_trade_no\":\"%s\"", no)) != NULL);
	EXPECT_STR("TRADE_CLOSED", kit_status(no));
	EXPECT(kit_control("expire", kit_printf("\"out_trade_no\":\"%s\"", code)) != NULL);
	EXPECT(!kit_pay(code));
	EXPECT(kit_control("pay", kit_printf("\"out_trade_no\":\"%s\",\"late\":true", code)) !=
	       NULL);
	EXPECT_STR("TRADE_SUCCESS", kit_status(code));
	EXPECT(kit_control("expire", kit_printf("\"out_trade_no\":\"%s\"", no)) == NULL);
}

static void a_cancel_has_a_day(void)
{
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	EXPECT(kit_pay(no));
	kit_pass_ms(24 * 60 * MINUTE_MS + 1000);
	EXPECT_STR("ACQ.TRADE_CANCEL_TIME_OUT",
		   kit_text(kit_call(KIT_KEY, "cancel", kit_biz(no, "")), "sub_code"));
}

/* The next repeat counts from when the sandbox has heard the shop's answer. */
static void wait_until_heard(const char *no)
{
	for (int i = 0; i < 10000; i++) {
		json_t *notices = json_object_get(kit_trade(no), "notices");

		if (json_integer_value(json_object_get(json_array_get(notices, 0), "open")) == 0)
			return;
	}
	EXPECT(!"the answer is never heard");
}

static void a_notice_is_repeated_when_its_time_has_come(void)
{
	static const int MINUTES[] = { 4, 10, 10, 60, 120, 360, 900 };
	const char *no = kit_number();

	(void)kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	kit_answer_notices(no, 100, 200, "failure");
	EXPECT(kit_pay(no));
	EXPECT(kit_notice(no).came);
	for (int i = 0; i < 7; i++) {
		EXPECT_INT(i + 1, kit_notices(no));
		CALL(wait_until_heard(no));
		kit_pass_ms(MINUTES[i] * MINUTE_MS);
		EXPECT(kit_notice(no).came);
	}
}

static void a_timeout_has_units(void)
{
	const int64_t day = 20000 * DAY_MS - CHINA_MS; /* 0:00 in UTC+8 */
	static const char *const WRONG[] = { "",   "m", "0m", "01m",  "16d", "361h",
					     "2c", "5", "5s", "1.5h", "-1m", " 1m" };
	int64_t until;

	EXPECT_ERR(ERR_OK, timeout_read("1m", day, &until));
	EXPECT_INT(day + MINUTE_MS, until);
	EXPECT_ERR(ERR_OK, timeout_read("360h", day, &until));
	EXPECT_INT(day + 15 * DAY_MS, until);
	EXPECT_ERR(ERR_OK, timeout_read("15d", day, &until));
	EXPECT_INT(day + 15 * DAY_MS, until);
	EXPECT_ERR(ERR_OK, timeout_read("1c", day + 7 * MINUTE_MS, &until));
	EXPECT_INT(day + DAY_MS, until);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		EXPECT_ERR(ERR_INVALID, timeout_read(WRONG[i], day, &until));
}

static const struct tap_test TESTS[] = {
	TEST(an_unpaid_trade_closes_when_its_time_is_over),
	TEST(a_code_cannot_be_opened_any_more),
	TEST(a_code_lives_two_hours_at_most),
	TEST(time_expire_wins),
	TEST(control_can_end_the_time),
	TEST(a_cancel_has_a_day),
	TEST(a_notice_is_repeated_when_its_time_has_come),
	TEST(a_timeout_has_units),
};

KIT_MAIN(OPTIONS, TESTS)
