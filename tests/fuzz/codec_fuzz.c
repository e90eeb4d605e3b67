/* Hex, base64 and percent-encoding: bytes come back from what was written of them, and text that
 * is read is the text that would have been written. */
#include "base/codec.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void bytes_come_back(struct str bytes, char *text, char *back);
static void text_is_the_only_one(struct str text, char *bytes, char *again);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str input = { (const char *)data, len };
	char *a = malloc(URL_TEXT(len) + 4), *b = malloc(URL_TEXT(len) + 4);

	if (a == NULL || b == NULL)
		abort();
	bytes_come_back(input, a, b);
	text_is_the_only_one(input, a, b);
	free(a);
	free(b);
	return 0;
}

static void bytes_come_back(struct str bytes, char *text, char *back)
{
	size_t n = 0;

	hex_write(bytes.p, bytes.n, text);
	if (strlen(text) != 2 * bytes.n || hex_read(str_of(text), back, bytes.n) != ERR_OK ||
	    !str_eq(bytes, (struct str){ back, bytes.n }))
		abort();

	if (base64_write(bytes.p, bytes.n, text) + 1 != BASE64_TEXT(bytes.n) ||
	    base64_read(str_of(text), back, bytes.n, &n) != ERR_OK ||
	    !str_eq(bytes, (struct str){ back, n }))
		abort();

	if (url_write(bytes, text) != strlen(text))
		abort();
	if (str_find(bytes, '\0') < bytes.n) {
		if (url_read(str_of(text), back, &n) != ERR_INVALID)
			abort();
	} else if (url_read(str_of(text), back, &n) != ERR_OK ||
		   !str_eq(bytes, (struct str){ back, n })) {
		abort();
	}
}

static void text_is_the_only_one(struct str text, char *bytes, char *again)
{
	size_t n = 0;

	if (base64_read(text, bytes, text.n, &n) == ERR_OK) {
		(void)base64_write(bytes, n, again);
		if (!str_is(text, again))
			abort();
		/* No room for the last byte is a refusal, never a short answer. */
		if (n > 0 && base64_read(text, bytes, n - 1, &n) != ERR_INVALID)
			abort();
	}
	if (text.n % 2 == 0 && hex_read(text, bytes, text.n / 2) == ERR_OK) {
		hex_write(bytes, text.n / 2, again);
		/* Capital digits are read as well. */
		for (size_t i = 0; i < text.n; i++)
			if ((text.p[i] | 0x20) != (again[i] | 0x20))
				abort();
	}
	/* What can be read can be written and read as the same. */
	if (url_read(text, bytes, &n) == ERR_OK && (n > text.n || strlen(bytes) != n))
		abort();
}
