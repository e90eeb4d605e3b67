#include "sys/json_flat.h"

#include "base/check.h"

#include <string.h>

enum { INTEGER_DIGITS_MAX = 18 };

static bool text_escaped(struct flat *f, const char *from, struct str *out);

void flat_open(struct flat *f, struct str body, struct arena *arena)
{
	*f = (struct flat){ .at = body.p, .end = body.p, .arena = arena };
	if (body.n > 0)
		f->end += body.n;
}

static void skip_white(struct flat *f)
{
	while (f->at < f->end &&
	       (*f->at == ' ' || *f->at == '\n' || *f->at == '\t' || *f->at == '\r'))
		f->at++;
}

bool flat_mark(struct flat *f, char c)
{
	skip_white(f);
	if (f->at == f->end || *f->at != c)
		return false;
	f->at++;
	return true;
}

bool flat_done(struct flat *f)
{
	skip_white(f);
	return f->at == f->end;
}

static bool word(struct flat *f, struct str expected)
{
	skip_white(f);
	if ((size_t)(f->end - f->at) < expected.n || memcmp(f->at, expected.p, expected.n) != 0)
		return false;
	f->at += expected.n;
	return true;
}

bool flat_null(struct flat *f)
{
	return word(f, STR("null"));
}

bool flat_bool(struct flat *f, bool *out)
{
	*out = word(f, STR("true"));
	return *out || word(f, STR("false"));
}

bool flat_integer(struct flat *f, int64_t *out)
{
	int64_t value = 0;
	const char *from;

	skip_white(f);
	from = f->at;
	for (; f->at < f->end && *f->at >= '0' && *f->at <= '9'; f->at++) {
		if (f->at - from == INTEGER_DIGITS_MAX)
			return false;
		value = 10 * value + (*f->at - '0');
	}
	if (f->at == from || (*from == '0' && f->at - from > 1))
		return false;
	/* A real goes on here. */
	if (f->at < f->end && (*f->at == '.' || *f->at == 'e' || *f->at == 'E'))
		return false;
	*out = value;
	return true;
}

/* --- texts --- */

bool flat_text(struct flat *f, struct str *out)
{
	const char *from;

	if (!flat_mark(f, '"'))
		return false;
	from = f->at;
	while (f->at < f->end) {
		unsigned char c = (unsigned char)*f->at;

		if (c == '"') {
			*out = (struct str){ from, (size_t)(f->at++ - from) };
			return true;
		}
		if (c == '\\')
			return text_escaped(f, from, out);
		if (c >= ' ' && c < 0x7f) {
			f->at++;
			continue;
		}

		size_t n = c < 0x80
				   ? 0
				   : str_character((struct str){ f->at, (size_t)(f->end - f->at) });

		if (n == 0)
			return false;
		f->at += n;
	}
	return false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits. */
static bool unit(struct flat *f, uint32_t *out)
{
	*out = 0;
	if (f->end - f->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(*f->at++);

		if (digit < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
	}
	return true;
}

/* What follows \u; half a pair is no character. */
static bool code_point(struct flat *f, uint32_t *out)
{
	uint32_t low;

	if (!unit(f, out))
		return false;
	if (*out >= 0xd800 && *out <= 0xdbff) {
		if (f->end - f->at < 2 || f->at[0] != '\\' || f->at[1] != 'u')
			return false;
		f->at += 2;
		if (!unit(f, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		*out = 0x10000 + ((*out - 0xd800) << 10 | (low - 0xdc00));
		return true;
	}
	return *out < 0xdc00 || *out > 0xdfff;
}

static size_t utf8(uint32_t c, char *out)
{
	static const unsigned char FIRST[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(n == 1 ? c : FIRST[n] | c);
	return n;
}

/* One escape, behind its backslash; it is at least as long as what it stands for. */
static bool escape(struct flat *f, char *out, size_t *n)
{
	static const char NAMES[] = "\"\\/tnr", VALUES[] = "\"\\/\t\n\r";
	const char *at;
	uint32_t c;

	if (f->at == f->end || *f->at == '\0')
		return false;
	at = strchr(NAMES, *f->at);
	if (at != NULL) {
		out[(*n)++] = VALUES[at - NAMES];
		f->at++;
		return true;
	}
	if (*f->at++ != 'u' || !code_point(f, &c))
		return false;
	*n += utf8(c, out + *n);
	return true;
}

static bool text_escaped(struct flat *f, const char *from, struct str *out)
{
	const char *end = f->at;
	size_t n = (size_t)(f->at - from);
	char *text;

	/* To the end of the text, for its room. */
	while (end < f->end && *end != '"')
		end += *end == '\\' && end + 1 < f->end ? 2 : 1;
	if (end == f->end)
		return false;
	text = arena_alloc(f->arena, (size_t)(end - from) + 1);
	memcpy(text, from, n);
	while (f->at < end) {
		if (*f->at != '\\') {
			text[n++] = *f->at++;
			continue;
		}
		f->at++;
		if (!escape(f, text, &n))
			return false;
	}
	f->at = end + 1;
	*out = (struct str){ text, n };
	/* Bytes below a space must be escaped, and then most of them are still no text. */
	for (const char *p = from; p < end; p++)
		if ((unsigned char)*p < ' ')
			return false;
	return str_is_text(*out);
}

/* --- objects --- */

bool flat_key(struct flat *f, struct str *out)
{
	return flat_text(f, out) && flat_mark(f, ':');
}

static bool value(struct flat *f, const struct flat_member *m, struct flat_value *out)
{
	if (m->optional && flat_null(f))
		return true;
	out->there = true;
	return m->type == FLAT_TEXT ? flat_text(f, &out->text) : flat_integer(f, &out->integer);
}

bool flat_object(struct flat *f, const struct flat_member *members, size_t n,
		 struct flat_value *values)
{
	uint32_t seen = 0, all = 0;

	CHECK(n <= FLAT_MEMBERS_MAX);
	if (!flat_mark(f, '{'))
		return false;
	for (size_t i = 0; i < n; i++) {
		values[i] = (struct flat_value){ .there = false };
		all |= members[i].optional ? 0 : UINT32_C(1) << i;
	}
	if (flat_mark(f, '}'))
		return all == 0;
	for (size_t next = 0;; next++) {
		struct str key;
		size_t i = 0;

		if (!flat_key(f, &key))
			return false;
		/* Programs write members in one order, mostly ours. */
		if (next < n && str_is(key, members[next].name))
			i = next;
		else
			while (i < n && !str_is(key, members[i].name))
				i++;
		if (i == n || (seen & UINT32_C(1) << i) != 0 || !value(f, &members[i], &values[i]))
			return false;
		seen |= UINT32_C(1) << i;
		if (flat_mark(f, '}'))
			return (seen & all) == all;
		if (!flat_mark(f, ','))
			return false;
	}
}
