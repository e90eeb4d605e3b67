#include "sys/arena.h"

#include "base/check.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_FIRST = 1024, BLOCK_GROWTH_MAX = 64 * 1024 };

struct block {
	struct block *next; /* the one before it in time */
	size_t size, used;  /* of `bytes` */
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *top; /* newest; the first block is the last of the list */
	size_t cap, used;
};

static struct block *block_new(size_t size);

struct arena *arena_new(size_t cap)
{
	struct arena *a = malloc(sizeof(*a));

	CHECK(a != NULL);
	a->cap = cap;
	a->used = 0;
	a->top = block_new(cap < BLOCK_FIRST ? cap : BLOCK_FIRST);
	return a;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->top);
	free(a);
}

void arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->top;
	void *p;

	CHECK(n <= a->cap - a->used);
	n = (n + align - 1) / align * align;
	if (n > b->size - b->used) {
		size_t size = b->size < BLOCK_GROWTH_MAX ? 2 * b->size : BLOCK_GROWTH_MAX;

		b = block_new(size < n ? n : size);
		b->next = a->top;
		a->top = b;
	}
	p = b->bytes + b->used;
	b->used += n;
	a->used = n < a->cap - a->used ? a->used + n : a->cap;
	memset(p, 0, n);
	return p;
}

char *arena_text(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	CHECK(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

void arena_reset(struct arena *a)
{
	while (a->top->next != NULL) {
		struct block *next = a->top->next;

		free(a->top);
		a->top = next;
	}
	a->top->used = 0;
	a->used = 0;
}

static struct block *block_new(size_t size)
{
	struct block *b;

	/* A whole number of the alignment, as arena_alloc counts. */
	size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	b = malloc(sizeof(*b) + size);
	CHECK(b != NULL);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}
