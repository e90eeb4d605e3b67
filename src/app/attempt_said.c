#include "app/attempt_said.h"

#include "app/hold_put.h"
#include "app/job_put.h"
#include "app/merchant.h"
#include "app/order_view.h"
#include "app/payment_take.h"
#include "base/check.h"

#include <string.h>

enum {
	BARCODE_CHECK_MS =
		125000 /* a confirmed cancel is believed after one more query past 2 min */
};

struct said_plan {
	const struct attempt_said *said;
	struct attempt attempt;
	struct order order;
	struct attempt_holds holds;
	bool livemode;
};

static enum err load(struct tx *tx, struct said_plan *p);
static enum err decide(struct tx *tx, struct said_plan *p);
static enum err take_create(struct tx *tx, struct said_plan *p);
static enum err take_query(struct tx *tx, struct said_plan *p);
static enum err take_close(struct tx *tx, struct said_plan *p);
static enum err take_cancel(struct tx *tx, struct said_plan *p);
static enum err end(struct tx *tx, struct said_plan *p, enum attempt_status as);
static enum err keep(struct tx *tx, struct said_plan *p, int64_t due_at);
static int64_t next_query(const struct tx *tx, const struct said_plan *p);
static int64_t query_after(const struct said_plan *p, int64_t at_ms);
static int64_t asked_at(struct tx *tx, const struct said_plan *p);
static bool order_over(const struct said_plan *p);

enum err attempt_take_down(struct tx *tx, const void *ask, void *answer)
{
	struct said_plan p = { .said = ask };
	struct attempt_now *out = answer;

	TRY(load(tx, &p));
	if (attempt_open(&p.attempt))
		TRY(decide(tx, &p));
	else
		job_end(tx, JOB_ATTEMPT_FOLLOW, p.attempt.id);
	out->attempt = p.attempt;
	out->order = p.order.status;
	out->livemode = p.livemode;
	return ERR_OK;
}

static enum err load(struct tx *tx, struct said_plan *p)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	p->livemode = m.livemode;
	TRY(attempt_get(tx, p->said->attempt, &p->attempt));
	TRY(order_get(tx, 0, p->attempt.order, &p->order));
	return attempt_holds_get(tx, &p->attempt, &p->holds);
}

static enum err decide(struct tx *tx, struct said_plan *p)
{
	const struct channel_trade *t = p->said->trade;
	bool done = p->said->answer->verdict == VERDICT_DONE;

	if (t && done && t->state == TRADE_PAID && t->trade_no[0] != '\0') {
		struct payment_news news = { .account = p->attempt.channel_account,
					     .trade = t,
					     .source = p->said->of == SAID_QUERY ? FROM_QUERY
										 : FROM_ANSWER,
					     .run = p->said->run };
		enum payment_result result;

		TRY(payment_take(tx, &news, &result));
		p->attempt.status = ATTEMPT_PAID;
		p->order.status = result == PAYMENT_APPLIED ? ORDER_PAID : p->order.status;
		return ERR_OK;
	}
	switch (p->said->of) {
	case SAID_CREATE:
		return take_create(tx, p);
	case SAID_QUERY:
		return take_query(tx, p);
	case SAID_CLOSE:
		return take_close(tx, p);
	case SAID_CANCEL:
		return take_cancel(tx, p);
	}
	CHECK(!"said of nothing");
	return ERR_INTERNAL;
}

static enum err take_create(struct tx *tx, struct said_plan *p)
{
	const struct channel_answer *answer = p->said->answer;
	bool asked = p->said->trade && p->said->trade->state == TRADE_WAITING;
	bool done = answer->verdict == VERDICT_DONE;

	if (p->attempt.status != ATTEMPT_CREATED && p->attempt.status != ATTEMPT_UNKNOWN)
		return keep(tx, p, next_query(tx, p));
	str_copy_cut(p->attempt.error_code, sizeof(p->attempt.error_code),
		     str_of(done ? "" : answer->code));
	str_copy_cut(p->attempt.error_text, sizeof(p->attempt.error_text),
		     str_of(done ? "" : answer->text));
	if (answer->verdict == VERDICT_REFUSED && !p->said->repeated)
		return end(tx, p, ATTEMPT_FAILED);
	if (done || asked) {
		p->attempt.status = ATTEMPT_PENDING;
		p->attempt.action_type = (int)p->said->action->type;
		TRY(keep(tx, p, next_query(tx, p)));
		if (p->said->action->type != ACTION_NONE)
			attempt_action_put(tx, p->attempt.id, p->attempt.action_type,
					   p->said->action->value, p->said->action->form);
		return ERR_OK;
	}
	p->attempt.status = ATTEMPT_UNKNOWN;
	return keep(tx, p, answer->query_now ? tx_now(tx) : next_query(tx, p));
}

static enum err take_query(struct tx *tx, struct said_plan *p)
{
	const struct channel_trade *t = p->said->trade;
	int64_t next;

	CHECK(t != NULL || p->said->answer->verdict != VERDICT_DONE);
	p->attempt.queries++;
	if (p->said->answer->verdict == VERDICT_DONE && t->state == TRADE_CLOSED)
		return end(tx, p, ATTEMPT_CLOSED);
	if (p->said->answer->verdict == VERDICT_DONE && t->state == TRADE_WAITING &&
	    p->said->method->at_once && attempt_live(&p->attempt))
		p->attempt.status = ATTEMPT_PENDING;
	if (p->attempt.cancelled_at != 0 && p->said->answer->verdict == VERDICT_DONE &&
	    tx_now(tx) >= p->attempt.cancelled_at + BARCODE_CHECK_MS) {
		if (t->state == TRADE_ABSENT)
			return end(tx, p, ATTEMPT_FAILED);
		/* Confirmed, and yet it waits for its payer: cancelled once more. */
		p->attempt.cancelled_at = 0;
	}
	next = next_query(tx, p);
	/* Dead only past its own end, and when the channel itself says that there is nothing. */
	if (next >= 0)
		return keep(tx, p, next);
	if (query_after(p, asked_at(tx, p)) >= 0)
		return keep(tx, p, tx_now(tx));
	if (p->said->answer->verdict == VERDICT_DONE && t->state == TRADE_ABSENT)
		return end(tx, p, ATTEMPT_CLOSED);
	return keep(tx, p, tx_now(tx) + 600000);
}

static enum err take_close(struct tx *tx, struct said_plan *p)
{
	const struct channel_trade *t = p->said->trade;
	bool done = p->said->answer->verdict == VERDICT_DONE;

	CHECK(t != NULL || !done);
	if (done && t->state == TRADE_CLOSED)
		return end(tx, p, ATTEMPT_CLOSED);
	if (done && t->state == TRADE_ABSENT && asked_at(tx, p) >= p->attempt.expires_at)
		return take_query(tx, p);
	if (done && t->state == TRADE_ABSENT) {
		/* Nothing to close yet, but its code may still be used, or its call be on its way:
		 * watched to its end. */
		if (attempt_live(&p->attempt))
			return end(tx, p, ATTEMPT_SUPERSEDED);
		return keep(tx, p, next_query(tx, p) >= 0 ? next_query(tx, p) : tx_now(tx));
	}
	return keep(tx, p, tx_now(tx) + (p->said->answer->query_now ? 0 : 5000));
}

static enum err take_cancel(struct tx *tx, struct said_plan *p)
{
	if (p->said->answer->verdict == VERDICT_DONE && p->attempt.cancelled_at == 0) {
		p->attempt.cancelled_at = tx_now(tx);
		return keep(tx, p, tx_now(tx) + BARCODE_CHECK_MS);
	}
	/* Money may still move until the channel confirms: again and again. */
	return keep(tx, p, tx_now(tx) + p->said->method->query_every_ms);
}

/* --- ends --- */

static bool order_over(const struct said_plan *p)
{
	return p->order.status == ORDER_PAID || p->order.status == ORDER_CLOSED;
}

static enum err end(struct tx *tx, struct said_plan *p, enum attempt_status as)
{
	TRY(attempt_end(tx, &p->attempt, as, &p->holds));
	if (as == ATTEMPT_SUPERSEDED)
		job_put(tx, JOB_ATTEMPT_FOLLOW, p->attempt.id, next_query(tx, p), p->said->run, 0);
	if (p->order.attempt == p->attempt.id && !order_over(p)) {
		p->order.attempt = 0;
		order_update(tx, &p->order);
	}
	/* The order's own job closes it when nothing is open any more. */
	if (p->order.status == ORDER_CLOSING)
		job_put(tx, JOB_ORDER_EXPIRE, p->order.id, tx_now(tx), p->said->run, 0);
	return ERR_OK;
}

enum err attempt_end(struct tx *tx, struct attempt *a, enum attempt_status as,
		     const struct attempt_holds *holds)
{
	char ref[ID_TEXT];

	id_write(ID_ORDER, a->order, ref);
	for (size_t i = 0; i < holds->n; i++)
		TRY(hold_release(tx, &holds->hold[i], holds->account[i], ref));
	a->status = as;
	if (as != ATTEMPT_SUPERSEDED) {
		a->ended_at = tx_now(tx);
		job_end(tx, JOB_ATTEMPT_FOLLOW, a->id);
	}
	attempt_update(tx, a);
	return ERR_OK;
}

static enum err keep(struct tx *tx, struct said_plan *p, int64_t due_at)
{
	attempt_update(tx, &p->attempt);
	job_put(tx, JOB_ATTEMPT_FOLLOW, p->attempt.id, due_at, p->said->run, 0);
	return ERR_OK;
}

/* When to ask next; -1 when its time is over for good. */
static int64_t next_query(const struct tx *tx, const struct said_plan *p)
{
	int64_t now = tx_now(tx);

	if (p->said->method->at_once && p->attempt.cancelled_at != 0)
		return p->attempt.cancelled_at + BARCODE_CHECK_MS > now
			       ? p->attempt.cancelled_at + BARCODE_CHECK_MS
			       : now + 60000;
	if (p->said->method->at_once) {
		int64_t next = barcode_due(p->said->method, &p->attempt, now);

		return next >= 0 ? next : now;
	}
	return query_after(p, now);
}

/* Where a cancel would be too early when the waiting is over, the waiting goes on. */
int64_t barcode_due(const struct channel_method *m, const struct attempt *a, int64_t now_ms)
{
	int64_t wait_ms = m->wait_ms > m->cancel_gap_ms ? m->wait_ms : m->cancel_gap_ms;

	return barcode_next_query(a->created_at, m->query_every_ms, a->created_at + wait_ms,
				  now_ms);
}

static int64_t query_after(const struct said_plan *p, int64_t at_ms)
{
	return attempt_next_query(p->attempt.created_at, p->attempt.expires_at, at_ms);
}

static int64_t asked_at(struct tx *tx, const struct said_plan *p)
{
	return p->said->asked_at != 0 ? p->said->asked_at : tx_now(tx);
}

enum err attempt_holds_get(struct tx *tx, const struct attempt *a, struct attempt_holds *out)
{
	out->n = 0;
	for (size_t i = 0; i < a->legs_n; i++) {
		struct hold_row *h = &out->hold[out->n];

		if (a->legs[i].hold == 0)
			continue;
		TRY(hold_get(tx, a->legs[i].hold, h));
		TRY(tx_account_by_id(tx, h->account, &out->account[out->n]));
		out->n += hold_left(h) > 0;
	}
	return ERR_OK;
}
