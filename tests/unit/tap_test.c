/* The framework itself: a test that cannot fail proves nothing. */
#include "tap.h"

static void helper(bool good)
{
	EXPECT(good);
}

static void fails_plainly(void)
{
	EXPECT(strlen("a") == 2);
	tap_failed = false;
}

static void fails_on_numbers(void)
{
	EXPECT_INT(1, 2);
	tap_failed = false;
}

static void fails_on_text(void)
{
	EXPECT_STR("a", NULL);
	tap_failed = false;
}

static void fails_in_a_helper(void)
{
	CALL(helper(false));
	tap_failed = false;
}

/* Runs `test`, then forgets what it said, so that this program itself passes. */
static bool fails(void (*test)(void))
{
	bool failed;

	tap_failed = false;
	test();
	failed = tap_failed;
	tap_failed = false;
	return failed;
}

static void each_expectation_can_fail(void)
{
	EXPECT(fails(fails_plainly));
	EXPECT(fails(fails_on_numbers));
	EXPECT(fails(fails_on_text));
	EXPECT(fails(fails_in_a_helper));
}

static void each_expectation_can_hold(void)
{
	EXPECT(strlen("a") == 1);
	EXPECT_INT(-1, -1);
	EXPECT_STR("a", "a");
	EXPECT_STR(NULL, NULL);
	CALL(helper(true));
}

static void skips(void)
{
	SKIP("to see that it can");
}

static void a_skip_leaves_its_reason(void)
{
	skips();
	EXPECT_STR("to see that it can", tap_skipped);
	tap_skipped = NULL;
}

static const struct tap_test TESTS[] = {
	TEST(each_expectation_can_fail),
	TEST(each_expectation_can_hold),
	TEST(a_skip_leaves_its_reason),
};

TAP_MAIN(TESTS)
