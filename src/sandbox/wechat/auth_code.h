/* auth_code.h - what becomes of a payment by payment code: its last four digits decide.
 *
 * A code that does not end in 9001 … 9099 is paid at once; the table in auth_code.c and
 * docs/sandbox.md says the rest.
 */
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct auth_code_outcome {
	const char *ending;  /* the code's last four digits */
	const char *code;    /* refused with it; NULL: accepted */
	const char *text;    /* its sentence */
	int status;          /* HTTP, of a refusal */
	bool order;          /* an order is made */
	bool paid;           /* and paid at once */
	bool fails;          /* or ends in PAYERROR: after confirms_ms if the payer is asked */
	bool asks;           /* USERPAYING */
	bool silent;         /* not answered */
	int64_t confirms_ms; /* the payer types his password so long after; 0: only by hand */
};

/* Never NULL. */
const struct auth_code_outcome *auth_code_outcome(struct str auth_code);

/* 18 digits that begin with 10 to 15. */
bool auth_code_is_valid(struct str auth_code);
