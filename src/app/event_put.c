#include "app/event_put.h"

#include "app/delivery_lane.h"
#include "base/check.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <string.h>

static void body_write(struct jout *w, const struct event *e, int64_t at_ms);

void event_put(struct tx *tx, const struct event *e)
{
	CLEANUP(jout_free) struct jout body = { 0 };
	const char *url = e->notify_url ? e->notify_url : "";
	int64_t id = tx_id(tx), now = tx_now(tx);

	CHECK(strlen(e->type) <= EVENT_TYPE_MAX);
	CHECK(strlen(url) <= NOTIFY_URL_MAX);
	jout_open(&body);
	body_write(&body, e, now);
	TX_PUT(tx, 1,
	       "insert into event (merchant_id, id, app_id, type, object, order_id, notify_url, "
	       "body, "
	       "created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	       V_I(tx_merchant(tx)), V_I(id), V_I(e->app), V_T(e->type), V_I(e->object),
	       V_ID(e->order), V_OPT(url), V_S(((struct str){ body.p, body.n })), V_I(now));
	if (*url != '\0')
		TX_PUT(tx, 1,
		       "insert into delivery (merchant_id, id, app_id, event_id, lane, url, "
		       "status, "
		       "due_at, created_at) values ($1, $2, $3, $4, $5, $6, 1, $7, $7)",
		       V_I(tx_merchant(tx)), V_I(tx_id(tx)), V_I(e->app), V_I(id),
		       V_I(delivery_lane(e->app, str_of(url))), V_T(url), V_I(now));
	tx_tell(tx, NEWS_EVENTS);
}

static void body_write(struct jout *w, const struct event *e, int64_t at_ms)
{
	jout_object(w, NULL);
	jout_text(w, "type", e->type);
	jout_time(w, "timestamp", at_ms);
	jout_object(w, "data");
	jout_raw(w, "object", e->object_json);
	jout_object_end(w);
	jout_object_end(w);
}
