/* rsa.c - what the RSA operations of one payment cost here: 2048 bits, contexts kept, one thread;
 * and what QQ Wallet has in their place, MD5 over a message.
 *
 *   rsa        prints {"sign_us":N,"verify_us":N,"md5_ns":N}, of the process's own time
 */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 2000 };

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static EVP_PKEY_CTX *context(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *ctx))
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);

	if (!c || init(c) <= 0 || EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) <= 0 ||
	    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) <= 0)
		return NULL;
	return c;
}

int main(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	EVP_PKEY_CTX *sign = context(key, EVP_PKEY_sign_init);
	EVP_PKEY_CTX *verify = context(key, EVP_PKEY_verify_init);
	unsigned char hash[32], signature[256];
	size_t n = sizeof(signature);
	int64_t began, signed_at, verified_at, ended;
	unsigned char message[600];

	memset(hash, 7, sizeof(hash));
	if (!sign || !verify)
		return 1;
	began = cpu_ns();
	for (int i = 0; i < ROUNDS; i++) {
		n = sizeof(signature);
		if (EVP_PKEY_sign(sign, signature, &n, hash, sizeof(hash)) <= 0)
			return 1;
	}
	signed_at = cpu_ns();
	for (int i = 0; i < ROUNDS; i++) {
		if (EVP_PKEY_verify(verify, signature, n, hash, sizeof(hash)) != 1)
			return 1;
	}
	verified_at = cpu_ns();
	memset(message, 'a', sizeof(message));
	for (int i = 0; i < ROUNDS; i++) {
		if (EVP_Digest(message, sizeof(message), signature, NULL, EVP_md5(), NULL) != 1)
			return 1;
	}
	ended = cpu_ns();
	printf("{\"sign_us\":%lld,\"verify_us\":%lld,\"md5_ns\":%lld}\n",
	       (long long)(signed_at - began) / ROUNDS / 1000,
	       (long long)(verified_at - signed_at) / ROUNDS / 1000,
	       (long long)(ended - verified_at) / ROUNDS);
	EVP_PKEY_CTX_free(sign);
	EVP_PKEY_CTX_free(verify);
	EVP_PKEY_free(key);
	return 0;
}
