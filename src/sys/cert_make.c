/* cert_make.c - certificates of the sandbox's and the tests' own authority (declared in crypto.h).
 */
#include "sys/crypto.h"

#include "base/check.h"
#include "sys/cleanup.h"
#include "sys/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <time.h>

enum { SERIAL_BYTES = 16 };

static bool cert_fill(X509 *x, const struct cert_ask *ask, EVP_PKEY *subject_key);
static bool name_set(X509 *x, const char *name);
static bool serial_set(X509 *x, const uint8_t *serial);
static bool extend(X509 *x, X509 *issuer, const struct cert_ask *ask);
static bool extension_add(X509 *x, X509V3_CTX *ctx, int nid, const char *value);

enum err cert_make(const struct cert_ask *ask, char *pem, size_t cap)
{
	CLEANUP(pkey_freep) EVP_PKEY *subject_key = NULL;
	CLEANUP(pkey_freep) EVP_PKEY *issuer_key = NULL;
	CLEANUP(cert_freep) X509 *issuer = NULL;
	CLEANUP(cert_freep) X509 *x = X509_new();
	CLEANUP(bio_freep) BIO *bio = BIO_new(BIO_s_mem());
	bool is_root = ask->issuer_private_pem.n == 0;

	CHECK(x != NULL && bio != NULL);
	TRY(key_read(ask->subject_private_pem, true, &subject_key));
	if (!is_root) {
		TRY(key_read(ask->issuer_private_pem, true, &issuer_key));
		TRY(cert_first(ask->issuer_pem, &issuer));
	}
	if (!cert_fill(x, ask, subject_key) ||
	    X509_set_issuer_name(x, X509_get_subject_name(is_root ? x : issuer)) != 1 ||
	    !extend(x, is_root ? x : issuer, ask) ||
	    X509_sign(x, is_root ? subject_key : issuer_key, algorithms()->sha256) <= 0 ||
	    PEM_write_bio_X509(bio, x) != 1) {
		ERR_clear_error();
		FAIL(ERR_CRYPTO, "a certificate could not be made");
	}
	bio_copy(bio, pem, cap);
	return ERR_OK;
}

static bool cert_fill(X509 *x, const struct cert_ask *ask, EVP_PKEY *subject_key)
{
	time_t from = (time_t)(ask->from_ms / 1000), to = (time_t)(ask->to_ms / 1000);

	return X509_set_version(x, X509_VERSION_3) == 1 && serial_set(x, ask->serial) &&
	       X509_time_adj_ex(X509_getm_notBefore(x), 0, 0, &from) != NULL &&
	       X509_time_adj_ex(X509_getm_notAfter(x), 0, 0, &to) != NULL &&
	       name_set(x, ask->name) && X509_set_pubkey(x, subject_key) == 1;
}

/* More than one part, as the platforms' names have: their order is part of a certificate's SN. */
static bool name_set(X509 *x, const char *name)
{
	X509_NAME *subject = X509_get_subject_name(x);
	const struct {
		const char *field, *value;
	} parts[] = { { "C", "CN" }, { "O", "Tael" }, { "CN", name } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (X509_NAME_add_entry_by_txt(subject, parts[i].field, MBSTRING_UTF8,
					       (const unsigned char *)parts[i].value, -1, -1,
					       0) != 1)
			return false;
	return true;
}

static bool serial_set(X509 *x, const uint8_t *serial)
{
	BIGNUM *number = BN_bin2bn(serial, SERIAL_BYTES, NULL);
	bool set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;

	BN_free(number);
	return set;
}

/* A root has no authority above it: OpenSSL would write an empty identifier, which other readers
 * refuse. It may sign more than certificates, since one that stands alone is a platform's own: Java
 * verifies nothing by a certificate whose usage does not name it. */
static bool extend(X509 *x, X509 *issuer, const struct cert_ask *ask)
{
	bool is_root = x == issuer;
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	return extension_add(x, &ctx, NID_basic_constraints,
			     is_root ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
	       extension_add(x, &ctx, NID_key_usage,
			     is_root ? "critical,digitalSignature,keyCertSign,cRLSign"
				     : "critical,digitalSignature,keyEncipherment") &&
	       extension_add(x, &ctx, NID_subject_key_identifier, "hash") &&
	       (is_root || extension_add(x, &ctx, NID_authority_key_identifier, "keyid")) &&
	       (!ask->hosts || extension_add(x, &ctx, NID_subject_alt_name, ask->hosts)) &&
	       (!ask->usage || extension_add(x, &ctx, NID_ext_key_usage, ask->usage));
}

static bool extension_add(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
	bool added = extension != NULL && X509_add_ext(x, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return added;
}
