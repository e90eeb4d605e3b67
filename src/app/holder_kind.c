#include "app/holder_kind.h"

#include "base/check.h"

#include <string.h>

/* The built-in kinds, as rows. */
#define BUILT_IN                                                             \
	"select 'app' as kind, '应用' as name, 'app' as name_en, 0 as at"  \
	" union all select 'shop', '店铺', 'shop', 0"                      \
	" union all select 'user', '用户', 'user', 0"                      \
	" union all select kind, name, name_en, created_at from holder_kind" \
	" where merchant_id = $1"

static enum err find(struct tx *tx, struct str kind, struct holder_kind *out, bool *found);
static void read_row(const struct rows *r, struct holder_kind *out);

enum err holder_kind_add(struct tx *tx, const void *ask_, void *answer_)
{
	const struct holder_kind_ask *ask = ask_;
	struct holder_kind_answer *answer = answer_;
	struct holder_kind *k = &answer->kind;
	bool found;

	if (holder_rule(str_of(ask->kind)) != RULE_MEMBER)
		FAIL_AT(ERR_FORBIDDEN, "kind", "%s is a kind of Tael's own", ask->kind);
	TRY(find(tx, str_of(ask->kind), k, &found));
	if (found) {
		if (strcmp(k->name, ask->name) != 0 || strcmp(k->name_en, ask->name_en) != 0)
			FAIL_AT(ERR_EXISTS, "kind", "there is a kind %s with other names",
				ask->kind);
		answer->replayed = true;
		return ERR_OK;
	}
	*k = (struct holder_kind){ .created_at = tx_now(tx) };
	memcpy(k->kind, ask->kind, sizeof(k->kind));
	memcpy(k->name, ask->name, sizeof(k->name));
	memcpy(k->name_en, ask->name_en, sizeof(k->name_en));
	TX_PUT(tx, 1,
	       "insert into holder_kind (merchant_id, kind, name, name_en, created_at)"
	       " values ($1, $2, $3, $4, $5)",
	       V_I(tx_merchant(tx)), V_T(k->kind), V_T(k->name), V_T(k->name_en),
	       V_I(k->created_at));
	return ERR_OK;
}

static enum err find(struct tx *tx, struct str kind, struct holder_kind *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       "select kind, name, name_en, at from (" BUILT_IN ") known where kind = $2",
	       V_I(tx_merchant(tx)), V_S(kind));
	if (*found)
		read_row(&r, out);
	return rows_end(&r);
}

static void read_row(const struct rows *r, struct holder_kind *out)
{
	row_text(r, 0, out->kind, sizeof(out->kind));
	row_text(r, 1, out->name, sizeof(out->name));
	row_text(r, 2, out->name_en, sizeof(out->name_en));
	out->created_at = row_i(r, 3);
}

enum err holder_kinds_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct list_ask *ask = ask_;
	struct holder_kinds *out = answer;
	struct holder_kind slice[LIST_MAX + 1];
	struct rows r;
	size_t n = 0;

	CHECK(ask->limit >= 1 && ask->limit <= LIST_MAX);
	if (ask->backward)
		TX_GET(tx, &r,
		       "select kind, name, name_en, at from (" BUILT_IN
		       ") known where kind < $2 order by kind desc limit $3",
		       V_I(tx_merchant(tx)), V_T(ask->text), V_I((int64_t)ask->limit + 1));
	else
		TX_GET(tx, &r,
		       "select kind, name, name_en, at from (" BUILT_IN
		       ") known where kind > $2 order by kind limit $3",
		       V_I(tx_merchant(tx)), V_T(ask->text), V_I((int64_t)ask->limit + 1));
	while (rows_next(&r))
		read_row(&r, &slice[n++]);
	TRY(rows_end(&r));
	out->more = list_close(ask, slice, sizeof(slice[0]), &n);
	memcpy(out->kinds, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}

enum err holder_kind_check(const char *kind, const char *param)
{
	if (kind[0] < 'a' || kind[0] > 'z' ||
	    !str_is_made_of(str_of(kind), "abcdefghijklmnopqrstuvwxyz0123456789_", HOLDER_KIND_MAX))
		FAIL_AT(ERR_INVALID, param, "a kind of holder is [a-z][a-z0-9_]{0,15}");
	return ERR_OK;
}

enum err holder_kind_known(struct tx *tx, struct str kind, const char *param)
{
	struct holder_kind row;
	bool found;

	/* The three that everybody uses cost no query. */
	if (holder_rule(kind) != RULE_MEMBER || str_is(kind, "user") || str_is(kind, "app") ||
	    str_is(kind, "shop"))
		return ERR_OK;
	TRY(find(tx, kind, &row, &found));
	if (!found)
		FAIL_AT(ERR_HOLDER_UNKNOWN, param, "there is no kind of holder %.*s", (int)kind.n,
			kind.p);
	return ERR_OK;
}
