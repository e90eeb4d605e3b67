/* merchant_set.c - a tenant's name, what becomes of its late money, what reversals may do. */
#include "app/merchant.h"

static enum err set(struct tx *tx, const void *ask, void *answer);

enum err merchant_set(const struct services *s, const struct merchant_change *change)
{
	if (change->name)
		TRY(name_check(change->name, MERCHANT_NAME_MAX));
	return store_write(s->store, change->id, set, change, NULL);
}

static enum err set(struct tx *tx, const void *ask, void *answer)
{
	const struct merchant_change *c = ask;
	struct merchant m;

	(void)answer;
	TRY(merchant_get(tx, &m));
	TX_PUT(tx, 1,
	       "update merchant set name = $2, late_money = $3, forced_reversal = $4"
	       " where merchant_id = $1",
	       V_I(m.id), V_T(c->name ? c->name : m.name),
	       V_I(c->accept_late ? *c->accept_late : m.accept_late),
	       V_I(c->forced_reversal ? *c->forced_reversal : m.forced_reversal));
	return ERR_OK;
}
