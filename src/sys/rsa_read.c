/* rsa_read.c - keys as shops get them: PEM or bare base64, PKCS#1 or PKCS#8 (declared in crypto.h).
 */
#include "sys/crypto.h"

#include "base/check.h"
#include "base/codec.h"
#include "sys/cleanup.h"
#include "sys/openssl.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include <string.h>

/* What a text turned out to be. */
enum form { FORM_PRIVATE, FORM_PUBLIC, FORM_CERTIFICATE, FORM_ENCRYPTED, FORM_UNKNOWN };

enum { DER_MAX = SECRET_MAX / 4 * 3 };

static enum err pem_body(struct str text, struct str *body);
static enum err body_read(struct str body, uint8_t der[DER_MAX], size_t *n);
static enum form der_read(const uint8_t *der, size_t n, EVP_PKEY **key);
static bool der_is_certificate(const uint8_t *der, size_t n);
static bool der_is_encrypted(const uint8_t *der, size_t n);

enum err rsa_private_read(struct str text, struct rsa_key **out)
{
	EVP_PKEY *pkey;

	TRY(key_read(text, true, &pkey));
	return rsa_key_new(pkey, true, out);
}

enum err rsa_public_read(struct str text, struct rsa_key **out)
{
	EVP_PKEY *pkey;

	TRY(key_read(text, false, &pkey));
	return rsa_key_new(pkey, false, out);
}

enum err key_read(struct str text, bool want_private, EVP_PKEY **out)
{
	static const char *const NAMES[] = {
		[FORM_PRIVATE] = "a private key",
		[FORM_PUBLIC] = "a public key",
		[FORM_CERTIFICATE] = "a certificate",
		[FORM_ENCRYPTED] = "an encrypted private key",
		[FORM_UNKNOWN] = "no key in PEM or base64",
	};
	CLEANUP(pkey_freep) EVP_PKEY *key = NULL;
	uint8_t der[DER_MAX];
	struct str body;
	enum form form;
	size_t n;

	TRY(pem_body(text, &body));
	TRY(body_read(body, der, &n));
	form = der_read(der, n, &key);
	wipe(der, sizeof(der));
	ERR_clear_error();
	if (form != (want_private ? FORM_PRIVATE : FORM_PUBLIC))
		FAIL(ERR_CONFIG, "this is %s, but %s is needed", NAMES[form],
		     NAMES[want_private ? FORM_PRIVATE : FORM_PUBLIC]);
	*out = TAKE(key);
	return ERR_OK;
}

/* What stands between the first BEGIN and END lines, or the whole text when there are none. */
static enum err pem_body(struct str text, struct str *body)
{
	const char *begin, *end;

	*body = text;
	begin = text.n > 0 ? memmem(text.p, text.n, "-----BEGIN ", 11) : NULL;
	if (begin == NULL)
		return ERR_OK;
	text = str_skip(text, (size_t)(begin - text.p) + 11);
	begin = memmem(text.p, text.n, "-----", 5);
	if (begin == NULL)
		FAIL(ERR_CONFIG, "a key's BEGIN line is cut short");
	text = str_skip(text, (size_t)(begin - text.p) + 5);
	end = memmem(text.p, text.n, "-----END ", 9);
	if (end == NULL)
		FAIL(ERR_CONFIG, "a key without its END line");
	*body = (struct str){ text.p, (size_t)(end - text.p) };
	if (memmem(body->p, body->n, "ENCRYPTED", 9) != NULL)
		FAIL(ERR_CONFIG, "this is an encrypted private key: store it without a password");
	return ERR_OK;
}

/* Base64 with line breaks and spaces anywhere. */
static enum err body_read(struct str body, uint8_t der[DER_MAX], size_t *n)
{
	char text[SECRET_MAX];
	size_t text_n = 0;
	enum err e;

	for (size_t i = 0; i < body.n; i++) {
		if (str_find(STR(" \t\r\n"), body.p[i]) < 4)
			continue;
		if (text_n == sizeof(text))
			FAIL(ERR_CONFIG, "longer than any key");
		text[text_n++] = body.p[i];
	}
	e = base64_read((struct str){ text, text_n }, der, DER_MAX, n);
	wipe(text, sizeof(text));
	if (e != ERR_OK || *n == 0)
		FAIL(ERR_CONFIG, "this is no key in PEM or base64");
	return ERR_OK;
}

static enum form der_read(const uint8_t *der, size_t n, EVP_PKEY **key)
{
	const uint8_t *end = der + n, *p = der;

	*key = d2i_AutoPrivateKey(NULL, &p, (long)n);
	if (*key != NULL && p == end)
		return FORM_PRIVATE;
	pkey_freep(key);
	p = der;
	*key = d2i_PUBKEY(NULL, &p, (long)n);
	if (*key != NULL && p == end)
		return FORM_PUBLIC;
	pkey_freep(key);
	p = der;
	*key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)n);
	if (*key != NULL && p == end)
		return FORM_PUBLIC;
	pkey_freep(key);
	if (der_is_certificate(der, n))
		return FORM_CERTIFICATE;
	return der_is_encrypted(der, n) ? FORM_ENCRYPTED : FORM_UNKNOWN;
}

static bool der_is_certificate(const uint8_t *der, size_t n)
{
	CLEANUP(cert_freep) X509 *x = d2i_X509(NULL, &der, (long)n);

	return x != NULL;
}

static bool der_is_encrypted(const uint8_t *der, size_t n)
{
	X509_SIG *sealed = d2i_X509_SIG(NULL, &der, (long)n);

	X509_SIG_free(sealed);
	return sealed != NULL;
}
