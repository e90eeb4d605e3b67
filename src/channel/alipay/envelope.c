/* envelope.c - cuts an answer's raw node and its signature out of the bytes that came. */
#include "channel/alipay/answer.h"

#include "base/codec.h"

#include <string.h>

/* The scanner finds where values begin and end; what is inside the node is judged by sys/json. */
struct scan {
	struct str s;
	size_t i;
};

static enum err member_take(struct str key, struct str value, const char *name, struct arena *a,
			    struct alipay_envelope *out);
static enum err node_take(struct str key, struct str value, struct alipay_envelope *out);
static enum err text_take(struct str value, struct arena *a, struct str *out);
static void skip_space(struct scan *scan);
static bool take_char(struct scan *scan, char c);
static bool take_string(struct scan *scan, struct str *raw);
static bool take_value(struct scan *scan, struct str *raw);
static bool take_nested(struct scan *scan);

enum err alipay_envelope_read(struct str body, const char *name, struct arena *a,
			      struct alipay_envelope *out)
{
	struct scan scan = { body, 0 };
	struct str key, value;

	*out = (struct alipay_envelope){ 0 };
	if (!take_char(&scan, '{'))
		FAIL(ERR_JSON, "the answer is not a JSON object");
	do {
		if (!take_string(&scan, &key) || !take_char(&scan, ':') ||
		    !take_value(&scan, &value))
			FAIL(ERR_JSON, "the answer is not whole JSON");
		TRY(member_take(key, value, name, a, out));
	} while (take_char(&scan, ','));
	if (!take_char(&scan, '}'))
		FAIL(ERR_JSON, "the answer is cut short");
	skip_space(&scan);
	if (scan.i < body.n)
		FAIL(ERR_JSON, "something follows the answer");
	if (out->node.n == 0)
		FAIL(ERR_JSON, "the answer has no node %s", name ? name : "*_response");
	return ERR_OK;
}

static enum err member_take(struct str key, struct str value, const char *name, struct arena *a,
			    struct alipay_envelope *out)
{
	if (str_find(key, '\\') < key.n)
		FAIL(ERR_JSON, "a member's name is escaped");
	if (str_is(key, "sign"))
		return text_take(value, a, &out->sign);
	if (str_is(key, "alipay_cert_sn"))
		return text_take(value, a, &out->cert_sn);
	if (str_is(key, "error_response") ||
	    (name ? str_is(key, name) : str_ends(key, "_response")))
		return node_take(key, value, out);
	return ERR_OK;
}

/* Two nodes leave open which of them was meant. */
static enum err node_take(struct str key, struct str value, struct alipay_envelope *out)
{
	if (out->node.n > 0)
		FAIL(ERR_JSON, "the answer has two nodes");
	if (value.p[0] != '{')
		FAIL(ERR_JSON, "the node is not an object");
	out->name = key;
	out->node = value;
	return ERR_OK;
}

/* A serial or a signature: printable ASCII, but any character may have been escaped. */
static enum err text_take(struct str value, struct arena *a, struct str *out)
{
	char *text = arena_alloc(a, value.n + 1);
	size_t n = 0;

	if (out->p != NULL)
		FAIL(ERR_JSON, "the answer has two signatures or two serials");
	if (value.p[0] != '"')
		FAIL(ERR_JSON, "a signature or serial is not text");
	for (size_t i = 1; i < value.n - 1; i++) {
		char c = value.p[i];
		uint8_t utf16[2];

		if (c == '\\' && value.p[i + 1] == 'u' && value.n - i > 6 &&
		    hex_read((struct str){ value.p + i + 2, 4 }, utf16, 2) == ERR_OK) {
			c = utf16[0] == 0 ? (char)utf16[1] : '\0';
			i += 5;
		} else if (c == '\\') {
			c = value.p[++i];
		}
		if (c < 0x20 || c > 0x7e)
			FAIL(ERR_JSON, "a signature or serial is not ASCII");
		text[n++] = c;
	}
	*out = (struct str){ text, n };
	return ERR_OK;
}

static void skip_space(struct scan *scan)
{
	while (scan->i < scan->s.n && strchr(" \t\r\n", scan->s.p[scan->i]) != NULL &&
	       scan->s.p[scan->i] != '\0')
		scan->i++;
}

static bool take_char(struct scan *scan, char c)
{
	skip_space(scan);
	if (scan->i >= scan->s.n || scan->s.p[scan->i] != c)
		return false;
	scan->i++;
	return true;
}

/* raw: without the quotation marks. */
static bool take_string(struct scan *scan, struct str *raw)
{
	size_t start;

	if (!take_char(scan, '"'))
		return false;
	start = scan->i;
	for (; scan->i < scan->s.n; scan->i++) {
		if (scan->s.p[scan->i] == '\\') {
			scan->i++;
		} else if (scan->s.p[scan->i] == '"') {
			*raw = (struct str){ scan->s.p + start, scan->i - start };
			scan->i++;
			return true;
		}
	}
	return false;
}

/* raw: exactly as it stands, quotation marks and braces included. */
static bool take_value(struct scan *scan, struct str *raw)
{
	struct str inside;
	size_t start;

	skip_space(scan);
	start = scan->i;
	if (start >= scan->s.n)
		return false;
	if (scan->s.p[start] == '"') {
		if (!take_string(scan, &inside))
			return false;
	} else if (scan->s.p[start] == '{' || scan->s.p[start] == '[') {
		if (!take_nested(scan))
			return false;
	} else {
		while (scan->i < scan->s.n && memchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE",
						     scan->s.p[scan->i], 40) != NULL)
			scan->i++;
	}
	*raw = (struct str){ scan->s.p + start, scan->i - start };
	return raw->n > 0;
}

/* To the bracket that closes the one here.  Strings may hold brackets. */
static bool take_nested(struct scan *scan)
{
	struct str inside;
	size_t depth = 0;

	while (scan->i < scan->s.n) {
		char c = scan->s.p[scan->i];

		if (c == '"') {
			if (!take_string(scan, &inside))
				return false;
			continue;
		}
		scan->i++;
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']') && --depth == 0)
			return true;
	}
	return false;
}
