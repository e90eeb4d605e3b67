#include "http/measure.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

static const int STATUSES[] = { 200, 201, 202, 204, 302, 303, 304, 400, 401, 402, 403, 404,
				405, 409, 411, 413, 414, 415, 429, 431, 500, 502, 503, 504 };
static const int64_t BUCKETS_MS[] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 };

enum {
	STATUSES_N = sizeof(STATUSES) / sizeof(STATUSES[0]),
	BUCKETS_N = sizeof(BUCKETS_MS) / sizeof(BUCKETS_MS[0])
};

struct measure {
	_Atomic uint64_t statuses[STATUSES_N + 1]; /* the last: any other */
	_Atomic uint64_t buckets[BUCKETS_N + 1];   /* the last: slower */
	_Atomic uint64_t ms;
};

struct measures {
	const struct router *router;
	size_t n; /* the last one counts requests without a route */
	struct measure routes[];
};

static void statuses_write(const struct measure *m, const struct route *route, FILE *out);
static void times_write(const struct measure *m, const struct route *route, FILE *out);
static const struct route *route_of(const struct measures *m, size_t i);

struct measures *measures_new(const struct router *router)
{
	size_t n = router_count(router) + 1;
	struct measures *m = calloc(1, sizeof(*m) + n * sizeof(m->routes[0]));

	CHECK(m != NULL);
	m->router = router;
	m->n = n;
	return m;
}

void measures_free(struct measures *m)
{
	free(m);
}

void measures_count(struct measures *m, const struct route *route, int status, int64_t ms)
{
	size_t at = route != NULL ? router_index(m->router, route) : m->n - 1;
	struct measure *measure = &m->routes[at];
	size_t s = 0, b = 0;

	while (s < STATUSES_N && STATUSES[s] != status)
		s++;
	while (b < BUCKETS_N && BUCKETS_MS[b] < ms)
		b++;
	(void)atomic_fetch_add_explicit(&measure->statuses[s], 1, memory_order_relaxed);
	(void)atomic_fetch_add_explicit(&measure->buckets[b], 1, memory_order_relaxed);
	(void)atomic_fetch_add_explicit(&measure->ms, (uint64_t)ms, memory_order_relaxed);
}

void measures_write(const struct measures *m, FILE *out)
{
	fputs("# HELP tael_http_requests_total Requests by route and status.\n"
	      "# TYPE tael_http_requests_total counter\n",
	      out);
	for (size_t i = 0; i < m->n; i++)
		statuses_write(&m->routes[i], route_of(m, i), out);
	fputs("# HELP tael_http_request_seconds From the header fields to the answer.\n"
	      "# TYPE tael_http_request_seconds histogram\n",
	      out);
	for (size_t i = 0; i < m->n; i++)
		times_write(&m->routes[i], route_of(m, i), out);
}

static const struct route *route_of(const struct measures *m, size_t i)
{
	static const struct route NONE = { .method = "", .path = "unknown" };

	return i < m->n - 1 ? router_at(m->router, i) : &NONE;
}

static void statuses_write(const struct measure *m, const struct route *route, FILE *out)
{
	for (size_t s = 0; s <= STATUSES_N; s++) {
		uint64_t n = atomic_load_explicit(&m->statuses[s], memory_order_relaxed);

		if (n > 0)
			fprintf(out,
				"tael_http_requests_total{method=\"%s\",route=\"%s\",status=\"%d\"}"
				" %" PRIu64 "\n",
				route->method, route->path, s < STATUSES_N ? STATUSES[s] : 0, n);
	}
}

static void times_write(const struct measure *m, const struct route *route, FILE *out)
{
	uint64_t n = 0, ms = atomic_load_explicit(&m->ms, memory_order_relaxed);
	char labels[160];

	for (size_t b = 0; b <= BUCKETS_N; b++)
		n += atomic_load_explicit(&m->buckets[b], memory_order_relaxed);
	if (n == 0)
		return;
	(void)snprintf(labels, sizeof(labels), "method=\"%s\",route=\"%s\"", route->method,
		       route->path);
	n = 0;
	for (size_t b = 0; b < BUCKETS_N; b++) {
		n += atomic_load_explicit(&m->buckets[b], memory_order_relaxed);
		fprintf(out,
			"tael_http_request_seconds_bucket{%s,le=\"%" PRId64 ".%03" PRId64
			"\"} %" PRIu64 "\n",
			labels, BUCKETS_MS[b] / 1000, BUCKETS_MS[b] % 1000, n);
	}
	n += atomic_load_explicit(&m->buckets[BUCKETS_N], memory_order_relaxed);
	fprintf(out, "tael_http_request_seconds_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n", labels, n);
	fprintf(out, "tael_http_request_seconds_sum{%s} %" PRIu64 ".%03" PRIu64 "\n", labels,
		ms / 1000, ms % 1000);
	fprintf(out, "tael_http_request_seconds_count{%s} %" PRIu64 "\n", labels, n);
}

void measure_write(FILE *out, const char *name, bool gauge, const char *help, int64_t value)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name,
		gauge ? "gauge" : "counter", name, value);
}
