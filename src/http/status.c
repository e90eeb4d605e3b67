/* status.c - the routes that need no key: does the server live, may it have work, what are its
 * numbers, what are its routes. */
#include "http/call.h"
#include "http/openapi.h"

#include "app/channel_keys.h"
#include "base/check.h"
#include "sys/metrics.h"

#include <stdlib.h>
#include <string.h>

static enum err livez(struct http_ask *ask, struct http_reply *reply);
static enum err readyz(struct http_ask *ask, struct http_reply *reply);
static enum err metrics(struct http_ask *ask, struct http_reply *reply);
static enum err openapi(struct http_ask *ask, struct http_reply *reply);

static void server_write(struct http *h, FILE *out);
static void pool_write(const char *name, struct pool *pool, FILE *out);
static void store_write_counts(struct store *store, FILE *out);
static void listed_write(FILE *out);

/* clang-format off */
static const struct member STATUS_MEMBERS[] = {
	{ "status", MEMBER_TEXT, .words = "ok|ready", .example = "\"ok\"",
	  .doc = "all is well" },
	{ 0 }
};
/* clang-format on */
static const struct schema STATUS = { "status", STATUS_MEMBERS };

/* clang-format off */
const struct route STATUS_ROUTES[] = {
	{ .method = "GET", .path = "/livez", .kind = ROUTE_INLINE, .flow = livez,
	  .reply = &STATUS, .summary = "Says that the process answers" },
	{ .method = "GET", .path = "/readyz", .kind = ROUTE_INLINE, .flow = readyz,
	  .reply = &STATUS, .summary = "Says whether requests are served now; 503 while not" },
	{ .method = "GET", .path = "/metrics", .kind = ROUTE_INLINE, .flow = metrics,
	  .summary = "Numbers about the server in Prometheus' text format" },
	{ .method = "GET", .path = "/openapi.json", .kind = ROUTE_INLINE, .flow = openapi,
	  .summary = "These routes as an OpenAPI 3.1 document" },
	{ 0 }
};
/* clang-format on */

static enum err livez(struct http_ask *ask, struct http_reply *reply)
{
	(void)ask;
	http_reply_text(reply, NULL, STR("{\"status\":\"ok\"}"));
	return ERR_OK;
}

static enum err readyz(struct http_ask *ask, struct http_reply *reply)
{
	if (atomic_load(&ask->http->stopping))
		FAIL(ERR_STOPPING, "the server is stopping");
	if (!store_ready(ask->services->store))
		FAIL(ERR_BUSY, "the store takes no writes at the moment");
	http_reply_text(reply, NULL, STR("{\"status\":\"ready\"}"));
	return ERR_OK;
}

static enum err openapi(struct http_ask *ask, struct http_reply *reply)
{
	openapi_write(ask->http->router, &reply->body);
	return ERR_OK;
}

static enum err metrics(struct http_ask *ask, struct http_reply *reply)
{
	struct http *h = ask->http;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	CHECK(out != NULL);
	measures_write(h->measures, out);
	server_write(h, out);
	store_write_counts(ask->services->store, out);
	measure_write(out, "tael_certificates_end_seconds", true,
		      "When the first certificate of the channel accounts in use ends, Unix time; "
		      "0: none has one.",
		      channel_keys_ends_ms(ask->services->channel_keys) / 1000);
	listed_write(out);
	CHECK(fclose(out) == 0);
	http_reply_text(reply, "text/plain; version=0.0.4; charset=utf-8", (struct str){ text, n });
	free(text);
	return ERR_OK;
}

static void server_write(struct http *h, FILE *out)
{
	struct net_counts c;

	net_server_counts(h->server, &c);
	measure_write(out, "tael_http_bytes_in_total", false, "Bytes received.",
		      (int64_t)c.bytes_in);
	measure_write(out, "tael_http_bytes_out_total", false, "Bytes sent.", (int64_t)c.bytes_out);
	measure_write(out, "tael_http_connections", true, "Open connections.", c.connections);
	measure_write(out, "tael_http_in_flight", true, "Requests not answered yet.", c.in_flight);
	measure_write(out, "tael_http_body_bytes", true, "Bodies held in memory.", c.body_bytes);
	measure_write(out, "tael_http_long_polls", true, "Requests that wait for events.",
		      (int64_t)polls_count(h->polls));
	measure_write(out, "tael_api_keys", true, "Keys that may call.",
		      (int64_t)keyring_count(h->keyring));
	fputs("# HELP tael_pool_waiting Items that wait for a worker.\n"
	      "# TYPE tael_pool_waiting gauge\n"
	      "# HELP tael_pool_running Items that a worker has.\n"
	      "# TYPE tael_pool_running gauge\n"
	      "# HELP tael_pool_refused_total Items refused since the queue was full.\n"
	      "# TYPE tael_pool_refused_total counter\n",
	      out);
	pool_write("read", h->reads, out);
	pool_write("flow", h->flows, out);
	pool_write("work", h->works, out);
}

static void pool_write(const char *name, struct pool *pool, FILE *out)
{
	struct pool_counts c;

	pool_counts(pool, &c);
	fprintf(out,
		"tael_pool_waiting{pool=\"%s\"} %lld\ntael_pool_running{pool=\"%s\"} %lld\n"
		"tael_pool_refused_total{pool=\"%s\"} %llu\n",
		name, (long long)c.waiting, name, (long long)c.running, name,
		(unsigned long long)c.refused);
}

static void store_write_counts(struct store *store, FILE *out)
{
	struct store_counts c;

	store_counts(store, &c);
	measure_write(out, "tael_store_ready", true, "1 while writes are served.",
		      store_ready(store) ? 1 : 0);
	measure_write(out, "tael_store_commits_total", false, "Commits.", (int64_t)c.commits);
	measure_write(out, "tael_store_items_total", false, "Closures run to their end.",
		      (int64_t)c.items);
	measure_write(out, "tael_store_failed_items_total", false, "Closures that failed.",
		      (int64_t)c.failed_items);
	measure_write(out, "tael_store_rerun_items_total", false, "Closures run again.",
		      (int64_t)c.rerun_items);
	measure_write(out, "tael_store_waiting", true, "Closures that wait.", c.waiting);
	measure_write(out, "tael_store_accounts_loaded", true, "Accounts in memory.",
		      c.accounts_loaded);
	measure_write(out, "tael_store_wal_pages", true, "Pages of the write-ahead log.",
		      c.wal_pages);
}

/* What other layers count, grouped by name. */
static void listed_write(FILE *out)
{
	for (const struct metric *m = metrics_first(); m != NULL; m = m->next) {
		const struct metric *before = metrics_first();

		while (before != m && strcmp(before->name, m->name) != 0)
			before = before->next;
		if (before != m)
			continue;
		fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
			m->gauge ? "gauge" : "counter");
		for (const struct metric *same = m; same != NULL; same = same->next)
			if (strcmp(same->name, m->name) == 0)
				fprintf(out,
					*same->labels == '\0' ? "%s%s %lld\n" : "%s{%s} %lld\n",
					same->name, same->labels, (long long)atomic_load(&same->n));
	}
}
