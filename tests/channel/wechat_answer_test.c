/* Which answers are believed, and what their codes mean. */
#include "channel/wechat_kit.h"

#define PAID KIT_TRADE("SUCCESS", ",\"store_name\":\"\\u6d4b \\/ \",\"rate\":0.6")
#define ABSENT "{\"code\":\"ORDER_NOT_EXIST\",\"message\":\"订单不存在\"}"

struct read {
	struct channel_answer answer;
	struct channel_trade trade;
};

static struct read query_with(const struct channel_versions *v, const struct channel_env *env,
			      struct channel_reply reply)
{
	struct read r;

	WECHAT.query_read(v, NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct read query(const struct channel_env *env, int status, const char *body)
{
	return query_with(kit_versions(KIT_PUBLIC), env, kit_reply(env->arena, status, body));
}

static void expect_doubt(const char *why, const struct read *r)
{
	printf("# %s: %s\n", why, r->answer.text);
	EXPECT_INT(VERDICT_UNKNOWN, r->answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r->trade.state);
	EXPECT(r->answer.text[0] != '\0');
	EXPECT(strpbrk(r->answer.text, "\r\n") == NULL);
}

static void signed_answers_are_believed_byte_for_byte(void)
{
	struct read r = query(kit_env(), 200, PAID);

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_PAID, r.trade.state);
	EXPECT_INT(10, r.trade.fen);
	EXPECT_INT(9, r.trade.payer_fen);
	EXPECT_INT(-1, r.trade.settle_fen);
	EXPECT_INT(-1, r.trade.refunded_fen);
	EXPECT_INT(NOW_MS + 62000, r.trade.paid_at_ms);
	EXPECT_STR(NUMBER, r.trade.number);
	EXPECT_STR(TRADE_NO, r.trade.trade_no);
	EXPECT_STR("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", r.trade.payer);
	EXPECT_STR("SUCCESS", r.answer.code);
	EXPECT_INT(1, r.answer.key_version);
}

static void b22_b4_doubtful_answers_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const struct {
		const char *why;
		struct kit_signer signer;
		int status;
		const char *body;
	} CASES[] = {
		{ "signed by the shop itself", { PEM.app, PUBLIC_KEY_ID, NOW_S }, 200, PAID },
		{ "another key", { PEM.other, PUBLIC_KEY_ID, NOW_S }, 200, PAID },
		{ "a serial that nobody knows", { PEM.platform, CERT_SERIAL, NOW_S }, 200, PAID },
		{ "another public key", { PEM.platform, "PUB_KEY_ID_1", NOW_S }, 200, PAID },
		{ "too old", { PEM.platform, PUBLIC_KEY_ID, NOW_S - 301 }, 200, PAID },
		{ "too new", { PEM.platform, PUBLIC_KEY_ID, NOW_S + 301 }, 200, PAID },
		{ "no body", { PEM.platform, PUBLIC_KEY_ID, NOW_S }, 200, "" },
		{ "HTML", { PEM.platform, PUBLIC_KEY_ID, NOW_S }, 200, "<html></html>" },
		{ "text after it", { PEM.platform, PUBLIC_KEY_ID, NOW_S }, 200, PAID "x" },
		{ "202", { PEM.platform, PUBLIC_KEY_ID, NOW_S }, 202, PAID },
		{ "204", { PEM.platform, PUBLIC_KEY_ID, NOW_S }, 204, "" },
		{ "absent, by another key", { PEM.other, PUBLIC_KEY_ID, NOW_S }, 404, ABSENT },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = query_with(
			kit_versions(KIT_PUBLIC), env,
			kit_reply_by(a, &CASES[i].signer, CASES[i].status, CASES[i].body));

		CALL(expect_doubt(CASES[i].why, &r));
	}
	struct read r = query_with(kit_versions(KIT_PUBLIC), env, kit_unsigned(200, PAID));

	CALL(expect_doubt("not signed", &r));
	r = query_with(kit_versions(KIT_PUBLIC), env, kit_unsigned(404, ABSENT));
	CALL(expect_doubt("absent, but not signed", &r));
	r = query_with(kit_versions(KIT_NONE), env, kit_reply(a, 200, PAID));
	CALL(expect_doubt("no key yet", &r));
}

static void answers_are_taken_for_five_minutes(void)
{
	const struct channel_env *env = kit_env();
	static const int64_t AT[] = { NOW_S - 300, NOW_S + 300 };

	for (size_t i = 0; i < 2; i++) {
		struct kit_signer signer = { PEM.platform, PUBLIC_KEY_ID, AT[i] };
		struct read r = query_with(kit_versions(KIT_PUBLIC), env,
					   kit_reply_by(env->arena, &signer, 200, PAID));

		EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	}
}

static void b22_truncated_and_changed_answers_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(env->arena, 200, PAID);
	char *changed = arena_text(env->arena, reply.body);
	size_t n = reply.body.n;

	reply.body.p = changed;
	for (size_t i = 0; i < n; i++) {
		reply.body.n = i;
		EXPECT_INT(VERDICT_UNKNOWN,
			   query_with(kit_versions(KIT_PUBLIC), env, reply).answer.verdict);
		reply.body.n = n;
		changed[i] ^= 1;
		EXPECT_INT(VERDICT_UNKNOWN,
			   query_with(kit_versions(KIT_PUBLIC), env, reply).answer.verdict);
		changed[i] ^= 1;
	}
	EXPECT_INT(VERDICT_DONE, query_with(kit_versions(KIT_PUBLIC), env, reply).answer.verdict);
}

static void b14_reescaped_slashes_do_not_verify(void)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(env->arena, 200, PAID);
	char *body = arena_text(env->arena, reply.body), *slash = strstr(body, "\\/");

	memmove(slash, slash + 1, strlen(slash));
	reply.body = str_of(body);

	struct read r = query_with(kit_versions(KIT_PUBLIC), env, reply);

	CALL(expect_doubt("unescaped", &r));
}

static void b13_header_fields_that_are_missing_or_come_twice_are_refused(void)
{
	static const char *const NAMES[] = { "Wechatpay-Timestamp", "wechatpay-nonce",
					     "Wechatpay-Signature", "WECHATPAY-SERIAL" };
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(env->arena, 200, PAID);
	const char *headers = reply.headers;

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		const char *line = strstr(headers, NAMES[i]);
		int line_n = (int)(strstr(line, "\r\n") - line) + 2;
		struct read r;

		reply.headers = arena_printf(env->arena, "%s%.*s", headers, line_n, line);
		/* The empty line stands before it there; a reader of lines does not mind. */
		r = query_with(kit_versions(KIT_PUBLIC), env, reply);
		CALL(expect_doubt("twice", &r));
		reply.headers = arena_printf(env->arena, "%.*s%s", (int)(line - headers), headers,
					     line + line_n);
		r = query_with(kit_versions(KIT_PUBLIC), env, reply);
		CALL(expect_doubt("missing", &r));
		reply.headers =
			arena_printf(env->arena, "%.*s%.*s folded\r\n%s", (int)(line - headers),
				     headers, line_n, line, line + line_n);
		r = query_with(kit_versions(KIT_PUBLIC), env, reply);
		CALL(expect_doubt("folded", &r));
	}
	/* Bare newlines, and blanks around: the same lines. */
	char *plain = arena_text(env->arena, str_of(headers)), *to = plain;

	for (const char *from = headers; *from; from++)
		if (*from != '\r')
			*to++ = *from;
	*to = '\0';
	reply.headers = plain;
	EXPECT_INT(VERDICT_DONE, query_with(kit_versions(KIT_PUBLIC), env, reply).answer.verdict);
}

static void b5_probes_fail_like_any_bad_signature(void)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(env->arena, 200, PAID);
	const char *at = strstr(reply.headers, "Wechatpay-Signature: ") + 21;

	reply.headers = arena_printf(env->arena, "%.*sWECHATPAY/SIGNTEST/%s",
				     (int)(at - reply.headers), reply.headers, at);

	struct read r = query_with(kit_versions(KIT_PUBLIC), env, reply);

	CALL(expect_doubt("probe", &r));
}

static void b12_public_key_and_certificate_are_both_accepted(void)
{
	const struct channel_env *env = kit_env();
	struct channel_reply by_key = kit_reply_by(env->arena, &PLATFORM, 200, PAID);
	struct channel_reply by_certificate =
		kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, PAID);
	struct channel_versions two = kit_two_versions(KIT_PUBLIC, KIT_CERT);

	EXPECT_INT(1, query_with(kit_versions(KIT_BOTH), env, by_key).answer.key_version);
	EXPECT_INT(1, query_with(kit_versions(KIT_BOTH), env, by_certificate).answer.key_version);
	EXPECT_INT(1, query_with(kit_versions(KIT_CERT), env, by_certificate).answer.key_version);
	EXPECT_INT(VERDICT_UNKNOWN, query_with(kit_versions(KIT_CERT), env, by_key).answer.verdict);
	EXPECT_INT(1, query_with(&two, env, by_key).answer.key_version);
	EXPECT_INT(2, query_with(&two, env, by_certificate).answer.key_version);
}

static void b11_an_older_version_still_verifies(void)
{
	const struct channel_env *env = kit_env();
	struct channel_versions two = kit_two_versions(KIT_OTHER, KIT_PUBLIC);
	struct read r = query_with(&two, env, kit_reply(env->arena, 200, PAID));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(2, r.answer.key_version);
}

static void f4_a9_no_answer_is_no_refusal(void)
{
	static const enum err CALLS[] = { ERR_TIMEOUT, ERR_NETWORK, ERR_TOO_LARGE,
					  ERR_ADDRESS_BLOCKED };
	static const int STATUSES[] = { 0, 201, 202, 204, 302, 500, 502, 503 };
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(env->arena, 200, PAID);

	for (size_t i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++) {
		reply.call = CALLS[i];
		EXPECT_INT(VERDICT_UNKNOWN,
			   query_with(kit_versions(KIT_PUBLIC), env, reply).answer.verdict);
	}
	for (size_t i = 0; i < sizeof(STATUSES) / sizeof(STATUSES[0]); i++) {
		struct channel_create ask = kit_create("wechat.qr");
		struct channel_created created;
		struct channel_answer answer;

		reply = kit_reply(env->arena, STATUSES[i],
				  "{\"code\":\"PARAM_ERROR\",\"message\":\"参数错误\"}");
		WECHAT.create_read(kit_versions(KIT_PUBLIC), &ask, &reply, env, &answer, &created);
		EXPECT_INT(VERDICT_UNKNOWN, answer.verdict);
	}
}

static void b15_huge_and_deep_answers_are_doubted(void)
{
	const struct channel_env *env = kit_env();
	char *body = arena_alloc(env->arena, 200001);
	struct read r;

	memset(body, '[', 200000);
	r = query_with(kit_versions(KIT_PUBLIC), env, kit_reply(env->arena, 200, body));
	CALL(expect_doubt("huge", &r));
	body[20000] = '\0';
	r = query_with(kit_versions(KIT_PUBLIC), env, kit_reply(env->arena, 200, body));
	CALL(expect_doubt("deep", &r));
	r = query_with(kit_versions(KIT_PUBLIC), env, kit_reply(env->arena, 404, body));
	CALL(expect_doubt("deep", &r));
}

/* --- the codes --- */

static void codes_mean_the_same_with_and_without_underscores(void)
{
	static const struct {
		int status;
		const char *code;
		enum verdict verdict, when_unsigned;
	} CASES[] = {
		{ 401, "SIGN_ERROR", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 401, "SIGNERROR", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 400, "PARAM_ERROR", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 403, "NO_AUTH", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 403, "NOAUTH", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 400, "APPID_MCHID_NOT_MATCH", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 404, "MCH_NOT_EXISTS", VERDICT_REFUSED, VERDICT_REFUSED },
		{ 403, "RULE_LIMIT", VERDICT_REFUSED, VERDICT_UNKNOWN },
		{ 403, "RULELIMIT", VERDICT_REFUSED, VERDICT_UNKNOWN },
		{ 403, "ACCOUNTERROR", VERDICT_REFUSED, VERDICT_UNKNOWN },
		{ 429, "FREQUENCY_LIMITED", VERDICT_LATER, VERDICT_LATER },
		{ 429, "RATELIMIT_EXCEEDED", VERDICT_LATER, VERDICT_LATER },
		{ 429, "PARAM_ERROR", VERDICT_LATER, VERDICT_LATER },
		{ 403, "TRADE_ERROR", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 400, "SYSTEM_ERROR", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 500, "SIGN_ERROR", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 503, "NO_AUTH", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 200, "PARAM_ERROR", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 400, "NEWS_OF_TOMORROW", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 400, "", VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ 403, "________________________________________________________________NO_AUTH",
		  VERDICT_REFUSED, VERDICT_REFUSED },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct channel_create ask = kit_create("wechat.qr");
		const char *body = arena_printf(env->arena, "{\"code\":\"%s\",\"message\":\"\"}",
						CASES[i].code);
		struct channel_reply reply = kit_reply(env->arena, CASES[i].status, body);
		struct channel_created created;
		struct channel_answer answer;

		printf("# %d %s\n", CASES[i].status, CASES[i].code);
		WECHAT.create_read(kit_versions(KIT_PUBLIC), &ask, &reply, env, &answer, &created);
		EXPECT_INT(CASES[i].verdict, answer.verdict);
		reply = kit_unsigned(CASES[i].status, body);
		WECHAT.create_read(kit_versions(KIT_PUBLIC), &ask, &reply, env, &answer, &created);
		EXPECT_INT(CASES[i].when_unsigned, answer.verdict);
	}
}

static void errors_are_told_with_their_field(void)
{
	struct read r = query(kit_env(), 400,
			      "{\"code\":\"PARAM_ERROR\",\"message\":\"参数错误\",\"detail\":"
			      "{\"field\":\"/amount/currency\",\"value\":\"XYZ\",\"issue\":"
			      "\"Currency code is invalid\",\"location\":\"body\"}}");

	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_STR("PARAM_ERROR", r.answer.code);
	EXPECT_STR("HTTP 400 参数错误 (/amount/currency: Currency code is invalid)", r.answer.text);
	r = query(kit_env(), 401,
		  "{\"code\":\"SIGN_ERROR\",\"detail\":{\"detail\":{\"issue\":\"sign not match\"},"
		  "\"field\":\"signature\",\"location\":\"authorization\"},\"message\":"
		  "\"签名错误\"}");
	EXPECT_STR("HTTP 401 签名错误 (signature)", r.answer.text);
	r = query(kit_env(), 400, "{\"code\":\"X\",\"message\":\"y\",\"detail\":[1]}");
	EXPECT_STR("HTTP 400 y", r.answer.text);
}

static const struct tap_test TESTS[] = {
	TEST(signed_answers_are_believed_byte_for_byte),
	TEST(b22_b4_doubtful_answers_tell_nothing),
	TEST(answers_are_taken_for_five_minutes),
	TEST(b22_truncated_and_changed_answers_tell_nothing),
	TEST(b14_reescaped_slashes_do_not_verify),
	TEST(b13_header_fields_that_are_missing_or_come_twice_are_refused),
	TEST(b5_probes_fail_like_any_bad_signature),
	TEST(b12_public_key_and_certificate_are_both_accepted),
	TEST(b11_an_older_version_still_verifies),
	TEST(f4_a9_no_answer_is_no_refusal),
	TEST(b15_huge_and_deep_answers_are_doubted),
	TEST(codes_mean_the_same_with_and_without_underscores),
	TEST(errors_are_told_with_their_field),
};

KIT_MAIN(TESTS)
