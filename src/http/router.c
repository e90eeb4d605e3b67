#include "http/router.h"

#include "base/check.h"
#include "base/codec.h"

#include <stdlib.h>
#include <string.h>

enum { SEGMENTS_MAX = 10 };

struct path {
	struct str segments[SEGMENTS_MAX];
	size_t n;
};

struct place {
	const struct route *route;
	struct path path;
};

struct router {
	struct place *places;
	size_t n;
};

static void place_add(struct router *r, const struct route *route);
static void route_check(const struct route *route);
static bool path_split(struct str text, struct path *out);
static bool is_param(struct str segment);
static bool matches(const struct path *pattern, const struct path *path);
static bool is_nearer(const struct path *a, const struct path *b);
static const struct place *best(const struct router *r, const struct path *path, struct str method,
				char allow[ALLOW_TEXT]);
static enum err params_read(const struct path *pattern, const struct path *path,
			    struct arena *arena, struct str params[HTTP_PARAMS_MAX]);

struct router *router_new(const struct route *const *tables, size_t n)
{
	struct router *r = calloc(1, sizeof(*r));

	CHECK(r != NULL);
	for (size_t i = 0; i < n; i++)
		for (const struct route *route = tables[i]; route->method != NULL; route++)
			place_add(r, route);
	return r;
}

static void place_add(struct router *r, const struct route *route)
{
	struct place *places = realloc(r->places, (r->n + 1) * sizeof(*places));
	struct place *new;

	CHECK(places != NULL);
	r->places = places;
	new = &places[r->n];
	new->route = route;
	route_check(route);
	CHECK(path_split(str_of(route->path), &new->path));
	for (size_t i = 0; i < r->n; i++)
		CHECK(strcmp(places[i].route->method, route->method) != 0 ||
		      strcmp(places[i].route->path, route->path) != 0);
	r->n++;
}

static void route_check(const struct route *route)
{
	CHECK(route->summary != NULL);
	switch (route->kind) {
	case ROUTE_INLINE:
	case ROUTE_FLOW:
		CHECK(route->flow != NULL && route->act == NULL);
		break;
	case ROUTE_READ:
		CHECK(strcmp(route->method, "GET") == 0);
		CHECK(route->act != NULL && route->encode != NULL);
		break;
	case ROUTE_WRITE:
		CHECK(strcmp(route->method, "POST") == 0 && route->wait == NULL);
		CHECK(route->act != NULL && route->encode != NULL);
		break;
	}
}

void router_free(struct router *r)
{
	if (r == NULL)
		return;
	free(r->places);
	free(r);
}

size_t router_count(const struct router *r)
{
	return r->n;
}

const struct route *router_at(const struct router *r, size_t i)
{
	CHECK(i < r->n);
	return r->places[i].route;
}

size_t router_index(const struct router *r, const struct route *route)
{
	size_t i = 0;

	while (router_at(r, i) != route)
		i++;
	return i;
}

enum err router_find(const struct router *r, struct str method, struct str path,
		     struct arena *arena, struct router_match *out)
{
	struct path asked;
	const struct place *place;

	*out = (struct router_match){ .route = NULL };
	if (!path_split(path, &asked))
		FAIL(ERR_NO_ROUTE, "there is no such route");
	place = best(r, &asked, method, out->allow);
	if (place == NULL && *out->allow != '\0')
		FAIL(ERR_BAD_METHOD, "this route takes %s", out->allow);
	if (place == NULL)
		FAIL(ERR_NO_ROUTE, "there is no such route");
	out->route = place->route;
	return params_read(&place->path, &asked, arena, out->params);
}

/* Of the routes that fit, the one with the most literal beginning; notes which methods fit the
 * path. */
static const struct place *best(const struct router *r, const struct path *path, struct str method,
				char allow[ALLOW_TEXT])
{
	const struct place *found = NULL;
	size_t n = 0;

	if (str_is(method, "HEAD"))
		method = STR("GET");
	for (size_t i = 0; i < r->n; i++) {
		const struct place *p = &r->places[i];

		if (!matches(&p->path, path))
			continue;
		if (strstr(allow, p->route->method) == NULL)
			str_add(allow, ALLOW_TEXT, &n, "%s%s%s", n > 0 ? ", " : "",
				p->route->method,
				strcmp(p->route->method, "GET") == 0 ? ", HEAD" : "");
		if (str_is(method, p->route->method) &&
		    (found == NULL || is_nearer(&p->path, &found->path)))
			found = p;
	}
	return found;
}

/* "/a/b" has two segments; empty ones are not a path of ours. */
static bool path_split(struct str text, struct path *out)
{
	out->n = 0;
	if (text.n < 2 || text.p[0] != '/')
		return false;
	text = str_skip(text, 1);
	for (;;) {
		size_t end = str_find(text, '/');

		if (end == 0 || out->n == SEGMENTS_MAX)
			return false;
		out->segments[out->n++] = (struct str){ text.p, end };
		if (end == text.n)
			return true;
		text = str_skip(text, end + 1);
	}
}

static bool is_param(struct str segment)
{
	return segment.n > 2 && segment.p[0] == '{' && segment.p[segment.n - 1] == '}';
}

static bool matches(const struct path *pattern, const struct path *path)
{
	if (pattern->n != path->n)
		return false;
	for (size_t i = 0; i < pattern->n; i++)
		if (!is_param(pattern->segments[i]) &&
		    !str_eq(pattern->segments[i], path->segments[i]))
			return false;
	return true;
}

static bool is_nearer(const struct path *a, const struct path *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (is_param(a->segments[i]) != is_param(b->segments[i]))
			return !is_param(a->segments[i]);
	return false;
}

static enum err params_read(const struct path *pattern, const struct path *path,
			    struct arena *arena, struct str params[HTTP_PARAMS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < pattern->n; i++) {
		struct str name = pattern->segments[i], sent = path->segments[i];
		char param[ERR_PARAM_MAX];
		char *text;
		size_t text_n;

		if (!is_param(name))
			continue;
		CHECK(n < HTTP_PARAMS_MAX);
		text = arena_alloc(arena, sent.n + 1);
		str_copy_cut(param, sizeof(param), (struct str){ name.p + 1, name.n - 2 });
		if (url_read(sent, text, &text_n) != ERR_OK)
			FAIL_AT(ERR_INVALID, param, "%s in the path has a bad escape", param);
		params[n++] = (struct str){ text, text_n };
	}
	return ERR_OK;
}
