/* A form that is read, written again by url_write and read once more, has the same fields, and no
 * name of it comes twice. */
#include "base/codec.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 16 };

static char *form_write(const struct field *fields, size_t n, size_t len, size_t *out_n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str body = { (const char *)data, len };
	struct field fields[FIELDS_MAX], again[FIELDS_MAX];
	char *buffer = malloc(len + 1), *written, *buffer_again;
	size_t n = 99, n_again = 0, written_n;

	if (buffer == NULL)
		abort();
	if (form_read(body, buffer, fields, FIELDS_MAX, &n) != ERR_OK) {
		if (n != 99)
			abort();
		free(buffer);
		return 0;
	}
	if (n > FIELDS_MAX || (n == 0) != (len == 0))
		abort();
	written = form_write(fields, n, len, &written_n);
	buffer_again = malloc(written_n + 1);
	if (buffer_again == NULL ||
	    form_read((struct str){ written, written_n }, buffer_again, again, FIELDS_MAX,
		      &n_again) != ERR_OK ||
	    n_again != n)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(fields[i].name, again[i].name) ||
		    !str_eq(fields[i].value, again[i].value))
			abort();
		if (fields[i].name.n == 0 || strlen(fields[i].name.p) != fields[i].name.n ||
		    strlen(fields[i].value.p) != fields[i].value.n)
			abort();
		if (form_find(fields, n, fields[i].name.p) != &fields[i])
			abort();
	}
	free(buffer_again);
	free(written);
	free(buffer);
	return 0;
}

static char *form_write(const struct field *fields, size_t n, size_t len, size_t *out_n)
{
	char *out = malloc(URL_TEXT(len) + 2 * FIELDS_MAX);
	size_t at = 0;

	if (out == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			out[at++] = '&';
		at += url_write(fields[i].name, out + at);
		out[at++] = '=';
		at += url_write(fields[i].value, out + at);
	}
	*out_n = at;
	return out;
}
