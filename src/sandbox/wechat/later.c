#include "sandbox/wechat/later.h"

#include "base/check.h"
#include "sandbox/tenpay/order.h"

#include <stdlib.h>

/* An item of the agenda about one order. */
struct appointment {
	struct sandbox *s;
	struct trade *trade;
};

static void settle(struct sandbox *s, struct trade *t, struct refund *r);
static void settle_after(struct sandbox *s, struct trade *t, int64_t delay_ms);
static void settle_now(void *arg, bool stopping);
static void fail_now(void *arg, bool stopping);
static struct appointment *appoint(struct sandbox *s, struct trade *t);

void wx_hurry(struct sandbox *s, struct trade *t, int64_t now_ms)
{
	for (struct refund *r = t->refunds; r; r = r->next) {
		if (!r->settled && now_ms >= r->settles_ms)
			settle(s, t, r);
	}
}

enum refusal wx_give_back(struct sandbox *s, struct trade *t, const struct refund_ask *ask,
			  struct refund **out, bool *again)
{
	int64_t now_ms = s->clock->wall_ms(s->clock);
	enum refusal refused;

	*out = trades_find_refund(&s->trades, t->merchant, ask->request_no);
	*again = *out != NULL;
	if (*again)
		return (*out)->trade == t && (*out)->fen == ask->fen ? REFUSED_NOT
								     : REFUSED_REFUND_DIFFERS;
	refused = trade_refund(&s->trades, t, ask, now_ms, out, again);
	if (refused == REFUSED_NOT)
		settle_after(s, t, ask->takes_ms);
	return refused;
}

void wx_fail_after(struct sandbox *s, struct trade *t, int64_t delay_ms)
{
	agenda_add(s->agenda, delay_ms, fail_now, appoint(s, t));
}

/* The money has arrived, or has not: now the shop is told. */
static void settle(struct sandbox *s, struct trade *t, struct refund *r)
{
	r->settled = true;
	notice_make(s, t, NOTICE_REFUNDED, r);
}

static void settle_after(struct sandbox *s, struct trade *t, int64_t delay_ms)
{
	agenda_add(s->agenda, delay_ms, settle_now, appoint(s, t));
}

static void settle_now(void *arg, bool stopping)
{
	struct appointment *a = arg;
	struct sandbox *s = a->s;
	int64_t next_ms = INT64_MAX, now_ms;

	if (!stopping) {
		pthread_mutex_lock(&s->lock);
		now_ms = s->clock->wall_ms(s->clock);
		wx_hurry(s, a->trade, now_ms);
		/* The wall clock may stand a little behind, or have been set back. */
		for (struct refund *r = a->trade->refunds; r; r = r->next) {
			if (!r->settled && r->settles_ms < next_ms)
				next_ms = r->settles_ms;
		}
		if (next_ms < INT64_MAX)
			settle_after(s, a->trade, next_ms - now_ms);
		pthread_mutex_unlock(&s->lock);
	}
	free(a);
}

static void fail_now(void *arg, bool stopping)
{
	struct appointment *a = arg;
	struct sandbox *s = a->s;

	if (!stopping) {
		pthread_mutex_lock(&s->lock);
		tenpay_fail(a->trade, s->clock->wall_ms(s->clock));
		pthread_mutex_unlock(&s->lock);
	}
	free(a);
}

static struct appointment *appoint(struct sandbox *s, struct trade *t)
{
	struct appointment *a = malloc(sizeof(*a));

	CHECK(a != NULL);
	*a = (struct appointment){ s, t };
	return a;
}
