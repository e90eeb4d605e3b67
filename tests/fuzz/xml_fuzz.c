/* Bytes as an XML message, and bytes as a value: what is read is flat, bounded and distinct, and
 * what is written is read back as it was. */
#include "fuzz.h"
#include "sys/xml.h"

#include <stdlib.h>
#include <string.h>

static void message_is_right(struct str body, const struct xml *m);
static void comes_back(const struct field *fields, size_t n, struct arena *a);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str body = { (const char *)data, len };
	const struct field value = { STR("value"), body };
	struct arena *a = arena_new(4 << 20);
	struct xml m;

	if (xml_read(body, a, &m) == ERR_OK) {
		message_is_right(body, &m);
		comes_back(m.field, m.n, a);
	}
	if (str_is_text(body) && len <= 4096)
		comes_back(&value, 1, a);
	arena_free(a);
	return 0;
}

static void message_is_right(struct str body, const struct xml *m)
{
	static const char ALLOWED[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	size_t bytes = 0;

	if (body.n > XML_BYTES_MAX || m->n > XML_MEMBERS_MAX)
		abort();
	for (size_t i = 0; i < m->n; i++) {
		const struct field *f = &m->field[i];

		if (!str_is_made_of(f->name, ALLOWED, XML_NAME_MAX) || !str_is_text(f->value))
			abort();
		if (strlen(f->name.p) != f->name.n || strlen(f->value.p) != f->value.n)
			abort();
		if (form_find(m->field, m->n, f->name.p) != f)
			abort();
		bytes += f->name.n + f->value.n;
	}
	/* Nothing grows, and no document type gets through outside of a value. */
	if (bytes > body.n)
		abort();
	if (memmem(body.p, body.n, "<!DOCTYPE", 9) != NULL &&
	    memmem(body.p, body.n, "<![CDATA[", 9) == NULL)
		abort();
}

static void comes_back(const struct field *fields, size_t n, struct arena *a)
{
	struct str text = xml_write(fields, n, a);
	struct xml again;

	/* CDATA around each value can make a message too long to be read. */
	if (text.n > XML_BYTES_MAX)
		return;
	if (xml_read(text, a, &again) != ERR_OK || again.n != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!str_eq(fields[i].name, again.field[i].name) ||
		    !str_eq(fields[i].value, again.field[i].value))
			abort();
}
