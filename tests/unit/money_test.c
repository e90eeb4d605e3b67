#include "base/money.h"

#include "aborts.h"
#include "tap.h"

static void x_04_sums_stay_within_the_largest_amount(void)
{
	static const struct {
		int64_t a, b;
		bool sum_fits, difference_fits;
	} CASES[] = {
		{ 1, 2, true, true },
		{ AMOUNT_MAX, 0, true, true },
		{ AMOUNT_MAX, 1, false, true },
		{ -AMOUNT_MAX, 1, true, false },
		{ -AMOUNT_MAX, -1, false, true },
		{ AMOUNT_MAX, AMOUNT_MAX, false, true },
		{ AMOUNT_MAX, -AMOUNT_MAX, true, false },
		{ INT64_MAX, INT64_MAX, false, true },
		{ INT64_MIN, INT64_MIN, false, true },
		{ INT64_MAX, INT64_MIN, true, false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t a = CASES[i].a, b = CASES[i].b, out = 42;

		NOTE("case %zu", i);
		EXPECT_ERR(CASES[i].sum_fits ? ERR_OK : ERR_AMOUNT_RANGE, amount_add(a, b, &out));
		EXPECT(out == (CASES[i].sum_fits ? a + b : 42));
		out = 42;
		EXPECT_ERR(CASES[i].difference_fits ? ERR_OK : ERR_AMOUNT_RANGE,
			   amount_sub(a, b, &out));
		EXPECT(out == (CASES[i].difference_fits ? a - b : 42));
	}
}

static void x_04_shares_are_rounded_as_named(void)
{
	static const struct {
		int64_t a, b, c, down, half_up, up;
	} CASES[] = {
		{ 10, 1, 3, 3, 3, 4 },
		{ 11, 1, 3, 3, 4, 4 },
		{ -10, 1, 3, -3, -3, -4 },
		{ -11, 1, 3, -3, -4, -4 },
		{ 1, 1, 2, 0, 1, 1 },
		{ -1, 1, 2, 0, -1, -1 },
		{ 3, 1, 2, 1, 2, 2 },
		{ -3, 1, 2, -1, -2, -2 },
		{ 0, 5, 7, 0, 0, 0 },
		{ 12, 1, 3, 4, 4, 4 },
		{ 8800, 6000, 1000000, 52, 53, 53 },
		{ AMOUNT_MAX, AMOUNT_MAX, AMOUNT_MAX, AMOUNT_MAX, AMOUNT_MAX, AMOUNT_MAX },
		{ INT64_MIN, 1, INT64_MAX, -1, -1, -2 },
		{ INT64_MAX, INT64_MIN, INT64_MAX, 42, 42, 42 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t a = CASES[i].a, b = CASES[i].b, c = CASES[i].c;
		enum err want = CASES[i].down == 42 ? ERR_AMOUNT_RANGE : ERR_OK;
		int64_t down = 42, half_up = 42, up = 42;

		NOTE("case %zu", i);
		EXPECT_ERR(want, mul_div(a, b, c, ROUND_DOWN, &down));
		EXPECT_ERR(want, mul_div(a, b, c, ROUND_HALF_UP, &half_up));
		EXPECT_ERR(want, mul_div(a, b, c, ROUND_UP, &up));
		EXPECT_INT(CASES[i].down, down);
		EXPECT_INT(CASES[i].half_up, half_up);
		EXPECT_INT(CASES[i].up, up);
	}
}

/* Rounding may step over the edge where the quotient itself does not. */
static void x_04_rounding_never_leaves_the_range(void)
{
	int64_t out = 42;

	EXPECT_ERR(ERR_OK, mul_div(2 * AMOUNT_MAX + 1, 1, 2, ROUND_DOWN, &out));
	EXPECT(out == AMOUNT_MAX);
	EXPECT_ERR(ERR_AMOUNT_RANGE, mul_div(2 * AMOUNT_MAX + 1, 1, 2, ROUND_UP, &out));
	EXPECT_ERR(ERR_AMOUNT_RANGE, mul_div(2 * AMOUNT_MAX + 1, 1, 2, ROUND_HALF_UP, &out));
	EXPECT_ERR(ERR_AMOUNT_RANGE, mul_div(-2 * AMOUNT_MAX - 1, 1, 2, ROUND_UP, &out));
	EXPECT(out == AMOUNT_MAX);
}

static void divide_by_zero(void)
{
	int64_t out;

	(void)!mul_div(1, 1, 0, ROUND_DOWN, &out);
}

static void dividing_by_zero_is_a_bug(void)
{
	EXPECT(aborts(divide_by_zero));
}

static void a11_yuan_has_two_decimals(void)
{
	static const struct {
		int64_t fen;
		const char *yuan;
	} CASES[] = {
		{ 0, "0.00" },
		{ 1, "0.01" },
		{ 10, "0.10" },
		{ 99, "0.99" },
		{ 100, "1.00" },
		{ 8888, "88.88" },
		{ -5, "-0.05" },
		{ -12345, "-123.45" },
		{ AMOUNT_MAX, "90071992547409.91" },
		{ INT64_MIN, "-92233720368547758.08" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char text[YUAN_TEXT];
		int64_t back = 42;

		yuan_write(CASES[i].fen, text);
		EXPECT_STR(CASES[i].yuan, text);
		if (CASES[i].fen >= 0) {
			EXPECT_ERR(ERR_OK, yuan_read(str_of(text), &back));
			EXPECT_INT(CASES[i].fen, back);
		} else {
			EXPECT_ERR(ERR_AMOUNT_RANGE, yuan_read(str_of(text), &back));
		}
	}
}

static void a11_yuan_may_be_written_shorter(void)
{
	int64_t fen;

	EXPECT_ERR(ERR_OK, yuan_read(STR("0.1"), &fen));
	EXPECT_INT(10, fen);
	EXPECT_ERR(ERR_OK, yuan_read(STR("12"), &fen));
	EXPECT_INT(1200, fen);
	EXPECT_ERR(ERR_OK, yuan_read(STR("0"), &fen));
	EXPECT_INT(0, fen);
}

static void a11_other_forms_of_yuan_are_refused(void)
{
	static const char *const REFUSED[] = {
		"",
		".",
		".5",
		"5.",
		"0.001",
		"0.100",
		"1e2",
		"1E2",
		"1.e2",
		"-1",
		"-0.10",
		"+1",
		"+0.10",
		" 1",
		"1 ",
		"0. 1",
		"0 .1",
		"01",
		"00.10",
		"1.-1",
		"1.+1",
		"1.2.3",
		"1,00",
		"1，00",
		"１",
		"１.00",
		"0.１",
		"¥1",
		"1元",
		"0x10",
		"NaN",
		"inf",
		"9223372036854775808",
		"92233720368547758.08",
		"90071992547409.92",
		"90071992547410",
		"1\n",
		"\t1",
	};
	int64_t fen = 42;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_AMOUNT_RANGE, yuan_read(str_of(REFUSED[i]), &fen));
		EXPECT_INT(42, fen);
	}
	EXPECT_ERR(ERR_AMOUNT_RANGE, yuan_read(STR("1\0"), &fen));
	EXPECT_ERR(ERR_AMOUNT_RANGE, yuan_read(STR("1.0\0"), &fen));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(x_04_sums_stay_within_the_largest_amount),
	TEST(x_04_shares_are_rounded_as_named),
	TEST(x_04_rounding_never_leaves_the_range),
	TEST(dividing_by_zero_is_a_bug),
	TEST(a11_yuan_has_two_decimals),
	TEST(a11_yuan_may_be_written_shorter),
	TEST(a11_other_forms_of_yuan_are_refused),
};
/* clang-format on */

TAP_MAIN(TESTS)
