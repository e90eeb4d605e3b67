#include "app/charge_compare.h"

#include <string.h>

static void compare_page(const struct statement *page, struct compare_file *file,
			 struct arena *arena, struct comparison *out);
static void compare_one(const struct statement_line *line, struct compare_file *file,
			struct arena *arena, struct comparison *out);
static struct compare_line *find(const struct compare_file *file,
				 const struct statement_line *line);
static bool same_state(const struct compare_line *theirs, const struct statement_line *ours);
static void note(struct differences *d, const struct compare_line *theirs,
		 const struct statement_line *ours, struct arena *arena);

enum err charge_compare(const struct services *s, int64_t merchant, const struct statement_ask *day,
			struct compare_file *file, struct arena *arena, struct comparison *out)
{
	struct statement_ask ask = *day;
	struct statement *page = arena_alloc(arena, sizeof(*page));

	*out = (struct comparison){ .there = (int64_t)file->n };
	ask.after = 0;
	ask.limit = STATEMENT_LINES_MAX;
	do {
		TRY(charge_day(s, merchant, &ask, page));
		compare_page(page, file, arena, out);
		if (page->n > 0)
			ask.after = page->lines[page->n - 1].id;
	} while (page->more);
	out->finished = page->finished;
	for (size_t i = 0; i < file->n; i++) {
		const struct compare_line *l = &file->lines[i];

		if (!l->met && (l->state == THEIRS_REFUSED || l->state == THEIRS_CANCELLED))
			out->agree++;
		else if (!l->met)
			note(&out->missing_here, l, NULL, arena);
	}
	return ERR_OK;
}

static void compare_page(const struct statement *page, struct compare_file *file,
			 struct arena *arena, struct comparison *out)
{
	for (size_t i = 0; i < page->n; i++)
		compare_one(&page->lines[i], file, arena, out);
	out->here += (int64_t)page->n;
}

static void compare_one(const struct statement_line *line, struct compare_file *file,
			struct arena *arena, struct comparison *out)
{
	struct compare_line *theirs = find(file, line);

	if (theirs == NULL) {
		note(&out->missing_there, NULL, line, arena);
		return;
	}
	theirs->met = true;
	if (theirs->amount != line->amount)
		note(&out->amount_differs, theirs, line, arena);
	if (!same_state(theirs, line))
		note(&out->state_differs, theirs, line, arena);
	if (theirs->amount == line->amount && same_state(theirs, line))
		out->agree++;
}

static struct compare_line *find(const struct compare_file *file, const struct statement_line *line)
{
	struct str key = str_of(line->request_id);
	size_t lo = 0, hi = file->n;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		struct compare_line *l = &file->lines[middle];
		int order = (int)l->rollback - (int)line->rollback;

		if (order == 0)
			order = memcmp(l->request_id.p, key.p,
				       l->request_id.n < key.n ? l->request_id.n : key.n);
		if (order == 0)
			order = (l->request_id.n > key.n) - (l->request_id.n < key.n);
		if (order == 0)
			return l;
		if (order < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return NULL;
}

static bool same_state(const struct compare_line *theirs, const struct statement_line *ours)
{
	return theirs->state == (ours->rolled_back ? THEIRS_ROLLED_BACK : THEIRS_CHARGED);
}

static void note(struct differences *d, const struct compare_line *theirs,
		 const struct statement_line *ours, struct arena *arena)
{
	d->count++;
	if (d->n == COMPARE_LISTED_MAX)
		return;
	d->listed[d->n].theirs = theirs;
	if (ours != NULL) {
		d->listed[d->n].ours = arena_alloc(arena, sizeof(*ours));
		*d->listed[d->n].ours = *ours;
	}
	d->n++;
}
