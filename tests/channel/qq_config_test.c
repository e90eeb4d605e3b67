/* What a configuration may say, and which member a refusal names. */
#include "channel/qq_kit.h"

#include "channel/qq/config.h"

/* Long after every test certificate's beginning, long before its end. */
#define CENTURY_MS (INT64_C(36525) * 86400000)

static enum err read_now(const struct kit_members *m, bool livemode)
{
	struct channel_config *c = NULL;
	char identity[33];
	enum err e = kit_config_read(m, livemode, NOW_MS, identity, &c);

	QQ.config_free(c);
	return e;
}

static struct kit_members live(void)
{
	struct kit_members m = KIT_MEMBERS[KIT_TLS];

	m.base_url = m.api_base_url = m.ca = NULL;
	return m;
}

static void expect_refusal(const struct kit_members *m, bool livemode, const char *param)
{
	EXPECT_ERR(ERR_CONFIG, read_now(m, livemode));
	EXPECT_STR(param, err_param());
	EXPECT(strstr(err_text(), "-----") == NULL);
}

static void an_account_is_read(void)
{
	struct kit_members m = live();
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_OK, kit_config_read(&m, true, NOW_MS, identity, &c));
	EXPECT_STR(MCH_ID, identity);
	EXPECT_STR("https://qpay.qq.com", c->base);
	EXPECT_STR("https://api.qpay.qq.com", c->api_base);
	EXPECT_STR(MCH_ID, c->op_user_id);
	/* printf 'operator 1' | openssl dgst -md5 */
	EXPECT_STR("47fc303c12d84a05402315a03f9596a9", c->op_user_passwd);
	EXPECT(QQ.config_expires_ms(c) > NOW_MS);
	QQ.config_free(c);

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_PLAIN], false, NOW_MS, identity, &c));
	EXPECT_STR("http://127.0.0.1:8090", c->base);
	EXPECT_STR("http://127.0.0.1:8090", c->api_base);
	EXPECT_INT(0, QQ.config_expires_ms(c));
	QQ.config_free(c);
	QQ.config_free(NULL);

	m = KIT_MEMBERS[KIT_TLS];
	m.key = PEM.key_pkcs1;
	m.op_user_id = "1900000109001";
	EXPECT_ERR(ERR_OK, kit_config_read(&m, false, NOW_MS, identity, &c));
	EXPECT_STR("1900000109001", c->op_user_id);
	EXPECT_STR("https://pay.example.com/qq", c->base);
	QQ.config_free(c);
}

static void b9_members_that_cannot_be_right_are_refused(void)
{
	static const struct {
		const char *param;
		size_t member; /* which of struct kit_members */
		const char *value;
	} CASES[] = {
#define M(name) offsetof(struct kit_members, name)
		{ "mch_id", M(mch_id), NULL },
		{ "mch_id", M(mch_id), "" },
		{ "mch_id", M(mch_id), "your_mch_id" },
		{ "mch_id", M(mch_id), "0000000000" },
		{ "mch_id", M(mch_id), "19x0000109" },
		{ "mch_id", M(mch_id), "190000010919000001091900000109190" },
		{ "appid", M(appid), "your appid" },
		{ "appid", M(appid), "<xml>" },
		{ "api_key", M(api_key), NULL },
		{ "api_key", M(api_key), "" },
		{ "api_key", M(api_key), "0123456789abcdefGHIJKLMNOPQRSTU" },
		{ "api_key", M(api_key), "0123456789abcdefGHIJKLMNOPQRSTUVW" },
		{ "api_key", M(api_key), "0123456789abcdefGHIJKLMNOPQRST V" },
		{ "api_key", M(api_key), "00000000000000000000000000000000" },
		{ "api_key", M(api_key), "YOUR_API_KEY_OF_32_CHARACTERS_00" },
		{ "app_key", M(app_key), "your_app_key" },
		{ "op_user_id", M(op_user_id), "<operator>" },
		{ "op_user_password", M(op_user_password), NULL },
		{ "op_user_password", M(op_user_password), "" },
		{ "op_user_password", M(op_user_password), "  " },
		{ "cert", M(cert), NULL },
		{ "key", M(key), NULL },
		{ "ca", M(ca), "no certificate" },
#undef M
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct kit_members m = KIT_MEMBERS[KIT_TLS];

		memcpy((char *)&m + CASES[i].member, &CASES[i].value, sizeof(CASES[i].value));
		NOTE("case %zu: %s", i, CASES[i].param);
		CALL(expect_refusal(&m, false, CASES[i].param));
	}
}

/* One random key in a hundred holds such a pair. */
static void a_key_may_hold_what_looks_like_a_placeholder(void)
{
	struct kit_members m = KIT_MEMBERS[KIT_PLAIN];

	m.api_key = "0123456789abxxefGHIJKLMNOPQRSTUV";
	m.op_user_password = "<your...>";
	EXPECT_ERR(ERR_OK, read_now(&m, false));
}

static void b9_certificates_and_keys_of_the_wrong_kind_are_refused(void)
{
	const struct {
		const char *param, *cert, *key;
	} cases[] = {
		{ "cert", PEM.key, PEM.key },
		{ "cert", PEM.key_public, PEM.key },
		{ "cert", PEM.other_certificate, PEM.key },
		{ "cert", PEM.certificate, PEM.other_key },
		{ "cert", "your certificate", PEM.key },
		{ "key", PEM.certificate, PEM.certificate },
		{ "key", PEM.certificate, PEM.key_public },
		{ "key", PEM.certificate, PEM.small_key },
		{ "key", PEM.certificate, "" },
		{ "cert", "", PEM.key },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kit_members m = KIT_MEMBERS[KIT_TLS];

		NOTE("case %zu", i);
		m.cert = cases[i].cert;
		m.key = cases[i].key;
		CALL(expect_refusal(&m, false, cases[i].param));
		/* Over http they are not needed, but if they are there they must be right. */
		m.base_url = m.api_base_url = "http://127.0.0.1:8090";
		CALL(expect_refusal(&m, false, cases[i].param));
	}
}

/* curl takes PEM only. */
static void a_key_without_its_begin_line_is_refused(void)
{
	struct kit_members m = KIT_MEMBERS[KIT_TLS];
	char bare[4096];
	size_t n = 0;

	for (const char *p = strchr(PEM.key, '\n'); *p != '-'; p++)
		if (*p != '\n')
			bare[n++] = *p;
	bare[n] = '\0';
	m.key = bare;
	CALL(expect_refusal(&m, false, "key"));
}

static void expired_certificates_are_refused_at_save_only(void)
{
	const struct kit_members *m = &KIT_MEMBERS[KIT_TLS];
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_CONFIG, kit_config_read(m, false, NOW_MS + CENTURY_MS, identity, &c));
	EXPECT_STR("cert", err_param());
	EXPECT_ERR(ERR_OK, kit_config_read(m, false, 0, identity, &c));
	QQ.config_free(c);
}

static void what_is_not_such_an_object_is_refused(void)
{
	static const char *const TEXTS[] = {
		"", "{", "[]", "null", "{\"mch_id\":1}", "{\"mch_id\":\"1\",\"mch_id\":\"2\"}"
	};
	struct channel_config *c;
	char identity[33];

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		EXPECT_ERR(ERR_CONFIG,
			   QQ.config_read(str_of(TEXTS[i]), false, NOW_MS, identity, &c));
	EXPECT_ERR(ERR_CONFIG,
		   QQ.config_read(STR("{\"mch_id\":\"1\",\"api_key\":\"2\",\"op_user_password\":"
				      "\"3\",\"app_id\":\"4\"}"),
				  false, NOW_MS, identity, &c));
	EXPECT_STR("app_id", err_param());
}

static void live_accounts_call_the_platform_only(void)
{
	static const char *const REFUSED[] = {
		"http://qpay.qq.com",      "https://qpay.qq.com:8443",
		"https://qpay.qq.com.x.y", "https://qpay.qq.com@example.com",
		"https://QPAY.qq.com",     "https://pay.example.com",
		"http://127.0.0.1:8090",
	};
	struct kit_members m = live();

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("%s", REFUSED[i]);
		m.base_url = REFUSED[i];
		CALL(expect_refusal(&m, true, "base_url"));
	}
	m.base_url = "https://api.qpay.qq.com";
	CALL(expect_refusal(&m, true, "base_url"));
	m.base_url = "https://qpay.qq.com/";
	m.api_base_url = "https://qpay.qq.com/";
	CALL(expect_refusal(&m, true, "api_base_url"));
	m.api_base_url = "https://api.qpay.qq.com/";
	EXPECT_ERR(ERR_OK, read_now(&m, true));
	m.ca = PEM.roots;
	CALL(expect_refusal(&m, true, "ca"));
	m = live();
	m.cert = m.key = NULL;
	CALL(expect_refusal(&m, true, "cert"));
}

static void test_accounts_never_call_the_platform(void)
{
	static const char *const REFUSED[] = {
		"https://qpay.qq.com",       "https://api.qpay.qq.com", "https://qq.com",
		"https://qpay.qq.com.",      "http://10.0.0.1",         "http://pay.example.com",
		"https://pay.example.com?a", "ftp://127.0.0.1",         "127.0.0.1:8090",
	};
	struct kit_members m = KIT_MEMBERS[KIT_PLAIN];

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("%s", REFUSED[i]);
		m = KIT_MEMBERS[KIT_PLAIN];
		m.base_url = REFUSED[i];
		CALL(expect_refusal(&m, false, "base_url"));
		m = KIT_MEMBERS[KIT_PLAIN];
		m.api_base_url = REFUSED[i];
		CALL(expect_refusal(&m, false, "api_base_url"));
	}
	m = KIT_MEMBERS[KIT_PLAIN];
	m.base_url = NULL;
	CALL(expect_refusal(&m, false, "base_url"));
	m.base_url = "http://localhost:8090";
	m.api_base_url = "https://api.example.com";
	CALL(expect_refusal(&m, false, "cert"));
}

static void every_method_is_offered(void)
{
	static const char *const NAMES[] = { "qq.qr", "qq.jsapi", "qq.app", "qq.barcode" };

	EXPECT_INT(4, QQ.caps.methods_n);
	for (size_t i = 0; i < 4; i++) {
		const struct channel_method *m = channel_method_find(&QQ, str_of(NAMES[i]));

		EXPECT(m != NULL);
		EXPECT(m->calls && m->expiry_min_ms > 0);
		EXPECT(m->expiry_min_ms <= m->expiry_max_ms);
		EXPECT(m->at_once == (m->action == ACTION_NONE));
		EXPECT(m->at_once == (m->cancel_gap_ms == 300000));
	}
	EXPECT_INT(300000, QQ.caps.close_gap_ms);
	EXPECT(QQ.certificates_wanted == NULL && QQ.certificates_build == NULL);
	EXPECT(QQ.certificates_read == NULL && QQ.certificate_add == NULL);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(an_account_is_read),
	TEST(b9_members_that_cannot_be_right_are_refused),
	TEST(a_key_may_hold_what_looks_like_a_placeholder),
	TEST(b9_certificates_and_keys_of_the_wrong_kind_are_refused),
	TEST(a_key_without_its_begin_line_is_refused),
	TEST(expired_certificates_are_refused_at_save_only),
	TEST(what_is_not_such_an_object_is_refused),
	TEST(live_accounts_call_the_platform_only),
	TEST(test_accounts_never_call_the_platform),
	TEST(every_method_is_offered),
};
/* clang-format on */

KIT_MAIN(TESTS)
