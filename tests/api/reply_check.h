/* reply_check.h - an answer as a test sees it, and whether it is what its route declares. */
#pragma once

#include "http/problem.h"
#include "http/router.h"
#include "sys/arena.h"

#include "tap.h"
#include "wire.h"

#include <jansson.h>

struct reply {
	struct wire_answer wire;
	json_t *json; /* NULL when the body is not JSON */
};

static inline void reply_parse(struct reply *r)
{
	r->json = r->wire.body_n > 0
			  ? json_loadb(r->wire.body, r->wire.body_n, JSON_REJECT_DUPLICATES, NULL)
			  : NULL;
}

static inline void reply_free(struct reply *r)
{
	json_decref(r->json);
	r->json = NULL;
	wire_answer_free(&r->wire);
}

/* A member by its path, "data.0.code"; NULL if there is none. */
static inline const json_t *reply_at(const struct reply *r, const char *path)
{
	const json_t *at = r->json;
	char part[64];

	while (at != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		(void)snprintf(part, sizeof(part), "%.*s", (int)n, path);
		if (json_is_array(at))
			at = json_array_get(at, strtoul(part, NULL, 10));
		else
			at = json_object_get(at, part);
		path += n + (path[n] == '.' ? 1 : 0);
	}
	return at;
}

/* "" when it is absent, null or no text. */
static inline const char *reply_text(const struct reply *r, const char *path)
{
	const char *text = json_string_value(reply_at(r, path));

	return text != NULL ? text : "";
}

/* -1 when it is absent or no integer. */
static inline long long reply_integer(const struct reply *r, const char *path)
{
	const json_t *at = reply_at(r, path);

	return json_is_integer(at) ? json_integer_value(at) : -1;
}

static inline bool reply_bool(const struct reply *r, const char *path)
{
	const json_t *at = reply_at(r, path);

	return json_is_true(at);
}

/* True when the member is there and null. */
static inline bool reply_null(const struct reply *r, const char *path)
{
	const json_t *at = reply_at(r, path);

	return json_is_null(at);
}

/* --- against the declaration --- */

static inline bool reply_type_fits(const struct member *m, const json_t *value)
{
	json_type type = value != NULL ? json_typeof(value) : JSON_NULL;

	switch (m->type) {
	case MEMBER_TEXT:
	case MEMBER_TIME:
		return type == JSON_STRING;
	case MEMBER_INTEGER:
		return type == JSON_INTEGER;
	case MEMBER_BOOL:
		return type == JSON_TRUE || type == JSON_FALSE;
	case MEMBER_OBJECT:
		return type == JSON_OBJECT;
	case MEMBER_ARRAY:
		return type == JSON_ARRAY;
	}
	return false;
}

static inline bool reply_limits_fit(const struct member *m, const json_t *value)
{
	char word[80], words[400];

	if (m->type == MEMBER_INTEGER && m->hi != 0)
		return json_integer_value(value) >= m->lo && json_integer_value(value) <= m->hi;
	if (m->type != MEMBER_TEXT || m->words == NULL)
		return true;
	(void)snprintf(word, sizeof(word), "|%s|", json_string_value(value));
	(void)snprintf(words, sizeof(words), "|%s|", m->words);
	return strstr(words, word) != NULL;
}

static inline void reply_fits(const struct schema *schema, const json_t *value);

static inline void reply_member_fits(const struct schema *schema, const struct member *m,
				     const json_t *value)
{
	size_t i;
	json_t *element;

	if (value == NULL && m->need == MEMBER_SHOWN_ONCE)
		return;
	if (json_is_null(value) && m->need == MEMBER_OPTIONAL)
		return;
	if (value == NULL || !reply_type_fits(m, value) || !reply_limits_fit(m, value)) {
		printf("# %s.%s is missing or not as declared\n", schema->name, m->name);
		tap_failed = true;
		return;
	}
	if (m->of == NULL)
		return;
	if (m->type == MEMBER_OBJECT)
		CALL(reply_fits(m->of, value));
	if (m->type == MEMBER_ARRAY)
		json_array_foreach (value, i, element)
			CALL(reply_fits(m->or_of != NULL && json_object_get(element,
									    m->or_of->members->name)
						? m->or_of
						: m->of,
					element));
}

/* Every declared member is there and right, and no other. */
static inline void reply_fits(const struct schema *schema, const json_t *value)
{
	size_t declared = 0;

	EXPECT(json_is_object(value));
	for (const struct member *m = schema->members; m->name != NULL; m++) {
		const json_t *member = json_object_get(value, m->name);

		declared += member != NULL ? 1 : 0;
		CALL(reply_member_fits(schema, m, member));
	}
	if (declared != json_object_size(value))
		printf("# %s has members that are not declared\n", schema->name);
	EXPECT_INT(declared, json_object_size(value));
}

static inline void reply_check_list(const struct route *route, const json_t *value)
{
	size_t i;
	json_t *element;

	EXPECT(json_is_object(value) && json_object_size(value) == 3 + (size_t)route->next);
	EXPECT(!route->next || json_object_get(value, "next") != NULL);
	EXPECT_STR("list", json_string_value(json_object_get(value, "object")));
	EXPECT(json_is_boolean(json_object_get(value, "has_more")));
	EXPECT(json_is_array(json_object_get(value, "data")));
	json_array_foreach (json_object_get(value, "data"), i, element)
		CALL(reply_fits(route->reply, element));
}

/* Request-Id everywhere; a problem for each failure; else what the route of method and path says.
 */
static inline void reply_check(const struct router *router, const char *method, const char *path,
			       const struct reply *r)
{
	struct arena *arena = arena_new(65536);
	struct router_match match;
	const struct route *route;
	char text[256];
	struct str only_path = { path, strcspn(path, "?") };
	enum err e = router_find(router, str_of(method), only_path, arena, &match);

	arena_free(arena);
	route = match.route;
	EXPECT(wire_field(&r->wire, "Request-Id", text, sizeof(text)));
	EXPECT(strncmp(text, "req_", 4) == 0 && strlen(text) == 17);
	if (r->wire.status >= 400 && (e != ERR_OK || route->refuse == NULL)) {
		char type[64] = "";

		EXPECT(wire_field(&r->wire, "Content-Type", type, sizeof(type)));
		if (strcmp(method, "HEAD") == 0)
			return;
		EXPECT_STR("application/problem+json", type);
		CALL(reply_fits(&PROBLEM, r->json));
		EXPECT_INT(r->wire.status, reply_integer(r, "status"));
		EXPECT_STR(text, reply_text(r, "request_id"));
	}
	if (r->wire.status >= 300 || e != ERR_OK || route->reply == NULL ||
	    strcmp(method, "HEAD") == 0)
		return;
	if (route->list)
		CALL(reply_check_list(route, r->json));
	else if (route->instead != NULL && r->wire.status == 200)
		CALL(reply_fits(route->instead, r->json));
	else
		CALL(reply_fits(route->reply, r->json));
}
