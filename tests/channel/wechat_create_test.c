/* What the payer's side gets after an order, and what a payment by code comes to. */
#include "channel/wechat_golden.h"
#include "channel/wechat_kit.h"

struct read {
	struct channel_answer answer;
	struct channel_created created;
};

static struct read read_reply(const struct channel_env *env, const struct channel_create *ask,
			      const struct channel_reply *reply)
{
	struct read r;

	WECHAT.create_read(kit_versions(KIT_PUBLIC), ask, reply, env, &r.answer, &r.created);
	return r;
}

static struct read read_body(const struct channel_env *env, const char *method, int status,
			     const char *body)
{
	struct channel_create ask = kit_create(method);
	struct channel_reply reply = kit_reply(env->arena, status, body);

	return read_reply(env, &ask, &reply);
}

static void expect_action(const struct read *r, enum action_type type, const char *value)
{
	EXPECT_INT(VERDICT_DONE, r->answer.verdict);
	EXPECT_INT(1, r->answer.key_version);
	EXPECT_INT(type, r->created.action.type);
	EXPECT_STR(value, r->created.action.value.p);
	EXPECT_INT(strlen(value), r->created.action.value.n);
	EXPECT_INT(TRADE_WAITING, r->created.trade.state);
	EXPECT_STR(NUMBER, r->created.trade.number);
}

static void s0_13_qr_gives_a_code_to_draw(void)
{
	struct read r = read_body(kit_env(), "wechat.qr", 200,
				  "{\"code_url\":\"weixin:\\/\\/wxpay/bizpayurl?pr=p4lpSuKzz\"}");

	CALL(expect_action(&r, ACTION_QRCODE, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"));
}

static void s0_13_h5_goes_back_to_the_shop(void)
{
#define H5_URL "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx2014&package=1"
	const struct channel_env *env = kit_env();
	struct channel_create ask = kit_create("wechat.h5");
	struct channel_reply reply =
		kit_reply(env->arena, 200, "{\"h5_url\":\"" H5_URL "\",\"new\":1.5}");
	struct read r = read_reply(env, &ask, &reply);

	CALL(expect_action(&r, ACTION_REDIRECT, H5_URL));
	EXPECT_INT(0, r.created.action.form.n);
	ask.return_url = "https://shop.example.com/done?a=b&c=d";
	r = read_reply(env, &ask, &reply);
	CALL(expect_action(&r, ACTION_REDIRECT,
			   H5_URL "&redirect_url=https%3A%2F%2Fshop.example.com%2Fdone%3Fa%3Db%26"
				  "c%3Dd"));
}

static void s0_13_jsapi_mini_and_app_get_signed_parameters(void)
{
	static const char BODY[] = "{\"prepay_id\":\"" GOLDEN_PREPAY_ID "\"}";
	struct read r = read_body(kit_env(), "wechat.jsapi", 200, BODY);

	CALL(expect_action(&r, ACTION_JSAPI, GOLDEN_FRONT_JSAPI));
	r = read_body(kit_env(), "wechat.mini", 200, BODY);
	CALL(expect_action(&r, ACTION_JSAPI, GOLDEN_FRONT_MINI));
	r = read_body(kit_env(), "wechat.app", 200, BODY);
	CALL(expect_action(&r, ACTION_APP, GOLDEN_FRONT_APP));
}

static void answers_without_what_the_payer_needs_tell_nothing(void)
{
	static const struct {
		const char *method, *body;
	} CASES[] = {
		{ "wechat.qr", "{}" },
		{ "wechat.qr", "{\"code_url\":\"\"}" },
		{ "wechat.qr", "{\"code_url\":7}" },
		{ "wechat.qr", "{\"code_url\":\"a b\"}" },
		{ "wechat.qr", "" },
		{ "wechat.qr", "[]" },
		{ "wechat.qr", "{\"prepay_id\":\"wx1\"}" },
		{ "wechat.qr", "{\"code_url\":\"a\",\"code_url\":\"b\"}" },
		{ "wechat.h5", "{\"h5_url\":\"javascript:alert(1)\"}" },
		{ "wechat.jsapi", "{\"prepay_id\":\"wx1\\nwx2\"}" },
		{ "wechat.app", "{\"prepay_id\":\"茶\"}" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = read_body(kit_env(), CASES[i].method, 200, CASES[i].body);

		printf("# %s: %s\n", CASES[i].body, r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(ACTION_NONE, r.created.action.type);
		EXPECT(r.answer.text[0] != '\0');
	}
}

static void a_used_number_is_asked_for_and_never_refused(void)
{
	static const struct {
		int status;
		const char *body;
	} CASES[] = {
		{ 403, "{\"code\":\"OUT_TRADE_NO_USED\",\"message\":\"商户订单号重复\"}" },
		{ 400, "{\"code\":\"INVALID_REQUEST\",\"message\":\"201 商户订单号重复\"}" },
		{ 400, "{\"code\":\"ORDERPAID\",\"message\":\"该订单已支付\"}" },
		{ 400, "{\"code\":\"ORDER_CLOSED\",\"message\":\"订单已关闭\"}" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct channel_create ask = kit_create("wechat.qr");
		struct channel_reply bare = kit_unsigned(CASES[i].status, CASES[i].body);
		struct read r = read_body(env, "wechat.qr", CASES[i].status, CASES[i].body);

		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT(r.answer.query_now);
		r = read_reply(env, &ask, &bare);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT(r.answer.query_now);
	}
}

/* --- the payer's code --- */

static void s0_13_a_code_takes_the_money_at_once(void)
{
	struct read r = read_body(kit_env(), "wechat.barcode", 200, KIT_TRADE("SUCCESS", ""));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_PAID, r.created.trade.state);
	EXPECT_INT(10, r.created.trade.fen);
	EXPECT_INT(9, r.created.trade.payer_fen);
	EXPECT_STR(TRADE_NO, r.created.trade.trade_no);
	EXPECT_STR("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", r.created.trade.payer);
	EXPECT_INT(NOW_MS + 62000, r.created.trade.paid_at_ms);
	EXPECT_INT(ACTION_NONE, r.created.action.type);
}

static void c7_while_the_payer_types_nothing_is_known(void)
{
	static const struct {
		int status;
		const char *body;
	} CASES[] = {
		{ 200, KIT_TRADE("USERPAYING", "") },
		{ 200, KIT_TRADE("NOTPAY", "") },
		{ 202, "{\"code\":\"USERPAYING\",\"message\":\"需要用户输入支付密码\"}" },
		{ 400, "{\"code\":\"USER_PAYING\",\"message\":\"需要用户输入支付密码\"}" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r =
			read_body(kit_env(), "wechat.barcode", CASES[i].status, CASES[i].body);

		printf("# %s\n", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(TRADE_WAITING, r.created.trade.state);
		EXPECT_STR(NUMBER, r.created.trade.number);
	}
}

static void c7_doubts_about_a_code_are_asked_for(void)
{
	static const char *const BODIES[] = {
		KIT_TRADE("CLOSED", ""),
		KIT_TRADE("REVOKED", ""),
		KIT_TRADE("NEW_STATE", ""),
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"trade_state\":\"SUCCESS\",\"transaction_id\":\"" TRADE_NO
		"\",\"amount\":{\"total\":9,\"currency\":\"CNY\"}}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"trade_state\":\"SUCCESS\",\"transaction_id\":\"" TRADE_NO
		"\",\"amount\":{\"total\":10,\"currency\":\"HKD\"}}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"trade_state\":\"SUCCESS\",\"amount\":{\"total\":10}}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"another0number\","
		"\"trade_state\":\"SUCCESS\",\"transaction_id\":\"" TRADE_NO
		"\",\"amount\":{\"total\":10}}",
		"{\"mchid\":\"1900000000\",\"out_trade_no\":\"" NUMBER
		"\",\"trade_state\":\"SUCCESS\",\"transaction_id\":\"" TRADE_NO
		"\",\"amount\":{\"total\":10}}",
		"{}",
		"",
	};

	for (size_t i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct read r = read_body(kit_env(), "wechat.barcode", 200, BODIES[i]);

		printf("# %s\n", r.answer.text);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		EXPECT_INT(TRADE_ABSENT, r.created.trade.state);
		EXPECT(r.answer.query_now);
	}
}

static void c7_refusals_of_a_code_must_be_signed(void)
{
	static const char *const CODES[] = { "AUTH_CODE_INVALID", "AUTHCODEEXPIRE", "NOTENOUGH",
					     "NOT_ENOUGH",        "NOTSUPORTCARD",  "RULE_LIMIT",
					     "ACCOUNT_ERROR" };

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct channel_create ask = kit_create("wechat.barcode");
		const char *body =
			arena_printf(env->arena, "{\"code\":\"%s\",\"message\":\"付\"}", CODES[i]);
		struct channel_reply reply = kit_reply(env->arena, 403, body);
		struct read r = read_reply(env, &ask, &reply);

		EXPECT_INT(VERDICT_REFUSED, r.answer.verdict);
		EXPECT_STR(CODES[i], r.answer.code);
		reply = kit_unsigned(403, body);
		r = read_reply(env, &ask, &reply);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
		reply = kit_reply(env->arena, 500, body);
		r = read_reply(env, &ask, &reply);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	}
	struct read r = read_body(kit_env(), "wechat.barcode", 200, KIT_TRADE("PAYERROR", ""));

	EXPECT_INT(VERDICT_REFUSED, r.answer.verdict);
	EXPECT_STR("PAYERROR", r.answer.code);
}

static void codes_of_payers_reach_no_log(void)
{
	struct read r = read_body(kit_env(), "wechat.barcode", 400,
				  "{\"code\":\"PARAM_ERROR\",\"message\":\"134567890123456789 "
				  "无效\\n\",\"detail\":{\"field\":\"/payer/auth_code\","
				  "\"issue\":\"154567890123456789\",\"value\":\"1\"}}");

	EXPECT_STR("HTTP 400 ****************** 无效  (/payer/auth_code: ******************)",
		   r.answer.text);
}

static void barcodes_are_known_by_their_first_digits(void)
{
	EXPECT(WECHAT.is_barcode(STR("100000000000000000")));
	EXPECT(WECHAT.is_barcode(STR("159999999999999999")));
	EXPECT(!WECHAT.is_barcode(STR("160000000000000000")));
	EXPECT(!WECHAT.is_barcode(STR("280000000000000000")));
	EXPECT(!WECHAT.is_barcode(STR("910000000000000000")));
	EXPECT(!WECHAT.is_barcode(STR("10000000000000000")));
	EXPECT(!WECHAT.is_barcode(STR("1000000000000000000")));
	EXPECT(!WECHAT.is_barcode(STR("10000000000000000a")));
	EXPECT(!WECHAT.is_barcode(STR("")));
}

static void s0_13_the_methods_say_what_they_need(void)
{
	const struct channel_method *m = channel_method_find(&WECHAT, STR("wechat.barcode"));

	EXPECT(m != NULL && m->at_once && m->needs_auth_code && m->calls);
	EXPECT_INT(10000, m->query_every_ms);
	EXPECT_INT(45000, m->wait_ms);
	EXPECT_INT(15000, m->cancel_gap_ms);
	m = channel_method_find(&WECHAT, STR("wechat.h5"));
	EXPECT(m != NULL && m->needs_client_ip);
	EXPECT_INT(300000, m->expiry_max_ms);
	EXPECT(channel_method_find(&WECHAT, STR("wechat.jsapi"))->needs_openid);
	EXPECT(channel_method_find(&WECHAT, STR("wechat.mini"))->needs_openid);
	EXPECT_INT(6, WECHAT.caps.methods_n);
	EXPECT_INT(127, WECHAT.caps.subject_max);
}

static const struct tap_test TESTS[] = {
	TEST(s0_13_qr_gives_a_code_to_draw),
	TEST(s0_13_h5_goes_back_to_the_shop),
	TEST(s0_13_jsapi_mini_and_app_get_signed_parameters),
	TEST(answers_without_what_the_payer_needs_tell_nothing),
	TEST(a_used_number_is_asked_for_and_never_refused),
	TEST(s0_13_a_code_takes_the_money_at_once),
	TEST(c7_while_the_payer_types_nothing_is_known),
	TEST(c7_doubts_about_a_code_are_asked_for),
	TEST(c7_refusals_of_a_code_must_be_signed),
	TEST(codes_of_payers_reach_no_log),
	TEST(barcodes_are_known_by_their_first_digits),
	TEST(s0_13_the_methods_say_what_they_need),
};

KIT_MAIN(TESTS)
