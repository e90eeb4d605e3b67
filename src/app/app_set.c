/* app_set.c - what is done with an app's money at the end of a month. */
#include "app/app.h"

static enum err set(struct tx *tx, const void *ask, void *answer);

enum err app_set(const struct services *s, const struct app_change *change)
{
	return store_write(s->store, change->merchant, set, change, NULL);
}

static enum err set(struct tx *tx, const void *ask, void *answer)
{
	const struct app_change *c = ask;
	struct rows r;
	bool found;

	(void)answer;
	TX_ONE(tx, &r, &found, "select 1 from app where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(c->app));
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "app", "there is no such app");
	TX_PUT(tx, 1, "update app set sweep = $3 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(c->app), V_I(c->sweep));
	return ERR_OK;
}
