/* charge_get.c - one charge, and lists of them. */
#include "app/charge.h"

#include "app/history.h"
#include "base/check.h"

#define CHARGES                                                                                  \
	"select c.id, c.number, c.amount, t.reason, t.from_balance, t.request_id, t.memo, t.at," \
	" s.code, c.rollback_id, b.request_id, b.at"                                             \
	" from charge c"                                                                         \
	" join transfer t on t.merchant_id = c.merchant_id and t.id = c.id"                      \
	" join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id"                   \
	" left join transfer b on b.merchant_id = c.merchant_id and b.id = c.rollback_id"        \
	" where c.merchant_id = $1 and c.app_id = $2"

static void read_row(const struct rows *r, int64_t app, struct charge *c);
static enum err read_items(struct tx *tx, struct charge *c);
static int64_t later(int64_t a, int64_t b);

enum err charge_get(struct tx *tx, const void *ask, void *answer)
{
	const struct charge_name *name = ask;
	struct charge_view *out = answer;
	int64_t id = name->id;
	struct rows r;
	bool found;

	if (id == 0)
		TRY(request_key_named(tx, name->app, name->request_id, &id));
	TX_ONE(tx, &r, &found, CHARGES " and c.id = $3", V_I(tx_merchant(tx)), V_I(name->app),
	       V_I(id));
	if (found)
		read_row(&r, name->app, &out->charge);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such charge");
	return read_items(tx, &out->charge);
}

static void read_row(const struct rows *r, int64_t app, struct charge *c)
{
	*c = (struct charge){ .id = row_i(r, 0),
			      .app = app,
			      .number = row_i(r, 1),
			      .amount = row_i(r, 2),
			      .reason = row_i(r, 3),
			      .balance = row_i(r, 4),
			      .created_at = row_i(r, 7),
			      .rollback = row_i(r, 9),
			      .rolled_back_at = row_i(r, 11) };
	row_text(r, 5, c->request_id, sizeof(c->request_id));
	row_text(r, 6, c->memo, sizeof(c->memo));
	row_text(r, 8, c->asset, sizeof(c->asset));
	row_text(r, 10, c->rollback_request, sizeof(c->rollback_request));
}

static enum err read_items(struct tx *tx, struct charge *c)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select price, version, quantity, unit_price, amount from charge_item"
	       " where merchant_id = $1 and charge_id = $2 order by position limit $3",
	       V_I(tx_merchant(tx)), V_I(c->id), V_I(CHARGE_ITEMS_MAX));
	c->items_n = 0;
	while (rows_next(&r)) {
		struct charge_item *item = &c->items[c->items_n++];

		row_text(&r, 0, item->price, sizeof(item->price));
		item->version = row_i(&r, 1);
		item->quantity = row_i(&r, 2);
		item->unit_price = row_i(&r, 3);
		item->amount = row_i(&r, 4);
	}
	return rows_end(&r);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

enum err charges_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct charges_ask *ask = ask_;
	const struct list_ask *at = &ask->slice;
	struct charges *out = answer;
	int64_t from = history_bound(ask->since_ms);
	int64_t to = ask->until_ms > 0 ? history_bound(ask->until_ms) : INT64_MAX;
	struct rows r;

	CHECK(at->limit >= 1 && at->limit <= LIST_MAX);
	if (at->backward)
		TX_GET(tx, &r, CHARGES " and c.id >= $3 and c.id < $4 order by c.id desc limit $5",
		       V_I(tx_merchant(tx)), V_I(ask->app), V_I(from),
		       V_I(to < at->number ? to : at->number), V_I((int64_t)at->limit + 1));
	else
		TX_GET(tx, &r, CHARGES " and c.id >= $3 and c.id < $4 order by c.id limit $5",
		       V_I(tx_merchant(tx)), V_I(ask->app), V_I(later(from, at->number + 1)),
		       V_I(to), V_I((int64_t)at->limit + 1));
	while (rows_next(&r)) {
		out->more = out->n == at->limit;
		if (!out->more)
			read_row(&r, ask->app, &out->charges[out->n++]);
	}
	TRY(rows_end(&r));
	(void)list_close(at, out->charges, sizeof(out->charges[0]), &out->n);
	for (size_t i = 0; i < out->n; i++)
		TRY(read_items(tx, &out->charges[i]));
	return ERR_OK;
}
