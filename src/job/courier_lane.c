/* courier_lane.c - one receiver: what waits for it, what is out, how fast it may be sent to. */
#include "job/courier_state.h"

#include "app/vault.h"
#include "base/check.h"
#include "base/time.h"
#include "sys/log.h"

#include <stdlib.h>
#include <string.h>

static void open_keys(struct lane *l, const struct delivery_target *t);
static bool fill_events(struct lane *l);
static bool fill_rows(struct lane *l);
static size_t ready(struct send *const *sends, size_t n);
static struct send *send_new(struct lane *l, const struct delivery_item *item);
static struct send *next_send(struct lane *l);
static struct send *first_ready(struct send *const *sends, size_t n);
static bool cursor_waits(const struct lane *l);
static bool call(struct lane *l, struct send *s);
static struct delivery_letter letter_of(const struct send *s);
static void end_call(struct send *s);
static void count_failure(struct lane *l);
static void event_sent(struct send *s);

struct lane *lane_new(struct round *r, const struct delivery_target *t)
{
	struct lane *l = calloc(1, sizeof(*l));

	CHECK(l != NULL);
	l->round = r;
	l->window = 1;
	l->seen = l->cursor_saved = t->cursor;
	lane_meet(l, t);
	return l;
}

static void free_sends(struct send **sends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		send_free(sends[i]);
}

void lane_free(struct lane *l)
{
	free_sends(l->events, l->events_n);
	free_sends(l->rows, l->rows_n);
	for (size_t i = 0; i < l->keys_n; i++)
		secret_wipe(&l->keys[i]);
	free(l);
}

void send_free(struct send *s)
{
	union {
		const char *borrowed;
		char *owned;
	} body = { s->item.body.p };

	CHECK(s->state != SEND_OUT);
	free(body.owned);
	free(s->result.answer);
	free(s);
}

static bool same_secrets(const struct delivery_target *a, const struct delivery_target *b)
{
	if (a->secrets_n != b->secrets_n)
		return false;
	for (size_t i = 0; i < a->secrets_n; i++)
		if (a->secrets[i].n != b->secrets[i].n ||
		    memcmp(a->secrets[i].bytes, b->secrets[i].bytes, a->secrets[i].n) != 0)
			return false;
	return true;
}

void lane_meet(struct lane *l, const struct delivery_target *t)
{
	bool new_keys = !same_secrets(&l->target, t);
	int64_t failing = l->target.failing, retry_at = l->target.retry_at;

	if (new_keys)
		open_keys(l, t);
	l->target = *t;
	l->present = true;
	if (l->cursor_changed || l->cursor_saving != 0) { /* the store does not know it yet */
		l->target.failing = failing;
		l->target.retry_at = retry_at;
	}
}

/* A secret that cannot be opened signs nothing: each send then fails and says so. */
static void open_keys(struct lane *l, const struct delivery_target *t)
{
	const struct services *s = l->round->courier->services;
	struct vault_place place = { t->endpoint ? "endpoint" : "app", l->round->merchant,
				     t->endpoint ? t->lane : t->app, 0 };

	for (size_t i = 0; i < l->keys_n; i++)
		secret_wipe(&l->keys[i]);
	l->keys_n = 0;
	for (size_t i = 0; i < t->secrets_n; i++) {
		struct str sealed = { (const char *)t->secrets[i].bytes, t->secrets[i].n };
		enum err e = vault_reveal(s->vault, place, sealed, &l->keys[l->keys_n]);

		if (e)
			log_err(LOG_ERROR, "courier.secret_unreadable", e);
		else
			l->keys_n++;
	}
}

/* --- filling --- */

bool lane_hungry(const struct lane *l)
{
	return l->present &&
	       ((l->more_events && l->events_n < LANE_EVENTS &&
		 ready(l->events, l->events_n) == 0) ||
		(l->more_rows && l->rows_n < LANE_ROWS && ready(l->rows, l->rows_n) == 0));
}

bool lane_is_at_work(const struct lane *l)
{
	size_t events = ready(l->events, l->events_n), rows = ready(l->rows, l->rows_n);

	if (l->out > 0 || l->events_n > events || l->rows_n > rows)
		return true;
	return l->present && (rows > 0 || (events > 0 && !cursor_waits(l)) || lane_hungry(l));
}

bool lane_fill(struct lane *l)
{
	arena_reset(l->round->courier->arena);
	l->more_rows = false;
	if (l->target.due_at <= courier_wall(l->round->courier) && !fill_rows(l))
		return false;
	return !l->target.endpoint || fill_events(l);
}

static size_t room_for(const struct lane *l, size_t n, size_t ready_n, size_t max)
{
	size_t wanted = (size_t)l->window > ready_n ? (size_t)l->window - ready_n : 0;
	size_t room = max - n;

	room = wanted < room ? wanted : room;
	return room < DELIVERY_PAGE_MAX ? room : DELIVERY_PAGE_MAX;
}

static bool fill_events(struct lane *l)
{
	struct courier *c = l->round->courier;
	struct delivery_page_ask ask = {
		.target = &l->target,
		.arena = c->arena,
		.seen = l->seen,
		.room = room_for(l, l->events_n, ready(l->events, l->events_n), LANE_EVENTS),
	};
	enum err e;

	l->more_events = true;
	if (ask.room == 0)
		return true;
	e = delivery_events(c->services, l->round->merchant, &ask, &c->page);
	if (e) {
		log_err(LOG_WARN, "courier.read_failed", e);
		return false;
	}
	for (size_t i = 0; i < c->page.n; i++)
		l->events[l->events_n++] = send_new(l, &c->page.items[i]);
	l->seen = c->page.seen;
	l->more_events = c->page.more;
	return true;
}

static bool fill_rows(struct lane *l)
{
	struct courier *c = l->round->courier;
	int64_t known[LANE_ROWS];
	struct delivery_page_ask ask = {
		.target = &l->target,
		.arena = c->arena,
		.now = courier_wall(c),
		.known = known,
		.known_n = l->rows_n,
		.room = room_for(l, l->rows_n, ready(l->rows, l->rows_n), LANE_ROWS),
	};
	enum err e;

	l->more_rows = true;
	if (ask.room == 0)
		return true;
	for (size_t i = 0; i < l->rows_n; i++)
		known[i] = l->rows[i]->item.row;
	e = delivery_rows(c->services, l->round->merchant, &ask, &c->page);
	if (e) {
		log_err(LOG_WARN, "courier.read_failed", e);
		return false;
	}
	for (size_t i = 0; i < c->page.n; i++) {
		l->rows[l->rows_n++] = send_new(l, &c->page.items[i]);
		if (l->target.endpoint && c->page.items[i].tries == 0)
			l->pause_until = 0; /* asked for by hand */
	}
	l->more_rows = c->page.more;
	return true;
}

static struct send *send_new(struct lane *l, const struct delivery_item *item)
{
	struct send *s = calloc(1, sizeof(*s));
	char *body = malloc(item->body.n + 1);

	CHECK(s != NULL && body != NULL);
	memcpy(body, item->body.p, item->body.n);
	body[item->body.n] = '\0';
	s->lane = l;
	s->item = *item;
	s->item.body.p = body;
	return s;
}

static size_t ready(struct send *const *sends, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += sends[i]->state == SEND_READY;
	return found;
}

/* --- sending --- */

void lane_start(struct lane *l)
{
	struct courier *c = l->round->courier;
	int64_t now = courier_mono(c);
	struct send *s;

	while (l->present && l->out < l->window && now >= l->pause_until && now >= c->busy_until &&
	       c->calls_out < CALLS_MAX && (s = next_send(l)) != NULL)
		if (!call(l, s))
			return;
}

/* Events and rows take turns, so neither keeps the other from its receiver. */
static struct send *next_send(struct lane *l)
{
	struct send *row = first_ready(l->rows, l->rows_n);
	struct send *event = cursor_waits(l) ? NULL : first_ready(l->events, l->events_n);

	return row && (!event || !l->row_last) ? row : event;
}

static struct send *first_ready(struct send *const *sends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sends[i]->state == SEND_READY)
			return sends[i];
	return NULL;
}

/* With too many deliveries waiting, the next event is tried alone, at its own times. */
static bool cursor_waits(const struct lane *l)
{
	if (l->target.waiting < ENDPOINT_WAITING_MAX)
		return false;
	for (size_t i = 0; i < l->events_n; i++)
		if (l->events[i]->state == SEND_OUT)
			return true;
	return courier_wall(l->round->courier) < l->target.retry_at;
}

/* False: the client takes no more for now. */
static bool call(struct lane *l, struct send *s)
{
	struct courier *c = l->round->courier;
	struct delivery_letter letter = letter_of(s);
	enum err e;

	s->state = SEND_OUT;
	l->out++;
	c->calls_out++;
	e = delivery_send(c->services, &letter, courier_sent, s);
	if (!e) {
		l->row_last = s->item.row != 0;
		return true;
	}
	if (e == ERR_BUSY || e == ERR_STOPPING) {
		s->state = SEND_READY;
		l->out--;
		c->calls_out--;
		c->busy_until = clock_after(courier_mono(c), PAUSE_FIRST_MS);
		return false;
	}
	/* It cannot be sent as it is: a failure like any other. */
	s->result = (struct delivery_result){ 0 };
	str_copy_cut(s->result.error, sizeof(s->result.error), str_of(err_text()));
	lane_sent(s);
	return true;
}

static struct delivery_letter letter_of(const struct send *s)
{
	const struct lane *l = s->lane;

	return (struct delivery_letter){
		.merchant = l->round->merchant,
		.app = l->target.app,
		.lane = l->target.lane,
		.url = s->item.url[0] != '\0' ? s->item.url : l->target.url,
		.compat = l->target.compat,
		.keys = l->keys,
		.keys_n = l->keys_n,
		.item = &s->item,
	};
}

/* --- what became of it --- */

void lane_sent(struct send *s)
{
	struct lane *l = s->lane;
	struct delivery_letter letter = letter_of(s);

	CHECK(s->state == SEND_OUT);
	l->out--;
	l->round->courier->calls_out--;
	if (s->result.stopped) {
		end_call(s);
		s->state = SEND_READY;
		return;
	}
	delivery_log(l->round->courier->services, &letter, &s->result);
	end_call(s);
	s->state = SEND_DONE;
	if (s->result.ok) {
		l->failing = 0;
		l->pause_until = 0;
		l->window = l->window < WINDOW_MAX / 2 ? 2 * l->window : WINDOW_MAX;
	} else {
		count_failure(l);
	}
	if (s->item.row == 0)
		event_sent(s);
}

/* The answer was only for the log. */
static void end_call(struct send *s)
{
	free(s->result.answer);
	s->result.answer = NULL;
}

static void count_failure(struct lane *l)
{
	int64_t pause = PAUSE_FIRST_MS;

	l->failing++;
	l->window = l->window > 1 ? l->window / 2 : 1;
	if (l->failing < FAILING_FREE)
		return;
	for (int i = FAILING_FREE; i < l->failing && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	pause = pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
	l->pause_until = clock_after(courier_mono(l->round->courier), pause);
}

/* An event from the cursor: done, or to become a row, or, with too many rows, to be tried again. */
static void event_sent(struct send *s)
{
	struct lane *l = s->lane;
	struct courier *c = l->round->courier;

	if (s->result.ok) {
		if (l->target.failing > 0) {
			l->target.failing = l->target.retry_at = 0;
			l->cursor_changed = l->recovered = true;
		}
	} else if (l->target.waiting < ENDPOINT_WAITING_MAX) {
		l->target.waiting++;
	} else {
		s->state = SEND_READY;
		if (l->target.retry_at > courier_wall(c))
			return; /* others that were out with it */
		l->target.failing++;
		l->target.retry_at = clock_after(
			courier_wall(c), delivery_delay_ms(c->services->rand, l->target.failing));
		l->cursor_changed = true;
	}
}

int64_t lane_wake_at(const struct lane *l)
{
	const struct courier *c = l->round->courier;
	bool waiting = ready(l->events, l->events_n) + ready(l->rows, l->rows_n) > 0;
	int64_t now = courier_mono(c), at = INT64_MAX;

	if (waiting && l->out < l->window) {
		at = l->pause_until > now ? l->pause_until : at;
		at = c->busy_until > now && c->busy_until < at ? c->busy_until : at;
		if (l->target.retry_at > courier_wall(c)) {
			int64_t then = clock_after(now, l->target.retry_at - courier_wall(c));

			at = then < at ? then : at;
		}
	}
	return at;
}
