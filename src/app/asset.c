#include "app/asset.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

static bool same(const struct asset *a, const struct asset_ask *ask);

enum err asset_add(struct tx *tx, const void *ask_, void *answer_)
{
	const struct asset_ask *ask = ask_;
	struct asset_answer *answer = answer_;
	enum err e;

	if (ask->kind == ASSET_MONEY && ask->expires_days != 0)
		FAIL_AT(ERR_INVALID, "expires_days", "money does not expire, points may");
	e = asset_get(tx, str_of(ask->code), &answer->asset);
	if (e == ERR_OK) {
		if (!same(&answer->asset, ask))
			FAIL_AT(ERR_EXISTS, "code", "there is an asset %s with other properties",
				ask->code);
		answer->replayed = true;
		return ERR_OK;
	}
	if (e != ERR_ASSET_UNKNOWN)
		return e;
	answer->asset = (struct asset){
		.id = tx_id(tx),
		.kind = ask->kind,
		.scale = (int)ask->scale,
		.pay = ask->pay,
		.frozen_in = ask->frozen_in,
		.expires_days = ask->expires_days,
		.created_at = tx_now(tx),
	};
	(void)snprintf(answer->asset.code, sizeof(answer->asset.code), "%s", ask->code);
	(void)snprintf(answer->asset.name, sizeof(answer->asset.name), "%s", ask->name);
	asset_insert(tx, &answer->asset);
	return ERR_OK;
}

static bool same(const struct asset *a, const struct asset_ask *ask)
{
	return strcmp(a->name, ask->name) == 0 && a->kind == ask->kind && a->scale == ask->scale &&
	       a->pay.units == ask->pay.units && a->pay.fen == ask->pay.fen &&
	       a->pay.percent == ask->pay.percent && a->frozen_in == ask->frozen_in &&
	       a->expires_days == ask->expires_days;
}

void asset_make_cny(struct tx *tx, int64_t merchant)
{
	/* The transaction is the installation's: the merchant has no book yet. */
	TX_PUT(tx, 1,
	       "insert into asset (merchant_id, id, code, name, kind, scale, pay_units, pay_fen,"
	       " pay_percent, created_at) values ($1, $2, 'cny', '人民币', $3, 2, 1, 1, 100, $4)",
	       V_I(merchant), V_I(tx_id(tx)), V_I(ASSET_MONEY), V_I(tx_now(tx)));
}

enum err asset_code_check(const char *code, const char *param)
{
	if (code[0] < 'a' || code[0] > 'z' ||
	    !str_is_made_of(str_of(code), "abcdefghijklmnopqrstuvwxyz0123456789_", ASSET_CODE_MAX))
		FAIL_AT(ERR_INVALID, param, "an asset's code is [a-z][a-z0-9_]{0,15}");
	return ERR_OK;
}

enum err asset_frozen_in_read(const char *text, bool *out)
{
	*out = strcmp(text, "allow") == 0;
	if (!*out && strcmp(text, "refuse") != 0)
		FAIL_AT(ERR_INVALID, "frozen_incoming", "frozen_incoming must be allow or refuse");
	return ERR_OK;
}

enum err assets_list(struct tx *tx, const void *ask_, void *answer_)
{
	const struct list_ask *ask = ask_;
	struct assets *out = answer_;
	struct asset slice[LIST_MAX + 1];
	struct rows r;
	size_t n = 0;

	CHECK(ask->limit >= 1 && ask->limit <= LIST_MAX);
	if (ask->backward)
		TX_GET(tx, &r,
		       "select " ASSET_COLUMNS " from asset where merchant_id = $1 and code < $2"
		       " order by code desc limit $3",
		       V_I(tx_merchant(tx)), V_T(ask->text), V_I((int64_t)ask->limit + 1));
	else
		TX_GET(tx, &r,
		       "select " ASSET_COLUMNS " from asset where merchant_id = $1 and code > $2"
		       " order by code limit $3",
		       V_I(tx_merchant(tx)), V_T(ask->text), V_I((int64_t)ask->limit + 1));
	while (rows_next(&r))
		asset_read(&r, &slice[n++]);
	TRY(rows_end(&r));
	out->more = list_close(ask, slice, sizeof(slice[0]), &n);
	memcpy(out->assets, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}
