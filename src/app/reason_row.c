/* reason_row.c - reasons as they are stored: reading, listing, and what they allow (declared in
 * app/reason.h). */
#include "app/reason.h"

#include "base/check.h"

#include <stdio.h>

static bool is_after(const struct list_ask *ask, int64_t code);
static void add_own(const struct list_ask *ask, struct reason *slice, size_t *n);
static enum err add_merchants(struct tx *tx, const struct list_ask *ask, struct reason *slice,
			      size_t *n);

void reason_read(const struct rows *r, struct reason *out)
{
	*out = (struct reason){ .code = row_i(r, 0),
				.disabled = row_i(r, 3) != 0,
				.created_at = row_i(r, 4) };
	row_text(r, 1, out->name, sizeof(out->name));
	row_text(r, 2, out->name_en, sizeof(out->name_en));
}

enum err reason_read_routes(struct tx *tx, struct reason *out)
{
	struct rows r;

	out->routes_n = 0;
	TX_GET(tx, &r,
	       "select w.from_kind, w.to_kind, s.code from reason_route w"
	       " left join asset s on s.merchant_id = w.merchant_id and s.id = w.asset_id"
	       " where w.merchant_id = $1 and w.code = $2"
	       " order by w.from_kind, w.to_kind, coalesce(s.code, '')",
	       V_I(tx_merchant(tx)), V_I(out->code));
	while (rows_next(&r)) {
		struct reason_route *route;

		CHECK(out->routes_n < REASON_ROUTES_MAX);
		route = &out->routes[out->routes_n++];
		row_text(&r, 0, route->from, sizeof(route->from));
		row_text(&r, 1, route->to, sizeof(route->to));
		row_text(&r, 2, route->asset, sizeof(route->asset));
	}
	return rows_end(&r);
}

enum err reason_allows(struct tx *tx, const struct reason_use *use)
{
	const char *param = use->param != NULL ? use->param : "reason";
	bool found, disabled = false, leads = false;
	struct rows r;

	if (use->code < REASON_MERCHANT_MIN)
		FAIL_AT(ERR_REASON_NOT_ALLOWED, param, "reasons below %d are Tael's own",
			REASON_MERCHANT_MIN);
	TX_ONE(tx, &r, &found,
	       "select r.disabled, (select count(*) from reason_route w"
	       " where w.merchant_id = r.merchant_id and w.code = r.code"
	       " and ($3 = '' or w.from_kind = $3) and ($4 = '' or w.to_kind = $4)"
	       " and w.asset_id in (0, $5)) from reason r where r.merchant_id = $1 and r.code = $2",
	       V_I(tx_merchant(tx)), V_I(use->code), V_S(use->from), V_S(use->to), V_I(use->asset));
	if (found) {
		disabled = row_i(&r, 0) != 0;
		leads = row_i(&r, 1) > 0;
	}
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_REASON_UNKNOWN, param, "there is no reason %lld", (long long)use->code);
	if (disabled && !use->begun)
		FAIL_AT(ERR_REASON_DISABLED, param, "reason %lld is disabled",
			(long long)use->code);
	if (!leads)
		FAIL_AT(ERR_REASON_NOT_ALLOWED, param,
			"reason %lld has no route from %.*s to %.*s of this asset",
			(long long)use->code, (int)use->from.n, use->from.p, (int)use->to.n,
			use->to.p);
	return ERR_OK;
}

enum err reason_names(struct tx *tx, int64_t code, char name[REASON_NAME_MAX + 1],
		      char name_en[REASON_NAME_MAX + 1])
{
	struct rows r;

	*name = *name_en = '\0';
	for (size_t i = 0; i < TAEL_REASON_TEXTS_N; i++) {
		if (TAEL_REASON_TEXTS[i].code != code)
			continue;
		(void)snprintf(name, REASON_NAME_MAX + 1, "%s", TAEL_REASON_TEXTS[i].name);
		(void)snprintf(name_en, REASON_NAME_MAX + 1, "%s", TAEL_REASON_TEXTS[i].name_en);
		return ERR_OK;
	}
	TX_GET(tx, &r, "select name, name_en from reason where merchant_id = $1 and code = $2",
	       V_I(tx_merchant(tx)), V_I(code));
	if (rows_next(&r)) {
		row_text(&r, 0, name, REASON_NAME_MAX + 1);
		row_text(&r, 1, name_en, REASON_NAME_MAX + 1);
	}
	return rows_end(&r);
}

enum err reasons_list(struct tx *tx, const void *ask_, void *answer_)
{
	const struct list_ask *ask = ask_;
	struct reasons *out = answer_;

	CHECK(ask->limit >= 1 && ask->limit <= LIST_MAX);
	out->n = 0;
	if (!ask->backward)
		add_own(ask, out->reasons, &out->n);
	TRY(add_merchants(tx, ask, out->reasons, &out->n));
	if (ask->backward)
		add_own(ask, out->reasons, &out->n);
	for (size_t i = 0; i < out->n; i++)
		TRY(reason_read_routes(tx, &out->reasons[i]));
	out->more = list_close(ask, out->reasons, sizeof(out->reasons[0]), &out->n);
	return ERR_OK;
}

/* Tael's own, all of them below the merchant's, in the direction of the slice. */
static void add_own(const struct list_ask *ask, struct reason *slice, size_t *n)
{
	for (size_t i = 0; i < TAEL_REASON_TEXTS_N && *n <= ask->limit; i++) {
		const struct reason_text *t =
			&TAEL_REASON_TEXTS[ask->backward ? TAEL_REASON_TEXTS_N - 1 - i : i];
		struct reason *r = &slice[*n];

		if (!is_after(ask, t->code))
			continue;
		*r = (struct reason){ .code = t->code };
		(void)snprintf(r->name, sizeof(r->name), "%s", t->name);
		(void)snprintf(r->name_en, sizeof(r->name_en), "%s", t->name_en);
		(*n)++;
	}
}

static bool is_after(const struct list_ask *ask, int64_t code)
{
	return ask->backward ? code < ask->number : code > ask->number;
}

static enum err add_merchants(struct tx *tx, const struct list_ask *ask, struct reason *slice,
			      size_t *n)
{
	int64_t room = (int64_t)(ask->limit + 1 - *n);
	struct rows r;

	if (ask->backward)
		TX_GET(tx, &r,
		       "select " REASON_COLUMNS " from reason where merchant_id = $1 and code < $2"
		       " order by code desc limit $3",
		       V_I(tx_merchant(tx)), V_I(ask->number), V_I(room));
	else
		TX_GET(tx, &r,
		       "select " REASON_COLUMNS " from reason where merchant_id = $1 and code > $2"
		       " order by code limit $3",
		       V_I(tx_merchant(tx)), V_I(ask->number), V_I(room));
	while (rows_next(&r))
		reason_read(&r, &slice[(*n)++]);
	return rows_end(&r);
}
