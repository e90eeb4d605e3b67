/* api_page.c - docs/api.md from the table of routes (declared in http/openapi.h). */
#include "http/openapi.h"

#include "base/check.h"
#include "http/problem.h"
#include "sys/cleanup.h"

#include <inttypes.h>

static void head_write(FILE *out);
static void route_write(const struct route *route, FILE *out);
static void example_write(const struct schema *schema, FILE *out);
static void member_example(const struct member *m, bool with_optional, struct jout *w);
static void object_write(const struct schema *schema, FILE *out);
static void member_row(const struct member *m, FILE *out);
static void limits_write(const struct member *m, FILE *out);
static void errors_write(FILE *out);

void api_page_write(const struct router *router, FILE *out)
{
	struct schemas schemas = { .n = 0 };

	head_write(out);
	for (size_t i = 0; i < router_count(router); i++)
		route_write(router_at(router, i), out);
	fputs("\n## Objects\n", out);
	schemas_collect(router, &schemas);
	for (size_t i = 0; i < schemas.n; i++)
		object_write(schemas.all[i], out);
	errors_write(out);
}

static void head_write(FILE *out)
{
	fputs("# The API\n"
	      "\n"
	      "This page is made from the table of routes by `ninja -C build/release api-page`;"
	      " `/openapi.json` says the same to programs.\n"
	      "\n"
	      "- Send `Authorization: Bearer sk_test_…`. A key belongs to one app of one "
	      "merchant.\n"
	      "- Bodies are JSON with `Content-Type: application/json`, at most 64 KiB where no"
	      " more is allowed. Unknown and repeated members, `1.0` and `1e3` are refused.\n"
	      "- Amounts are integers: fen of `cny`, units of points, at most 9007199254740991.\n"
	      "- Every answer carries `Request-Id`. A failure is `application/problem+json`; "
	      "`code` is for"
	      " programs and never changes.\n"
	      "- Every POST may carry `Idempotency-Key` (1-64 of `A-Z a-z 0-9 . _ : -`): for 72 "
	      "hours the"
	      " same request gets the same answer, with `Idempotent-Replayed: true`.\n"
	      "- `request_id`, `out_order_no` and `out_refund_no` name one object for ever.\n"
	      "- Lists take `limit` (at most 100), `after` and `before`.\n"
	      "\n"
	      "## Routes\n",
	      out);
}

static void route_write(const struct route *route, FILE *out)
{
	static const char *const SCOPES[] = {
		[SCOPE_NONE] = "no key",
		[SCOPE_READ] = "any key",
		[SCOPE_WRITE] = "a key with scope full or no_refund",
		[SCOPE_REFUND] = "a key with scope full",
	};

	fprintf(out, "\n### %s %s\n\n%s. Takes %s; answers %d", route->method, route->path,
		route->summary, SCOPES[route->scope], route->status != 0 ? route->status : 200);
	if (route->reply != NULL)
		fprintf(out, " with %s[%s](#%s)", route->list ? "a list of " : "",
			route->reply->name, route->reply->name);
	if (route->instead != NULL)
		fprintf(out, ", or 200 with [%s](#%s)", route->instead->name, route->instead->name);
	fputs(".\n", out);
	if (route->query != NULL) {
		fputs("\n| query | type | meaning |\n|---|---|---|\n", out);
		for (const struct member *m = route->query->members; m->name != NULL; m++)
			member_row(m, out);
	}
	if (route->body != NULL) {
		fprintf(out, "\nBody: [%s](#%s)", route->body->name, route->body->name);
		if (route->body_max > HTTP_BODY_MAX)
			fprintf(out, ", at most %zu KiB", route->body_max / 1024);
		fputs("\n", out);
		example_write(route->body, out);
	}
}

static void example_write(const struct schema *schema, FILE *out)
{
	struct jout w CLEANUP(jout_free);

	jout_open(&w);
	schema_example(schema, true, &w, NULL);
	fprintf(out, "\n```json\n%s\n```\n", w.p);
}

void schema_example(const struct schema *schema, bool with_optional, struct jout *w,
		    const char *key)
{
	jout_object(w, key);
	for (const struct member *m = schema->members; m->name != NULL; m++) {
		if (m->need == MEMBER_OPTIONAL && !with_optional)
			continue;
		if (m->example != NULL)
			jout_raw(w, m->name, str_of(m->example));
		else
			member_example(m, with_optional, w);
	}
	jout_object_end(w);
}

/* For members that state none. */
static void member_example(const struct member *m, bool with_optional, struct jout *w)
{
	switch (m->type) {
	case MEMBER_TEXT:
		jout_str(w, m->name,
			 m->words != NULL ? str_cut(str_of(m->words), '|', NULL) : STR("…"));
		break;
	case MEMBER_INTEGER:
		jout_integer(w, m->name, m->lo);
		break;
	case MEMBER_BOOL:
		jout_bool(w, m->name, false);
		break;
	case MEMBER_TIME:
		jout_text(w, m->name, "2026-11-22T08:00:00.000Z");
		break;
	case MEMBER_OBJECT:
		if (m->of != NULL)
			schema_example(m->of, with_optional, w, m->name);
		else
			jout_raw(w, m->name, STR("{}"));
		break;
	case MEMBER_ARRAY:
		jout_array(w, m->name);
		if (m->of != NULL)
			schema_example(m->of, with_optional, w, NULL);
		jout_array_end(w);
		break;
	}
}

static void object_write(const struct schema *schema, FILE *out)
{
	fprintf(out, "\n### %s\n\n| member | type | meaning |\n|---|---|---|\n", schema->name);
	for (const struct member *m = schema->members; m->name != NULL; m++)
		member_row(m, out);
	example_write(schema, out);
}

static void member_row(const struct member *m, FILE *out)
{
	static const char *const TYPES[] = {
		[MEMBER_TEXT] = "text", [MEMBER_INTEGER] = "integer", [MEMBER_BOOL] = "boolean",
		[MEMBER_TIME] = "time", [MEMBER_OBJECT] = "object",   [MEMBER_ARRAY] = "array",
	};

	fprintf(out, "| `%s` | ", m->name);
	if (m->of != NULL)
		fprintf(out, "%s[%s](#%s)", m->type == MEMBER_ARRAY ? "array of " : "", m->of->name,
			m->of->name);
	else
		fputs(TYPES[m->type], out);
	if (m->or_of != NULL)
		fprintf(out, " or [%s](#%s)", m->or_of->name, m->or_of->name);
	limits_write(m, out);
	if (m->need == MEMBER_OPTIONAL)
		fputs(", optional", out);
	if (m->need == MEMBER_SHOWN_ONCE)
		fputs(", shown once", out);
	fprintf(out, " | %s |\n", m->doc);
}

static void limits_write(const struct member *m, FILE *out)
{
	if (m->words != NULL) {
		struct str rest = str_of(m->words);

		while (rest.n > 0) {
			struct str word = str_cut(rest, '|', &rest);

			fprintf(out, " `%.*s`", (int)word.n, word.p);
		}
	}
	if (m->hi == 0)
		return;
	fprintf(out, " %" PRId64 "–%" PRId64 "%s", m->lo, m->hi,
		m->type == MEMBER_TEXT ? " bytes" : "");
}

static void errors_write(FILE *out)
{
	fputs("\n## Codes\n\n| status | code | meaning |\n|---|---|---|\n", out);
	for (int i = 1; i < ERR_N; i++) {
		enum err e = (enum err)i;

		if (err_kind(e) != KIND_USAGE)
			fprintf(out, "| %d | `%s` | %s |\n", problem_status(e), err_code(e),
				err_doc(e));
	}
}
