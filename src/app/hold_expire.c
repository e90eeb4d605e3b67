#include "app/hold_expire.h"

#include "app/hold.h"

enum { AT_ONCE = 32 };

static enum err expire(struct tx *tx, const void *ask, void *answer);
static enum err read_due(struct tx *tx, const struct hold *last, struct hold holds[AT_ONCE],
			 size_t *n);
static enum err give_back(struct tx *tx, struct hold *h, struct account *account);

enum err hold_expire(const struct services *s, int64_t merchant, int64_t hold, int64_t *again_at)
{
	return store_write(s->store, merchant, expire, &hold, again_at);
}

/* Those whose time was over before this one's go first, whichever job comes first. */
static enum err expire(struct tx *tx, const void *ask, void *answer)
{
	int64_t *again_at = answer;
	struct account *accounts[AT_ONCE];
	struct hold h, due[AT_ONCE];
	size_t n = 0;
	bool found;

	*again_at = 0;
	TRY(hold_find(tx, *(const int64_t *)ask, &h, &found));
	if (!found || h.expires_at == 0 || h.status != HOLD_OPEN)
		return ERR_OK;
	*again_at = h.expires_at;
	if (h.expires_at > tx_now(tx))
		return ERR_OK;
	TRY(read_due(tx, &h, due, &n));
	for (size_t i = 0; i < n; i++)
		TRY(tx_account_by_id(tx, due[i].account, &accounts[i]));
	for (size_t i = 0; i < n; i++) {
		TRY(give_back(tx, &due[i], accounts[i]));
		if (due[i].id == h.id)
			*again_at = 0;
	}
	return ERR_OK;
}

static enum err read_due(struct tx *tx, const struct hold *last, struct hold holds[AT_ONCE],
			 size_t *n)
{
	struct rows r;

	TX_GET(tx, &r,
	       HOLD_ROWS " where h.merchant_id = $1 and h.status = 1"
			 " and (h.expires_at, h.id) <= ($2, $3)"
			 " order by h.expires_at, h.id limit $4",
	       V_I(tx_merchant(tx)), V_I(last->expires_at), V_I(last->id), V_I(AT_ONCE));
	while (rows_next(&r))
		hold_read(&r, &holds[(*n)++]);
	return rows_end(&r);
}

static enum err give_back(struct tx *tx, struct hold *h, struct account *account)
{
	char id[ID_TEXT], step[ID_TEXT + 8];
	size_t n = 0;

	id_write(ID_HOLD, h->id, id);
	str_add(step, sizeof(step), &n, "%s:expire", id);
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_RELEASE,
				       .force = FORCE_FACT,
				       .from = account,
				       .amount = hold_rest(h),
				       .cause = h->id,
				       .reason = h->reason,
				       .request_id = step,
				       .ref = id,
				       .memo = "" },
		    NULL));
	hold_change(tx, h, 0, hold_rest(h), HOLD_EXPIRED);
	hold_say(tx, "hold.expired", h, 0);
	return ERR_OK;
}
