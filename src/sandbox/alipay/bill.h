/* bill.h - the tables of a day's bill: payments and refunds (trade), or every movement of the
 * balance (signcustomer). */
#pragma once

#include "sandbox/alipay/keys.h"
#include "sandbox/day.h"
#include "sandbox/text.h"

#include <stdbool.h>
#include <stdint.h>

/* "20880000000000010156" */
enum { ACCOUNT_TEXT = 24 };
void bill_account(const struct app *app, char out[ACCOUNT_TEXT]);

/* A zip of two tables in GBK. */
void bill_write(const struct app *app, const struct day *day, bool balance, int64_t now_ms,
		struct text *zip);
