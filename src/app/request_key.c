#include "app/request_key.h"

#include "base/check.h"

#include <string.h>

#define KEY_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

/* The public names stand for a running SHA-256. */
static struct sha256_run *hash(struct digest_run *d)
{
	return (struct sha256_run *)(void *)d;
}

static void add_length(struct digest_run *d, uint64_t n)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(n >> (8 * i));
	sha256_add(hash(d), bytes, sizeof(bytes));
}

struct digest_run *digest_begin(const char *what)
{
	struct digest_run *d = (struct digest_run *)(void *)sha256_begin();

	digest_text(d, what);
	return d;
}

void digest_text(struct digest_run *d, const char *text)
{
	size_t n = strlen(text);

	sha256_add(hash(d), "t", 1);
	add_length(d, n);
	sha256_add(hash(d), text, n);
}

void digest_integer(struct digest_run *d, int64_t n)
{
	sha256_add(hash(d), "i", 1);
	add_length(d, (uint64_t)n);
}

struct digest digest_end(struct digest_run *d)
{
	struct digest out = { 0 };

	sha256_end(hash(d), out.bytes);
	return out;
}

enum err request_key_check(const char *key, const char *param)
{
	if (!str_is_made_of(str_of(key), KEY_ALPHABET, REQUEST_KEY_MAX))
		FAIL_AT(ERR_KEY_FORM, param, "%s must be 1-%d of A-Z a-z 0-9 . _ : -", param,
			REQUEST_KEY_MAX);
	return ERR_OK;
}

/* What the API calls such a key. */
static const char *field(enum request_kind kind)
{
	switch (kind) {
	case KEY_REQUEST:
		return "request_id";
	case KEY_ORDER:
		return "out_order_no";
	case KEY_REFUND:
		return "out_refund_no";
	case KEY_TAEL:
		return "token";
	}
	CHECK(!"a kind of key without a name");
	return "";
}

enum err request_key_find(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
			  const struct digest *digest, int64_t *object)
{
	struct rows rows;
	bool found, same = true;
	int64_t id = 0;

	TX_ONE(tx, &rows, &found,
	       "select object, digest from request_key"
	       " where merchant_id = $1 and app_id = $2 and kind = $3 and key = $4",
	       V_I(tx_merchant(tx)), V_I(app), V_I(kind), V_T(key));
	if (found) {
		struct str stored = row_s(&rows, 1);

		id = row_i(&rows, 0);
		same = stored.n == sizeof(digest->bytes) &&
		       memcmp(stored.p, digest->bytes, stored.n) == 0;
	}
	TRY(rows_end(&rows));
	if (found && id == 0)
		FAIL_AT(ERR_CANCELLED, field(kind), "%s was cancelled before it arrived", key);
	if (!same)
		FAIL_AT(ERR_CONFLICT, field(kind), "%s was used before with other content", key);
	*object = id;
	return ERR_OK;
}

void request_key_put(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
		     const struct digest *digest, int64_t object)
{
	CHECK(object != 0);
	TX_PUT(tx, 1,
	       "insert into request_key (merchant_id, app_id, kind, key, object, digest)"
	       " values ($1, $2, $3, $4, $5, $6)",
	       V_I(tx_merchant(tx)), V_I(app), V_I(kind), V_T(key), V_I(object),
	       V_B(digest->bytes, sizeof(digest->bytes)));
}

void request_key_cancel(struct tx *tx, int64_t app, enum request_kind kind, const char *key)
{
	static const struct digest NONE;

	TX_PUT(tx, 1,
	       "insert into request_key (merchant_id, app_id, kind, key, object, digest)"
	       " values ($1, $2, $3, $4, 0, $5)",
	       V_I(tx_merchant(tx)), V_I(app), V_I(kind), V_T(key),
	       V_B(NONE.bytes, sizeof(NONE.bytes)));
}
