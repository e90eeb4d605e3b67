/* Notices, what the platform gets for them, and their explanation. */
#include "channel/qq_kit.h"

#include "sys/json.h"

#define HEAD "appid=" APPID "&bank_type=BALANCE&mch_id=" MCH_ID "&nonce_str=7b14&trade_type=NATIVE&"
#define TRADE                                                                           \
	HEAD "out_trade_no=" NUMBER "&transaction_id=" TRADE_NO                         \
	     "&fee_type=CNY&total_fee=10&cash_fee=8&time_end=20261122160001&openid=o1&" \
	     "attach=&trade_state="

struct noticed {
	enum err e;
	struct channel_answer answer;
	struct channel_notice notice;
};

static struct noticed notice_of(const struct channel_versions *v, const struct channel_env *env,
				struct str body)
{
	struct channel_incoming in = kit_incoming(body);
	struct noticed n;

	n.e = QQ.notice_read(v, &in, env, &n.answer, &n.notice);
	return n;
}

static struct noticed notice(const char *members)
{
	const struct channel_env *env = kit_env();

	return notice_of(kit_versions(KIT_PLAIN), env, kit_message(env->arena, API_KEY, members));
}

static void a_payment_is_told(void)
{
	struct noticed n = notice(TRADE "SUCCESS");

	EXPECT_ERR(ERR_OK, n.e);
	EXPECT_INT(VERDICT_DONE, n.answer.verdict);
	EXPECT_INT(1, n.answer.key_version);
	EXPECT_STR("SUCCESS", n.answer.code);
	EXPECT_INT(NOTICE_TRADE, n.notice.kind);
	EXPECT_INT(TRADE_PAID, n.notice.trade.state);
	EXPECT_STR(NUMBER, n.notice.trade.number);
	EXPECT_STR(TRADE_NO, n.notice.trade.trade_no);
	EXPECT_INT(10, n.notice.trade.fen);
	EXPECT_INT(8, n.notice.trade.payer_fen);
	EXPECT_INT(NOW_MS + 1000, n.notice.trade.paid_at_ms);
	EXPECT_STR("o1", n.notice.trade.payer);
	EXPECT_STR("", n.notice.refund_number);
}

static void news_of_other_products_is_other(void)
{
	struct noticed n = notice("mch_id=" MCH_ID "&mch_billno=2984&total_fee=10&state=RECEIVED");

	EXPECT_ERR(ERR_OK, n.e);
	EXPECT_INT(NOTICE_OTHER, n.notice.kind);
}

static void b4_what_is_not_signed_by_the_key_is_refused(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	const char *good = kit_message(a, API_KEY, TRADE "SUCCESS").p;
	char *changed = arena_text(a, str_of(good)), *bare = arena_text(a, str_of(good));
	const char *const BAD[] = {
		changed,
		bare,
		kit_message(a, OTHER_API_KEY, TRADE "SUCCESS").p,
		kit_message(a, "", TRADE "SUCCESS").p,
		"<xml><trade_state>SUCCESS</trade_state><sign></sign></xml>",
		"<xml/>",
	};

	memcpy(strstr(changed, "[10]"), "[99]", 4);
	memcpy(strstr(bare, "<sign>"), "</xml>", 7);
	EXPECT_ERR(ERR_OK, notice_of(kit_versions(KIT_PLAIN), env, str_of(good)).e);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct noticed n = notice_of(kit_versions(KIT_PLAIN), env, str_of(BAD[i]));

		NOTE("case %zu", i);
		EXPECT_ERR(ERR_SIGNATURE, n.e);
		EXPECT_INT(VERDICT_UNKNOWN, n.answer.verdict);
		EXPECT_INT(NOTICE_OTHER, n.notice.kind);
		EXPECT_STR("", n.notice.trade.number);
	}
}

static void b6_signed_but_without_sense_is_refused(void)
{
	static const struct {
		const char *param, *members;
	} CASES[] = {
		{ "mch_id", "mch_id=1900000110&out_trade_no=" NUMBER
			    "&transaction_id=1&total_fee=10&trade_state=SUCCESS" },
		{ "mch_id",
		  "out_trade_no=" NUMBER "&transaction_id=1&total_fee=10&trade_state=SUCCESS" },
		{ "appid", "appid=1&mch_id=" MCH_ID "&out_trade_no=" NUMBER
			   "&transaction_id=1&total_fee=10&trade_state=SUCCESS" },
		{ "trade_state", TRADE "PAID" },
		{ "total_fee", HEAD "out_trade_no=" NUMBER "&trade_state=SUCCESS" },
		{ "total_fee",
		  HEAD "out_trade_no=" NUMBER "&transaction_id=1&total_fee=0&trade_state=SUCCESS" },
		{ "total_fee", HEAD "out_trade_no=" NUMBER
				    "&transaction_id=1&total_fee=0.10&trade_state=SUCCESS" },
		{ "fee_type",
		  HEAD "out_trade_no=" NUMBER "&transaction_id=1&total_fee=10&fee_type=USD&"
		       "trade_state=SUCCESS" },
		{ "out_trade_no", HEAD "transaction_id=1&total_fee=10&trade_state=SUCCESS" },
		{ "time_end",
		  HEAD "out_trade_no=" NUMBER "&transaction_id=1&total_fee=10&time_end=soon&"
		       "trade_state=SUCCESS" },
		{ "out_trade_no", HEAD "out_trade_no=1234567890123456789012345678901234567890123456"
				       "789012345678901234567890&transaction_id=1&total_fee=10&"
				       "trade_state=SUCCESS" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct noticed n = notice(CASES[i].members);

		NOTE("case %zu: %s", i, CASES[i].param);
		EXPECT_ERR(ERR_NOTICE, n.e);
		EXPECT_STR(CASES[i].param, err_param());
		EXPECT_INT(VERDICT_UNKNOWN, n.answer.verdict);
		EXPECT_INT(NOTICE_OTHER, n.notice.kind);
	}
}

static void b15_what_is_no_message_is_refused(void)
{
	static const char *const BAD[] = {
		"",
		"a=1&sign=2",
		"{}",
		"<xml>",
		"<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>",
	};
	char *big = arena_alloc(kit_env()->arena, 70000);

	memset(big, ' ', 70000);
	memcpy(big, "<xml/>", 6);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		EXPECT_ERR(ERR_INVALID,
			   notice_of(kit_versions(KIT_PLAIN), kit_env(), str_of(BAD[i])).e);
	EXPECT_ERR(ERR_INVALID,
		   notice_of(kit_versions(KIT_PLAIN), kit_env(), (struct str){ big, 70000 }).e);
}

static void b11_the_version_that_fits_is_told(void)
{
	const struct channel_env *env = kit_env();
	struct channel_versions both = { .config = { kit_versions(KIT_OTHER)->config[0],
						     kit_versions(KIT_PLAIN)->config[0] },
					 .n = 2 };
	struct noticed n = notice_of(&both, env, kit_message(env->arena, API_KEY, TRADE "SUCCESS"));

	EXPECT_ERR(ERR_OK, n.e);
	EXPECT_INT(2, n.answer.key_version);
}

static void the_platform_gets_its_own_words(void)
{
	struct channel_acknowledgement yes = QQ.notice_answer(true), no = QQ.notice_answer(false);

	EXPECT_INT(200, yes.status);
	EXPECT_STR("text/xml; charset=utf-8", yes.type);
	EXPECT_STR("<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>", yes.body.p);
	EXPECT_INT(400, no.status);
	EXPECT_STR("<xml><return_code><![CDATA[FAIL]]></return_code>"
		   "<return_msg><![CDATA[not stored]]></return_msg></xml>",
		   no.body.p);
}

static void expect_explained(const struct channel_env *env, struct str body, const char *verdict,
			     const char *reason)
{
	struct channel_incoming in = kit_incoming(body);
	struct str found = QQ.inspect(kit_versions(KIT_PLAIN), &in, env);
	char said[16] = "", why[256] = "";
	struct jin r;

	jin_open(&r, found);
	jin_allow_unknown(&r);
	jin_text(&r, "verdict", JIN_NEEDED, said, sizeof(said));
	jin_text(&r, "reason", JIN_NEEDED, why, sizeof(why));
	EXPECT_ERR(ERR_OK, jin_done(&r));
	NOTE("%s", why);
	EXPECT_STR(verdict, said);
	EXPECT(strstr(why, reason) != NULL);
	EXPECT(strstr(found.p, API_KEY) == NULL);
}

static void why_something_is_refused_is_explained(void)
{
	const struct channel_env *env = kit_env();
	struct arena *a = env->arena;
	char *spaced = arena_text(a, kit_message(a, API_KEY, TRADE "SUCCESS"));

	CALL(expect_explained(env, kit_message(a, API_KEY, TRADE "SUCCESS"), "verified",
			      "the signature fits"));
	CALL(expect_explained(env, kit_answer(a, "result_code=SUCCESS"), "verified", "fits"));
	CALL(expect_explained(env, kit_message(a, OTHER_API_KEY, TRADE "SUCCESS"), "rejected",
			      "another api_key"));
	CALL(expect_explained(env, kit_message(a, API_KEY, "mch_id=1&trade_state=SUCCESS"),
			      "rejected", "another merchant"));
	CALL(expect_explained(env, STR(""), "rejected", "no body"));
	CALL(expect_explained(env, STR("<xml>"), "rejected", "not the XML expected"));
	CALL(expect_explained(env, STR("<xml><a>1</a></xml>"), "rejected", "no member sign"));
	CALL(expect_explained(env,
			      STR("<xml><return_code>FAIL</return_code>"
				  "<return_msg>签名失败</return_msg></xml>"),
			      "rejected", "return_msg"));
	CALL(expect_explained(env, STR("<xml><a>1</a><sign>abc</sign></xml>"), "rejected",
			      "not the 32 hex digits"));
	CALL(expect_explained(env,
			      STR("<xml><a>1</a><sign>0123456789012345678901234567890123456789"
				  "012345678901234567890123</sign></xml>"),
			      "rejected", "HMAC-SHA256"));
	/* A value that somebody indented. */
	CALL(expect_explained(
		env,
		str_of(arena_printf(a, "%.*s<![CDATA[ 10\n]]>%s",
				    (int)(strstr(spaced, "<![CDATA[10]]>") - spaced), spaced,
				    strstr(spaced, "<![CDATA[10]]>") + strlen("<![CDATA[10]]>"))),
		"rejected", "spaces were added"));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_payment_is_told),
	TEST(news_of_other_products_is_other),
	TEST(b4_what_is_not_signed_by_the_key_is_refused),
	TEST(b6_signed_but_without_sense_is_refused),
	TEST(b15_what_is_no_message_is_refused),
	TEST(b11_the_version_that_fits_is_told),
	TEST(the_platform_gets_its_own_words),
	TEST(why_something_is_refused_is_explained),
};
/* clang-format on */

KIT_MAIN(TESTS)
