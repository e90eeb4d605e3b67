/* Why something is refused, told to people; and what an operator can do about it. */
#include "channel/wechat_kit.h"

#include "base/check.h"
#include "sys/json.h"

struct told {
	char verdict[16], reason[300], kind[16], resource[1000];
	struct str json;
};

static struct told inspect(const struct channel_versions *v, const struct channel_env *env,
			   struct channel_incoming in)
{
	struct told t = { .json = WECHAT.inspect(v, &in, env) };
	struct jin r, content;

	jin_open(&r, t.json);
	jin_allow_unknown(&r);
	jin_text(&r, "verdict", JIN_NEEDED, t.verdict, sizeof(t.verdict));
	jin_text(&r, "reason", JIN_NEEDED, t.reason, sizeof(t.reason));
	if (jin_enter(&r, "content", JIN_NEEDED, &content)) {
		jin_text(&content, "kind", JIN_NEEDED, t.kind, sizeof(t.kind));
		jin_text(&content, "resource", JIN_OPTIONAL, t.resource, sizeof(t.resource));
		jin_leave(&content);
	}
	CHECK(jin_done(&r) == ERR_OK);
	/* Never a secret. */
	CHECK(strstr(t.json.p, API_V3_KEY) == NULL && strstr(t.json.p, "PRIVATE") == NULL);
	printf("# %s: %s\n", t.verdict, t.reason);
	return t;
}

static struct str paid(const struct channel_env *env)
{
	return kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction",
			       KIT_TRADE("SUCCESS", ""));
}

static void a_good_notice_is_shown_opened(void)
{
	const struct channel_env *env = kit_env();
	struct told t = inspect(kit_versions(KIT_PUBLIC), env, kit_incoming(env->arena, paid(env)));

	EXPECT_STR("verified", t.verdict);
	EXPECT_STR("the signature fits", t.reason);
	EXPECT_STR("notice", t.kind);
	EXPECT_STR(KIT_TRADE("SUCCESS", ""), t.resource);
}

static void a_good_answer_is_verified(void)
{
	const struct channel_env *env = kit_env();
	struct told t = inspect(kit_versions(KIT_PUBLIC), env,
				kit_incoming(env->arena, STR("{\"code_url\":\"weixin://\"}")));

	EXPECT_STR("verified", t.verdict);
	EXPECT_STR("answer", t.kind);
	/* A close is answered with nothing, signed. */
	t = inspect(kit_versions(KIT_PUBLIC), env, kit_incoming(env->arena, STR("")));
	EXPECT_STR("verified", t.verdict);
}

static void each_reason_is_told_apart(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	struct str body = paid(env);
	const char *good = kit_headers(a, &PLATFORM, body);
	const char *at = strstr(good, "Wechatpay-Signature: ") + 21;
	const struct {
		const char *reason;
		enum kit_mode mode;
		const char *headers;
		struct str body;
	} CASES[] = {
		{ "it is not signed: there is no Wechatpay-Timestamp", KIT_PUBLIC, "", body },
		{ "Wechatpay-Serial comes twice", KIT_PUBLIC,
		  arena_printf(a, "Wechatpay-Serial: 1\n%s", good), body },
		{ "it was signed 301 seconds ago, more than 300", KIT_PUBLIC,
		  kit_headers(a, &(struct kit_signer){ PEM.platform, PUBLIC_KEY_ID, NOW_S - 301 },
			      body),
		  body },
		{ "it was signed 400 seconds ahead of our clock, more than 300", KIT_PUBLIC,
		  kit_headers(a, &(struct kit_signer){ PEM.platform, PUBLIC_KEY_ID, NOW_S + 400 },
			      body),
		  body },
		{ "it names a serial that is not known here: " CERT_SERIAL, KIT_PUBLIC,
		  kit_headers(a, &PLATFORM_CERTIFICATE, body), body },
		{ "body was changed or re-encoded after it was signed, or the header fields are "
		  "another message's",
		  KIT_PUBLIC, good, str_of(arena_printf(a, "%s ", body.p)) },
		{ "signed with the merchant's own key, not with the platform's", KIT_PUBLIC,
		  kit_headers(a, &(struct kit_signer){ PEM.app, PUBLIC_KEY_ID, NOW_S }, body),
		  body },
		{ "made by another key than the one whose serial it names", KIT_PUBLIC,
		  kit_headers(a, &(struct kit_signer){ PEM.other, PUBLIC_KEY_ID, NOW_S }, body),
		  body },
		{ "a probe of the platform's: its signature is wrong on purpose, and it must be "
		  "refused",
		  KIT_PUBLIC,
		  arena_printf(a, "%.*sWECHATPAY/SIGNTEST/%s", (int)(at - good), good, at), body },
		{ "the signature fits, but api_v3_key does not open it: it is not the one set in "
		  "the console",
		  KIT_OTHER_API_V3, good, body },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct told t = inspect(kit_versions(CASES[i].mode), env,
					kit_incoming_with(CASES[i].headers, CASES[i].body));

		EXPECT_STR("rejected", t.verdict);
		EXPECT_STR(CASES[i].reason, t.reason);
		EXPECT_STR("", t.resource);
	}
}

static void a_notice_of_another_merchant_is_rejected_and_shown(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction",
					  "{\"mchid\":\"1900000000\",\"appid\":\"" APPID "\"}");
	struct told t = inspect(kit_versions(KIT_PUBLIC), env, kit_incoming(env->arena, body));

	EXPECT_STR("rejected", t.verdict);
	EXPECT_STR("the signature fits, but it is about the merchant \"1900000000\"", t.reason);
	EXPECT_STR("{\"mchid\":\"1900000000\",\"appid\":\"" APPID "\"}", t.resource);
}

static void a_return_of_the_browser_has_no_signature(void)
{
	struct told t =
		inspect(kit_versions(KIT_PUBLIC), kit_env(), kit_incoming_with("", STR("")));

	EXPECT_STR("rejected", t.verdict);
	EXPECT_STR("return", t.kind);
}

static void bytes_that_are_no_text_are_shown_as_such(void)
{
	const struct channel_env *env = kit_env();
	struct told t = inspect(kit_versions(KIT_PUBLIC), env,
				kit_incoming(env->arena, STR("a\0b\xff\x01")));

	EXPECT_STR("verified", t.verdict);
	EXPECT(strstr(t.json.p, "a\xe2\x90\x80"
				"b") != NULL);
}

/* --- advice --- */

static void expect_advice(const char *code, const char *text, const char *has)
{
	struct channel_answer answer = { .verdict = VERDICT_UNKNOWN };

	str_copy_cut(answer.code, sizeof(answer.code), str_of(code));
	str_copy_cut(answer.text, sizeof(answer.text), str_of(text));
	printf("# %s: %s\n", code, WECHAT.advice(&answer));
	EXPECT(strstr(WECHAT.advice(&answer), has) != NULL);
	EXPECT_INT(has[0] != '\0', WECHAT.advice(&answer)[0] != '\0');
}

static void operators_are_told_what_to_do(void)
{
	CALL(expect_advice("SIGN_ERROR",
			   "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
			   "clock"));
	CALL(expect_advice("SIGN_ERROR", "商户证书序列号有误", "serial_no is not"));
	CALL(expect_advice("SIGN_ERROR", "商户证书已过期", "ended"));
	CALL(expect_advice("SIGN_ERROR", "商户证书已作废", "revoked"));
	CALL(expect_advice("SIGN_ERROR", "商户未设置APIv3密钥", "no APIv3 key"));
	CALL(expect_advice("SIGN_ERROR", "错误的签名，验签失败", "private_key does not belong"));
	CALL(expect_advice("APPID_MCHID_NOT_MATCH", "", "bind this appid"));
	CALL(expect_advice("NO_AUTH", "", "apply for it"));
	CALL(expect_advice("SYSTEM_ERROR", "系统错误", ""));
	CALL(expect_advice("", "", ""));
}

static void what_does_not_verify_here_has_advice_too(void)
{
	const struct channel_env *env = kit_env();
	const struct {
		struct kit_signer signer;
		const char *has;
	} CASES[] = {
		{ { PEM.platform, PUBLIC_KEY_ID, NOW_S - 400 }, "clock" },
		{ { PEM.platform, CERT_SERIAL, NOW_S }, "public_key_id and public_key" },
		{ { PEM.other, PUBLIC_KEY_ID, NOW_S }, "public_key is not the one" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct channel_reply reply = kit_reply_by(env->arena, &CASES[i].signer, 200, "{}");
		struct channel_answer answer;
		struct channel_trade trade;

		WECHAT.query_read(kit_versions(KIT_PUBLIC), NUMBER, &reply, env, &answer, &trade);
		EXPECT(strstr(WECHAT.advice(&answer), CASES[i].has) != NULL);
	}
}

static const struct tap_test TESTS[] = {
	TEST(a_good_notice_is_shown_opened),
	TEST(a_good_answer_is_verified),
	TEST(each_reason_is_told_apart),
	TEST(a_notice_of_another_merchant_is_rejected_and_shown),
	TEST(a_return_of_the_browser_has_no_signature),
	TEST(bytes_that_are_no_text_are_shown_as_such),
	TEST(operators_are_told_what_to_do),
	TEST(what_does_not_verify_here_has_advice_too),
};

KIT_MAIN(TESTS)
