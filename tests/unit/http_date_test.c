/* The Date of an answer, by which a wrong clock is noticed. */
#include "cli/gateway.h"

#include "tap.h"

static void reads_the_form_that_servers_write(void)
{
	int64_t ms = -1;

	EXPECT_ERR(ERR_OK, http_date_read(STR("Sun, 22 Nov 2026 08:00:01 GMT"), &ms));
	EXPECT_INT(INT64_C(1795334401000), ms);
	EXPECT_ERR(ERR_OK, http_date_read(STR("Thu, 01 Jan 1970 00:00:00 GMT"), &ms));
	EXPECT_INT(0, ms);
	EXPECT_ERR(ERR_OK, http_date_read(STR("Wed, 31 Dec 2025 23:59:59 GMT"), &ms));
	EXPECT_INT(INT64_C(1767225599000), ms);
}

static void refuses_every_other(void)
{
	static const char *const BAD[] = {
		"",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Sun, 22 Nov 2026 08:00:01 CET",
		"Sun, 22 Now 2026 08:00:01 GMT",
		"Sun, 32 Nov 2026 08:00:01 GMT",
		"Sun, 22 Nov 2026 24:00:01 GMT",
		"Sun, 22 Nov 2026 08-00-01 GMT",
		"Sun, 22 Nov 2026 08:00:01 GMT ",
		"Sun, 2x Nov 2026 08:00:01 GMT",
		"Sun, 22 ovD 2026 08:00:01 GMT",
	};

	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		int64_t ms = 7;

		printf("# %s\n", BAD[i]);
		EXPECT(http_date_read(str_of(BAD[i]), &ms) != ERR_OK);
		EXPECT_INT(7, ms);
	}
}

static const struct tap_test TESTS[] = {
	TEST(reads_the_form_that_servers_write),
	TEST(refuses_every_other),
};

TAP_MAIN(TESTS)
