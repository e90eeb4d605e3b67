/* id.h - 64-bit ids and how people see them.
 *
 * An id is 42 bits of milliseconds since 1970, 8 bits of node and 13 bits of counter, so ids of one
 * book are in commit order.  Shown as a prefix and 13 characters of Crockford's base32:
 * "ord_0HZX3K9F2M7QA".  Ids are > 0; 0 means none.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

enum { ID_TEXT = 24, ID_DIGITS = 13, ID_COUNTER_BITS = 13, ID_NODE_BITS = 8 };

/* The kinds of object that have an id, with the prefix each shows. */
#define ID_KINDS(X)              \
	X(MERCHANT, "mer")       \
	X(APP, "app")            \
	X(KEY, "key")            \
	X(CHANNEL_ACCOUNT, "ca") \
	X(TRANSFER, "tr")        \
	X(HOLD, "hold")          \
	X(GROUP, "grp")          \
	X(ORDER, "ord")          \
	X(ATTEMPT, "att")        \
	X(PAYMENT, "pay")        \
	X(REFUND, "ref")         \
	X(CASE, "case")          \
	X(ENDPOINT, "we")        \
	X(EVENT, "evt")          \
	X(DELIVERY, "del")       \
	X(JOB, "job")            \
	X(CHARGE, "chg")         \
	X(CLEARING, "clr")       \
	X(RATE, "rate")          \
	X(QUOTE, "quote")        \
	X(CONVERSION, "conv")    \
	X(REQUEST, "req")

enum id_kind {
#define X(name, prefix) ID_##name,
	ID_KINDS(X)
#undef X
		ID_KIND_N
};

/* "ord"; never NULL. */
const char *id_prefix(enum id_kind kind);

/* Writes prefix, '_' and 13 digits.  id >= 0. */
void id_write(enum id_kind kind, int64_t id, char out[ID_TEXT]);

/* Reads exactly what id_write wrote; capital letters only.  ERR_NOT_FOUND otherwise: an id that
 * cannot be read names nothing. */
MUST_USE enum err id_read(enum id_kind kind, struct str text, int64_t *id);

/* The milliseconds since 1970 inside an id. */
int64_t id_ms(int64_t id);

/* The next id of a node: above `last`, at `now_ms` or, when the clock stands or stepped back,
 * borrowing from the milliseconds after `last`. */
int64_t id_next(int64_t last, int64_t now_ms, int node);
