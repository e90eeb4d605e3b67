#include "sandbox/payer.h"

#include "base/check.h"
#include "sandbox/platform.h"

#include <stdlib.h>

/* An item of the agenda about one trade. */
struct appointment {
	struct sandbox *s;
	struct trade *trade;
	bool late;
};

static enum refusal open_it(struct sandbox *s, struct trade *t, bool late, int64_t now_ms);
static void pay_now(void *arg, bool stopping);
static void time_is_over(void *arg, bool stopping);
static struct appointment *appoint(struct sandbox *s, struct trade *t, bool late);

enum refusal payer_open(struct sandbox *s, struct trade *t, int64_t now_ms)
{
	return open_it(s, t, false, now_ms);
}

enum refusal payer_pay(struct sandbox *s, struct trade *t, bool late, int64_t now_ms)
{
	enum refusal refused;

	payer_hurry(s, t, now_ms);
	refused = open_it(s, t, late, now_ms);
	if (refused == REFUSED_NOT)
		refused = trade_pay(&s->trades, t, late, now_ms);
	if (refused == REFUSED_NOT)
		notice_make(s, t, NOTICE_PAID, NULL);
	return refused;
}

void payer_pay_after(struct sandbox *s, struct trade *t, bool late, int64_t delay_ms)
{
	agenda_add(s->agenda, delay_ms, pay_now, appoint(s, t, late));
}

void payer_watch(struct sandbox *s, struct trade *t, int64_t now_ms)
{
	if (t->watched)
		return;
	t->watched = true;
	agenda_add(s->agenda, t->expires_ms - now_ms, time_is_over, appoint(s, t, false));
}

void payer_hurry(struct sandbox *s, struct trade *t, int64_t now_ms)
{
	if (trade_expire(t, now_ms))
		notice_make(s, t, NOTICE_CLOSED, NULL);
	if (t->platform->hurry)
		t->platform->hurry(s, t, now_ms);
}

static enum refusal open_it(struct sandbox *s, struct trade *t, bool late, int64_t now_ms)
{
	bool existed = trade_exists(t);
	enum refusal refused = trade_open(&s->trades, t, late, now_ms);

	if (refused == REFUSED_NOT && !existed)
		payer_watch(s, t, now_ms);
	return refused;
}

/* A payer who was asked for a password, or whose payment was on its way while the shop closed. */
static void pay_now(void *arg, bool stopping)
{
	struct appointment *a = arg;
	struct sandbox *s = a->s;

	if (!stopping) {
		pthread_mutex_lock(&s->lock);
		/* Refused when somebody paid or cancelled before: then there is nothing to do. */
		(void)payer_pay(s, a->trade, a->late, s->clock->wall_ms(s->clock));
		pthread_mutex_unlock(&s->lock);
	}
	free(a);
}

static void time_is_over(void *arg, bool stopping)
{
	struct appointment *a = arg;
	struct sandbox *s = a->s;

	if (!stopping) {
		int64_t now_ms = s->clock->wall_ms(s->clock);

		pthread_mutex_lock(&s->lock);
		a->trade->watched = false;
		payer_hurry(s, a->trade, now_ms);
		/* The wall clock may stand a little behind, or have been set back. */
		if (a->trade->state == TRADE_WAITING)
			payer_watch(s, a->trade, now_ms);
		pthread_mutex_unlock(&s->lock);
	}
	free(a);
}

static struct appointment *appoint(struct sandbox *s, struct trade *t, bool late)
{
	struct appointment *a = malloc(sizeof(*a));

	CHECK(a != NULL);
	*a = (struct appointment){ s, t, late };
	return a;
}
