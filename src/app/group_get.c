/* group_get.c - a group, its transfers and what became of each. */
#include "app/group.h"

#include "app/transfer_row.h"
#include "base/check.h"
#include "sys/json_flat.h"

#include <string.h>

static enum err code_read(struct str text);
static enum err results_read(struct str text, struct arena *arena, struct post_result *results,
			     size_t n);

const char *group_status_name(enum group_status status)
{
	static const char *const NAMES[] = { "", "pending", "done", "refused" };

	return NAMES[status];
}

void group_put(struct tx *tx, int64_t app, const struct group *g)
{
	TX_PUT(tx, 1,
	       "insert into transfer_group (merchant_id, id, app_id, status, first_transfer,"
	       " last_transfer, count, created_at, done_at)"
	       " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	       V_I(tx_merchant(tx)), V_I(g->id), V_I(app), V_I(g->status), V_ID(g->first),
	       V_ID(g->last), V_I(g->count), V_I(g->created_at), V_ID(g->done_at));
}

#define GROUP_COLUMNS                                                                            \
	"select status, first_transfer, last_transfer, count, created_at, done_at, code, param," \
	" detail"
#define GROUP_ROW                                           \
	GROUP_COLUMNS ", body, results from transfer_group" \
		      " where merchant_id = $1 and id = $2 and app_id = $3"

static void read_row(const struct rows *r, int64_t id, struct group *out)
{
	*out = (struct group){ .id = id,
			       .status = (enum group_status)row_i(r, 0),
			       .first = row_i(r, 1),
			       .last = row_i(r, 2),
			       .count = row_i(r, 3),
			       .created_at = row_i(r, 4),
			       .done_at = row_i(r, 5) };
	if (out->status != GROUP_REFUSED)
		return;
	out->refusal.code = code_read(row_s(r, 6));
	row_text(r, 7, out->refusal.param, sizeof(out->refusal.param));
	row_text(r, 8, out->refusal.text, sizeof(out->refusal.text));
}

enum err group_kept(struct tx *tx, const struct group_ask *ask, struct group *out, bool *found)
{
	struct rows r;

	/* A closure that runs again finds its own first. */
	TX_ONE(tx, &r, found,
	       GROUP_COLUMNS ", id, request from transfer_group where merchant_id = $1"
			     " and app_id = $2 and (request = $3 or digest = $4)"
			     " order by case when request = $3 then 0 else 1 end limit 1",
	       V_I(tx_merchant(tx)), V_I(ask->app), V_I(ask->request),
	       V_B(ask->digest.bytes, sizeof(ask->digest.bytes)));
	if (*found) {
		read_row(&r, row_i(&r, 9), out);
		out->replayed = row_i(&r, 10) != ask->request;
	}
	return rows_end(&r);
}

static enum err group_find(struct tx *tx, int64_t app, int64_t id, struct group *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, GROUP_ROW, V_I(tx_merchant(tx)), V_I(id), V_I(app));
	if (found)
		read_row(&r, id, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such group");
	return ERR_OK;
}

enum err group_get(struct tx *tx, const void *ask_, void *answer)
{
	const struct group_get_ask *ask = ask_;
	struct group_shown *out = answer;
	struct str body = STR(""), results = STR("");
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, GROUP_ROW, V_I(tx_merchant(tx)), V_I(ask->id), V_I(ask->app));
	if (found) {
		read_row(&r, ask->id, &out->group);
		body.n = row_s(&r, 9).n;
		body.p = arena_text(ask->arena, row_s(&r, 9));
		results.n = row_s(&r, 10).n;
		results.p = arena_text(ask->arena, row_s(&r, 10));
	}
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such group");
	if (results.n == 0)
		return ERR_OK;
	TRY(group_read(body, ask->app, ask->arena, &out->asked));
	return results_read(results, ask->arena, out->asked.results, out->asked.n);
}

enum err group_transfers(struct tx *tx, const void *ask_, void *answer)
{
	const struct group_list_ask *ask = ask_;
	const struct list_ask *slice = &ask->slice;
	struct group_transfers *out = answer;
	struct transfer_view views[LIST_MAX + 1] = { 0 };
	struct group g;
	struct rows r;
	size_t n = 0;

	CHECK(slice->limit >= 1 && slice->limit <= LIST_MAX);
	TRY(group_find(tx, ask->app, ask->id, &g));
	if (slice->backward)
		TX_GET(tx, &r,
		       TRANSFER_ROWS " where t.merchant_id = $1 and t.id >= $2 and t.id < $3"
				     " and t.group_id = $4 order by t.id desc limit $5",
		       V_I(tx_merchant(tx)), V_I(g.first),
		       V_I(slice->number <= g.last ? slice->number : g.last + 1), V_I(g.id),
		       V_I((int64_t)slice->limit + 1));
	else
		TX_GET(tx, &r,
		       TRANSFER_ROWS " where t.merchant_id = $1 and t.id > $2 and t.id <= $3"
				     " and t.group_id = $4 order by t.id limit $5",
		       V_I(tx_merchant(tx)),
		       V_I(slice->number >= g.first ? slice->number : g.first - 1), V_I(g.last),
		       V_I(g.id), V_I((int64_t)slice->limit + 1));
	while (rows_next(&r))
		transfer_row_read(&r, &views[n++]);
	TRY(rows_end(&r));
	out->more = list_close(slice, views, sizeof(views[0]), &n);
	memcpy(out->transfers, views, n * sizeof(views[0]));
	out->n = n;
	return ERR_OK;
}

/* --- results --- */

void group_results_write(struct jout *w, const struct post_result *results, size_t n)
{
	jout_array(w, NULL);
	for (size_t i = 0; i < n; i++) {
		const struct post_result *r = &results[i];

		jout_array(w, NULL);
		if (r->code == ERR_OK) {
			jout_id(w, NULL, ID_TRANSFER, r->id);
			jout_bool(w, NULL, r->replayed);
			/* An account may be below zero, and this reader knows no sign. */
			jout_bool(w, NULL, r->from_balance < 0);
			jout_integer(w, NULL, llabs(r->from_balance));
			jout_bool(w, NULL, r->to_balance < 0);
			jout_integer(w, NULL, llabs(r->to_balance));
		} else {
			jout_text(w, NULL, err_code(r->code));
			jout_text(w, NULL, r->param);
			jout_text(w, NULL, r->text);
		}
		jout_array_end(w);
	}
	jout_array_end(w);
}

static enum err code_read(struct str text)
{
	for (int e = ERR_OK + 1; e < ERR_N; e++)
		if (str_is(text, err_code((enum err)e)))
			return (enum err)e;
	return ERR_INTERNAL;
}

static bool balance_read(struct flat *f, int64_t *out)
{
	bool negative;

	if (!flat_mark(f, ',') || !flat_bool(f, &negative) || !flat_mark(f, ',') ||
	    !flat_integer(f, out))
		return false;
	if (negative)
		*out = -*out;
	return true;
}

static bool result_read(struct flat *f, struct post_result *r)
{
	struct str first, param, text;

	*r = (struct post_result){ .code = ERR_OK };
	if (!flat_mark(f, '[') || !flat_text(f, &first) || !flat_mark(f, ','))
		return false;
	if (id_read(ID_TRANSFER, first, &r->id) == ERR_OK)
		return flat_bool(f, &r->replayed) && balance_read(f, &r->from_balance) &&
		       balance_read(f, &r->to_balance) && flat_mark(f, ']');
	r->code = code_read(first);
	if (!flat_text(f, &param) || !flat_mark(f, ',') || !flat_text(f, &text))
		return false;
	str_copy_cut(r->param, sizeof(r->param), param);
	str_copy_cut(r->text, sizeof(r->text), text);
	return flat_mark(f, ']');
}

static enum err results_read(struct str text, struct arena *arena, struct post_result *results,
			     size_t n)
{
	struct flat f;

	flat_open(&f, text, arena);
	for (size_t i = 0; i < n; i++)
		if (!flat_mark(&f, i == 0 ? '[' : ',') || !result_read(&f, &results[i]))
			FAIL(ERR_CORRUPT, "the results of a group cannot be read");
	if (!flat_mark(&f, ']') || !flat_done(&f))
		FAIL(ERR_CORRUPT, "the results of a group cannot be read");
	return ERR_OK;
}
