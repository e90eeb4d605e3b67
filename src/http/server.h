/* server.h - Tael's HTTP server: starts, is told news of the store, stops in order. */
#pragma once

#include "app/services.h"
#include "base/err.h"
#include "http/route.h"
#include "net/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;

struct http_options {
	const char *listen;                /* "127.0.0.1:8080"; port 0: any */
	const struct route *const *tables; /* arrays of routes; lives as long as the server */
	size_t tables_n;
	struct net_limits limits; /* 0 in a member: net's default */
	size_t read_threads;      /* default 4 */
	size_t flow_threads;      /* default 16 */
	size_t flows_waiting;     /* default 512 */
	int64_t rate_per_second;  /* of one key, default 5000 */
	int64_t rate_burst;       /* default twice the rate */
	bool quiet;               /* no line in the log for an answer below 500 */
};

/* Loads the keys and serves.  The routes /livez /readyz /metrics /openapi.json are added.  ERR_IO,
 * ERR_INVALID for a bad address, ERR_STORE. */
MUST_USE enum err http_start(const struct http_options *options, const struct services *services,
			     struct http **out);

/* "http://127.0.0.1:41234" */
const char *http_url(const struct http *h);

/* What the store's listener heard of a merchant: wakes long polls (NEWS_EVENTS), reloads keys
 * (NEWS_KEYS).  Never blocks; any thread; not once http_stop was called. */
void http_news(struct http *h, int64_t merchant, unsigned news);

/* Reloads the keys now: afterwards a revoked key is refused.  Blocks; not on the loop or the
 * writer. */
MUST_USE enum err http_reload_keys(struct http *h);

/* The first part of a stop: /readyz says 503, no new connection is taken, new requests are refused,
 * long polls are answered with what there is.  Flows go on. */
void http_quiesce(struct http *h);

/* Quiesces, waits until flows have ended (true when they did within 15 s), empties the pools,
 * answers all and frees.  The store must still serve.  NULL-safe. */
bool http_stop(struct http *h);
