#include "http/openapi.h"

#include "base/check.h"
#include "http/problem.h"

#include <ctype.h>
#include <string.h>

static void path_write(const struct router *r, size_t first, struct jout *w);
static void operation_write(const struct route *route, struct jout *w);
static void operation_id(const struct route *route, char *out, size_t cap);
static void parameters_write(const struct route *route, struct jout *w);
static void parameter_write(struct jout *w, struct str name, const char *in,
			    const struct member *m);
static void body_write(const struct route *route, struct jout *w);
static void responses_write(const struct route *route, struct jout *w);
static void reply_schema(const struct route *route, struct jout *w);
static void schema_write(const struct schema *schema, struct jout *w);
static void member_write(const struct member *m, const char *key, struct jout *w);
static void text_type_write(const struct member *m, struct jout *w);
static void reference(struct jout *w, const char *key, const struct schema *schema);
static void schemas_add(struct schemas *s, const struct schema *schema);

static const struct member LIMIT = {
	"limit", MEMBER_INTEGER,      MEMBER_OPTIONAL,
	.lo = 1, .hi = HTTP_LIST_MAX, .doc = "how many at most; 20 when it is not given"
};
static const struct member AFTER = {
	"after", MEMBER_TEXT, MEMBER_OPTIONAL,
	.doc = "those after this one; the last element's place in the list"
};
static const struct member BEFORE = { "before", MEMBER_TEXT, MEMBER_OPTIONAL,
				      .doc = "those just before this one" };
static const struct member KEY = {
	"Idempotency-Key", MEMBER_TEXT, MEMBER_OPTIONAL,
	.lo = 1,           .hi = 64,    .doc = "the answer is kept for 72 hours under this key"
};

void openapi_write(const struct router *router, struct jout *w)
{
	struct schemas schemas = { .n = 0 };

	schemas_collect(router, &schemas);
	jout_object(w, NULL);
	jout_text(w, "openapi", "3.1.0");
	jout_object(w, "info");
	jout_text(w, "title", "Tael");
	jout_text(w, "version", "v1");
	jout_object_end(w);

	jout_object(w, "paths");
	for (size_t i = 0; i < router_count(router); i++)
		path_write(router, i, w);
	jout_object_end(w);

	jout_object(w, "components");
	jout_object(w, "securitySchemes");
	jout_object(w, "key");
	jout_text(w, "type", "http");
	jout_text(w, "scheme", "bearer");
	jout_object_end(w);
	jout_object_end(w);
	jout_object(w, "schemas");
	for (size_t i = 0; i < schemas.n; i++)
		schema_write(schemas.all[i], w);
	jout_object_end(w);
	jout_object_end(w);
	jout_object_end(w);
}

/* All methods of the path of route `first`, where it is the first with this path. */
static void path_write(const struct router *r, size_t first, struct jout *w)
{
	const char *path = router_at(r, first)->path;

	for (size_t i = 0; i < first; i++)
		if (strcmp(router_at(r, i)->path, path) == 0)
			return;
	jout_object(w, path);
	for (size_t i = first; i < router_count(r); i++)
		if (strcmp(router_at(r, i)->path, path) == 0)
			operation_write(router_at(r, i), w);
	jout_object_end(w);
}

static void operation_write(const struct route *route, struct jout *w)
{
	char text[128];

	jout_object(w, strcmp(route->method, "GET") == 0 ? "get" : "post");
	operation_id(route, text, sizeof(text));
	jout_text(w, "operationId", text);
	jout_text(w, "summary", route->summary);
	if (route->scope != SCOPE_NONE) {
		jout_array(w, "security");
		jout_object(w, NULL);
		jout_array(w, "key");
		jout_array_end(w);
		jout_object_end(w);
		jout_array_end(w);
	}
	parameters_write(route, w);
	body_write(route, w);
	responses_write(route, w);
	jout_object_end(w);
}

/* "GET /v1/orders/{id}" -> get_v1_orders_id */
static void operation_id(const struct route *route, char *out, size_t cap)
{
	size_t n = 0;

	for (const char *p = route->method; *p != '\0' && n + 1 < cap; p++)
		out[n++] = (char)tolower((unsigned char)*p);
	for (const char *p = route->path; *p != '\0' && n + 1 < cap; p++) {
		if (isalnum((unsigned char)*p))
			out[n++] = *p;
		else if (n > 0 && out[n - 1] != '_' && p[1] != '\0')
			out[n++] = '_';
	}
	out[n] = '\0';
}

static void parameters_write(const struct route *route, struct jout *w)
{
	struct str rest = str_of(route->path);

	jout_array(w, "parameters");
	while (rest.n > 0) {
		struct str segment = str_cut(rest, '/', &rest);

		if (segment.n > 2 && segment.p[0] == '{')
			parameter_write(w, (struct str){ segment.p + 1, segment.n - 2 }, "path",
					NULL);
	}
	if (route->query != NULL)
		for (const struct member *m = route->query->members; m->name != NULL; m++)
			parameter_write(w, str_of(m->name), "query", m);
	if (route->list) {
		parameter_write(w, str_of(LIMIT.name), "query", &LIMIT);
		parameter_write(w, str_of(AFTER.name), "query", &AFTER);
		parameter_write(w, str_of(BEFORE.name), "query", &BEFORE);
	}
	if (route->scope != SCOPE_NONE && strcmp(route->method, "POST") == 0)
		parameter_write(w, str_of(KEY.name), "header", &KEY);
	jout_array_end(w);
}

/* m NULL: a text of the path. */
static void parameter_write(struct jout *w, struct str name, const char *in, const struct member *m)
{
	static const struct member PATH = { "schema", MEMBER_TEXT, MEMBER_NEEDED, .doc = NULL };
	struct member type = m != NULL ? *m : PATH;

	jout_object(w, NULL);
	jout_str(w, "name", name);
	jout_text(w, "in", in);
	jout_bool(w, "required", type.need == MEMBER_NEEDED);
	if (type.doc != NULL)
		jout_text(w, "description", type.doc);
	type.doc = NULL;
	type.need = MEMBER_NEEDED;
	member_write(&type, "schema", w);
	jout_object_end(w);
}

static void body_write(const struct route *route, struct jout *w)
{
	if (route->body == NULL)
		return;
	jout_object(w, "requestBody");
	jout_bool(w, "required", true);
	jout_object(w, "content");
	jout_object(w, route->media != NULL ? route->media : "application/json");
	reference(w, "schema", route->body);
	jout_object_end(w);
	jout_object_end(w);
	jout_object_end(w);
}

static void responses_write(const struct route *route, struct jout *w)
{
	char status[8];

	(void)snprintf(status, sizeof(status), "%d", route->status != 0 ? route->status : 200);
	jout_object(w, "responses");
	jout_object(w, status);
	jout_text(w, "description", "done");
	if (route->reply != NULL) {
		jout_object(w, "content");
		jout_object(w, "application/json");
		reply_schema(route, w);
		jout_object_end(w);
		jout_object_end(w);
	}
	jout_object_end(w);
	if (route->instead != NULL) {
		jout_object(w, "200");
		jout_text(w, "description", "done otherwise");
		jout_object(w, "content");
		jout_object(w, "application/json");
		reference(w, "schema", route->instead);
		jout_object_end(w);
		jout_object_end(w);
		jout_object_end(w);
	}
	jout_object(w, "default");
	jout_text(w, "description", "a problem");
	jout_object(w, "content");
	jout_object(w, "application/problem+json");
	reference(w, "schema", &PROBLEM);
	jout_object_end(w);
	jout_object_end(w);
	jout_object_end(w);
	jout_object_end(w);
}

static void reply_schema(const struct route *route, struct jout *w)
{
	if (!route->list) {
		reference(w, "schema", route->reply);
		return;
	}
	jout_object(w, "schema");
	jout_text(w, "type", "object");
	jout_raw(w, "required", STR("[\"object\",\"data\",\"has_more\"]"));
	jout_object(w, "properties");
	jout_raw(w, "object", STR("{\"const\":\"list\"}"));
	jout_object(w, "data");
	jout_text(w, "type", "array");
	reference(w, "items", route->reply);
	jout_object_end(w);
	jout_raw(w, "has_more", STR("{\"type\":\"boolean\"}"));
	if (route->next)
		jout_raw(w, "next", STR("{\"type\":[\"string\",\"null\"]}"));
	jout_object_end(w);
	jout_object_end(w);
}

static void reference(struct jout *w, const char *key, const struct schema *schema)
{
	char text[96];

	(void)snprintf(text, sizeof(text), "#/components/schemas/%s", schema->name);
	jout_object(w, key);
	jout_text(w, "$ref", text);
	jout_object_end(w);
}

static void schema_write(const struct schema *schema, struct jout *w)
{
	jout_object(w, schema->name);
	jout_text(w, "type", "object");
	jout_array(w, "required");
	for (const struct member *m = schema->members; m->name != NULL; m++)
		if (m->need == MEMBER_NEEDED)
			jout_text(w, NULL, m->name);
	jout_array_end(w);
	jout_bool(w, "additionalProperties", false);
	jout_object(w, "properties");
	for (const struct member *m = schema->members; m->name != NULL; m++)
		member_write(m, m->name, w);
	jout_object_end(w);
	jout_object_end(w);
}

static void member_write(const struct member *m, const char *key, struct jout *w)
{
	static const char *const TYPES[] = {
		[MEMBER_TEXT] = "string", [MEMBER_INTEGER] = "integer", [MEMBER_BOOL] = "boolean",
		[MEMBER_TIME] = "string", [MEMBER_OBJECT] = "object",   [MEMBER_ARRAY] = "array",
	};

	jout_object(w, key);
	if (m->doc != NULL)
		jout_text(w, "description", m->doc);
	if (m->type == MEMBER_OBJECT && m->of != NULL) {
		char text[96];

		(void)snprintf(text, sizeof(text), "#/components/schemas/%s", m->of->name);
		jout_text(w, "$ref", text);
		jout_object_end(w);
		return;
	}
	if (m->need == MEMBER_NEEDED) {
		jout_text(w, "type", TYPES[m->type]);
	} else {
		jout_array(w, "type");
		jout_text(w, NULL, TYPES[m->type]);
		jout_text(w, NULL, "null");
		jout_array_end(w);
	}
	text_type_write(m, w);
	if (m->type == MEMBER_ARRAY && m->or_of != NULL) {
		jout_object(w, "items");
		jout_array(w, "anyOf");
		reference(w, NULL, m->of);
		reference(w, NULL, m->or_of);
		jout_array_end(w);
		jout_object_end(w);
	} else if (m->type == MEMBER_ARRAY && m->of != NULL) {
		reference(w, "items", m->of);
	}
	if (m->example != NULL) {
		jout_array(w, "examples");
		jout_raw(w, NULL, str_of(m->example));
		jout_array_end(w);
	}
	jout_object_end(w);
}

/* Limits in the words of JSON Schema. */
static void text_type_write(const struct member *m, struct jout *w)
{
	if (m->type == MEMBER_TIME)
		jout_text(w, "format", "date-time");
	if (m->words != NULL) {
		struct str rest = str_of(m->words);

		jout_array(w, "enum");
		while (rest.n > 0)
			jout_str(w, NULL, str_cut(rest, '|', &rest));
		if (m->need != MEMBER_NEEDED)
			jout_null(w, NULL);
		jout_array_end(w);
	}
	if (m->hi == 0)
		return;
	if (m->type == MEMBER_INTEGER) {
		jout_integer(w, "minimum", m->lo);
		jout_integer(w, "maximum", m->hi);
	} else if (m->type == MEMBER_TEXT) {
		jout_integer(w, "minLength", m->lo);
		jout_integer(w, "maxLength", m->hi);
	} else if (m->type == MEMBER_ARRAY) {
		jout_integer(w, "minItems", m->lo);
		jout_integer(w, "maxItems", m->hi);
	}
}

void schemas_collect(const struct router *router, struct schemas *out)
{
	schemas_add(out, &PROBLEM);
	for (size_t i = 0; i < router_count(router); i++) {
		const struct route *route = router_at(router, i);

		if (route->body != NULL)
			schemas_add(out, route->body);
		if (route->reply != NULL)
			schemas_add(out, route->reply);
		if (route->instead != NULL)
			schemas_add(out, route->instead);
	}
}

static void schemas_add(struct schemas *s, const struct schema *schema)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->all[i] == schema)
			return;
		/* Two schemas of one name would be one in the document. */
		CHECK(strcmp(s->all[i]->name, schema->name) != 0);
	}
	CHECK(s->n < SCHEMAS_MAX);
	s->all[s->n++] = schema;
	for (const struct member *m = schema->members; m->name != NULL; m++) {
		if (m->of != NULL)
			schemas_add(s, m->of);
		if (m->or_of != NULL)
			schemas_add(s, m->or_of);
	}
}
