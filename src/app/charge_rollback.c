/* charge_rollback.c - gives a charge back, or keeps one from coming. */
#include "app/charge.h"

#include <string.h>

/* What the charge's own request number stands for. */
enum named { NAMED_NOTHING, NAMED_CANCELLED, NAMED_CHARGE };

static struct digest digest_of(int64_t charge);
static enum err find_named(struct tx *tx, const struct charge_name *name, enum named *what,
			   int64_t *id);
static enum err give_back(struct tx *tx, const struct rollback_ask *ask, struct charge *c);

enum err charge_rollback(struct tx *tx, const void *ask_, void *answer)
{
	const struct rollback_ask *ask = ask_;
	struct charge_view *out = answer;
	enum named what = NAMED_CHARGE;
	int64_t made, id = ask->charge.id;
	struct digest digest;

	/* The same charge by its id or by its request is the same ask. */
	if (id == 0)
		TRY(find_named(tx, &ask->charge, &what, &id));
	digest = digest_of(id);
	TRY(request_key_find(tx, ask->charge.app, KEY_REQUEST, ask->request_id, &digest, &made));
	if (what != NAMED_CHARGE) {
		out->replayed = what == NAMED_CANCELLED;
		out->charge = (struct charge){ .app = ask->charge.app };
		memcpy(out->charge.request_id, ask->charge.request_id,
		       sizeof(out->charge.request_id));
		if (what == NAMED_NOTHING)
			request_key_cancel(tx, ask->charge.app, KEY_REQUEST,
					   ask->charge.request_id);
		return ERR_OK;
	}
	TRY(charge_get(tx, &ask->charge, out));
	if (out->charge.rollback != 0) {
		out->replayed = true;
		return ERR_OK;
	}
	TRY(give_back(tx, ask, &out->charge));
	request_key_put(tx, ask->charge.app, KEY_REQUEST, ask->request_id, &digest,
			out->charge.rollback);
	return ERR_OK;
}

static struct digest digest_of(int64_t charge)
{
	struct digest_run *d = digest_begin("charge.rollback");

	digest_integer(d, charge);
	return digest_end(d);
}

static enum err find_named(struct tx *tx, const struct charge_name *name, enum named *what,
			   int64_t *id)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select object from request_key"
	       " where merchant_id = $1 and app_id = $2 and kind = $3 and key = $4",
	       V_I(tx_merchant(tx)), V_I(name->app), V_I(KEY_REQUEST), V_T(name->request_id));
	*id = found ? row_i(&r, 0) : 0;
	*what = !found ? NAMED_NOTHING : *id == 0 ? NAMED_CANCELLED : NAMED_CHARGE;
	return rows_end(&r);
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
	       " where merchant_id = $1 and id = $2 and rollback_id is null",
	       V_I(tx_merchant(tx)), V_I(c->id), V_I(t.id));
	return ERR_OK;
}
