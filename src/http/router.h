/* router.h - finds the route of a method and a path in the tables it was given. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "http/route.h"
#include "sys/arena.h"

#include <stddef.h>

struct router;

/* Takes arrays of routes (each ended by a route without a method).  CHECKs what only a mistake in a
 * table can break: two routes for one method and path, a kind without its functions, an unnamed
 * parameter. */
struct router *router_new(const struct route *const *tables, size_t n);
void router_free(struct router *r); /* NULL-safe */

size_t router_count(const struct router *r);
const struct route *router_at(const struct router *r, size_t i);
/* The route's place in router_at. */
size_t router_index(const struct router *r, const struct route *route);

enum { ALLOW_TEXT = 48 };

/* What a method and a path ask for. */
struct router_match {
	const struct route *route;
	struct str params[HTTP_PARAMS_MAX]; /* decoded, in the order of the path */
	char allow[ALLOW_TEXT];             /* the methods that the path has; "" if none */
};

/* A path is matched segment by segment, as it was sent; a literal segment goes before a parameter.
 * HEAD finds the GET route.  Parameters are decoded into `arena`.  ERR_NO_ROUTE; ERR_BAD_METHOD
 * with out->allow; ERR_INVALID for a bad escape in a parameter. */
MUST_USE enum err router_find(const struct router *r, struct str method, struct str path,
			      struct arena *arena, struct router_match *out);
