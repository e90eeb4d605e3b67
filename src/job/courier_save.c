/* courier_save.c - gathers what became of a merchant's deliveries into one transaction. */
#include "job/courier_state.h"

#include "base/check.h"

#include <string.h>

static void gather_cursor(struct lane *l, struct delivery_save *save, bool all);
static void gather_rows(struct lane *l, struct delivery_save *save);
static void add_try(struct delivery_save *save, struct send *s);
static void settle_lane(struct lane *l, bool ok);
static void drop(struct send **sends, size_t *n, size_t i);

bool save_gather(struct round *r, bool all)
{
	struct delivery_save *save = r->save;
	int64_t now = courier_mono(r->courier);

	save->job = r->claim.key;
	save->claim = r->claim.claim;
	save->cursors_n = save->tries_n = 0;
	save->lease_ms = 0;
	for (struct lane *l = r->lanes; l; l = l->next) {
		if (l->target.endpoint)
			gather_cursor(l, save, all);
		gather_rows(l, save);
	}
	if (save->cursors_n + save->tries_n == 0)
		return false;
	if (now - r->renewed_at >= RENEW_MS) {
		save->lease_ms = LEASE_MS;
		r->renewed_at = now;
	}
	return true;
}

/* The cursor goes on over what is done, in order; what failed on the way becomes a row. */
static void gather_cursor(struct lane *l, struct delivery_save *save, bool all)
{
	int64_t cursor = l->cursor_saved;
	size_t n = 0;

	if (save->cursors_n == DELIVERY_TARGETS_MAX)
		return;
	while (n < l->events_n && l->events[n]->state == SEND_DONE &&
	       (l->events[n]->result.ok || save->tries_n < DELIVERY_RESULTS_MAX)) {
		struct send *s = l->events[n++];

		s->state = SEND_SAVING;
		cursor = s->item.event;
		if (!s->result.ok)
			add_try(save, s);
	}
	/* Behind the last one stand events that this endpoint does not want. */
	if (n == l->events_n && l->seen > cursor && (n > 0 || all))
		cursor = l->seen;
	l->events_saving = n;
	if (cursor == l->cursor_saved && !l->cursor_changed)
		return;
	save->cursors[save->cursors_n++] =
		(struct delivery_cursor){ l->target.lane, cursor, l->target.failing,
					  l->target.retry_at, l->recovered };
	l->cursor_saving = cursor;
	l->cursor_changed = false;
}

static void gather_rows(struct lane *l, struct delivery_save *save)
{
	for (size_t i = 0; i < l->rows_n && save->tries_n < DELIVERY_RESULTS_MAX; i++)
		if (l->rows[i]->state == SEND_DONE) {
			l->rows[i]->state = SEND_SAVING;
			add_try(save, l->rows[i]);
		}
}

static void add_try(struct delivery_save *save, struct send *s)
{
	const struct courier *c = s->lane->round->courier;
	struct delivery_try *t = &save->tries[save->tries_n++];
	int64_t now = courier_wall(c), tries = s->item.tries + 1;

	*t = (struct delivery_try){
		.row = s->item.row,
		.event = s->item.event,
		.lane = s->lane->target.lane,
		.app = s->lane->target.app,
		.ok = s->result.ok,
		.tries = tries,
		.due_at = s->result.ok ? now : now + delivery_delay_ms(c->services->rand, tries),
		.status = s->result.status,
	};
	memcpy(t->error, s->result.error, sizeof(t->error));
}

void save_settle(struct round *r, bool ok)
{
	for (struct lane *l = r->lanes; l; l = l->next)
		settle_lane(l, ok);
	/* What failed is due again at a time that the store knows now. */
	r->news = r->news || (ok && r->save->tries_n > 0);
}

static void settle_lane(struct lane *l, bool ok)
{
	bool cursor = l->cursor_saving != 0;

	for (size_t i = l->rows_n; i-- > 0;) {
		if (l->rows[i]->state != SEND_SAVING)
			continue;
		l->rows[i]->state = SEND_DONE;
		if (ok)
			drop(l->rows, &l->rows_n, i);
	}
	for (size_t i = l->events_saving; i-- > 0;) {
		l->events[i]->state = SEND_DONE;
		if (ok)
			drop(l->events, &l->events_n, i);
	}
	if (ok && cursor) {
		l->cursor_saved = l->cursor_saving;
		l->recovered = false;
	} else if (cursor) {
		l->cursor_changed = true;
	}
	l->events_saving = 0;
	l->cursor_saving = 0;
}

static void drop(struct send **sends, size_t *n, size_t i)
{
	CHECK(i < *n);
	send_free(sends[i]);
	memmove(&sends[i], &sends[i + 1], (*n - i - 1) * sizeof(struct send *));
	(*n)--;
}
