/* control_test.c - the control API refuses clearly what it cannot do. */
#include "kit.h"

#include "base/err.h"

#include <string.h>
#include <sys/stat.h>

static const struct kit_options OPTIONS = { .notice_scale = 1 };

static void a_refusal_names_what_is_wrong(void)
{
	static const struct {
		const char *path, *body;
		int status;
		const char *code, *param;
	} CASES[] = {
		{ "pay", "", 400, "invalid_json", "" },
		{ "pay", "[]", 400, "invalid_json", "" },
		{ "pay", "{}", 400, "invalid_request", "channel" },
		{ "pay", "{\"channel\":\"paypal\"}", 400, "invalid_request", "channel" },
		{ "pay", "{\"channel\":\"alipay\"}", 400, "invalid_request", "out_trade_no" },
		{ "pay", "{\"channel\":\"alipay\",\"out_trade_no\":\"nobody\"}", 404, "not_found",
		  "out_trade_no" },
		{ "pay", "{\"channel\":\"alipay\",\"code\":\"bax\"}", 404, "not_found", "code" },
		{ "pay", "{\"channel\":\"alipay\",\"out_trade_no\":\"x\",\"late\":1}", 400,
		  "invalid_request", "late" },
		{ "pay", "{\"channel\":\"alipay\",\"out_trade_no\":\"x\",\"lat\":true}", 400,
		  "invalid_request", "lat" },
		{ "scan", "{\"channel\":\"alipay\",\"out_trade_no\":\"x\",\"late\":true}", 400,
		  "invalid_request", "late" },
		{ "notices", "{\"channel\":\"alipay\",\"out_trade_no\":\"x\",\"times\":0}", 400,
		  "amount_out_of_range", "times" },
		{ "faults", "{\"channel\":\"alipay\"}", 400, "invalid_request", "kind" },
		{ "faults", "{\"channel\":\"alipay\",\"kind\":\"fire\"}", 400, "invalid_request",
		  "kind" },
		{ "faults", "{\"channel\":\"alipay\",\"kind\":\"error\"}", 400, "invalid_request",
		  "operation" },
		{ "faults", "{\"channel\":\"alipay\",\"kind\":\"error\",\"operation\":\"fly\"}",
		  400, "invalid_request", "operation" },
		{ "faults", "{\"channel\":\"alipay\",\"kind\":\"error\",\"operation\":\"notice\"}",
		  400, "invalid_request", "operation" },
		{ "faults", "{\"channel\":\"alipay\",\"kind\":\"reorder\",\"operation\":\"query\"}",
		  400, "invalid_request", "operation" },
		{ "faults", "{\"channel\":\"alipay\",\"kind\":\"delay\",\"operation\":\"query\"}",
		  400, "invalid_request", "ms" },
		{ "faults",
		  "{\"channel\":\"alipay\",\"kind\":\"forge\",\"operation\":\"query\","
		  "\"times\":1.5}",
		  400, "amount_out_of_range", "times" },
		{ "faults",
		  "{\"channel\":\"alipay\",\"kind\":\"forge\",\"operation\":\"query\","
		  "\"copies\":2}",
		  400, "invalid_request", "copies" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct kit_http got = kit_http(kit_printf("/sandbox/%s", CASES[i].path),
					       "application/json", CASES[i].body);
		json_t *problem = kit_json(got.body);
		const char *param = json_string_value(json_object_get(problem, "param"));

		printf("# %s %s\n", CASES[i].path, CASES[i].body);
		EXPECT_INT(CASES[i].status, got.status);
		EXPECT_STR("application/problem+json", kit_header(got, "Content-Type"));
		EXPECT_STR(CASES[i].code, json_string_value(json_object_get(problem, "code")));
		EXPECT_STR(CASES[i].param, param ? param : "");
	}
}

static void trades_are_listed_newest_first(void)
{
	const char *a = kit_number(), *b = kit_number();
	json_t *trades;

	(void)kit_call(KIT_KEY, "precreate", kit_order(a, ""));
	(void)kit_call(KIT_KEY, "precreate", kit_order(b, ""));
	trades = json_object_get(kit_json(kit_http("/sandbox/trades?limit=2", NULL, NULL).body),
				 "trades");
	EXPECT_INT(2, json_array_size(trades));
	EXPECT_STR(b,
		   json_string_value(json_object_get(json_array_get(trades, 0), "out_trade_no")));
	EXPECT_STR(a,
		   json_string_value(json_object_get(json_array_get(trades, 1), "out_trade_no")));
	EXPECT_INT(8888, json_integer_value(json_object_get(json_array_get(trades, 0), "fen")));
	EXPECT_INT(400, kit_http("/sandbox/trades?limit=0", NULL, NULL).status);
	EXPECT_INT(400, kit_http("/sandbox/trades?colour=red", NULL, NULL).status);
}

static void a_code_names_its_trade(void)
{
	const char *no = kit_number();
	struct kit_answer a = kit_call(KIT_KEY, "precreate", kit_order(no, ""));
	const char *code = strstr(kit_text(a, "qr_code"), "bax");

	EXPECT(kit_control("pay", kit_printf("\"code\":\"%s\"", code)) != NULL);
	EXPECT_STR("TRADE_SUCCESS", kit_status(no));
}

static void faults_are_listed(void)
{
	const char *no = kit_number();
	json_t *faults, *last;

	EXPECT(kit_fault(no, "\"kind\":\"reorder\",\"times\":3"));
	faults = json_object_get(kit_json(kit_http("/sandbox/faults", NULL, NULL).body), "faults");
	last = json_array_get(faults, json_array_size(faults) - 1);
	EXPECT_STR("reorder", json_string_value(json_object_get(last, "kind")));
	EXPECT_STR("notice", json_string_value(json_object_get(last, "operation")));
	EXPECT_STR(no, json_string_value(json_object_get(last, "out_trade_no")));
	EXPECT_INT(3, json_integer_value(json_object_get(last, "times")));
}

static void unknown_paths_and_methods_are_refused(void)
{
	EXPECT_INT(404, kit_http("/nowhere", NULL, NULL).status);
	EXPECT_INT(404, kit_http("/sandbox/none", NULL, NULL).status);
	EXPECT_INT(405, kit_http("/sandbox/pay", NULL, NULL).status);
	EXPECT_INT(405, kit_http("/", "text/plain", "x").status);
	EXPECT_INT(404, kit_http("/q/baxnosuchcode", NULL, NULL).status);
}

static void a_body_over_its_limit_is_refused(void)
{
	size_t n = 200000;
	char *body = kit_printf("%*s", (int)n, "x");

	EXPECT_INT(413, kit_http("/gateway.do", "application/x-www-form-urlencoded", body).status);
	EXPECT_INT(413, kit_http("/sandbox/pay", "application/json", body).status);
}

static void the_files_are_for_their_owner_only(void)
{
	static const char *const FILES[] = { "alipay-keys.json", "alipay.json",
					     "alipay-cert.json" };

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		struct stat st;

		EXPECT_INT(0, stat(kit_printf("%s/%s", kit_dir(), FILES[i]), &st));
		EXPECT_INT(0600, st.st_mode & 0777);
	}
}

static const struct tap_test TESTS[] = {
	TEST(a_refusal_names_what_is_wrong),
	TEST(trades_are_listed_newest_first),
	TEST(a_code_names_its_trade),
	TEST(faults_are_listed),
	TEST(unknown_paths_and_methods_are_refused),
	TEST(a_body_over_its_limit_is_refused),
	TEST(the_files_are_for_their_owner_only),
};

KIT_MAIN(OPTIONS, TESTS)
