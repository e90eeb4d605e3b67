/* barcode.h - what becomes of a payment by barcode: the last four digits of auth_code decide.
 *
 * A code that does not end in 9001 … 9099 is paid at once; the table in barcode.c and
 * docs/sandbox.md says the rest.
 */
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct barcode_outcome {
	const char *ending;   /* the code's last four digits */
	const char *sub_code; /* refused with it; NULL: accepted */
	bool trade;           /* a trade is made */
	bool paid;            /* and paid at once */
	bool unknown;         /* answered 20000 */
	bool silent;          /* not answered */
	int64_t confirms_ms;  /* the payer types the password so long after; 0: only by hand */
};

/* Never NULL. */
const struct barcode_outcome *barcode_outcome(struct str auth_code);

/* 16-24 digits that begin with 25-30; or "fp" and 35 characters, a face. */
bool barcode_is_valid(struct str auth_code);

/* The whole table, for docs and tests. */
const struct barcode_outcome *barcode_outcomes(size_t *n);
