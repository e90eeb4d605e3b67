/* endpoint_row.c - endpoints in their table. */
#include "app/endpoint_row.h"

#include "app/endpoint.h"

/* clang-format off */
#define COLUMNS                                                                               \
	"e.id, e.app_id, e.created_at, e.url, e.events, e.enabled, e.compat, e.cursor, "      \
	"e.failing, e.retry_at, case when e.old_until > $1 then e.old_until else 0 end, "     \
	"(select count(*) from delivery d where d.merchant_id = e.merchant_id "               \
	"and d.lane = e.id and d.status = 1) from endpoint e"
/* clang-format on */

static void read_endpoint(const struct rows *r, struct endpoint *e)
{
	*e = (struct endpoint){
		.id = row_i(r, 0),
		.app = row_i(r, 1),
		.created_at = row_i(r, 2),
		.enabled = row_i(r, 5) != 0,
		.compat = row_i(r, 6) != 0,
		.cursor = row_i(r, 7),
		.failing = row_i(r, 8),
		.retry_at = row_i(r, 9),
		.old_until = row_i(r, 10),
		.waiting = row_i(r, 11),
	};
	row_text(r, 3, e->url, sizeof(e->url));
	row_text(r, 4, e->events, sizeof(e->events));
}

enum err endpoint_get(struct tx *tx, int64_t app, int64_t id, struct endpoint *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select " COLUMNS " where e.merchant_id = $2 and e.id = $3 and e.app_id = $4",
	       V_I(tx_now(tx)), V_I(tx_merchant(tx)), V_I(id), V_I(app));
	if (found)
		read_endpoint(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such webhook endpoint");
	return ERR_OK;
}

enum err endpoint_list(struct tx *tx, const void *ask, void *answer)
{
	const struct endpoint_list_ask *a = ask;
	struct endpoint_list *out = answer;
	struct list_ask slice = a->slice;
	struct rows r;

	out->n = 0;
	if (slice.limit > ENDPOINTS_MAX)
		slice.limit = ENDPOINTS_MAX;
	if (slice.backward)
		TX_GET(tx, &r,
		       "select " COLUMNS " where e.merchant_id = $2 and e.app_id = $3 "
		       "and (e.id < $4 or $4 = 0) order by e.id desc limit $5",
		       V_I(tx_now(tx)), V_I(tx_merchant(tx)), V_I(a->app), V_I(slice.number),
		       V_I((int64_t)slice.limit + 1));
	else
		TX_GET(tx, &r,
		       "select " COLUMNS
		       " where e.merchant_id = $2 and e.app_id = $3 and e.id > $4 "
		       "order by e.id limit $5",
		       V_I(tx_now(tx)), V_I(tx_merchant(tx)), V_I(a->app), V_I(slice.number),
		       V_I((int64_t)slice.limit + 1));
	while (rows_next(&r))
		read_endpoint(&r, &out->endpoints[out->n++]);
	TRY(rows_end(&r));
	out->more = list_close(&slice, out->endpoints, sizeof(out->endpoints[0]), &out->n);
	return ERR_OK;
}

enum err endpoint_show(struct tx *tx, const void *ask, void *answer)
{
	const struct endpoint_ask *a = ask;
	struct endpoint_answer *out = answer;

	out->secret[0] = '\0';
	return endpoint_get(tx, a->app, a->id, &out->endpoint);
}

void delivery_due(struct tx *tx, int64_t app, int64_t event, const struct delivery_to *to)
{
	TX_PUT(tx, 1,
	       "insert into delivery (merchant_id, id, app_id, event_id, lane, endpoint_id, url, "
	       "status, due_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8) "
	       "on conflict (merchant_id, event_id, lane) do update set status = 1, tries = 0, "
	       "due_at = excluded.due_at, ended_at = null",
	       V_I(tx_merchant(tx)), V_I(tx_id(tx)), V_I(app), V_I(event), V_I(to->lane),
	       V_ID(to->lane > 0 ? to->lane : 0), V_OPT(to->url), V_I(tx_now(tx)));
}
