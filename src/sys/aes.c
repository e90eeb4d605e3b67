/* aes.c - AES-256-GCM. */
#include "sys/crypto.h"

#include "base/check.h"
#include "sys/cleanup.h"
#include "sys/openssl.h"
#include "sys/rand.h"

#include <openssl/err.h>

#include <limits.h>

enum { NONCE = 12, TAG = 16 };

static enum err seal(EVP_CIPHER_CTX *ctx, struct str aad, struct str text, uint8_t *out);
static bool open_text(EVP_CIPHER_CTX *ctx, struct str aad, struct str text, uint8_t *out);
static void cipher_freep(EVP_CIPHER_CTX **ctx);

enum err aes_gcm_seal(const uint8_t key[AES256_KEY_BYTES], struct rand *rand, struct str aad,
		      struct str text, uint8_t *out)
{
	CLEANUP(cipher_freep) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	CHECK(text.n <= INT_MAX && aad.n <= INT_MAX);
	rand_bytes(rand, out, NONCE);
	if (ctx == NULL || EVP_EncryptInit_ex2(ctx, algorithms()->aes_256_gcm, key, out, NULL) != 1)
		FAIL(ERR_CRYPTO, "AES-256-GCM cannot be used");
	return seal(ctx, aad, text, out + NONCE);
}

enum err aes_gcm_open(const uint8_t key[AES256_KEY_BYTES], struct str aad, struct str in,
		      uint8_t *out)
{
	CLEANUP(cipher_freep) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	struct str text;
	uint8_t tag[TAG];

	if (in.n < AES_GCM_EXTRA || in.n > INT_MAX)
		FAIL(ERR_SIGNATURE, "too short to have been encrypted here");
	text = (struct str){ in.p + NONCE, in.n - AES_GCM_EXTRA };
	for (size_t i = 0; i < TAG; i++)
		tag[i] = (uint8_t)text.p[text.n + i];
	CHECK(aad.n <= INT_MAX);
	if (ctx == NULL ||
	    EVP_DecryptInit_ex2(ctx, algorithms()->aes_256_gcm, key, (const uint8_t *)in.p, NULL) !=
		    1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag) != 1)
		FAIL(ERR_CRYPTO, "AES-256-GCM cannot be used");
	if (!open_text(ctx, aad, text, out)) {
		/* What was decrypted before the tag was checked is nobody's. */
		wipe(out, text.n);
		ERR_clear_error();
		FAIL(ERR_SIGNATURE, "encrypted data was changed, or the key is another");
	}
	return ERR_OK;
}

static enum err seal(EVP_CIPHER_CTX *ctx, struct str aad, struct str text, uint8_t *out)
{
	int n;

	if ((aad.n > 0 &&
	     EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)aad.p, (int)aad.n) != 1) ||
	    (text.n > 0 &&
	     EVP_EncryptUpdate(ctx, out, &n, (const uint8_t *)text.p, (int)text.n) != 1) ||
	    EVP_EncryptFinal_ex(ctx, out + text.n, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, out + text.n) != 1)
		FAIL(ERR_CRYPTO, "AES-256-GCM failed");
	return ERR_OK;
}

static bool open_text(EVP_CIPHER_CTX *ctx, struct str aad, struct str text, uint8_t *out)
{
	uint8_t none[TAG];
	int n;

	return (aad.n == 0 ||
		EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)aad.p, (int)aad.n) == 1) &&
	       (text.n == 0 ||
		EVP_DecryptUpdate(ctx, out, &n, (const uint8_t *)text.p, (int)text.n) == 1) &&
	       EVP_DecryptFinal_ex(ctx, none, &n) == 1;
}

static void cipher_freep(EVP_CIPHER_CTX **ctx)
{
	EVP_CIPHER_CTX_free(*ctx);
}
