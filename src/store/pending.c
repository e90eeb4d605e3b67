#include "store/pending.h"

#include "base/check.h"

#include <stdlib.h>

enum { SLOTS = 16384 }; /* a power of two; chains stay short up to PENDING_MAX and a closure more */

static uint32_t *slot_of(const struct pending *p, int64_t app, struct str key);

void pending_free(struct pending *p)
{
	free(p->rows);
	free(p->slots);
	*p = (struct pending){ .spare = p->spare };
}

static void swap_room(struct pending *p)
{
	struct pending mine = *p, *spare = p->spare;

	CHECK(p->n == 0 && spare->n == 0);
	*p = (struct pending){
		.rows = spare->rows, .cap = spare->cap, .slots = spare->slots, .spare = spare
	};
	*spare = (struct pending){ .rows = mine.rows, .cap = mine.cap, .slots = mine.slots };
}

void pending_leave(struct pending *p)
{
	if (p->cap > p->spare->cap)
		swap_room(p);
	pending_free(p);
}

struct pending_row *pending_add(struct pending *p)
{
	if (p->cap == 0 && p->spare)
		swap_room(p);
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->rows = realloc(p->rows, p->cap * sizeof(*p->rows));
		CHECK(p->rows != NULL);
	}

	struct pending_row *row = &p->rows[p->n++];

	row->keyed = false;
	return row;
}

struct pending_row *pending_last(struct pending *p)
{
	CHECK(p->n > 0);
	return &p->rows[p->n - 1];
}

void pending_key(struct pending *p, struct pending_row *row)
{
	uint32_t *slot;

	if (!p->slots) {
		p->slots = calloc(SLOTS, sizeof(*p->slots));
		CHECK(p->slots != NULL);
	}
	slot = slot_of(p, row->transfer.app, str_of(row->transfer.request_id));
	row->keyed = true;
	row->next = *slot;
	*slot = (uint32_t)(row - p->rows) + 1;
}

const struct pending_row *pending_find(const struct pending *p, int64_t app, struct str key)
{
	if (p->n == 0 || !p->slots)
		return NULL;
	for (uint32_t at = *slot_of(p, app, key); at > 0; at = p->rows[at - 1].next) {
		const struct transfer *t = &p->rows[at - 1].transfer;

		if (t->app == app && str_is(key, t->request_id))
			return &p->rows[at - 1];
	}
	return NULL;
}

/* From the last on, so that each is the first of its slot. */
void pending_drop(struct pending *p, size_t n)
{
	CHECK(n <= p->n);
	while (p->n > n) {
		struct pending_row *row = &p->rows[--p->n];

		if (row->keyed)
			*slot_of(p, row->transfer.app, str_of(row->transfer.request_id)) =
				row->next;
	}
}

static uint32_t *slot_of(const struct pending *p, int64_t app, struct str key)
{
	return &p->slots[str_hash(key, (uint64_t)app) & (SLOTS - 1)];
}
