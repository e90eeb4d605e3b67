#include "base/str.h"

#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct str str_of(const char *s)
{
	return s == NULL ? STR("") : (struct str){ s, strlen(s) };
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

bool str_starts(struct str s, const char *prefix)
{
	struct str head = str_of(prefix);

	return s.n >= head.n && str_eq((struct str){ s.p, head.n }, head);
}

bool str_ends(struct str s, const char *suffix)
{
	struct str tail = str_of(suffix);

	return s.n >= tail.n && str_eq(str_skip(s, s.n - tail.n), tail);
}

uint64_t str_hash(struct str s, uint64_t seed)
{
	/* FNV-1a; its low bits alone are not mixed well. */
	uint64_t h = UINT64_C(14695981039346656037) ^ seed;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT64_C(1099511628211);
	return h ^ h >> 29;
}

size_t str_find(struct str s, char c)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == c)
			return i;
	return s.n;
}

struct str str_skip(struct str s, size_t n)
{
	CHECK(n <= s.n);
	return n == 0 ? s : (struct str){ s.p + n, s.n - n };
}

struct str str_cut(struct str s, char c, struct str *rest)
{
	size_t at = str_find(s, c);

	if (rest != NULL)
		*rest = at < s.n ? str_skip(s, at + 1) : STR("");
	return (struct str){ s.p, at };
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && strchr(" \t\r\n", s.p[0]) != NULL && s.p[0] != '\0')
		s = str_skip(s, 1);
	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) != NULL && s.p[s.n - 1] != '\0')
		s.n--;
	return s;
}

enum err str_copy(char *dst, size_t cap, struct str s)
{
	if (s.n >= cap)
		FAIL(ERR_INVALID, "longer than %zu bytes", cap - 1);
	if (str_find(s, '\0') < s.n)
		FAIL(ERR_INVALID, "holds a NUL byte");
	if (s.n > 0)
		memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
	return ERR_OK;
}

void str_copy_cut(char *dst, size_t cap, struct str s)
{
	CHECK(cap > 0);
	s.n = str_find(s, '\0');
	if (s.n >= cap) {
		s.n = cap - 1;
		/* Step back over the bytes of a character that would be cut in two. */
		while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	if (s.n > 0)
		memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
}

void str_add(char *dst, size_t cap, size_t *n, const char *fmt, ...)
{
	va_list ap;
	int wrote;

	CHECK(*n < cap);
	va_start(ap, fmt);
	wrote = vsnprintf(dst + *n, cap - *n, fmt, ap);
	va_end(ap);
	CHECK(wrote >= 0 && (size_t)wrote < cap - *n);
	*n += (size_t)wrote;
}

/* Overlong forms, surrogates and what lies beyond U+10FFFF are none: RFC 3629, section 4. */
size_t str_character(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		length = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		length = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (length > s.n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

bool str_is_text(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n;) {
		size_t length = str_character(str_skip(s, i));

		if (length == 0 || p[i] == 0x7f)
			return false;
		if (p[i] < 0x20 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
			return false;
		i += length;
	}
	return true;
}

size_t str_characters(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			count++;
	return count;
}

bool str_is_made_of(struct str s, const char *allowed, size_t max)
{
	size_t allowed_n = strlen(allowed);

	if (s.n < 1 || s.n > max)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (memchr(allowed, s.p[i], allowed_n) == NULL)
			return false;
	return true;
}

enum err str_integer(struct str s, int64_t lo, int64_t hi, int64_t *out)
{
	int64_t value = 0;

	if (s.n == 0 || (s.n > 1 && s.p[0] == '0'))
		FAIL(ERR_INVALID, "not a decimal integer");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			FAIL(ERR_INVALID, "not a decimal integer");
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, s.p[i] - '0', &value))
			FAIL(ERR_INVALID, "too large an integer");
	}
	if (value < lo || value > hi)
		FAIL(ERR_INVALID, "must be %lld to %lld", (long long)lo, (long long)hi);
	*out = value;
	return ERR_OK;
}
