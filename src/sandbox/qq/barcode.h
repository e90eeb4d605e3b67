/* barcode.h - what becomes of a payment by code: the last four digits of auth_code decide.
 *
 * Endings 9001 to 9008 mean what they mean at Alipay; the table is in docs/sandbox.md.
 */
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct qpay_barcode {
	const char *ending;
	const char *code, *text; /* refused with it; NULL: accepted */
	bool order;              /* an order is made */
	bool paid;               /* and paid at once */
	bool fails;              /* or given up by the payer's bank */
	bool silent;             /* not answered */
	int64_t confirms_ms;     /* the payer types the password so long after; 0: only by hand */
};

/* NULL when it is no code of QQ Wallet's: 18 digits that begin with 91. */
const struct qpay_barcode *qpay_barcode(struct str auth_code);
