/* kit_sign.c - the shop's keys and signatures, straight over OpenSSL. */
#include "kit_inside.h"

#include "base/check.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { SIGN_BYTES = 256, SIGN_BASE64 = 345, SN_TEXT = 33 };

static struct {
	char app_id[20];
	EVP_PKEY *own, *platform;
} side[2];
static char own_sn[SN_TEXT], root_sn[SN_TEXT];

static json_t *read_config(const char *dir, const char *file);
static EVP_PKEY *private_key(const char *pem);
static EVP_PKEY *public_key(const char *pem);
static X509 *certificate(const char *pem);
static void serial_number(const char *pem, char out[SN_TEXT]);
static int by_name(const void *a, const void *b);

void kit_keys_read(const char *dir)
{
	json_t *key = read_config(dir, "alipay.json"), *cert = read_config(dir, "alipay-cert.json");
	X509 *platform = certificate(json_string_value(json_object_get(cert, "alipay_cert")));

	(void)snprintf(side[KIT_KEY].app_id, sizeof(side[0].app_id), "%s",
		       json_string_value(json_object_get(key, "app_id")));
	(void)snprintf(side[KIT_CERT].app_id, sizeof(side[0].app_id), "%s",
		       json_string_value(json_object_get(cert, "app_id")));
	side[KIT_KEY].own = private_key(json_string_value(json_object_get(key, "private_key")));
	side[KIT_CERT].own = private_key(json_string_value(json_object_get(cert, "private_key")));
	side[KIT_KEY].platform =
		public_key(json_string_value(json_object_get(key, "alipay_public_key")));
	side[KIT_CERT].platform = X509_get_pubkey(platform);
	serial_number(json_string_value(json_object_get(cert, "app_cert")), own_sn);
	serial_number(json_string_value(json_object_get(cert, "alipay_root_cert")), root_sn);
	X509_free(platform);
	json_decref(key);
	json_decref(cert);
}

void kit_keys_free(void)
{
	for (int i = 0; i < 2; i++) {
		EVP_PKEY_free(side[i].own);
		EVP_PKEY_free(side[i].platform);
	}
}

const char *kit_app(enum kit_mode mode)
{
	return side[mode].app_id;
}

const char *kit_gateway_sn(bool root)
{
	return root ? root_sn : own_sn;
}

const char *kit_sign(enum kit_mode mode, const char *text)
{
	unsigned char raw[SIGN_BYTES];
	char *base64 = kit_room(SIGN_BASE64);
	size_t n = sizeof(raw);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CHECK(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, side[mode].own) == 1);
	CHECK(EVP_DigestSign(ctx, raw, &n, (const unsigned char *)text, strlen(text)) == 1);
	EVP_MD_CTX_free(ctx);
	CHECK(EVP_EncodeBlock((unsigned char *)base64, raw, (int)n) == SIGN_BASE64 - 1);
	return base64;
}

bool kit_verify(enum kit_mode mode, const char *text, size_t n, const char *sign)
{
	unsigned char raw[SIGN_BASE64];
	EVP_MD_CTX *ctx;
	bool good;

	/* Three bytes for four characters; 256 of them are the signature, the rest padding. */
	if (strlen(sign) != SIGN_BASE64 - 1 ||
	    EVP_DecodeBlock(raw, (const unsigned char *)sign, SIGN_BASE64 - 1) < SIGN_BYTES)
		return false;
	ctx = EVP_MD_CTX_new();
	CHECK(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, side[mode].platform) == 1);
	good = EVP_DigestVerify(ctx, raw, SIGN_BYTES, (const unsigned char *)text, n) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

bool kit_is_from_platform(enum kit_mode mode, const struct kit_param *params, size_t n)
{
	struct kit_param sorted[KIT_FIELDS];
	const char *sign = "";
	char *text = kit_printf("%s", "");

	CHECK(n <= KIT_FIELDS);
	memcpy(sorted, params, n * sizeof(*params));
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(sorted[i].name, "sign") == 0)
			sign = sorted[i].value;
		else if (strcmp(sorted[i].name, "sign_type") != 0)
			text = kit_printf("%s%s%s=%s", text, text[0] ? "&" : "", sorted[i].name,
					  sorted[i].value);
	}
	return kit_verify(mode, text, strlen(text), sign);
}

static json_t *read_config(const char *dir, const char *file)
{
	json_t *config = json_load_file(kit_printf("%s/%s", dir, file), 0, NULL);

	CHECK(config != NULL);
	return config;
}

static EVP_PKEY *private_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	CHECK(key != NULL);
	BIO_free(bio);
	return key;
}

static EVP_PKEY *public_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);

	CHECK(key != NULL);
	BIO_free(bio);
	return key;
}

static X509 *certificate(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	CHECK(x != NULL);
	BIO_free(bio);
	return x;
}

/* MD5 over the issuer's name, most special part first, and the serial number in decimal. */
static void serial_number(const char *pem, char out[SN_TEXT])
{
	X509 *x = certificate(pem);
	BIO *bio = BIO_new(BIO_s_mem());
	BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *decimal = BN_bn2dec(serial), *text;
	unsigned char digest[16];
	long n;

	X509_NAME_print_ex(bio, X509_get_issuer_name(x), 0, XN_FLAG_RFC2253);
	BIO_puts(bio, decimal);
	n = BIO_get_mem_data(bio, &text);
	CHECK(EVP_Digest(text, (size_t)n, digest, NULL, EVP_md5(), NULL) == 1);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
	OPENSSL_free(decimal);
	BN_free(serial);
	BIO_free(bio);
	X509_free(x);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kit_param *)a)->name, ((const struct kit_param *)b)->name);
}
