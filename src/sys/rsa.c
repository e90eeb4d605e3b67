/* rsa.c - RSA with SHA-256: signing and verifying. */
#include "sys/crypto.h"

#include "base/check.h"
#include "base/codec.h"
#include "sys/cleanup.h"
#include "sys/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdlib.h>

enum {
	BITS_MIN = 2048,
	SIGNATURE_MAX = (RSA_SIGN_BASE64_MAX - 1) / 4 * 3,
	BITS_MAX = SIGNATURE_MAX * 8
};

static EVP_PKEY_CTX *context_take(const struct rsa_key *k, struct pool *pool);
static void context_give(struct pool *pool, EVP_PKEY_CTX *ctx);
static struct pool *pool_new(void);
static void pool_free(struct pool *pool);

enum err rsa_key_new(EVP_PKEY *pkey, bool is_private, struct rsa_key **out)
{
	CLEANUP(pkey_freep) EVP_PKEY *owned = pkey;
	struct rsa_key *k;

	if (EVP_PKEY_is_a(owned, "RSA") != 1)
		FAIL(ERR_CONFIG, "this key is not an RSA key");
	if (EVP_PKEY_get_bits(owned) < BITS_MIN || EVP_PKEY_get_bits(owned) > BITS_MAX)
		FAIL(ERR_CONFIG, "an RSA key of %d bits, but %d to %d are needed",
		     EVP_PKEY_get_bits(owned), BITS_MIN, BITS_MAX);
	k = calloc(1, sizeof(*k));
	CHECK(k != NULL);
	k->pkey = TAKE(owned);
	k->is_private = is_private;
	k->signing = pool_new();
	k->verifying = pool_new();
	*out = k;
	return ERR_OK;
}

void rsa_key_free(struct rsa_key *k)
{
	if (k == NULL)
		return;
	pool_free(k->signing);
	pool_free(k->verifying);
	EVP_PKEY_free(k->pkey);
	free(k);
}

void rsa_key_freep(struct rsa_key **k)
{
	rsa_key_free(*k);
	*k = NULL;
}

bool rsa_same_key(const struct rsa_key *a, const struct rsa_key *b)
{
	bool same = EVP_PKEY_eq(a->pkey, b->pkey) == 1;

	ERR_clear_error();
	return same;
}

enum err rsa_sha256_sign(const struct rsa_key *k, struct str data, char *out)
{
	uint8_t digest[SHA256_BYTES], signature[SIGNATURE_MAX];
	size_t n = sizeof(signature);
	EVP_PKEY_CTX *ctx;

	CHECK(k->is_private);
	sha256(data, digest);
	ctx = context_take(k, k->signing);
	if (ctx == NULL || EVP_PKEY_sign(ctx, signature, &n, digest, sizeof(digest)) != 1) {
		EVP_PKEY_CTX_free(ctx);
		ERR_clear_error();
		FAIL(ERR_CRYPTO, "the RSA signature could not be made");
	}
	context_give(k->signing, ctx);
	(void)base64_write(signature, n, out);
	return ERR_OK;
}

enum err rsa_sha256_verify(const struct rsa_key *k, struct str data, struct str signature)
{
	uint8_t digest[SHA256_BYTES], bytes[SIGNATURE_MAX];
	EVP_PKEY_CTX *ctx;
	size_t n;

	if (base64_read(signature, bytes, sizeof(bytes), &n) != ERR_OK)
		FAIL(ERR_SIGNATURE, "the signature is not base64");
	sha256(data, digest);
	ctx = context_take(k, k->verifying);
	if (ctx == NULL)
		FAIL(ERR_CRYPTO, "RSA cannot be used");
	if (EVP_PKEY_verify(ctx, bytes, n, digest, sizeof(digest)) != 1) {
		EVP_PKEY_CTX_free(ctx);
		ERR_clear_error();
		FAIL(ERR_SIGNATURE, "the signature does not fit the content and the key");
	}
	context_give(k->verifying, ctx);
	return ERR_OK;
}

bool rsa_sha256_made_by(const struct rsa_key *k, struct str signature)
{
	uint8_t digest[SHA256_BYTES], bytes[SIGNATURE_MAX];
	size_t n, digest_n = sizeof(digest);
	EVP_PKEY_CTX *ctx;
	bool made;

	if (base64_read(signature, bytes, sizeof(bytes), &n) != ERR_OK)
		return false;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	made = ctx != NULL && EVP_PKEY_verify_recover_init(ctx) == 1 &&
	       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_signature_md(ctx, algorithms()->sha256) == 1 &&
	       EVP_PKEY_verify_recover(ctx, digest, &digest_n, bytes, n) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return made && digest_n == sizeof(digest);
}

enum err rsa_generate(int bits, struct secret *private_pem, char *public_pem, size_t cap)
{
	CLEANUP(pkey_freep) EVP_PKEY *key = NULL;
	CLEANUP(bio_freep) BIO *private_bio = BIO_new(BIO_s_mem());
	CLEANUP(bio_freep) BIO *public_bio = BIO_new(BIO_s_mem());
	char *p;
	long n;

	CHECK(bits >= BITS_MIN && bits <= BITS_MAX);
	CHECK(private_bio != NULL && public_bio != NULL);
	key = EVP_RSA_gen((unsigned)bits);
	if (key == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(private_bio, key, NULL, NULL, 0, NULL, NULL) != 1 ||
	    PEM_write_bio_PUBKEY(public_bio, key) != 1) {
		ERR_clear_error();
		FAIL(ERR_CRYPTO, "an RSA key could not be made");
	}
	bio_copy(public_bio, public_pem, cap);
	n = BIO_get_mem_data(private_bio, &p);
	/* The BIO wipes its own copy when it is freed. */
	*private_pem = secret_copy((struct str){ p, (size_t)n });
	return ERR_OK;
}

/* A context ready for the pool's operation, or NULL. */
static EVP_PKEY_CTX *context_take(const struct rsa_key *k, struct pool *pool)
{
	EVP_PKEY_CTX *ctx = NULL;

	CHECK(pthread_mutex_lock(&pool->lock) == 0);
	if (pool->n > 0)
		ctx = pool->idle[--pool->n];
	CHECK(pthread_mutex_unlock(&pool->lock) == 0);
	if (ctx != NULL)
		return ctx;

	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	if (ctx != NULL &&
	    (pool == k->signing ? EVP_PKEY_sign_init(ctx) : EVP_PKEY_verify_init(ctx)) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, algorithms()->sha256) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return NULL;
}

static void context_give(struct pool *pool, EVP_PKEY_CTX *ctx)
{
	CHECK(pthread_mutex_lock(&pool->lock) == 0);
	if (pool->n < POOL_MAX) {
		pool->idle[pool->n++] = ctx;
		ctx = NULL;
	}
	CHECK(pthread_mutex_unlock(&pool->lock) == 0);
	EVP_PKEY_CTX_free(ctx);
}

static struct pool *pool_new(void)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	CHECK(pool != NULL);
	CHECK(pthread_mutex_init(&pool->lock, NULL) == 0);
	return pool;
}

static void pool_free(struct pool *pool)
{
	while (pool->n > 0)
		EVP_PKEY_CTX_free(pool->idle[--pool->n]);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
