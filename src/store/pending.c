#include "store/pending.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 16384 }; /* a power of two; chains stay short up to PENDING_MAX and a closure more */

static uint32_t *slot_of(const struct pending *p, int64_t app, struct str key);

void pending_free(struct pending *p)
{
	free(p->rows);
	free(p->slots);
	*p = (struct pending){ 0 };
}

struct pending_row *pending_add(struct pending *p)
{
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
	uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)app;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (uint8_t)key.p[i]) * UINT64_C(1099511628211);
	return &p->slots[(h ^ h >> 29) & (SLOTS - 1)];
}
