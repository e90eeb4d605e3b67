/* Bodies that are too large, of another type, broken, or not what the route takes: nothing is
 * written. */
#include "ledger_kit.h"

#define JSON "Content-Type: application/json\r\n"

/* A POST to /v1/assets with these fields and this body, as they are. */
static void refused_as(const struct fixture *f, const char *fields, const char *body, int status,
		       const char *code)
{
	size_t cap = strlen(body) + 2000;
	char *bytes = malloc(cap);
	int n;

	EXPECT(bytes != NULL);
	n = snprintf(
		bytes, cap,
		"POST /v1/assets HTTP/1.1\r\nHost: tael\r\nAuthorization: Bearer %s\r\n%s\r\n%s",
		f->a.key, fields, body);
	refused_bytes(f, "POST", "/v1/assets", (struct str){ bytes, (size_t)n }, status, code);
	if (tap_failed)
		printf("# %s\n# %.200s\n", fields, body);
	free(bytes);
}

static void a_body_needs_its_type_and_length(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(refused_as(&f, "Content-Length: 2\r\n", "{}", 415, "unsupported_media_type"));
	CALL(refused_as(&f, "Content-Type: text/plain\r\nContent-Length: 2\r\n", "{}", 415,
			"unsupported_media_type"));
	CALL(refused_as(&f, "Content-Type: application/jsonp\r\nContent-Length: 2\r\n", "{}", 415,
			"unsupported_media_type"));
	CALL(refused_as(&f, "Content-Type: application/json; charset=gbk\r\nContent-Length: 2\r\n",
			"{}", 415, "unsupported_media_type"));
	CALL(refused_as(&f, JSON JSON "Content-Length: 2\r\n", "{}", 415,
			"unsupported_media_type"));
	CALL(refused_as(&f,
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n",
			"a=1", 415, "unsupported_media_type"));
	CALL(refused_as(&f, JSON "Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n", 411,
			"length_required"));
}

static void a_type_with_parameters_is_taken(void)
{
	static const char *const TYPES[] = { "application/json;charset=utf-8",
					     "Application/JSON; charset=\"UTF-8\"",
					     "application/json ; version=1" };
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++) {
		char fields[200];

		(void)snprintf(fields, sizeof(fields), "Content-Type: %s\r\nContent-Length: 1\r\n",
			       TYPES[i]);
		CALL(refused_as(&f, fields, "x", 400, "invalid_json"));
	}
}

static void a_body_over_64_kib_is_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = malloc(HTTP_BODY_MAX + 2);

	EXPECT(body != NULL);
	memset(body, ' ', HTTP_BODY_MAX + 1);
	body[HTTP_BODY_MAX + 1] = '\0';
	fixture_begin(&f);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", body, NULL }, 413,
		     "body_too_large", ""));
	/* Nobody waits for what is much too large, or was announced. */
	CALL(refused_as(&f, JSON "Content-Length: 99999999999\r\n", "", 413, "body_too_large"));
	CALL(refused_as(&f, JSON "Content-Length: 65537\r\nExpect: 100-continue\r\n", "", 413,
			"body_too_large"));
	free(body);
}

/* 64 KiB to the byte are taken, on a worker; the name in it is too long, and that is what is said.
 */
static void a_body_of_64_kib_is_read(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char *body = malloc(HTTP_BODY_MAX + 1);
	int n;

	EXPECT(body != NULL);
	fixture_begin(&f);
	n = snprintf(body, HTTP_BODY_MAX, "{\"code\":\"gold\",\"name\":\"");
	memset(body + n, 'a', HTTP_BODY_MAX - (size_t)n);
	memcpy(body + HTTP_BODY_MAX - 2, "\"}", 3);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", body, NULL }, 400,
		     "invalid_request", "name"));
	free(body);
}

static void a_get_with_a_body_is_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	CALL(refused(&f, &(struct question){ f.a.key, "GET", "/v1/assets", "{}", NULL }, 400,
		     "invalid_request", ""));
}

static void broken_json_is_refused(void)
{
	static const char *const BROKEN[] = {
		"",
		"{",
		"}",
		"[]",
		"null",
		"1",
		"\"x\"",
		"{}{}",
		"{\"code\":\"gold\",}",
		"{'code':'gold'}",
		"{\"code\":\"gold\"",
		"{\"code\":\"\\ud800\"}",
		"{\"code\":\"\xff\"}",
		"{\"code\":\"a\\u0000b\"}",
		"{\"scale\":01}",
		"{\"scale\":+1}",
		"{\"scale\":NaN}",
		"{\"code\":\"gold\",\"code\":\"gold\"}",
		"{\"pay\":{\"units\":1,\"units\":1}}",
		"\xef\xbb\xbf{}",
		"{\"a\":1}/*x*/",
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(BROKEN) / sizeof(BROKEN[0]); i++)
		CALL(refused(&f,
			     &(struct question){ f.a.key, "POST", "/v1/assets", BROKEN[i], NULL },
			     400, "invalid_json", ""));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from asset"));
}

static void ten_thousand_brackets_are_refused(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	char body[20100];
	int n = snprintf(body, sizeof(body), "{\"code\":");

	fixture_begin(&f);
	memset(body + n, '[', 10000);
	memset(body + n + 10000, ']', 10000);
	memcpy(body + n + 20000, "}", 2);
	CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", body, NULL }, 400,
		     "invalid_json", ""));
}

static void fields_of_an_asset_have_types_and_ranges(void)
{
#define A "\"code\":\"gold\",\"name\":\"n\",\"kind\":\"points\""
	static const struct {
		const char *body, *param;
	} WRONG[] = {
		{ "{}", "code" },
		{ "{\"code\":\"gold\"}", "name" },
		{ "{" A "}", "scale" },
		{ "{" A ",\"scale\":null}", "scale" },
		{ "{" A ",\"scale\":0,\"colour\":\"red\"}", "colour" },
		{ "{" A ",\"scale\":0,\"pay\":[]}", "pay" },
		{ "{" A ",\"scale\":0,\"pay\":{}}", "pay.units" },
		{ "{" A ",\"scale\":0,\"pay\":{\"units\":1,\"fen\":1,\"percent\":5}}",
		  "pay.percent" },
		{ "{\"code\":7,\"name\":\"n\",\"kind\":\"points\",\"scale\":0}", "code" },
		{ "{\"code\":\"Gold\",\"name\":\"n\",\"kind\":\"points\",\"scale\":0}", "code" },
		{ "{\"code\":\"g-d\",\"name\":\"n\",\"kind\":\"points\",\"scale\":0}", "code" },
		{ "{\"code\":\"1g\",\"name\":\"n\",\"kind\":\"points\",\"scale\":0}", "code" },
		{ "{\"code\":\"\",\"name\":\"n\",\"kind\":\"points\",\"scale\":0}", "code" },
		{ "{\"code\":\"abcdefghijklmnopq\",\"name\":\"n\",\"kind\":\"points\",\"scale\":0}",
		  "code" },
		{ "{\"code\":\"gold\",\"name\":\"\",\"kind\":\"points\",\"scale\":0}", "name" },
		{ "{\"code\":\"gold\",\"name\":\"a\\nb\",\"kind\":\"points\",\"scale\":0}",
		  "name" },
		{ "{\"code\":\"gold\",\"name\":\"n\",\"kind\":\"stamps\",\"scale\":0}", "kind" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f,
			&(struct question){ f.a.key, "POST", "/v1/assets", WRONG[i].body, NULL },
			400, "invalid_request", WRONG[i].param));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from asset"));
}

static void integers_out_of_range_are_refused_as_such(void)
{
	static const char *const SCALES[] = {
		"-1", "9", "9223372036854775808", "-9223372036854775809", "1.0", "1e0", "0.5"
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(SCALES) / sizeof(SCALES[0]); i++) {
		char body[200];

		(void)snprintf(body, sizeof(body), "{" A ",\"scale\":%s}", SCALES[i]);
		CALL(refused(&f, &(struct question){ f.a.key, "POST", "/v1/assets", body, NULL },
			     400, "amount_out_of_range", "scale"));
	}
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/assets",
					 "{" A ",\"scale\":0,\"pay\":{\"units\":0,\"fen\":1}}",
					 NULL },
		     400, "amount_out_of_range", "pay.units"));
	CALL(refused(&f,
		     &(struct question){ f.a.key, "POST", "/v1/assets",
					 "{" A ",\"scale\":0,\"pay\":{\"units\":1,\"fen\":1,"
					 "\"max_percent\":101}}",
					 NULL },
		     400, "amount_out_of_range", "pay.max_percent"));
	EXPECT_INT(2, fixture_number(&f, "select count(*) from asset"));
}

static void fields_of_a_reason_have_types_and_ranges(void)
{
#define R(code, from, to)                                                                        \
	"{\"code\":" code ",\"name\":\"a\",\"name_en\":\"b\",\"from\":\"" from "\",\"to\":\"" to \
	"\"}"
	static const struct {
		const char *body;
		int status;
		const char *code, *param;
	} WRONG[] = {
		{ R("99999", "user", "system"), 400, "amount_out_of_range", "code" },
		{ R("1000000000", "user", "system"), 400, "amount_out_of_range", "code" },
		{ R("300001", "User", "system"), 400, "invalid_request", "from" },
		{ R("300001", "user:1", "system"), 400, "invalid_request", "from" },
		{ R("300001", "user", ""), 400, "invalid_request", "to" },
		{ R("300001", "user", "seventeen_letters"), 400, "invalid_request", "to" },
		{ R("300001", "central", "user"), 403, "forbidden", "from" },
		{ R("300001", "channel", "user"), 403, "forbidden", "from" },
		{ R("300001", "payout", "user"), 403, "forbidden", "from" },
		{ R("300001", "fee", "user"), 403, "forbidden", "from" },
		{ R("300001", "suspense", "user"), 403, "forbidden", "from" },
		{ R("300001", "expired", "user"), 403, "forbidden", "from" },
		{ R("300001", "user", "channel"), 403, "forbidden", "to" },
		{ R("300001", "user", "suspense"), 403, "forbidden", "to" },
	};
	CLEANUP(fixture_end) struct fixture f = { 0 };

	fixture_begin(&f);
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		CALL(refused(
			&f,
			&(struct question){ f.a.key, "POST", "/v1/reasons", WRONG[i].body, NULL },
			WRONG[i].status, WRONG[i].code, WRONG[i].param));
	EXPECT_INT(0, fixture_number(&f, "select count(*) from reason"));
}

static const struct tap_test TESTS[] = {
	TEST(a_body_needs_its_type_and_length),
	TEST(a_type_with_parameters_is_taken),
	TEST(a_body_over_64_kib_is_refused),
	TEST(a_body_of_64_kib_is_read),
	TEST(a_get_with_a_body_is_refused),
	TEST(broken_json_is_refused),
	TEST(ten_thousand_brackets_are_refused),
	TEST(fields_of_an_asset_have_types_and_ranges),
	TEST(integers_out_of_range_are_refused_as_such),
	TEST(fields_of_a_reason_have_types_and_ranges),
};

TAP_MAIN(TESTS)
