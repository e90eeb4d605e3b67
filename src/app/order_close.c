#include "app/order_close.h"

#include "app/attempt_follow.h"
#include "app/job_put.h"
#include "app/merchant.h"
#include "app/order_row.h"
#include "app/order_view.h"
#include "sys/log.h"

enum { OPEN_MAX = 16, CLOSE_LEASE_MS = 60000, CLOSE_AGAIN_MS = 10000 };

struct close_ask {
	int64_t app, order, run;
};

struct closing {
	enum order_status status;
	int64_t attempts[OPEN_MAX]; /* open ones */
	size_t n;
};

static enum err close_begin(struct tx *tx, const void *ask, void *answer);
static enum err close_finish(struct tx *tx, const void *ask, void *answer);
static enum err close_order(struct tx *tx, struct order *o);
static enum err open_attempts(struct tx *tx, const void *ask, void *answer);

enum err order_close(const struct services *s, int64_t merchant, int64_t app, int64_t order,
		     enum order_status *status)
{
	struct close_ask ask = { app, order, s->run };
	struct closing closing;

	TRY(store_write(s->store, merchant, close_begin, &ask, &closing));
	if (closing.status == ORDER_CLOSING) {
		for (size_t i = 0; i < closing.n; i++)
			TRY(attempt_follow(s, merchant, closing.attempts[i], FOLLOW_CLOSE));
		TRY(store_write(s->store, merchant, close_finish, &ask, &closing));
	}
	*status = closing.status;
	if (closing.status == ORDER_PAID)
		FAIL(ERR_ORDER_PAID, "the order is paid");
	return ERR_OK;
}

static enum err close_begin(struct tx *tx, const void *ask, void *answer)
{
	const struct close_ask *in = ask;
	struct closing *out = answer;
	struct order o;

	TRY(order_get(tx, in->app, in->order, &o));
	TRY(attempts_open(tx, o.id, out->attempts, OPEN_MAX, &out->n));
	out->status = o.status;
	if (o.status == ORDER_PAID || o.status == ORDER_CLOSED)
		return ERR_OK;
	job_put(tx, JOB_ORDER_EXPIRE, o.id, tx_now(tx), in->run, CLOSE_LEASE_MS);
	out->status = ORDER_CLOSING;
	if (o.status == ORDER_CLOSING)
		return ERR_OK;
	o.status = ORDER_CLOSING;
	order_update(tx, &o);
	return ERR_OK;
}

/* Closed when no attempt is live: each is closed, or does not exist at the channel and is watched.
 */
static enum err close_finish(struct tx *tx, const void *ask, void *answer)
{
	const struct close_ask *in = ask;
	struct closing *out = answer;
	struct order o;
	bool live = false;

	TRY(order_get(tx, in->app, in->order, &o));
	TRY(attempts_open(tx, o.id, out->attempts, OPEN_MAX, &out->n));
	for (size_t i = 0; i < out->n; i++) {
		struct attempt a;

		TRY(attempt_get(tx, out->attempts[i], &a));
		live = live || attempt_live(&a);
	}
	out->status = o.status;
	if (o.status != ORDER_CLOSING)
		return ERR_OK;
	if (live) {
		job_put(tx, JOB_ORDER_EXPIRE, o.id, tx_now(tx) + CLOSE_AGAIN_MS, in->run, 0);
		return ERR_OK;
	}
	out->status = ORDER_CLOSED;
	return close_order(tx, &o);
}

static enum err close_order(struct tx *tx, struct order *o)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	o->status = ORDER_CLOSED;
	o->closed_at = tx_now(tx);
	o->attempt = 0;
	order_update(tx, o);
	order_event(tx, "order.closed", o, NULL, m.livemode);
	job_end(tx, JOB_ORDER_EXPIRE, o->id);
	return ERR_OK;
}

enum err order_sync(const struct services *s, int64_t merchant, int64_t app, int64_t order)
{
	struct close_ask ask = { app, order, s->run };
	struct closing open;

	TRY(store_read(s->store, merchant, open_attempts, &ask, &open));
	for (size_t i = 0; i < open.n; i++) {
		enum err e = attempt_follow(s, merchant, open.attempts[i], FOLLOW_WATCH);

		if (e != ERR_OK)
			log_err(LOG_WARN, "order.sync", e);
	}
	return ERR_OK;
}

static enum err open_attempts(struct tx *tx, const void *ask, void *answer)
{
	const struct close_ask *in = ask;
	struct closing *out = answer;
	struct order o;

	TRY(order_get(tx, in->app, in->order, &o));
	out->status = o.status;
	return attempts_open(tx, o.id, out->attempts, OPEN_MAX, &out->n);
}
