#include "sandbox/sandbox.h"

#include "base/check.h"
#include "sandbox/control.h"
#include "sandbox/crew.h"
#include "sandbox/gateway.h"
#include "sandbox/notice.h"
#include "sandbox/pages.h"
#include "sandbox/state.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <stdlib.h>
#include <string.h>

enum { CREW = 4, BODY_BYTES = 131072, WORK_ARENA = 8 << 20 };

/* A path that ends in '/' stands for all below it. */
struct route {
	const char *method, *path;
	size_t body;
	exchange_serve *serve;
};

/* clang-format off */
static const struct route ROUTES[] = {
	{ "GET", "/gateway.do", 0, gateway_serve },
	{ "POST", "/gateway.do", BODY_BYTES, gateway_serve },
	{ "GET", "/cashier/", 0, cashier_page },
	{ "POST", "/cashier/", 1024, cashier_act },
	{ "GET", "/q/", 0, cashier_page },
	{ "POST", "/q/", 1024, cashier_act },
	{ "GET", "/sandbox/trades", 0, control_trades },
	{ "GET", "/sandbox/calls", 0, control_calls },
	{ "GET", "/sandbox/faults", 0, control_faults },
	{ "POST", "/sandbox/faults", BODY_BYTES, control_fault },
	{ "DELETE", "/sandbox/faults", 0, control_faults_clear },
	{ "POST", "/sandbox/scan", BODY_BYTES, control_scan },
	{ "POST", "/sandbox/pay", BODY_BYTES, control_pay },
	{ "POST", "/sandbox/expire", BODY_BYTES, control_expire },
	{ "POST", "/sandbox/finish", BODY_BYTES, control_finish },
	{ "POST", "/sandbox/notices", BODY_BYTES, control_notice },
	{ "GET", "/", 0, index_page },
};
/* clang-format on */

/* An answer that a fault holds back. */
struct held {
	struct net_request *request;
	struct reply reply;
};

static void begin(void *self, struct net_request *r);
static void handle(void *self, struct net_request *r);
static void end(void *self, struct net_request *r);
static void work(void *self, struct net_request *r);
static const struct route *find(struct str method, struct str path, bool *path_known);
static void finish(struct sandbox *s, struct net_request *r, struct reply *reply);
static void finish_held(void *arg, bool stopping);
static void send(struct net_request *r, struct reply *reply);
static enum err start(struct sandbox *s, const struct sandbox_options *options);

enum err sandbox_start(const struct sandbox_options *options, struct sandbox **out)
{
	struct sandbox *s = calloc(1, sizeof(*s));
	enum err e;

	CHECK(s != NULL);
	s->clock = options->clock;
	s->rand = options->rand;
	s->notice_scale = options->notice_scale;
	pthread_mutex_init(&s->lock, NULL);
	trades_init(&s->trades, s->rand);
	e = start(s, options);
	if (e != ERR_OK) {
		struct outcome why = outcome_of(e);

		sandbox_stop(s);
		return outcome_raise(&why);
	}
	*out = s;
	return ERR_OK;
}

const char *sandbox_url(const struct sandbox *s)
{
	return s->url;
}

/* From the outside in: no new connections, nobody works, nothing is due, nothing is sent; only then
 * does the state go. */
void sandbox_stop(struct sandbox *s)
{
	if (!s)
		return;
	if (s->server)
		net_server_quiesce(s->server);
	crew_halt(s->crew);
	if (s->agenda)
		agenda_halt(s->agenda);
	if (s->client)
		net_client_stop(s->client);
	if (s->server)
		net_server_stop(s->server);
	crew_free(s->crew);
	agenda_free(s->agenda);
	for (struct trade *t = s->trades.newest; t; t = t->older)
		notices_free(t);
	trades_free(&s->trades);
	keys_free(&s->keys);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static enum err start(struct sandbox *s, const struct sandbox_options *options)
{
	const struct net_limits limits = { 0 };
	const struct net_handler handler = { begin, handle, end, s };

	TRY(keys_open(&s->keys, options->out, s->rand, s->clock->wall_ms(s->clock)));
	TRY(agenda_start(s->clock, &s->agenda));
	TRY(net_client_start(s->clock, &s->client));
	TRY(crew_start(CREW, work, s, &s->crew));
	TRY(net_server_start(options->listen, &limits, &handler, &s->server));
	s->url = net_server_url(s->server);
	return keys_write_configs(&s->keys, options->out, s->url);
}

static void begin(void *self, struct net_request *r)
{
	struct reply refused = { .type = "text/plain;charset=utf-8" };
	bool path_known;
	const struct route *route = find(net_method(r), net_path(r), &path_known);

	(void)self;
	if (!route) {
		refused.status = path_known ? 405 : 404;
		text_put(&refused.body, path_known ? "method not allowed\n" : "no such page\n");
		send(r, &refused);
	} else if (net_take(r, route->body) != ERR_OK) {
		refused.status = 413;
		text_printf(&refused.body, "%s\n", err_text());
		send(r, &refused);
	}
}

static void handle(void *self, struct net_request *r)
{
	struct sandbox *s = self;
	struct reply refused = { .status = 503, .type = "text/plain;charset=utf-8" };

	if (crew_take(s->crew, r))
		return;
	text_put(&refused.body, "stopping\n");
	send(r, &refused);
}

static void end(void *self, struct net_request *r)
{
	(void)self;
	(void)r;
}

/* On a thread of the crew. */
static void work(void *self, struct net_request *r)
{
	struct sandbox *s = self;
	CLEANUP(arena_freep) struct arena *arena = arena_new(WORK_ARENA);
	struct exchange x = {
		.s = s,
		.method = net_method(r),
		.path = net_path(r),
		.query = net_query(r),
		.body = net_body(r),
		.arena = arena,
		.now_ms = s->clock->wall_ms(s->clock),
	};
	struct reply reply = { .status = 200 };
	bool path_known;
	const struct route *route = find(x.method, x.path, &path_known);

	CHECK(route != NULL);
	route->serve(&x, &reply);
	finish(s, r, &reply);
}

static const struct route *find(struct str method, struct str path, bool *path_known)
{
	*path_known = false;
	for (size_t i = 0; i < sizeof(ROUTES) / sizeof(ROUTES[0]); i++) {
		const struct route *r = &ROUTES[i];
		bool below = str_ends(str_of(r->path), "/") && strlen(r->path) > 1;

		if (below ? !str_starts(path, r->path) : !str_is(path, r->path))
			continue;
		*path_known = true;
		if (str_is(method, r->method))
			return r;
	}
	return NULL;
}

/* Sends the answer, now or when its time has come. */
static void finish(struct sandbox *s, struct net_request *r, struct reply *reply)
{
	struct held *held;

	if (reply->after_ms == 0) {
		send(r, reply);
		return;
	}
	held = malloc(sizeof(*held));
	CHECK(held != NULL);
	*held = (struct held){ r, *reply };
	agenda_add(s->agenda, reply->after_ms, finish_held, held);
}

static void finish_held(void *arg, bool stopping)
{
	struct held *held = arg;

	(void)stopping; /* a client that still waits is answered early */
	send(held->request, &held->reply);
	free(held);
}

/* The pages load nothing from anywhere and run no script. */
static void send(struct net_request *r, struct reply *reply)
{
	const struct net_field fields[] = {
		{ "Cache-Control", STR("no-store") },
		{ "Content-Security-Policy", STR("default-src 'none'; style-src 'unsafe-inline'") },
		{ "Location", text_str(&reply->location) },
		{ "trace_id", str_of(reply->trace_id) },
	};
	struct net_answer answer = {
		.status = reply->status,
		.type = reply->type,
		.fields = fields,
		.fields_n = sizeof(fields) / sizeof(fields[0]),
	};

	if (reply->broken) {
		net_drop(r);
	} else {
		answer.body_owned = text_take(&reply->body, &answer.body.n);
		answer.body.p = answer.body_owned;
		net_reply(r, &answer);
	}
	text_free(&reply->body);
	text_free(&reply->location);
}
