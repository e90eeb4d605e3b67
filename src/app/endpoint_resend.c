/* endpoint_resend.c - sending again: a range of events to one endpoint, or one event to all. */
#include "app/delivery_lane.h"
#include "app/endpoint.h"
#include "app/endpoint_row.h"
#include "app/event_list.h"

/* Rows looked at in one closure: the writer serves others as well. */
enum { LOOK_MAX = 10000 };

/* An event that is to be sent again. */
struct found {
	char type[EVENT_TYPE_MAX + 1];
	char url[NOTIFY_URL_MAX + 1]; /* the order's notify_url; "" none */
};

static enum err collect(struct tx *tx, const struct resend_ask *a, const struct endpoint *e,
			int64_t *events, struct resend_answer *out);
static enum err read_event(struct tx *tx, const struct event_resend_ask *a, struct found *out);
static enum err endpoints_wanting(struct tx *tx, int64_t app, const char *type,
				  struct delivery_to *to, size_t *n);

enum err endpoint_resend(struct tx *tx, const void *ask, void *answer)
{
	const struct resend_ask *a = ask;
	struct resend_answer *out = answer;
	int64_t events[ENDPOINT_RESEND_MAX];
	struct endpoint e;

	*out = (struct resend_answer){ .last = a->after };
	TRY(endpoint_get(tx, a->app, a->endpoint, &e));
	if (!e.enabled)
		FAIL(ERR_CONFLICT, "the webhook endpoint is disabled");
	TRY(collect(tx, a, &e, events, out));
	for (int64_t i = 0; i < out->count; i++)
		delivery_due(tx, a->app, events[i], &(struct delivery_to){ e.id, "" });
	tx_tell(tx, NEWS_EVENTS);
	return ERR_OK;
}

static enum err collect(struct tx *tx, const struct resend_ask *a, const struct endpoint *e,
			int64_t *events, struct resend_answer *out)
{
	int64_t room = e->waiting < ENDPOINT_RESEND_MAX ? ENDPOINT_RESEND_MAX - e->waiting : 0;
	/* What the cursor has not handed on is on its way anyhow. */
	int64_t until = a->until < e->cursor ? a->until : e->cursor;
	int looked = 0;
	struct rows r;

	TX_GET(tx, &r, EVENT_ROWS " union all " TRANSFER_ROWS " order by 1 limit $4",
	       V_I(tx_merchant(tx)), V_I(a->after), V_I(until), V_I(LOOK_MAX));
	while (rows_next(&r)) {
		bool wanted = (row_i(&r, 1) == 0 || row_i(&r, 1) == a->app) &&
			      event_matches(str_of(e->events), row_s(&r, 2));

		if ((wanted && out->count == room) || ++looked == LOOK_MAX) {
			out->more = true;
			break;
		}
		if (wanted)
			events[out->count++] = row_i(&r, 0);
		out->last = row_i(&r, 0);
	}
	return rows_end(&r);
}

enum err event_resend(struct tx *tx, const void *ask, void *answer)
{
	const struct event_resend_ask *a = ask;
	struct delivery_to to[ENDPOINTS_MAX + 1];
	struct found found;
	int64_t *count = answer;
	size_t n = 0;

	TRY(read_event(tx, a, &found));
	if (found.url[0] != '\0')
		to[n++] =
			(struct delivery_to){ delivery_lane(a->app, str_of(found.url)), found.url };
	TRY(endpoints_wanting(tx, a->app, found.type, to, &n));
	for (size_t i = 0; i < n; i++)
		delivery_due(tx, a->app, a->event, &to[i]);
	*count = (int64_t)n;
	tx_tell(tx, NEWS_EVENTS);
	return ERR_OK;
}

static enum err read_event(struct tx *tx, const struct event_resend_ask *a, struct found *out)
{
	struct rows r;
	bool found;

	*out = (struct found){ 0 };
	TX_ONE(tx, &r, &found,
	       "select type, notify_url from event where merchant_id = $1 and id = $2 "
	       "and app_id in (0, $3) union all select 'transfer.posted', null from transfer "
	       "where merchant_id = $1 and id = $2 and to_account is not null",
	       V_I(tx_merchant(tx)), V_I(a->event), V_I(a->app));
	if (found) {
		row_text(&r, 0, out->type, sizeof(out->type));
		row_text(&r, 1, out->url, sizeof(out->url));
	}
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_NOT_FOUND, "there is no such event");
	return ERR_OK;
}

static enum err endpoints_wanting(struct tx *tx, int64_t app, const char *type,
				  struct delivery_to *to, size_t *n)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select id, events from endpoint where merchant_id = $1 and app_id = $2 "
	       "and enabled = 1 limit $3",
	       V_I(tx_merchant(tx)), V_I(app), V_I(ENDPOINTS_MAX));
	while (rows_next(&r))
		if (event_matches(row_s(&r, 1), str_of(type)))
			to[(*n)++] = (struct delivery_to){ row_i(&r, 0), "" };
	return rows_end(&r);
}
