#include "app/request_key.h"

#include "base/check.h"

#include <stdio.h>
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

bool request_key_is(struct str key)
{
	return str_is_made_of(key, KEY_ALPHABET, REQUEST_KEY_MAX);
}

void request_key_member(struct jin *r, const char *key, char out[REQUEST_KEY_MAX + 1])
{
	char text[4 * REQUEST_KEY_MAX] = "";

	jin_text(r, key, JIN_NEEDED, text, sizeof(text));
	if (r->fault.code != ERR_OK)
		return;
	if (request_key_check(text, key) != ERR_OK)
		jin_fault(r, ERR_KEY_FORM, key, err_text());
	else
		(void)snprintf(out, REQUEST_KEY_MAX + 1, "%s", text);
}

enum err request_key_check(const char *key, const char *param)
{
	if (!request_key_is(str_of(key)))
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

/* A key's row. */
struct key_row {
	bool found;
	int64_t object;
	struct digest digest;
};

static bool is_same(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* What stands beside a key that was cancelled before it came. */
static const struct digest CANCELLED;

static bool is_cancelled(const struct key_row *k)
{
	return k->found && k->object == 0 && is_same(&k->digest, &CANCELLED);
}

static enum err read_key(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
			 struct key_row *out)
{
	struct rows r;

	*out = (struct key_row){ .found = false };
	TX_ONE(tx, &r, &out->found,
	       "select object, digest from request_key"
	       " where merchant_id = $1 and app_id = $2 and kind = $3 and key = $4",
	       V_I(tx_merchant(tx)), V_I(app), V_I(kind), V_T(key));
	if (out->found) {
		struct str digest = row_s(&r, 1);

		out->object = row_i(&r, 0);
		if (digest.n == sizeof(out->digest.bytes))
			memcpy(out->digest.bytes, digest.p, digest.n);
	}
	return rows_end(&r);
}

static void put_key(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
		    const struct digest *digest, int64_t object)
{
	TX_PUT(tx, 1,
	       "insert into request_key (merchant_id, app_id, kind, key, object, digest)"
	       " values ($1, $2, $3, $4, $5, $6)",
	       V_I(tx_merchant(tx)), V_I(app), V_I(kind), V_T(key), V_I(object),
	       V_B(digest->bytes, sizeof(digest->bytes)));
	if (kind == KEY_REQUEST)
		tx_key_put(tx, app, str_of(key));
}

enum err request_key_find(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
			  const struct digest *digest, int64_t *object)
{
	struct key_row k;

	TRY(read_key(tx, app, kind, key, &k));
	if (is_cancelled(&k))
		FAIL_AT(ERR_CANCELLED, field(kind), "%s was cancelled before it arrived", key);
	if (k.found && !is_same(&k.digest, digest))
		FAIL_AT(ERR_CONFLICT, field(kind), "%s was used before with other content", key);
	*object = k.object;
	return ERR_OK;
}

enum err request_key_named(struct tx *tx, int64_t app, const char *key, int64_t *object)
{
	struct key_row k;

	TRY(read_key(tx, app, KEY_REQUEST, key, &k));
	if (!k.found || (k.object == 0 && !is_cancelled(&k)))
		FAIL_AT(ERR_NOT_FOUND, "id", "no request %s was made by this app", key);
	*object = k.object;
	return ERR_OK;
}

enum err request_take_back(struct tx *tx, struct request_cancel *c, int64_t *object)
{
	struct key_row own, other;

	TRY(read_key(tx, c->app, KEY_REQUEST, c->request_id, &own));
	TRY(read_key(tx, c->app, KEY_REQUEST, c->key, &other));
	*object = other.object;
	if (other.object != 0)
		return ERR_OK;
	if (other.found && !is_cancelled(&other))
		FAIL_AT(ERR_NOT_FOUND, "id", "the request %s made nothing", c->key);
	if (is_cancelled(&own))
		FAIL_AT(ERR_CANCELLED, "request_id", "%s was cancelled before it arrived",
			c->request_id);
	if ((own.found && (own.object != 0 || !is_same(&own.digest, &c->digest))) ||
	    strcmp(c->key, c->request_id) == 0)
		FAIL_AT(ERR_CONFLICT, "request_id", "%s is the number of another request",
			c->request_id);
	c->replayed = own.found;
	if (own.found)
		return ERR_OK;
	if (!other.found)
		put_key(tx, c->app, KEY_REQUEST, c->key, &CANCELLED, 0);
	put_key(tx, c->app, KEY_REQUEST, c->request_id, &c->digest, 0);
	return ERR_OK;
}

void request_key_put(struct tx *tx, int64_t app, enum request_kind kind, const char *key,
		     const struct digest *digest, int64_t object)
{
	CHECK(object != 0);
	put_key(tx, app, kind, key, digest, object);
}
