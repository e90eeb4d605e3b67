/* What an amount is worth, against exact integers: every rounding, both directions, at the edges.
 */
#include "base/str.h"
#include "core/convert.h"

#include "tap.h"

static const enum rounding ALL[] = { ROUND_DOWN, ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_UP };
enum { ALL_N = 4 };

/* The whole number that the rule names, found by looking at both neighbours. */
static i128 expected(i128 product, i128 unit, enum rounding rounding)
{
	i128 below = product / unit, left = product - below * unit;
	i128 to_above = unit - left;

	if (left == 0)
		return below;
	switch (rounding) {
	case ROUND_DOWN:
		return below;
	case ROUND_UP:
		return below + 1;
	case ROUND_HALF_UP:
		return left >= to_above ? below + 1 : below;
	case ROUND_HALF_EVEN:
		if (left == to_above)
			return below % 2 == 0 ? below : below + 1;
		return left > to_above ? below + 1 : below;
	}
	return -1;
}

static bool one_is_exact(const struct exchange *x, int64_t amount)
{
	i128 product = (i128)amount * x->units_to;
	i128 want = expected(product, x->units_from, x->rounding);
	int64_t out = -7, rest = -7;
	enum err e = convert(x, amount, &out, &rest);

	if (want < 1 || want > AMOUNT_MAX)
		return e == ERR_AMOUNT_RANGE && out == -7 && rest == -7;
	return e == ERR_OK && out == (int64_t)want && (i128)out * x->units_from + rest == product &&
	       rest < x->units_from && -rest < x->units_from &&
	       (x->rounding != ROUND_DOWN || rest >= 0) && (x->rounding != ROUND_UP || rest <= 0);
}

/* One amount in all roundings. */
static void is_exact(int64_t amount, int64_t units_from, int64_t units_to)
{
	for (size_t i = 0; i < ALL_N; i++) {
		struct exchange x = { units_from, units_to, ALL[i] };
		bool exact = one_is_exact(&x, amount);

		if (!exact)
			NOTE("%lld at %lld:%lld, rounding %d", (long long)amount,
			     (long long)units_from, (long long)units_to, (int)ALL[i]);
		EXPECT(exact);
	}
}

static void x_04_conversions_are_exact_in_every_rounding(void)
{
	for (int64_t from = 1; from <= 12; from++)
		for (int64_t to = 1; to <= 12; to++)
			for (int64_t amount = 1; amount <= 60; amount++)
				CALL(is_exact(amount, from, to));
}

static void x_04_conversions_are_exact_at_the_edges(void)
{
	static const int64_t EDGES[] = { 1,
					 2,
					 3,
					 7,
					 99,
					 100,
					 101,
					 4294967295,
					 4294967296,
					 4294967297,
					 AMOUNT_MAX / 3,
					 AMOUNT_MAX / 2,
					 AMOUNT_MAX / 2 + 1,
					 AMOUNT_MAX - 1,
					 AMOUNT_MAX };
	enum { N = sizeof(EDGES) / sizeof(EDGES[0]) };

	for (size_t a = 0; a < N; a++)
		for (size_t f = 0; f < N; f++)
			for (size_t t = 0; t < N; t++)
				CALL(is_exact(EDGES[a], EDGES[f], EDGES[t]));
}

/* There and back: what was lost on the way is what the two remainders say. */
static void x_04_there_and_back_loses_what_the_remainders_say(void)
{
	struct exchange there = { 7, 3, ROUND_DOWN }, back = { 3, 7, ROUND_DOWN };

	for (int64_t amount = 3; amount < 500; amount++) {
		int64_t middle, end, rest, rest_back;

		EXPECT_ERR(ERR_OK, convert(&there, amount, &middle, &rest));
		EXPECT_ERR(ERR_OK, convert(&back, middle, &end, &rest_back));
		EXPECT(end <= amount);
		EXPECT_INT(3 * amount, 3 * end + rest_back + rest);
	}
}

static void halves_go_to_the_even_one(void)
{
	static const struct {
		int64_t a, out;
	} HALVES[] = { { 1, 0 },   { 3, 2 },   { 5, 2 },   { 7, 4 }, { -1, 0 },
		       { -3, -2 }, { -5, -2 }, { -7, -4 }, { 9, 4 }, { 11, 6 } };
	int64_t out;

	for (size_t i = 0; i < sizeof(HALVES) / sizeof(HALVES[0]); i++) {
		EXPECT_ERR(ERR_OK, mul_div(HALVES[i].a, 1, 2, ROUND_HALF_EVEN, &out));
		EXPECT_INT(HALVES[i].out, out);
	}
	EXPECT_ERR(ERR_OK, mul_div(5, 1, 3, ROUND_HALF_EVEN, &out));
	EXPECT_INT(2, out);
	EXPECT_ERR(ERR_OK, mul_div(-4, 1, 3, ROUND_HALF_EVEN, &out));
	EXPECT_INT(-1, out);
}

static const struct tap_test TESTS[] = {
	TEST(x_04_conversions_are_exact_in_every_rounding),
	TEST(x_04_conversions_are_exact_at_the_edges),
	TEST(x_04_there_and_back_loses_what_the_remainders_say),
	TEST(halves_go_to_the_even_one),
};

TAP_MAIN(TESTS)
