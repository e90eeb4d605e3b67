/* shelf.c - the books that are loaded, and which of them this batch uses. */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"

#include <stdlib.h>

struct place {
	int64_t merchant;
	struct book *book;
	bool used;
};

struct shelf {
	struct place *places; /* sorted by nothing: merchants are few */
	size_t n, cap;
	size_t *used;
	size_t used_n;
};

struct shelf *shelf_new(void)
{
	struct shelf *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	return s;
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		book_free(s->places[i].book);
	free(s->places);
	free(s->used);
	free(s);
}

static struct place *add(struct shelf *s, int64_t merchant, struct book *book)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->places = realloc(s->places, s->cap * sizeof(*s->places));
		s->used = realloc(s->used, s->cap * sizeof(*s->used));
		CHECK(s->places && s->used);
	}
	s->places[s->n] = (struct place){ .merchant = merchant, .book = book };
	return &s->places[s->n++];
}

enum err shelf_book(struct shelf *s, struct library *library, int64_t merchant, struct tx *tx,
		    struct book **out)
{
	struct place *p = NULL;

	for (size_t i = 0; i < s->n && !p; i++) {
		if (s->places[i].merchant == merchant)
			p = &s->places[i];
	}
	if (!p) {
		struct book *b = book_new(library, merchant);
		enum err e = book_load(b, tx);

		if (e != ERR_OK) {
			book_free(b);
			return e;
		}
		p = add(s, merchant, b);
	}
	if (!p->used) {
		p->used = true;
		s->used[s->used_n++] = (size_t)(p - s->places);
	}
	*out = p->book;
	return ERR_OK;
}

size_t shelf_used(const struct shelf *s)
{
	return s->used_n;
}

struct book *shelf_at(const struct shelf *s, size_t i, int64_t *merchant)
{
	const struct place *p = &s->places[s->used[i]];

	*merchant = p->merchant;
	return p->book;
}

void shelf_rest(struct shelf *s)
{
	for (size_t i = 0; i < s->used_n; i++)
		s->places[s->used[i]].used = false;
	s->used_n = 0;
}
