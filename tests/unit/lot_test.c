/* lot_test.c - points that expire: when, and how much of what an account has. */
#include "base/time.h"
#include "core/lot.h"

#include "tap.h"

/* 2026-11-22 00:00 of UTC+8 */
#define DAY INT64_C(1795276800000)

static void l16_what_is_got_is_good_to_the_end_of_a_day(void)
{
	EXPECT_INT(20261122, china_date(DAY));
	EXPECT_INT(20261121, china_date(DAY - 1));
	EXPECT(lot_end(DAY, 1) == DAY + 2 * DAY_MS);
	EXPECT(lot_end(DAY + DAY_MS - 1, 1) == DAY + 2 * DAY_MS);
	EXPECT(lot_end(DAY + DAY_MS, 1) == DAY + 3 * DAY_MS);
	EXPECT(lot_end(DAY, 0) == DAY + DAY_MS);
	EXPECT(lot_end(DAY, EXPIRES_DAYS_MAX) == DAY + 3651 * DAY_MS);
	EXPECT_INT(20271122, china_date(lot_end(DAY, 365) - 1));
}

static void l16_lots_are_what_is_above_zero(void)
{
	EXPECT_INT(5, lots_change(0, 5));
	EXPECT_INT(-3, lots_change(5, 2));
	EXPECT_INT(0, lots_change(5, 5));
	EXPECT_INT(-5, lots_change(5, -7));
	EXPECT_INT(0, lots_change(-7, -2));
	EXPECT_INT(0, lots_change(-7, 0));
	EXPECT_INT(4, lots_change(-7, 4));
	EXPECT(lots_change(-AMOUNT_MAX, AMOUNT_MAX) == AMOUNT_MAX);
}

static void l16_a_lot_is_found_by_its_end(void)
{
	static const struct lot LOTS[] = { { .expires_at = 10 },
					   { .expires_at = 20 },
					   { .expires_at = 30 } };

	EXPECT_INT(0, lots_find(LOTS, 0, 10));
	EXPECT_INT(0, lots_find(LOTS, 3, 9));
	EXPECT_INT(0, lots_find(LOTS, 3, 10));
	EXPECT_INT(1, lots_find(LOTS, 3, 11));
	EXPECT_INT(1, lots_find(LOTS, 3, 20));
	EXPECT_INT(2, lots_find(LOTS, 3, 30));
	EXPECT_INT(3, lots_find(LOTS, 3, 31));
}

static void l16_what_is_due_is_over_and_not_held(void)
{
	static const struct lot LOTS[] = { { 10, 100, false },
					   { 20, 0, false },
					   { 30, 50, false } };
	static const struct {
		int64_t balance, held, now, due;
	} CASES[] = {
		{ 150, 0, 9, 0 },    { 150, 0, 10, 100 },  { 150, 0, 20, 100 },
		{ 150, 0, 30, 150 }, { 150, 0, 99, 150 },  { 150, 60, 10, 90 },
		{ 150, 150, 10, 0 }, { 150, 20, 10, 100 }, { 150, 50, 10, 100 },
		{ 150, 170, 30, 0 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct account a = { .balance = CASES[i].balance, .held = CASES[i].held };

		printf("# case %zu\n", i);
		EXPECT(lots_due(LOTS, 3, &a, CASES[i].now) == CASES[i].due);
	}
}

static const struct tap_test TESTS[] = {
	TEST(l16_what_is_got_is_good_to_the_end_of_a_day),
	TEST(l16_lots_are_what_is_above_zero),
	TEST(l16_a_lot_is_found_by_its_end),
	TEST(l16_what_is_due_is_over_and_not_held),
};

TAP_MAIN(TESTS)
