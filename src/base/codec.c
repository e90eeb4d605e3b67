#include "base/codec.h"

#include "base/check.h"

#include <string.h>

static const char HEX[] = "0123456789abcdef";
static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int hex_digit(char c);
static int base64_digit(char c);
static bool is_unreserved(char c);

void hex_write(const void *data, size_t n, char *out)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = HEX[p[i] >> 4];
		out[2 * i + 1] = HEX[p[i] & 15];
	}
	out[2 * n] = '\0';
}

enum err hex_read(struct str text, void *out, size_t out_n)
{
	uint8_t *p = out;

	if (text.n != 2 * out_n)
		FAIL(ERR_INVALID, "not %zu hexadecimal digits", 2 * out_n);
	for (size_t i = 0; i < text.n; i++)
		if (hex_digit(text.p[i]) < 0)
			FAIL(ERR_INVALID, "not a hexadecimal digit");
	for (size_t i = 0; i < out_n; i++)
		p[i] = (uint8_t)((unsigned)hex_digit(text.p[2 * i]) << 4 |
				 (unsigned)hex_digit(text.p[2 * i + 1]));
	return ERR_OK;
}

size_t base64_write(const void *data, size_t n, char *out)
{
	const uint8_t *p = data;
	char *start = out;

	for (; n >= 3; n -= 3, p += 3) {
		*out++ = BASE64[p[0] >> 2];
		*out++ = BASE64[(p[0] & 3) << 4 | p[1] >> 4];
		*out++ = BASE64[(p[1] & 15) << 2 | p[2] >> 6];
		*out++ = BASE64[p[2] & 63];
	}
	if (n > 0) {
		unsigned second = n == 2 ? p[1] : 0;

		*out++ = BASE64[p[0] >> 2];
		*out++ = BASE64[(p[0] & 3U) << 4 | second >> 4];
		*out++ = n == 2 ? BASE64[(second & 15) << 2] : '=';
		*out++ = '=';
	}
	*out = '\0';
	return (size_t)(out - start);
}

enum err base64_read(struct str text, void *out, size_t cap, size_t *n)
{
	uint8_t *p = out;
	size_t padding = str_ends(text, "==") ? 2 : str_ends(text, "=") ? 1 : 0;
	size_t digits = text.n - padding, bytes = text.n / 4 * 3 - padding;
	uint32_t bits = 0;

	if (text.n % 4 != 0)
		FAIL(ERR_INVALID, "not base64: the length is no multiple of four");
	if (bytes > cap)
		FAIL(ERR_INVALID, "base64 of more than %zu bytes", cap);
	for (size_t i = 0; i < digits; i++)
		if (base64_digit(text.p[i]) < 0)
			FAIL(ERR_INVALID, "not a base64 digit");
	/* The bits that no byte uses are 0, so that every text has one reading and every reading
	 * one text. */
	if (padding > 0 && (base64_digit(text.p[digits - 1]) & (padding == 2 ? 15 : 3)) != 0)
		FAIL(ERR_INVALID, "not base64: bits left over");

	for (size_t i = 0, done = 0; i < digits; i++) {
		bits = bits << 6 | (uint32_t)base64_digit(text.p[i]);
		if (i % 4 != 0)
			p[done++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
	}
	*n = bytes;
	return ERR_OK;
}

size_t url_write(struct str s, char *out)
{
	char *start = out;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t byte = (uint8_t)s.p[i];

		if (is_unreserved(s.p[i])) {
			*out++ = s.p[i];
			continue;
		}
		*out++ = '%';
		*out++ = "0123456789ABCDEF"[byte >> 4];
		*out++ = "0123456789ABCDEF"[byte & 15];
	}
	*out = '\0';
	return (size_t)(out - start);
}

enum err url_read(struct str s, char *out, size_t *n)
{
	size_t done = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			if (s.n - i < 3 || hex_digit(s.p[i + 1]) < 0 || hex_digit(s.p[i + 2]) < 0)
				FAIL(ERR_INVALID, "a %% without two hexadecimal digits");
			c = (char)(hex_digit(s.p[i + 1]) << 4 | hex_digit(s.p[i + 2]));
			i += 2;
		}
		if (c == '\0')
			FAIL(ERR_INVALID, "holds a NUL byte");
		out[done++] = c;
	}
	out[done] = '\0';
	*n = done;
	return ERR_OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}
