/* groups.c - /v1/transfers/batch and /v1/groups: transfers that are asked for together. */
#include "api/api.h"
#include "app/group.h"
#include "http/problem.h"

#include <stdio.h>

static enum err post_decode(struct http_ask *ask, void *plain);
static void post_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);
static enum err get_decode(struct http_ask *ask, void *plain);
static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply);
static enum err list_decode(struct http_ask *ask, void *plain);
static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply);

/* clang-format off */
static const struct member ASK_MEMBERS[] = {
	{ "atomic", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "true",
	  .doc = "true, the default: all or none; false: each by itself" },
	{ "async", MEMBER_BOOL, MEMBER_OPTIONAL, .example = "false",
	  .doc = "true: answered with 202 as soon as it is stored, and done once soon after; the "
		 "same body again is the same group, unless something of it was refused" },
	{ "transfers", MEMBER_ARRAY, .lo = 1, .hi = GROUP_MAX, .of = &API_TRANSFER_ASK,
	  .doc = "in the order in which they are done: each sees those before it" },
	{ 0 }
};
static const struct schema BATCH_ASK = { "batch_ask", ASK_MEMBERS };

static const struct member ERROR_MEMBERS[] = {
	{ "code", MEMBER_TEXT, .example = "\"insufficient_balance\"",
	  .doc = "for programs; never changes" },
	{ "status", MEMBER_INTEGER, .lo = 400, .hi = 599, .example = "409",
	  .doc = "the HTTP status that it would have had alone" },
	{ "detail", MEMBER_TEXT, .example = "\"user:1001 has 50 available, 200 are needed\"",
	  .doc = "what went wrong, for people" },
	{ "param", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"transfers[3].amount\"",
	  .doc = "the field at fault" },
	{ 0 }
};
static const struct schema ERROR = { "batch_error", ERROR_MEMBERS };

static const struct member REFUSED_MEMBERS[] = {
	{ "error", MEMBER_OBJECT, .of = &ERROR, .doc = "why nothing was moved by it" },
	{ 0 }
};
static const struct schema REFUSED = { "batch_refused", REFUSED_MEMBERS };

static const struct member BATCH_MEMBERS[] = {
	{ "object", MEMBER_TEXT, .words = "batch", .example = "\"batch\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "group", MEMBER_TEXT, MEMBER_OPTIONAL, .example = "\"grp_0HZX3K9F2M7QA\"",
	  .doc = "the group of what it moved, or moved before; null: it moved nothing" },
	{ "results", MEMBER_ARRAY, .of = &API_TRANSFER, .or_of = &REFUSED,
	  .doc = "what became of each, in the order of the request" },
	{ 0 }
};
static const struct schema BATCH = { "batch", BATCH_MEMBERS };

static const struct member GROUP_MEMBERS[] = {
	{ "id", MEMBER_TEXT, .example = "\"grp_0HZX3K9F2M7QA\"", .doc = "its id" },
	{ "object", MEMBER_TEXT, .words = "group", .example = "\"group\"", .doc = "what this is" },
	{ "livemode", MEMBER_BOOL, .example = "false", .doc = "false: a test merchant's" },
	{ "status", MEMBER_TEXT, .words = "pending|done|refused", .example = "\"done\"",
	  .doc = "refused: an atomic one of which a transfer failed, so nothing was moved" },
	{ "count", MEMBER_INTEGER, .lo = 0, .hi = GROUP_MAX, .example = "1",
	  .doc = "how many transfers it made" },
	{ "error", MEMBER_OBJECT, MEMBER_OPTIONAL, .of = &ERROR, .example = "null",
	  .doc = "why it is refused" },
	{ "results", MEMBER_ARRAY, MEMBER_OPTIONAL, .of = &API_TRANSFER, .or_of = &REFUSED,
	  .doc = "of one that was asked for with async and is done: what became of each, in the "
		 "order of the request; kept for 72 hours" },
	{ "created_at", MEMBER_TIME, .example = "\"2026-11-22T08:00:00.000Z\"",
	  .doc = "when it was asked for" },
	{ "done_at", MEMBER_TIME, MEMBER_OPTIONAL, .example = "\"2026-11-22T08:00:00.020Z\"",
	  .doc = "when it was done or refused" },
	{ 0 }
};
static const struct schema GROUP = { "group", GROUP_MEMBERS };

const struct route API_GROUPS[] = {
	{ .method = "POST", .path = "/v1/transfers/batch", .kind = ROUTE_WRITE,
	  .scope = SCOPE_WRITE, .status = 202, .body_max = GROUP_BODY_MAX,
	  .summary = "Moves up to 8,000 amounts at once: 200 when it is done, 202 when it is kept "
		     "for soon",
	  .body = &BATCH_ASK, .reply = &GROUP, .instead = &BATCH,
	  .ask_size = sizeof(struct group_ask), .answer_size = sizeof(struct group),
	  .decode = post_decode, .act = group_post, .encode = post_encode },
	{ .method = "GET", .path = "/v1/groups/{id}", .kind = ROUTE_READ, .scope = SCOPE_READ,
	  .summary = "Shows transfers that were asked for together", .reply = &GROUP,
	  .ask_size = sizeof(struct group_get_ask), .answer_size = sizeof(struct group_shown),
	  .decode = get_decode, .act = group_get, .encode = get_encode },
	{ .method = "GET", .path = "/v1/groups/{id}/transfers", .kind = ROUTE_READ,
	  .scope = SCOPE_READ, .list = true,
	  .summary = "Lists the transfers that a group made", .reply = &API_TRANSFER,
	  .ask_size = sizeof(struct group_list_ask),
	  .answer_size = sizeof(struct group_transfers),
	  .decode = list_decode, .act = group_transfers, .encode = list_encode },
	{ 0 }
};
/* clang-format on */

static enum err post_decode(struct http_ask *ask, void *plain)
{
	struct group_ask *a = plain;

	TRY(group_read(ask->body, ask->caller.app, ask->arena, a));
	a->request = ask->request_id;
	if (a->later)
		sha256(a->body, a->digest.bytes);
	return ERR_OK;
}

static void error_json(struct jout *w, enum err code, const char *text, const char *param)
{
	jout_object(w, "error");
	jout_text(w, "code", err_code(code));
	jout_integer(w, "status", problem_status(code));
	jout_text(w, "detail", *text != '\0' ? text : err_doc(code));
	jout_text(w, "param", *param != '\0' ? param : NULL);
	jout_object_end(w);
}

static void refused_json(struct jout *w, size_t i, const struct post_result *r)
{
	char param[ERR_PARAM_MAX];

	(void)snprintf(param, sizeof(param), "transfers[%zu]%s%s", i, *r->param != '\0' ? "." : "",
		       r->param);
	jout_object(w, NULL);
	error_json(w, r->code, r->text, param);
	jout_object_end(w);
}

static void results_json(struct jout *w, const struct group_ask *asked, bool livemode)
{
	jout_array(w, "results");
	for (size_t i = 0; i < asked->n; i++) {
		const struct post_result *r = &asked->results[i];

		if (r->code == ERR_OK)
			transfer_posted_json(w, &asked->posts[i], r, livemode);
		else
			refused_json(w, i, r);
	}
	jout_array_end(w);
}

static void group_json(struct jout *w, const struct group *g, const struct group_ask *asked,
		       bool livemode)
{
	jout_object(w, NULL);
	jout_id(w, "id", ID_GROUP, g->id);
	jout_text(w, "object", "group");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "status", group_status_name(g->status));
	jout_integer(w, "count", g->count);
	if (g->status == GROUP_REFUSED)
		error_json(w, g->refusal.code, g->refusal.text, g->refusal.param);
	else
		jout_null(w, "error");
	if (asked != NULL && asked->n > 0)
		results_json(w, asked, livemode);
	else
		jout_null(w, "results");
	jout_time(w, "created_at", g->created_at);
	jout_time(w, "done_at", g->done_at);
	jout_object_end(w);
}

static void post_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct group_ask *asked = plain;
	const struct group *g = answer;
	struct jout *w = &reply->body;

	if (asked->later) {
		reply->replayed = g->replayed;
		group_json(w, g, NULL, ask->caller.livemode);
		return;
	}
	reply->status = 200;
	reply->replayed = true;
	for (size_t i = 0; i < asked->n; i++)
		reply->replayed &= asked->results[i].replayed;
	jout_object(w, NULL);
	jout_text(w, "object", "batch");
	jout_bool(w, "livemode", ask->caller.livemode);
	jout_id(w, "group", ID_GROUP, g->id);
	results_json(w, asked, ask->caller.livemode);
	jout_object_end(w);
}

static enum err get_decode(struct http_ask *ask, void *plain)
{
	struct group_get_ask *a = plain;

	a->app = ask->caller.app;
	a->arena = ask->arena;
	return http_param_id(ask, "id", ID_GROUP, &a->id);
}

static void get_encode(const struct http_ask *ask, const void *plain, const void *answer,
		       struct http_reply *reply)
{
	const struct group_shown *a = answer;

	(void)plain;
	group_json(&reply->body, &a->group, &a->asked, ask->caller.livemode);
}

static enum err list_decode(struct http_ask *ask, void *plain)
{
	struct group_list_ask *a = plain;

	a->app = ask->caller.app;
	TRY(http_param_id(ask, "id", ID_GROUP, &a->id));
	return api_page_by_id(ask, ID_TRANSFER, &a->slice);
}

static void list_encode(const struct http_ask *ask, const void *plain, const void *answer,
			struct http_reply *reply)
{
	const struct group_transfers *a = answer;

	(void)plain;
	http_list(&reply->body);
	for (size_t i = 0; i < a->n; i++)
		transfer_json(&reply->body, NULL, &a->transfers[i], ask->caller.livemode);
	http_list_end(&reply->body, a->more);
}
