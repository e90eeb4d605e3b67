/* json_out.c - writing: commas, escapes and nesting. */
#include "sys/json.h"

#include "base/check.h"
#include "base/id.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 512, MAX_CAP = 16 * 1024 * 1024 };

static void room(struct jout *w, size_t more);
static void put(struct jout *w, const char *p, size_t n);
static void begin_value(struct jout *w, const char *key);
static void open_level(struct jout *w, const char *key, char bracket);
static void close_level(struct jout *w, char bracket);
static void put_string(struct jout *w, struct str s);
static bool is_plain(char c);
static void put_escape(struct jout *w, char c);

void jout_open(struct jout *w)
{
	*w = (struct jout){ .p = NULL };
	room(w, 0);
	w->p[0] = '\0';
}

void jout_free(struct jout *w)
{
	if (w == NULL)
		return;
	free(w->p);
	*w = (struct jout){ .p = NULL };
}

void jout_reset(struct jout *w)
{
	w->n = 0;
	w->comma = false;
	w->p[0] = '\0';
}

char *jout_take(struct jout *w, size_t *n)
{
	char *p = w->p;

	*n = w->n;
	*w = (struct jout){ .p = NULL };
	return p;
}

void jout_object(struct jout *w, const char *key)
{
	open_level(w, key, '{');
}

void jout_object_end(struct jout *w)
{
	close_level(w, '}');
}

void jout_array(struct jout *w, const char *key)
{
	open_level(w, key, '[');
}

void jout_array_end(struct jout *w)
{
	close_level(w, ']');
}

void jout_text(struct jout *w, const char *key, const char *value)
{
	if (value == NULL)
		jout_null(w, key);
	else
		jout_str(w, key, str_of(value));
}

void jout_str(struct jout *w, const char *key, struct str value)
{
	begin_value(w, key);
	put_string(w, value);
}

void jout_integer(struct jout *w, const char *key, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char text[24];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		text[--at] = '-';
	begin_value(w, key);
	put(w, text + at, sizeof(text) - at);
}

void jout_bool(struct jout *w, const char *key, bool value)
{
	begin_value(w, key);
	if (value)
		put(w, "true", 4);
	else
		put(w, "false", 5);
}

void jout_null(struct jout *w, const char *key)
{
	begin_value(w, key);
	put(w, "null", 4);
}

void jout_raw(struct jout *w, const char *key, struct str json)
{
	begin_value(w, key);
	put(w, json.p, json.n);
}

void jout_id(struct jout *w, const char *key, int kind, int64_t id)
{
	char text[ID_TEXT];

	if (id == 0) {
		jout_null(w, key);
		return;
	}
	id_write((enum id_kind)kind, id, text);
	jout_text(w, key, text);
}

void jout_time(struct jout *w, const char *key, int64_t ms)
{
	char text[RFC3339_TEXT];

	if (ms == 0) {
		jout_null(w, key);
		return;
	}
	rfc3339_write(ms, text);
	jout_text(w, key, text);
}

/* Makes room for `more` bytes and a NUL. */
static void room(struct jout *w, size_t more)
{
	size_t cap = w->cap > 0 ? w->cap : FIRST_CAP;
	char *p;

	if (w->p != NULL && more < w->cap - w->n)
		return;
	CHECK(more < MAX_CAP - w->n);
	while (more >= cap - w->n)
		cap *= 2;
	p = realloc(w->p, cap);
	CHECK(p != NULL);
	w->p = p;
	w->cap = cap;
}

static void put(struct jout *w, const char *p, size_t n)
{
	if (w->p == NULL || n >= w->cap - w->n)
		room(w, n);
	if (n > 0)
		memcpy(w->p + w->n, p, n);
	w->n += n;
	w->p[w->n] = '\0';
}

static void begin_value(struct jout *w, const char *key)
{
	if (w->comma)
		put(w, ",", 1);
	w->comma = true;
	if (key != NULL) {
		put_string(w, str_of(key));
		put(w, ":", 1);
	}
}

static void open_level(struct jout *w, const char *key, char bracket)
{
	begin_value(w, key);
	put(w, &bracket, 1);
	w->comma = false;
}

static void close_level(struct jout *w, char bracket)
{
	put(w, &bracket, 1);
	w->comma = true;
}

/* Whatever the bytes are, the result is JSON: those that are not UTF-8 become U+FFFD. */
static void put_string(struct jout *w, struct str s)
{
	size_t from = 0, i = 0;

	put(w, "\"", 1);
	while (i < s.n) {
		size_t length;

		/* Nearly all there is. */
		if ((unsigned char)s.p[i] < 0x80 && is_plain(s.p[i])) {
			i++;
			continue;
		}
		length = str_character(str_skip(s, i));
		if (length > 1) {
			i += length;
			continue;
		}
		if (i > from)
			put(w, s.p + from, i - from);
		if (length == 1)
			put_escape(w, s.p[i]);
		else
			put(w, "\xef\xbf\xbd", 3);
		from = ++i;
	}
	if (i > from)
		put(w, s.p + from, i - from);
	put(w, "\"", 1);
}

static bool is_plain(char c)
{
	return c >= ' ' && c != '"' && c != '\\';
}

static void put_escape(struct jout *w, char c)
{
	char text[8];
	size_t n = 0;

	switch (c) {
	case '\n':
		put(w, "\\n", 2);
		return;
	case '\r':
		put(w, "\\r", 2);
		return;
	case '\t':
		put(w, "\\t", 2);
		return;
	case '"':
	case '\\':
		str_add(text, sizeof(text), &n, "\\%c", c);
		break;
	default:
		str_add(text, sizeof(text), &n, "\\u%04x", (unsigned)(unsigned char)c);
		break;
	}
	put(w, text, n);
}
