#include "app/reason.h"

#include "base/check.h"
#include "core/transfer.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS "code, name, name_en, from_kind, to_kind, created_at"

static enum err find(struct tx *tx, int64_t code, struct reason *out, bool *found);
static void read_row(const struct rows *r, struct reason *out);
static bool same(const struct reason *r, const struct reason_ask *ask);
static bool is_after(const struct list_ask *ask, int64_t code);
static void add_own(const struct list_ask *ask, struct reason *slice, size_t *n);
static enum err add_merchants(struct tx *tx, const struct list_ask *ask, struct reason *slice,
			      size_t *n);

enum err reason_add(struct tx *tx, const void *ask_, void *answer_)
{
	const struct reason_ask *ask = ask_;
	struct reason_answer *answer = answer_;
	struct reason *r = &answer->reason;
	bool found;

	TRY(find(tx, ask->code, r, &found));
	if (found) {
		if (!same(r, ask))
			FAIL_AT(ERR_EXISTS, "code", "there is a reason %lld with other content",
				(long long)ask->code);
		answer->replayed = true;
		return ERR_OK;
	}
	TRY(transfer_allowed(str_of(ask->from), str_of(ask->to)));
	TRY(holder_kind_known(tx, str_of(ask->from), "from"));
	TRY(holder_kind_known(tx, str_of(ask->to), "to"));
	*r = (struct reason){ .code = ask->code, .created_at = tx_now(tx) };
	memcpy(r->name, ask->name, sizeof(r->name));
	memcpy(r->name_en, ask->name_en, sizeof(r->name_en));
	memcpy(r->from, ask->from, sizeof(r->from));
	memcpy(r->to, ask->to, sizeof(r->to));
	TX_PUT(tx, 1,
	       "insert into reason (merchant_id, code, name, name_en, from_kind, to_kind,"
	       " created_at) values ($1, $2, $3, $4, $5, $6, $7)",
	       V_I(tx_merchant(tx)), V_I(r->code), V_T(r->name), V_T(r->name_en), V_T(r->from),
	       V_T(r->to), V_I(r->created_at));
	return ERR_OK;
}

static bool same(const struct reason *r, const struct reason_ask *ask)
{
	return strcmp(r->name, ask->name) == 0 && strcmp(r->name_en, ask->name_en) == 0 &&
	       strcmp(r->from, ask->from) == 0 && strcmp(r->to, ask->to) == 0;
}

enum err reason_get(struct tx *tx, int64_t code, struct reason *out)
{
	bool found;

	TRY(find(tx, code, out, &found));
	if (!found)
		FAIL_AT(ERR_REASON_UNKNOWN, "reason", "there is no reason %lld", (long long)code);
	return ERR_OK;
}

static enum err find(struct tx *tx, int64_t code, struct reason *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found, "select " COLUMNS " from reason where merchant_id = $1 and code = $2",
	       V_I(tx_merchant(tx)), V_I(code));
	if (*found)
		read_row(&r, out);
	return rows_end(&r);
}

static void read_row(const struct rows *r, struct reason *out)
{
	out->code = row_i(r, 0);
	row_text(r, 1, out->name, sizeof(out->name));
	row_text(r, 2, out->name_en, sizeof(out->name_en));
	row_text(r, 3, out->from, sizeof(out->from));
	row_text(r, 4, out->to, sizeof(out->to));
	out->created_at = row_i(r, 5);
}

enum err reasons_list(struct tx *tx, const void *ask_, void *answer_)
{
	const struct list_ask *ask = ask_;
	struct reasons *out = answer_;
	struct reason slice[LIST_MAX + 1];
	size_t n = 0;

	CHECK(ask->limit >= 1 && ask->limit <= LIST_MAX);
	if (!ask->backward)
		add_own(ask, slice, &n);
	TRY(add_merchants(tx, ask, slice, &n));
	if (ask->backward)
		add_own(ask, slice, &n);
	out->more = list_close(ask, slice, sizeof(slice[0]), &n);
	memcpy(out->reasons, slice, n * sizeof(slice[0]));
	out->n = n;
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
		       "select " COLUMNS " from reason where merchant_id = $1 and code < $2"
		       " order by code desc limit $3",
		       V_I(tx_merchant(tx)), V_I(ask->number), V_I(room));
	else
		TX_GET(tx, &r,
		       "select " COLUMNS " from reason where merchant_id = $1 and code > $2"
		       " order by code limit $3",
		       V_I(tx_merchant(tx)), V_I(ask->number), V_I(room));
	while (rows_next(&r))
		read_row(&r, &slice[(*n)++]);
	return rows_end(&r);
}
