/* delivery_read.c - who is to be told, and of what. */
#include "app/delivery.h"

#include "base/check.h"

#include <string.h>

enum { LOOK_MAX = 256 };

struct targets_ask {
	int64_t from;
};

static enum err read_targets(struct tx *tx, const void *ask, void *answer);
static enum err read_endpoints(struct tx *tx, struct delivery_targets *out);
static enum err read_lanes(struct tx *tx, int64_t from, struct delivery_targets *out);
static enum err read_lane(struct tx *tx, int64_t lane, int64_t app, int64_t due_at,
			  struct delivery_targets *out);
static enum err read_merchants(struct tx *tx, const void *ask, void *answer);
static enum err read_events(struct tx *tx, const void *ask, void *answer);
static enum err read_rows(struct tx *tx, const void *ask, void *answer);

/* --- who --- */

enum err delivery_targets(const struct services *s, int64_t merchant, int64_t from,
			  struct delivery_targets *out)
{
	return store_read(s->store, merchant, read_targets, &(struct targets_ask){ from }, out);
}

static enum err read_targets(struct tx *tx, const void *ask, void *answer)
{
	const struct targets_ask *a = ask;
	struct delivery_targets *out = answer;

	out->n = 0;
	out->next_lane = 0;
	TRY(read_endpoints(tx, out));
	return read_lanes(tx, a->from, out);
}

static void read_sealed(const struct rows *r, int column, struct delivery_target *t)
{
	struct str s = row_s(r, column);
	struct sealed *to = &t->secrets[t->secrets_n];

	if (s.n == 0 || s.n > sizeof(to->bytes))
		return;
	memcpy(to->bytes, s.p, s.n);
	to->n = s.n;
	t->secrets_n++;
}

/* All of them at once. */
static enum err read_endpoints(struct tx *tx, struct delivery_targets *out)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select id, app_id, compat, url, events, cursor, failing, retry_at, secret, "
	       "case when old_until > $2 then old_secret end, "
	       "(select min(d.due_at) from delivery d where d.merchant_id = $1 and d.lane = "
	       "endpoint.id "
	       "and d.status = 1), "
	       "(select count(*) from delivery d where d.merchant_id = $1 and d.lane = endpoint.id "
	       "and "
	       "d.status = 1) from endpoint where merchant_id = $1 and enabled = 1 "
	       "order by id limit $3",
	       V_I(tx_merchant(tx)), V_I(tx_now(tx)), V_I(ENDPOINTS_MERCHANT_MAX));
	while (rows_next(&r)) {
		struct delivery_target *t = &out->list[out->n++];

		*t = (struct delivery_target){
			.lane = row_i(&r, 0),
			.app = row_i(&r, 1),
			.endpoint = true,
			.compat = row_i(&r, 2) != 0,
			.cursor = row_i(&r, 5),
			.failing = row_i(&r, 6),
			.retry_at = row_i(&r, 7),
			.waiting = row_i(&r, 11),
			.due_at = row_null(&r, 10) ? INT64_MAX : row_i(&r, 10),
		};
		row_text(&r, 3, t->url, sizeof(t->url));
		row_text(&r, 4, t->events, sizeof(t->events));
		read_sealed(&r, 8, t);
		read_sealed(&r, 9, t);
	}
	return rows_end(&r);
}

/* The origins that wait for something, lane by lane: each step is one look into the index, however
 * many deliveries wait there. */
static enum err read_lanes(struct tx *tx, int64_t from, struct delivery_targets *out)
{
	int64_t lane = from;

	for (;;) {
		struct rows r;
		bool found;
		int64_t app = 0, due_at = 0;

		TX_ONE(tx, &r, &found,
		       "select lane, app_id, due_at from delivery where merchant_id = $1 and lane "
		       ">= $2 "
		       "and lane < 0 and status = 1 order by lane, due_at limit 1",
		       V_I(tx_merchant(tx)), V_I(lane));
		if (found) {
			lane = row_i(&r, 0);
			app = row_i(&r, 1);
			due_at = row_i(&r, 2);
		}
		TRY(rows_end(&r));
		if (!found)
			return ERR_OK;
		if (out->n == DELIVERY_TARGETS_MAX) {
			out->next_lane = lane;
			return ERR_OK;
		}
		TRY(read_lane(tx, lane, app, due_at, out));
		lane++;
	}
}

static enum err read_lane(struct tx *tx, int64_t lane, int64_t app, int64_t due_at,
			  struct delivery_targets *out)
{
	struct delivery_target *t = &out->list[out->n++];
	struct rows r;
	bool found;

	*t = (struct delivery_target){ .lane = lane, .app = app, .due_at = due_at };
	TX_ONE(tx, &r, &found, "select secret from app where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(app));
	if (found)
		read_sealed(&r, 0, t);
	return rows_end(&r);
}

enum err delivery_merchants(const struct services *s, int64_t after, struct merchant_ids *out)
{
	return store_read(s->store, 0, read_merchants, &after, out);
}

static enum err read_merchants(struct tx *tx, const void *ask, void *answer)
{
	struct merchant_ids *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select merchant_id from merchant where merchant_id > $1 order by merchant_id limit "
	       "$2",
	       V_I(*(const int64_t *)ask), V_I(sizeof(out->ids) / sizeof(out->ids[0])));
	while (rows_next(&r))
		out->ids[out->n++] = row_i(&r, 0);
	return rows_end(&r);
}

/* --- what --- */

enum err delivery_events(const struct services *s, int64_t merchant,
			 const struct delivery_page_ask *ask, struct delivery_page *out)
{
	return store_read(s->store, merchant, read_events, ask, out);
}

enum err delivery_rows(const struct services *s, int64_t merchant,
		       const struct delivery_page_ask *ask, struct delivery_page *out)
{
	return store_read(s->store, merchant, read_rows, ask, out);
}

/* Columns 0 to 5 are those of EVENT_ROWS. */
static enum err read_item(struct tx *tx, const struct rows *r, struct arena *arena,
			  struct delivery_item *item)
{
	*item = (struct delivery_item){ .event = row_i(r, 0), .order = row_i(r, 4) };
	row_text(r, 2, item->type, sizeof(item->type));
	if (row_null(r, 5))
		return transfer_event_body(tx, arena, item->event, &item->body);
	item->body = row_s(r, 5);
	item->body.p = arena_text(arena, item->body);
	return ERR_OK;
}

static enum err rows_close(struct rows *r, enum err e)
{
	enum err ended = rows_end(r);

	return e ? e : ended;
}

static bool wants_event(const struct delivery_target *t, const struct rows *r)
{
	int64_t app = row_i(r, 1);

	return (app == 0 || app == t->app) && event_matches(str_of(t->events), row_s(r, 2));
}

static enum err read_events(struct tx *tx, const void *ask, void *answer)
{
	const struct delivery_page_ask *a = ask;
	struct delivery_page *out = answer;
	enum err e = ERR_OK;
	struct rows r;
	int looked = 0;

	CHECK(a->room > 0 && a->room <= DELIVERY_PAGE_MAX);
	out->n = 0;
	out->seen = a->seen;
	out->more = false;
	if (event_matches(str_of(a->target->events), str_of(TRANSFER_POSTED)))
		TX_GET(tx, &r, EVENT_ROWS " union all " TRANSFER_ROWS " order by 1 limit $4",
		       V_I(tx_merchant(tx)), V_I(a->seen), V_I(INT64_MAX), V_I(LOOK_MAX));
	else
		TX_GET(tx, &r, EVENT_ROWS " order by 1 limit $4", V_I(tx_merchant(tx)),
		       V_I(a->seen), V_I(INT64_MAX), V_I(LOOK_MAX));
	while (!e && rows_next(&r)) {
		if (++looked == LOOK_MAX)
			out->more = true;
		if (wants_event(a->target, &r)) {
			if (out->n == a->room) {
				out->more = true;
				break;
			}
			e = read_item(tx, &r, a->arena, &out->items[out->n++]);
		}
		out->seen = row_i(&r, 0);
	}
	return rows_close(&r, e);
}

static bool is_known(const struct delivery_page_ask *a, int64_t row)
{
	for (size_t i = 0; i < a->known_n; i++)
		if (a->known[i] == row)
			return true;
	return false;
}

static enum err read_rows(struct tx *tx, const void *ask, void *answer)
{
	const struct delivery_page_ask *a = ask;
	struct delivery_page *out = answer;
	enum err e = ERR_OK;
	struct rows r;

	CHECK(a->room > 0 && a->room <= DELIVERY_PAGE_MAX);
	out->n = 0;
	out->seen = a->seen;
	out->more = false;
	/* An event that has no row is a transfer: its body is made of the journal. */
	TX_GET(tx, &r,
	       "select d.event_id, d.app_id, coalesce(e.type, 'transfer.posted'), 0, e.order_id, "
	       "e.body, "
	       "d.id, d.tries, d.url from delivery d left join event e "
	       "on e.merchant_id = d.merchant_id and e.id = d.event_id "
	       "where d.merchant_id = $1 and d.lane = $2 and d.status = 1 and d.due_at <= $3 "
	       "order by d.due_at, d.id limit $4",
	       V_I(tx_merchant(tx)), V_I(a->target->lane), V_I(a->now),
	       V_I((int64_t)(a->room + a->known_n) + 1));
	while (!e && rows_next(&r)) {
		struct delivery_item *item = &out->items[out->n];

		if (is_known(a, row_i(&r, 6)))
			continue;
		if (out->n == a->room) {
			out->more = true;
			break;
		}
		e = read_item(tx, &r, a->arena, item);
		item->row = row_i(&r, 6);
		item->tries = row_i(&r, 7);
		row_text(&r, 8, item->url, sizeof(item->url));
		out->n++;
	}
	return rows_close(&r, e);
}
