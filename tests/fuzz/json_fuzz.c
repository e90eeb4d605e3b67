/* Bytes as a JSON body, and bytes as a value: what is read was well-formed and bounded, and what is
 * written is read back as it was. */
#include "base/money.h"
#include "fuzz.h"
#include "sys/json.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4096 };

static void object_reads_the_same_again(const char *object);
static void amount_was_plain_digits(struct str body, int64_t amount);
static void value_comes_back(struct str value);
static size_t brackets_open(struct str body);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str body = { (const char *)data, len };
	char object[TEXT_MAX] = "", text[64] = "";
	int64_t amount = 0;
	struct jin r, in;

	jin_open(&r, body);
	jin_integer(&r, "amount", JIN_OPTIONAL, 1, AMOUNT_MAX, &amount);
	jin_text(&r, "text", JIN_OPTIONAL, text, sizeof(text));
	jin_object_text(&r, "object", JIN_OPTIONAL, object, sizeof(object));
	for (size_t i = 0, n = jin_array(&r, "list", JIN_OPTIONAL, 0, 8); i < n; i++) {
		if (!jin_enter_at(&r, "list", i, &in))
			break;
		jin_word(&in, "word", JIN_NEEDED, "abc", text, 4);
		jin_leave(&in);
	}
	if (jin_done(&r) == ERR_OK) {
		if (brackets_open(body) > JSON_DEPTH_MAX || !str_is_text(str_of(text)))
			abort();
		if (amount != 0)
			amount_was_plain_digits(body, amount);
		if (object[0] != '\0')
			object_reads_the_same_again(object);
	}
	value_comes_back(body);
	return 0;
}

/* A compact object, read and written once more, stays as it is. */
static void object_reads_the_same_again(const char *object)
{
	char again[TEXT_MAX] = "";
	struct jout w;
	struct jin r;

	jout_open(&w);
	jout_object(&w, NULL);
	jout_raw(&w, "object", str_of(object));
	jout_object_end(&w);
	jin_open(&r, (struct str){ w.p, w.n });
	jin_object_text(&r, "object", JIN_NEEDED, again, sizeof(again));
	if (jin_done(&r) != ERR_OK || strcmp(object, again) != 0)
		abort();
	jout_free(&w);
}

static void amount_was_plain_digits(struct str body, int64_t amount)
{
	struct jout w;

	if (amount < 1 || amount > AMOUNT_MAX)
		abort();
	jout_open(&w);
	jout_integer(&w, NULL, amount);
	if (memmem(body.p, body.n, w.p, w.n) == NULL)
		abort();
	jout_free(&w);
}

/* Whatever the bytes, a string of them is JSON; text without NUL is the same text again. */
static void value_comes_back(struct str value)
{
	bool is_text = str_is_text(value);
	enum err e;
	char *back = malloc(3 * value.n + 1);
	struct jout w;
	struct jin r;

	if (back == NULL)
		abort();
	back[0] = '\0';
	jout_open(&w);
	jout_object(&w, NULL);
	jout_str(&w, "value", value);
	jout_object_end(&w);
	jin_open(&r, (struct str){ w.p, w.n });
	jin_text(&r, "value", JIN_NEEDED, back, 3 * value.n + 1);
	/* Control bytes are legal JSON when escaped, but no text for us; a NUL is neither. */
	e = jin_done(&r);
	if (is_text ? e != ERR_OK || !str_is(value, back) : e == ERR_AMOUNT_RANGE)
		abort();
	jout_free(&w);
	free(back);
}

/* How deep the brackets outside strings go, counted without the reader's help. */
static size_t brackets_open(struct str body)
{
	size_t depth = 0, most = 0;
	bool in_string = false;

	for (size_t i = 0; i < body.n; i++) {
		char c = body.p[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			most = ++depth > most ? depth : most;
		else if (!in_string && (c == '}' || c == ']') && depth > 0)
			depth--;
	}
	return most;
}
