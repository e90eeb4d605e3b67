#include "app/api_key.h"

#include "base/check.h"
#include "base/codec.h"
#include "sys/secret.h"

#include <stdio.h>
#include <string.h>

enum { SECRET_BYTES = 32 };

static void base64url_write(const uint8_t bytes[SECRET_BYTES], char *out);

void api_key_make(int64_t merchant, bool livemode, struct rand *rand, char out[API_KEY_TEXT])
{
	uint8_t bytes[SECRET_BYTES];
	char id[ID_TEXT], text[BASE64_TEXT(SECRET_BYTES)];

	rand_bytes(rand, bytes, sizeof(bytes));
	id_write(ID_MERCHANT, merchant, id);
	base64url_write(bytes, text);
	(void)snprintf(out, API_KEY_TEXT, "sk_%s_%s_%s", livemode ? "live" : "test",
		       id + strlen(id_prefix(ID_MERCHANT)) + 1, text);
	CHECK(api_key_is_formed(str_of(out)));
	wipe(bytes, sizeof(bytes));
	wipe(text, sizeof(text));
}

static void base64url_write(const uint8_t bytes[SECRET_BYTES], char *out)
{
	base64_write(bytes, SECRET_BYTES, out);
	for (char *p = out; *p != '\0'; p++) {
		if (*p == '+')
			*p = '-';
		else if (*p == '/')
			*p = '_';
		else if (*p == '=')
			*p = '\0';
	}
}

void api_key_hash(struct str key, uint8_t out[SHA256_BYTES])
{
	sha256(key, out);
}

void api_key_hint(const char key[API_KEY_TEXT], char out[API_KEY_HINT])
{
	(void)snprintf(out, API_KEY_HINT, "%s", key + API_KEY_LENGTH - (API_KEY_HINT - 1));
}

bool api_key_is_formed(struct str key)
{
	static const char ALPHABET[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const size_t prefix = sizeof("sk_test_") - 1;
	char id[ID_TEXT];
	int64_t merchant;

	if (key.n != API_KEY_LENGTH ||
	    !(str_starts(key, "sk_test_") || str_starts(key, "sk_live_")) ||
	    key.p[prefix + ID_DIGITS] != '_')
		return false;
	(void)snprintf(id, sizeof(id), "%s_%.*s", id_prefix(ID_MERCHANT), ID_DIGITS,
		       key.p + prefix);
	return id_read(ID_MERCHANT, str_of(id), &merchant) == ERR_OK &&
	       str_is_made_of(str_skip(key, prefix + ID_DIGITS + 1), ALPHABET, API_KEY_LENGTH);
}

enum err api_keys_load(struct tx *tx, const void *ask_, void *answer_)
{
	const struct api_keys_ask *ask = ask_;
	struct api_keys_answer *answer = answer_;
	struct rows rows;

	answer->n = 0;
	TX_GET(tx, &rows,
	       "select k.merchant_id, k.id, k.app_id, k.hash, k.scope, m.livemode"
	       " from api_key k join merchant m on m.merchant_id = k.merchant_id"
	       " where (k.merchant_id > $1 or (k.merchant_id = $1 and k.id > $2))"
	       " and k.revoked_at is null order by k.merchant_id, k.id limit $3",
	       V_I(ask->after_merchant), V_I(ask->after_id), V_I(API_KEYS_PAGE));
	while (rows_next(&rows)) {
		struct api_key *key = &answer->keys[answer->n++];
		struct str hash = row_s(&rows, 3);

		CHECK(hash.n == sizeof(key->hash));
		key->merchant = row_i(&rows, 0);
		key->id = row_i(&rows, 1);
		key->app = row_i(&rows, 2);
		memcpy(key->hash, hash.p, hash.n);
		key->scope = (enum key_scope)row_i(&rows, 4);
		key->livemode = row_i(&rows, 5) != 0;
	}
	return rows_end(&rows);
}
