#include "sys/json.h"

#include "aborts.h"
#include "base/id.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "tap.h"

#include <stdlib.h>

static void every_kind_of_value_is_written(void)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	EXPECT_STR("", w.p);
	jout_object(&w, NULL);
	jout_text(&w, "text", "积分");
	jout_text(&w, "none", NULL);
	jout_str(&w, "str", STR("a"));
	jout_integer(&w, "least", INT64_MIN);
	jout_integer(&w, "most", INT64_MAX);
	jout_bool(&w, "yes", true);
	jout_bool(&w, "no", false);
	jout_null(&w, "null");
	jout_raw(&w, "raw", STR("{\"a\":1}"));
	jout_id(&w, "id", ID_ORDER, 33);
	jout_id(&w, "no_id", ID_ORDER, 0);
	jout_time(&w, "at", 1795334400123);
	jout_time(&w, "never", 0);
	jout_object_end(&w);
	EXPECT_STR("{\"text\":\"积分\",\"none\":null,\"str\":\"a\",\"least\":-9223372036854775808,"
		   "\"most\":9223372036854775807,\"yes\":true,\"no\":false,\"null\":null,"
		   "\"raw\":{\"a\":1},\"id\":\"ord_0000000000011\",\"no_id\":null,"
		   "\"at\":\"2026-11-22T08:00:00.123Z\",\"never\":null}",
		   w.p);
	EXPECT_INT(strlen(w.p), w.n);
}

static void commas_stand_between_and_nowhere_else(void)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	jout_array(&w, NULL);
	jout_array(&w, NULL);
	jout_array_end(&w);
	jout_object(&w, NULL);
	jout_object_end(&w);
	jout_object(&w, NULL);
	jout_array(&w, "a");
	jout_integer(&w, NULL, 1);
	jout_integer(&w, NULL, 2);
	jout_array_end(&w);
	jout_object(&w, "b");
	jout_null(&w, "c");
	jout_object_end(&w);
	jout_object_end(&w);
	jout_text(&w, NULL, "x");
	jout_array_end(&w);
	EXPECT_STR("[[],{},{\"a\":[1,2],\"b\":{\"c\":null}},\"x\"]", w.p);
}

static void text_is_escaped(void)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	jout_text(&w, NULL, "\"\\/\b\f\n\r\t\x01\x1f\x7f</script>");
	EXPECT_STR("\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\\u001f\x7f</script>\"", w.p);
	jout_reset(&w);
	jout_str(&w, "a\"b", STR("a\0b"));
	EXPECT_STR("\"a\\\"b\":\"a\\u0000b\"", w.p);
	jout_reset(&w);
	jout_text(&w, NULL, "");
	jout_str(&w, NULL, (struct str){ NULL, 0 });
	EXPECT_STR("\"\",\"\"", w.p);
}

static void bytes_that_are_no_text_are_replaced(void)
{
	CLEANUP(jout_free) struct jout w;

	jout_open(&w);
	jout_str(&w, NULL,
		 STR("a\xff"
		     "b\xe7\xa7"));
	EXPECT_STR("\"a\xef\xbf\xbd"
		   "b\xef\xbf\xbd\xef\xbf\xbd\"",
		   w.p);
}

static void what_is_written_is_read_back(void)
{
	static const char TEXT[] = "\"\\\n\r\t积😀 </";
	CLEANUP(jout_free) struct jout w;
	char back[64] = "";
	struct jin r;

	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "t", TEXT);
	jout_object_end(&w);
	jin_open(&r, (struct str){ w.p, w.n });
	jin_text(&r, "t", JIN_NEEDED, back, sizeof(back));
	EXPECT_ERR(ERR_OK, jin_done(&r));
	EXPECT_STR(TEXT, back);
}

static void a_text_grows_is_emptied_and_taken(void)
{
	CLEANUP(jout_free) struct jout w;
	CLEANUP(text_freep) char *taken = NULL;
	static char large[100000];
	size_t n = 0;

	memset(large, 'x', sizeof(large) - 1);
	jout_open(&w);
	for (int i = 0; i < 5; i++)
		jout_text(&w, NULL, large);
	EXPECT_INT(5 * (sizeof(large) + 1) + 4, w.n);
	jout_reset(&w);
	EXPECT_STR("", w.p);
	EXPECT_INT(0, w.n);
	jout_integer(&w, NULL, 7);
	taken = jout_take(&w, &n);
	EXPECT_STR("7", taken);
	EXPECT_INT(1, n);
	EXPECT(w.p == NULL);
	jout_free(&w);
	jout_free(NULL);
}

static void write_without_end(void)
{
	static char large[1 << 20];
	struct jout w;

	memset(large, 'x', sizeof(large) - 1);
	jout_open(&w);
	for (int i = 0; i < 17; i++)
		jout_text(&w, NULL, large);
}

static void an_answer_has_its_limit(void)
{
	EXPECT(aborts(write_without_end));
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(every_kind_of_value_is_written),
	TEST(commas_stand_between_and_nowhere_else),
	TEST(text_is_escaped),
	TEST(bytes_that_are_no_text_are_replaced),
	TEST(what_is_written_is_read_back),
	TEST(a_text_grows_is_emptied_and_taken),
	TEST(an_answer_has_its_limit),
};
/* clang-format on */

TAP_MAIN(TESTS)
