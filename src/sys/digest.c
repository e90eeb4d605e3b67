/* digest.c - SHA-256, MD5, HMAC, comparing; where the algorithms are fetched. */
#include "sys/crypto.h"

#include "base/check.h"
#include "sys/openssl.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

static struct algorithms fetched;

static EVP_MAC_CTX *hmac_with(EVP_MAC *hmac, const char *digest_name);
static void digest(const EVP_MD *md, struct str data, uint8_t *out);
static void hmac_run(const EVP_MAC_CTX *algorithm, struct str key, struct str data, uint8_t *out,
		     size_t out_n);

void crypto_start(void)
{
	EVP_MAC *hmac;

	if (fetched.sha256 != NULL)
		return;
	fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	fetched.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	fetched.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	fetched.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	CHECK(fetched.sha256 != NULL && fetched.md5 != NULL && fetched.sha1 != NULL);
	CHECK(fetched.aes_256_gcm != NULL && hmac != NULL);
	fetched.hmac_sha256 = hmac_with(hmac, "SHA256");
	fetched.hmac_sha1 = hmac_with(hmac, "SHA1");
	EVP_MAC_free(hmac);
}

const struct algorithms *algorithms(void)
{
	CHECK(fetched.sha256 != NULL);
	return &fetched;
}

void sha256(struct str data, uint8_t out[SHA256_BYTES])
{
	digest(algorithms()->sha256, data, out);
}

void md5(struct str data, uint8_t out[MD5_BYTES])
{
	digest(algorithms()->md5, data, out);
}

void sha1(struct str data, uint8_t out[SHA1_BYTES])
{
	digest(algorithms()->sha1, data, out);
}

struct sha256_run *sha256_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CHECK(ctx != NULL);
	CHECK(EVP_DigestInit_ex2(ctx, algorithms()->sha256, NULL) == 1);
	return (struct sha256_run *)ctx;
}

void sha256_add(struct sha256_run *run, const void *data, size_t n)
{
	CHECK(EVP_DigestUpdate((EVP_MD_CTX *)run, data, n) == 1);
}

void sha256_end(struct sha256_run *run, uint8_t out[SHA256_BYTES])
{
	EVP_MD_CTX *ctx = (EVP_MD_CTX *)run;

	CHECK(EVP_DigestFinal_ex(ctx, out, NULL) == 1);
	EVP_MD_CTX_free(ctx);
}

void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES])
{
	hmac_run(algorithms()->hmac_sha256, key, data, out, SHA256_BYTES);
}

void hmac_sha1(struct str key, struct str data, uint8_t out[SHA1_BYTES])
{
	hmac_run(algorithms()->hmac_sha1, key, data, out, SHA1_BYTES);
}

bool same_bytes(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

static void digest(const EVP_MD *md, struct str data, uint8_t *out)
{
	CHECK(EVP_Digest(data.p, data.n, out, NULL, md, NULL) == 1);
}

static EVP_MAC_CTX *hmac_with(EVP_MAC *hmac, const char *digest_name)
{
	char name[16];
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(hmac);

	str_copy_cut(name, sizeof(name), str_of(digest_name));
	CHECK(ctx != NULL);
	CHECK(EVP_MAC_CTX_set_params(ctx, params) == 1);
	return ctx;
}

static void hmac_run(const EVP_MAC_CTX *algorithm, struct str key, struct str data, uint8_t *out,
		     size_t out_n)
{
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(algorithm);
	/* A NULL key would mean "the key set before". */
	const unsigned char *key_p = (const unsigned char *)(key.n > 0 ? key.p : "");
	size_t n = 0;

	CHECK(ctx != NULL);
	CHECK(EVP_MAC_init(ctx, key_p, key.n, NULL) == 1);
	CHECK(EVP_MAC_update(ctx, (const unsigned char *)data.p, data.n) == 1);
	CHECK(EVP_MAC_final(ctx, out, &n, out_n) == 1 && n == out_n);
	EVP_MAC_CTX_free(ctx);
}
