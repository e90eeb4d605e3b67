#include "base/id.h"

#include "aborts.h"
#include "tap.h"

#define NOW INT64_C(1795334400000) /* 2026-11-22T08:00:00Z */

static void ids_show_their_kind(void)
{
	char text[ID_TEXT];

	EXPECT_STR("ord", id_prefix(ID_ORDER));
	id_write(ID_ORDER, 0, text);
	EXPECT_STR("ord_0000000000000", text);
	id_write(ID_HOLD, 1, text);
	EXPECT_STR("hold_0000000000001", text);
	id_write(ID_CHANNEL_ACCOUNT, 31 + 32, text);
	EXPECT_STR("ca_000000000001Z", text);
	id_write(ID_TRANSFER, INT64_MAX, text);
	EXPECT_STR("tr_7ZZZZZZZZZZZZ", text);
}

static void every_kind_reads_what_it_writes_and_no_other(void)
{
	char text[ID_TEXT];
	int64_t id = 0;

	for (int kind = 0; kind < ID_KIND_N; kind++) {
		id_write((enum id_kind)kind, NOW << 21, text);
		for (int other = 0; other < ID_KIND_N; other++) {
			enum err want = other == kind ? ERR_OK : ERR_NOT_FOUND;

			EXPECT_ERR(want, id_read((enum id_kind)other, str_of(text), &id));
		}
		EXPECT_INT(NOW << 21, id);
	}
}

static void text_that_is_no_id_names_nothing(void)
{
	static const char *const REFUSED[] = {
		"",
		"ord",
		"ord_",
		"_",
		"ord_0",
		"0000000000001",
		"ord-0000000000001",
		"ord_00000000000001",
		"ord_000000000001",
		"ord_8000000000000",
		"ord_ZZZZZZZZZZZZZ",
		"ord_000000000000a",
		"ORD_0000000000001",
		"ord_000000000000I",
		"ord_000000000000L",
		"ord_000000000000O",
		"ord_000000000000U",
		"ord_000000000000-",
		"ord_000000000000 ",
		" ord_0000000000001",
		"ord_0000000000001 ",
		"ord_0000000000001\n",
		"ord__000000000001",
		"ord_0000000000000",
	};
	int64_t id = 42;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_NOT_FOUND, id_read(ID_ORDER, str_of(REFUSED[i]), &id));
		EXPECT_INT(42, id);
	}
	EXPECT_ERR(ERR_NOT_FOUND, id_read(ID_ORDER, STR("ord_000000000000\0"), &id));
}

static void an_id_holds_its_time(void)
{
	int64_t id = id_next(0, NOW, 3);

	EXPECT_INT(NOW, id_ms(id));
	EXPECT_INT(3, id >> ID_COUNTER_BITS & 255);
	EXPECT_INT(0, id & 8191);
	EXPECT(id_next(0, 0, 0) > 0);
}

static void ids_rise_when_the_clock_stands_or_steps_back(void)
{
	int64_t last = id_next(0, NOW, 3);

	for (int64_t now = NOW; now > NOW - 20000; now--) {
		int64_t next = id_next(last, now, 3);

		EXPECT(next > last);
		EXPECT_INT(3, next >> ID_COUNTER_BITS & 255);
		last = next;
	}
	/* 8192 ids fit into a millisecond: 20,001 took two more. */
	EXPECT_INT(NOW + 2, id_ms(last));
	EXPECT_INT(NOW + 9, id_ms(id_next(last, NOW + 9, 3)));
}

static void ids_of_two_nodes_never_meet(void)
{
	int64_t first = id_next(0, NOW, 3);

	/* A higher node still fits into the millisecond, a lower one takes the next. */
	EXPECT_INT(NOW, id_ms(id_next(first, NOW, 4)));
	EXPECT_INT(NOW + 1, id_ms(id_next(first, NOW, 2)));
	EXPECT_INT(2, id_next(first, NOW, 2) >> ID_COUNTER_BITS & 255);
	EXPECT_INT(NOW + 1, id_ms(id_next(first | 8191, NOW, 3)));
	EXPECT_INT(NOW, id_ms(id_next(first | 8191, NOW, 4)));
	EXPECT_INT(255, id_next(first, NOW, 255) >> ID_COUNTER_BITS & 255);
}

static void ask_beyond_the_last_time(void)
{
	(void)id_next(0, INT64_C(1) << 42, 0);
}

static void ids_end_in_2109(void)
{
	EXPECT_INT((INT64_C(1) << 42) - 1, id_ms(id_next(0, (INT64_C(1) << 42) - 1, 0)));
	EXPECT(aborts(ask_beyond_the_last_time));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(ids_show_their_kind),
	TEST(every_kind_reads_what_it_writes_and_no_other),
	TEST(text_that_is_no_id_names_nothing),
	TEST(an_id_holds_its_time),
	TEST(ids_rise_when_the_clock_stands_or_steps_back),
	TEST(ids_of_two_nodes_never_meet),
	TEST(ids_end_in_2109),
};
/* clang-format on */

TAP_MAIN(TESTS)
