/* verified.h - the books of a store agree, by the program's own verifier. */
#pragma once

#include "tap.h"

#include "app/verify.h"

static inline void verified_note(void *self, const struct verify_finding *f)
{
	(void)self;
	NOTE("verify: %s %s: %s", f->table, f->row, f->what);
}

/* Balances, versions, held sums, chains, the zero sums: all of X-01. */
static inline void verified(struct store *s, struct verify_counts *counts)
{
	const struct verify_ask ask = { .found = verified_note };

	counts->findings = -1;
	EXPECT_ERR(ERR_OK, verify(s, &ask, counts));
	EXPECT_INT(0, counts->findings);
}
