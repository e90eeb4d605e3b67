/* wechat_refund_test.c - refunds of WeChat Pay: accepted, done a moment later, told, asked again.
 */
#include "wechat_kit.h"

#include "base/err.h"

#include <string.h>

static const struct kit_options OPTIONS = { .notice_scale = 1, .movable_clock = true };
static const char REFUNDS[] = "/v3/refund/domestic/refunds";

static struct shop_got refund(const char *body)
{
	return shop_call(KIT_KEY, "POST", REFUNDS, body);
}

static struct shop_got look(const char *refund_no)
{
	return shop_call(KIT_KEY, "GET", kit_printf("%s/%s", REFUNDS, refund_no), NULL);
}

static const char *status(const char *refund_no)
{
	return shop_text(look(refund_no), "status");
}

static void a_refund_is_processing_then_done_and_told(void)
{
	const char *no = shop_native(KIT_KEY, true), *r = kit_number();
	struct shop_got a = refund(shop_refund_of(no, r, 888));
	struct kit_notice n;
	json_t *news;

	EXPECT_INT(200, a.http.status);
	EXPECT(a.verified);
	EXPECT_STR("PROCESSING", shop_text(a, "status"));
	EXPECT_STR("ORIGINAL", shop_text(a, "channel"));
	EXPECT_STR(no, shop_text(a, "out_trade_no"));
	EXPECT_INT(28, strlen(shop_text(a, "refund_id")));
	EXPECT_INT(888, shop_integer(a, "amount/refund"));
	EXPECT_INT(8888, shop_integer(a, "amount/total"));
	EXPECT(shop_text(a, "success_time") == NULL);
	EXPECT_STR("REFUND", shop_state(KIT_KEY, no));

	kit_pass_ms(1000);
	n = kit_notice(r);
	news = shop_open_notice(KIT_KEY, &n);
	EXPECT(news != NULL);
	EXPECT_STR("SUCCESS", json_string_value(json_object_get(news, "refund_status")));
	EXPECT_STR(r, json_string_value(json_object_get(news, "out_refund_no")));
	EXPECT(json_object_get(news, "status") == NULL && json_object_get(news, "appid") == NULL);
	EXPECT_STR("REFUND.SUCCESS",
		   json_string_value(json_object_get(kit_json(n.body), "event_type")));
	a = look(r);
	EXPECT_STR("SUCCESS", shop_text(a, "status"));
	EXPECT_INT(25, strlen(shop_text(a, "success_time")));
	EXPECT(a.verified);
}

static void one_number_is_one_refund(void)
{
	const char *no = shop_native(KIT_KEY, true), *other = shop_native(KIT_KEY, true);
	const char *r = kit_number(), *id;
	struct shop_got a;

	id = shop_text(refund(shop_refund_of(no, r, 888)), "refund_id");
	a = refund(shop_refund_of(no, r, 888));
	EXPECT_STR(id, shop_text(a, "refund_id"));
	EXPECT_INT(888, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
	a = refund(shop_refund_of(no, r, 887));
	EXPECT_INT(400, a.http.status);
	EXPECT_STR("INVALID_REQUEST", shop_text(a, "code"));
	EXPECT_STR("INVALID_REQUEST", shop_text(refund(shop_refund_of(other, r, 888)), "code"));
	EXPECT_INT(0, json_integer_value(json_object_get(kit_trade(other), "refunded_fen")));
}

static void no_more_goes_back_than_was_paid(void)
{
	const char *no = shop_native(KIT_KEY, true);
	struct shop_got a;

	EXPECT_INT(200, refund(shop_refund_of(no, kit_number(), 8000)).http.status);
	a = refund(shop_refund_of(no, kit_number(), 889));
	EXPECT_INT(400, a.http.status);
	EXPECT_STR("INVALID_REQUEST", shop_text(a, "code"));
	EXPECT_INT(200, refund(shop_refund_of(no, kit_number(), 888)).http.status);
	/* All of it went back: still a paid order. */
	EXPECT_STR("REFUND", shop_state(KIT_KEY, no));
	EXPECT_INT(8888, json_integer_value(json_object_get(kit_trade(no), "refunded_fen")));
}

static void what_cannot_be_refunded_is_refused(void)
{
	const char *unpaid = shop_native(KIT_KEY, false), *no = shop_native(KIT_KEY, true);
	const char *id = shop_text(shop_query(KIT_KEY, no), "transaction_id");
	const char *amount = "\"amount\":{\"refund\":1,\"total\":8888,\"currency\":\"CNY\"}";
	struct shop_got a;

	EXPECT_STR("INVALID_REQUEST",
		   shop_text(refund(shop_refund_of(unpaid, kit_number(), 1)), "code"));
	a = refund(shop_refund_of("nosuchnumber", kit_number(), 1));
	EXPECT_INT(404, a.http.status);
	EXPECT_STR("RESOURCE_NOT_EXISTS", shop_text(a, "code"));
	EXPECT_STR("RESOURCE_NOT_EXISTS", shop_text(look("nosuchrefund"), "code"));
	a = refund(kit_printf("{\"out_refund_no\":\"R1\",%s}", amount));
	EXPECT_STR("/out_trade_no", shop_text(a, "detail/field"));
	a = refund(
		kit_printf("{\"out_refund_no\":\"R 1\",\"out_trade_no\":\"%s\",%s}", no, amount));
	EXPECT_STR("/out_refund_no", shop_text(a, "detail/field"));
	a = refund(kit_printf("{\"out_refund_no\":\"R1\",\"out_trade_no\":\"%s\","
			      "\"amount\":{\"refund\":1,\"total\":8887,\"currency\":\"CNY\"}}",
			      no));
	EXPECT_STR("INVALID_REQUEST", shop_text(a, "code"));
	a = refund(kit_printf("{\"out_refund_no\":\"R1\",\"out_trade_no\":\"%s\","
			      "\"transaction_id\":\"%s\",%s}",
			      unpaid, id, amount));
	EXPECT_STR("RESOURCE_NOT_EXISTS", shop_text(a, "code"));
	a = refund(kit_printf("{\"out_refund_no\":\"%s\",\"transaction_id\":\"%s\",%s}",
			      kit_number(), id, amount));
	EXPECT_INT(200, a.http.status);
	EXPECT_STR(no, shop_text(a, "out_trade_no"));
}

static void a_refund_may_take_long_or_end_abnormal(void)
{
	const char *no = shop_native(KIT_KEY, true), *slow = kit_number(), *bad = kit_number();
	struct kit_notice n;

	EXPECT(shop_fault(no, "\"kind\":\"pending_refund\",\"ms\":500000"));
	EXPECT_STR("PROCESSING", shop_text(refund(shop_refund_of(no, slow, 1)), "status"));
	EXPECT(shop_fault(no, "\"kind\":\"abnormal_refund\""));
	EXPECT_STR("PROCESSING", shop_text(refund(shop_refund_of(no, bad, 1)), "status"));
	kit_pass_ms(2000);
	n = kit_notice(bad);
	EXPECT_STR("ABNORMAL", json_string_value(json_object_get(shop_open_notice(KIT_KEY, &n),
								 "refund_status")));
	EXPECT_STR("REFUND.ABNORMAL",
		   json_string_value(json_object_get(kit_json(n.body), "event_type")));
	EXPECT_STR("ABNORMAL", status(bad));
	EXPECT_STR("PROCESSING", status(slow));
	kit_pass_ms(500000);
	EXPECT(kit_notice(slow).came);
	EXPECT_STR("SUCCESS", status(slow));
}

static void without_an_address_of_its_own_nobody_is_told(void)
{
	const char *no = shop_native(KIT_KEY, true), *r = kit_number();

	EXPECT(kit_notice(no).came);
	EXPECT_INT(200,
		   refund(kit_printf("{\"out_refund_no\":\"%s\",\"out_trade_no\":\"%s\",\"amount\":"
				     "{\"refund\":1,\"total\":8888,\"currency\":\"CNY\"}}",
				     r, no))
			   .http.status);
	kit_pass_ms(1000);
	EXPECT_STR("SUCCESS", status(r));
	EXPECT_INT(1, json_array_size(json_object_get(kit_trade(no), "notices")));
}

static const struct tap_test TESTS[] = {
	TEST(a_refund_is_processing_then_done_and_told),
	TEST(one_number_is_one_refund),
	TEST(no_more_goes_back_than_was_paid),
	TEST(what_cannot_be_refunded_is_refused),
	TEST(a_refund_may_take_long_or_end_abnormal),
	TEST(without_an_address_of_its_own_nobody_is_told),
};

KIT_MAIN(OPTIONS, TESTS)
