#include "sys/crypto.h"

#include "base/codec.h"
#include "crypto_vectors.h"
#include "sys/cleanup.h"
#include "tap.h"

#include <pthread.h>

/* The base64 between a PEM text's first and last line, with its line breaks. */
static struct str bare(const char *pem)
{
	struct str s = str_of(pem), rest;

	(void)str_cut(s, '\n', &rest);
	return (struct str){ rest.p, str_find(rest, '-') };
}

static void private_keys_are_read_in_every_form(void)
{
	char amid[4000], one_line[4000];
	struct str forms[] = { str_of(KEY_PKCS8), str_of(KEY_PKCS1),           bare(KEY_PKCS8),
			       bare(KEY_PKCS1),   str_trim(str_of(KEY_PKCS8)), { amid, 0 },
			       { one_line, 0 } };
	CLEANUP(rsa_key_freep) struct rsa_key *public = NULL;
	char signature[RSA_SIGN_BASE64_MAX];

	crypto_start();
	str_add(amid, sizeof(amid), &forms[5].n, "a note\r\n %s\nanother", KEY_PKCS8);
	for (struct str rest = str_of(KEY_PKCS1); rest.n > 0;) {
		struct str line = str_cut(rest, '\n', &rest);

		str_add(one_line, sizeof(one_line), &forms[6].n, "%.*s ", (int)line.n, line.p);
	}
	EXPECT_ERR(ERR_OK, rsa_public_read(str_of(PUBLIC_SPKI), &public));
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;

		NOTE("form %zu", i);
		EXPECT_ERR(ERR_OK, rsa_private_read(forms[i], &key));
		EXPECT(rsa_same_key(key, public));
		EXPECT_ERR(ERR_OK, rsa_sha256_sign(key, STR(MESSAGE), signature));
		EXPECT_STR(SIGNATURE, signature);
	}
}

static void public_keys_are_read_in_every_form(void)
{
	struct str forms[] = { str_of(PUBLIC_SPKI), str_of(PUBLIC_PKCS1), bare(PUBLIC_SPKI),
			       bare(PUBLIC_PKCS1) };

	crypto_start();
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;

		NOTE("form %zu", i);
		EXPECT_ERR(ERR_OK, rsa_public_read(forms[i], &key));
		EXPECT_ERR(ERR_OK, rsa_sha256_verify(key, STR(MESSAGE), STR(SIGNATURE)));
	}
}

static void what_is_no_private_key_is_named(void)
{
	static char huge[SECRET_MAX + 100];
	const struct {
		struct str text;
		const char *says;
	} cases[] = {
		{ str_of(PUBLIC_SPKI), "this is a public key" },
		{ str_of(PUBLIC_PKCS1), "this is a public key" },
		{ bare(PUBLIC_SPKI), "this is a public key" },
		{ str_of(CERT_ROOT), "this is a certificate" },
		{ bare(CERT_ROOT), "this is a certificate" },
		{ str_of(KEY_ENCRYPTED_PKCS8), "encrypted" },
		{ str_of(KEY_ENCRYPTED_PKCS1), "encrypted" },
		{ bare(KEY_ENCRYPTED_PKCS8), "encrypted" },
		{ str_of(KEY_EC), "not an RSA key" },
		{ str_of(KEY_PSS), "not an RSA key" },
		{ str_of(KEY_SMALL), "1024 bits" },
		{ STR(""), "no key" },
		{ STR("    \n"), "no key" },
		{ STR("hello"), "no key" },
		{ STR("aGVsbG8="), "no key" },
		{ STR("-----BEGIN PRIVATE KEY-----"), "without its END" },
		{ STR("-----BEGIN PRIVATE KEY"), "cut short" },
		{ STR("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"), "no key" },
		{ str_skip(str_of(KEY_PKCS8), 40), "no key" },
		{ { KEY_PKCS8, 400 }, "without its END" },
		{ { huge, sizeof(huge) }, "longer than any key" },
	};
	struct rsa_key *key = NULL;

	crypto_start();
	memset(huge, 'A', sizeof(huge));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu: %s", i, cases[i].says);
		EXPECT_ERR(ERR_CONFIG, rsa_private_read(cases[i].text, &key));
		EXPECT(strstr(err_text(), cases[i].says) != NULL);
		EXPECT(key == NULL);
	}
}

static void what_is_no_public_key_is_named(void)
{
	const struct {
		struct str text;
		const char *says;
	} cases[] = {
		{ str_of(KEY_PKCS8), "this is a private key" },
		{ bare(KEY_PKCS1), "this is a private key" },
		{ str_of(CERT_ROOT), "this is a certificate" },
		{ str_of(KEY_ENCRYPTED_PKCS8), "encrypted" },
		{ str_of(PUBLIC_EC), "not an RSA key" },
		{ str_of(PUBLIC_SMALL), "1024 bits" },
		{ STR("hello"), "no key" },
	};
	struct rsa_key *key = NULL;

	crypto_start();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu: %s", i, cases[i].says);
		EXPECT_ERR(ERR_CONFIG, rsa_public_read(cases[i].text, &key));
		EXPECT(strstr(err_text(), cases[i].says) != NULL);
		EXPECT(key == NULL);
	}
}

static void one_byte_more_or_less_is_no_key(void)
{
	struct str body = bare(KEY_PKCS8);
	char text[4000], longer[4000];
	uint8_t der[2000];
	size_t n = 0, der_n = 0;
	struct rsa_key *key = NULL;

	crypto_start();
	for (size_t i = 0; i < body.n; i++)
		if (body.p[i] != '\n')
			text[n++] = body.p[i];
	EXPECT_ERR(ERR_OK, base64_read((struct str){ text, n }, der, sizeof(der), &der_n));
	der[der_n] = 0;
	(void)base64_write(der, der_n + 1, longer);
	EXPECT_ERR(ERR_CONFIG, rsa_private_read(str_of(longer), &key));
	(void)base64_write(der, der_n - 1, longer);
	EXPECT_ERR(ERR_CONFIG, rsa_private_read(str_of(longer), &key));
	(void)base64_write(der, der_n, longer);
	EXPECT_ERR(ERR_OK, rsa_private_read(str_of(longer), &key));
	rsa_key_freep(&key);
	EXPECT(key == NULL);
	rsa_key_free(NULL);
}

static void a_signature_fits_its_content_and_key_only(void)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	CLEANUP(rsa_key_freep) struct rsa_key *other = NULL;
	CLEANUP(secret_wipe) struct secret other_private = { NULL, 0 };
	char other_public[1000], changed[] = SIGNATURE;

	crypto_start();
	EXPECT_ERR(ERR_OK, rsa_public_read(str_of(PUBLIC_SPKI), &key));
	EXPECT_ERR(ERR_OK, rsa_generate(2048, &other_private, other_public, sizeof(other_public)));
	EXPECT_ERR(ERR_OK, rsa_public_read(str_of(other_public), &other));
	EXPECT(!rsa_same_key(key, other));

	for (int i = 0; i < 3; i++) {
		EXPECT_ERR(ERR_OK, rsa_sha256_verify(key, STR(MESSAGE), STR(SIGNATURE)));
		EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(key, STR(MESSAGE " "), STR(SIGNATURE)));
		EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(other, STR(MESSAGE), STR(SIGNATURE)));
	}
	changed[10] = changed[10] == 'A' ? 'B' : 'A';
	EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(key, STR(MESSAGE), str_of(changed)));
	EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(key, STR(MESSAGE), STR("")));
	EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(key, STR(MESSAGE), STR("AAAA")));
	EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(key, STR(MESSAGE), STR(SIGNATURE "\n")));
	EXPECT_ERR(ERR_SIGNATURE, rsa_sha256_verify(key, STR(MESSAGE), STR(SIGNATURE SIGNATURE)));
}

/* Why a signature was refused: another's, or over other content. */
static void the_maker_of_a_signature_is_known(void)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	CLEANUP(rsa_key_freep) struct rsa_key *other = NULL;
	CLEANUP(secret_wipe) struct secret other_private = { NULL, 0 };
	char other_public[1000], signature[RSA_SIGN_BASE64_MAX];

	crypto_start();
	EXPECT_ERR(ERR_OK, rsa_public_read(str_of(PUBLIC_SPKI), &key));
	EXPECT_ERR(ERR_OK, rsa_generate(2048, &other_private, other_public, sizeof(other_public)));
	EXPECT_ERR(ERR_OK, rsa_private_read(secret_reveal(&other_private), &other));
	EXPECT_ERR(ERR_OK, rsa_sha256_sign(other, STR(MESSAGE), signature));
	EXPECT(rsa_sha256_made_by(key, STR(SIGNATURE)));
	EXPECT(!rsa_sha256_made_by(other, STR(SIGNATURE)));
	EXPECT(rsa_sha256_made_by(other, str_of(signature)));
	EXPECT(!rsa_sha256_made_by(key, str_of(signature)));
	EXPECT(!rsa_sha256_made_by(key, STR("")));
	EXPECT(!rsa_sha256_made_by(key, STR("AAAA")));
	EXPECT(!rsa_sha256_made_by(key, STR("no base64")));
}

static void a_new_pair_signs_and_verifies(void)
{
	CLEANUP(secret_wipe) struct secret private = { NULL, 0 };
	CLEANUP(rsa_key_freep) struct rsa_key *signer = NULL;
	CLEANUP(rsa_key_freep) struct rsa_key *verifier = NULL;
	char public[1000], signature[RSA_SIGN_BASE64_MAX];

	crypto_start();
	EXPECT_ERR(ERR_OK, rsa_generate(2048, &private, public, sizeof(public)));
	EXPECT(str_starts(secret_reveal(&private), "-----BEGIN PRIVATE KEY-----\n"));
	EXPECT(str_starts(str_of(public), "-----BEGIN PUBLIC KEY-----\n"));
	EXPECT_ERR(ERR_OK, rsa_private_read(secret_reveal(&private), &signer));
	EXPECT_ERR(ERR_OK, rsa_public_read(str_of(public), &verifier));
	EXPECT(rsa_same_key(signer, verifier));
	EXPECT_ERR(ERR_OK, rsa_sha256_sign(signer, STR(""), signature));
	EXPECT_INT(344, strlen(signature));
	EXPECT_ERR(ERR_OK, rsa_sha256_verify(verifier, STR(""), str_of(signature)));
	/* A private key verifies as well. */
	EXPECT_ERR(ERR_OK, rsa_sha256_verify(signer, STR(""), str_of(signature)));
}

static void *sign_often(void *arg)
{
	const struct rsa_key *key = arg;
	char signature[RSA_SIGN_BASE64_MAX];

	for (int i = 0; i < 10; i++)
		if (rsa_sha256_sign(key, STR(MESSAGE), signature) != ERR_OK ||
		    strcmp(signature, SIGNATURE) != 0 ||
		    rsa_sha256_verify(key, STR(MESSAGE), STR(SIGNATURE)) != ERR_OK)
			return arg;
	return NULL;
}

/* More threads than contexts are kept. */
static void threads_share_a_key(void)
{
	CLEANUP(rsa_key_freep) struct rsa_key *key = NULL;
	pthread_t threads[20];
	void *failed = NULL;

	crypto_start();
	EXPECT_ERR(ERR_OK, rsa_private_read(str_of(KEY_PKCS8), &key));
	for (size_t i = 0; i < 20; i++)
		EXPECT(pthread_create(&threads[i], NULL, sign_often, key) == 0);
	for (size_t i = 0; i < 20; i++) {
		void *result = NULL;

		EXPECT(pthread_join(threads[i], &result) == 0);
		failed = result != NULL ? result : failed;
	}
	EXPECT(failed == NULL);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(private_keys_are_read_in_every_form),
	TEST(public_keys_are_read_in_every_form),
	TEST(what_is_no_private_key_is_named),
	TEST(what_is_no_public_key_is_named),
	TEST(one_byte_more_or_less_is_no_key),
	TEST(a_signature_fits_its_content_and_key_only),
	TEST(the_maker_of_a_signature_is_known),
	TEST(a_new_pair_signs_and_verifies),
	TEST(threads_share_a_key),
};
/* clang-format on */

TAP_MAIN(TESTS)
