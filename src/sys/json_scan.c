#include "sys/json_scan.h"

#include "sys/json.h"

#include <stdio.h>

/* An object or array that is open, and where in it the scan is. */
struct level {
	bool is_array;
	size_t index;
	struct str key; /* as written, without its quotes */
};

struct scan {
	struct str text;
	size_t at;
	size_t depth;
	struct level levels[JSON_DEPTH_MAX];
	struct json_scan found;
};

static void scan_token(struct scan *s);
static void scan_open(struct scan *s, bool is_array);
static void scan_string(struct scan *s);
static void scan_number(struct scan *s);
static bool number_is_bad(struct str number);
static void path_write(const struct scan *s, char *out, size_t cap);

struct json_scan json_scan(struct str text)
{
	struct scan s = { .text = text };

	while (s.at < s.text.n && !s.found.too_deep)
		scan_token(&s);
	return s.found;
}

static void scan_token(struct scan *s)
{
	struct level *top = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
	char c = s->text.p[s->at];

	if (c == '"') {
		scan_string(s);
		return;
	}
	if (c == '-' || (c >= '0' && c <= '9')) {
		scan_number(s);
		return;
	}
	s->at++;
	if (c == '{' || c == '[')
		scan_open(s, c == '[');
	else if ((c == '}' || c == ']') && s->depth > 0)
		s->depth--;
	else if (c == ',' && top != NULL && top->is_array)
		top->index++;
}

static void scan_open(struct scan *s, bool is_array)
{
	if (s->depth == JSON_DEPTH_MAX) {
		s->found.too_deep = true;
		return;
	}
	s->levels[s->depth++] = (struct level){ .is_array = is_array };
}

/* Every string of an object is noted as its key: a value's text is replaced by the next key before
 * anybody looks. */
static void scan_string(struct scan *s)
{
	struct level *top = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
	size_t from = ++s->at;

	while (s->at < s->text.n && s->text.p[s->at] != '"')
		s->at += s->text.p[s->at] == '\\' ? 2 : 1;
	if (s->at >= s->text.n) {
		s->at = s->text.n;
		return;
	}
	if (top != NULL && !top->is_array)
		top->key = (struct str){ s->text.p + from, s->at - from };
	s->at++;
}

static void scan_number(struct scan *s)
{
	size_t from = s->at;

	while (s->at < s->text.n && str_find(STR("+-.0123456789Ee"), s->text.p[s->at]) < 15)
		s->at++;
	if (s->found.bad_number || !number_is_bad((struct str){ s->text.p + from, s->at - from }))
		return;
	s->found.bad_number = true;
	path_write(s, s->found.number_path, sizeof(s->found.number_path));
}

static bool number_is_bad(struct str number)
{
	bool negative = str_starts(number, "-");
	int64_t value = 0;

	for (size_t i = negative; i < number.n; i++) {
		char c = number.p[i];

		/* A real, or no number at all: not for us to judge. */
		if (c < '0' || c > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, c - '0', &value))
			return true;
	}
	/* Counted down, since there is one more negative number than there are positive ones. */
	return negative ? value == 0 : value == INT64_MIN;
}

static void path_write(const struct scan *s, char *out, size_t cap)
{
	/* Room for every level at its longest; a longer key is cut, and so is the whole. */
	char path[JSON_DEPTH_MAX * 96] = "";
	size_t n = 0;

	for (size_t i = 0; i < s->depth; i++) {
		const struct level *l = &s->levels[i];

		if (l->is_array) {
			str_add(path, sizeof(path), &n, "[%zu]", l->index);
			continue;
		}
		char key[72];

		str_copy_cut(key, sizeof(key), l->key);
		str_add(path, sizeof(path), &n, "%s%s", n > 0 ? "." : "", key);
	}
	str_copy_cut(out, cap, (struct str){ path, n });
}
