/* app_add.c - an integration of a merchant, with the secret that signs for it. */
#include "app/app.h"

#include "app/merchant.h"
#include "app/request_key.h"
#include "app/vault.h"
#include "sys/cleanup.h"

#include <string.h>

/* The secret is made before the transaction, which may run again. */
struct adding {
	const struct services *s;
	const struct app_ask *ask;
	const char *secret;
};

static enum err add(struct tx *tx, const void *ask, void *answer);
static enum err check_name_is_free(struct tx *tx, const char *name);

enum err app_add(const struct services *s, const struct app_ask *ask, int64_t *id,
		 char secret[SIGNING_SECRET_TEXT])
{
	struct adding adding = { s, ask, secret };

	TRY(name_check(ask->name, APP_NAME_MAX));
	TRY(request_key_check(ask->token, "token"));
	signing_secret_make(s->rand, secret);
	return store_write(s->store, ask->merchant, add, &adding, id);
}

static enum err add(struct tx *tx, const void *ask, void *answer)
{
	const struct adding *a = ask;
	int64_t *id = answer;
	uint8_t sealed[SIGNING_SECRET_TEXT - 1 + AES_GCM_EXTRA];
	struct digest_run *run = digest_begin("app.add");
	struct digest digest;
	struct merchant m;

	digest_text(run, a->ask->name);
	digest_text(run, a->secret);
	digest = digest_end(run);
	TRY(request_key_find(tx, 0, KEY_TAEL, a->ask->token, &digest, id));
	if (*id != 0)
		return ERR_OK;
	TRY(merchant_get(tx, &m));
	TRY(check_name_is_free(tx, a->ask->name));

	*id = tx_id(tx);
	TRY(vault_seal(a->s->vault, (struct vault_place){ "app", m.id, *id, 0 }, str_of(a->secret),
		       sealed));
	request_key_put(tx, 0, KEY_TAEL, a->ask->token, &digest, *id);
	TX_PUT(tx, 1,
	       "insert into app (merchant_id, id, name, secret, created_at)"
	       " values ($1, $2, $3, $4, $5)",
	       V_I(m.id), V_I(*id), V_T(a->ask->name), V_B(sealed, sizeof(sealed)),
	       V_I(tx_now(tx)));
	return ERR_OK;
}

static enum err check_name_is_free(struct tx *tx, const char *name)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, "select 1 from app where merchant_id = $1 and name = $2",
	       V_I(tx_merchant(tx)), V_T(name));
	TRY(rows_end(&r));
	if (found)
		FAIL_AT(ERR_EXISTS, "name", "the merchant has an app of this name already");
	return ERR_OK;
}
