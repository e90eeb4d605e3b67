#include "app/event_list.h"

#include "app/event_match.h"
#include "sys/cleanup.h"

/* Rows looked at in one read, so that a filter that fits nothing ends within its time. */
enum { LOOK_MAX = 5000 };

static enum err collect(struct tx *tx, struct rows *r, const struct event_list_ask *a,
			struct event_list *out);
static void turn_round(struct event_list *l);
static enum err rows_close(struct rows *r, enum err e);
static bool wanted(const struct rows *r, const struct event_list_ask *a);
static enum err read_event(struct tx *tx, const struct rows *r, struct arena *arena,
			   struct event_shown *e);
static enum err read_deliveries(struct tx *tx, const struct event_get_ask *a,
				struct event_detail *out);

enum err event_list(struct tx *tx, const void *ask, void *answer)
{
	const struct event_list_ask *a = ask;
	struct event_list *out = answer;
	int64_t below = a->position > 0 ? a->position - 1 : INT64_MAX;
	struct rows r;

	out->n = 0;
	out->more = false;
	out->next = a->position;
	if (!a->backward) {
		TX_GET(tx, &r, EVENT_ROWS " union all " TRANSFER_ROWS " order by 1 limit $4",
		       V_I(tx_merchant(tx)), V_I(a->position), V_I(INT64_MAX), V_I(LOOK_MAX));
		return collect(tx, &r, a, out);
	}
	TX_GET(tx, &r, EVENT_ROWS " union all " TRANSFER_ROWS " order by 1 desc limit $4",
	       V_I(tx_merchant(tx)), V_I(0), V_I(below), V_I(LOOK_MAX));
	TRY(collect(tx, &r, a, out));
	turn_round(out);
	return ERR_OK;
}

static enum err collect(struct tx *tx, struct rows *r, const struct event_list_ask *a,
			struct event_list *out)
{
	enum err e = ERR_OK;
	int looked = 0;

	while (!e && rows_next(r)) {
		if (out->n == a->limit || ++looked == LOOK_MAX) {
			out->more = true;
			break;
		}
		if (wanted(r, a))
			e = read_event(tx, r, a->arena, &out->events[out->n++]);
		out->next = row_i(r, 0);
	}
	return rows_close(r, e);
}

static void turn_round(struct event_list *l)
{
	for (size_t i = 0, j = l->n; i + 1 < j; i++) {
		struct event_shown e = l->events[i];

		l->events[i] = l->events[--j];
		l->events[j] = e;
	}
}

/* Ends reading, whether or not something else failed before. */
static enum err rows_close(struct rows *r, enum err e)
{
	enum err ended = rows_end(r);

	return e ? e : ended;
}

static bool wanted(const struct rows *r, const struct event_list_ask *a)
{
	int64_t app = row_i(r, 1);

	return (app == 0 || app == a->app) &&
	       (a->pattern[0] == '\0' || event_matches(str_of(a->pattern), row_s(r, 2)));
}

static enum err read_event(struct tx *tx, const struct rows *r, struct arena *arena,
			   struct event_shown *e)
{
	*e = (struct event_shown){
		.id = row_i(r, 0),
		.app = row_i(r, 1),
		.object = row_i(r, 3),
		.order = row_i(r, 4),
		.created_at = row_i(r, 6),
	};
	row_text(r, 2, e->type, sizeof(e->type));
	if (row_null(r, 5))
		return transfer_event_body(tx, arena, e->id, &e->body);
	e->body = row_s(r, 5);
	e->body.p = arena_text(arena, e->body);
	return ERR_OK;
}

enum err event_show(struct tx *tx, const void *ask, void *answer)
{
	const struct event_get_ask *a = ask;
	struct event_detail *out = answer;
	struct rows r;
	bool found;
	enum err e = ERR_OK;

	TX_ONE(tx, &r, &found, EVENT_ROWS " union all " TRANSFER_ROWS, V_I(tx_merchant(tx)),
	       V_I(a->event - 1), V_I(a->event));
	found = found && (row_i(&r, 1) == 0 || row_i(&r, 1) == a->app);
	if (found)
		e = read_event(tx, &r, a->arena, &out->event);
	TRY(rows_close(&r, e));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such event");
	return read_deliveries(tx, a, out);
}

static enum err read_deliveries(struct tx *tx, const struct event_get_ask *a,
				struct event_detail *out)
{
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select id, endpoint_id, status, tries, due_at, last_status, ended_at, last_error "
	       "from delivery where merchant_id = $1 and event_id = $2 and app_id = $3 "
	       "order by lane limit $4",
	       V_I(tx_merchant(tx)), V_I(a->event), V_I(a->app), V_I(EVENT_DELIVERIES_MAX));
	while (rows_next(&r)) {
		struct delivery_shown *d = &out->deliveries[out->n++];

		*d = (struct delivery_shown){ row_i(&r, 0),      row_i(&r, 1),
					      (int)row_i(&r, 2), row_i(&r, 3),
					      row_i(&r, 4),      row_i(&r, 5),
					      row_i(&r, 6),      "" };
		row_text(&r, 7, d->error, sizeof(d->error));
	}
	return rows_end(&r);
}

/* "user:1001/gold" */
static void address_write(struct jout *w, const char *key, struct str holder, struct str asset)
{
	char text[HOLDER_MAX + 32];
	size_t n = 0;

	str_add(text, sizeof(text), &n, "%.*s/%.*s", (int)holder.n, holder.p, (int)asset.n,
		asset.p);
	jout_text(w, key, text);
}

static void optional_write(struct jout *w, const char *key, struct str text)
{
	if (text.n > 0)
		jout_str(w, key, text);
	else
		jout_null(w, key);
}

static void transfer_body_write(struct jout *w, const struct rows *r, int64_t id)
{
	jout_object(w, NULL);
	jout_text(w, "type", TRANSFER_POSTED);
	jout_time(w, "timestamp", row_i(r, 0));
	jout_object(w, "data");
	jout_object(w, "object");
	jout_id(w, "id", ID_TRANSFER, id);
	jout_text(w, "object", "transfer");
	jout_bool(w, "livemode", row_i(r, 1) != 0);
	optional_write(w, "request_id", row_s(r, 2));
	address_write(w, "from", row_s(r, 3), row_s(r, 5));
	address_write(w, "to", row_s(r, 4), row_s(r, 5));
	jout_str(w, "asset", row_s(r, 5));
	jout_integer(w, "amount", row_i(r, 6));
	jout_integer(w, "reason", row_i(r, 7));
	jout_integer(w, "from_balance", row_i(r, 8));
	jout_integer(w, "to_balance", row_i(r, 9));
	optional_write(w, "memo", row_s(r, 10));
	optional_write(w, "ref", row_s(r, 11));
	jout_id(w, "hold", ID_HOLD, row_i(r, 12) == POSTING_CAPTURE ? row_i(r, 13) : 0);
	jout_id(w, "reverses", ID_TRANSFER, row_i(r, 12) == POSTING_REVERSAL ? row_i(r, 13) : 0);
	jout_time(w, "created_at", row_i(r, 0));
	jout_object_end(w);
	jout_object_end(w);
	jout_object_end(w);
}

enum err transfer_event_body(struct tx *tx, struct arena *arena, int64_t id, struct str *body)
{
	CLEANUP(jout_free) struct jout w;
	struct rows r;
	bool found;

	jout_open(&w);
	TX_ONE(tx, &r, &found,
	       "select t.at, m.livemode, t.request_id, f.holder, o.holder, s.code, t.amount, "
	       "t.reason, "
	       "t.from_balance, t.to_balance, t.memo, t.ref, t.kind, t.cause from transfer t "
	       "join merchant m on m.merchant_id = t.merchant_id "
	       "join account f on f.merchant_id = t.merchant_id and f.id = t.from_account "
	       "join account o on o.merchant_id = t.merchant_id and o.id = t.to_account "
	       "join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id "
	       "where t.merchant_id = $1 and t.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (found)
		transfer_body_write(&w, &r, id);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_CORRUPT, "a transfer's accounts or asset are missing");
	*body = (struct str){ arena_text(arena, (struct str){ w.p, w.n }), w.n };
	return ERR_OK;
}
