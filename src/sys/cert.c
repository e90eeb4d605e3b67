/* cert.c - reading and checking certificates (declared in crypto.h). */
#include "sys/crypto.h"

#include "base/check.h"
#include "base/codec.h"
#include "base/time.h"
#include "sys/cleanup.h"
#include "sys/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <string.h>
#include <time.h>

enum { PEM_MAX = 1024 * 1024, OID_TEXT = 80 };

static enum err sn_write(const X509 *x, char out[CERT_SN_TEXT]);
static bool is_rsa_signed(const X509 *x);
static enum err trust_roots(X509_STORE *store, struct str roots);
static enum err certs_read(struct str pem, STACK_OF(X509) * out);
static enum err chain_verify(X509_STORE *store, STACK_OF(X509) * certs, int64_t now_ms);
static int no_password(char *buffer, int size, int rwflag, void *data);
static void store_freep(X509_STORE **store);
static void stack_freep(STACK_OF(X509) * *certs);

enum err rsa_from_certificate(struct str pem, struct rsa_key **out)
{
	CLEANUP(cert_freep) X509 *x = NULL;
	EVP_PKEY *pkey;

	TRY(cert_first(pem, &x));
	pkey = X509_get_pubkey(x);
	ERR_clear_error();
	if (pkey == NULL)
		FAIL(ERR_CONFIG, "the certificate's key cannot be used");
	return rsa_key_new(pkey, false, out);
}

enum err cert_sn(struct str pem, char out[CERT_SN_TEXT])
{
	CLEANUP(cert_freep) X509 *x = NULL;

	TRY(cert_first(pem, &x));
	return sn_write(x, out);
}

enum err cert_root_sns(struct str pem, char out[CERT_SNS_TEXT])
{
	CLEANUP(bio_freep) BIO *at = NULL;
	char sns[CERT_SNS_TEXT], sn[CERT_SN_TEXT];
	size_t n = 0;

	for (;;) {
		CLEANUP(cert_freep) X509 *x = NULL;

		TRY(cert_next(pem, &at, &x));
		if (x == NULL)
			break;
		if (!is_rsa_signed(x))
			continue;
		if (n + CERT_SN_TEXT > sizeof(sns))
			FAIL(ERR_CONFIG, "more RSA certificates than any root bundle has");
		TRY(sn_write(x, sn));
		str_add(sns, sizeof(sns), &n, "%s%s", n > 0 ? "_" : "", sn);
	}
	if (n == 0)
		FAIL(ERR_CONFIG, "no RSA certificate among the root certificates");
	memcpy(out, sns, n + 1);
	return ERR_OK;
}

enum err cert_serial_hex(struct str pem, char out[CERT_SERIAL_TEXT])
{
	CLEANUP(cert_freep) X509 *x = NULL;
	BIGNUM *serial;
	char *hex;
	enum err e;

	TRY(cert_first(pem, &x));
	serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	hex = serial == NULL ? NULL : BN_bn2hex(serial);
	e = hex == NULL ? ERR_CONFIG : str_copy(out, CERT_SERIAL_TEXT, str_of(hex));
	OPENSSL_free(hex);
	BN_free(serial);
	ERR_clear_error();
	if (e != ERR_OK)
		FAIL(ERR_CONFIG, "the certificate's serial number cannot be read");
	return ERR_OK;
}

enum err cert_not_after(struct str pem, int64_t *ms)
{
	CLEANUP(cert_freep) X509 *x = NULL;
	char text[RFC3339_TEXT];
	size_t n = 0;
	struct tm tm;

	TRY(cert_first(pem, &x));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1) {
		ERR_clear_error();
		FAIL(ERR_CONFIG, "the certificate's end cannot be read");
	}
	str_add(text, sizeof(text), &n, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		(unsigned)(tm.tm_year + 1900) % 10000U, (unsigned)(tm.tm_mon + 1) % 100U,
		(unsigned)tm.tm_mday % 100U, (unsigned)tm.tm_hour % 100U,
		(unsigned)tm.tm_min % 100U, (unsigned)tm.tm_sec % 100U);
	if (rfc3339_read((struct str){ text, n }, ms) != ERR_OK)
		FAIL(ERR_CONFIG, "the certificate's end cannot be read");
	return ERR_OK;
}

enum err cert_verify(struct str pem, struct str roots, int64_t now_ms)
{
	CLEANUP(store_freep) X509_STORE *store = X509_STORE_new();
	CLEANUP(stack_freep) STACK_OF(X509) *certs = sk_X509_new_null();

	CHECK(store != NULL && certs != NULL);
	TRY(trust_roots(store, roots));
	TRY(certs_read(pem, certs));
	if (sk_X509_num(certs) == 0)
		FAIL(ERR_CONFIG, "no certificate in PEM");
	return chain_verify(store, certs, now_ms);
}

enum err cert_next(struct str pem, BIO **at, X509 **out)
{
	unsigned long why;

	if (*at == NULL) {
		if (pem.n > PEM_MAX)
			FAIL(ERR_CONFIG, "certificates of more than %d bytes", PEM_MAX);
		*at = BIO_new_mem_buf(pem.n > 0 ? pem.p : "", (int)pem.n);
		CHECK(*at != NULL);
	}
	*out = PEM_read_bio_X509(*at, NULL, no_password, NULL);
	why = ERR_peek_last_error();
	ERR_clear_error();
	if (*out == NULL &&
	    (ERR_GET_LIB(why) != ERR_LIB_PEM || ERR_GET_REASON(why) != PEM_R_NO_START_LINE))
		FAIL(ERR_CONFIG, "a certificate that cannot be read");
	return ERR_OK;
}

enum err cert_first(struct str pem, X509 **out)
{
	CLEANUP(bio_freep) BIO *at = NULL;

	TRY(cert_next(pem, &at, out));
	if (*out == NULL)
		FAIL(ERR_CONFIG, "no certificate in PEM");
	return ERR_OK;
}

void bio_copy(BIO *bio, char *out, size_t cap)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);

	CHECK(n >= 0 && (size_t)n < cap);
	memcpy(out, p, (size_t)n);
	out[n] = '\0';
}

void pkey_freep(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
	*k = NULL;
}

void cert_freep(X509 **x)
{
	X509_free(*x);
	*x = NULL;
}

void bio_freep(BIO **b)
{
	BIO_free(*b);
	*b = NULL;
}

/* The issuer is written as RFC 2253 has it, last part first, with other than ASCII left as UTF-8.
 */
static enum err sn_write(const X509 *x, char out[CERT_SN_TEXT])
{
	CLEANUP(bio_freep) BIO *text = BIO_new(BIO_s_mem());
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *decimal = serial == NULL ? NULL : BN_bn2dec(serial);
	uint8_t digest[MD5_BYTES];
	bool written;
	char *p;
	long n;

	written = decimal != NULL && text != NULL &&
		  X509_NAME_print_ex(text, X509_get_issuer_name(x), 0,
				     XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0 &&
		  BIO_puts(text, decimal) > 0;
	OPENSSL_free(decimal);
	BN_free(serial);
	ERR_clear_error();
	if (!written)
		FAIL(ERR_CONFIG, "the certificate's issuer or serial number cannot be read");
	n = BIO_get_mem_data(text, &p);
	md5((struct str){ p, (size_t)n }, digest);
	hex_write(digest, sizeof(digest), out);
	return ERR_OK;
}

static bool is_rsa_signed(const X509 *x)
{
	const X509_ALGOR *algorithm = X509_get0_tbs_sigalg(x);
	const ASN1_OBJECT *oid;
	char text[OID_TEXT];

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if (OBJ_obj2txt(text, sizeof(text), oid, 1) <= 0)
		return false;
	return str_starts(str_of(text), "1.2.840.113549.1.1.");
}

static enum err trust_roots(X509_STORE *store, struct str roots)
{
	CLEANUP(bio_freep) BIO *at = NULL;

	for (;;) {
		CLEANUP(cert_freep) X509 *root = NULL;

		TRY(cert_next(roots, &at, &root));
		if (root == NULL)
			return ERR_OK;
		CHECK(X509_STORE_add_cert(store, root) == 1);
	}
}

/* All of them: the first is to be verified, the others may stand between it and a root. */
static enum err certs_read(struct str pem, STACK_OF(X509) * out)
{
	CLEANUP(bio_freep) BIO *at = NULL;
	X509 *x;

	for (;;) {
		TRY(cert_next(pem, &at, &x));
		if (x == NULL)
			return ERR_OK;
		CHECK(sk_X509_push(out, x) > 0);
	}
}

static enum err chain_verify(X509_STORE *store, STACK_OF(X509) * certs, int64_t now_ms)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool verified;
	int why;

	CHECK(ctx != NULL);
	CHECK(X509_STORE_CTX_init(ctx, store, sk_X509_value(certs, 0), certs) == 1);
	X509_STORE_CTX_set_time(ctx, 0, (time_t)(now_ms / 1000));
	/* Who is listed as a root is one, though somebody else may have signed it too. */
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN);
	verified = X509_verify_cert(ctx) == 1;
	why = X509_STORE_CTX_get_error(ctx);
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	if (!verified)
		FAIL(ERR_SIGNATURE, "the certificate is not trusted: %s",
		     X509_verify_cert_error_string(why));
	return ERR_OK;
}

/* OpenSSL would ask the terminal for the password of an encrypted block. */
static int no_password(char *buffer, int size, int rwflag, void *data)
{
	(void)buffer;
	(void)size;
	(void)rwflag;
	(void)data;
	return -1;
}

static void store_freep(X509_STORE **store)
{
	X509_STORE_free(*store);
}

static void stack_freep(STACK_OF(X509) * *certs)
{
	sk_X509_pop_free(*certs, X509_free);
}
