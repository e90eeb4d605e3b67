/* qq_vectors_test.c - what the sandbox signs for QQ Wallet, against published vectors.
 *
 * TAEL_VECTORS names a folder that holds wechat_qq.json; without it there is nothing to compare
 * with.
 */
#include "tap.h"

#include "base/check.h"
#include "sandbox/qq/qpay.h"
#include "sys/arena.h"
#include "sys/cleanup.h"
#include "sys/xml.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 64, ARENA_MAX = 1 << 20 };

static json_t *file;

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static size_t members_of(json_t *params, struct field fields[FIELDS_MAX])
{
	size_t n = 0;

	for (void *at = json_object_iter(params); at; at = json_object_iter_next(params, at)) {
		CHECK(n < FIELDS_MAX);
		fields[n++] = (struct field){
			.name = str_of(json_object_iter_key(at)),
			.value = str_of(json_string_value(json_object_iter_value(at))),
		};
	}
	return n;
}

static size_t members_of_xml(const char *text, struct arena *a, struct field fields[FIELDS_MAX])
{
	struct xml m;

	CHECK(xml_read(str_of(text), a, &m) == ERR_OK && m.n <= FIELDS_MAX);
	memcpy(fields, m.field, m.n * sizeof(fields[0]));
	return m.n;
}

/* Messages of parameters and of XML; the app's signature is the phone's and not of this side. */
static void messages(void)
{
	json_t *v;
	size_t i;
	int n = 0;

	if (!file)
		SKIP("TAEL_VECTORS is not set");
	json_array_foreach (json_object_get(file, "vectors"), i, v) {
		json_t *in = json_object_get(v, "inputs");
		CLEANUP(arena_freep) struct arena *a = arena_new(ARENA_MAX);
		struct field fields[FIELDS_MAX];
		char sign[QPAY_SIGN_TEXT];
		size_t fields_n;

		if (strncmp(text_of(v, "name"), "qq-", 3) != 0 || json_object_get(in, "app_key"))
			continue;
		NOTE("%s", text_of(v, "name"));
		if (json_object_get(in, "xml"))
			fields_n = members_of_xml(text_of(in, "xml"), a, fields);
		else
			fields_n = members_of(json_object_get(in, "params"), fields);
		qpay_sign(fields, fields_n, text_of(in, "api_key"), sign);
		EXPECT_STR(text_of(json_object_get(v, "expected"), "sign"), sign);
		n++;
	}
	EXPECT(n > 0);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(messages),
};
/* clang-format on */

int main(int argc, char **argv)
{
	const char *dir = getenv("TAEL_VECTORS");
	char path[4096];
	int code;

	crypto_start();
	if (dir) {
		(void)snprintf(path, sizeof(path), "%s/wechat_qq.json", dir);
		file = json_load_file(path, 0, NULL);
		if (!file) {
			printf("Bail out! %s cannot be read\n", path);
			return 1;
		}
	}
	code = tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
	json_decref(file);
	return code;
}
