#include "job/courier.h"

#include "base/check.h"
#include "job/courier_state.h"
#include "sys/log.h"

#include <stdlib.h>

enum { ARENA_CAP = 64 * 1024 * 1024 };

static void *courier_run(void *self);
static void look_at_all(struct courier *c);
static void take_inbox(struct courier *c);
static int64_t wait_until(const struct courier *c);
static void read_inbox(struct courier *c);
static void step_rounds(struct courier *c);
static struct round *round_of(struct courier *c, int64_t merchant);
static void hear(struct courier *c, int64_t merchant, bool due);

enum err courier_start(const struct services *s, struct courier **out)
{
	struct courier *c = calloc(1, sizeof(*c));

	CHECK(c != NULL);
	CHECK(s->client != NULL);
	c->services = s;
	c->arena = arena_new(ARENA_CAP);
	pthread_mutex_init(&c->lock, NULL);
	clock_cond_init(&c->more);
	CHECK(pthread_create(&c->thread, NULL, courier_run, c) == 0);
	*out = c;
	return ERR_OK;
}

void courier_stop(struct courier *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->inbox.stopping = true;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	arena_free(c->arena);
	free(c->inbox.heard);
	free(c->taken.heard);
	pthread_cond_destroy(&c->more);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void courier_counts(struct courier *c, struct courier_counts *out)
{
	pthread_mutex_lock(&c->lock);
	*out = c->counts;
	pthread_mutex_unlock(&c->lock);
}

int64_t courier_mono(const struct courier *c)
{
	return c->services->clock->mono_ms(c->services->clock);
}

int64_t courier_wall(const struct courier *c)
{
	return c->services->clock->wall_ms(c->services->clock);
}

/* --- the inbox --- */

void courier_news(struct courier *c, int64_t merchant)
{
	hear(c, merchant, false);
}

void courier_due(void *courier, int64_t merchant)
{
	hear(courier, merchant, true);
}

static void hear(struct courier *c, int64_t merchant, bool due)
{
	struct inbox *in = &c->inbox;
	size_t i = 0;

	pthread_mutex_lock(&c->lock);
	while (i < in->heard_n && in->heard[i].merchant != merchant)
		i++;
	if (i == in->heard_cap) {
		in->heard_cap = in->heard_cap ? 2 * in->heard_cap : 16;
		in->heard = realloc(in->heard, in->heard_cap * sizeof(*in->heard));
		CHECK(in->heard != NULL);
	}
	if (i == in->heard_n)
		in->heard[in->heard_n++] = (struct merchant_news){ merchant, due };
	in->heard[i].due = in->heard[i].due || due;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
}

void courier_stored(void *round, const struct outcome *o)
{
	struct round *r = round;
	struct courier *c = r->courier;

	pthread_mutex_lock(&c->lock);
	r->outcome = *o;
	r->next_stored = c->inbox.stored;
	c->inbox.stored = r;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
}

void courier_sent(void *send, const struct delivery_result *result)
{
	struct send *s = send;
	struct courier *c = s->lane->round->courier;

	pthread_mutex_lock(&c->lock);
	s->result = *result;
	s->next = c->inbox.sent;
	c->inbox.sent = s;
	c->counts.delivered += result->ok;
	c->counts.failed += !result->ok;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
}

/* --- the thread --- */

static void *courier_run(void *self)
{
	struct courier *c = self;

	look_at_all(c);
	while (!c->taken.stopping || c->rounds) {
		take_inbox(c);
		read_inbox(c);
		step_rounds(c);
	}
	return NULL;
}

/* What was written before this process began told nobody. */
static void look_at_all(struct courier *c)
{
	struct merchant_ids page;
	int64_t after = 0;

	do {
		enum err e = delivery_merchants(c->services, after, &page);

		if (e) {
			log_err(LOG_ERROR, "courier.look_failed", e);
			return;
		}
		for (size_t i = 0; i < page.n; i++) {
			courier_news(c, page.ids[i]);
			after = page.ids[i];
		}
	} while (page.n == sizeof(page.ids) / sizeof(page.ids[0]));
}

/* Waits for something to do, and takes it. */
static void take_inbox(struct courier *c)
{
	struct inbox *in = &c->inbox;
	struct inbox empty = { .heard = c->taken.heard, .heard_cap = c->taken.heard_cap };
	struct clock *clock = c->services->clock;
	int64_t until = wait_until(c);

	pthread_mutex_lock(&c->lock);
	while (!in->sent && !in->stored && in->heard_n == 0 && in->stopping == c->taken.stopping &&
	       clock->wait(clock, &c->more, &c->lock, until)) {
	}
	empty.stopping = in->stopping;
	c->taken = *in;
	*in = empty;
	c->counts.out = c->calls_out;
	pthread_mutex_unlock(&c->lock);
}

static int64_t wait_until(const struct courier *c)
{
	int64_t until = INT64_MAX, look;

	if (!c->rounds)
		return until;
	for (const struct round *r = c->rounds; r; r = r->next)
		until = r->wake_at < until ? r->wake_at : until;
	/* A step of the wall clock is not noticed by waiting. */
	look = clock_after(courier_mono(c), JOB_LOOK_MS);
	return until < look ? until : look;
}

static void read_inbox(struct courier *c)
{
	struct inbox *in = &c->taken;

	for (size_t i = 0; i < in->heard_n && !in->stopping; i++) {
		struct round *r = round_of(c, in->heard[i].merchant);

		r->news = true;
		r->due = r->due || in->heard[i].due;
		r->touched = true;
	}
	while (in->stored) {
		struct round *r = in->stored;

		in->stored = r->next_stored;
		r->stored = true;
		r->touched = true;
	}
	while (in->sent) {
		struct send *s = in->sent;

		in->sent = s->next;
		s->lane->round->touched = true;
		lane_sent(s);
	}
}

static void step_rounds(struct courier *c)
{
	struct round **at = &c->rounds;
	int64_t now = courier_mono(c);

	while (*at) {
		struct round *r = *at;
		bool lives = true;

		if (r->touched || r->wake_at <= now || c->taken.stopping) {
			r->touched = false;
			r->wake_at = INT64_MAX;
			if (r->stored)
				round_stored(r);
			lives = round_step(r);
		}
		if (lives) {
			at = &r->next;
		} else {
			*at = r->next;
			round_free(r);
		}
	}
}

static struct round *round_of(struct courier *c, int64_t merchant)
{
	struct round *r = c->rounds;

	while (r && r->merchant != merchant)
		r = r->next;
	if (r)
		return r;
	r = calloc(1, sizeof(*r));
	CHECK(r != NULL);
	r->courier = c;
	r->merchant = merchant;
	r->next_lane = INT64_MIN;
	r->look_at = INT64_MAX;
	r->next = c->rounds;
	c->rounds = r;
	return r;
}
