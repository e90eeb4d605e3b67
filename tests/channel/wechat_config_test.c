/* What a configuration may say, and which member a refusal names. */
#include "channel/wechat_kit.h"

#include "base/check.h"
#include "channel/wechat/config.h"

#include <stddef.h>

/* Long after every test certificate's beginning, long before its end. */
#define CENTURY_MS (INT64_C(36525) * 86400000)

struct refusal {
	const char *why, *param;
	struct kit_members members;
};

static enum err read_as(const struct kit_members *m, bool livemode, int64_t now_ms)
{
	struct channel_config *c = NULL;
	char identity[33];
	enum err e = kit_config_read(m, livemode, now_ms, identity, &c);

	CHECK((e == ERR_OK) == (c != NULL));
	WECHAT.config_free(c);
	return e;
}

static void public_key_and_certificate_mode_are_read(void)
{
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_PUBLIC], false, NOW_MS, identity, &c));
	EXPECT_STR(MCH_ID, identity);
	EXPECT_STR(BASE_URL, c->base_url);
	EXPECT_STR("http://127.0.0.1:8091", c->backup_url);
	EXPECT_STR(MINI_APPID, c->mini_appid);
	EXPECT_STR(APP_APPID, c->app_appid);
	EXPECT_INT(1, c->keys_n);
	EXPECT_STR(PUBLIC_KEY_ID, wechat_key_preferred(c)->serial);
	EXPECT_INT(0, WECHAT.config_expires_ms(c));
	EXPECT(!WECHAT.certificates_wanted(c));
	WECHAT.config_free(c);

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_CERT], false, NOW_MS, identity, &c));
	EXPECT_STR(CERT_SERIAL, wechat_key_preferred(c)->serial);
	EXPECT_STR("", c->backup_url);
	EXPECT(WECHAT.config_expires_ms(c) > NOW_MS);
	EXPECT(WECHAT.certificates_wanted(c));
	WECHAT.config_free(c);

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_BOTH], false, NOW_MS, identity, &c));
	EXPECT_INT(2, c->keys_n);
	EXPECT_STR(PUBLIC_KEY_ID, wechat_key_preferred(c)->serial);
	EXPECT(WECHAT.certificates_wanted(c));
	WECHAT.config_free(c);
	WECHAT.config_free(NULL);
}

static void one_appid_is_used_where_no_other_is_given(void)
{
	const struct channel_config *c = kit_config(KIT_ONE_APPID);

	EXPECT_STR(APPID, c->mini_appid);
	EXPECT_STR(APPID, c->app_appid);
}

static void b12_certificates_are_added_once(void)
{
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_NONE], false, NOW_MS, identity, &c));
	EXPECT(WECHAT.certificates_wanted(c));
	EXPECT(wechat_key_preferred(c) == NULL);
	EXPECT_ERR(ERR_OK, WECHAT.certificate_add(c, str_of(PEM.platform_certificate)));
	EXPECT_ERR(ERR_OK, WECHAT.certificate_add(c, str_of(PEM.platform_certificate)));
	EXPECT_INT(1, c->keys_n);
	EXPECT_STR(CERT_SERIAL, wechat_key_preferred(c)->serial);
	EXPECT(wechat_key_find(c, STR("0" CERT_SERIAL)) == &c->keys[0]);
	EXPECT_ERR(ERR_CONFIG, WECHAT.certificate_add(c, STR("no certificate")));
	EXPECT_ERR(ERR_CONFIG, WECHAT.certificate_add(c, str_of(PEM.platform_public)));
	EXPECT_ERR(ERR_CONFIG, WECHAT.certificate_add(c, str_of(PEM.app_certificate)));
	EXPECT_INT(1, c->keys_n);
	WECHAT.config_free(c);
}

static void serials_are_compared_as_numbers(void)
{
	EXPECT(wechat_serial_is(STR("0a1B"), "A1b"));
	EXPECT(!wechat_serial_is(STR("A1"), "A10"));
	EXPECT(!wechat_serial_is(STR(""), "0"));
	EXPECT(!wechat_serial_is(STR("0"), "00"));
	EXPECT(wechat_serial_is(STR("PUB_KEY_ID_a"), "PUB_KEY_ID_a"));
	EXPECT(!wechat_serial_is(STR("PUB_KEY_ID_a"), "PUB_KEY_ID_A"));
	EXPECT(!wechat_serial_is(STR("PUB_KEY_ID_"), "PUB_KEY_ID_a"));
}

static void a_bundle_of_certificates_is_read(void)
{
	struct kit_members m = KIT_MEMBERS[KIT_CERT];
	struct channel_config *c;
	char identity[33], bundle[16384];
	size_t n = 0;

	/* With text around, twice the same, and one signed by another authority. */
	str_add(bundle, sizeof(bundle), &n, "platform\n%s\n%s", PEM.platform_certificate,
		PEM.platform_certificate);
	m.platform_certs = bundle;
	EXPECT_ERR(ERR_OK, kit_config_read(&m, false, NOW_MS, identity, &c));
	EXPECT_INT(1, c->keys_n);
	WECHAT.config_free(c);
	for (size_t i = 0; i < 7; i++)
		str_add(bundle, sizeof(bundle), &n, "%s", PEM.platform_certificate);
	EXPECT_ERR(ERR_CONFIG, read_as(&m, false, NOW_MS));
	EXPECT_STR("platform_certs", err_param());
}

/* --- refusals --- */

/* A right configuration with one member changed. */
#define BUT(member, text) but(offsetof(struct kit_members, member), (text))
static struct kit_members but(size_t at, const char *text)
{
	struct kit_members m = { .mch_id = MCH_ID,
				 .appid = APPID,
				 .serial_no = SERIAL_NO,
				 .private_key = PEM.app,
				 .api_v3_key = API_V3_KEY,
				 .base_url = BASE_URL,
				 .public_key_id = PUBLIC_KEY_ID,
				 .public_key = PEM.platform_public };

	memcpy((char *)&m + at, &text, sizeof(text));
	return m;
}

static void expect_refusals(const struct refusal *refusals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("# %s\n", refusals[i].why);
		EXPECT_ERR(ERR_CONFIG, read_as(&refusals[i].members, false, NOW_MS));
		EXPECT_STR(refusals[i].param, err_param());
		EXPECT(strstr(err_text(), "-----") == NULL);
		EXPECT(strstr(err_text(), API_V3_KEY) == NULL);
	}
}

static void b9_members_that_cannot_be_right_are_refused(void)
{
	const struct refusal REFUSALS[] = {
		{ "no mch_id", "mch_id", BUT(mch_id, NULL) },
		{ "empty mch_id", "mch_id", BUT(mch_id, "") },
		{ "mch_id in letters", "mch_id", BUT(mch_id, "19000072a1") },
		{ "mch_id of zeros", "mch_id", BUT(mch_id, "0000000000") },
		{ "no appid", "appid", BUT(appid, NULL) },
		{ "empty appid", "appid", BUT(appid, "") },
		{ "appid of another platform", "appid", BUT(appid, "2021000000000001") },
		{ "appid alone", "appid", BUT(appid, "wx") },
		{ "appid with a dash", "appid", BUT(appid, "wx-1") },
		{ "placeholder", "appid", BUT(appid, "wxXXXXXXXXXXXXXXXX") },
		{ "mini_appid", "mini_appid", BUT(mini_appid, "gh_1234") },
		{ "app_appid", "app_appid", BUT(app_appid, "app") },
		{ "no serial_no", "serial_no", BUT(serial_no, NULL) },
		{ "empty serial_no", "serial_no", BUT(serial_no, "") },
		{ "serial_no with colons", "serial_no", BUT(serial_no, "40:8B:07") },
		{ "serial_no of a public key", "serial_no", BUT(serial_no, PUBLIC_KEY_ID) },
		{ "no api_v3_key", "api_v3_key", BUT(api_v3_key, NULL) },
		{ "empty api_v3_key", "api_v3_key", BUT(api_v3_key, "") },
		{ "31 bytes", "api_v3_key", BUT(api_v3_key, "1234567890123456789012345678901") },
		{ "33 bytes", "api_v3_key", BUT(api_v3_key, "123456789012345678901234567890123") },
		{ "32 zeros", "api_v3_key", BUT(api_v3_key, "00000000000000000000000000000000") },
		{ "with a blank", "api_v3_key",
		  BUT(api_v3_key, "1234567890123456789012345678901 ") },
		{ "no private_key", "private_key", BUT(private_key, NULL) },
		{ "empty private_key", "private_key", BUT(private_key, " ") },
		{ "public half", "private_key", BUT(private_key, PEM.app_public) },
		{ "certificate", "private_key", BUT(private_key, PEM.app_certificate) },
		{ "no id", "public_key_id", BUT(public_key_id, NULL) },
		{ "id of a certificate", "public_key_id", BUT(public_key_id, CERT_SERIAL) },
		{ "id without number", "public_key_id", BUT(public_key_id, "PUB_KEY_ID_") },
		{ "no key", "public_key", BUT(public_key, NULL) },
		{ "certificate as key", "public_key", BUT(public_key, PEM.platform_certificate) },
		{ "private key as key", "public_key", BUT(public_key, PEM.platform) },
		{ "small key", "public_key", BUT(public_key, PEM.small_public) },
		{ "own key", "public_key", BUT(public_key, PEM.app_public) },
		{ "key as certificates", "platform_certs",
		  BUT(platform_certs, PEM.platform_public) },
		{ "own certificate", "platform_certs", BUT(platform_certs, PEM.app_certificate) },
		{ "no RSA", "platform_certs", BUT(platform_certs, PEM.root_certificates) },
		{ "half a certificate", "platform_certs",
		  BUT(platform_certs, "-----BEGIN CERTIFICATE-----\nMIIB") },
		{ "ca", "ca", BUT(ca, PEM.platform_public) },
	};

	CALL(expect_refusals(REFUSALS, sizeof(REFUSALS) / sizeof(REFUSALS[0])));
}

static void k8_hosts_that_a_test_merchant_may_not_call_are_refused(void)
{
	const struct refusal REFUSALS[] = {
		{ "none", "base_url", BUT(base_url, NULL) },
		{ "live", "base_url", BUT(base_url, WECHAT_BASE_LIVE) },
		{ "live backup", "base_url", BUT(base_url, WECHAT_BACKUP_LIVE) },
		{ "another of the vendor's", "base_url",
		  BUT(base_url, "https://apihk.mch.weixin.qq.com") },
		{ "the domain", "base_url", BUT(base_url, "https://weixin.qq.com") },
		{ "plain", "base_url", BUT(base_url, "http://sandbox.example.com") },
		{ "no address", "base_url", BUT(base_url, "sandbox.example.com") },
		{ "a path", "base_url", BUT(base_url, "http://127.0.0.1:8090/v3") },
		{ "a query", "base_url", BUT(base_url, "http://127.0.0.1:8090?a=b") },
		{ "backup live", "backup_url", BUT(backup_url, WECHAT_BACKUP_LIVE) },
		{ "backup plain", "backup_url", BUT(backup_url, "http://sandbox.example.com") },
	};

	CALL(expect_refusals(REFUSALS, sizeof(REFUSALS) / sizeof(REFUSALS[0])));
}

static void k8_a_live_merchant_calls_the_platform_only(void)
{
	struct kit_members m = BUT(base_url, NULL);
	struct channel_config *c;
	char identity[33];

	EXPECT_ERR(ERR_OK, kit_config_read(&m, true, NOW_MS, identity, &c));
	EXPECT_STR(WECHAT_BASE_LIVE, c->base_url);
	EXPECT_STR(WECHAT_BACKUP_LIVE, c->backup_url);
	EXPECT_STR("", c->roots);
	WECHAT.config_free(c);
	m.base_url = WECHAT_BACKUP_LIVE "/";
	EXPECT_ERR(ERR_OK, read_as(&m, true, NOW_MS));
	m.base_url = BASE_URL;
	EXPECT_ERR(ERR_CONFIG, read_as(&m, true, NOW_MS));
	EXPECT_STR("base_url", err_param());
	m.base_url = "http://api.mch.weixin.qq.com";
	EXPECT_ERR(ERR_CONFIG, read_as(&m, true, NOW_MS));
	m.base_url = "https://api.mch.weixin.qq.com.example.com";
	EXPECT_ERR(ERR_CONFIG, read_as(&m, true, NOW_MS));
	m.base_url = NULL;
	m.backup_url = "https://apihk.mch.weixin.qq.com";
	EXPECT_ERR(ERR_CONFIG, read_as(&m, true, NOW_MS));
	EXPECT_STR("backup_url", err_param());
	m.backup_url = NULL;
	m.ca = PEM.root_certificates;
	EXPECT_ERR(ERR_CONFIG, read_as(&m, true, NOW_MS));
	EXPECT_STR("ca", err_param());
}

static void k8_a_test_merchant_may_trust_roots_of_its_own(void)
{
	struct kit_members m = BUT(base_url, "https://sandbox.example.com");
	struct channel_versions v = { .n = 1 };
	struct channel_config *c;
	struct channel_call call;
	char identity[33];

	m.ca = PEM.root_certificates;
	EXPECT_ERR(ERR_OK, kit_config_read(&m, false, NOW_MS, identity, &c));
	v.config[0] = c;
	EXPECT_ERR(ERR_OK, WECHAT.query_build(&v, NUMBER, kit_env(), &call));
	EXPECT(str_is(call.tls.roots, PEM.root_certificates));
	EXPECT_INT(0, call.tls.certificate.n);
	WECHAT.config_free(c);
}

static void certificates_that_are_over_are_refused_when_they_are_new(void)
{
	struct channel_config *c = NULL;
	char identity[33];

	EXPECT_ERR(ERR_CONFIG, read_as(&KIT_MEMBERS[KIT_CERT], false, NOW_MS + CENTURY_MS));
	EXPECT_STR("platform_certs", err_param());
	/* One that was accepted before is read without a look at its end. */
	EXPECT_ERR(ERR_OK, kit_config_read(&KIT_MEMBERS[KIT_CERT], false, 0, identity, &c));
	EXPECT(WECHAT.config_expires_ms(c) > NOW_MS);
	WECHAT.config_free(c);
}

static void unknown_members_and_other_texts_are_refused(void)
{
	static const char *const TEXTS[] = { "", "[]", "{", "{\"mch_id\":1900007291}",
					     "{\"mchid\":\"1900007291\"}" };
	struct channel_config *c = NULL;
	char identity[33];

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		EXPECT_ERR(ERR_CONFIG,
			   WECHAT.config_read(str_of(TEXTS[i]), false, NOW_MS, identity, &c));
	EXPECT(c == NULL);
}

static const struct tap_test TESTS[] = {
	TEST(public_key_and_certificate_mode_are_read),
	TEST(one_appid_is_used_where_no_other_is_given),
	TEST(b12_certificates_are_added_once),
	TEST(serials_are_compared_as_numbers),
	TEST(a_bundle_of_certificates_is_read),
	TEST(b9_members_that_cannot_be_right_are_refused),
	TEST(k8_hosts_that_a_test_merchant_may_not_call_are_refused),
	TEST(k8_a_live_merchant_calls_the_platform_only),
	TEST(k8_a_test_merchant_may_trust_roots_of_its_own),
	TEST(certificates_that_are_over_are_refused_when_they_are_new),
	TEST(unknown_members_and_other_texts_are_refused),
};

KIT_MAIN(TESTS)
