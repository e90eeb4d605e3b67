/* key_add.c - a key for an app; only its digest is kept. */
#include "app/app.h"

#include "app/merchant.h"
#include "app/request_key.h"
#include "base/codec.h"

/* The key is made before the transaction, which may run again; only its digest goes in. */
struct adding {
	const struct key_ask *ask;
	uint8_t hash[SHA256_BYTES];
	char hint[API_KEY_HINT];
};

static enum err add(struct tx *tx, const void *ask, void *answer);
static enum err check_app(struct tx *tx, int64_t app);
static enum err get_merchant(struct tx *tx, const void *ask, void *answer);

enum err key_add(const struct services *s, const struct key_ask *ask, int64_t *id,
		 char key[API_KEY_TEXT])
{
	struct adding adding = { .ask = ask };
	struct merchant m;

	TRY(request_key_check(ask->token, "token"));
	TRY(store_read(s->store, ask->merchant, get_merchant, NULL, &m));
	api_key_make(m.id, m.livemode, s->rand, key);
	api_key_hash(str_of(key), adding.hash);
	api_key_hint(key, adding.hint);
	return store_write(s->store, ask->merchant, add, &adding, id);
}

static enum err get_merchant(struct tx *tx, const void *ask, void *answer)
{
	struct merchant *m = answer;

	(void)ask;
	return merchant_get(tx, m);
}

static enum err add(struct tx *tx, const void *ask, void *answer)
{
	const struct adding *a = ask;
	int64_t *id = answer;
	struct digest_run *run = digest_begin("key.add");
	struct digest digest;
	char hash[HEX_TEXT(SHA256_BYTES)];

	digest_integer(run, a->ask->app);
	digest_integer(run, a->ask->scope);
	hex_write(a->hash, sizeof(a->hash), hash);
	digest_text(run, hash);
	digest = digest_end(run);
	TRY(request_key_find(tx, 0, KEY_TAEL, a->ask->token, &digest, id));
	if (*id != 0)
		return ERR_OK;
	TRY(check_app(tx, a->ask->app));

	*id = tx_id(tx);
	request_key_put(tx, 0, KEY_TAEL, a->ask->token, &digest, *id);
	TX_PUT(tx, 1,
	       "insert into api_key (merchant_id, id, app_id, hash, hint, scope, created_at)"
	       " values ($1, $2, $3, $4, $5, $6, $7)",
	       V_I(tx_merchant(tx)), V_I(*id), V_I(a->ask->app), V_B(a->hash, sizeof(a->hash)),
	       V_T(a->hint), V_I(a->ask->scope), V_I(tx_now(tx)));
	tx_tell(tx, NEWS_KEYS);
	return ERR_OK;
}

static enum err check_app(struct tx *tx, int64_t app)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, "select 1 from app where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(app));
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "app", "the merchant has no such app");
	return ERR_OK;
}
