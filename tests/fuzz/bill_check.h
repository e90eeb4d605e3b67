/* bill_check.h - what holds of any bill: it gives rows that make sense and come to its sums, or
 * nothing.
 */
#pragma once

#include "channel/bill.h"

#include <stdlib.h>
#include <string.h>

struct bill_checked {
	struct bill_sums sums;
};

static inline enum err bill_row_check(void *self, const struct bill_row *row)
{
	struct bill_checked *c = self;

	if (row->kind != BILL_PAID && row->kind != BILL_REFUNDED)
		abort();
	if (row->fen < 0 || row->trade_no[0] == '\0' || row->at_ms < 0)
		abort();
	if (!str_is_text(str_of(row->number)) || !str_is_text(str_of(row->state)))
		abort();
	if (row->kind == BILL_PAID && (row->refund_number[0] || row->refund_no[0]))
		abort();
	c->sums.rows[row->kind]++;
	c->sums.fen[row->kind] += row->fen;
	return ERR_OK;
}

static inline int bill_check(enum err (*reader)(struct str text, const struct bill_sink *sink,
						struct bill_sums *sums),
			     const uint8_t *data, size_t len)
{
	struct bill_checked c = { .sums = { .rows = { 0 } } };
	const struct bill_sink sink = { bill_row_check, &c };
	struct bill_sums none = { .rows = { 0 } }, sums = none;
	enum err e = reader((struct str){ (const char *)data, len }, &sink, &sums);

	if (e != ERR_OK && e != ERR_INVALID)
		abort();
	if (memcmp(&c.sums, e == ERR_OK ? &sums : &none, sizeof(sums)) != 0)
		abort();
	return 0;
}
