/* finish.c - the one way out: header fields, the log's line, the counters, the answer. */
#include "http/call.h"

#include "base/check.h"
#include "http/problem.h"
#include "sys/log.h"

enum { FIELDS_MAX = HTTP_FIELDS_MAX + 6, NUMBER_TEXT = 24 };

static void add_failure_fields(struct call *c, const struct outcome *o);
static void write_log(const struct call *c);

void call_fail(struct call *c, const struct outcome *o)
{
	const struct route *route = c->ask.route;

	CHECK(o->code != ERR_OK);
	if (err_kind(o->code) == KIND_INTERNAL)
		LOG(LOG_ERROR, "http.failure", LOG_OBJECT("request", ID_REQUEST, c->ask.request_id),
		    LOG_S("code", err_name(o->code)), LOG_S("text", o->text));
	jout_reset(&c->reply.body);
	c->reply.fields_n = 0;
	c->reply.replayed = false;
	if (route != NULL && route->refuse != NULL) {
		route->refuse(&c->ask, o, &c->reply);
	} else {
		problem_write(o, c->ask.request_id, &c->reply);
		add_failure_fields(c, o);
	}
	call_finish(c);
}

static void add_failure_fields(struct call *c, const struct outcome *o)
{
	int64_t wait = c->retry_after > 0 ? c->retry_after : problem_retry_after(o->code);

	if (wait > 0)
		http_reply_field(&c->reply, "Retry-After",
				 str_of(arena_printf(c->ask.arena, "%lld", (long long)wait)));
	if (o->code == ERR_BAD_METHOD)
		http_reply_field(&c->reply, "Allow", str_of(c->match.allow));
	if (o->code == ERR_UNAUTHENTICATED)
		http_reply_field(&c->reply, "WWW-Authenticate", STR("Bearer"));
}

void call_finish(struct call *c)
{
	struct http_reply *reply = &c->reply;
	struct net_field fields[FIELDS_MAX];
	struct net_answer answer = { .fields = fields };
	char id[ID_TEXT];
	size_t n = 0;

	if (reply->status == 0)
		reply->status = c->ask.route->status != 0 ? c->ask.route->status : 200;
	id_write(ID_REQUEST, c->ask.request_id, id);
	fields[n++] = (struct net_field){ "Request-Id", str_of(id) };
	fields[n++] = (struct net_field){ "Cache-Control", STR("no-store") };
	fields[n++] = (struct net_field){ "X-Content-Type-Options", STR("nosniff") };
	if (reply->replayed)
		fields[n++] = (struct net_field){ "Idempotent-Replayed", STR("true") };
	for (size_t i = 0; i < reply->fields_n; i++)
		fields[n++] = (struct net_field){ reply->fields[i].name, reply->fields[i].value };
	answer.fields_n = n;
	answer.status = reply->status;
	if (reply->body.n > 0) {
		answer.type = reply->type != NULL ? reply->type : "application/json";
		answer.body_owned = jout_take(&reply->body, &answer.body.n);
		answer.body.p = answer.body_owned;
	}
	write_log(c);
	net_reply(c->ask.net, &answer);
}

static void write_log(const struct call *c)
{
	const struct http_ask *ask = &c->ask;
	struct clock *clock = ask->services->clock;
	int64_t ms = clock->mono_ms(clock) - c->begun_ms;

	measures_count(ask->http->measures, ask->route, c->reply.status, ms);
	if (ask->http->options.quiet && c->reply.status < 500)
		return;
	LOG(LOG_INFO, "http.request", LOG_OBJECT("request", ID_REQUEST, ask->request_id),
	    LOG_STR("method", net_method(ask->net)), LOG_STR("path", net_path(ask->net)),
	    LOG_I("status", c->reply.status), LOG_I("ms", ms),
	    LOG_OBJECT("merchant", ID_MERCHANT, ask->caller.merchant),
	    LOG_OBJECT("app", ID_APP, ask->caller.app), LOG_OBJECT("key", ID_KEY, ask->caller.key),
	    LOG_STR("peer", net_peer(ask->net)));
}
