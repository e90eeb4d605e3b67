#include "app/event_match.h"

static bool pattern_matches(struct str pattern, struct str type);

enum err pattern_check(struct str pattern, const char *param)
{
	struct str rest = pattern;
	bool family = str_ends(pattern, ".*");

	if (pattern.n > EVENT_TYPE_MAX)
		FAIL_AT(ERR_INVALID, param, "an event type has at most %d bytes", EVENT_TYPE_MAX);
	if (str_is(pattern, "*"))
		return ERR_OK;
	if (family)
		rest.n -= 2;
	do {
		struct str word = str_cut(rest, '.', &rest);

		if (!str_is_made_of(word, "abcdefghijklmnopqrstuvwxyz_", EVENT_TYPE_MAX))
			FAIL_AT(ERR_INVALID, param,
				"an event type is like order.paid, order.* or *, in a-z and _");
	} while (rest.n > 0);
	if (str_ends(pattern, "."))
		FAIL_AT(ERR_INVALID, param, "an event type does not end in a dot");
	return ERR_OK;
}

bool event_matches(struct str patterns, struct str type)
{
	while (patterns.n > 0)
		if (pattern_matches(str_cut(patterns, ' ', &patterns), type))
			return true;
	return false;
}

static bool pattern_matches(struct str pattern, struct str type)
{
	if (str_eq(pattern, type))
		return true;
	if (!str_ends(pattern, "*") || str_is(type, TRANSFER_POSTED))
		return false;
	pattern.n--; /* "order." or "" */
	return type.n > pattern.n && str_eq((struct str){ type.p, pattern.n }, pattern);
}
