/* serve.c - `tael serve`: puts the parts together, waits for a signal, stops them in order. */
#include "api/api.h"
#include "app/call_log.h"
#include "app/channel_keys.h"
#include "app/merchant.h"
#include "base/check.h"
#include "cli/control.h"
#include "cli/options.h"
#include "cli/parts.h"
#include "cli/stop_at.h"
#include "cli/world.h"
#include "http/server.h"
#include "job/courier.h"
#include "job/scheduler.h"
#include "sys/cleanup.h"
#include "sys/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int run(int argc, char **argv);

const struct command CMD_SERVE = {
	.noun = "serve",
	.summary = "serve the API, the channels' notices and the jobs, until SIGTERM",
	.help = "usage: tael serve [--data DIR] [--listen ADDRESS] [--public-url URL]\n"
		"                  [--allow-private-webhooks] [--test-clock FILE] [--json]\n"
		"\n"
		"  --data DIR                 the data folder (default: $TAEL_DATA, else "
		"tael-data)\n"
		"  --listen ADDRESS           default 127.0.0.1:8080; port 0 takes a free one\n"
		"  --public-url URL           how channels reach this server; without it payments\n"
		"                             are found by asking the channel\n"
		"  --allow-private-webhooks   webhooks may go to private and loopback addresses\n"
		"  --test-clock FILE          add the milliseconds in FILE (8 bytes, "
		"little-endian)\n"
		"                             to the clock; refused where a merchant is live\n"
		"  --json                     print {\"listening\":\"http://...\"} once it "
		"answers\n"
		"\n"
		"Settings may also stand in DIR/tael.ini and in TAEL_* (`tael config show`).\n"
		"SIGTERM and SIGINT end it in order: requests are answered, flows end, all is\n"
		"written.\n"
		"\n"
		"  tael serve --data /var/lib/tael --public-url https://pay.example.com\n",
	.run = run,
};

struct serve_options {
	const char *dir, *listen, *public_url, *test_clock;
	bool private_webhooks, json;
};

/* What is told of the store's news. */
struct parts {
	struct courier *courier;
	struct scheduler *scheduler;
	struct http *http;
};

struct server {
	struct world world;
	struct clock *test_clock;
	struct control *control;
	/* The listener may be at work while a part stops, so each is taken away first. */
	pthread_mutex_t lock;
	struct parts parts;
};

static enum err serve(const struct serve_options *o, struct server *server);
static enum err open_world(const struct serve_options *o, struct server *server);
static enum err apply_flags(const struct serve_options *o, struct world *w);
static enum err refuse_live(const struct services *s);
static enum err start(struct server *server, const char *dir);
static void stop(struct server *server);
static void parts_set(struct server *server, struct parts parts);
static void news(void *self, int64_t merchant, unsigned what);
static void after_operation(void *self);
static void block_signals(sigset_t *set);
static void announce(const struct server *server, bool json);

static int run(int argc, char **argv)
{
	struct serve_options o;
	const struct cli_option options[] = {
		OPT_DATA(&o.dir),
		OPT_TEXT("listen", &o.listen),
		OPT_TEXT("public-url", &o.public_url),
		OPT_TEXT("test-clock", &o.test_clock),
		OPT_FLAG("allow-private-webhooks", &o.private_webhooks),
		OPT_JSON(&o.json),
	};
	struct server *server;
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	server = calloc(1, sizeof(*server));
	CHECK(server);
	CHECK(pthread_mutex_init(&server->lock, NULL) == 0);
	e = serve(&o, server);
	free(server);
	return e == ERR_OK ? CLI_OK : cli_failed(argv[0], e);
}

static enum err serve(const struct serve_options *o, struct server *server)
{
	struct outcome outcome;
	sigset_t signals;
	int which;

	/* Before any thread is made: they all inherit it. */
	block_signals(&signals);
	outcome = outcome_of(open_world(o, server));
	if (outcome.code == ERR_OK)
		outcome = outcome_of(start(server, o->dir));
	if (outcome.code == ERR_OK) {
		announce(server, o->json);
		while (sigwait(&signals, &which) != 0)
			continue;
		LOG(LOG_INFO, "server.stopping", LOG_S("signal", strsignal(which)));
	}
	stop(server);
	if (outcome.code == ERR_OK)
		LOG(LOG_INFO, "server.stopped", LOG_S("data", o->dir));
	return outcome_raise(&outcome);
}

static enum err open_world(const struct serve_options *o, struct server *server)
{
	struct world_ask ask = {
		.dir = o->dir,
		.mode = WORLD_WRITE,
		.secrets = true,
		.network = true,
		.before_commit = stop_before_commit,
		.after_commit = stop_after_commit,
	};

	TRY(stop_at_read());
	if (o->test_clock)
		TRY(clock_mapped(o->test_clock, &server->test_clock));
	ask.clock = server->test_clock;
	TRY(world_open(&ask, &server->world));
	if (server->test_clock)
		TRY(refuse_live(&server->world.services));
	return apply_flags(o, &server->world);
}

static enum err apply_flags(const struct serve_options *o, struct world *w)
{
	struct settings *s = &w->settings;

	if (o->listen)
		TRY(settings_set(s, SETTING_LISTEN, ORIGIN_FLAG, str_of(o->listen)));
	if (o->public_url)
		TRY(settings_set(s, SETTING_PUBLIC_URL, ORIGIN_FLAG, str_of(o->public_url)));
	if (o->private_webhooks)
		TRY(settings_set(s, SETTING_ALLOW_PRIVATE_WEBHOOKS, ORIGIN_FLAG, STR("true")));
	world_apply(w);
	log_to(2, (enum log_level)setting_level(s));
	return ERR_OK;
}

static enum err refuse_live(const struct services *s)
{
	struct merchants *page = malloc(sizeof(*page));
	int64_t after = 0;
	bool live = false;
	enum err e;

	CHECK(page);
	do {
		e = merchants_list(s, after, page);
		for (size_t i = 0; e == ERR_OK && i < page->n; i++) {
			live = live || page->merchants[i].livemode;
			after = page->merchants[i].id;
		}
	} while (e == ERR_OK && page->n == MERCHANTS_PAGE);
	free(page);
	TRY(e);
	if (live)
		FAIL(ERR_CONFIG, "--test-clock is refused: a merchant here is live");
	return ERR_OK;
}

static enum err start(struct server *server, const char *dir)
{
	struct services *s = &server->world.services;
	const struct http_options http = {
		.listen = setting_text(&server->world.settings, SETTING_LISTEN),
		.tables = API_TABLES,
		.tables_n = API_TABLES_N,
		.rate_per_second =
			setting_integer(&server->world.settings, SETTING_RATE_PER_SECOND),
	};
	struct scheduler_options jobs = { .kinds = JOB_KINDS, .delivery_due = courier_due };
	struct parts p = { 0 };

	TRY(call_log_open(dir, s->clock, 0, &s->calls));
	net_client_watch(s->client, stop_before_call, stop_after_call, NULL);
	store_listen(s->store, news, server);
	TRY(courier_start(s, &p.courier));
	parts_set(server, p);
	jobs.self = p.courier;
	TRY(scheduler_start(s, &jobs, &p.scheduler));
	parts_set(server, p);
	TRY(http_start(&http, s, &p.http));
	parts_set(server, p);
	return control_start(dir, s, after_operation, server, &server->control);
}

static void stop(struct server *server)
{
	struct parts p = server->parts;

	control_stop(server->control);
	if (p.http)
		http_quiesce(p.http);
	parts_set(server, (struct parts){ .courier = p.courier, .http = p.http });
	scheduler_stop(p.scheduler);
	parts_set(server, (struct parts){ .http = p.http });
	courier_stop(p.courier);
	parts_set(server, (struct parts){ 0 });
	if (p.http && !http_stop(p.http))
		LOG(LOG_WARN, "server.flows_left", LOG_S("to", "their jobs"));
	call_log_close(server->world.services.calls);
	world_close(&server->world);
	clock_free(server->test_clock);
	pthread_mutex_destroy(&server->lock);
}

static void parts_set(struct server *server, struct parts parts)
{
	pthread_mutex_lock(&server->lock);
	server->parts = parts;
	pthread_mutex_unlock(&server->lock);
}

/* On the writer, after a commit: nothing here blocks. */
static void news(void *self, int64_t merchant, unsigned what)
{
	struct server *server = self;

	if (what & NEWS_CHANNELS)
		channel_keys_changed(server->world.services.channel_keys, merchant);
	pthread_mutex_lock(&server->lock);
	if (server->parts.http && (what & (NEWS_EVENTS | NEWS_KEYS)))
		http_news(server->parts.http, merchant, what);
	if (server->parts.courier && (what & NEWS_EVENTS))
		courier_news(server->parts.courier, merchant);
	if (server->parts.scheduler && (what & NEWS_JOBS))
		scheduler_wake(server->parts.scheduler);
	pthread_mutex_unlock(&server->lock);
}

/* Who revoked a key and was told so may rely on it. */
static void after_operation(void *self)
{
	struct server *server = self;
	enum err e = http_reload_keys(server->parts.http);

	if (e != ERR_OK)
		log_err(LOG_ERROR, "control.keys", e);
}

static void block_signals(sigset_t *set)
{
	(void)signal(SIGPIPE, SIG_IGN);
	CHECK(sigemptyset(set) == 0);
	CHECK(sigaddset(set, SIGTERM) == 0);
	CHECK(sigaddset(set, SIGINT) == 0);
	CHECK(pthread_sigmask(SIG_BLOCK, set, NULL) == 0);
}

static void announce(const struct server *server, bool json)
{
	const char *url = http_url(server->parts.http);

	if (json)
		printf("{\"listening\":\"%s\"}\n", url);
	else
		printf("Tael listens on %s\n", url);
	(void)fflush(stdout);
	LOG(LOG_INFO, "server.started", LOG_S("listening", url),
	    LOG_S("public_url", server->world.services.public_url));
}
