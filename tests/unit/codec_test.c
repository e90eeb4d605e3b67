#include "base/codec.h"

#include "tap.h"

static void hex_goes_both_ways(void)
{
	const uint8_t bytes[] = { 0x00, 0x9a, 0xff };
	char text[HEX_TEXT(3)];
	uint8_t back[3];

	hex_write(bytes, 3, text);
	EXPECT_STR("009aff", text);
	EXPECT_ERR(ERR_OK, hex_read(STR("009aFF"), back, 3));
	EXPECT(memcmp(bytes, back, 3) == 0);
	hex_write(bytes, 0, text);
	EXPECT_STR("", text);
	EXPECT_ERR(ERR_OK, hex_read(STR(""), back, 0));
}

static void hex_is_exact(void)
{
	uint8_t back[3] = { 1, 2, 3 };

	EXPECT_ERR(ERR_INVALID, hex_read(STR("009af"), back, 3));
	EXPECT_ERR(ERR_INVALID, hex_read(STR("009aff0"), back, 3));
	EXPECT_ERR(ERR_INVALID, hex_read(STR("009aff00"), back, 3));
	EXPECT_ERR(ERR_INVALID, hex_read(STR("009afg"), back, 3));
	EXPECT_ERR(ERR_INVALID, hex_read(STR("0x9aff"), back, 3));
	EXPECT_ERR(ERR_INVALID, hex_read(STR("00 aff"), back, 3));
	EXPECT_INT(1, back[0]);
}

/* The vectors of RFC 4648, section 10. */
static void base64_goes_both_ways(void)
{
	static const char *const VECTORS[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xef\xbe", "++++" },
		{ "\xff\xff\xff", "////" },
	};

	for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
		struct str plain = str_of(VECTORS[i][0]);
		char text[BASE64_TEXT(6)];
		uint8_t back[6];
		size_t n = 99;

		EXPECT_INT(strlen(VECTORS[i][1]), base64_write(plain.p, plain.n, text));
		EXPECT_STR(VECTORS[i][1], text);
		EXPECT_ERR(ERR_OK, base64_read(str_of(text), back, plain.n, &n));
		EXPECT_INT(plain.n, n);
		EXPECT(memcmp(plain.p, back, n) == 0);
	}
}

static void base64_is_exact(void)
{
	static const char *const REFUSED[] = {
		"Z",
		"Zg",
		"Zg=",
		"Zg===",
		"Zh==",
		"Zm9=",
		"Zm9v\n",
		"Zm 9v",
		"Zm-_",
		"====",
		"=AAA",
		"A=AA",
		"AA=A",
		"Zg==Zm9v",
		"Zm9vY",
		"Zm9v=",
		"\xff\xff\xff\xff",
	};
	uint8_t back[8];
	size_t n = 99;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_INVALID, base64_read(str_of(REFUSED[i]), back, sizeof(back), &n));
		EXPECT_INT(99, n);
	}
	EXPECT_ERR(ERR_INVALID, base64_read(STR("Zm9v"), back, 2, &n));
	EXPECT_ERR(ERR_INVALID, base64_read(STR("Zm8="), back, 1, &n));
}

static void url_text_goes_both_ways(void)
{
	struct str plain = STR("aZ09-._~ +&=%/积*");
	char text[URL_TEXT(32)], back[64];
	size_t n;

	n = url_write(plain, text);
	EXPECT_STR("aZ09-._~%20%2B%26%3D%25%2F%E7%A7%AF%2A", text);
	EXPECT_INT(strlen(text), n);
	EXPECT_ERR(ERR_OK, url_read((struct str){ text, n }, back, &n));
	EXPECT(str_eq(plain, (struct str){ back, n }));
	EXPECT_ERR(ERR_OK, url_read(STR("a+b%2b%e7%a7%af"), back, &n));
	EXPECT_STR("a b+积", back);
}

static void url_escapes_are_whole(void)
{
	char back[16] = "";
	size_t n = 99;

	EXPECT_ERR(ERR_INVALID, url_read(STR("%"), back, &n));
	EXPECT_ERR(ERR_INVALID, url_read(STR("a%2"), back, &n));
	EXPECT_ERR(ERR_INVALID, url_read(STR("%2g"), back, &n));
	EXPECT_ERR(ERR_INVALID, url_read(STR("%g2"), back, &n));
	EXPECT_ERR(ERR_INVALID, url_read(STR("%%41"), back, &n));
	EXPECT_ERR(ERR_INVALID, url_read(STR("a%00b"), back, &n));
	EXPECT_ERR(ERR_INVALID, url_read(STR("a\0b"), back, &n));
	EXPECT_INT(99, n);
}

static void a_form_gives_its_fields(void)
{
	struct str body = STR("a=1&sub+ject=%E7%A7%AF+x&empty=&bare&q=a%3Db%26c=d");
	struct field fields[5];
	char buffer[64];
	size_t n = 0;

	EXPECT_ERR(ERR_OK, form_read(body, buffer, fields, 5, &n));
	EXPECT_INT(5, n);
	EXPECT_STR("1", form_find(fields, n, "a")->value.p);
	EXPECT_STR("积 x", form_find(fields, n, "sub ject")->value.p);
	EXPECT(str_is(form_find(fields, n, "empty")->value, ""));
	EXPECT(str_is(form_find(fields, n, "bare")->value, ""));
	EXPECT(str_is(form_find(fields, n, "q")->value, "a=b&c=d"));
	EXPECT(form_find(fields, n, "b") == NULL);
	EXPECT(form_find(fields, 0, "a") == NULL);
	EXPECT_ERR(ERR_OK, form_read(STR(""), buffer, fields, 0, &n));
	EXPECT_INT(0, n);
}

static void a_form_fits_into_its_own_length(void)
{
	struct field fields[2];
	char buffer[8]; /* "a=1&b=2" and one */
	size_t n;

	EXPECT_ERR(ERR_OK, form_read(STR("a=1&b=2"), buffer, fields, 2, &n));
	EXPECT_STR("1", fields[0].value.p);
	EXPECT_STR("2", fields[1].value.p);
	EXPECT(fields[1].value.p + 2 == buffer + sizeof(buffer));
}

static void a_form_that_could_be_read_twice_is_refused(void)
{
	static const char *const REFUSED[] = {
		"a=1&a=2", "a=1&%61=2", "=1",   "&",     "a=1&",  "&a=1", "a=1&&b=2",
		"a=%",     "%=1",       "a=%0", "a=%00", "%00=1", "a&a",  "a=1&b=2&c=3",
	};
	struct field fields[2];
	char buffer[32];
	size_t n = 99;

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		NOTE("\"%s\"", REFUSED[i]);
		EXPECT_ERR(ERR_INVALID, form_read(str_of(REFUSED[i]), buffer, fields, 2, &n));
		EXPECT_INT(99, n);
	}
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(hex_goes_both_ways),
	TEST(hex_is_exact),
	TEST(base64_goes_both_ways),
	TEST(base64_is_exact),
	TEST(url_text_goes_both_ways),
	TEST(url_escapes_are_whole),
	TEST(a_form_gives_its_fields),
	TEST(a_form_fits_into_its_own_length),
	TEST(a_form_that_could_be_read_twice_is_refused),
};
/* clang-format on */

TAP_MAIN(TESTS)
