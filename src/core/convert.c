#include "core/convert.h"

#include "base/check.h"

enum err convert(const struct exchange *x, int64_t amount, int64_t *out, int64_t *rest)
{
	int64_t n;

	CHECK(amount > 0 && x->units_from > 0 && x->units_to > 0);
	if (mul_div(amount, x->units_to, x->units_from, x->rounding, &n) != ERR_OK)
		FAIL_AT(ERR_AMOUNT_RANGE, "amount", "it is worth more than can be counted");
	if (n == 0)
		FAIL_AT(ERR_AMOUNT_RANGE, "amount", "it is worth less than one unit");
	*out = n;
	/* Less than units_from in size, whichever way it was rounded. */
	*rest = (int64_t)((i128)amount * x->units_to - (i128)n * x->units_from);
	return ERR_OK;
}
