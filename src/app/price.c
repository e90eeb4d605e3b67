#include "app/price.h"

#include "base/check.h"

#include <string.h>

#define COLUMNS                                                                             \
	"select p.code, p.version, p.name, p.unit_price, p.asset_id, p.created_at, s.code"  \
	" from price p join asset s on s.merchant_id = p.merchant_id and s.id = p.asset_id" \
	" where p.merchant_id = $1"
#define NEWEST                                                 \
	" and p.version = (select max(n.version) from price n" \
	" where n.merchant_id = p.merchant_id and n.code = p.code)"

static enum err newest(struct tx *tx, const char *code, struct price *out, bool *found);
static void read_row(const struct rows *r, struct price *out);
static bool same(const struct price *p, const struct price_ask *ask);
static void get_slice(struct tx *tx, struct rows *r, const struct list_ask *at);
static void get_versions(struct tx *tx, struct rows *r, const struct prices_ask *ask);

enum err price_code_check(const char *code, const char *param)
{
	if (!str_is_made_of(str_of(code),
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-",
			    PRICE_CODE_MAX))
		FAIL_AT(ERR_INVALID, param, "a price's code is 1-%d of A-Z a-z 0-9 . _ -",
			PRICE_CODE_MAX);
	return ERR_OK;
}

enum err price_set(struct tx *tx, const void *ask_, void *answer_)
{
	const struct price_ask *ask = ask_;
	struct price_answer *answer = answer_;
	struct price *p = &answer->price;
	struct asset asset;
	int64_t version;
	enum err e;
	bool found;

	TRY(newest(tx, ask->code, p, &found));
	if (found && same(p, ask)) {
		answer->replayed = true;
		return ERR_OK;
	}
	version = found ? p->version + 1 : 1;
	e = asset_get(tx, str_of(ask->asset), &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "asset", "there is no asset %s", ask->asset);
	TRY(e);
	*p = (struct price){ .asset_id = asset.id,
			     .unit_price = ask->unit_price,
			     .version = version,
			     .created_at = tx_now(tx) };
	memcpy(p->code, ask->code, sizeof(p->code));
	memcpy(p->name, ask->name, sizeof(p->name));
	memcpy(p->asset, ask->asset, sizeof(p->asset));
	TX_PUT(tx, 1,
	       "insert into price (merchant_id, code, version, name, unit_price, asset_id,"
	       " created_at) values ($1, $2, $3, $4, $5, $6, $7)",
	       V_I(tx_merchant(tx)), V_T(p->code), V_I(p->version), V_T(p->name),
	       V_I(p->unit_price), V_I(p->asset_id), V_I(p->created_at));
	return ERR_OK;
}

static bool same(const struct price *p, const struct price_ask *ask)
{
	return p->unit_price == ask->unit_price && strcmp(p->name, ask->name) == 0 &&
	       strcmp(p->asset, ask->asset) == 0;
}

enum err price_get(struct tx *tx, const char *code, const char *param, struct price *out)
{
	bool found;

	TRY(newest(tx, code, out, &found));
	if (!found)
		FAIL_AT(ERR_PRICE_UNKNOWN, param, "there is no price %s", code);
	return ERR_OK;
}

static enum err newest(struct tx *tx, const char *code, struct price *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found, COLUMNS " and p.code = $2 order by p.version desc limit 1",
	       V_I(tx_merchant(tx)), V_T(code));
	if (*found)
		read_row(&r, out);
	return rows_end(&r);
}

static void read_row(const struct rows *r, struct price *out)
{
	row_text(r, 0, out->code, sizeof(out->code));
	out->version = row_i(r, 1);
	row_text(r, 2, out->name, sizeof(out->name));
	out->unit_price = row_i(r, 3);
	out->asset_id = row_i(r, 4);
	out->created_at = row_i(r, 5);
	row_text(r, 6, out->asset, sizeof(out->asset));
}

enum err prices_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct prices_ask *ask = ask_;
	struct prices *out = answer;
	struct price slice[LIST_MAX + 1];
	size_t n = 0;
	struct rows r;

	CHECK(ask->slice.limit >= 1 && ask->slice.limit <= LIST_MAX);
	if (*ask->code == '\0')
		get_slice(tx, &r, &ask->slice);
	else
		get_versions(tx, &r, ask);
	while (rows_next(&r))
		read_row(&r, &slice[n++]);
	TRY(rows_end(&r));
	out->more = list_close(&ask->slice, slice, sizeof(slice[0]), &n);
	memcpy(out->prices, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}

static void get_slice(struct tx *tx, struct rows *r, const struct list_ask *at)
{
	if (at->backward)
		TX_GET(tx, r, COLUMNS NEWEST " and p.code < $2 order by p.code desc limit $3",
		       V_I(tx_merchant(tx)), V_T(at->text), V_I((int64_t)at->limit + 1));
	else
		TX_GET(tx, r, COLUMNS NEWEST " and p.code > $2 order by p.code limit $3",
		       V_I(tx_merchant(tx)), V_T(at->text), V_I((int64_t)at->limit + 1));
}

static void get_versions(struct tx *tx, struct rows *r, const struct prices_ask *ask)
{
	const struct list_ask *at = &ask->slice;

	if (at->backward)
		TX_GET(tx, r,
		       COLUMNS " and p.code = $2 and p.version < $3"
			       " order by p.version desc limit $4",
		       V_I(tx_merchant(tx)), V_T(ask->code), V_I(at->number),
		       V_I((int64_t)at->limit + 1));
	else
		TX_GET(tx, r,
		       COLUMNS " and p.code = $2 and p.version > $3 order by p.version limit $4",
		       V_I(tx_merchant(tx)), V_T(ask->code), V_I(at->number),
		       V_I((int64_t)at->limit + 1));
}
