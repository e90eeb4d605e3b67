#include "http/server.h"

#include "base/check.h"
#include "http/call.h"
#include "http/openapi.h"
#include "sys/log.h"

#include <stddef.h>
#include <stdlib.h>

enum {
	TABLES_MAX = 32,
	READ_THREADS = 4,
	READS_WAITING = 4096,
	FLOW_THREADS = 16,
	FLOWS_WAITING = 512,
	WORK_THREADS = 2,
	WORKS_WAITING = 4096,
	RATE = 5000,
	FLOWS_END_MS = 15000,
	RELOAD_TRIES = 5
};

/* The reload of the keys is an item of the workers' pool, queued at most once. */
struct server {
	struct http http; /* first */
	struct pool_item reload;
	atomic_bool reload_queued;
};

static void set_defaults(struct http_options *o);
static struct router *make_router(const struct http_options *o);
static enum err start(struct http *h);
static void reload(struct pool_item *item);
static enum err reload_keys(struct http *h);
static void destroy(struct http *h);

enum err http_start(const struct http_options *options, const struct services *services,
		    struct http **out)
{
	struct server *s = calloc(1, sizeof(*s));
	struct http *h = &s->http;
	enum err e;

	CHECK(s != NULL);
	h->options = *options;
	set_defaults(&h->options);
	h->services = services;
	h->router = make_router(options);
	h->measures = measures_new(h->router);
	h->keyring =
		keyring_new((struct key_rate){ h->options.rate_per_second, h->options.rate_burst });
	e = start(h);
	if (e != ERR_OK) {
		destroy(h);
		return e;
	}
	*out = h;
	return ERR_OK;
}

static void set_defaults(struct http_options *o)
{
	if (o->read_threads == 0)
		o->read_threads = READ_THREADS;
	if (o->flow_threads == 0)
		o->flow_threads = FLOW_THREADS;
	if (o->flows_waiting == 0)
		o->flows_waiting = FLOWS_WAITING;
	if (o->rate_per_second == 0)
		o->rate_per_second = RATE;
	if (o->rate_burst == 0)
		o->rate_burst = 2 * o->rate_per_second;
}

static struct router *make_router(const struct http_options *o)
{
	const struct route *tables[TABLES_MAX];
	size_t n = 0;

	CHECK(o->tables_n < TABLES_MAX);
	for (; n < o->tables_n; n++)
		tables[n] = o->tables[n];
	tables[n++] = STATUS_ROUTES;
	return router_new(tables, n);
}

static enum err start(struct http *h)
{
	struct clock *clock = h->services->clock;
	const struct net_handler handler = { dispatch_begin, dispatch_handle, dispatch_end, h };

	TRY(keyring_load(h->keyring, h->services->store));
	TRY(pool_start("work", WORK_THREADS, WORKS_WAITING, clock, &h->works));
	TRY(pool_start("read", h->options.read_threads, READS_WAITING, clock, &h->reads));
	TRY(pool_start("flow", h->options.flow_threads, h->options.flows_waiting, clock,
		       &h->flows));
	TRY(polls_start(clock, &h->polls));
	return net_server_start(h->options.listen, &h->options.limits, &handler, &h->server);
}

const char *http_url(const struct http *h)
{
	return net_server_url(h->server);
}

void http_news(struct http *h, int64_t merchant, unsigned news)
{
	struct server *s = (struct server *)h;

	if ((news & NEWS_EVENTS) != 0)
		polls_news(h->polls, merchant);
	if ((news & NEWS_KEYS) != 0 && !atomic_exchange(&s->reload_queued, true)) {
		s->reload.run = reload;
		pool_add_always(h->works, &s->reload);
	}
}

static void reload(struct pool_item *item)
{
	struct server *s =
		(struct server *)(void *)((char *)item - offsetof(struct server, reload));

	/* What changes from here on is news again. */
	atomic_store(&s->reload_queued, false);
	reload_keys(&s->http);
}

enum err http_reload_keys(struct http *h)
{
	return reload_keys(h);
}

static enum err reload_keys(struct http *h)
{
	enum err e = ERR_OK;

	/* A key that was revoked must not live on because one read was refused. */
	for (int i = 0; i < RELOAD_TRIES; i++) {
		e = keyring_load(h->keyring, h->services->store);
		if (e == ERR_OK)
			return ERR_OK;
	}
	log_err(LOG_ERROR, "http.keys_not_loaded", e);
	return e;
}

void http_quiesce(struct http *h)
{
	if (atomic_exchange(&h->stopping, true))
		return;
	net_server_quiesce(h->server);
	polls_quiesce(h->polls);
}

bool http_stop(struct http *h)
{
	struct clock *clock;
	bool ended;

	if (h == NULL)
		return true;
	clock = h->services->clock;
	http_quiesce(h);
	ended = pool_wait_idle(h->flows, clock_after(clock->mono_ms(clock), FLOWS_END_MS));
	if (!ended)
		LOG(LOG_WARN, "http.flows_not_ended", LOG_I("waited_ms", FLOWS_END_MS));
	destroy(h);
	return ended;
}

static void destroy(struct http *h)
{
	if (h->server != NULL)
		net_server_stop(h->server);
	pool_stop(h->flows);
	pool_stop(h->reads);
	pool_stop(h->works);
	polls_stop(h->polls);
	measures_free(h->measures);
	keyring_free(h->keyring);
	router_free(h->router);
	free(h);
}
