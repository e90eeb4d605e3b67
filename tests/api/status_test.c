/* What the server answers to everybody: is it alive, is it ready, its numbers, its routes. */
#include "server_fixture.h"

static void livez_and_readyz_answer_without_a_key(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin_with(&f, NULL, 0);
	CALL(ask(&f, NULL, "GET", "/livez", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR("ok", reply_text(&r, "status"));
	reply_free(&r);
	CALL(ask(&f, NULL, "GET", "/readyz", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR("ready", reply_text(&r, "status"));
	reply_free(&r);
}

static void metrics_count_requests_by_route_and_status(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin_with(&f, NULL, 0);
	CALL(ask(&f, NULL, "GET", "/livez", NULL, &r));
	reply_free(&r);
	CALL(ask(&f, NULL, "GET", "/nowhere", NULL, &r));
	reply_free(&r);
	CALL(ask(&f, NULL, "GET", "/metrics", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT(strstr(r.wire.body, "tael_http_requests_total{method=\"GET\",route=\"/livez\","
				   "status=\"200\"} 1\n") != NULL);
	EXPECT(strstr(r.wire.body, "tael_http_requests_total{method=\"\",route=\"unknown\","
				   "status=\"404\"} 1\n") != NULL);
	EXPECT(strstr(r.wire.body, "tael_http_request_seconds_bucket{method=\"GET\","
				   "route=\"/livez\",le=\"+Inf\"} 1\n") != NULL);
	EXPECT(strstr(r.wire.body, "tael_store_ready 1\n") != NULL);
	EXPECT(strstr(r.wire.body, "tael_api_keys 6\n") != NULL);
	reply_free(&r);
}

static void openapi_names_every_route(void)
{
	CLEANUP(fixture_end) struct fixture f = { 0 };
	struct reply r;

	fixture_begin_with(&f, NULL, 0);
	CALL(ask(&f, NULL, "GET", "/openapi.json", NULL, &r));
	EXPECT_INT(200, r.wire.status);
	EXPECT_STR("3.1.0", reply_text(&r, "openapi"));
	EXPECT(reply_at(&r, "paths./livez.get.responses.200") != NULL);
	EXPECT_STR("#/components/schemas/problem",
		   reply_text(&r, "paths./metrics.get.responses.default.content."
				  "application/problem+json.schema.$ref"));
	reply_free(&r);
}

static const struct tap_test TESTS[] = {
	TEST(livez_and_readyz_answer_without_a_key),
	TEST(metrics_count_requests_by_route_and_status),
	TEST(openapi_names_every_route),
};

TAP_MAIN(TESTS)
