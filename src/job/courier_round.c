/* courier_round.c - one merchant's deliveries: claim, look, send, save, and give back.
 *
 *   IDLE -> CLAIMING -> HELD -> RETURNING -> IDLE or over
 *
 * At most one write is under way; what happens meanwhile is gathered for the next.
 */
#include "job/courier_state.h"

#include "base/check.h"
#include "sys/log.h"

#include <stdlib.h>

static bool idle_step(struct round *r);
static void claim(struct round *r);
static void claimed(struct round *r);
static bool held_step(struct round *r);
static bool look(struct round *r);
static void meet(struct round *r, const struct delivery_target *t);
static void free_lanes(struct round *r, bool absent_only);
static bool save(struct round *r, bool all);
static void saved(struct round *r);
static bool leave(struct round *r);
static void set_wake(struct round *r);
static void hold_off(struct round *r);
static bool is_at_work(const struct round *r);
static bool is_out(const struct round *r);

bool round_step(struct round *r)
{
	switch (r->state) {
	case ROUND_IDLE:
		return idle_step(r);
	case ROUND_HELD:
		return held_step(r);
	case ROUND_CLAIMING:
	case ROUND_RETURNING:
		break;
	}
	return true;
}

void round_stored(struct round *r)
{
	r->stored = false;
	switch (r->state) {
	case ROUND_CLAIMING:
		claimed(r);
		break;
	case ROUND_HELD:
		saved(r);
		break;
	case ROUND_RETURNING: /* if it failed, the lease ends by itself */
		r->state = ROUND_IDLE;
		break;
	case ROUND_IDLE:
		CHECK(r->state != ROUND_IDLE);
		break;
	}
}

void round_free(struct round *r)
{
	free_lanes(r, false);
	free(r->save);
	free(r);
}

static bool is_stopping(const struct round *r)
{
	return r->courier->taken.stopping;
}

/* --- idle: is there anything worth a claim? --- */

static bool idle_step(struct round *r)
{
	bool worth;

	if (is_stopping(r) || (!r->news && !r->due))
		return false;
	if (courier_mono(r->courier) < r->held_off_until || !look(r)) {
		r->wake_at = r->held_off_until;
		return true;
	}
	worth = r->due || is_at_work(r);
	/* It is read again under the claim: somebody else may send it before. */
	free_lanes(r, false);
	if (worth)
		claim(r);
	return worth;
}

static void claim(struct round *r)
{
	const struct services *s = r->courier->services;
	enum err e;

	r->claim = (struct job_claim){ .key = { r->merchant, JOB_DELIVERY, 0 },
				       .now_ms = courier_wall(r->courier),
				       .claim = job_claim_number(s),
				       .run = s->run,
				       .lease_ms = LEASE_MS,
				       .make = true };
	r->state = ROUND_CLAIMING;
	e = job_claim_submit(s, &r->claim, &r->claimed, courier_stored, r);
	if (!e)
		return;
	log_err(LOG_WARN, "courier.claim_failed", e);
	r->state = ROUND_IDLE;
	r->news = true;
	hold_off(r);
}

static void claimed(struct round *r)
{
	r->state = ROUND_IDLE;
	if (r->outcome.code != ERR_OK || r->claimed == JOB_HELD) {
		/* Who holds it may end without seeing our news. */
		r->news = true;
		hold_off(r);
		return;
	}
	r->news = r->due = false;
	if (r->claimed == JOB_PARKED) {
		LOG(LOG_ERROR, "job.parked", LOG_S("kind", "delivery"),
		    LOG_OBJECT("merchant", ID_MERCHANT, r->merchant));
		return;
	}
	CHECK(r->claimed == JOB_CLAIMED);
	if (!r->save)
		r->save = calloc(1, sizeof(*r->save));
	CHECK(r->save != NULL);
	r->state = ROUND_HELD;
	r->news = true;
	r->lost = false;
	r->idle_since = courier_mono(r->courier);
	r->renewed_at = r->idle_since;
}

/* --- held --- */

static bool held_step(struct round *r)
{
	bool ends = is_stopping(r) || r->lost;
	int64_t now = courier_mono(r->courier);

	if (!ends && now >= r->held_off_until &&
	    (r->news || courier_wall(r->courier) >= r->look_at ||
	     (r->more_lanes && !is_at_work(r))))
		(void)look(r);
	for (struct lane *l = r->lanes; l && !ends; l = l->next) {
		if (lane_hungry(l) && now >= r->held_off_until && !lane_fill(l))
			hold_off(r);
		lane_start(l);
	}
	if (!r->storing && now >= r->held_off_until)
		(void)save(r, false);
	if (is_at_work(r) && !ends)
		r->idle_since = now;
	else if (!r->storing && !is_out(r) && (ends || now - r->idle_since >= LINGER_MS))
		return leave(r);
	set_wake(r);
	return true;
}

/* Reads who is to be told and of what.  False: it could not; news stays. */
static bool look(struct round *r)
{
	struct courier *c = r->courier;
	int64_t wall = courier_wall(c);
	enum err e = delivery_targets(c->services, r->merchant, r->next_lane, &c->targets);

	if (e) {
		log_err(LOG_WARN, "courier.look_failed", e);
		r->news = true;
		hold_off(r);
		return false;
	}
	r->news = false;
	r->look_at = INT64_MAX;
	r->more_lanes = c->targets.next_lane != 0;
	r->next_lane = r->more_lanes ? c->targets.next_lane : INT64_MIN;
	for (struct lane *l = r->lanes; l; l = l->next)
		l->present = false;
	for (size_t i = 0; i < c->targets.n; i++) {
		const struct delivery_target *t = &c->targets.list[i];

		meet(r, t);
		if (t->due_at > wall && t->due_at < r->look_at)
			r->look_at = t->due_at;
		if (t->retry_at > wall && t->retry_at < r->look_at)
			r->look_at = t->retry_at;
	}
	free_lanes(r, true);
	return true;
}

static void meet(struct round *r, const struct delivery_target *t)
{
	struct lane *l = r->lanes;

	while (l && l->target.lane != t->lane)
		l = l->next;
	if (l) {
		lane_meet(l, t);
	} else {
		l = lane_new(r, t);
		l->next = r->lanes;
		r->lanes = l;
	}
	if (!lane_fill(l)) {
		r->news = true;
		hold_off(r);
	}
}

static void free_lanes(struct round *r, bool absent_only)
{
	struct lane **at = &r->lanes;

	while (*at) {
		struct lane *l = *at;

		if (absent_only && (l->present || l->events_n + l->rows_n > 0)) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		lane_free(l);
	}
}

static bool is_at_work(const struct round *r)
{
	for (const struct lane *l = r->lanes; l; l = l->next)
		if (lane_is_at_work(l))
			return true;
	return false;
}

static bool is_out(const struct round *r)
{
	for (const struct lane *l = r->lanes; l; l = l->next)
		if (l->out > 0)
			return true;
	return false;
}

/* --- writing --- */

/* True when a write is under way now. */
static bool save(struct round *r, bool all)
{
	enum err e;

	if (!save_gather(r, all))
		return false;
	r->storing = true;
	e = delivery_save_submit(r->courier->services, r->save, &r->saved, courier_stored, r);
	if (!e)
		return true;
	log_err(LOG_WARN, "courier.save_failed", e);
	r->storing = false;
	save_settle(r, false);
	hold_off(r);
	return false;
}

static void saved(struct round *r)
{
	bool ok = r->outcome.code == ERR_OK;

	r->storing = false;
	save_settle(r, ok);
	if (!ok) {
		log_err(LOG_WARN, "courier.save_failed", outcome_raise(&r->outcome));
		hold_off(r);
	} else if (r->saved.lost) {
		r->lost = true;
	}
}

/* Nothing is out.  False: the round is over. */
static bool leave(struct round *r)
{
	bool stopping = is_stopping(r);
	enum err e;

	if (save(r, true))
		return true;
	if (r->lost) {
		free_lanes(r, false);
		r->state = ROUND_IDLE;
		r->news = true;
		hold_off(r);
		return !stopping;
	}
	r->back = (struct job_return){ .key = r->claim.key,
				       .claim = r->claim.claim,
				       .again = stopping || r->look_at < INT64_MAX,
				       .due_at = stopping ? courier_wall(r->courier) : r->look_at };
	free_lanes(r, false);
	r->state = ROUND_RETURNING;
	e = job_return_submit(r->courier->services, &r->back, courier_stored, r);
	if (e) {
		log_err(LOG_WARN, "courier.return_failed", e);
		r->state = ROUND_IDLE;
	}
	return !e;
}

/* --- times --- */

static void set_wake(struct round *r)
{
	struct courier *c = r->courier;
	int64_t now = courier_mono(c), wall = courier_wall(c);
	int64_t at = r->idle_since + LINGER_MS;

	if (r->look_at < INT64_MAX && r->look_at - wall < at - now)
		at = now + (r->look_at > wall ? r->look_at - wall : 0);
	for (const struct lane *l = r->lanes; l; l = l->next) {
		int64_t lane_at = lane_hungry(l) ? now : lane_wake_at(l);

		at = lane_at < at ? lane_at : at;
	}
	at = at < r->held_off_until ? r->held_off_until : at;
	r->wake_at = at > now + JOB_LOOK_MS ? now + JOB_LOOK_MS : at;
}

/* The store or the client is in trouble: a second without asking again. */
static void hold_off(struct round *r)
{
	r->held_off_until = courier_mono(r->courier) + JOB_LOOK_MS;
	r->wake_at = r->held_off_until;
}
