/* wechat_fault_test.c - certificates and their rotation, and answers that go wrong when told to. */
#include "wechat_kit.h"

#include "base/err.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };
static const char CERTIFICATES[] = "/v3/certificates";

static json_t *certificate(struct shop_got a, size_t i)
{
	return json_array_get(json_object_get(a.json, "data"), i);
}

static const char *serial(json_t *certificate)
{
	return json_string_value(json_object_get(certificate, "serial_no"));
}

static const char *pem(enum kit_mode mode, json_t *certificate)
{
	return shop_decrypt(mode, json_object_get(certificate, "encrypt_certificate"));
}

/* Java refuses to verify by a certificate whose usage is something else. */
static void a_certificate_is_for_signatures(void)
{
	struct shop_got a = shop_call(KIT_CERT, "GET", CERTIFICATES, NULL);
	BIO *text = BIO_new_mem_buf(pem(KIT_CERT, certificate(a, 0)), -1);
	X509 *x = PEM_read_bio_X509(text, NULL, NULL, NULL);

	EXPECT(x != NULL);
	EXPECT(X509_get_extension_flags(x) & EXFLAG_KUSAGE);
	EXPECT(X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE);
	X509_free(x);
	BIO_free(text);
}

static const char *rotate(void)
{
	struct kit_http rotated = kit_http("/sandbox/wechat/rotate", "application/json", "{}");

	return rotated.status == 200 ? serial(kit_json(rotated.body)) : "refused";
}

static struct shop_got certificates_naming(const char *named)
{
	const struct shop_change change = { .wechatpay_serial = named };

	return shop_call_with(KIT_CERT, "GET", CERTIFICATES, NULL, &change);
}

static void a_rotation_adds_a_certificate_that_signs(void)
{
	struct shop_got a = shop_call(KIT_CERT, "GET", CERTIFICATES, NULL), b;
	const char *fresh, *no = shop_native(KIT_CERT, false);
	struct kit_notice n;

	EXPECT_INT(200, a.http.status);
	EXPECT(a.verified);
	EXPECT_INT(1, json_array_size(json_object_get(a.json, "data")));
	EXPECT_STR(shop_config(KIT_CERT, "platform_certs"), pem(KIT_CERT, certificate(a, 0)));
	EXPECT_STR(serial(certificate(a, 0)), kit_header(a.http, "Wechatpay-Serial"));

	fresh = rotate();
	b = certificates_naming("");
	/* Not to be verified by what the shop has; by what it gets, it is. */
	EXPECT(!b.verified);
	EXPECT_STR(fresh, kit_header(b.http, "Wechatpay-Serial"));
	EXPECT_INT(2, json_array_size(json_object_get(b.json, "data")));
	EXPECT_STR(serial(certificate(a, 0)), serial(certificate(b, 0)));
	EXPECT_STR(fresh, serial(certificate(b, 1)));
	shop_trust(fresh, pem(KIT_CERT, certificate(b, 1)));
	EXPECT(certificates_naming("").verified);
	EXPECT(shop_pay(no));
	n = kit_notice(no);
	EXPECT_STR(fresh, n.serial);
	EXPECT(shop_open_notice(KIT_CERT, &n) != NULL);
	/* The public key stays what it is. */
	EXPECT(shop_query(KIT_KEY, "nosuchnumber").verified);
}

/* Who can verify by the old one alone reaches the new one with it, until it is given out no more.
 */
static void a_certificate_that_is_named_signs_while_it_is_valid(void)
{
	const char *old = rotate(), *fresh;
	struct shop_got a = certificates_naming(old);

	EXPECT_STR(old, kit_header(a.http, "Wechatpay-Serial"));
	shop_trust(old, pem(KIT_CERT, certificate(a, 1)));
	fresh = rotate();
	a = certificates_naming(old);
	EXPECT(a.verified);
	EXPECT_STR(old, kit_header(a.http, "Wechatpay-Serial"));
	EXPECT_STR(old, serial(certificate(a, 0)));
	EXPECT_STR(fresh, serial(certificate(a, 1)));
	EXPECT_STR(fresh, kit_header(certificates_naming(fresh).http, "Wechatpay-Serial"));
	fresh = rotate();
	EXPECT_STR(fresh, kit_header(certificates_naming(old).http, "Wechatpay-Serial"));
}

static void a_merchant_of_the_public_key_has_no_certificates(void)
{
	struct shop_got a = shop_call(KIT_KEY, "GET", CERTIFICATES, NULL);

	EXPECT_INT(404, a.http.status);
	EXPECT_STR("RESOURCE_NOT_EXISTS", shop_text(a, "code"));
	EXPECT(a.verified);
}

static void the_request_names_the_key_that_signs(void)
{
	const struct shop_change public = { .wechatpay_serial =
						    shop_config(KIT_KEY, "public_key_id") };
	const struct shop_change nothing = { .wechatpay_serial = "" };
	struct shop_got a = shop_call_with(KIT_CERT, "GET", CERTIFICATES, NULL, &public);

	EXPECT_STR(public.wechatpay_serial, kit_header(a.http, "Wechatpay-Serial"));
	EXPECT(a.verified);
	a = shop_call_with(KIT_KEY, "GET", CERTIFICATES, NULL, &nothing);
	EXPECT_STR(public.wechatpay_serial, kit_header(a.http, "Wechatpay-Serial"));
	a = shop_call_with(KIT_CERT, "GET", CERTIFICATES, NULL, &nothing);
	EXPECT_INT(40, 8 + strlen(kit_header(a.http, "Wechatpay-Serial")));
}

static void answers_can_be_signed_wrongly(void)
{
	static const char *const KINDS[] = { "forge", "unsigned", "old_timestamp", "unknown_serial",
					     "probe" };
	const char *no = shop_native(KIT_KEY, false);

	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		struct shop_got a;
		const char *sign, *at;

		printf("# %s\n", KINDS[i]);
		EXPECT(shop_fault(no,
				  kit_printf("\"kind\":\"%s\",\"operation\":\"query\"", KINDS[i])));
		a = shop_query(KIT_KEY, no);
		EXPECT_STR("NOTPAY", shop_text(a, "trade_state"));
		sign = kit_header(a.http, "Wechatpay-Signature");
		at = kit_header(a.http, "Wechatpay-Timestamp");
		EXPECT(a.verified == (strcmp(KINDS[i], "old_timestamp") == 0));
		EXPECT((sign[0] == '\0') == (strcmp(KINDS[i], "unsigned") == 0));
		EXPECT((strncmp(sign, "WECHATPAY/SIGNTEST/", 19) == 0) ==
		       (strcmp(KINDS[i], "probe") == 0));
		if (a.verified)
			EXPECT(strtoll(at, NULL, 10) <= kit_now_ms() / 1000 - 3600);
		EXPECT(shop_query(KIT_KEY, no).verified);
	}
}

static void answers_can_be_lost_refused_and_wrong(void)
{
	const char *no = kit_number(), *path = "/v3/pay/transactions/native";
	struct shop_got a;

	EXPECT(shop_fault(no, "\"kind\":\"lose_answer\",\"operation\":\"native\""));
	EXPECT(shop_call(KIT_KEY, "POST", path, shop_order(KIT_KEY, no, "")).http.e != ERR_OK);
	EXPECT_STR("NOTPAY", shop_state(KIT_KEY, no));
	EXPECT(shop_fault(no, "\"kind\":\"error\",\"operation\":\"query\""));
	a = shop_query(KIT_KEY, no);
	EXPECT_INT(500, a.http.status);
	EXPECT_STR("SYSTEM_ERROR", shop_text(a, "code"));
	EXPECT(shop_fault(no, "\"kind\":\"error\",\"operation\":\"any\",\"status\":429,"
			      "\"code\":\"FREQUENCY_LIMITED\""));
	a = shop_query(KIT_KEY, no);
	EXPECT_INT(429, a.http.status);
	EXPECT_STR("FREQUENCY_LIMITED", shop_text(a, "code"));
	EXPECT(shop_fault(no, "\"kind\":\"wrong_amount\",\"operation\":\"query\",\"fen\":7"));
	a = shop_query(KIT_KEY, no);
	EXPECT_INT(7, shop_integer(a, "amount/total"));
	EXPECT(a.verified);
	EXPECT_INT(8888, shop_integer(shop_query(KIT_KEY, no), "amount/total"));
}

static void the_files_are_for_their_owner_only(void)
{
	static const char *const FILES[] = { "wechat-keys.json", "wechat.json",
					     "wechat-cert.json" };

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		struct stat st;

		EXPECT_INT(0, stat(kit_printf("%s/%s", kit_dir(), FILES[i]), &st));
		EXPECT_INT(0600, st.st_mode & 0777);
	}
	EXPECT_STR(kit_url(), shop_config(KIT_KEY, "base_url"));
	EXPECT_STR(kit_url(), shop_config(KIT_CERT, "backup_url"));
	EXPECT(shop_config(KIT_KEY, "platform_certs") == NULL);
	EXPECT(shop_config(KIT_CERT, "public_key") == NULL);
}

static const struct tap_test TESTS[] = {
	TEST(a_certificate_is_for_signatures),
	TEST(a_rotation_adds_a_certificate_that_signs),
	TEST(a_certificate_that_is_named_signs_while_it_is_valid),
	TEST(a_merchant_of_the_public_key_has_no_certificates),
	TEST(the_request_names_the_key_that_signs),
	TEST(answers_can_be_signed_wrongly),
	TEST(answers_can_be_lost_refused_and_wrong),
	TEST(the_files_are_for_their_owner_only),
};

KIT_MAIN(OPTIONS, TESTS)
