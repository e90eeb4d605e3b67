/* text.h - a growing text: pages, answers and forms are put together in one.
 *
 *   CLEANUP(text_free) struct text t = { 0 };
 *   text_put(&t, "<b>");
 *   text_html(&t, subject);
 *
 * One thread at a time.  Running out of memory ends the process.
 */
#pragma once

#include "base/str.h"

#include <stddef.h>

struct text {
	char *p; /* ends in NUL once something was added; NULL before */
	size_t n, cap;
};

void text_add(struct text *t, struct str s);
void text_put(struct text *t, const char *s);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Safe between tags and inside quoted attributes. */
void text_html(struct text *t, struct str s);

/* As in a form: A-Z a-z 0-9 . - _ * stay, a space becomes '+', the rest %XX. */
void text_form(struct text *t, struct str s);

/* What is there; "" when nothing was added. */
struct str text_str(const struct text *t);

/* Gives the memory away (never NULL); the text is empty afterwards. */
char *text_take(struct text *t, size_t *n);

void text_free(struct text *t); /* leaves it empty; for CLEANUP */
