/* day.h - what happened to a merchant's money on a day in China, in the order of time: what bills
 * are made of. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sandbox/trade.h"
#include "sys/arena.h"

#include <stddef.h>
#include <stdint.h>

enum day_kind {
	DAY_PAID,
	DAY_REFUNDED, /* when it was asked for */
	DAY_REVOKED /* a paid order was reversed: what was left of it went back, without a refund's
		       numbers */
};

struct day_item {
	enum day_kind kind;
	int64_t at_ms, fen; /* fen > 0: what moved */
	const struct trade *trade;
	const struct refund *refund; /* of DAY_REFUNDED */
};

struct day {
	int32_t date; /* 20261122 */
	struct day_item *item;
	size_t n;
	int64_t before, fees_before; /* of all days before: what was left, fees taken of it */
};

/* Reads "20261122" or "2026-11-22", a day that exists and has begun by now_ms.  ERR_INVALID. */
MUST_USE enum err day_read(struct str text, int64_t now_ms, int32_t *date);

/* Lock held.  Refunds that never succeed are not in it. */
void day_collect(const struct trades *ts, const struct merchant *m, int32_t date, struct arena *a,
		 struct day *out);

/* The fee that the sandbox's platforms take of an amount: 0.60 %, rounded to fen. */
int64_t day_fee(int64_t fen);
