/* charge_make.c - charges an app what its items cost now. */
#include "app/charge.h"

#include "app/charge_number.h"
#include "app/reason.h"
#include "base/money.h"

#include <stdio.h>
#include <string.h>

static struct digest digest_of(const struct charge_ask *ask);
static enum err price_items(struct tx *tx, const struct charge_ask *ask, struct charge *c,
			    int64_t *asset);
static enum err price_item(struct tx *tx, size_t at, struct charge *c, int64_t *asset);
static enum err post(struct tx *tx, const struct posting *p, struct transfer *out);
static void put_rows(struct tx *tx, const struct charge *c);

void charge_holder(int64_t app, char out[HOLDER_MAX + 1])
{
	char id[ID_TEXT];

	id_write(ID_APP, app, id);
	(void)snprintf(out, HOLDER_MAX + 1, "app:%s", id);
}

enum err charge_make(struct tx *tx, const void *ask_, void *answer)
{
	const struct charge_ask *ask = ask_;
	struct charge_view *out = answer;
	struct charge *c = &out->charge;
	struct digest digest = digest_of(ask);
	struct posting p = { .kind = POSTING_TRANSFER };
	char holder[HOLDER_MAX + 1];
	struct transfer t;
	int64_t made, asset = 0;

	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	if (made != 0) {
		out->replayed = true;
		return charge_get(tx, &(struct charge_name){ .app = ask->app, .id = made }, out);
	}
	if (ask->number != 0)
		TRY(charge_number_check(tx, ask->app, ask->number));
	TRY(price_items(tx, ask, c, &asset));
	TRY(reason_allows(tx, &(struct reason_use){ .code = ask->reason,
						    .from = STR("app"),
						    .to = STR("system"),
						    .asset = asset }));
	charge_holder(ask->app, holder);
	TRY(tx_account(tx, str_of(holder), asset, &p.from));
	TRY(tx_account(tx, STR("system"), asset, &p.to));

	p.amount = c->amount;
	p.reason = ask->reason;
	p.app = ask->app;
	p.request_id = ask->request_id;
	p.ref = "";
	p.memo = ask->memo;
	TRY(post(tx, &p, &t));
	c->id = t.id;
	c->app = ask->app;
	c->number = ask->number;
	c->reason = ask->reason;
	c->balance = t.from_balance;
	c->created_at = t.at_ms;
	memcpy(c->request_id, ask->request_id, sizeof(c->request_id));
	memcpy(c->memo, ask->memo, sizeof(c->memo));
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, c->id);
	put_rows(tx, c);
	return ERR_OK;
}

static struct digest digest_of(const struct charge_ask *ask)
{
	struct digest_run *d = digest_begin("charge");

	digest_integer(d, ask->number);
	digest_integer(d, ask->reason);
	digest_text(d, ask->memo);
	for (size_t i = 0; i < ask->items_n; i++) {
		digest_text(d, ask->items[i].price);
		digest_integer(d, ask->items[i].quantity);
	}
	return digest_end(d);
}

static enum err price_items(struct tx *tx, const struct charge_ask *ask, struct charge *c,
			    int64_t *asset)
{
	*c = (struct charge){ .items_n = ask->items_n };
	memcpy(c->items, ask->items, sizeof(c->items));
	for (size_t i = 0; i < c->items_n; i++)
		TRY(price_item(tx, i, c, asset));
	return ERR_OK;
}

static enum err price_item(struct tx *tx, size_t at, struct charge *c, int64_t *asset)
{
	struct charge_item *item = &c->items[at];
	char param[ERR_PARAM_MAX];
	struct price price;

	(void)snprintf(param, sizeof(param), "items[%zu].price", at);
	TRY(price_get(tx, item->price, param, &price));
	if (at > 0 && price.asset_id != *asset)
		FAIL_AT(ERR_INVALID, param, "a charge is paid with one asset: %s costs %s, not %s",
			item->price, price.asset, c->asset);
	*asset = price.asset_id;
	memcpy(c->asset, price.asset, sizeof(c->asset));
	item->version = price.version;
	item->unit_price = price.unit_price;
	if (mul_div(price.unit_price, item->quantity, 1, ROUND_DOWN, &item->amount) != ERR_OK ||
	    amount_add(c->amount, item->amount, &c->amount) != ERR_OK) {
		(void)snprintf(param, sizeof(param), "items[%zu].quantity", at);
		FAIL_AT(ERR_AMOUNT_RANGE, param, "a charge is at most 2^53-1");
	}
	return ERR_OK;
}

/* The ledger names a posting's parts, which are no fields of a charge. */
static enum err post(struct tx *tx, const struct posting *p, struct transfer *out)
{
	enum err e = tx_post(tx, p, out);

	if (e == ERR_INSUFFICIENT)
		FAIL_AT(e, "items", "%s", err_text());
	if (err_kind(e) == KIND_CONFLICT)
		FAIL(e, "%s", err_text());
	return e;
}

static void put_rows(struct tx *tx, const struct charge *c)
{
	TX_PUT(tx, 1,
	       "insert into charge (merchant_id, id, app_id, number, amount)"
	       " values ($1, $2, $3, $4, $5)",
	       V_I(tx_merchant(tx)), V_I(c->id), V_I(c->app), V_ID(c->number), V_I(c->amount));
	for (size_t i = 0; i < c->items_n; i++) {
		const struct charge_item *item = &c->items[i];

		TX_PUT(tx, 1,
		       "insert into charge_item (merchant_id, charge_id, position, price, version,"
		       " quantity, unit_price, amount) values ($1, $2, $3, $4, $5, $6, $7, $8)",
		       V_I(tx_merchant(tx)), V_I(c->id), V_I((int64_t)i), V_T(item->price),
		       V_I(item->version), V_I(item->quantity), V_I(item->unit_price),
		       V_I(item->amount));
	}
}
