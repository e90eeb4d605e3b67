/* list.h - a slice of a list, kept small enough for one short read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LIST_MAX = 100, LIST_TEXT_MAX = 81 };

/* Elements are in ascending order of a number or a text. */
struct list_ask {
	size_t limit;   /* 1..LIST_MAX */
	bool backward;  /* the last ones before the position; else the first ones after it */
	int64_t number; /* the position; 0 and forward: from the beginning */
	char text[LIST_TEXT_MAX + 1]; /* the same for lists by text */
};

/* After reading up to limit + 1 rows, `n` of them: keeps `limit` and turns a backward slice round.
 * Returns whether there are more. */
bool list_close(const struct list_ask *ask, void *elements, size_t size, size_t *n);
