/* str.h - borrowed text (pointer and length) and bounded copies.
 *
 * A `struct str` owns nothing and need not end in NUL.  Fields of known greatest length are
 * `char name[N]` inside plain structs, filled by str_copy().
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal "", sizeof(literal) - 1 })

/* The text of a NUL-ended string; NULL gives the empty text. */
struct str str_of(const char *s);

bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);

/* A hash of the bytes and of a seed, for tables in memory whose keys come from callers that are
 * known: an enemy could make chains long. */
uint64_t str_hash(struct str s, uint64_t seed);

/* The index of the first `c`, or s.n. */
size_t str_find(struct str s, char c);

/* s without its first n bytes (n <= s.n). */
struct str str_skip(struct str s, size_t n);

/* The part before the first `c`; *rest gets what follows it ("" if none; may be NULL). */
struct str str_cut(struct str s, char c, struct str *rest);

/* Without spaces, tabs, CR and LF at both ends. */
struct str str_trim(struct str s);

/* Copies s and a NUL into dst[cap].  ERR_INVALID when it does not fit or holds a NUL byte; dst is
 * then untouched. */
MUST_USE enum err str_copy(char *dst, size_t cap, struct str s);

/* As str_copy, but a text that is too long is cut at a whole UTF-8 character. */
void str_copy_cut(char *dst, size_t cap, struct str s);

/* Appends printf-style text at *n of dst[cap] and moves *n.  CHECKs that it fits: for texts whose
 * greatest length is known. */
void str_add(char *dst, size_t cap, size_t *n, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The bytes of the UTF-8 character that s begins with; 0 when s is empty or begins with none. */
size_t str_character(struct str s);

/* True for well-formed UTF-8 without control bytes below 0x20 other than \t \n \r, and no 0x7f. */
bool str_is_text(struct str s);

/* The number of UTF-8 characters; the text must be well-formed. */
size_t str_characters(struct str s);

/* True when every byte is one of `allowed` and 1 <= s.n <= max. */
bool str_is_made_of(struct str s, const char *allowed, size_t max);

/* A decimal integer without sign, leading zeros, spaces or anything after it, lo..hi. */
MUST_USE enum err str_integer(struct str s, int64_t lo, int64_t hi, int64_t *out);
