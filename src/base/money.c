#include "base/money.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>

static enum err amount_fit(i128 n, int64_t *out);

enum err amount_add(int64_t a, int64_t b, int64_t *out)
{
	return amount_fit((i128)a + b, out);
}

enum err amount_sub(int64_t a, int64_t b, int64_t *out)
{
	return amount_fit((i128)a - b, out);
}

enum err mul_div(int64_t a, int64_t b, int64_t c, enum rounding rounding, int64_t *out)
{
	CHECK(c > 0);
	/* |a * b| is at most 2^126, so nothing here can overflow. */
	i128 product = (i128)a * b;
	i128 quotient = product / c;
	i128 rest = product % c;
	int away = product < 0 ? -1 : 1;

	if (rest < 0)
		rest = -rest;
	switch (rounding) {
	case ROUND_DOWN:
		break;
	case ROUND_HALF_UP:
		quotient += 2 * rest >= c ? away : 0;
		break;
	case ROUND_UP:
		quotient += rest > 0 ? away : 0;
		break;
	case ROUND_HALF_EVEN:
		quotient += 2 * rest > c || (2 * rest == c && quotient % 2 != 0) ? away : 0;
		break;
	}
	return amount_fit(quotient, out);
}

void yuan_write(int64_t fen, char out[YUAN_TEXT])
{
	/* Negated as unsigned, so that the least int64_t has a size too. */
	uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	size_t n = 0;

	str_add(out, YUAN_TEXT, &n, "%s%" PRIu64 ".%02" PRIu64, fen < 0 ? "-" : "", size / 100,
		size % 100);
}

enum err yuan_read(struct str text, int64_t *fen)
{
	struct str fraction, whole = str_cut(text, '.', &fraction);
	bool has_point = whole.n < text.n;
	int64_t yuan, cents = 0;

	if (str_integer(whole, 0, AMOUNT_MAX / 100, &yuan) != ERR_OK)
		FAIL(ERR_AMOUNT_RANGE, "not an amount in yuan such as 0.10");
	if (has_point && (fraction.n < 1 || fraction.n > 2))
		FAIL(ERR_AMOUNT_RANGE, "an amount in yuan has one or two digits after the point");
	for (size_t i = 0; i < fraction.n; i++) {
		if (fraction.p[i] < '0' || fraction.p[i] > '9')
			FAIL(ERR_AMOUNT_RANGE, "not an amount in yuan such as 0.10");
		cents = cents * 10 + (fraction.p[i] - '0');
	}
	if (fraction.n == 1)
		cents *= 10;
	return amount_fit((i128)yuan * 100 + cents, fen);
}

static enum err amount_fit(i128 n, int64_t *out)
{
	if (n > AMOUNT_MAX || n < -AMOUNT_MAX)
		FAIL(ERR_AMOUNT_RANGE, "an amount beyond %" PRId64, AMOUNT_MAX);
	*out = (int64_t)n;
	return ERR_OK;
}
