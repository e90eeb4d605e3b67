/* Notices: verified over the bytes that came, opened, and compared with what is ours. */
#include "channel/wechat_kit.h"

#include "base/check.h"

#define PAID KIT_TRADE("SUCCESS", "")
#define REFUND(status)                                                                             \
	"{\"mchid\":\"" MCH_ID "\",\"transaction_id\":\"" TRADE_NO "\",\"out_trade_no\":\"" NUMBER \
	"\",\"refund_id\":\"50000000382019052709732678859\",\"out_refund_no\":\"" REFUND_NUMBER    \
	"\",\"refund_status\":\"" status                                                           \
	"\",\"success_time\":\"2026-11-22T16:00:05+08:00\",\"user_received_account\":\"零钱\","  \
	"\"amount\":{\"total\":10,\"refund\":4,\"payer_total\":9,\"payer_refund\":4}}"

struct read {
	enum err e;
	struct channel_answer answer;
	struct channel_notice notice;
};

static struct read read_with(const struct channel_versions *v, const struct channel_env *env,
			     struct channel_incoming in)
{
	struct read r;

	r.e = WECHAT.notice_read(v, &in, env, &r.answer, &r.notice);
	CHECK((r.e == ERR_OK) == (r.answer.verdict == VERDICT_DONE));
	return r;
}

static struct read read_body(const struct channel_env *env, struct str body)
{
	return read_with(kit_versions(KIT_PUBLIC), env, kit_incoming(env->arena, body));
}

static struct read read_paid(const char *plain)
{
	const struct channel_env *env = kit_env();

	return read_body(env,
			 kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction", plain));
}

static void a_payment_is_told(void)
{
	struct read r = read_paid(PAID);

	EXPECT_ERR(ERR_OK, r.e);
	EXPECT_INT(NOTICE_TRADE, r.notice.kind);
	EXPECT_INT(TRADE_PAID, r.notice.trade.state);
	EXPECT_STR(NUMBER, r.notice.trade.number);
	EXPECT_STR(TRADE_NO, r.notice.trade.trade_no);
	EXPECT_INT(10, r.notice.trade.fen);
	EXPECT_INT(9, r.notice.trade.payer_fen);
	EXPECT_INT(NOW_MS + 62000, r.notice.trade.paid_at_ms);
	EXPECT_STR("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", r.notice.trade.payer);
	EXPECT_STR("EV-2018022511223320873", r.notice.notice_id);
	EXPECT_STR("TRANSACTION.SUCCESS", r.answer.code);
	EXPECT_INT(1, r.answer.key_version);
}

static void f6_refunds_are_told_in_each_of_their_ends(void)
{
	static const struct {
		const char *event, *plain;
		enum channel_refund_state state;
	} CASES[] = {
		{ "REFUND.SUCCESS", REFUND("SUCCESS"), CHANNEL_REFUND_DONE },
		{ "REFUND.ABNORMAL", REFUND("ABNORMAL"), CHANNEL_REFUND_ABNORMAL },
		{ "REFUND.CLOSED", REFUND("CLOSED"), CHANNEL_REFUND_FAILED },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct channel_env *env = kit_env();
		struct read r = read_body(
			env, kit_notice_body(env->arena, CASES[i].event, "refund", CASES[i].plain));

		EXPECT_ERR(ERR_OK, r.e);
		EXPECT_INT(NOTICE_REFUND, r.notice.kind);
		EXPECT_INT(CASES[i].state, r.notice.refund.state);
		EXPECT_INT(4, r.notice.refund.fen);
		EXPECT_STR(REFUND_NUMBER, r.notice.refund_number);
		EXPECT_STR("50000000382019052709732678859", r.notice.refund.refund_no);
		EXPECT_STR(NUMBER, r.notice.trade.number);
		EXPECT_STR(TRADE_NO, r.notice.trade.trade_no);
		/* Of the trade itself a query tells. */
		EXPECT_INT(TRADE_ABSENT, r.notice.trade.state);
	}
}

static void news_of_other_kinds_mean_nothing(void)
{
	static const char *const EVENTS[] = { "TRANSACTION.FAIL", "MCHTRANSFER.BILL.FINISHED",
					      "PAYSCORE.USER_OPEN_SERVICE",
					      "SECURITY_ECHO.SUCCESS" };

	for (size_t i = 0; i < sizeof(EVENTS) / sizeof(EVENTS[0]); i++) {
		const struct channel_env *env = kit_env();
		struct read r =
			read_body(env, kit_notice_body(env->arena, EVENTS[i], "news", PAID));

		EXPECT_ERR(ERR_OK, r.e);
		EXPECT_INT(NOTICE_OTHER, r.notice.kind);
		EXPECT_INT(TRADE_ABSENT, r.notice.trade.state);
	}
}

static void notices_about_others_or_without_sense_are_refused(void)
{
#define SAID(mchid, appid, number, state, amount, more)                               \
	"{\"mchid\":\"" mchid "\",\"appid\":\"" appid "\",\"out_trade_no\":\"" number \
	"\",\"trade_state\":\"" state "\",\"amount\":" amount more "}"
#define ID ",\"transaction_id\":\"" TRADE_NO "\""
#define TEN "{\"total\":10,\"currency\":\"CNY\"}"
	static const struct {
		const char *param, *plain;
	} CASES[] = {
		{ "mchid", SAID("1900000000", APPID, NUMBER, "SUCCESS", TEN, ID) },
		{ "appid", SAID(MCH_ID, "wx0000000000000001", NUMBER, "SUCCESS", TEN, ID) },
		{ "appid", SAID(MCH_ID, "", NUMBER, "SUCCESS", TEN, ID) },
		{ "trade_state", SAID(MCH_ID, APPID, "", "SUCCESS", TEN, ID) },
		{ "trade_state", SAID(MCH_ID, APPID, NUMBER, "NOTPAY", TEN, ID) },
		{ "trade_state", SAID(MCH_ID, APPID, NUMBER, "PAID", TEN, ID) },
		{ "amount", SAID(MCH_ID, APPID, NUMBER, "SUCCESS", TEN, "") },
		{ "amount", SAID(MCH_ID, APPID, NUMBER, "SUCCESS", "{}", ID) },
		{ "amount.total", SAID(MCH_ID, APPID, NUMBER, "SUCCESS", "{\"total\":0.1}", ID) },
		{ "amount.total", SAID(MCH_ID, APPID, NUMBER, "SUCCESS", "{\"total\":-1}", ID) },
		{ "currency", SAID(MCH_ID, APPID, NUMBER, "SUCCESS",
				   "{\"total\":10,\"currency\":\"HKD\"}", ID) },
		{ "", "not JSON" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct read r = read_paid(CASES[i].plain);

		printf("# %s: %s\n", CASES[i].plain, err_text());
		EXPECT_ERR(ERR_NOTICE, r.e);
		EXPECT_STR(CASES[i].param, err_param());
		EXPECT_INT(NOTICE_OTHER, r.notice.kind);
		EXPECT_INT(TRADE_ABSENT, r.notice.trade.state);
	}
}

static void a_mini_programs_appid_is_ours_as_well(void)
{
	EXPECT_ERR(ERR_OK, read_paid(SAID(MCH_ID, MINI_APPID, NUMBER, "SUCCESS", TEN, ID)).e);
	EXPECT_ERR(ERR_OK, read_paid(SAID(MCH_ID, APP_APPID, NUMBER, "SUCCESS", TEN, ID)).e);
}

static void refund_notices_about_others_are_refused(void)
{
	static const char *const PLAINS[] = {
		"{\"mchid\":\"1900000000\",\"out_trade_no\":\"" NUMBER "\",\"out_refund_no\":\"r\","
		"\"refund_status\":\"SUCCESS\",\"amount\":{\"refund\":4}}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"refund_status\":\"SUCCESS\",\"amount\":{\"refund\":4}}",
		"{\"mchid\":\"" MCH_ID "\",\"out_refund_no\":\"r\","
		"\"refund_status\":\"SUCCESS\",\"amount\":{\"refund\":4}}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"out_refund_no\":\"r\",\"refund_status\":\"SUCCESS\"}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"out_refund_no\":\"r\",\"refund_status\":\"CHANGE\",\"amount\":{\"refund\":4}"
		"}",
		"{\"mchid\":\"" MCH_ID "\",\"out_trade_no\":\"" NUMBER
		"\",\"out_refund_no\":\"r\",\"refund_status\":\"SUCCESS\",\"amount\":{\"refund\":4,"
		"\"currency\":\"USD\"}}",
		"{\"out_trade_no\":\"" NUMBER "\",\"out_refund_no\":\"r\","
		"\"refund_status\":\"SUCCESS\",\"amount\":{\"refund\":4}}",
		"[]",
	};

	for (size_t i = 0; i < sizeof(PLAINS) / sizeof(PLAINS[0]); i++) {
		const struct channel_env *env = kit_env();
		struct read r = read_body(
			env, kit_notice_body(env->arena, "REFUND.SUCCESS", "refund", PLAINS[i]));

		EXPECT_ERR(ERR_NOTICE, r.e);
		EXPECT_INT(NOTICE_OTHER, r.notice.kind);
	}
}

/* --- the signature, the time, the envelope --- */

static void b4_unsigned_and_foreign_notices_are_refused(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	struct str body = kit_notice_body(a, "TRANSACTION.SUCCESS", "transaction", PAID);
	const struct kit_signer SIGNERS[] = {
		{ PEM.app, PUBLIC_KEY_ID, NOW_S },
		{ PEM.other, PUBLIC_KEY_ID, NOW_S },
		{ PEM.platform, CERT_SERIAL, NOW_S },
		{ PEM.platform, "PUB_KEY_ID_", NOW_S },
		{ PEM.platform, PUBLIC_KEY_ID, NOW_S - 301 },
		{ PEM.platform, PUBLIC_KEY_ID, NOW_S + 301 },
	};

	for (size_t i = 0; i < sizeof(SIGNERS) / sizeof(SIGNERS[0]); i++) {
		const char *headers = kit_headers(a, &SIGNERS[i], body);

		EXPECT_ERR(ERR_SIGNATURE, read_with(kit_versions(KIT_PUBLIC), env,
						    kit_incoming_with(headers, body))
						  .e);
	}
	EXPECT_ERR(ERR_SIGNATURE,
		   read_with(kit_versions(KIT_PUBLIC), env, kit_incoming_with("", body)).e);
	EXPECT_ERR(ERR_SIGNATURE, read_with(kit_versions(KIT_NONE), env, kit_incoming(a, body)).e);
}

static void b5_probes_are_refused_and_answered_with_a_failure(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction", PAID);
	const char *headers = kit_headers(env->arena, &PLATFORM, body);
	const char *at = strstr(headers, "Wechatpay-Signature: ") + 21;

	headers = arena_printf(env->arena, "%.*sWECHATPAY/SIGNTEST/%s", (int)(at - headers),
			       headers, at);
	EXPECT_ERR(ERR_SIGNATURE,
		   read_with(kit_versions(KIT_PUBLIC), env, kit_incoming_with(headers, body)).e);
	EXPECT_INT(500, WECHAT.notice_answer(false).status);
	EXPECT(str_is(WECHAT.notice_answer(false).body,
		      "{\"code\":\"FAIL\",\"message\":\"失败\"}"));
	EXPECT_INT(200, WECHAT.notice_answer(true).status);
	EXPECT(str_is(WECHAT.notice_answer(true).body,
		      "{\"code\":\"SUCCESS\",\"message\":\"成功\"}"));
	EXPECT_STR("application/json", WECHAT.notice_answer(true).type);
}

static void b14_the_raw_bytes_are_signed(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction", PAID);
	const char *headers = kit_headers(env->arena, &PLATFORM, body);
	char *changed = arena_text(env->arena, body);

	for (size_t i = 0; i < body.n; i++) {
		changed[i] ^= 1;
		EXPECT_ERR(ERR_SIGNATURE,
			   read_with(kit_versions(KIT_PUBLIC), env,
				     kit_incoming_with(headers, (struct str){ changed, body.n }))
				   .e);
		changed[i] ^= 1;
		EXPECT_ERR(ERR_SIGNATURE,
			   read_with(kit_versions(KIT_PUBLIC), env,
				     kit_incoming_with(headers, (struct str){ changed, i }))
				   .e);
	}
	/* What the platform signs may have blanks and escapes of its own, and end in a newline. */
	body = str_of(arena_printf(env->arena, " %s \n", body.p));
	EXPECT_ERR(ERR_OK, read_body(env, body).e);
}

static void b11_b12_each_version_and_key_is_tried(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction", PAID);
	struct channel_incoming by_key = kit_incoming(env->arena, body);
	struct channel_incoming by_certificate =
		kit_incoming_with(kit_headers(env->arena, &PLATFORM_CERTIFICATE, body), body);
	struct channel_versions two = kit_two_versions(KIT_OTHER_API_V3, KIT_CERT);

	EXPECT_ERR(ERR_OK, read_with(kit_versions(KIT_BOTH), env, by_key).e);
	EXPECT_ERR(ERR_OK, read_with(kit_versions(KIT_BOTH), env, by_certificate).e);
	/* The newer version has another APIv3 key: the older one opens the content. */
	EXPECT_INT(2, read_with(&two, env, by_certificate).answer.key_version);
	EXPECT_INT(2, read_with(&two, env, by_key).answer.key_version);
	EXPECT_ERR(ERR_SIGNATURE, read_with(kit_versions(KIT_OTHER_API_V3), env, by_key).e);
}

static void bodies_that_are_no_notice_are_refused(void)
{
#define ENVELOPE(resource) \
	"{\"id\":\"1\",\"event_type\":\"TRANSACTION.SUCCESS\",\"resource\":" resource "}"
	static const struct {
		enum err e;
		const char *body;
	} CASES[] = {
		{ ERR_INVALID, "" },
		{ ERR_INVALID, "{}" },
		{ ERR_INVALID, "[]" },
		{ ERR_INVALID, "<xml></xml>" },
		{ ERR_INVALID, ENVELOPE("7") },
		{ ERR_INVALID, ENVELOPE("{}") },
		{ ERR_INVALID, "{\"id\":\"1\",\"id\":\"1\"}" },
		{ ERR_NOTICE, ENVELOPE("{\"algorithm\":\"AEAD_SM4_GCM\",\"nonce\":"
				       "\"555555555555\",\"ciphertext\":\"AAAA\"}") },
		{ ERR_NOTICE, ENVELOPE("{\"algorithm\":\"AEAD_AES_256_GCM\",\"nonce\":"
				       "\"5\",\"ciphertext\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}") },
		{ ERR_NOTICE, ENVELOPE("{\"algorithm\":\"AEAD_AES_256_GCM\",\"nonce\":"
				       "\"555555555555\",\"ciphertext\":\"AAAA\"}") },
		{ ERR_NOTICE, ENVELOPE("{\"algorithm\":\"AEAD_AES_256_GCM\",\"nonce\":"
				       "\"555555555555\",\"ciphertext\":\"!!!\"}") },
		{ ERR_NOTICE, ENVELOPE("{\"algorithm\":\"AEAD_AES_256_GCM\",\"nonce\":"
				       "\"555555555555\",\"ciphertext\":\"\"}") },
		{ ERR_SIGNATURE,
		  ENVELOPE("{\"algorithm\":\"AEAD_AES_256_GCM\",\"nonce\":\"555555555555\","
			   "\"ciphertext\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}") },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct channel_env *env = kit_env();

		printf("# %s\n", CASES[i].body);
		EXPECT_ERR(CASES[i].e, read_body(env, str_of(CASES[i].body)).e);
	}
}

static void b15_huge_and_deep_bodies_are_refused(void)
{
	const struct channel_env *env = kit_env();
	char *body = arena_alloc(env->arena, 200001);

	memset(body, '[', 200000);
	EXPECT_ERR(ERR_INVALID, read_body(env, str_of(body)).e);
	body[10000] = '\0';
	EXPECT_ERR(ERR_INVALID, read_body(env, str_of(body)).e);
	memcpy(body, "{\"resource\":", 12);
	EXPECT_ERR(ERR_INVALID, read_body(env, str_of(body)).e);
}

static void b13_duplicated_header_fields_are_refused(void)
{
	const struct channel_env *env = kit_env();
	struct str body = kit_notice_body(env->arena, "TRANSACTION.SUCCESS", "transaction", PAID);
	const char *headers = kit_headers(env->arena, &PLATFORM, body);

	headers = arena_printf(env->arena, "wechatpay-serial: %s\r\n%s", PUBLIC_KEY_ID, headers);
	EXPECT_ERR(ERR_SIGNATURE,
		   read_with(kit_versions(KIT_PUBLIC), env, kit_incoming_with(headers, body)).e);
}

static const struct tap_test TESTS[] = {
	TEST(a_payment_is_told),
	TEST(f6_refunds_are_told_in_each_of_their_ends),
	TEST(news_of_other_kinds_mean_nothing),
	TEST(notices_about_others_or_without_sense_are_refused),
	TEST(a_mini_programs_appid_is_ours_as_well),
	TEST(refund_notices_about_others_are_refused),
	TEST(b4_unsigned_and_foreign_notices_are_refused),
	TEST(b5_probes_are_refused_and_answered_with_a_failure),
	TEST(b14_the_raw_bytes_are_signed),
	TEST(b11_b12_each_version_and_key_is_tried),
	TEST(bodies_that_are_no_notice_are_refused),
	TEST(b15_huge_and_deep_bodies_are_refused),
	TEST(b13_duplicated_header_fields_are_refused),
};

KIT_MAIN(TESTS)
