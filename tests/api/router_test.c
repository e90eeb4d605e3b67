/* Which route a method and a path find, and what a table may not say. */
#include "base/check.h"
#include "http/router.h"

#include "aborts.h"
#include "tap.h"

static enum err nothing(struct http_ask *ask, struct http_reply *reply)
{
	(void)ask;
	(void)reply;
	return ERR_OK;
}

#define ROUTE(m, p)                                                                             \
	{                                                                                       \
		.method = (m), .path = (p), .kind = ROUTE_FLOW, .summary = "-", .flow = nothing \
	}

/* clang-format off */
static const struct route ROUTES[] = {
	ROUTE("GET", "/a"), ROUTE("POST", "/a"), ROUTE("GET", "/a/{x}"), ROUTE("GET", "/a/b"),
	ROUTE("POST", "/a/{x}"), ROUTE("GET", "/{p}/b/{q}"), ROUTE("GET", "/a/{x}/c"),
	{ 0 }
};
/* clang-format on */
static const struct route *const TABLES[] = { ROUTES };

static void the_nearest_route_is_found(void)
{
	static const struct {
		const char *method, *path;
		int route; /* -1: none */
		enum err want;
	} CASES[] = {
		{ "GET", "/a", 0, ERR_OK },
		{ "HEAD", "/a", 0, ERR_OK },
		{ "POST", "/a", 1, ERR_OK },
		{ "GET", "/a/b", 3, ERR_OK },
		{ "GET", "/a/B", 2, ERR_OK },
		{ "POST", "/a/b", 4, ERR_OK },
		{ "GET", "/a/b/c", 6, ERR_OK },
		{ "GET", "/a/b/d", 5, ERR_OK },
		{ "GET", "/z/b/d", 5, ERR_OK },
		{ "PUT", "/a", -1, ERR_BAD_METHOD },
		{ "", "/a", -1, ERR_BAD_METHOD },
		{ "HEAD", "/a/", -1, ERR_NO_ROUTE },
		{ "GET", "", -1, ERR_NO_ROUTE },
		{ "GET", "a", -1, ERR_NO_ROUTE },
		{ "GET", "/", -1, ERR_NO_ROUTE },
		{ "GET", "//a", -1, ERR_NO_ROUTE },
		{ "GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m", -1, ERR_NO_ROUTE },
		{ "GET", "*", -1, ERR_NO_ROUTE },
	};
	struct router *router = router_new(TABLES, 1);
	struct arena *arena = arena_new(4096);
	struct router_match m;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		printf("# %s %s\n", CASES[i].method, CASES[i].path);
		EXPECT_ERR(CASES[i].want, router_find(router, str_of(CASES[i].method),
						      str_of(CASES[i].path), arena, &m));
		EXPECT(m.route == (CASES[i].route < 0 ? NULL : &ROUTES[CASES[i].route]));
	}
	EXPECT_INT(7, router_count(router));
	EXPECT_INT(3, router_index(router, &ROUTES[3]));
	arena_free(arena);
	router_free(router);
}

static void a_wrong_method_is_told_the_right_ones(void)
{
	struct router *router = router_new(TABLES, 1);
	struct arena *arena = arena_new(4096);
	struct router_match m;

	EXPECT_ERR(ERR_BAD_METHOD, router_find(router, STR("PUT"), STR("/a/b"), arena, &m));
	EXPECT_STR("GET, HEAD, POST", m.allow);
	EXPECT_ERR(ERR_BAD_METHOD, router_find(router, STR("POST"), STR("/a/b/c"), arena, &m));
	EXPECT_STR("GET, HEAD", m.allow);
	arena_free(arena);
	router_free(router);
}

static void parameters_are_decoded_in_their_order(void)
{
	struct router *router = router_new(TABLES, 1);
	struct arena *arena = arena_new(4096);
	struct router_match m;

	EXPECT_ERR(ERR_OK,
		   router_find(router, STR("GET"), STR("/user%3A7/b/%e4%b8%83"), arena, &m));
	EXPECT(str_is(m.params[0], "user:7") && str_is(m.params[1], "七"));
	EXPECT_ERR(ERR_INVALID, router_find(router, STR("GET"), STR("/a/%"), arena, &m));
	EXPECT_STR("x", err_param());
	EXPECT_ERR(ERR_INVALID, router_find(router, STR("GET"), STR("/a/b/%00"), arena, &m));
	EXPECT_STR("q", err_param());
	/* An encoded slash is no separator. */
	EXPECT_ERR(ERR_OK, router_find(router, STR("GET"), STR("/a/b%2Fc"), arena, &m));
	EXPECT(m.route == &ROUTES[2] && str_is(m.params[0], "b/c"));
	arena_free(arena);
	router_free(router);
}

/* clang-format off */
static const struct route TWICE[] = { ROUTE("GET", "/a"), ROUTE("GET", "/a"), { 0 } };
static const struct route NO_FUNCTION[] = {
	{ .method = "GET", .path = "/a", .kind = ROUTE_FLOW, .summary = "-" }, { 0 }
};
static const struct route READ_BY_POST[] = {
	{ .method = "POST", .path = "/a", .kind = ROUTE_READ, .summary = "-", .flow = nothing },
	{ 0 }
};
/* clang-format on */
static const struct route *const WRONG[] = { TWICE, NO_FUNCTION, READ_BY_POST };
static size_t wrong;

static void make_wrong(void)
{
	router_free(router_new(&WRONG[wrong], 1));
}

static void a_table_that_cannot_be_meant_stops_the_program(void)
{
	for (wrong = 0; wrong < sizeof(WRONG) / sizeof(WRONG[0]); wrong++)
		EXPECT(aborts(make_wrong));
}

static const struct tap_test TESTS[] = {
	TEST(the_nearest_route_is_found),
	TEST(a_wrong_method_is_told_the_right_ones),
	TEST(parameters_are_decoded_in_their_order),
	TEST(a_table_that_cannot_be_meant_stops_the_program),
};

TAP_MAIN(TESTS)
