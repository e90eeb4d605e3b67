/* shelf.c - the books that are loaded, and which of them this batch changes. */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"

#include <stdlib.h>

struct place {
	int64_t merchant;
	struct book *book;
	bool used;
};

struct shelf {
	struct tail *tail;
	struct place *places; /* sorted by nothing: merchants are few */
	size_t n, cap;
	size_t *used;
	size_t used_n;
	size_t last; /* the place that shelf_book or shelf_behind found */
};

struct shelf *shelf_new(struct tail *tail)
{
	struct shelf *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	s->tail = tail;
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

static void add(struct shelf *s, int64_t merchant, struct book *book)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->places = realloc(s->places, s->cap * sizeof(*s->places));
		s->used = realloc(s->used, s->cap * sizeof(*s->used));
		CHECK(s->places && s->used);
	}
	s->places[s->n++] = (struct place){ .merchant = merchant, .book = book };
}

enum err shelf_book(struct shelf *s, struct library *library, int64_t merchant, struct tx *tx,
		    struct book **out)
{
	size_t at = 0;

	while (at < s->n && s->places[at].merchant != merchant)
		at++;
	if (at == s->n) {
		struct book *b = book_new(library, merchant);
		enum err e = book_load(b, tx);

		if (e != ERR_OK) {
			book_free(b);
			return e;
		}
		book_publish(b, s->tail);
		add(s, merchant, b);
	}
	s->last = at;
	*out = s->places[at].book;
	return ERR_OK;
}

void shelf_use(struct shelf *s)
{
	struct place *p = &s->places[s->last];

	if (!p->used) {
		p->used = true;
		s->used[s->used_n++] = s->last;
	}
}

size_t shelf_used(const struct shelf *s)
{
	return s->used_n;
}

struct book *shelf_at(const struct shelf *s, size_t i)
{
	return s->places[s->used[i]].book;
}

size_t shelf_behind_n(const struct shelf *s)
{
	size_t n = 0;

	for (size_t i = 0; s && i < s->n; i++)
		n += book_behind_n(s->places[i].book);
	return n;
}

struct book *shelf_behind(struct shelf *s)
{
	struct book *most = NULL;

	for (size_t i = 0; i < s->n; i++) {
		struct book *book = s->places[i].book;

		if (book_behind_n(book) > (most ? book_behind_n(most) : 0)) {
			most = book;
			s->last = i;
		}
	}
	return most;
}

void shelf_drop(struct shelf *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->places[i].used)
			book_free(s->places[i].book);
		else
			s->places[kept++] = s->places[i];
	}
	s->n = kept;
	s->used_n = 0;
}

void shelf_rest(struct shelf *s)
{
	for (size_t i = 0; i < s->used_n; i++)
		s->places[s->used[i]].used = false;
	s->used_n = 0;
}

void shelf_shrink(struct shelf *s, const struct library *library)
{
	for (size_t i = 0; i < s->n && library->accounts_n > library->accounts_max; i++)
		book_shrink(s->places[i].book);
}
