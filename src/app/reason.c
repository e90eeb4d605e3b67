#include "app/reason.h"

#include "base/check.h"
#include "core/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAM_TEXT = 32 };

static void param_of(const struct reason_ask *ask, size_t i, const char *member,
		     char param[PARAM_TEXT]);
static int compare(const void *a, const void *b);
static enum err check_routes(struct tx *tx, const struct reason_ask *ask,
			     int64_t assets[REASON_ROUTES_MAX]);
static enum err check_kind(struct tx *tx, const struct reason_ask *ask, size_t i, bool gives);
static enum err check_asset(struct tx *tx, const struct reason_ask *ask, size_t i, int64_t *asset);
static enum err find(struct tx *tx, int64_t code, struct reason *out, bool *found);
static bool same(const struct reason *r, const struct reason_ask *ask);

enum err reason_add(struct tx *tx, const void *ask_, void *answer_)
{
	const struct reason_ask *ask = ask_;
	struct reason_answer *answer = answer_;
	struct reason *r = &answer->reason;
	int64_t assets[REASON_ROUTES_MAX];
	bool found;

	TRY(find(tx, ask->code, r, &found));
	if (found) {
		if (!same(r, ask))
			FAIL_AT(ERR_EXISTS, "code", "there is a reason %lld with other content",
				(long long)ask->code);
		answer->replayed = true;
		return ERR_OK;
	}
	TRY(check_routes(tx, ask, assets));
	*r = (struct reason){ .code = ask->code, .created_at = tx_now(tx) };
	memcpy(r->name, ask->name, sizeof(r->name));
	memcpy(r->name_en, ask->name_en, sizeof(r->name_en));
	r->routes_n = ask->routes_n;
	memcpy(r->routes, ask->routes, sizeof(r->routes));
	qsort(r->routes, r->routes_n, sizeof(r->routes[0]), compare);
	TX_PUT(tx, 1,
	       "insert into reason (merchant_id, code, name, name_en, created_at)"
	       " values ($1, $2, $3, $4, $5)",
	       V_I(tx_merchant(tx)), V_I(r->code), V_T(r->name), V_T(r->name_en),
	       V_I(r->created_at));
	for (size_t i = 0; i < ask->routes_n; i++)
		TX_PUT(tx, 1,
		       "insert into reason_route (merchant_id, code, from_kind, to_kind, asset_id)"
		       " values ($1, $2, $3, $4, $5)",
		       V_I(tx_merchant(tx)), V_I(r->code), V_T(ask->routes[i].from),
		       V_T(ask->routes[i].to), V_I(assets[i]));
	return ERR_OK;
}

static bool same(const struct reason *r, const struct reason_ask *ask)
{
	struct reason_route routes[REASON_ROUTES_MAX];

	if (strcmp(r->name, ask->name) != 0 || strcmp(r->name_en, ask->name_en) != 0 ||
	    r->routes_n != ask->routes_n)
		return false;
	memcpy(routes, ask->routes, sizeof(routes));
	qsort(routes, ask->routes_n, sizeof(routes[0]), compare);
	for (size_t i = 0; i < ask->routes_n; i++)
		if (compare(&routes[i], &r->routes[i]) != 0)
			return false;
	return true;
}

static int compare(const void *a_, const void *b_)
{
	const struct reason_route *a = a_, *b = b_;
	int from = strcmp(a->from, b->from), to = strcmp(a->to, b->to);

	if (from != 0)
		return from;
	return to != 0 ? to : strcmp(a->asset, b->asset);
}

static enum err check_routes(struct tx *tx, const struct reason_ask *ask,
			     int64_t assets[REASON_ROUTES_MAX])
{
	char param[PARAM_TEXT];

	CHECK(ask->routes_n >= 1 && ask->routes_n <= REASON_ROUTES_MAX);
	for (size_t i = 0; i < ask->routes_n; i++) {
		TRY(check_kind(tx, ask, i, true));
		TRY(check_kind(tx, ask, i, false));
		TRY(check_asset(tx, ask, i, &assets[i]));
		for (size_t k = 0; k < i; k++) {
			if (compare(&ask->routes[i], &ask->routes[k]) != 0)
				continue;
			param_of(ask, i, "from", param);
			FAIL_AT(ERR_INVALID, param, "this route is there twice");
		}
	}
	return ERR_OK;
}

static enum err check_kind(struct tx *tx, const struct reason_ask *ask, size_t i, bool gives)
{
	const struct reason_route *route = &ask->routes[i];
	struct str kind = str_of(gives ? route->from : route->to);
	char param[PARAM_TEXT];
	enum err e;

	param_of(ask, i, gives ? "from" : "to", param);
	e = gives ? transfer_allowed(kind, STR("system")) : transfer_allowed(STR("system"), kind);
	if (e != ERR_OK)
		return err_set(e, ERR_WHERE, param, "%.*s is moved by Tael only", (int)kind.n,
			       kind.p);
	return holder_kind_known(tx, kind, param);
}

static enum err check_asset(struct tx *tx, const struct reason_ask *ask, size_t i, int64_t *asset)
{
	const char *code = ask->routes[i].asset;
	char param[PARAM_TEXT];
	struct asset row;
	enum err e;

	*asset = 0;
	if (*code == '\0')
		return ERR_OK;
	e = asset_get(tx, str_of(code), &row);
	if (e == ERR_ASSET_UNKNOWN) {
		param_of(ask, i, "asset", param);
		FAIL_AT(e, param, "there is no asset %s", code);
	}
	*asset = row.id;
	return e;
}

static void param_of(const struct reason_ask *ask, size_t i, const char *member,
		     char param[PARAM_TEXT])
{
	if (ask->listed)
		(void)snprintf(param, PARAM_TEXT, "routes[%zu].%s", i, member);
	else
		(void)snprintf(param, PARAM_TEXT, "%s", member);
}

enum err reason_set(struct tx *tx, const void *ask_, void *answer)
{
	const struct reason_switch *ask = ask_;
	struct reason *r = answer;
	bool found;

	if (ask->code < REASON_MERCHANT_MIN)
		FAIL_AT(ERR_FORBIDDEN, "code", "reasons below %d are Tael's own",
			REASON_MERCHANT_MIN);
	TRY(find(tx, ask->code, r, &found));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "code", "there is no reason %lld", (long long)ask->code);
	r->disabled = ask->disabled;
	TX_PUT(tx, 1, "update reason set disabled = $3 where merchant_id = $1 and code = $2",
	       V_I(tx_merchant(tx)), V_I(ask->code), V_I(ask->disabled));
	tx_tell(tx, NEWS_RULES);
	return ERR_OK;
}

static enum err find(struct tx *tx, int64_t code, struct reason *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       "select " REASON_COLUMNS " from reason where merchant_id = $1 and code = $2",
	       V_I(tx_merchant(tx)), V_I(code));
	if (*found)
		reason_read(&r, out);
	TRY(rows_end(&r));
	return *found ? reason_read_routes(tx, out) : ERR_OK;
}
