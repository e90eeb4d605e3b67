/* api_key.h - the keys by which applications call the API.
 *
 * "sk_test_" or "sk_live_", the merchant's 13 digits of base32, '_', and 256 random bits as 43
 * characters of base64url: sk_test_0HZX3K9F2M7QA_uYq0….  Shown once; only its SHA-256 is stored.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "store/store.h"
#include "sys/crypto.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	API_KEY_LENGTH = 8 + ID_DIGITS + 1 + 43,
	API_KEY_TEXT = API_KEY_LENGTH + 1,
	API_KEY_HINT = 5,
	API_KEYS_PAGE = 500
};

/* The number is stored. */
enum key_scope { KEY_FULL = 1, KEY_READ = 2, KEY_NO_REFUND = 3 };

/* Writes a new key; the caller wipes it once it was shown. */
void api_key_make(int64_t merchant, bool livemode, struct rand *rand, char out[API_KEY_TEXT]);

/* What is stored of it. */
void api_key_hash(struct str key, uint8_t out[SHA256_BYTES]);

/* Its last four characters, by which people tell keys apart. */
void api_key_hint(const char key[API_KEY_TEXT], char out[API_KEY_HINT]);

/* True for a text that api_key_make may have written. */
bool api_key_is_formed(struct str key);

/* A key that is not revoked. */
struct api_key {
	int64_t merchant, id, app;
	uint8_t hash[SHA256_BYTES];
	enum key_scope scope;
	bool livemode;
};

/* Reads the installation's keys in slices (a reading closure of merchant 0). */
struct api_keys_ask {
	int64_t after_merchant, after_id;
};
struct api_keys_answer {
	struct api_key keys[API_KEYS_PAGE];
	size_t n; /* fewer than API_KEYS_PAGE: the last slice */
};
enum err api_keys_load(struct tx *tx, const void *ask, void *answer);
