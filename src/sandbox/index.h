/* index.h - finds things by a text: a hash table that only grows.
 *
 * Keys and things belong to the caller and must stay where they are.  One thread at a time.
 */
#pragma once

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct index_slot {
	uint64_t hash;
	const char *key; /* NULL: free */
	void *thing;
};

struct index {
	struct index_slot *slots; /* a power of two; at most three quarters in use */
	size_t n, cap;
};

/* The thing called `key`, or NULL. */
void *index_find(const struct index *ix, struct str key);

/* CHECKs that the key is not there yet. */
void index_put(struct index *ix, const char *key, void *thing);

void index_free(struct index *ix);
