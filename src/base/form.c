/* form.c - the fields of a form or query string (declared in base/codec.h). */
#include "base/codec.h"

static enum err part_read(struct str text, char **at, struct str *part);

enum err form_read(struct str s, char *buffer, struct field *fields, size_t max, size_t *n)
{
	char *at = buffer;
	size_t count = 0;
	bool more = s.n > 0;

	while (more) {
		struct str rest, value;
		struct str pair = str_cut(s, '&', &rest);
		struct str name = str_cut(pair, '=', &value);
		struct field f;

		more = pair.n < s.n;
		s = rest;
		if (count == max)
			FAIL(ERR_INVALID, "more than %zu form fields", max);
		/* Each part and its NUL take no more room than the part and its '=' or '&' did. */
		TRY(part_read(name, &at, &f.name));
		if (f.name.n == 0)
			FAIL(ERR_INVALID, "a form field without a name");
		if (name.n < pair.n)
			TRY(part_read(value, &at, &f.value));
		else
			f.value = STR("");
		if (form_find(fields, count, f.name.p) != NULL)
			FAIL(ERR_INVALID, "a form field comes twice");
		fields[count++] = f;
	}
	*n = count;
	return ERR_OK;
}

const struct field *form_find(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* Decodes one part with a NUL after it to *at and moves *at behind it. */
static enum err part_read(struct str text, char **at, struct str *part)
{
	part->p = *at;
	TRY(url_read(text, *at, &part->n));
	*at += part->n + 1;
	return ERR_OK;
}
