#include "app/account.h"

#include "app/holder_kind.h"
#include "base/check.h"

#include <string.h>

static enum err assets_of(struct tx *tx, const struct accounts_ask *ask, int64_t *assets,
			  struct account_view *slice, size_t *n);

enum err account_name_read(struct str text, const char *param, struct account_name *out)
{
	size_t slash = str_find(text, '/');
	struct str holder = { text.p, slash };
	struct str asset = slash < text.n ? str_skip(text, slash + 1) : STR("");

	if (slash == text.n)
		FAIL_AT(ERR_INVALID, param,
			"an account is written holder/asset, as user:1001/gold");
	TRY(holder_check(holder, param));
	TRY(str_copy(out->holder, sizeof(out->holder), holder));
	if (str_copy(out->asset, sizeof(out->asset), asset) != ERR_OK)
		out->asset[0] = '\0';
	return asset_code_check(out->asset, param);
}

enum err holder_check(struct str holder, const char *param)
{
	char kind[HOLDER_KIND_MAX + 1];

	if (holder_read(holder, kind) != ERR_OK)
		FAIL_AT(ERR_INVALID, param, "%s", err_text());
	if (holder_rule(str_of(kind)) == RULE_MEMBER &&
	    str_is(str_skip(holder, strlen(kind)), ":0"))
		FAIL_AT(ERR_INVALID, param, "%s:0 is nobody", kind);
	return ERR_OK;
}

enum err account_open(struct tx *tx, const char *holder, int64_t asset, const char *param,
		      struct account **out)
{
	TRY(tx_account(tx, str_of(holder), asset, out));
	if (account_version(*out) > 0)
		return ERR_OK;
	return holder_kind_known(tx, str_cut(str_of(holder), ':', NULL), param);
}

enum err account_find(struct tx *tx, const struct account_name *name, struct asset *asset,
		      struct account **out)
{
	enum err e = asset_get(tx, str_of(name->asset), asset);

	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(ERR_NOT_FOUND, "asset", "there is no asset %s", name->asset);
	TRY(e);
	return account_open(tx, name->holder, asset->id, "holder", out);
}

enum err account_get(struct tx *tx, const void *ask, void *answer)
{
	struct asset asset;
	struct account *account;

	TRY(account_find(tx, ask, &asset, &account));
	account_view_fill(answer, ask, account);
	return ERR_OK;
}

enum err accounts_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct accounts_ask *ask = ask_;
	struct accounts *out = answer;
	int64_t assets[LIST_MAX + 1];
	struct account_view slice[LIST_MAX + 1];
	size_t n = 0;

	TRY(assets_of(tx, ask, assets, slice, &n));
	if (n == 0)
		TRY(holder_kind_known(tx, str_cut(str_of(ask->holder), ':', NULL), "holder"));
	for (size_t i = 0; i < n; i++) {
		struct account_name name = slice[i].name;
		struct account *account;

		TRY(tx_account(tx, str_of(ask->holder), assets[i], &account));
		memcpy(name.holder, ask->holder, sizeof(ask->holder));
		account_view_fill(&slice[i], &name, account);
	}
	out->more = list_close(&ask->slice, slice, sizeof(slice[0]), &n);
	memcpy(out->accounts, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}

/* The ids and codes of the assets of which the holder has an account. */
static enum err assets_of(struct tx *tx, const struct accounts_ask *ask, int64_t *assets,
			  struct account_view *slice, size_t *n)
{
	const struct list_ask *at = &ask->slice;
	struct rows r;

	CHECK(at->limit >= 1 && at->limit <= LIST_MAX);
	if (at->backward)
		TX_GET(tx, &r,
		       "select s.id, s.code from account a join asset s"
		       " on s.merchant_id = a.merchant_id and s.id = a.asset_id"
		       " where a.merchant_id = $1 and a.holder = $2 and s.code < $3"
		       " order by s.code desc limit $4",
		       V_I(tx_merchant(tx)), V_T(ask->holder), V_T(at->text),
		       V_I((int64_t)at->limit + 1));
	else
		TX_GET(tx, &r,
		       "select s.id, s.code from account a join asset s"
		       " on s.merchant_id = a.merchant_id and s.id = a.asset_id"
		       " where a.merchant_id = $1 and a.holder = $2 and s.code > $3"
		       " order by s.code limit $4",
		       V_I(tx_merchant(tx)), V_T(ask->holder), V_T(at->text),
		       V_I((int64_t)at->limit + 1));
	while (rows_next(&r)) {
		assets[*n] = row_i(&r, 0);
		row_text(&r, 1, slice[*n].name.asset, sizeof(slice[*n].name.asset));
		(*n)++;
	}
	return rows_end(&r);
}
