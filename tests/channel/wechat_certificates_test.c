/* The platform's certificates: opened by the APIv3 key, verified, and then used. */
#include "channel/wechat_kit.h"

#include "channel/wechat/config.h"

#define CENTURY_MS (INT64_C(36525) * 86400000)

struct read {
	struct channel_answer answer;
	struct channel_certificates list;
};

static const char *item(struct arena *a, const char *serial, const char *key, const char *plain)
{
	return arena_printf(a,
			    "{\"serial_no\":\"%s\",\"effective_time\":"
			    "\"2026-11-22T16:25:07+08:00\",\"expire_time\":"
			    "\"2126-10-29T16:25:07+08:00\",\"encrypt_certificate\":%s}",
			    serial, kit_resource(a, key, "", "certificate", plain));
}

static const char *list_of(struct arena *a, const char *items)
{
	return arena_printf(a, "{\"data\":[%s]}", items);
}

/* What the platform answers when all is right. */
static const char *right_list(struct arena *a)
{
	return list_of(a, item(a, CERT_SERIAL, API_V3_KEY, PEM.platform_certificate));
}

static struct read read_with(enum kit_mode mode, const struct channel_env *env,
			     struct channel_reply reply)
{
	struct read r;

	WECHAT.certificates_read(kit_versions(mode), &reply, env, &r.answer, &r.list);
	return r;
}

static void expect_doubt(const char *why, const char *code, const struct read *r)
{
	printf("# %s: %s %s\n", why, r->answer.code, r->answer.text);
	EXPECT_INT(VERDICT_UNKNOWN, r->answer.verdict);
	EXPECT_INT(0, r->list.n);
	EXPECT_INT(0, r->answer.key_version);
	if (code != NULL)
		EXPECT_STR(code, r->answer.code);
}

static void b12_the_first_list_is_verified_by_itself(void)
{
	const struct channel_env *env = kit_env();
	struct read r = read_with(
		KIT_NONE, env,
		kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, right_list(env->arena)));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(1, r.answer.key_version);
	EXPECT_INT(1, r.list.n);
	EXPECT_STR(CERT_SERIAL, r.list.at[0].serial);
	EXPECT(str_is(r.list.at[0].pem, PEM.platform_certificate));
	EXPECT(r.list.at[0].from_ms > 0 && r.list.at[0].expires_ms > NOW_MS);
}

static void what_was_fetched_verifies_what_follows(void)
{
	const struct channel_env *env = kit_env();
	struct channel_versions v = { .n = 1 };
	struct channel_trade trade;
	struct channel_answer answer;
	struct channel_config *c;
	struct channel_reply reply;
	char identity[33];
	struct read r = read_with(
		KIT_NONE, env,
		kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, right_list(env->arena)));

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_NONE], false, NOW_MS, identity, &c));
	v.config[0] = c;
	reply = kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, KIT_TRADE("SUCCESS", ""));
	WECHAT.query_read(&v, NUMBER, &reply, env, &answer, &trade);
	EXPECT_INT(VERDICT_UNKNOWN, answer.verdict);
	EXPECT_ERR(ERR_OK, WECHAT.certificate_add(c, r.list.at[0].pem));
	WECHAT.query_read(&v, NUMBER, &reply, env, &answer, &trade);
	EXPECT_INT(VERDICT_DONE, answer.verdict);
	EXPECT_INT(TRADE_PAID, trade.state);
	WECHAT.config_free(c);
}

static void b12_later_lists_are_verified_by_what_is_known_or_what_they_bring(void)
{
	const struct channel_env *env = kit_env();
	const char *body = right_list(env->arena);
	struct read r = read_with(KIT_CERT, env,
				  kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, body));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(1, r.list.n);
	r = read_with(KIT_PUBLIC, env, kit_reply_by(env->arena, &PLATFORM, 200, body));
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	/* Signed by a key that is new: the list brings it, sealed by the APIv3 key. */
	r = read_with(KIT_PUBLIC, env, kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, body));
	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_STR(CERT_SERIAL, r.list.at[0].serial);
	/* A name that is known, and another's signature: nothing that it brings helps. */
	r = read_with(KIT_OTHER, env, kit_reply_by(env->arena, &PLATFORM, 200, body));
	CALL(expect_doubt("another key", "tael.signature", &r));
}

static void lists_that_cannot_be_right_are_refused(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *good = item(a, CERT_SERIAL, API_V3_KEY, PEM.platform_certificate);
	const struct {
		const char *why, *code, *body;
	} CASES[] = {
		{ "another APIv3 key", "tael.api_v3_key",
		  list_of(a, item(a, CERT_SERIAL, "another0key0of0the0same0merchant",
				  PEM.platform_certificate)) },
		{ "another serial", "tael.signature",
		  list_of(a, item(a, "20260122", API_V3_KEY, PEM.platform_certificate)) },
		{ "no certificate", "tael.signature",
		  list_of(a, item(a, CERT_SERIAL, API_V3_KEY, "hello")) },
		{ "a public key", "tael.signature",
		  list_of(a, item(a, CERT_SERIAL, API_V3_KEY, PEM.platform_public)) },
		{ "one of two is wrong", "tael.signature",
		  list_of(a, arena_printf(
				     a, "%s,%s", good,
				     item(a, "20260122", API_V3_KEY, PEM.platform_certificate))) },
		{ "an empty list", "tael.signature", list_of(a, "") },
		{ "no list", "tael.signature", "{}" },
		{ "a list of numbers", "tael.signature", "{\"data\":[1]}" },
		{ "no JSON", "tael.signature", "<html>" },
		{ "nothing", "tael.signature", "" },
		{ "too many", "tael.signature",
		  list_of(a, arena_printf(a, "%s,%s,%s,%s,%s,%s,%s,%s,%s", good, good, good, good,
					  good, good, good, good, good)) },
		{ "signed by a certificate that is not in it", "tael.signature",
		  list_of(a, item(a, "20260122000000000000000000000001", API_V3_KEY,
				  PEM.app_certificate)) },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = read_with(
			KIT_NONE, env, kit_reply_by(a, &PLATFORM_CERTIFICATE, 200, CASES[i].body));

		CALL(expect_doubt(CASES[i].why, CASES[i].code, &r));
	}
}

static void the_first_list_must_be_signed_and_fresh(void)
{
	const struct channel_env *env = kit_env();
	const struct kit_signer SIGNERS[] = {
		{ PEM.other, CERT_SERIAL, NOW_S },
		{ PEM.platform, PUBLIC_KEY_ID, NOW_S },
		{ PEM.platform, CERT_SERIAL, NOW_S - 301 },
		{ PEM.platform, CERT_SERIAL, NOW_S + 301 },
	};
	const char *body = right_list(env->arena);
	struct channel_reply reply;
	struct read r;

	for (size_t i = 0; i < sizeof(SIGNERS) / sizeof(SIGNERS[0]); i++) {
		r = read_with(KIT_NONE, env, kit_reply_by(env->arena, &SIGNERS[i], 200, body));
		CALL(expect_doubt("signer", "tael.signature", &r));
	}
	r = read_with(KIT_NONE, env, kit_unsigned(200, body));
	CALL(expect_doubt("not signed", "tael.signature", &r));
	reply = kit_reply_by(env->arena, &PLATFORM_CERTIFICATE, 200, body);
	reply.call = ERR_TIMEOUT;
	r = read_with(KIT_NONE, env, reply);
	CALL(expect_doubt("no answer", NULL, &r));
	r = read_with(KIT_NONE, env,
		      kit_unsigned(404, "{\"code\":\"RESOURCE_NOT_EXISTS\",\"message\":"
					"\"无可用的平台证书\"}"));
	CALL(expect_doubt("a merchant with the public key only", "RESOURCE_NOT_EXISTS", &r));
}

static void certificates_that_are_over_are_left_out(void)
{
	const struct channel_env *env = kit_env();
	struct channel_env later = *env;
	struct kit_signer signer = { PEM.platform, CERT_SERIAL, NOW_S + CENTURY_MS / 1000 };
	struct read r;

	later.now_ms += CENTURY_MS;
	r = read_with(KIT_NONE, &later,
		      kit_reply_by(env->arena, &signer, 200, right_list(env->arena)));
	CALL(expect_doubt("over", "tael.signature", &r));
}

static const struct tap_test TESTS[] = {
	TEST(b12_the_first_list_is_verified_by_itself),
	TEST(what_was_fetched_verifies_what_follows),
	TEST(b12_later_lists_are_verified_by_what_is_known_or_what_they_bring),
	TEST(lists_that_cannot_be_right_are_refused),
	TEST(the_first_list_must_be_signed_and_fresh),
	TEST(certificates_that_are_over_are_left_out),
};

KIT_MAIN(TESTS)
