/* Notices and browser returns: what is verified, what is refused, what they say. */
#include "channel/alipay_kit.h"

#include "base/codec.h"

#include <stdlib.h>

#define PAIRS(x) x, sizeof(x) / sizeof((x)[0])

/* What the platform posts for a payment, in byte order of the names. */
static const struct kit_pair PAID[] = {
	{ "app_id", APP_ID },
	{ "auth_app_id", APP_ID },
	{ "body", "" },
	{ "buyer_id", "2088000000000001" },
	{ "buyer_logon_id", "abc***@example.com" },
	{ "buyer_pay_amount", "0.08" },
	{ "charset", "utf-8" },
	{ "fund_bill_list", "[{\"amount\":\"0.08\",\"fundChannel\":\"ALIPAYACCOUNT\"}]" },
	{ "gmt_create", "2026-11-22 16:00:01" },
	{ "gmt_payment", "2026-11-22 16:00:05" },
	{ "notify_id", "2026112200222160005000001000000001" },
	{ "notify_time", "2026-11-22 16:00:06" },
	{ "notify_type", "trade_status_sync" },
	{ "out_trade_no", NUMBER },
	{ "passback_params", "a%3D1%26b" },
	{ "receipt_amount", "0.09" },
	{ "seller_id", "2088000000000011" },
	{ "subject", "测试 + 50% & <b>" },
	{ "total_amount", "0.10" },
	{ "trade_no", TRADE_NO },
	{ "trade_status", "TRADE_SUCCESS" },
	{ "version", "1.0" },
};
enum { PAID_N = sizeof(PAID) / sizeof(PAID[0]) };

static const struct kit_pair RETURN[] = {
	{ "app_id", APP_ID },
	{ "auth_app_id", APP_ID },
	{ "charset", "utf-8" },
	{ "method", "alipay.trade.page.pay.return" },
	{ "out_trade_no", NUMBER },
	{ "seller_id", "2088000000000011" },
	{ "timestamp", "2026-11-22 16:00:08" },
	{ "total_amount", "0.10" },
	{ "trade_no", TRADE_NO },
	{ "version", "1.0" },
};

struct read {
	enum err e;
	struct channel_answer answer;
	struct channel_notice notice;
};

static struct read read_body(enum kit_mode mode, const struct channel_env *env, struct str body)
{
	struct channel_incoming in = kit_incoming(body, STR("own=1&app_id=x"));
	struct read r;

	r.e = ALIPAY.notice_read(kit_versions(mode), &in, env, &r.answer, &r.notice);
	return r;
}

/* The payment's notice with some values changed before it is signed. */
static struct read read_changed(const struct kit_pair *changes, size_t n)
{
	const struct channel_env *env = kit_env();
	struct kit_pair pairs[PAID_N];

	memcpy(pairs, PAID, sizeof(pairs));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < PAID_N; k++)
			if (strcmp(pairs[k].name, changes[i].name) == 0)
				pairs[k].value = changes[i].value;
	return read_body(KIT_SELLER, env, kit_form(env->arena, PEM.platform, PAIRS(pairs)));
}

static void b2_a_payment_is_told_in_full(void)
{
	struct read r = read_changed(NULL, 0);

	EXPECT_ERR(ERR_OK, r.e);
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(1, r.answer.key_version);
	EXPECT_STR("TRADE_SUCCESS", r.answer.code);
	EXPECT_INT(NOTICE_TRADE, r.notice.kind);
	EXPECT_INT(TRADE_PAID, r.notice.trade.state);
	EXPECT_STR(NUMBER, r.notice.trade.number);
	EXPECT_STR(TRADE_NO, r.notice.trade.trade_no);
	EXPECT_INT(10, r.notice.trade.fen);
	EXPECT_INT(8, r.notice.trade.payer_fen);
	EXPECT_INT(9, r.notice.trade.settle_fen);
	EXPECT_INT(-1, r.notice.trade.refunded_fen);
	EXPECT_INT(NOW_MS + 5000, r.notice.trade.paid_at_ms);
	EXPECT_STR("2088000000000001", r.notice.trade.payer);
	EXPECT_STR("2026112200222160005000001000000001", r.notice.notice_id);
}

static void b4_a_change_of_any_field_is_noticed(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_form(env->arena, PEM.platform, PAIRS(PAID));

	for (size_t i = 0; i < PAID_N; i++) {
		char *changed = arena_text(env->arena, body);
		char *value = strstr(changed, arena_printf(env->arena, "%s=", PAID[i].name));

		/* Every value gets one more character; names come once, except as an ending. */
		value += strlen(PAID[i].name) + 1;
		struct str end = str_of(value);
		const char *more =
			arena_printf(env->arena, "%.*s1%s", (int)(value - changed), changed, end.p);

		EXPECT_ERR(ERR_SIGNATURE, read_body(KIT_KEY, env, str_of(more)).e);
	}
	EXPECT_ERR(ERR_OK, read_body(KIT_KEY, env, body).e);
}

static void b4_fields_added_or_left_out_are_noticed(void)
{
	const struct channel_env *env = kit_env();
	const char *body = kit_form(env->arena, PEM.platform, PAIRS(PAID)).p;
	const char *more = arena_printf(env->arena, "refund_fee=0.10&%s", body);
	const char *less = strstr(body, "auth_app_id");

	EXPECT_ERR(ERR_SIGNATURE, read_body(KIT_KEY, env, str_of(more)).e);
	EXPECT_ERR(ERR_SIGNATURE, read_body(KIT_KEY, env, str_of(less)).e);
}

static void b4_unsigned_and_foreign_notices_are_refused(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *body = kit_form(a, PEM.platform, PAIRS(PAID)).p;
	size_t before_sign = (size_t)(strstr(body, "&sign_type=") - body);
	const char *bare = arena_printf(a, "%.*s", (int)before_sign, body);
	const char *sign = strstr(body, "&sign=");
	const char *const BODIES[] = {
		kit_form(a, PEM.other, PAIRS(PAID)).p,
		/* Signed by ourselves: that key is known to the shop. */
		kit_form(a, PEM.app, PAIRS(PAID)).p,
		bare,
		arena_printf(a, "%s&sign_type=RSA2", bare),
		arena_printf(a, "%s&sign_type=RSA2&sign=", bare),
		arena_printf(a, "%s&sign_type=RSA2&sign=AAAA", bare),
		arena_printf(a, "%s&sign_type=RSA%s", bare, sign),
		arena_printf(a, "%s&sign_type=MD5%s", bare, sign),
		arena_printf(a, "%s%s", bare, sign),
		"app_id=1",
		"WECHATPAY/SIGNTEST/abc",
	};

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct read r = read_body(KIT_KEY, env, str_of(BODIES[i]));

		EXPECT_ERR(ERR_SIGNATURE, r.e);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(0, r.answer.key_version);
		EXPECT_STR("", r.notice.trade.number);
	}
}

static void b15_what_is_no_form_is_refused(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *good = kit_form(a, PEM.platform, PAIRS(PAID)).p;
	char *large = arena_alloc(a, 65536 + 2);
	const char *many = "a0=1";

	memset(large, 'a', 65536 + 1);
	for (int i = 1; i < 130; i++)
		many = arena_printf(a, "%s&a%d=1", many, i);
	const char *const BODIES[] = {
		"",
		"=",
		"a=%",
		"a=%00",
		"a=1&a=1",
		"a&&b",
		arena_printf(a, "%s&app_id=" APP_ID, good),
		arena_printf(a, "%s&sign=x", good),
		many,
		large,
	};

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++)
		EXPECT_ERR(ERR_INVALID, read_body(KIT_KEY, env, str_of(BODIES[i])).e);
	/* One byte less is within the limit, and then it is not signed. */
	large[65536] = '\0';
	EXPECT_ERR(ERR_SIGNATURE, read_body(KIT_KEY, env, str_of(large)).e);
}

static void only_forms_are_notices(void)
{
	static const struct {
		const char *type;
		enum err want;
	} CASES[] = {
		{ "application/x-www-form-urlencoded", ERR_OK },
		{ "application/x-www-form-urlencoded;charset=utf-8", ERR_OK },
		{ "Application/X-WWW-Form-URLEncoded; charset=GBK", ERR_OK },
		{ "application/x-www-form-urlencodedx", ERR_INVALID },
		{ "application/json", ERR_INVALID },
		{ "", ERR_INVALID },
	};
	const struct channel_env *env = kit_env();
	struct channel_incoming in =
		kit_incoming(kit_form(env->arena, PEM.platform, PAIRS(PAID)), STR(""));
	struct channel_notice notice;
	struct channel_answer answer;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		in.type = str_of(CASES[i].type);
		EXPECT_ERR(CASES[i].want,
			   ALIPAY.notice_read(kit_versions(KIT_KEY), &in, env, &answer, &notice));
	}
}

static void b7_notices_of_another_app_or_seller_are_refused(void)
{
	struct read r = read_changed(&(struct kit_pair){ "app_id", "2021000000000002" }, 1);

	EXPECT_ERR(ERR_NOTICE, r.e);
	EXPECT_STR("app_id", err_param());
	EXPECT_INT(NOTICE_OTHER, r.notice.kind);
	r = read_changed(&(struct kit_pair){ "seller_id", "2088000000000012" }, 1);
	EXPECT_ERR(ERR_NOTICE, r.e);
	EXPECT_STR("seller_id", err_param());
	/* Without a configured seller nothing is compared. */
	const struct channel_env *env = kit_env();

	EXPECT_ERR(ERR_OK,
		   read_body(KIT_KEY, env, kit_form(env->arena, PEM.platform, PAIRS(PAID))).e);
}

static void a11_values_without_sense_are_refused(void)
{
	static const struct kit_pair CASES[] = {
		{ "total_amount", "1e2" },
		{ "total_amount", "" },
		{ "total_amount", "0.00" },
		{ "total_amount", "-0.10" },
		{ "total_amount", "0.100" },
		{ "total_amount", "９" },
		{ "buyer_pay_amount", "x" },
		{ "gmt_payment", "yesterday" },
		{ "trade_status", "TRADE_PENDING" },
		{ "trade_status", "" },
		{ "out_trade_no", "" },
		{ "trade_no", "" },
		{ "out_trade_no",
		  "a2345678901234567890123456789012345678901234567890123456789012345" },
		{ "trade_no", "bad\x01" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		printf("# %s\n", CASES[i].name);
		EXPECT_ERR(ERR_NOTICE, read_changed(&CASES[i], 1).e);
		EXPECT(err_param()[0] != '\0');
	}
}

static void closed_trades_are_told_with_and_without_payment(void)
{
	const struct kit_pair unpaid[] = { { "trade_status", "TRADE_CLOSED" },
					   { "gmt_payment", "" } };
	struct read r = read_changed(unpaid, 2);

	EXPECT_ERR(ERR_OK, r.e);
	EXPECT_INT(TRADE_CLOSED, r.notice.trade.state);
	EXPECT_INT(0, r.notice.trade.paid_at_ms);
	r = read_changed(&(struct kit_pair){ "trade_status", "TRADE_FINISHED" }, 1);
	EXPECT_INT(TRADE_PAID, r.notice.trade.state);
	r = read_changed(&(struct kit_pair){ "trade_status", "WAIT_BUYER_PAY" }, 1);
	EXPECT_INT(TRADE_WAITING, r.notice.trade.state);
}

static void b18_f13_refund_notices_name_the_refund(void)
{
	const struct kit_pair pairs[] = {
		{ "app_id", APP_ID },
		{ "gmt_payment", "2026-11-22 16:00:05" },
		{ "gmt_refund", "2026-11-22 16:05:00.123" },
		{ "notify_type", "trade_status_sync" },
		{ "out_biz_no", REFUND_NUMBER },
		{ "out_trade_no", NUMBER },
		{ "refund_fee", "0.06" },
		{ "total_amount", "0.10" },
		{ "trade_no", TRADE_NO },
		{ "trade_status", "TRADE_SUCCESS" },
	};
	const struct channel_env *env = kit_env();
	struct read r = read_body(KIT_KEY, env, kit_form(env->arena, PEM.platform, PAIRS(pairs)));

	EXPECT_ERR(ERR_OK, r.e);
	EXPECT_INT(NOTICE_REFUND, r.notice.kind);
	EXPECT_STR(REFUND_NUMBER, r.notice.refund_number);
	/* The sum of all refunds; this one's own amount is for a query to tell. */
	EXPECT_INT(6, r.notice.trade.refunded_fen);
	EXPECT_INT(CHANNEL_REFUND_PENDING, r.notice.refund.state);
	EXPECT_INT(0, r.notice.refund.fen);
	EXPECT_INT(NOW_MS + 300123, r.notice.refund.at_ms);
	EXPECT_INT(TRADE_PAID, r.notice.trade.state);
}

static void other_messages_keep_sign_type_and_change_nothing(void)
{
	const struct kit_pair market[] = {
		{ "app_id", APP_ID },
		{ "notify_id", "n1" },
		{ "notify_type", "servicemarket_order_notify" },
		{ "sign_type", "RSA2" },
		{ "trade_status", "TRADE_SUCCESS" },
	};
	const struct kit_pair message[] = {
		{ "app_id", APP_ID },
		{ "msg_method", "alipay.fund.trans.order.changed" },
		{ "notify_id", "n2" },
		{ "sign_type", "RSA2" },
	};
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const struct kit_pair *const messages[] = { market, message };
	const size_t n[] = { 5, 4 };

	for (size_t i = 0; i < 2; i++) {
		/* The kit appends another sign_type, which is taken out again here. */
		const char *body = kit_form(a, PEM.platform, messages[i], n[i]).p;
		const char *twice = strstr(body, "sign_type=RSA2&sign=");
		struct read r =
			read_body(KIT_KEY, env,
				  str_of(arena_printf(a, "%.*s%s", (int)(twice - body), body,
						      twice + strlen("sign_type=RSA2&"))));

		EXPECT_ERR(ERR_OK, r.e);
		EXPECT_INT(NOTICE_OTHER, r.notice.kind);
		EXPECT_STR("", r.notice.trade.number);
	}
}

static void b11_the_version_that_fitted_is_told(void)
{
	const struct channel_versions both = {
		.config = { kit_config(KIT_OTHER), kit_config(KIT_KEY) }, .n = 2
	};
	const struct channel_env *env = kit_env();
	struct channel_incoming in =
		kit_incoming(kit_form(env->arena, PEM.platform, PAIRS(PAID)), STR(""));
	struct channel_notice notice;
	struct channel_answer answer;

	EXPECT_ERR(ERR_OK, ALIPAY.notice_read(&both, &in, env, &answer, &notice));
	EXPECT_INT(2, answer.key_version);
	EXPECT_ERR(ERR_SIGNATURE, ALIPAY.notice_read(&(struct channel_versions){ .n = 0 }, &in, env,
						     &answer, &notice));
}

static void the_platform_stops_at_success_only(void)
{
	struct channel_acknowledgement yes = ALIPAY.notice_answer(true);
	struct channel_acknowledgement no = ALIPAY.notice_answer(false);

	EXPECT_INT(200, yes.status);
	EXPECT_INT(7, yes.body.n);
	EXPECT(str_is(yes.body, "success"));
	EXPECT(no.status >= 400);
	EXPECT(!str_is(no.body, "success"));
}

static enum err read_return(const struct channel_env *env, struct str query, char *number)
{
	struct channel_incoming in = kit_incoming(STR(""), query);

	return ALIPAY.return_read(kit_versions(KIT_SELLER), &in, env, number);
}

static void returns_give_our_number(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	struct str query = kit_form(a, PEM.platform, PAIRS(RETURN));
	char number[CHANNEL_NUMBER_MAX + 1] = "";

	EXPECT_ERR(ERR_OK, read_return(env, query, number));
	EXPECT_STR(NUMBER, number);
	/* What the shop had on its own return_url comes back unsigned, and is left out. */
	number[0] = '\0';
	EXPECT_ERR(ERR_OK,
		   read_return(env, str_of(arena_printf(a, "_config=default&%s&lang=zh", query.p)),
			       number));
	EXPECT_STR(NUMBER, number);
}

static void b4_b7_returns_that_do_not_verify_give_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	struct kit_pair pairs[sizeof(RETURN) / sizeof(RETURN[0])];
	char number[CHANNEL_NUMBER_MAX + 1] = "";
	char *changed = arena_text(a, kit_form(a, PEM.platform, PAIRS(RETURN)));

	strstr(changed, "out_trade_no=")[13] = 'b';
	EXPECT_ERR(ERR_SIGNATURE, read_return(env, str_of(changed), number));
	EXPECT_ERR(ERR_SIGNATURE, read_return(env, kit_form(a, PEM.other, PAIRS(RETURN)), number));
	EXPECT_ERR(ERR_INVALID, read_return(env, STR(""), number));
	memcpy(pairs, RETURN, sizeof(pairs));
	pairs[0].value = "2021000000000002";
	EXPECT_ERR(ERR_NOTICE, read_return(env, kit_form(a, PEM.platform, PAIRS(pairs)), number));
	memcpy(pairs, RETURN, sizeof(pairs));
	pairs[4].value = "";
	EXPECT_ERR(ERR_NOTICE, read_return(env, kit_form(a, PEM.platform, PAIRS(pairs)), number));
	EXPECT_STR("", number);
}

static const struct tap_test TESTS[] = {
	TEST(b2_a_payment_is_told_in_full),
	TEST(b4_a_change_of_any_field_is_noticed),
	TEST(b4_fields_added_or_left_out_are_noticed),
	TEST(b4_unsigned_and_foreign_notices_are_refused),
	TEST(b15_what_is_no_form_is_refused),
	TEST(only_forms_are_notices),
	TEST(b7_notices_of_another_app_or_seller_are_refused),
	TEST(a11_values_without_sense_are_refused),
	TEST(closed_trades_are_told_with_and_without_payment),
	TEST(b18_f13_refund_notices_name_the_refund),
	TEST(other_messages_keep_sign_type_and_change_nothing),
	TEST(b11_the_version_that_fitted_is_told),
	TEST(the_platform_stops_at_success_only),
	TEST(returns_give_our_number),
	TEST(b4_b7_returns_that_do_not_verify_give_nothing),
};

KIT_MAIN(TESTS)
