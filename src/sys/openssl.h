/* openssl.h - what the files behind crypto.h share; nobody else includes it. */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <pthread.h>
#include <stdbool.h>

/* Fetched once by crypto_start: a fetch for each use would cost more than the hash. */
struct algorithms {
	EVP_MD *sha256, *md5, *sha1;
	EVP_MAC_CTX *hmac_sha256, *hmac_sha1; /* without a key: duplicated for each use */
	EVP_CIPHER *aes_256_gcm;
};

/* CHECKs that crypto_start was called. */
const struct algorithms *algorithms(void);

/* Idle contexts of one key and one operation.  A context serves one thread at a time; making one
 * costs a tenth of a signature. */
enum { POOL_MAX = 16 };

struct pool {
	pthread_mutex_t lock;
	EVP_PKEY_CTX *idle[POOL_MAX];
	size_t n;
};

struct rsa_key {
	EVP_PKEY *pkey;
	bool is_private;
	struct pool *signing, *verifying;
};

/* Takes over pkey.  ERR_CONFIG, with pkey freed, when it is no RSA key of 2048 bits or more. */
MUST_USE enum err rsa_key_new(EVP_PKEY *pkey, bool is_private, struct rsa_key **out);

/* The key that a DER or PEM text holds, and which half. */
MUST_USE enum err key_read(struct str text, bool want_private, EVP_PKEY **out);

/* The next certificate of a PEM text; *at is NULL at first and carries the place; frees with
 * BIO_free.  ERR_OK and *out NULL at the end. */
MUST_USE enum err cert_next(struct str pem, BIO **at, X509 **out);

/* The first certificate; ERR_CONFIG when there is none. */
MUST_USE enum err cert_first(struct str pem, X509 **out);

/* The text of a memory BIO into out[cap] with a NUL.  CHECKs that it fits. */
void bio_copy(BIO *bio, char *out, size_t cap);

/* For CLEANUP. */
void pkey_freep(EVP_PKEY **k);
void cert_freep(X509 **x);
void bio_freep(BIO **b);
