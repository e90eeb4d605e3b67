/* holder_kinds.c - /v1/holder_kinds: who may hold in a merchant's ledger. */
#include "api/api.h"
#include "app/holder_kind.h"

static enum err add_decode(struct http_ask *ask, void *plain);
static void add_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "kind", MEMBER_TEXT, .lo = 1, .hi = HOLDER_KIND_MAX, .example = "\"agent\"",
	  .doc = "what its holders' names begin with, `[a-z][a-z0-9_]{0,15}`: `agent:7`" },
	{ "name", MEMBER_TEXT, .lo = 1, .hi = HOLDER_KIND_NAME_MAX, .example = "\"代理\"",
	  .doc = "its name in Chinese" },
	{ "name_en", MEMBER_TEXT, .lo = 1, .hi = HOLDER_KIND_NAME_MAX, .example = "\"agent\"",
	  .doc = "its name in English" },
	{ 0 }
};
static const struct schema KIND_ASK = { "holder_kind_ask", ASK_MEMBERS };

static const struct member MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "holder_kind", .example = "\"holder_kind\"",
	  .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "kind", MEMBER_TEXT, .example = "\"agent\"",
	  .doc = "what its holders' names begin with" },
	{ "name", MEMBER_TEXT, .example = "\"代理\"", .doc = "its name in Chinese" },
	{ "name_en", MEMBER_TEXT, .example = "\"agent\"", .doc = "its name in English" },
	{ "created_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was added; null: `user`, `app` and `shop` are there from the beginning" },
	{ 0 }
};
static const struct schema KIND = { "holder_kind", MEMBERS };

const struct route API_HOLDER_KINDS[] = {
	{ .method = "POST", .path = "/v1/holder_kinds", .kind = ROUTE_WRITE, .scope = SCOPE_WRITE,
	  .summary = "Adds a kind of holder; only holders of a known kind have accounts",
	  .status = 201, .body = &KIND_ASK, .reply = &KIND,
	  .ask_size = sizeof(struct holder_kind_ask),
	  .answer_size = sizeof(struct holder_kind_answer),
	  .decode = add_decode, .act = holder_kind_add, .encode = add_encode },
	{ .method = "GET", .path = "/v1/holder_kinds", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Lists the kinds of holder", .reply = &KIND, .list = true,
	  .ask_size = sizeof(struct list_ask), .answer_size = sizeof(struct holder_kinds),
	  .decode = list_decode, .act = holder_kinds_list, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err add_decode(struct http_ask *ask, void *plain)
{
	struct holder_kind_ask *a = plain;
	struct jin r;

	jin_open(&r, ask->body);
	jin_text(&r, "kind", JIN_NEEDED, a->kind, sizeof(a->kind));
	http_jin_line(&r, "name", JIN_NEEDED, a->name, sizeof(a->name));
	http_jin_line(&r, "name_en", JIN_NEEDED, a->name_en, sizeof(a->name_en));
	TRY(jin_done(&r));
	return holder_kind_check(a->kind, "kind");
}

static void write_kind(const struct http_ask *ask, const struct holder_kind *k, struct jout *w)
{
	http_object(ask, w, 0, 0, "holder_kind");
	jout_text(w, "kind", k->kind);
	jout_text(w, "name", k->name);
	jout_text(w, "name_en", k->name_en);
	jout_time(w, "created_at", k->created_at);
	jout_object_end(w);
}

static void add_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	const struct holder_kind_answer *a = answer;

	(void)plain;
	reply->replayed = a->replayed;
	write_kind(ask, &a->kind, &reply->body);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	return api_page_by_text(ask, plain);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct holder_kinds *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		write_kind(ask, &a->kinds[i], &reply->body);
	http_list_end(&reply->body, a->more);
}
