/* call_mask.c - hides the values of sensitive fields without parsing: a body may be cut or broken.
 */
#include "app/call_log.h"

#include "base/check.h"
#include "base/codec.h"

#include <string.h>

enum { NAME_MAX_BYTES = 24 };

/* clang-format off */
#define NAME(text) { text, sizeof(text) - 1 }

static const struct str NAMES[] = {
	NAME("access_token"), NAME("api_key"), NAME("api_v3_key"), NAME("apikey"),
	NAME("app_auth_token"), NAME("auth_code"), NAME("auth_token"), NAME("buyer_id"),
	NAME("buyer_logon_id"), NAME("buyer_open_id"), NAME("buyer_user_id"),
	NAME("card_no"), NAME("cert_no"), NAME("id_card"), NAME("key"), NAME("mobile"),
	NAME("old_secret"), NAME("op_user_passwd"), NAME("openid"), NAME("passwd"),
	NAME("password"), NAME("phone"), NAME("private_key"), NAME("refresh_token"),
	NAME("secret"), NAME("sub_openid"), NAME("token"), NAME("user_id"),
};
/* clang-format on */

static size_t word_at(struct str s, size_t i);
static bool begins_word(struct str s, size_t i);
static bool is_escape(struct str s, size_t i);
static bool is_sensitive(struct str word);
static size_t joint_at(struct str s, size_t i);
static size_t value_at(struct str s, size_t i);
static size_t joint_piece(struct str s, bool *separates);
static bool is_word(char c);

void call_mask(struct str body, char *out, size_t cap)
{
	size_t i = 0, n = 0;

	CHECK(cap > 0);
	while (i < body.n && n + 1 < cap) {
		size_t word = begins_word(body, i) ? word_at(body, i) : 0;
		size_t joint = word > 0 && is_sensitive((struct str){ body.p + i, word })
				       ? joint_at(body, i + word)
				       : 0;
		size_t copied = joint > 0 ? word + joint : word > 0 ? word : 1;

		copied = copied < cap - 1 - n ? copied : cap - 1 - n;
		memcpy(out + n, body.p + i, copied);
		n += copied;
		i += copied;
		if (joint > 0) {
			for (int stars = 0; stars < 3 && n + 1 < cap; stars++)
				out[n++] = '*';
			i += value_at(body, i);
		}
	}
	out[n] = '\0';
}

/* Behind a byte that is no part of a word, or behind an escaped one as %22; not in a closing tag.
 */
static bool begins_word(struct str s, size_t i)
{
	bool in_escape = (i >= 1 && is_escape(s, i - 1)) || (i >= 2 && is_escape(s, i - 2));
	bool closes = i >= 2 && s.p[i - 1] == '/' && s.p[i - 2] == '<';

	if (!is_word(s.p[i]) || in_escape || closes)
		return false;
	return i == 0 || !is_word(s.p[i - 1]) || (i >= 3 && is_escape(s, i - 3));
}

static bool is_escape(struct str s, size_t i)
{
	uint8_t byte;

	return s.p[i] == '%' && s.n - i > 2 &&
	       hex_read((struct str){ s.p + i + 1, 2 }, &byte, 1) == ERR_OK;
}

static size_t word_at(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && is_word(s.p[i + n]))
		n++;
	return n;
}

static bool is_sensitive(struct str word)
{
	char lower[NAME_MAX_BYTES];

	if (word.n >= sizeof(lower))
		return false;
	for (size_t i = 0; i < word.n; i++)
		lower[i] =
			(char)(word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] + 32 : word.p[i]);
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (NAMES[i].n == word.n && memcmp(NAMES[i].p, lower, word.n) == 0)
			return true;
	return false;
}

/* The bytes between a name and its value, as in `":"`, `=`, `%22%3A%22`, `><![CDATA[`; 0 when what
 * follows is no value. */
static size_t joint_at(struct str s, size_t i)
{
	bool separated = false;
	size_t n = 0, piece;

	while ((piece = joint_piece(str_skip(s, i + n), &separated)) > 0)
		n += piece;
	return separated ? n : 0;
}

static size_t joint_piece(struct str s, bool *separates)
{
	static const struct {
		const char *text;
		bool separates;
	} PIECES[] = { { "<![CDATA[", false }, { "%22", false }, { "%20", false }, { "%5C", false },
		       { "%3A", true },        { "%3D", true },  { "\"", false },  { "\\", false },
		       { " ", false },         { ":", true },    { "=", true },    { ">", true } };

	for (size_t i = 0; i < sizeof(PIECES) / sizeof(PIECES[0]); i++)
		if (str_starts(s, PIECES[i].text)) {
			*separates = *separates || PIECES[i].separates;
			return strlen(PIECES[i].text);
		}
	return 0;
}

/* The length of the value: up to what ends one in any of the forms. */
static size_t value_at(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && memchr("\"&<\\,}]\r\n", s.p[i + n], 9) == NULL &&
	       !str_starts(str_skip(s, i + n), "%22") && !str_starts(str_skip(s, i + n), "%2C") &&
	       !str_starts(str_skip(s, i + n), "%7D"))
		n++;
	return n;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}
