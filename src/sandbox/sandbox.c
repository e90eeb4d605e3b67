#include "sandbox/sandbox.h"

#include "base/check.h"
#include "sandbox/alipay/alipay.h"
#include "sandbox/control.h"
#include "sandbox/crew.h"
#include "sandbox/notice.h"
#include "sandbox/pages.h"
#include "sandbox/platform.h"
#include "sandbox/qq/qpay.h"
#include "sandbox/state.h"
#include "sandbox/tls.h"
#include "sandbox/wechat/wechat.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <stdlib.h>
#include <string.h>

enum { CREW = 4, CONTROL_BYTES = 131072, WORK_ARENA = 8 << 20 };

static const struct platform *const PLATFORMS[] = { &SANDBOX_ALIPAY, &SANDBOX_WECHAT, &SANDBOX_QQ };

enum { PLATFORMS_N = sizeof(PLATFORMS) / sizeof(PLATFORMS[0]) };

/* What is not a platform's own. */
/* clang-format off */
static const struct route ROUTES[] = {
	{ "GET", "/cashier/", 0, cashier_page },
	{ "POST", "/cashier/", 1024, cashier_act },
	{ "GET", "/q/", 0, cashier_page },
	{ "POST", "/q/", 1024, cashier_act },
	{ "GET", "/sandbox/trades", 0, control_trades },
	{ "GET", "/sandbox/calls", 0, control_calls },
	{ "GET", "/sandbox/faults", 0, control_faults },
	{ "POST", "/sandbox/faults", CONTROL_BYTES, control_fault },
	{ "DELETE", "/sandbox/faults", 0, control_faults_clear },
	{ "POST", "/sandbox/scan", CONTROL_BYTES, control_scan },
	{ "POST", "/sandbox/pay", CONTROL_BYTES, control_pay },
	{ "POST", "/sandbox/expire", CONTROL_BYTES, control_expire },
	{ "POST", "/sandbox/finish", CONTROL_BYTES, control_finish },
	{ "POST", "/sandbox/notices", CONTROL_BYTES, control_notice },
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
static const struct route *find_in(const struct route *routes, size_t n, struct str method,
				   struct str path, bool *path_known);
static bool matches(struct str path, const char *pattern, struct str *part);
static void finish(struct sandbox *s, struct net_request *r, struct reply *reply);
static void finish_held(void *arg, bool stopping);
static void send(struct net_request *r, struct reply *reply);
static enum err start(struct sandbox *s, const struct sandbox_options *options);
static enum err listen_at(struct sandbox *s, const char *address);

enum err sandbox_start(const struct sandbox_options *options, struct sandbox **out)
{
	struct sandbox *s = calloc(1, sizeof(*s));
	enum err e;

	CHECK(s != NULL);
	s->clock = options->clock;
	s->rand = options->rand;
	s->notice_scale = options->notice_scale;
	s->dir = options->out;
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
	downloads_free(&s->downloads);
	for (size_t i = 0; i < PLATFORMS_N; i++)
		PLATFORMS[i]->close(s);
	tls_close(s);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static enum err start(struct sandbox *s, const struct sandbox_options *options)
{
	if (options->tls)
		TRY(tls_open(s, s->dir, options->listen));
	for (size_t i = 0; i < PLATFORMS_N; i++)
		TRY(PLATFORMS[i]->open(s, s->dir));
	TRY(agenda_start(s->clock, &s->agenda));
	TRY(net_client_start(s->clock, &s->client));
	TRY(crew_start(CREW, work, s, &s->crew));
	TRY(listen_at(s, options->listen));
	s->url = net_server_url(s->server);
	for (size_t i = 0; i < PLATFORMS_N; i++)
		TRY(PLATFORMS[i]->write_configs(s, s->dir));
	return ERR_OK;
}

static enum err listen_at(struct sandbox *s, const char *address)
{
	const struct net_limits limits = { 0 };
	const struct net_handler handler = { begin, handle, end, s };
	struct net_server_tls shown;

	if (!s->tls)
		return net_server_start(address, &limits, &handler, &s->server);
	/* The library keeps the key's text until the server stops. */
	shown = (struct net_server_tls){ s->tls->server_cert,
					 secret_reveal(&s->tls->server.private_pem).p,
					 s->tls->root_cert };
	return net_server_start_tls(address, &limits, &shown, &handler, &s->server);
}

const struct platform *sandbox_platform(size_t i)
{
	return i < PLATFORMS_N ? PLATFORMS[i] : NULL;
}

void sandbox_add_merchant(struct sandbox *s, const struct merchant *m)
{
	CHECK(s->merchants_n < MERCHANTS_MAX);
	s->merchants[s->merchants_n++] = m;
}

void reply_field(struct reply *out, const char *name, struct str value)
{
	struct reply_field *field = &out->fields[out->fields_n];

	CHECK(out->fields_n < REPLY_FIELDS);
	out->fields_n++;
	*field = (struct reply_field){ .name = name };
	text_add(&field->value, value);
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
		.request = r,
		.arena = arena,
		.now_ms = s->clock->wall_ms(s->clock),
	};
	struct reply reply = { .status = 200 };
	bool path_known;
	const struct route *route = find(x.method, x.path, &path_known);

	CHECK(route != NULL);
	(void)matches(x.path, route->path, &x.part);
	route->serve(&x, &reply);
	finish(s, r, &reply);
}

static const struct route *find(struct str method, struct str path, bool *path_known)
{
	const struct route *r;

	*path_known = false;
	r = find_in(ROUTES, sizeof(ROUTES) / sizeof(ROUTES[0]), method, path, path_known);
	for (size_t i = 0; i < PLATFORMS_N && !r; i++)
		r = find_in(PLATFORMS[i]->routes, PLATFORMS[i]->routes_n, method, path, path_known);
	return r;
}

static const struct route *find_in(const struct route *routes, size_t n, struct str method,
				   struct str path, bool *path_known)
{
	struct str part;

	for (size_t i = 0; i < n; i++) {
		if (!matches(path, routes[i].path, &part))
			continue;
		*path_known = true;
		if (str_is(method, routes[i].method))
			return &routes[i];
	}
	return NULL;
}

/* *part: what '*' stood for. */
static bool matches(struct str path, const char *pattern, struct str *part)
{
	struct str want = str_of(pattern), stem = str_cut(want, '*', &want);

	*part = STR("");
	if (stem.n == strlen(pattern))
		return str_is(path, pattern) ||
		       (stem.n > 1 && str_ends(stem, "/") && str_starts(path, pattern));
	if (path.n <= stem.n || !str_eq((struct str){ path.p, stem.n }, stem))
		return false;
	path = str_skip(path, stem.n);
	*part = (struct str){ path.p, str_find(path, '/') };
	return part->n > 0 && str_eq(str_skip(path, part->n), want);
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
	struct net_field fields[3 + REPLY_FIELDS] = {
		{ "Cache-Control", STR("no-store") },
		{ "Content-Security-Policy", STR("default-src 'none'; style-src 'unsafe-inline'") },
		{ "Location", text_str(&reply->location) },
	};
	struct net_answer answer = {
		.status = reply->status,
		.type = reply->type,
		.fields = fields,
		.fields_n = 3,
	};

	for (size_t i = 0; i < reply->fields_n; i++)
		fields[answer.fields_n++] = (struct net_field){ reply->fields[i].name,
								text_str(&reply->fields[i].value) };
	if (reply->broken) {
		net_drop(r);
	} else {
		answer.body_owned = text_take(&reply->body, &answer.body.n);
		answer.body.p = answer.body_owned;
		net_reply(r, &answer);
	}
	text_free(&reply->body);
	text_free(&reply->location);
	for (size_t i = 0; i < reply->fields_n; i++)
		text_free(&reply->fields[i].value);
}
