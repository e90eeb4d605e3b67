/* key_revoke.c - the end of a key. */
#include "app/app.h"

static enum err revoke(struct tx *tx, const void *ask, void *answer);

enum err key_revoke(const struct services *s, int64_t merchant, int64_t id)
{
	return store_write(s->store, merchant, revoke, &id, NULL);
}

static enum err revoke(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *id = ask;
	struct rows r;
	bool found, good;

	(void)answer;
	TX_ONE(tx, &r, &found, "select revoked_at from api_key where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(*id));
	good = found && row_null(&r, 0);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "key", "the merchant has no such key");
	if (!good)
		return ERR_OK;
	TX_PUT(tx, 1, "update api_key set revoked_at = $3 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(*id), V_I(tx_now(tx)));
	tx_tell(tx, NEWS_KEYS);
	return ERR_OK;
}
