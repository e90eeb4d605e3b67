/* merchant_add.c - a tenant, with its asset cny. */
#include "app/merchant.h"

#include "app/asset.h"
#include "app/request_key.h"

#include <string.h>

static enum err add(struct tx *tx, const void *ask, void *answer);

enum err merchant_add(const struct services *s, const struct merchant_ask *ask, int64_t *id)
{
	TRY(name_check(ask->name, MERCHANT_NAME_MAX));
	TRY(request_key_check(ask->token, "token"));
	return store_write(s->store, 0, add, ask, id);
}

enum err name_check(const char *name, size_t max)
{
	struct str s = str_of(name);

	if (s.n < 1 || s.n > max || !str_is_text(s) || str_find(s, '\n') < s.n ||
	    str_find(s, '\t') < s.n || str_trim(s).n != s.n)
		FAIL_AT(ERR_INVALID, "name", "a name is one line of 1 to %zu bytes", max);
	return ERR_OK;
}

/* Runs in the installation's book, which numbers the merchants, and their first asset with them: a
 * merchant without cny must never be seen. */
static enum err add(struct tx *tx, const void *ask, void *answer)
{
	const struct merchant_ask *a = ask;
	int64_t *id = answer;
	struct digest_run *run = digest_begin("merchant.add");
	struct digest digest;

	digest_text(run, a->name);
	digest_integer(run, a->livemode);
	digest = digest_end(run);
	TRY(request_key_find(tx, 0, KEY_TAEL, a->token, &digest, id));
	if (*id != 0)
		return ERR_OK;

	*id = tx_id(tx);
	request_key_put(tx, 0, KEY_TAEL, a->token, &digest, *id);
	TX_PUT(tx, 1,
	       "insert into merchant (merchant_id, name, livemode, created_at)"
	       " values ($1, $2, $3, $4)",
	       V_I(*id), V_T(a->name), V_I(a->livemode), V_I(tx_now(tx)));
	asset_make_cny(tx, *id);
	return ERR_OK;
}
