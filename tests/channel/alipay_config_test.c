/* What a configuration may say, and which member a refusal names. */
#include "channel/alipay_kit.h"

#include "channel/alipay/config.h"
#include "channel/alipay_golden.h"

/* Long after every test certificate's beginning, long before its end. */
#define CENTURY_MS (INT64_C(36525) * 86400000)

#define KEYS(id, own, theirs)                                                       \
	{                                                                           \
		.app_id = (id), .private_key = (own), .alipay_public_key = (theirs) \
	}
#define CERTS(own, theirs, a, b, c)                                                    \
	{                                                                              \
		.app_id = APP_ID, .private_key = (own), .alipay_public_key = (theirs), \
		.app_cert = (a), .alipay_cert = (b), .alipay_root_cert = (c)           \
	}

struct refusal {
	const char *why, *param;
	struct kit_members members;
};

static enum err read_now(const struct kit_members *m, bool livemode)
{
	struct channel_config *c = NULL;
	char identity[33];
	enum err e = kit_config_read(m, livemode, NOW_MS, identity, &c);

	ALIPAY.config_free(c);
	return e;
}

static void key_mode_and_certificate_mode_are_read(void)
{
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_KEY], false, NOW_MS, identity, &c));
	EXPECT_STR(APP_ID, identity);
	EXPECT_STR(ALIPAY_GATEWAY_TEST, c->gateway);
	EXPECT_STR("", c->app_sn);
	EXPECT_INT(0, ALIPAY.config_expires_ms(c));
	ALIPAY.config_free(c);

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_CERT], true, NOW_MS, identity, &c));
	EXPECT_STR(ALIPAY_GATEWAY_LIVE, c->gateway);
	EXPECT_STR(GOLDEN_APP_SN, c->app_sn);
	EXPECT_STR(GOLDEN_ALIPAY_SN, c->alipay_sn);
	EXPECT_STR(GOLDEN_ROOT_SNS, c->root_sns);
	EXPECT(ALIPAY.config_expires_ms(c) > NOW_MS);
	ALIPAY.config_free(c);
	ALIPAY.config_free(NULL);
}

static void keys_may_be_pem_or_bare_and_pkcs1_or_pkcs8(void)
{
	struct kit_members m = KIT_MEMBERS[KIT_KEY];
	char bare[4096];
	size_t n = 0;

	m.private_key = PEM.app_pkcs1;
	EXPECT_ERR(ERR_OK, read_now(&m, false));
	/* What the console hands out: one line of base64 without the BEGIN and END lines. */
	for (const char *p = strchr(PEM.platform_public, '\n'); *p != '-'; p++)
		if (*p != '\n')
			bare[n++] = *p;
	bare[n] = '\0';
	m.alipay_public_key = bare;
	EXPECT_ERR(ERR_OK, read_now(&m, false));
}

static void expect_refusals(const struct refusal *refusals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("# %s\n", refusals[i].why);
		EXPECT_ERR(ERR_CONFIG, read_now(&refusals[i].members, false));
		EXPECT_STR(refusals[i].param, err_param());
		EXPECT(strstr(err_text(), "-----") == NULL);
	}
}

static void b9_empty_and_placeholder_members_are_refused(void)
{
	const char *key = PEM.app, *ali = PEM.platform_public;
	const struct refusal REFUSALS[] = {
		{ "no app_id", "app_id", KEYS(NULL, key, ali) },
		{ "empty app_id", "app_id", KEYS("", key, ali) },
		{ "app_id in words", "app_id", KEYS("your_app_id", key, ali) },
		{ "app_id of zeros", "app_id", KEYS("0000000000000000", key, ali) },
		{ "app_id of letters", "app_id", KEYS("2021abc", key, ali) },
		{ "no private_key", "private_key", KEYS(APP_ID, NULL, ali) },
		{ "empty private_key", "private_key", KEYS(APP_ID, "", ali) },
		{ "blank private_key", "private_key", KEYS(APP_ID, " \n ", ali) },
		{ "placeholder", "private_key", KEYS(APP_ID, "<your private key>", ali) },
		{ "no platform key", "alipay_public_key", KEYS(APP_ID, key, NULL) },
		{ "empty platform key", "alipay_public_key", KEYS(APP_ID, key, "") },
		{ "placeholder", "alipay_public_key", KEYS(APP_ID, key, "CHANGE_ME") },
		{ "seller in words",
		  "seller_id",
		  { .app_id = APP_ID,
		    .private_key = key,
		    .alipay_public_key = ali,
		    .seller_id = "2088x00000000011" } },
		{ "seller too short",
		  "seller_id",
		  { .app_id = APP_ID,
		    .private_key = key,
		    .alipay_public_key = ali,
		    .seller_id = "2088" } },
	};

	CALL(expect_refusals(REFUSALS, sizeof(REFUSALS) / sizeof(REFUSALS[0])));
}

static void b9_keys_of_the_wrong_kind_are_refused(void)
{
	const char *key = PEM.app, *ali = PEM.platform_public;
	const struct refusal REFUSALS[] = {
		{ "a public key as ours", "private_key", KEYS(APP_ID, PEM.app_public, ali) },
		{ "a certificate as ours", "private_key", KEYS(APP_ID, PEM.app_certificate, ali) },
		{ "1024 bits as ours", "private_key", KEYS(APP_ID, PEM.small, ali) },
		{ "rubbish as ours", "private_key", KEYS(APP_ID, "aGVsbG8gd29ybGQ=", ali) },
		{ "a private key as theirs", "alipay_public_key", KEYS(APP_ID, key, PEM.platform) },
		{ "1024 bits as theirs", "alipay_public_key", KEYS(APP_ID, key, PEM.small_public) },
		{ "our own as theirs", "alipay_public_key", KEYS(APP_ID, key, PEM.app_public) },
	};

	CALL(expect_refusals(REFUSALS, sizeof(REFUSALS) / sizeof(REFUSALS[0])));
}

static void b9_certificates_must_be_whole_and_ours(void)
{
	const char *key = PEM.app, *app = PEM.app_certificate;
	const char *ali = PEM.platform_certificate, *root = PEM.root_certificates;
	const struct refusal REFUSALS[] = {
		{ "both modes", "alipay_public_key",
		  CERTS(key, PEM.platform_public, app, ali, root) },
		{ "key and one certificate", "alipay_public_key",
		  CERTS(key, PEM.platform_public, NULL, NULL, root) },
		{ "no app_cert", "app_cert", CERTS(key, NULL, NULL, ali, root) },
		{ "no alipay_cert", "alipay_cert", CERTS(key, NULL, app, NULL, root) },
		{ "no root", "alipay_root_cert", CERTS(key, NULL, app, ali, NULL) },
		{ "another key", "app_cert", CERTS(PEM.other, NULL, app, ali, root) },
		{ "swapped", "app_cert", CERTS(key, NULL, ali, app, root) },
		{ "ours as theirs", "alipay_cert", CERTS(key, NULL, app, app, root) },
		{ "a key as certificate", "app_cert", CERTS(key, NULL, PEM.app_public, ali, root) },
		{ "a key as theirs", "alipay_cert",
		  CERTS(key, NULL, app, PEM.platform_public, root) },
		{ "a key as root", "alipay_root_cert",
		  CERTS(key, NULL, app, ali, PEM.platform_public) },
	};

	CALL(expect_refusals(REFUSALS, sizeof(REFUSALS) / sizeof(REFUSALS[0])));
}

static void expired_certificates_are_refused_at_save_only(void)
{
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_CONFIG, kit_config_read(&KIT_MEMBERS[KIT_CERT], false, NOW_MS + CENTURY_MS,
					       identity, &c));
	EXPECT_STR("app_cert", err_param());
	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_CERT], false, 0, identity, &c));
	ALIPAY.config_free(c);
}

static void own_roots_are_for_test_merchants(void)
{
	struct kit_members m = KIT_MEMBERS[KIT_KEY];

	m.ca = PEM.root_certificates;
	EXPECT_ERR(ERR_OK, read_now(&m, false));
	EXPECT_ERR(ERR_CONFIG, read_now(&m, true));
	EXPECT_STR("ca", err_param());
	m.ca = PEM.platform_public;
	EXPECT_ERR(ERR_CONFIG, read_now(&m, false));
	EXPECT_STR("ca", err_param());
}

static void what_is_not_such_an_object_is_refused(void)
{
	static const char *const TEXTS[] = {
		"", "{", "[]", "null", "{\"app_id\":1}", "{\"app_id\":\"1\",\"app_id\":\"2\"}"
	};
	struct kit_members m = KIT_MEMBERS[KIT_KEY];
	struct channel_config *c;
	char identity[33];

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		EXPECT_ERR(ERR_CONFIG,
			   ALIPAY.config_read(str_of(TEXTS[i]), false, NOW_MS, identity, &c));
	EXPECT_ERR(ERR_CONFIG,
		   ALIPAY.config_read(STR("{\"app_id\":\"1\",\"private_key\":\"2\",\"mch_id\":3}"),
				      false, NOW_MS, identity, &c));
	EXPECT_STR("mch_id", err_param());
	m.gateway = "";
	EXPECT_ERR(ERR_OK, read_now(&m, false));
}

static void live_accounts_call_the_platform_only(void)
{
	static const char *const REFUSED[] = {
		ALIPAY_GATEWAY_TEST,
		"http://openapi.alipay.com/gateway.do",
		"https://openapi.alipay.com:8443/gateway.do",
		"https://openapi.alipay.com.example.com/gateway.do",
		"https://openapi.alipay.com@example.com/gateway.do",
		"https://openapi.alipay.com./gateway.do",
		"https://OPENAPI.alipay.com/gateway.do",
		"https://127.0.0.1/gateway.do",
	};
	struct kit_members m = KIT_MEMBERS[KIT_KEY];

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		m.gateway = REFUSED[i];
		printf("# %s\n", m.gateway);
		EXPECT_ERR(ERR_CONFIG, read_now(&m, true));
		EXPECT_STR("gateway", err_param());
	}
	m.gateway = ALIPAY_GATEWAY_LIVE;
	EXPECT_ERR(ERR_OK, read_now(&m, true));
}

static void test_accounts_never_call_the_platform(void)
{
	static const struct {
		const char *url;
		enum err want;
	} CASES[] = {
		{ ALIPAY_GATEWAY_LIVE, ERR_CONFIG },
		{ "https://openapi.alipay.com./gateway.do", ERR_CONFIG },
		{ "https://OpenAPI.alipay.com/gateway.do", ERR_CONFIG },
		{ "https://openapi.alipay.com:443/gateway.do", ERR_CONFIG },
		{ "https://mapi.alipay.com/gateway.do", ERR_CONFIG },
		{ "https://alipay.com/gateway.do", ERR_CONFIG },
		{ ALIPAY_GATEWAY_TEST, ERR_OK },
		{ "https://openapi.alipaydev.com/gateway.do", ERR_OK },
		{ "http://127.0.0.1:8090/gateway.do", ERR_OK },
		{ "http://127.9.9.9:1/gateway.do", ERR_OK },
		{ "http://localhost:8090/gateway.do", ERR_OK },
		{ "http://[::1]:8090/gateway.do", ERR_OK },
		{ "http://[::1]/gateway.do", ERR_OK },
		{ "http://[::1]x/gateway.do", ERR_CONFIG },
		{ "http://10.0.0.1/gateway.do", ERR_CONFIG },
		{ "http://127.0.0.1.example.com/gateway.do", ERR_CONFIG },
		{ "http://127.0.0/gateway.do", ERR_CONFIG },
		{ "http://127.0.0.1.1/gateway.do", ERR_CONFIG },
		{ "http://127.0.0.256/gateway.do", ERR_CONFIG },
		{ "https://pay.example.com/gateway.do?a=b", ERR_CONFIG },
		{ "https://pay.example.com/gateway.do#a", ERR_CONFIG },
		{ "https://user@pay.example.com/gateway.do", ERR_CONFIG },
		{ "https://pay.example.com:/gateway.do", ERR_CONFIG },
		{ "https://pay.example.com:65536/gateway.do", ERR_CONFIG },
		{ "https://pay.example.com", ERR_CONFIG },
		{ "https:///gateway.do", ERR_CONFIG },
		{ "ftp://pay.example.com/gateway.do", ERR_CONFIG },
		{ "pay.example.com/gateway.do", ERR_CONFIG },
	};
	struct kit_members m = KIT_MEMBERS[KIT_KEY];

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		m.gateway = CASES[i].url;
		printf("# %s\n", m.gateway);
		EXPECT_ERR(CASES[i].want, read_now(&m, false));
		EXPECT(CASES[i].want == ERR_OK || strcmp(err_param(), "gateway") == 0);
	}
}

static void every_method_is_offered(void)
{
	static const char *const NAMES[] = { "alipay.page",  "alipay.wap", "alipay.app",
					     "alipay.jsapi", "alipay.qr",  "alipay.barcode" };

	EXPECT_INT(6, ALIPAY.caps.methods_n);
	for (size_t i = 0; i < 6; i++) {
		const struct channel_method *m = channel_method_find(&ALIPAY, str_of(NAMES[i]));

		EXPECT(m != NULL);
		EXPECT(m->expiry_min_ms > 0);
		EXPECT(m->expiry_min_ms <= m->expiry_max_ms);
		EXPECT(m->calls != (m->action == ACTION_REDIRECT || m->action == ACTION_APP));
	}
	EXPECT(channel_method_find(&ALIPAY, STR("alipay.f2f")) == NULL);
}

static const struct tap_test TESTS[] = {
	TEST(key_mode_and_certificate_mode_are_read),
	TEST(keys_may_be_pem_or_bare_and_pkcs1_or_pkcs8),
	TEST(b9_empty_and_placeholder_members_are_refused),
	TEST(b9_keys_of_the_wrong_kind_are_refused),
	TEST(b9_certificates_must_be_whole_and_ours),
	TEST(expired_certificates_are_refused_at_save_only),
	TEST(own_roots_are_for_test_merchants),
	TEST(what_is_not_such_an_object_is_refused),
	TEST(live_accounts_call_the_platform_only),
	TEST(test_accounts_never_call_the_platform),
	TEST(every_method_is_offered),
};

KIT_MAIN(TESTS)
