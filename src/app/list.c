#include "app/list.h"

#include "base/check.h"

static void swap(char *a, char *b, size_t size);

bool list_close(const struct list_ask *ask, void *elements, size_t size, size_t *n)
{
	char *at = elements;
	bool more = *n > ask->limit;

	CHECK(*n <= ask->limit + 1);
	if (more)
		*n = ask->limit;
	if (ask->backward)
		for (size_t i = 0; i < *n / 2; i++)
			swap(at + i * size, at + (*n - 1 - i) * size, size);
	return more;
}

static void swap(char *a, char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		char c = a[i];

		a[i] = b[i];
		b[i] = c;
	}
}
