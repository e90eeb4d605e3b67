/* charge_rollback.c - gives a charge back, or keeps one from coming. */
#include "app/charge.h"

#include <string.h>

static struct digest digest_of(const struct rollback_ask *ask, int64_t charge);
static enum err find(struct tx *tx, const struct rollback_ask *ask, struct charge_view *out,
		     int64_t *id);
static enum err give_back(struct tx *tx, const struct rollback_ask *ask, struct charge *c);

enum err charge_rollback(struct tx *tx, const void *ask_, void *answer)
{
	const struct rollback_ask *ask = ask_;
	struct charge_name name = { .app = ask->charge.app };
	struct charge_view *out = answer;
	struct digest digest;
	int64_t made;

	TRY(find(tx, ask, out, &name.id));
	if (name.id == 0)
		return ERR_OK;
	digest = digest_of(ask, name.id);
	TRY(request_key_find(tx, name.app, KEY_REQUEST, ask->request_id, &digest, &made));
	TRY(charge_get(tx, &name, out));
	if (out->charge.rollback != 0) {
		out->replayed = true;
		return ERR_OK;
	}
	TRY(give_back(tx, ask, &out->charge));
	request_key_put(tx, name.app, KEY_REQUEST, ask->request_id, &digest, out->charge.rollback);
	return ERR_OK;
}

/* *id 0: the charge never came and never will. */
static enum err find(struct tx *tx, const struct rollback_ask *ask, struct charge_view *out,
		     int64_t *id)
{
	struct request_cancel cancel = { .app = ask->charge.app,
					 .key = ask->charge.request_id,
					 .request_id = ask->request_id };

	*id = ask->charge.id;
	if (*id != 0)
		return ERR_OK;
	cancel.digest = digest_of(ask, 0);
	TRY(request_take_back(tx, &cancel, id));
	if (*id != 0)
		return ERR_OK;
	out->replayed = cancel.replayed;
	out->charge = (struct charge){ .app = ask->charge.app };
	memcpy(out->charge.request_id, ask->charge.request_id, sizeof(out->charge.request_id));
	return ERR_OK;
}

/* The same charge by its id or by its request is the same ask. */
static struct digest digest_of(const struct rollback_ask *ask, int64_t charge)
{
	struct digest_run *d = digest_begin("charge.rollback");

	digest_integer(d, charge);
	if (charge == 0)
		digest_text(d, ask->charge.request_id);
	return digest_end(d);
}

static enum err give_back(struct tx *tx, const struct rollback_ask *ask, struct charge *c)
{
	struct posting p = { .kind = POSTING_REVERSAL, .force = FORCE_FACT };
	char holder[HOLDER_MAX + 1];
	struct asset asset;
	struct transfer t;

	charge_holder(c->app, holder);
	TRY(asset_get(tx, str_of(c->asset), &asset));
	TRY(tx_account(tx, STR("system"), asset.id, &p.from));
	TRY(tx_account(tx, str_of(holder), asset.id, &p.to));
	p.amount = c->amount;
	p.reason = c->reason;
	p.cause = c->id;
	p.app = c->app;
	p.request_id = ask->request_id;
	p.ref = "";
	p.memo = "";
	TRY(tx_post(tx, &p, &t));
	c->rollback = t.id;
	c->rolled_back_at = t.at_ms;
	memcpy(c->rollback_request, ask->request_id, sizeof(c->rollback_request));
	TX_PUT(tx, 1,
	       "update charge set rollback_id = $3"
	       " where merchant_id = $1 and app_id = $4 and id = $2 and rollback_id is null",
	       V_I(tx_merchant(tx)), V_I(c->id), V_I(t.id), V_I(c->app));
	return ERR_OK;
}
