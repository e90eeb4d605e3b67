/* Which answers are believed: the signature over the raw node, the number, the codes. */
#include "channel/alipay_golden.h"
#include "channel/alipay_kit.h"

#define PAID                                                                                      \
	"{\"code\":\"10000\",\"msg\":\"Success\",\"buyer_logon_id\":\"a}b{,\\\"sign\\\":\\\"x\"," \
	"\"out_trade_no\":\"" NUMBER "\",\"send_pay_date\":\"2026-11-22 16:01:02\","              \
	"\"store_name\":\"\\u6d4b \\/ ]}\",\"total_amount\":\"0.10\",\"trade_no\":\"" TRADE_NO    \
	"\",\"trade_status\":\"TRADE_SUCCESS\"}"
#define NOT_EXIST                                          \
	"{\"code\":\"40004\",\"msg\":\"Business Failed\"," \
	"\"sub_code\":\"ACQ.TRADE_NOT_EXIST\",\"sub_msg\":\"交易不存在\"}"
#define NAME "alipay_trade_query_response"

struct read {
	struct channel_answer answer;
	struct channel_trade trade;
};

static struct read read_with(const struct channel_versions *v, const struct channel_env *env,
			     struct str body)
{
	struct channel_reply reply = kit_reply(body);
	struct read r;

	ALIPAY.query_read(v, NUMBER, &reply, env, &r.answer, &r.trade);
	return r;
}

static struct read read_body(const struct channel_env *env, struct str body)
{
	return read_with(kit_versions(KIT_KEY), env, body);
}

static void expect_doubt(const struct channel_env *env, const char *why, struct str body)
{
	struct read r = read_body(env, body);

	printf("# %s: %s\n", why, r.answer.text);
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	EXPECT(r.answer.text[0] != '\0');
	EXPECT(strpbrk(r.answer.text, "\r\n") == NULL);
}

static void signed_answers_are_believed_byte_for_byte(void)
{
	const struct channel_env *env = kit_env();
	struct read r = read_body(env, kit_body(env->arena, "query", PAID));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(TRADE_PAID, r.trade.state);
	EXPECT_INT(10, r.trade.fen);
	EXPECT_STR(NUMBER, r.trade.number);
	EXPECT_STR(TRADE_NO, r.trade.trade_no);
	EXPECT_STR("a}b{,\"sign\":\"x", r.trade.payer);
	EXPECT_INT(1, r.answer.key_version);
	EXPECT_STR("10000", r.answer.code);
}

static void the_node_is_found_wherever_it_stands(void)
{
	const struct channel_env *env = kit_env();
	const char *sign = kit_sign(env->arena, PEM.platform, str_of(PAID));
	const char *const SHAPES[] = {
		"{\"sign\":\"%s\",\"" NAME "\":" PAID "}",
		"{\"new\":[1,{\"" NAME "\":{}}],\"sign\":\"%s\",\"" NAME "\":" PAID "}",
		" \n{ \"" NAME "\"\t:\r\n " PAID " , \"sign\" : \"%s\" , \"x\":null}\n",
	};

	for (size_t i = 0; i < sizeof(SHAPES) / sizeof(SHAPES[0]); i++) {
		const char *split = strstr(SHAPES[i], "%s");
		const char *body = arena_printf(env->arena, "%.*s%s%s", (int)(split - SHAPES[i]),
						SHAPES[i], sign, split + 2);

		EXPECT_INT(VERDICT_DONE, read_body(env, str_of(body)).answer.verdict);
	}
}

static void b22_b4_doubtful_bodies_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	const char *sign = kit_sign(env->arena, PEM.platform, str_of(PAID));
	struct arena *a = env->arena;
	const struct {
		const char *why, *body;
	} CASES[] = {
		{ "empty", "" },
		{ "HTML", "<html><body>502 Bad Gateway</body></html>" },
		{ "not an object", "[]" },
		{ "text after it",
		  arena_printf(a, "{\"" NAME "\":%s,\"sign\":\"%s\"}x", PAID, sign) },
		{ "no signature", "{\"" NAME "\":" PAID "}" },
		{ "empty signature", "{\"" NAME "\":" PAID ",\"sign\":\"\"}" },
		{ "signature of the shop itself", kit_body_named(a, PEM.app, NAME, PAID).p },
		{ "another key", kit_body_named(a, PEM.other, NAME, PAID).p },
		{ "not base64", "{\"" NAME "\":" PAID ",\"sign\":\"?\"}" },
		{ "signature is a number", "{\"" NAME "\":" PAID ",\"sign\":1}" },
		{ "node twice", arena_printf(a, "{\"" NAME "\":%s,\"" NAME "\":%s,\"sign\":\"%s\"}",
					     PAID, PAID, sign) },
		{ "node beside error_response",
		  arena_printf(a, "{\"error_response\":%s,\"" NAME "\":%s,\"sign\":\"%s\"}", PAID,
			       PAID, sign) },
		{ "two signatures",
		  arena_printf(a, "{\"" NAME "\":%s,\"sign\":\"%s\",\"sign\":\"%s\"}", PAID, sign,
			       sign) },
		{ "escaped name",
		  arena_printf(a, "{\"alipay\\u005ftrade_query_response\":%s,\"sign\":\"%s\"}",
			       PAID, sign) },
		{ "escaped name beside the node",
		  arena_printf(a,
			       "{\"" NAME "\":%s,\"alipay\\u005ftrade_query_response\":{},"
			       "\"sign\":\"%s\"}",
			       PAID, sign) },
		{ "node of another method",
		  arena_printf(a, "{\"alipay_trade_close_response\":%s,\"sign\":\"%s\"}", PAID,
			       sign) },
		{ "success as error_response",
		  kit_body_named(a, PEM.platform, "error_response", PAID).p },
		{ "encrypted node", kit_body(a, "query", "\"4AOYHE0rpPnRnghunsGo\"").p },
		{ "node without code", kit_body(a, "query", "{\"msg\":\"Success\"}").p },
		{ "code is a number", kit_body(a, "query", "{\"code\":10000}").p },
		{ "node is no JSON", kit_body(a, "query", "{\"code\":\"10000\",}").p },
		{ "member twice",
		  kit_body(a, "query", "{\"code\":\"10000\",\"code\":\"10000\"}").p },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		CALL(expect_doubt(env, CASES[i].why, str_of(CASES[i].body)));
}

static void encrypted_answers_are_named_as_what_they_are(void)
{
	const struct channel_env *env = kit_env();
	struct read r = read_body(env, kit_body(env->arena, "query", "\"4AOYHE0rpPnRnghunsGo\""));

	EXPECT_STR("the node is not an object", r.answer.text);
}

static void b22_truncated_answers_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_body(env->arena, "query", PAID);

	for (size_t n = 0; n < body.n; n++)
		EXPECT_INT(VERDICT_UNKNOWN,
			   read_body(env, (struct str){ body.p, n }).answer.verdict);
}

static void b22_a_changed_byte_is_noticed(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_body(env->arena, "query", PAID);
	char *changed = arena_text(env->arena, body);

	for (size_t i = strlen(NAME) + 4; i < strlen(NAME) + strlen(PAID) + 4; i++) {
		changed[i] ^= 1;
		EXPECT_INT(VERDICT_UNKNOWN,
			   read_body(env, (struct str){ changed, body.n }).answer.verdict);
		changed[i] ^= 1;
	}
	EXPECT_INT(VERDICT_DONE, read_body(env, str_of(changed)).answer.verdict);
}

static void b14_reescaped_slashes_do_not_verify(void)
{
	const struct channel_env *env = kit_env();
	const char *sign = kit_sign(env->arena, PEM.platform, str_of(PAID));
	char *node = arena_text(env->arena, str_of(PAID));
	char *slash = strstr(node, "\\/");

	memmove(slash, slash + 1, strlen(slash));
	CALL(expect_doubt(
		env, "unescaped",
		str_of(arena_printf(env->arena, "{\"" NAME "\":%s,\"sign\":\"%s\"}", node, sign))));
}

static void f4_a9_no_answer_is_no_refusal(void)
{
	static const enum err CALLS[] = { ERR_TIMEOUT, ERR_NETWORK, ERR_TOO_LARGE,
					  ERR_ADDRESS_BLOCKED };
	static const int STATUSES[] = { 0, 201, 204, 302, 400, 403, 404, 429, 500, 502, 503 };
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "query", PAID));
	struct read r;

	for (size_t i = 0; i < sizeof(CALLS) / sizeof(CALLS[0]); i++) {
		reply.call = CALLS[i];
		ALIPAY.query_read(kit_versions(KIT_KEY), NUMBER, &reply, env, &r.answer, &r.trade);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	}
	reply.call = ERR_OK;
	for (size_t i = 0; i < sizeof(STATUSES) / sizeof(STATUSES[0]); i++) {
		reply.status = STATUSES[i];
		ALIPAY.query_read(kit_versions(KIT_KEY), NUMBER, &reply, env, &r.answer, &r.trade);
		EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	}
}

static void d6_answers_about_another_number_tell_nothing(void)
{
	const struct channel_env *env = kit_env();
	struct channel_reply reply = kit_reply(kit_body(env->arena, "query", PAID));
	struct read r;

	ALIPAY.query_read(kit_versions(KIT_KEY), "att0000000000002", &reply, env, &r.answer,
			  &r.trade);
	EXPECT_INT(VERDICT_UNKNOWN, r.answer.verdict);
	EXPECT_INT(TRADE_ABSENT, r.trade.state);
	EXPECT(strstr(r.answer.text, NUMBER) != NULL);
	/* Nor does one that names none. */
	CALL(expect_doubt(
		env, "no number",
		kit_body(env->arena, "query",
			 "{\"code\":\"10000\",\"msg\":\"Success\",\"total_amount\":\"0.10\","
			 "\"trade_status\":\"TRADE_SUCCESS\",\"trade_no\":\"" TRADE_NO "\"}")));
}

static void b11_any_version_may_verify(void)
{
	const struct channel_versions both = {
		.config = { kit_config(KIT_OTHER), kit_config(KIT_KEY) }, .n = 2
	};
	const struct channel_env *env = kit_env();
	struct read r = read_with(&both, env, kit_body(env->arena, "query", PAID));

	EXPECT_INT(VERDICT_DONE, r.answer.verdict);
	EXPECT_INT(2, r.answer.key_version);
	EXPECT_INT(VERDICT_UNKNOWN, read_with(&(struct channel_versions){ .n = 0 }, env,
					      kit_body(env->arena, "query", PAID))
					    .answer.verdict);
}

static int version_of(const struct channel_versions *v, const struct channel_env *env,
		      const char *serial, const char *sign)
{
	const char *body = arena_printf(
		env->arena, "{\"" NAME "\":%s,\"alipay_cert_sn\":\"%s\",\"sign\":\"%s\"}", PAID,
		serial, sign);

	return read_with(v, env, str_of(body)).answer.key_version;
}

static void certificates_are_chosen_by_their_serial(void)
{
	const struct channel_versions both = {
		.config = { kit_config(KIT_KEY), kit_config(KIT_CERT) }, .n = 2
	};
	const struct channel_env *env = kit_env();
	const char *sign = kit_sign(env->arena, PEM.platform, str_of(PAID));

	/* Both versions have the same key: the serial says which is meant. */
	EXPECT_INT(2, version_of(&both, env, GOLDEN_ALIPAY_SN, sign));
	/* A serial that nobody has: each is tried. */
	EXPECT_INT(1, version_of(&both, env, "0", sign));
}

static void codes_mean_what_the_table_says(void)
{
	static const struct {
		const char *code, *sub_code;
		enum verdict verified, unsigned_;
	} CASES[] = {
		/* clang-format off */
		{ "20000", "isp.unknow-error",             VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "20000", "aop.SYSTEM_ERROR",             VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "20001", "aop.invalid-auth-token",       VERDICT_REFUSED, VERDICT_REFUSED },
		{ "40001", "isv.missing-signature",        VERDICT_REFUSED, VERDICT_REFUSED },
		{ "40002", "isv.invalid-signature",        VERDICT_REFUSED, VERDICT_REFUSED },
		{ "40003", "isv.missing-signature-config", VERDICT_REFUSED, VERDICT_REFUSED },
		{ "40006", "isv.insufficient-isv-permissions", VERDICT_REFUSED, VERDICT_REFUSED },
		{ "40005", "isv.app-call-limited",         VERDICT_LATER,   VERDICT_LATER },
		{ "40004", "ACQ.PARTNER_ERROR",            VERDICT_REFUSED, VERDICT_UNKNOWN },
		{ "40004", "ACQ.TRADE_HAS_SUCCESS",        VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "40004", "ACQ.SYSTEM_ERROR",             VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "40004", "AQC.SYSTEM_ERROR",             VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "40004", "SYSTEM_ERROR",                 VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "40004", "ACQ.SOMETHING_NEW",            VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "40004", "",                             VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		{ "50000", "",                             VERDICT_UNKNOWN, VERDICT_UNKNOWN },
		/* clang-format on */
	};
	struct channel_create ask = kit_create("alipay.qr");

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct arena *a = env->arena;
		const char *node =
			arena_printf(a, "{\"code\":\"%s\",\"msg\":\"m\",\"sub_code\":\"%s\"}",
				     CASES[i].code, CASES[i].sub_code);
		struct channel_reply reply = kit_reply(kit_body(a, "precreate", node));
		struct channel_created created;
		struct channel_answer answer;

		printf("# %s %s\n", CASES[i].code, CASES[i].sub_code);
		ALIPAY.create_read(kit_versions(KIT_KEY), &ask, &reply, env, &answer, &created);
		EXPECT_INT(CASES[i].verified, answer.verdict);
		EXPECT_STR(CASES[i].sub_code[0] ? CASES[i].sub_code : CASES[i].code, answer.code);
		reply.body = str_of(arena_printf(a, "{\"error_response\":%s}", node));
		ALIPAY.create_read(kit_versions(KIT_KEY), &ask, &reply, env, &answer, &created);
		EXPECT_INT(CASES[i].unsigned_, answer.verdict);
		EXPECT_INT(ACTION_NONE, created.action.type);
		EXPECT_INT(0, answer.key_version);
	}
}

static void queries_are_never_refused(void)
{
	const struct channel_env *env = kit_env();

	CALL(expect_doubt(
		env, "bad signature at the gateway",
		STR("{\"error_response\":{\"code\":\"40002\",\"msg\":\"Invalid Arguments\","
		    "\"sub_code\":\"isv.invalid-signature\"}}")));
	CALL(expect_doubt(env, "unsigned not-found", STR("{\"" NAME "\":" NOT_EXIST "}")));
}

static void a_payers_code_reaches_no_text(void)
{
	const struct channel_env *env = kit_env();
	struct read r = read_body(
		env, STR("{\"error_response\":{\"code\":\"40002\",\"msg\":\"Invalid Arguments\","
			 "\"sub_code\":\"isv.invalid-signature\",\"sub_msg\":\"built: "
			 "{\\\"auth_code\\\":"
			 "\\\"28763443825664394\\\"} " TRADE_NO "\\nnext\"}}"));

	EXPECT(strstr(r.answer.text, "28763443825664394") == NULL);
	EXPECT(strstr(r.answer.text, "*****************") != NULL);
	EXPECT(strstr(r.answer.text, TRADE_NO " next") != NULL);
}

static const struct tap_test TESTS[] = {
	TEST(signed_answers_are_believed_byte_for_byte),
	TEST(the_node_is_found_wherever_it_stands),
	TEST(b22_b4_doubtful_bodies_tell_nothing),
	TEST(encrypted_answers_are_named_as_what_they_are),
	TEST(b22_truncated_answers_tell_nothing),
	TEST(b22_a_changed_byte_is_noticed),
	TEST(b14_reescaped_slashes_do_not_verify),
	TEST(f4_a9_no_answer_is_no_refusal),
	TEST(d6_answers_about_another_number_tell_nothing),
	TEST(b11_any_version_may_verify),
	TEST(certificates_are_chosen_by_their_serial),
	TEST(codes_mean_what_the_table_says),
	TEST(queries_are_never_refused),
	TEST(a_payers_code_reaches_no_text),
};

KIT_MAIN(TESTS)
