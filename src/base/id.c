#include "base/id.h"

#include "base/check.h"

#include <string.h>

enum { ID_MS_SHIFT = ID_NODE_BITS + ID_COUNTER_BITS, ID_NODES = 1 << ID_NODE_BITS };

static const char DIGITS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const char *id_prefix(enum id_kind kind)
{
	static const char *const PREFIX[] = {
#define X(name, prefix) [ID_##name] = prefix,
		ID_KINDS(X)
#undef X
	};

	CHECK(kind < ID_KIND_N);
	return PREFIX[kind];
}

void id_write(enum id_kind kind, int64_t id, char out[ID_TEXT])
{
	struct str prefix = str_of(id_prefix(kind));

	CHECK(id >= 0);
	CHECK(prefix.n + 1 + ID_DIGITS < ID_TEXT);
	memcpy(out, prefix.p, prefix.n);
	out[prefix.n] = '_';
	out += prefix.n + 1;
	for (size_t i = ID_DIGITS; i-- > 0; id >>= 5)
		out[i] = DIGITS[id & 31];
	out[ID_DIGITS] = '\0';
}

enum err id_read(enum id_kind kind, struct str text, int64_t *id)
{
	struct str digits, prefix = str_cut(text, '_', &digits);
	uint64_t value = 0;

	/* 13 digits hold 65 bits, an id 63: the first digit is 0 to 7. */
	if (!str_is(prefix, id_prefix(kind)) || digits.n != ID_DIGITS || digits.p[0] > '7')
		FAIL(ERR_NOT_FOUND, "not an id of the form %s_ and 13 characters", id_prefix(kind));
	for (size_t i = 0; i < ID_DIGITS; i++) {
		const char *digit = memchr(DIGITS, digits.p[i], sizeof(DIGITS) - 1);

		if (digit == NULL)
			FAIL(ERR_NOT_FOUND, "not an id: 0-9 and A-Z without I, L, O and U");
		value = value << 5 | (uint64_t)(digit - DIGITS);
	}
	if (value == 0)
		FAIL(ERR_NOT_FOUND, "the id 0 names nothing");
	*id = (int64_t)value;
	return ERR_OK;
}

int64_t id_ms(int64_t id)
{
	return id >> ID_MS_SHIFT;
}

int64_t id_next(int64_t last, int64_t now_ms, int node)
{
	int64_t first;

	CHECK(last >= 0);
	CHECK(node >= 0 && node < ID_NODES);
	if (now_ms < id_ms(last))
		now_ms = id_ms(last);
	CHECK(now_ms < INT64_C(1) << 42);

	/* The node's first id of that millisecond, if it lies above `last`. */
	first = now_ms << ID_MS_SHIFT | (int64_t)node << ID_COUNTER_BITS;
	if (first > last)
		return first;
	/* Else the id after `last`, if that is still the node's own. */
	if ((last + 1) >> ID_COUNTER_BITS == first >> ID_COUNTER_BITS)
		return last + 1;
	return id_next(last, now_ms + 1, node);
}
