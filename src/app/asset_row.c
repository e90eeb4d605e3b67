#include "app/asset_row.h"

#include "base/check.h"

enum err asset_get(struct tx *tx, struct str code, struct asset *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select " ASSET_COLUMNS " from asset where merchant_id = $1 and code = $2",
	       V_I(tx_merchant(tx)), V_S(code));
	if (found)
		asset_read(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_ASSET_UNKNOWN, "there is no asset %.*s", (int)(code.n < 32 ? code.n : 32),
		     code.p);
	return ERR_OK;
}

void asset_read(const struct rows *r, struct asset *out)
{
	*out = (struct asset){
		.id = row_i(r, 0),
		.kind = (enum asset_kind)row_i(r, 3),
		.scale = (int)row_i(r, 4),
		.pay = { row_i(r, 5), row_i(r, 6), row_i(r, 7) },
		.created_at = row_i(r, 8),
		.frozen_in = row_i(r, 9) != 0,
		.expires_days = row_i(r, 10),
	};
	row_text(r, 1, out->code, sizeof(out->code));
	row_text(r, 2, out->name, sizeof(out->name));
}

enum err asset_cny(struct tx *tx, int64_t *id)
{
	struct asset cny;
	enum err e = asset_get(tx, STR("cny"), &cny);

	if (e == ERR_ASSET_UNKNOWN)
		FAIL(ERR_CORRUPT, "the merchant has no asset cny");
	TRY(e);
	*id = cny.id;
	return ERR_OK;
}

void asset_insert(struct tx *tx, const struct asset *a)
{
	TX_PUT(tx, 1,
	       "insert into asset (merchant_id, id, code, name, kind, scale, pay_units, pay_fen, "
	       "pay_percent, created_at, frozen_in, expires_days) values "
	       "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
	       V_I(tx_merchant(tx)), V_I(a->id), V_T(a->code), V_T(a->name), V_I(a->kind),
	       V_I(a->scale), V_I(a->pay.units), V_I(a->pay.fen), V_I(a->pay.percent),
	       V_I(a->created_at), V_I(a->frozen_in), V_I(a->expires_days));
}

const char *asset_kind_name(enum asset_kind kind)
{
	switch (kind) {
	case ASSET_MONEY:
		return "money";
	case ASSET_POINTS:
		return "points";
	}
	CHECK(!"an asset of no kind");
	return "";
}
