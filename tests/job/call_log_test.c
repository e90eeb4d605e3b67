/* call_log_test.c - what is written of calls, and what never is; which events an endpoint wants. */
#include "app/call_log.h"
#include "app/delivery_lane.h"
#include "app/event_match.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include "tap.h"
#include "world.h"

static void sensitive_values_are_masked_in_every_form(void)
{
	static const struct {
		const char *body, *want;
	} CASES[] = {
		{ "", "" },
		{ "nothing here", "nothing here" },
		{ "{\"openid\":\"oUp\",\"a\":1}", "{\"openid\":\"***\",\"a\":1}" },
		{ "{\"auth_code\" : \"2812\"}", "{\"auth_code\" : \"***\"}" },
		{ "{\"secret\":\"whsec_x\",\"n\":\"secretary\"}",
		  "{\"secret\":\"***\",\"n\":\"secretary\"}" },
		{ "{\"x\":\"{\\\"auth_code\\\":\\\"28\\\"}\"}",
		  "{\"x\":\"{\\\"auth_code\\\":\\\"***\\\"}\"}" },
		{ "auth_code=2812&total=1", "auth_code=***&total=1" },
		{ "biz=%7B%22auth_code%22%3A%2228%22%2C%22b%22%3A1",
		  "biz=%7B%22auth_code%22%3A%22***%22%2C%22b%22%3A1" },
		{ "<xml><openid><![CDATA[oUp]]></openid></xml>",
		  "<xml><openid><![CDATA[***]]></openid></xml>" },
		{ "<auth_code>28</auth_code>", "<auth_code>***</auth_code>" },
		{ "{\"API_KEY\":\"k\"}", "{\"API_KEY\":\"***\"}" },
		{ "the key is under the mat", "the key is under the mat" },
		{ "{\"user_id\":2088}", "{\"user_id\":***}" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char out[200];

		call_mask(str_of(CASES[i].body), out, sizeof(out));
		EXPECT_STR(CASES[i].want, out);
	}
}

static void a_mask_never_writes_past_its_end(void)
{
	static const char BODY[] = "{\"password\":\"hunter2\",\"b\":\"c\"}";

	for (size_t cap = 1; cap <= sizeof(BODY); cap++) {
		char out[64];

		memset(out, '#', sizeof(out));
		call_mask(str_of(BODY), out, cap);
		EXPECT(strlen(out) < cap);
		EXPECT(strstr(out, "hunter2") == NULL);
		EXPECT_INT('#', out[cap]);
	}
}

static void count_line(void *self, struct str line)
{
	int *n = self;

	CHECK(str_starts(line, "{\"at\":\"20"));
	CHECK(str_ends(line, "}"));
	(*n)++;
}

static void the_log_is_put_aside_when_it_has_grown(void)
{
	CLEANUP(text_freep) char *text = NULL;
	struct call_log *log;
	struct world w;
	char path[300];
	size_t size;
	int n = 0;

	world_begin(&w);
	EXPECT_ERR(ERR_OK, call_log_open(w.dir.path, w.clock, 2000, &log));
	for (int i = 0; i < 100; i++)
		call_log_write(log,
			       &(struct call_line){ .merchant = MERCHANT,
						    .direction = "out",
						    .kind = "alipay",
						    .operation = "trade.query",
						    .url = "https://a.example/gateway.do?sign=xyz",
						    .status = 200,
						    .took_ms = i,
						    .order = i % 2 ? 77 : 78,
						    .ask = STR("a=1"),
						    .answer = STR("\xff\xfe") });
	for (int age = 0; age <= CALL_LOG_KEPT + 1; age++) {
		(void)snprintf(path, sizeof(path), age > 0 ? "%s/calls.log.%d" : "%s/calls.log",
			       w.dir.path, age);
		EXPECT_ERR(age <= CALL_LOG_KEPT ? ERR_OK : ERR_IO,
			   file_read(path, 1 << 20, &text, &size));
		if (age > CALL_LOG_KEPT)
			break;
		EXPECT(size <= 2000 && (age == 0 || size > 1000));
		EXPECT(strstr(text, "xyz") == NULL);
		EXPECT(strstr(text, "\"url\":\"https://a.example/gateway.do\",\"status\":200"));
		text_freep(&text);
		text = NULL;
	}
	/* The youngest lines of an order, in order. */
	EXPECT_ERR(ERR_OK, call_log_find(log, "ord_000000000002D", 5, count_line, &n));
	EXPECT_INT(5, n);
	n = 0;
	EXPECT_ERR(ERR_OK, call_log_find(log, "ord_0000000000999", 5, count_line, &n));
	EXPECT_INT(0, n);
	call_log_close(log);
	world_end(&w);
}

static void patterns_name_types_families_or_everything(void)
{
	static const struct {
		const char *patterns, *type;
		bool matches;
	} CASES[] = {
		{ "order.paid", "order.paid", true },
		{ "order.paid", "order.paid_late", false },
		{ "order.*", "order.paid_late", true },
		{ "order.*", "orders.paid", false },
		{ "order.*", "order", false },
		{ "*", "refund.failed", true },
		{ "*", "transfer.posted", false },
		{ "transfer.*", "transfer.posted", false },
		{ "refund.* transfer.posted", "transfer.posted", true },
		{ "refund.* order.paid", "order.paid", true },
		{ "", "order.paid", false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		printf("# %s %s\n", CASES[i].patterns, CASES[i].type);
		EXPECT_INT(CASES[i].matches,
			   event_matches(str_of(CASES[i].patterns), str_of(CASES[i].type)));
	}
}

static void orders_of_one_origin_share_a_lane(void)
{
	int64_t lane = delivery_lane(1, STR("https://a.example:8443/paid?no=1"));

	EXPECT(lane < 0);
	EXPECT_INT(lane, delivery_lane(1, STR("https://a.example:8443/other")));
	EXPECT_INT(lane, delivery_lane(1, STR("https://a.example:8443")));
	EXPECT_INT(lane, delivery_lane(1, STR("https://a.example:8443?x")));
	EXPECT(lane != delivery_lane(2, STR("https://a.example:8443/paid?no=1")));
	EXPECT(lane != delivery_lane(1, STR("https://a.example/paid?no=1")));
	EXPECT(lane != delivery_lane(1, STR("http://a.example:8443/paid?no=1")));
	EXPECT(delivery_lane(1, STR("")) < 0);
}

static const struct tap_test TESTS[] = {
	TEST(sensitive_values_are_masked_in_every_form),
	TEST(a_mask_never_writes_past_its_end),
	TEST(the_log_is_put_aside_when_it_has_grown),
	TEST(patterns_name_types_families_or_everything),
	TEST(orders_of_one_origin_share_a_lane),
};

TAP_MAIN(TESTS)
