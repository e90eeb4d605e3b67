#include "sys/crypto.h"

#include "crypto_vectors.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define NOW INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */
/* printf 'CN=Root 测试,O=Tael,C=CN42727554806106214337429848560194552063' | openssl dgst -md5 */
#define MADE_SN "dab19e0d4c0fb48a0691181a44700811"
#define YEAR_MS INT64_C(31536000000)

enum { PEM_MAX = 4000 };

static struct str join(char *out, size_t cap, const char *a, const char *b, const char *c)
{
	size_t n = 0;

	str_add(out, cap, &n, "%s\n%s\r\n%s", a, b, c);
	return (struct str){ out, n };
}

static void serial_numbers_are_the_platforms(void)
{
	char sn[CERT_SN_TEXT], both[2 * PEM_MAX];

	crypto_start();
	EXPECT_ERR(ERR_OK, cert_sn(str_of(CERT_ROOT), sn));
	EXPECT_STR(CERT_ROOT_SN, sn);
	EXPECT_ERR(ERR_OK, cert_sn(str_of(CERT_APP), sn));
	EXPECT_STR(CERT_APP_SN, sn);
	/* The first certificate counts, and other PEM blocks are passed over. */
	EXPECT_ERR(ERR_OK, cert_sn(join(both, sizeof(both), PUBLIC_SPKI, CERT_ROOT, CERT_APP), sn));
	EXPECT_STR(CERT_ROOT_SN, sn);
}

static void serials_are_upper_case_hex(void)
{
	char serial[CERT_SERIAL_TEXT], both[2 * PEM_MAX];

	crypto_start();
	EXPECT_ERR(ERR_OK, cert_serial_hex(str_of(CERT_ROOT), serial));
	EXPECT_STR(CERT_ROOT_SERIAL, serial);
	EXPECT_ERR(ERR_OK,
		   cert_serial_hex(join(both, sizeof(both), PUBLIC_SPKI, CERT_APP, CERT_ROOT),
				   serial));
	EXPECT_STR(CERT_APP_SERIAL, serial);
}

static void roots_signed_by_other_than_rsa_are_skipped(void)
{
	char sns[CERT_SNS_TEXT], bundle[4 * PEM_MAX];

	crypto_start();
	EXPECT_ERR(ERR_OK, cert_root_sns(str_of(CERT_ROOT), sns));
	EXPECT_STR(CERT_ROOT_SN, sns);
	/* What counts is the signature's algorithm: an RSA key certified by EC is skipped too. */
	EXPECT_ERR(ERR_OK,
		   cert_root_sns(join(bundle, sizeof(bundle), CERT_EC_ROOT, CERT_BY_EC, CERT_APP),
				 sns));
	EXPECT_STR(CERT_APP_SN, sns);
	EXPECT_ERR(ERR_OK,
		   cert_root_sns(join(bundle, sizeof(bundle), CERT_ROOT, CERT_EC_ROOT, CERT_APP),
				 sns));
	EXPECT_STR(CERT_ROOT_SN "_" CERT_APP_SN, sns);
}

static void a_bundle_has_at_most_16_rsa_roots(void)
{
	static char bundle[20 * PEM_MAX];
	char sns[CERT_SNS_TEXT] = "";
	size_t n = 0;

	crypto_start();
	for (int i = 0; i < 16; i++)
		str_add(bundle, sizeof(bundle), &n, "%s", CERT_ROOT);
	EXPECT_ERR(ERR_OK, cert_root_sns((struct str){ bundle, n }, sns));
	EXPECT_INT(16 * 33 - 1, strlen(sns));
	str_add(bundle, sizeof(bundle), &n, "%s", CERT_ROOT);
	EXPECT_ERR(ERR_CONFIG, cert_root_sns((struct str){ bundle, n }, sns));
}

static void what_is_no_certificate_is_refused(void)
{
	static const char ENCRYPTED[] = "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
					"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
					"AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE-----\n";
	const struct str cases[] = {
		STR(""),
		STR("hello"),
		str_of(PUBLIC_SPKI),
		str_of(ENCRYPTED),
		{ CERT_ROOT, 400 },
		{ NULL, 0 },
		STR("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
	};
	char sn[CERT_SN_TEXT] = "old", sns[CERT_SNS_TEXT] = "old";
	char serial[CERT_SERIAL_TEXT] = "old";
	struct rsa_key *key = NULL;
	int64_t ms = 42;

	crypto_start();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu", i);
		EXPECT_ERR(ERR_CONFIG, cert_sn(cases[i], sn));
		EXPECT_ERR(ERR_CONFIG, cert_serial_hex(cases[i], serial));
		EXPECT_ERR(ERR_CONFIG, cert_root_sns(cases[i], sns));
		EXPECT_ERR(ERR_CONFIG, cert_not_after(cases[i], &ms));
		EXPECT_ERR(ERR_CONFIG, rsa_from_certificate(cases[i], &key));
		EXPECT_ERR(ERR_CONFIG, cert_verify(cases[i], str_of(CERT_ROOT), NOW));
	}
	EXPECT_ERR(ERR_CONFIG, cert_root_sns(str_of(CERT_EC_ROOT), sns));
	EXPECT_STR("old", sn);
	EXPECT_STR("old", sns);
	EXPECT_STR("old", serial);
	EXPECT_INT(42, ms);
	EXPECT(key == NULL);
}

static void a_certificate_gives_its_key_and_end(void)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	struct rsa_key *none = NULL;
	int64_t ms = 0;

	crypto_start();
	EXPECT_ERR(ERR_OK, rsa_from_certificate(str_of(CERT_APP), &key));
	EXPECT_ERR(ERR_OK, rsa_sha256_verify(key, STR(MESSAGE), STR(SIGNATURE)));
	EXPECT_ERR(ERR_OK, cert_not_after(str_of(CERT_APP), &ms));
	EXPECT_INT(CERT_APP_END_MS, ms);
	EXPECT_ERR(ERR_CONFIG, rsa_from_certificate(str_of(CERT_EC_ROOT), &none));
	EXPECT(none == NULL);
}

static void a_certificate_is_trusted_by_its_root_only(void)
{
	char both[2 * PEM_MAX];
	int64_t in_force = CERT_APP_END_MS - YEAR_MS;

	crypto_start();
	EXPECT_ERR(ERR_OK, cert_verify(str_of(CERT_APP), str_of(CERT_ROOT), in_force));
	EXPECT_ERR(ERR_OK, cert_verify(str_of(CERT_ROOT), str_of(CERT_ROOT), in_force));
	EXPECT_ERR(ERR_OK,
		   cert_verify(str_of(CERT_APP),
			       join(both, sizeof(both), CERT_EC_ROOT, CERT_ROOT, ""), in_force));
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(str_of(CERT_APP), str_of(CERT_EC_ROOT), in_force));
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(str_of(CERT_APP), STR(""), in_force));
	EXPECT_ERR(ERR_SIGNATURE,
		   cert_verify(str_of(CERT_APP), str_of(CERT_ROOT), CERT_APP_END_MS + 1000));
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(str_of(CERT_APP), str_of(CERT_ROOT), YEAR_MS));
	/* The root that comes along with a certificate is not thereby trusted. */
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(join(both, sizeof(both), CERT_APP, CERT_ROOT, ""),
					      str_of(CERT_EC_ROOT), in_force));
}

static void an_own_authority_is_made(void)
{
	static const uint8_t SERIAL[16] = { 0x20, 0x25, 7, 0x18, 0xfe, 0xe0, [15] = 0xff };
	struct cert_ask ask = { .name = "Root 测试",
				.serial = SERIAL,
				.from_ms = NOW,
				.to_ms = NOW + YEAR_MS,
				.subject_private_pem = str_of(KEY_PKCS8) };
	CLEANUP(secret_wipe) struct secret leaf_private = { NULL, 0 };
	CLEANUP(rsa_key_freep) struct rsa_key *public = NULL;
	CLEANUP(rsa_key_freep) struct rsa_key *certified = NULL;
	char root[PEM_MAX], leaf[PEM_MAX], leaf_public[1000], sn[CERT_SN_TEXT],
		root_sn[CERT_SN_TEXT], serial[CERT_SERIAL_TEXT];
	int64_t ms = 0;

	crypto_start();
	EXPECT_ERR(ERR_OK, cert_make(&ask, root, sizeof(root)));
	EXPECT_ERR(ERR_OK, rsa_generate(2048, &leaf_private, leaf_public, sizeof(leaf_public)));
	ask = (struct cert_ask){ .name = "app",
				 .serial = SERIAL,
				 .from_ms = NOW,
				 .to_ms = NOW + YEAR_MS / 2,
				 .subject_private_pem = secret_reveal(&leaf_private),
				 .issuer_private_pem = str_of(KEY_PKCS8),
				 .issuer_pem = str_of(root) };
	EXPECT_ERR(ERR_OK, cert_make(&ask, leaf, sizeof(leaf)));

	EXPECT_ERR(ERR_OK, cert_verify(str_of(leaf), str_of(root), NOW));
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(str_of(leaf), str_of(root), NOW - 1000));
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(str_of(root), str_of(leaf), NOW));
	EXPECT_ERR(ERR_SIGNATURE, cert_verify(str_of(leaf), str_of(CERT_ROOT), NOW));
	EXPECT_ERR(ERR_OK, cert_not_after(str_of(leaf), &ms));
	EXPECT_INT(NOW + YEAR_MS / 2, ms);
	EXPECT_ERR(ERR_OK, rsa_public_read(str_of(leaf_public), &public));
	EXPECT_ERR(ERR_OK, rsa_from_certificate(str_of(leaf), &certified));
	EXPECT(rsa_same_key(public, certified));
	/* Issuer and serial number agree, and so do the SNs. */
	EXPECT_ERR(ERR_OK, cert_sn(str_of(leaf), sn));
	EXPECT_ERR(ERR_OK, cert_sn(str_of(root), root_sn));
	EXPECT_STR(root_sn, sn);
	EXPECT_STR(MADE_SN, sn);
	EXPECT_ERR(ERR_OK, cert_serial_hex(str_of(leaf), serial));
	EXPECT_STR("20250718FEE0000000000000000000FF", serial);
}

static X509 *parsed(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return x;
}

static void x509_freep(X509 **x)
{
	X509_free(*x);
}

/* The hosts and the use are what a TLS library looks at. */
static void a_certificate_names_its_hosts_and_its_use(void)
{
	static const uint8_t SERIAL[16] = { 1 };
	struct cert_ask ask = { .name = "server",
				.hosts = "DNS:localhost,IP:127.0.0.1,IP:::1",
				.usage = "serverAuth",
				.serial = SERIAL,
				.from_ms = NOW,
				.to_ms = NOW + YEAR_MS,
				.subject_private_pem = str_of(KEY_PKCS8),
				.issuer_private_pem = str_of(KEY_PKCS8) };
	CLEANUP(x509_freep) X509 *server = NULL;
	CLEANUP(x509_freep) X509 *client = NULL;
	struct cert_ask root_ask = ask;
	char root[PEM_MAX], pem[PEM_MAX];

	crypto_start();
	root_ask.hosts = root_ask.usage = NULL;
	root_ask.issuer_private_pem = STR("");
	EXPECT_ERR(ERR_OK, cert_make(&root_ask, root, sizeof(root)));
	ask.issuer_pem = str_of(root);
	EXPECT_ERR(ERR_OK, cert_make(&ask, pem, sizeof(pem)));
	server = parsed(pem);
	EXPECT(server != NULL);
	EXPECT_INT(1, X509_check_host(server, "localhost", 0, 0, NULL));
	EXPECT_INT(1, X509_check_ip_asc(server, "127.0.0.1", 0));
	EXPECT_INT(1, X509_check_ip_asc(server, "::1", 0));
	EXPECT_INT(0, X509_check_ip_asc(server, "127.0.0.2", 0));
	EXPECT_INT(0, X509_check_host(server, "localhost.example", 0, 0, NULL));
	EXPECT_INT(1, X509_check_purpose(server, X509_PURPOSE_SSL_SERVER, 0));
	EXPECT_INT(0, X509_check_purpose(server, X509_PURPOSE_SSL_CLIENT, 0));

	ask.hosts = NULL;
	ask.usage = "clientAuth";
	EXPECT_ERR(ERR_OK, cert_make(&ask, pem, sizeof(pem)));
	client = parsed(pem);
	EXPECT(client != NULL);
	EXPECT_INT(0, X509_check_host(client, "localhost", 0, 0, NULL));
	EXPECT_INT(0, X509_check_purpose(client, X509_PURPOSE_SSL_SERVER, 0));
	EXPECT_INT(1, X509_check_purpose(client, X509_PURPOSE_SSL_CLIENT, 0));

	ask.hosts = "nonsense";
	EXPECT_ERR(ERR_CRYPTO, cert_make(&ask, pem, sizeof(pem)));
}

static void a_certificate_needs_its_keys(void)
{
	static const uint8_t SERIAL[16] = { 1 };
	struct cert_ask ask = { .name = "x",
				.serial = SERIAL,
				.to_ms = NOW,
				.subject_private_pem = str_of(PUBLIC_SPKI) };
	char pem[PEM_MAX] = "old";

	crypto_start();
	EXPECT_ERR(ERR_CONFIG, cert_make(&ask, pem, sizeof(pem)));
	ask.subject_private_pem = ask.issuer_private_pem = str_of(KEY_PKCS8);
	EXPECT_ERR(ERR_CONFIG, cert_make(&ask, pem, sizeof(pem)));
	EXPECT_STR("old", pem);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(serial_numbers_are_the_platforms),
	TEST(serials_are_upper_case_hex),
	TEST(roots_signed_by_other_than_rsa_are_skipped),
	TEST(a_bundle_has_at_most_16_rsa_roots),
	TEST(what_is_no_certificate_is_refused),
	TEST(a_certificate_gives_its_key_and_end),
	TEST(a_certificate_is_trusted_by_its_root_only),
	TEST(an_own_authority_is_made),
	TEST(a_certificate_names_its_hosts_and_its_use),
	TEST(a_certificate_needs_its_keys),
};
/* clang-format on */

TAP_MAIN(TESTS)
