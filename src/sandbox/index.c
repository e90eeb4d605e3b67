#include "sandbox/index.h"

#include "base/check.h"

#include <stdlib.h>

static struct index_slot *slot_for(const struct index *ix, uint64_t hash, struct str key);
static void grow(struct index *ix);

void *index_find(const struct index *ix, struct str key)
{
	if (ix->n == 0)
		return NULL;
	return slot_for(ix, str_hash(key, 0), key)->thing;
}

void index_put(struct index *ix, const char *key, void *thing)
{
	struct str text = str_of(key);
	uint64_t hash = str_hash(text, 0);
	struct index_slot *slot;

	if (4 * (ix->n + 1) > 3 * ix->cap)
		grow(ix);
	slot = slot_for(ix, hash, text);
	CHECK(slot->key == NULL);
	*slot = (struct index_slot){ hash, key, thing };
	ix->n++;
}

void index_free(struct index *ix)
{
	free(ix->slots);
	*ix = (struct index){ 0 };
}

/* The key's slot, or the free one where it belongs. */
static struct index_slot *slot_for(const struct index *ix, uint64_t hash, struct str key)
{
	size_t i = (size_t)hash & (ix->cap - 1);

	while (ix->slots[i].key != NULL &&
	       (ix->slots[i].hash != hash || !str_is(key, ix->slots[i].key)))
		i = (i + 1) & (ix->cap - 1);
	return &ix->slots[i];
}

static void grow(struct index *ix)
{
	struct index bigger = { .n = ix->n, .cap = ix->cap > 0 ? 2 * ix->cap : 256 };

	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	CHECK(bigger.slots != NULL);
	for (size_t i = 0; i < ix->cap; i++) {
		const struct index_slot *old = &ix->slots[i];

		if (old->key != NULL)
			*slot_for(&bigger, old->hash, str_of(old->key)) = *old;
	}
	free(ix->slots);
	*ix = bigger;
}
