/* json_flat.h - reading the commonest bodies where they stand: no tree, no copies.
 *
 * This reader is in a hurry and never explains.  Whatever it does not take at once, a fault or only
 * something unusual, is for the reader of json.h, which says what is wrong.  What this one takes,
 * that one takes too, with the same values.
 *
 *   struct flat f;
 *   flat_open(&f, body, arena);
 *   if (flat_object(&f, MEMBERS, n, values) && flat_done(&f)) …
 */
#pragma once

#include "base/str.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLAT_MEMBERS_MAX = 16 };

struct flat {
	const char *at, *end;
	struct arena *arena; /* for texts that have escapes; the others are borrowed */
};

void flat_open(struct flat *f, struct str body, struct arena *arena);

/* Each skips white space and takes what it is named after; false when something else stands there,
 * and then nothing more may be asked of this reader. */
bool flat_text(struct flat *f, struct str *out); /* as jin_text, of any length */
bool flat_integer(struct flat *f, int64_t *out); /* 0..10^18 - 1 */
bool flat_bool(struct flat *f, bool *out);
bool flat_null(struct flat *f);

/* True, and the next character is taken, when it is c; false when it is another one: then the
 * reader may go on. */
bool flat_mark(struct flat *f, char c);

/* Nothing follows but white space. */
bool flat_done(struct flat *f);

/* A member's name and the colon after it. */
bool flat_key(struct flat *f, struct str *out);

/* An object of these members and no others, each at most once, in any order. */
struct flat_member {
	const char *name;
	enum { FLAT_TEXT, FLAT_INTEGER } type;
	bool optional; /* may be absent or null */
};
struct flat_value {
	bool there;
	struct str text;
	int64_t integer;
};
bool flat_object(struct flat *f, const struct flat_member *members, size_t n,
		 struct flat_value *values);
