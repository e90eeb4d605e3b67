#include "base/time.h"

#include "aborts.h"
#include "tap.h"

#define LAST_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* Made with `date -u -d TEXT +%s`. */
static const struct {
	int64_t ms;
	const char *utc, *china;
	int32_t date;
} MOMENTS[] = {
	{ 0, "1970-01-01T00:00:00.000Z", "1970-01-01 08:00:00", 19700101 },
	{ 951782400000, "2000-02-29T00:00:00.000Z", "2000-02-29 08:00:00", 20000229 },
	{ 951868799999, "2000-02-29T23:59:59.999Z", "2000-03-01 07:59:59", 20000301 },
	{ 1709164800123, "2024-02-29T00:00:00.123Z", "2024-02-29 08:00:00", 20240229 },
	{ 1795334400123, "2026-11-22T08:00:00.123Z", "2026-11-22 16:00:00", 20261122 },
	{ 1798732800000, "2026-12-31T16:00:00.000Z", "2027-01-01 00:00:00", 20270101 },
	{ 4107542399000, "2100-02-28T23:59:59.000Z", "2100-03-01 07:59:59", 21000301 },
};

static void moments_are_written_by_the_calendar(void)
{
	for (size_t i = 0; i < sizeof(MOMENTS) / sizeof(MOMENTS[0]); i++) {
		char utc[RFC3339_TEXT], china[LOCAL_TEXT];
		int64_t back = -1;

		rfc3339_write(MOMENTS[i].ms, utc);
		EXPECT_STR(MOMENTS[i].utc, utc);
		EXPECT_ERR(ERR_OK, rfc3339_read(str_of(utc), &back));
		EXPECT_INT(MOMENTS[i].ms, back);

		china_write(MOMENTS[i].ms, china);
		EXPECT_STR(MOMENTS[i].china, china);
		EXPECT_ERR(ERR_OK, china_read(str_of(china), &back));
		EXPECT_INT(MOMENTS[i].ms / 1000 * 1000, back);
		EXPECT_INT(MOMENTS[i].date, china_date(MOMENTS[i].ms));
	}
}

static void every_day_follows_the_one_before(void)
{
	int64_t back;
	char text[RFC3339_TEXT];

	/* Over four centuries, in steps of a day and a little. */
	for (int64_t ms = 0; ms < 400 * 366 * DAY_MS; ms += DAY_MS + 12345) {
		rfc3339_write(ms, text);
		EXPECT_ERR(ERR_OK, rfc3339_read(str_of(text), &back));
		EXPECT_INT(ms, back);
	}
}

static void offsets_and_short_forms_are_read(void)
{
	int64_t ms;

	EXPECT_ERR(ERR_OK, rfc3339_read(STR("2026-11-22T16:00:00+08:00"), &ms));
	EXPECT_INT(1795334400000, ms);
	EXPECT_ERR(ERR_OK, rfc3339_read(STR("2026-11-22T02:30:00.500-05:30"), &ms));
	EXPECT_INT(1795334400500, ms);
	EXPECT_ERR(ERR_OK, rfc3339_read(STR("2026-11-22T08:00:00Z"), &ms));
	EXPECT_INT(1795334400000, ms);
	EXPECT_ERR(ERR_OK, rfc3339_read(STR("1970-01-01T08:00:00+08:00"), &ms));
	EXPECT_INT(0, ms);
	EXPECT_ERR(ERR_OK, rfc3339_read(STR("9999-12-31T23:59:59.999Z"), &ms));
	EXPECT(ms == LAST_MS);
	EXPECT_ERR(ERR_OK, china_read(STR("2026-11-22 16:00:00.123"), &ms));
	EXPECT_INT(1795334400123, ms);
}

static void what_is_no_time_is_refused(void)
{
	static const char *const REFUSED[] = {
		"",
		"2026-11-22",
		"2026-11-22T08:00:00",
		"2026-11-22 08:00:00Z",
		"2026-11-22T08:00Z",
		"2026-11-22t08:00:00Z",
		"2026-11-22T08:00:00z",
		"2026-11-22T08:00:00.Z",
		"2026-11-22T08:00:00.1Z",
		"2026-11-22T08:00:00.1234Z",
		"2026-11-22T08:00:00,123Z",
		"2026-11-22T08:00:00.123",
		"2026-11-22T08:00:00Z ",
		" 2026-11-22T08:00:00Z",
		"2026-11-22T08:00:00+0800",
		"2026-11-22T08:00:00+08",
		"2026-11-22T08:00:00+24:00",
		"2026-11-22T08:00:00+08:60",
		"2026-11-22T08:00:00 08:00",
		"2026-11-22T24:00:00Z",
		"2026-11-22T08:60:00Z",
		"2026-11-22T08:00:60Z",
		"2026-00-22T08:00:00Z",
		"2026-13-22T08:00:00Z",
		"2026-11-00T08:00:00Z",
		"2026-11-31T08:00:00Z",
		"2026-02-29T08:00:00Z",
		"2100-02-29T08:00:00Z",
		"2026-12-32T08:00:00Z",
		"1969-12-31T23:59:59Z",
		"1970-01-01T07:59:59+08:00",
		"9999-12-31T23:59:59-00:01",
		"+026-11-22T08:00:00Z",
		"2026-1-022T08:00:00Z",
		"２026-11-22T08:00:00Z",
		"2026-11-22T08:00:0aZ",
		"2026/11/22T08:00:00Z",
	};
	int64_t ms = 42;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_INVALID, rfc3339_read(str_of(REFUSED[i]), &ms));
		EXPECT_INT(42, ms);
	}
}

static void what_is_no_chinese_time_is_refused(void)
{
	static const char *const REFUSED[] = {
		"",
		"2026-11-22T16:00:00",
		"2026-11-22 16:00:00Z",
		"2026-11-22 16:00",
		"2026-11-22 16:00:00.12",
		"2026-11-22 16:00:00.1234",
		"2026-11-22 24:00:00",
		"2026-02-30 16:00:00",
		"1970-01-01 07:59:59",
		"2026-11-22  6:00:00",
	};
	int64_t ms = 42;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_INVALID, china_read(str_of(REFUSED[i]), &ms));
		EXPECT_INT(42, ms);
	}
}

static void write_before_1970(void)
{
	char text[RFC3339_TEXT];

	rfc3339_write(-1, text);
}

static void write_after_9999(void)
{
	char text[RFC3339_TEXT];

	rfc3339_write(LAST_MS + 1, text);
}

static void writing_outside_the_calendar_is_a_bug(void)
{
	char text[RFC3339_TEXT];

	rfc3339_write(LAST_MS, text);
	EXPECT_STR("9999-12-31T23:59:59.999Z", text);
	EXPECT(aborts(write_before_1970));
	EXPECT(aborts(write_after_9999));
}

static void a_business_day_begins_at_midnight_in_china(void)
{
	EXPECT_INT(20261122, china_date(1795363199999)); /* 23:59:59.999 there */
	EXPECT_INT(20261123, china_date(1795363200000));
	EXPECT_INT(19691231, china_date(-DAY_MS));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(moments_are_written_by_the_calendar),
	TEST(every_day_follows_the_one_before),
	TEST(offsets_and_short_forms_are_read),
	TEST(what_is_no_time_is_refused),
	TEST(what_is_no_chinese_time_is_refused),
	TEST(writing_outside_the_calendar_is_a_bug),
	TEST(a_business_day_begins_at_midnight_in_china),
};
/* clang-format on */

TAP_MAIN(TESTS)
