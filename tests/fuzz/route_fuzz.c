/* A method, a space and a path: what is found fits the path, and its parameters lead back to it. */
#include "api/api.h"
#include "base/codec.h"
#include "fuzz.h"
#include "http/router.h"
#include "sys/arena.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct router *router, struct str method, struct str path);
static struct str path_of(const struct router_match *match, struct arena *arena);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct router *router;
	struct str path, method = str_cut((struct str){ (const char *)data, len }, ' ', &path);

	if (router == NULL)
		router = router_new(API_TABLES, API_TABLES_N);
	check(router, method, path);
	return 0;
}

static void check(const struct router *router, struct str method, struct str path)
{
	struct arena *arena = arena_new(1 << 20);
	struct router_match match, again;
	enum err e = router_find(router, method, path, arena, &match);

	if ((e == ERR_BAD_METHOD) != (match.route == NULL && *match.allow != '\0'))
		abort();
	if ((e == ERR_OK || e == ERR_INVALID) != (match.route != NULL))
		abort();
	if (e == ERR_OK && match.route != NULL) {
		if (!str_is(method, match.route->method) &&
		    !(str_is(method, "HEAD") && strcmp(match.route->method, "GET") == 0))
			abort();
		if (router_find(router, method, path_of(&match, arena), arena, &again) != ERR_OK ||
		    again.route != match.route)
			abort();
		for (size_t i = 0; i < HTTP_PARAMS_MAX; i++)
			if (!str_eq(match.params[i], again.params[i]))
				abort();
	}
	arena_free(arena);
}

/* The route's path with the parameters encoded again. */
static struct str path_of(const struct router_match *match, struct arena *arena)
{
	size_t cap = strlen(match->route->path) + 1, n = 0, i = 0;
	char *text;

	for (size_t k = 0; k < HTTP_PARAMS_MAX; k++)
		cap += URL_TEXT(match->params[k].n);
	text = arena_alloc(arena, cap);
	for (const char *p = match->route->path; *p != '\0'; p++) {
		if (*p != '{') {
			text[n++] = *p;
			continue;
		}
		n += url_write(match->params[i++], text + n);
		p = strchr(p, '}');
	}
	return (struct str){ text, n };
}
