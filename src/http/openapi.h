/* openapi.h - what the routes say of themselves: an OpenAPI 3.1 document, and a page for people. */
#pragma once

#include "http/router.h"
#include "sys/json.h"

#include <stdio.h>

/* Source: OpenAPI Specification 3.1.0. */
void openapi_write(const struct router *router, struct jout *w);

/* docs/api.md: every route with its members and an example. */
void api_page_write(const struct router *router, FILE *out);

/* An example of an object as JSON, from its members' examples.  Appended inside an object or array.
 */
void schema_example(const struct schema *schema, bool with_optional, struct jout *w,
		    const char *key);

/* The schemas that the routes name, each once. */
enum { SCHEMAS_MAX = 128 };
struct schemas {
	const struct schema *all[SCHEMAS_MAX];
	size_t n;
};
void schemas_collect(const struct router *router, struct schemas *out);

/* The routes that answer for everybody: /livez /readyz /metrics /openapi.json. */
extern const struct route STATUS_ROUTES[];
