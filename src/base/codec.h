/* codec.h - hexadecimal, base64 and form encoding: strict both ways.
 *
 * Writers CHECK that the output fits (sizes are given below); readers refuse anything that the
 * writer would not have made.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

#define HEX_TEXT(n) (2 * (n) + 1)
#define BASE64_TEXT(n) (4 * (((n) + 2) / 3) + 1)
#define URL_TEXT(n) (3 * (n) + 1)

/* Lower-case hex and a NUL into out[HEX_TEXT(n)]. */
void hex_write(const void *data, size_t n, char *out);

/* Exactly out_n bytes from lower- or upper-case hex.  ERR_INVALID otherwise. */
MUST_USE enum err hex_read(struct str text, void *out, size_t out_n);

/* Standard base64 with padding and a NUL into out[BASE64_TEXT(n)]; returns the length. */
size_t base64_write(const void *data, size_t n, char *out);

/* Standard base64 with padding, no line breaks.  *n gets the length; ERR_INVALID when the text is
 * malformed or longer than cap bytes. */
MUST_USE enum err base64_read(struct str text, void *out, size_t cap, size_t *n);

/* Percent-encodes all but A-Z a-z 0-9 - . _ ~ into out[URL_TEXT(s.n)]; returns the length. */
size_t url_write(struct str s, char *out);

/* Decodes %XX, and '+' as a space, in place of a copy out[s.n + 1].  ERR_INVALID on a bad escape or
 * a NUL byte. */
MUST_USE enum err url_read(struct str s, char *out, size_t *n);

/* One field of a form or query string. */
struct field {
	struct str name, value;
};

/* Splits "a=1&b=2" into fields, decoded into `buffer` (cap >= s.n + 1, the fields point into it).
 * ERR_INVALID on a bad escape, a NUL byte, an empty name, a name that comes twice, or more than
 * `max` fields.  Empty text gives no fields. */
MUST_USE enum err form_read(struct str s, char *buffer, struct field *fields, size_t max,
			    size_t *n);

/* The field called `name`, or NULL. */
const struct field *form_find(const struct field *fields, size_t n, const char *name);
