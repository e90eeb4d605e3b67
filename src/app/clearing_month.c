/* clearing_month.c - months of UTC+8 as numbers: 202610. */
#include "app/clearing.h"

#include "base/check.h"
#include "base/time.h"

#include <stdio.h>

enum { FIRST_MONTH = 197002, LAST_MONTH = 999811 };

enum err month_read(struct str text, int32_t *month)
{
	int64_t year = 0, of_year = 0;
	struct str rest, begin = str_cut(text, '-', &rest);

	if (text.n == MONTH_TEXT - 1 && rest.n == 2) {
		if (rest.p[0] == '0')
			rest = str_skip(rest, 1);
		if (str_integer(begin, FIRST_MONTH / 100, LAST_MONTH / 100, &year) == ERR_OK &&
		    str_integer(rest, 1, 12, &of_year) == ERR_OK) {
			*month = (int32_t)(year * 100 + of_year);
			if (*month >= FIRST_MONTH && *month <= LAST_MONTH)
				return ERR_OK;
		}
	}
	FAIL_AT(ERR_INVALID, "month", "month must be one like 2026-10");
}

void month_write(int32_t month, char out[MONTH_TEXT])
{
	CHECK(month >= FIRST_MONTH - 1 && month <= LAST_MONTH + 1);
	(void)snprintf(out, MONTH_TEXT, "%04d-%02d", (int)(month / 100 % 10000),
		       (int)(month % 100));
}

int32_t month_next(int32_t month)
{
	return month % 100 == 12 ? month + 89 : month + 1;
}

int32_t month_before(int32_t month)
{
	return month % 100 == 1 ? month - 89 : month - 1;
}

int64_t month_begin_ms(int32_t month)
{
	char name[MONTH_TEXT], text[RFC3339_TEXT];
	int64_t ms = 0;

	month_write(month, name);
	(void)snprintf(text, sizeof(text), "%s-01T00:00:00+08:00", name);
	CHECK(rfc3339_read(str_of(text), &ms) == ERR_OK);
	return ms;
}

int32_t month_of(int64_t ms)
{
	return china_date(ms) / 100;
}
