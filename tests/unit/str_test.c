#include "base/str.h"

#include "aborts.h"
#include "tap.h"

static void texts_compare(void)
{
	EXPECT(str_of(NULL).n == 0);
	EXPECT(str_eq(str_of("ab"), STR("ab")));
	EXPECT(str_eq((struct str){ NULL, 0 }, STR("")));
	EXPECT(!str_eq(STR("ab"), STR("ac")));
	EXPECT(!str_eq(STR("ab"), STR("abc")));
	EXPECT(str_is(STR("ab"), "ab"));
	EXPECT(!str_is(STR("ab\0"), "ab"));
	EXPECT(str_starts(STR("order_1"), "order"));
	EXPECT(!str_starts(STR("ord"), "order"));
	EXPECT(!str_starts(STR("ordex_1"), "order"));
	EXPECT(str_ends(STR("a.b"), ".b"));
	EXPECT(str_ends(STR("b"), ""));
	EXPECT(!str_ends(STR("b"), ".b"));
	EXPECT(!str_ends(STR("xb"), ".b"));
}

/* The published vectors of FNV-1a, and its high bits on top of the low ones. */
static void hashes_are_of_the_bytes_and_the_seed(void)
{
	EXPECT(str_hash(STR(""), 0) == (0xcbf29ce484222325 ^ 0xcbf29ce484222325 >> 29));
	EXPECT(str_hash(STR("a"), 0) == (0xaf63dc4c8601ec8c ^ 0xaf63dc4c8601ec8c >> 29));
	EXPECT(str_hash(STR("foobar"), 0) == (0x85944171f73967e8 ^ 0x85944171f73967e8 >> 29));
	EXPECT(str_hash(STR("a"), 1) != str_hash(STR("a"), 0));
}

static void texts_are_cut_and_trimmed(void)
{
	struct str rest;

	EXPECT_INT(1, str_find(STR("a=b=c"), '='));
	EXPECT_INT(3, str_find(STR("abc"), '='));
	EXPECT(str_is(str_skip(STR("abc"), 1), "bc"));
	EXPECT(str_is(str_skip(STR("abc"), 3), ""));
	EXPECT(str_is(str_cut(STR("a=b=c"), '=', &rest), "a"));
	EXPECT(str_is(rest, "b=c"));
	EXPECT(str_is(str_cut(STR("abc"), '=', &rest), "abc"));
	EXPECT(str_is(rest, ""));
	EXPECT(str_is(str_cut(STR("=b"), '=', NULL), ""));
	EXPECT(str_is(str_trim(STR(" \t\r\n a b\n ")), "a b"));
	EXPECT(str_is(str_trim(STR(" \n")), ""));
	EXPECT_INT(3, str_trim(STR("\0a\0")).n);
}

static void skip_beyond_the_end(void)
{
	(void)str_skip(STR("abc"), 4);
}

static void skipping_beyond_the_end_is_a_bug(void)
{
	EXPECT(aborts(skip_beyond_the_end));
}

static void a_copy_fits_or_leaves_its_target_alone(void)
{
	char dst[4] = "old";

	EXPECT_ERR(ERR_INVALID, str_copy(dst, sizeof(dst), STR("1234")));
	EXPECT_STR("old", dst);
	EXPECT_ERR(ERR_INVALID, str_copy(dst, sizeof(dst),
					 STR("1\0"
					     "2")));
	EXPECT_STR("old", dst);
	EXPECT_ERR(ERR_INVALID, str_copy(dst, 0, STR("")));
	EXPECT_ERR(ERR_OK, str_copy(dst, sizeof(dst), STR("123")));
	EXPECT_STR("123", dst);
	EXPECT_ERR(ERR_OK, str_copy(dst, sizeof(dst), (struct str){ NULL, 0 }));
	EXPECT_STR("", dst);
}

static void a_cut_copy_keeps_characters_whole(void)
{
	char dst[6];

	str_copy_cut(dst, sizeof(dst), STR("abcdefgh"));
	EXPECT_STR("abcde", dst);
	str_copy_cut(dst, sizeof(dst), STR("积分"));
	EXPECT_STR("积", dst);
	str_copy_cut(dst, sizeof(dst), STR("ab积"));
	EXPECT_STR("ab积", dst);
	str_copy_cut(dst, 5, STR("ab积"));
	EXPECT_STR("ab", dst);
	str_copy_cut(dst, 1, STR("ab"));
	EXPECT_STR("", dst);
	str_copy_cut(dst, sizeof(dst), STR("a\0b"));
	EXPECT_STR("a", dst);
}

static void add_too_much(void)
{
	char dst[4];
	size_t n = 0;

	str_add(dst, sizeof(dst), &n, "%d", 1234);
}

static void added_text_must_fit(void)
{
	char dst[8];
	size_t n = 0;

	str_add(dst, sizeof(dst), &n, "%d-", 12);
	str_add(dst, sizeof(dst), &n, "%s", "abcd");
	EXPECT_STR("12-abcd", dst);
	EXPECT_INT(7, n);
	EXPECT(aborts(add_too_much));
}

static void characters_are_told_from_bytes(void)
{
	static const struct {
		const char *bytes;
		size_t n, length;
	} CASES[] = {
		{ "a", 1, 1 },
		{ "\x7f", 1, 1 },
		{ "\0", 1, 1 },
		{ "", 0, 0 },
		{ "\xc2\x80", 2, 2 },
		{ "\xc1\xbf", 2, 0 }, /* overlong */
		{ "\xc0\x80", 2, 0 },
		{ "\xdf\xbf", 2, 2 },
		{ "\xdf", 1, 0 }, /* cut short */
		{ "\x80", 1, 0 }, /* begins in the middle */
		{ "\xe0\xa0\x80", 3, 3 },
		{ "\xe0\x9f\xbf", 3, 0 }, /* overlong */
		{ "\xed\x9f\xbf", 3, 3 },
		{ "\xed\xa0\x80", 3, 0 }, /* a surrogate */
		{ "\xee\x80\x80", 3, 3 },
		{ "\xe7\xa7", 2, 0 },
		{ "\xe7\xa7\x41", 3, 0 },
		{ "\xf0\x90\x80\x80", 4, 4 },
		{ "\xf0\x8f\xbf\xbf", 4, 0 }, /* overlong */
		{ "\xf4\x8f\xbf\xbf", 4, 4 },
		{ "\xf4\x90\x80\x80", 4, 0 }, /* beyond U+10FFFF */
		{ "\xf5\x80\x80\x80", 4, 0 },
		{ "\xff", 1, 0 },
		{ "\xf0\x9f\x98\x41", 4, 0 },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		NOTE("case %zu", i);
		EXPECT_INT(CASES[i].length,
			   str_character((struct str){ CASES[i].bytes, CASES[i].n }));
	}
	EXPECT_INT(4, str_characters(STR("a积分😀")));
	EXPECT_INT(0, str_characters(STR("")));
}

static void text_has_no_control_bytes(void)
{
	EXPECT(str_is_text(STR("")));
	EXPECT(str_is_text(STR("支付 a\t\r\n😀")));
	EXPECT(!str_is_text(STR("a\0b")));
	EXPECT(!str_is_text(STR("a\x1b[0m")));
	EXPECT(!str_is_text(STR("a\x7f")));
	EXPECT(!str_is_text(STR("a\xff")));
	EXPECT(!str_is_text((struct str){ "积", 2 }));
}

static void words_are_made_of_what_is_allowed(void)
{
	EXPECT(str_is_made_of(STR("abba"), "ab", 4));
	EXPECT(!str_is_made_of(STR("abba"), "ab", 3));
	EXPECT(!str_is_made_of(STR(""), "ab", 3));
	EXPECT(!str_is_made_of(STR("abc"), "ab", 3));
	/* The NUL that ends the list is not in it. */
	EXPECT(!str_is_made_of(STR("a\0"), "ab", 3));
}

static void a11_integers_are_plain_digits(void)
{
	static const char *const REFUSED[] = {
		"",
		"-1",
		"+1",
		" 1",
		"1 ",
		"01",
		"00",
		"1.0",
		"1e3",
		"１",
		"0x1",
		"1_000",
		"9223372036854775808",
		"18446744073709551617",
		"99999999999999999999999",
	};
	int64_t n = -7;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_INVALID, str_integer(str_of(REFUSED[i]), 0, INT64_MAX, &n));
		EXPECT_INT(-7, n);
	}
	EXPECT_ERR(ERR_OK, str_integer(STR("9223372036854775807"), 0, INT64_MAX, &n));
	EXPECT(n == INT64_MAX);
	EXPECT_ERR(ERR_OK, str_integer(STR("0"), 0, 5, &n));
	EXPECT_INT(0, n);
	EXPECT_ERR(ERR_OK, str_integer(STR("5"), 5, 5, &n));
	EXPECT_ERR(ERR_INVALID, str_integer(STR("6"), 0, 5, &n));
	EXPECT_ERR(ERR_INVALID, str_integer(STR("4"), 5, 9, &n));
	EXPECT_INT(5, n);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(texts_compare),
	TEST(hashes_are_of_the_bytes_and_the_seed),
	TEST(texts_are_cut_and_trimmed),
	TEST(skipping_beyond_the_end_is_a_bug),
	TEST(a_copy_fits_or_leaves_its_target_alone),
	TEST(a_cut_copy_keeps_characters_whole),
	TEST(added_text_must_fit),
	TEST(characters_are_told_from_bytes),
	TEST(text_has_no_control_bytes),
	TEST(words_are_made_of_what_is_allowed),
	TEST(a11_integers_are_plain_digits),
};
/* clang-format on */

TAP_MAIN(TESTS)
