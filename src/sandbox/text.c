#include "sandbox/text.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct text *t, size_t n);
static const char *html_escape(char c);

void text_add(struct text *t, struct str s)
{
	reserve(t, s.n);
	if (s.n > 0)
		memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
	t->p[t->n] = '\0';
}

void text_put(struct text *t, const char *s)
{
	text_add(t, str_of(s));
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	CHECK(n >= 0);
	reserve(t, (size_t)n);
	(void)vsnprintf(t->p + t->n, (size_t)n + 1, fmt, again);
	va_end(again);
	t->n += (size_t)n;
}

void text_html(struct text *t, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const char *escape = html_escape(s.p[i]);

		if (escape)
			text_put(t, escape);
		else
			text_add(t, (struct str){ s.p + i, 1 });
	}
}

void text_form(struct text *t, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr(".-_*", c)))
			text_add(t, (struct str){ s.p + i, 1 });
		else if (c == ' ')
			text_put(t, "+");
		else
			text_printf(t, "%%%02X", c);
	}
}

struct str text_str(const struct text *t)
{
	return t->p ? (struct str){ t->p, t->n } : STR("");
}

char *text_take(struct text *t, size_t *n)
{
	char *p;

	reserve(t, 0);
	t->p[t->n] = '\0';
	p = t->p;
	*n = t->n;
	*t = (struct text){ 0 };
	return p;
}

void text_free(struct text *t)
{
	free(t->p);
	*t = (struct text){ 0 };
}

/* Makes room for n more bytes and the NUL. */
static void reserve(struct text *t, size_t n)
{
	size_t cap = t->cap > 0 ? t->cap : 256;

	CHECK(n < SIZE_MAX / 4 && t->n < SIZE_MAX / 4);
	if (t->p && t->n + n < t->cap)
		return;
	while (cap <= t->n + n)
		cap *= 2;
	t->p = realloc(t->p, cap);
	CHECK(t->p != NULL);
	t->cap = cap;
}

static const char *html_escape(char c)
{
	static const struct {
		char c;
		const char *escape;
	} TABLE[] = { { '&', "&amp;" },
		      { '<', "&lt;" },
		      { '>', "&gt;" },
		      { '"', "&quot;" },
		      { '\'', "&#39;" } };

	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (TABLE[i].c == c)
			return TABLE[i].escape;
	}
	return NULL;
}
