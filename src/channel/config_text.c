#include "channel/config_text.h"

#include "base/str.h"
#include "sys/crypto.h"

#include <string.h>

enum { KEY_MIN = 32 };

static bool is_placeholder(const char *value);

enum err config_needed(const char *member, const char *value)
{
	if (str_trim(str_of(value)).n == 0)
		FAIL_AT(ERR_CONFIG, member, "must not be empty");
	if (is_placeholder(value))
		FAIL_AT(ERR_CONFIG, member, "is still a placeholder");
	return ERR_OK;
}

enum err config_at(const char *member, enum err e)
{
	return e == ERR_OK ? ERR_OK : err_set(ERR_CONFIG, err_where(), member, "%s", err_text());
}

enum err config_end(const char *member, const char *pem, int64_t now_ms, int64_t *earliest)
{
	int64_t end_ms;

	TRY(config_at(member, cert_not_after(str_of(pem), &end_ms)));
	if (now_ms > 0 && now_ms > end_ms)
		FAIL_AT(ERR_CONFIG, member, "the certificate has expired");
	if (*earliest == 0 || end_ms < *earliest)
		*earliest = end_ms;
	return ERR_OK;
}

enum err config_roots(const char *pem, bool livemode, int64_t now_ms, int64_t *earliest)
{
	if (*pem == '\0')
		return ERR_OK;
	if (livemode)
		FAIL_AT(ERR_CONFIG, "ca", "a live merchant trusts the system's roots only");
	TRY(config_needed("ca", pem));
	return config_end("ca", pem, now_ms, earliest);
}

static bool is_placeholder(const char *value)
{
	static const char *const WORDS[] = { "your", "YOUR",        "change", "CHANGE", "xx",
					     "XX",   "placeholder", "<",      "...",    NULL };
	struct str s = str_of(value);

	/* A real key may hold such a word by chance: only texts shorter than any key are looked
	 * at. */
	for (size_t i = 0; s.n < KEY_MIN && WORDS[i] != NULL; i++)
		if (strstr(value, WORDS[i]) != NULL)
			return true;
	/* One digit all over: 0000000000000000. */
	return s.n > 0 && strspn(value, (char[]){ value[0], '\0' }) == s.n;
}
