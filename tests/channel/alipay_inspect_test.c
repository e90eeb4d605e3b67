/* What `channel inspect` tells people. */
#include "channel/alipay_golden.h"
#include "channel/alipay_kit.h"

#include "sys/json.h"

#include <stdlib.h>

#define NODE                                                                                    \
	"{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER "\",\"qr_code\":\"https:\\/\\/qr.a\\/" \
	"b\"}"
#define NAME "alipay_trade_precreate_response"

static const struct kit_pair NOTICE[] = {
	{ "app_id", APP_ID },       { "notify_type", "trade_status_sync" },
	{ "out_trade_no", NUMBER }, { "seller_id", "2088000000000011" },
	{ "subject", "测试 + 1" },  { "trade_status", "TRADE_SUCCESS" },
};
enum { NOTICE_N = sizeof(NOTICE) / sizeof(NOTICE[0]) };

/* Inspects and compares verdict and reason; the reason may go on after what is wanted. */
static void expect_finding(const struct channel_env *env, enum kit_mode mode,
			   const struct channel_incoming *in, const char *verdict,
			   const char *reason)
{
	struct str found = ALIPAY.inspect(kit_versions(mode), in, env);
	char said[16] = "", why[300] = "", *content = malloc(131072);
	struct jin r;

	printf("# %s\n", found.p);
	jin_open(&r, found);
	jin_text(&r, "verdict", JIN_NEEDED, said, sizeof(said));
	jin_text(&r, "reason", JIN_NEEDED, why, sizeof(why));
	jin_object_text(&r, "content", JIN_NEEDED, content, 131072);
	free(content);
	EXPECT_ERR(ERR_OK, jin_done(&r));
	EXPECT_STR(verdict, said);
	EXPECT(strstr(why, reason) != NULL);
	EXPECT(strstr(found.p, "PRIVATE KEY") == NULL);
}

static void expect_body(const struct channel_env *env, const char *body, const char *verdict,
			const char *reason)
{
	struct channel_incoming in = kit_incoming(str_of(body), STR(""));

	expect_finding(env, KIT_SELLER, &in, verdict, reason);
}

static void answers_are_explained(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *sign = kit_sign(a, PEM.platform, str_of(NODE));
	const struct {
		const char *body, *verdict, *reason;
	} CASES[] = {
		{ kit_body(a, "precreate", NODE).p, "verified", "the signature fits" },
		{ kit_body_named(a, PEM.other, NAME, NODE).p, "rejected",
		  "signed with another key" },
		{ kit_body_named(a, PEM.app, NAME, NODE).p, "rejected",
		  "the application's own key" },
		{ arena_printf(a, "{\"" NAME "\":%s,\"sign\":\"%s\"}",
			       "{\"code\":\"10000\",\"out_trade_no\":\"" NUMBER
			       "\",\"qr_code\":\"https://qr.a/b\"}",
			       sign),
		  "rejected", "body was changed or re-encoded: its slashes" },
		{ arena_printf(a, "{\"" NAME "\":%s,\"sign\":\"%s\"}", "{\"code\":\"10000\"}",
			       sign),
		  "rejected", "body was changed or re-encoded after it was signed" },
		{ "{\"" NAME "\":" NODE "}", "rejected", "not signed" },
		{ "{\"" NAME "\":" NODE ",\"sign\":\"?\"}", "rejected", "signed with another key" },
		{ arena_printf(a, "{\"" NAME "\":%s,\"alipay_cert_sn\":\"77\",\"sign\":\"%s\"}",
			       NODE, kit_sign(a, PEM.other, str_of(NODE))),
		  "rejected", "the certificate 77, not the public key given" },
		{ "{\"a\":1", "rejected", "cut short" },
		{ "{}", "rejected", "not whole JSON" },
		{ "{\"a\":1}", "rejected", "no node" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		CALL(expect_body(env, CASES[i].body, CASES[i].verdict, CASES[i].reason));
}

static void the_certificate_wanted_is_named(void)
{
	const struct channel_env *env = kit_env();
	struct channel_incoming in = kit_incoming(
		str_of(arena_printf(env->arena,
				    "{\"" NAME "\":%s,\"alipay_cert_sn\":\"77\",\"sign\":"
				    "\"%s\"}",
				    NODE, kit_sign(env->arena, PEM.other, str_of(NODE)))),
		STR(""));

	CALL(expect_finding(env, KIT_CERT, &in, "rejected",
			    "the certificate 77, not " GOLDEN_ALIPAY_SN));
}

static const char *changed(struct arena *a, size_t i, const char *value)
{
	struct kit_pair pairs[NOTICE_N];

	memcpy(pairs, NOTICE, sizeof(pairs));
	pairs[i].value = value;
	return kit_form(a, PEM.platform, pairs, NOTICE_N).p;
}

static void notices_are_explained(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *good = kit_form(a, PEM.platform, NOTICE, NOTICE_N).p;
	char *spaced = arena_text(a, str_of(good)), *tampered = arena_text(a, str_of(good));
	char *twice = arena_alloc(a, 3 * strlen(good) + 1), *end = twice;

	/* A client that decoded the body wrongly: each %2B of the signature as a space. */
	for (char *plus = strstr(spaced, "&sign="); (plus = strstr(plus, "%2B")) != NULL;)
		memcpy(plus, "+++", 3);
	strstr(tampered, "TRADE_SUCCESS")[0] = 'X';
	/* A proxy that encoded the values once more. */
	for (const char *p = good; *p; p++) {
		*end++ = *p;
		if (*p == '%' && p < strstr(good, "&sign=")) {
			*end++ = '2';
			*end++ = '5';
		}
	}
	const struct {
		const char *body, *verdict, *reason;
	} CASES[] = {
		{ good, "verified", "the signature fits" },
		{ arena_printf(a, "\n%s\r\n", good), "verified", "the signature fits" },
		{ kit_form(a, PEM.other, NOTICE, NOTICE_N).p, "rejected",
		  "signed with another key" },
		{ kit_form(a, PEM.app, NOTICE, NOTICE_N).p, "rejected", "own key" },
		{ tampered, "rejected", "body was changed or re-encoded after it was signed" },
		{ twice, "rejected", "encoded twice" },
		{ spaced, "rejected", "a '+' in sign became a space" },
		{ changed(a, 0, "2021000000000002"), "rejected", "app_id differs" },
		{ changed(a, 3, "2088000000000012"), "rejected", "seller_id differs" },
		{ "a=1&b=2", "rejected", "not signed" },
		{ "a=1&sign=AAAA&sign_type=RSA", "rejected", "not RSA2" },
		{ "a=1&a=2", "rejected", "comes twice" },
		{ "<xml>", "rejected", "not signed" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		CALL(expect_body(env, CASES[i].body, CASES[i].verdict, CASES[i].reason));
}

static void returns_are_explained(void)
{
	const struct kit_pair pairs[] = {
		{ "app_id", APP_ID },
		{ "method", "alipay.trade.page.pay.return" },
		{ "out_trade_no", NUMBER },
		{ "seller_id", "2088000000000011" },
	};
	const struct channel_env *env = kit_env();
	const char *query = arena_printf(env->arena, "own=1&%s",
					 kit_form(env->arena, PEM.platform, pairs, 4).p);
	struct channel_incoming in = kit_incoming(STR(""), str_of(query));

	CALL(expect_finding(env, KIT_SELLER, &in, "verified", "the signature fits"));
	in.query = STR("");
	CALL(expect_finding(env, KIT_SELLER, &in, "rejected", "there is no form"));
}

static void the_text_that_was_verified_is_shown(void)
{
	const struct channel_env *env = kit_env();
	struct channel_incoming in =
		kit_incoming(kit_form(env->arena, PEM.platform, NOTICE, NOTICE_N), STR(""));
	struct str found = ALIPAY.inspect(kit_versions(KIT_KEY), &in, env);

	EXPECT(strstr(found.p, "\"signed_text\":\"app_id=" APP_ID
			       "&notify_type=trade_status_sync&out_trade_no=" NUMBER
			       "&seller_id=2088000000000011&subject=测试 + 1"
			       "&trade_status=TRADE_SUCCESS\"") != NULL);
	EXPECT(strstr(found.p, "\"fields\":{\"app_id\":\"" APP_ID "\"") != NULL);
	EXPECT(strstr(found.p, "\"kind\":\"notice\"") != NULL);
}

/* 64 KiB of what costs most: bytes that JSON writes as six. */
static void b15_the_arena_advised_is_enough(void)
{
	struct arena *bodies = arena_new(4 << 20), *small = arena_new(1 << 20);
	struct channel_env env = { .arena = small, .rand = rand_system(), .now_ms = NOW_MS };
	char *text = arena_alloc(bodies, 65537);
	struct channel_incoming form;
	struct channel_reply reply;
	struct channel_answer answer;
	struct channel_notice notice;
	struct channel_trade trade;
	char number[CHANNEL_NUMBER_MAX + 1];

	memset(text, '\x01', 65536);
	memcpy(text, "a=", 2);
	form = kit_incoming(str_of(text), str_of(text));
	EXPECT_ERR(ERR_SIGNATURE,
		   ALIPAY.notice_read(kit_versions(KIT_KEY), &form, &env, &answer, &notice));
	arena_reset(small);
	EXPECT_ERR(ERR_SIGNATURE, ALIPAY.return_read(kit_versions(KIT_KEY), &form, &env, number));
	arena_reset(small);
	env.arena = arena_new(4 << 20);
	EXPECT(ALIPAY.inspect(kit_versions(KIT_KEY), &form, &env).n > 6 * 65534);
	arena_free(env.arena);
	env.arena = small;
	memset(text + 2, 'x', 65534);
	reply = kit_reply(
		kit_body(bodies, "query",
			 arena_printf(bodies, "{\"code\":\"40004\",\"sub_msg\":\"%s\"}", text)));
	ALIPAY.query_read(kit_versions(KIT_KEY), NUMBER, &reply, &env, &answer, &trade);
	EXPECT_INT(1, answer.key_version);
	arena_free(small);
	arena_free(bodies);
}

static const struct tap_test TESTS[] = {
	TEST(answers_are_explained),
	TEST(the_certificate_wanted_is_named),
	TEST(notices_are_explained),
	TEST(returns_are_explained),
	TEST(the_text_that_was_verified_is_shown),
	TEST(b15_the_arena_advised_is_enough),
};

KIT_MAIN(TESTS)
