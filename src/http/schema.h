/* schema.h - what a JSON object or a query consists of, said once as data.
 *
 * /openapi.json and docs/api.md are made from it, and the tests of the API hold every answer
 * against it. Decoding does not read it: a decoder states its limits itself (sys/json.h), beside
 * this table.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum member_type {
	MEMBER_TEXT,
	MEMBER_INTEGER,
	MEMBER_BOOL,
	MEMBER_TIME,   /* RFC 3339 text */
	MEMBER_OBJECT, /* `of`; NULL: any members */
	MEMBER_ARRAY   /* of `of`; NULL: of texts */
};

enum member_need {
	MEMBER_NEEDED,
	MEMBER_OPTIONAL,  /* asked: may be absent or null; answered: may be null, but is there */
	MEMBER_SHOWN_ONCE /* answered only by the request that made the object */
};

struct schema;

struct member {
	const char *name;
	enum member_type type;
	enum member_need need;
	int64_t lo, hi; /* an integer's value, a text's bytes, an array's elements; hi 0: unsaid */
	const char *words; /* the only texts allowed, "money|points"; NULL: any */
	const struct schema *of;
	const struct schema *or_of; /* what an array's element may be instead; NULL: nothing */
	const char *example;        /* as JSON; NULL: made from the members, or a plain one */
	const char *doc;            /* what it means and its unit */
};

/* `members` ends with one without a name. */
struct schema {
	const char *name; /* "transfer": its name in the OpenAPI document */
	const struct member *members;
};
