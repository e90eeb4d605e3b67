/* The reader's limits, its stickiness, and answers of others that may grow. */
#include "sys/json.h"

#include "sys/cleanup.h"
#include "sys/file.h"
#include "tap.h"

#include <stdlib.h>

static char *repeated(const char *before, const char *part, size_t times, const char *after)
{
	size_t n = 0, cap = strlen(before) + times * strlen(part) + strlen(after) + 1;
	char *text = malloc(cap);

	if (text == NULL)
		abort();
	str_add(text, cap, &n, "%s", before);
	for (size_t i = 0; i < times; i++)
		str_add(text, cap, &n, "%s", part);
	str_add(text, cap, &n, "%s", after);
	return text;
}

static enum err read_any(struct str body)
{
	struct jin r;

	jin_open(&r, body);
	jin_allow_unknown(&r);
	return jin_done(&r);
}

static void a_body_nested_10_000_deep_is_refused(void)
{
	CLEANUP(text_freep) char *deep = repeated("{\"a\":", "[", 10000, "");
	CLEANUP(text_freep) char *objects = repeated("", "{\"a\":", 10000, "1");
	CLEANUP(text_freep) char *closed = NULL;
	CLEANUP(text_freep) char *brackets = repeated("{\"a\":\"", "[{", 10000, "\\\"[[\"}");

	EXPECT_ERR(ERR_JSON, read_any(str_of(deep)));
	EXPECT_STR("nested deeper than 32", err_text());
	EXPECT_ERR(ERR_JSON, read_any(str_of(objects)));
	EXPECT_STR("nested deeper than 32", err_text());
	closed = repeated(deep, "]", 10000, "}");
	EXPECT_ERR(ERR_JSON, read_any(str_of(closed)));
	EXPECT_STR("nested deeper than 32", err_text());
	/* What stands in a string is not depth. */
	EXPECT_ERR(ERR_OK, read_any(str_of(brackets)));
}

static void depth_32_is_read_and_33_is_not(void)
{
	CLEANUP(text_freep) char *open_31 = repeated("{\"a\":", "[", 31, "");
	CLEANUP(text_freep) char *depth_32 = repeated(open_31, "]", 31, "}");
	CLEANUP(text_freep) char *open_32 = repeated("{\"a\":", "[", 32, "");
	CLEANUP(text_freep) char *depth_33 = repeated(open_32, "]", 32, "}");
	CLEANUP(text_freep) char *wide = repeated("{\"a\":[1", ",[[]],{}", 1000, "]}");

	EXPECT_ERR(ERR_OK, read_any(str_of(depth_32)));
	EXPECT_ERR(ERR_JSON, read_any(str_of(depth_33)));
	EXPECT_ERR(ERR_OK, read_any(str_of(wide)));
}

static void a_bad_number_deep_inside_has_a_short_path(void)
{
	CLEANUP(text_freep)
	char *deep = repeated("{\"a\":1,\"b\":", "{\"a-rather-long-name-积积\":", 31, "-0");
	CLEANUP(text_freep) char *closed = repeated(deep, "}", 32, "");

	EXPECT_ERR(ERR_AMOUNT_RANGE, read_any(str_of(closed)));
	EXPECT_STR("b.a-rather-long-name-积积.a-rather-long-name-积积.a-rather-long-nam",
		   err_param());
}

/* Two-letter names from "aa"; asks for the first `asked` of `n`. */
static enum err read_members(size_t n, size_t asked, bool loose)
{
	CLEANUP(jout_free) struct jout w;
	struct jin r;
	int64_t value = 0;

	jout_open(&w);
	jout_object(&w, NULL);
	for (size_t i = 0; i < n; i++)
		jout_integer(&w, (char[3]){ (char)('a' + i / 26), (char)('a' + i % 26), 0 }, 7);
	jout_object_end(&w);
	jin_open(&r, (struct str){ w.p, w.n });
	if (loose)
		jin_allow_unknown(&r);
	for (size_t i = 0; i < asked; i++)
		jin_integer(&r, (char[3]){ (char)('a' + i / 26), (char)('a' + i % 26), 0 },
			    JIN_NEEDED, 7, 7, &value);
	return jin_done(&r);
}

static void at_most_64_members_are_told_apart(void)
{
	EXPECT_ERR(ERR_OK, read_members(64, 64, false));
	EXPECT_ERR(ERR_INVALID, read_members(64, 63, false));
	EXPECT_STR("cl", err_param());
	EXPECT_ERR(ERR_INVALID, read_members(65, 65, false));
	EXPECT_ERR(ERR_OK, read_members(65, 65, true));
	EXPECT_ERR(ERR_OK, read_members(200, 1, true));
	EXPECT_ERR(ERR_INVALID, read_members(200, 201, true));
	EXPECT_STR("hs", err_param());
}

static void answers_of_others_may_grow(void)
{
	struct jin r, in;
	char code[8] = "";
	int64_t n = 0;

	jin_open(&r,
		 STR("{\"new\":1.5,\"node\":{\"code\":\"10000\",\"more\":[2.5]},\"sign\":\"x\"}"));
	jin_allow_unknown(&r);
	EXPECT(jin_enter(&r, "node", JIN_NEEDED, &in));
	jin_text(&in, "code", JIN_NEEDED, code, sizeof(code));
	jin_leave(&in);
	EXPECT_ERR(ERR_OK, jin_done(&r));
	EXPECT_STR("10000", code);

	/* What is read is judged as ever. */
	jin_open(&r, STR("{\"new\":1.5}"));
	jin_allow_unknown(&r);
	jin_integer(&r, "new", JIN_NEEDED, 0, 9, &n);
	EXPECT_ERR(ERR_AMOUNT_RANGE, jin_done(&r));
}

static void an_entered_object_is_read_by_itself(void)
{
	struct jin r, in, deeper, none;
	int64_t n = 0;

	jin_open(&r, STR("{\"a\":{\"b\":{\"n\":5}}}"));
	EXPECT(!jin_enter(&r, "none", JIN_OPTIONAL, &none));
	EXPECT(jin_enter(&r, "a", JIN_NEEDED, &in));
	EXPECT(jin_enter(&in, "b", JIN_NEEDED, &deeper));
	jin_integer(&deeper, "n", JIN_NEEDED, 0, 9, &n);
	jin_leave(&deeper);
	jin_leave(&in);
	EXPECT_ERR(ERR_OK, jin_done(&r));
	EXPECT_INT(5, n);

	jin_open(&r, STR("{\"a\":{\"b\":{\"n\":5}}}"));
	EXPECT(jin_enter(&r, "a", JIN_NEEDED, &in));
	EXPECT(jin_enter(&in, "b", JIN_NEEDED, &deeper));
	jin_leave(&deeper);
	jin_leave(&in);
	EXPECT_ERR(ERR_INVALID, jin_done(&r));
	EXPECT_STR("a.b.n", err_param());

	jin_open(&r, STR("{\"a\":[]}"));
	EXPECT(!jin_enter(&r, "a", JIN_OPTIONAL, &in));
	EXPECT_ERR(ERR_INVALID, jin_done(&r));
	EXPECT_STR("a", err_param());
	jin_open(&r, STR("{}"));
	EXPECT(!jin_enter(&r, "a", JIN_NEEDED, &in));
	EXPECT_ERR(ERR_INVALID, jin_done(&r));
}

static void the_first_fault_stays(void)
{
	struct jin r, in;
	int64_t n = 42;
	char text[8] = "old";
	bool flag = true;

	jin_open(&r, STR("{\"a\":0,\"b\":\"x\",\"c\":false,\"d\":{},\"e\":[{}]}"));
	jin_integer(&r, "a", JIN_NEEDED, 1, 9, &n);
	jin_integer(&r, "b", JIN_NEEDED, 1, 9, &n);
	jin_text(&r, "b", JIN_NEEDED, text, sizeof(text));
	jin_word(&r, "b", JIN_NEEDED, "x", text, sizeof(text));
	jin_bool(&r, "c", JIN_NEEDED, &flag);
	jin_object_text(&r, "d", JIN_NEEDED, text, sizeof(text));
	EXPECT(!jin_has(&r, "a"));
	EXPECT(!jin_enter(&r, "d", JIN_NEEDED, &in));
	EXPECT_INT(0, jin_array(&r, "e", JIN_NEEDED, 1, 1));
	EXPECT(!jin_enter_at(&r, "e", 0, &in));
	jin_text_at(&r, "e", 0, text, sizeof(text));
	jin_fault(&r, ERR_CONFLICT, "c", "too late");
	EXPECT_ERR(ERR_AMOUNT_RANGE, jin_done(&r));
	EXPECT_STR("a", err_param());
	EXPECT_INT(42, n);
	EXPECT_STR("old", text);
	EXPECT(flag);
}

static void a_callers_own_rule_names_its_member(void)
{
	struct jin r, in;

	jin_open(&r, STR("{\"pay\":{\"method\":\"x\"}}"));
	EXPECT(jin_enter(&r, "pay", JIN_NEEDED, &in));
	jin_fault(&in, ERR_METHOD_UNKNOWN, "method", "there is no method x");
	jin_leave(&in);
	EXPECT_ERR(ERR_METHOD_UNKNOWN, jin_done(&r));
	EXPECT_STR("pay.method", err_param());
	EXPECT_STR("there is no method x", err_text());
}

/* The parser's own words would quote the text. */
static void a_broken_text_is_not_quoted(void)
{
	EXPECT_ERR(ERR_JSON, read_any(STR("{\"private_key\": CANARY4711}")));
	EXPECT(strstr(err_text(), "CANARY") == NULL);
	EXPECT(strstr(err_text(), "line 1") != NULL);
	EXPECT_ERR(ERR_JSON, read_any(STR("{\"CANARY4711\":1,\"CANARY4711\":1}")));
	EXPECT(strstr(err_text(), "CANARY") == NULL);
	EXPECT_STR("", err_param());
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_body_nested_10_000_deep_is_refused),
	TEST(depth_32_is_read_and_33_is_not),
	TEST(a_bad_number_deep_inside_has_a_short_path),
	TEST(at_most_64_members_are_told_apart),
	TEST(answers_of_others_may_grow),
	TEST(an_entered_object_is_read_by_itself),
	TEST(the_first_fault_stays),
	TEST(a_callers_own_rule_names_its_member),
	TEST(a_broken_text_is_not_quoted),
};
/* clang-format on */

TAP_MAIN(TESTS)
