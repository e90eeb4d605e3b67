/* body.c - a request's body, up to what its handler takes. */
#include "net/request.h"

#include "base/check.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct net_server *s, int64_t n);

enum err net_take(struct net_request *r, size_t max)
{
	int64_t n = r->content_length;

	CHECK(r->begun && !r->handled && !r->taken);
	if (n < 0)
		FAIL(ERR_LENGTH_REQUIRED, "a body needs a Content-Length");
	if ((uint64_t)n > max)
		FAIL(ERR_TOO_LARGE, "the body has %" PRId64 " bytes, at most %zu are taken", n,
		     max);
	if (n > 0) {
		if (!reserve(r->server, n))
			FAIL(ERR_BUSY, "too many bodies are under way");
		r->body = malloc((size_t)n + 1);
		if (!r->body) {
			atomic_fetch_sub(&r->server->body_bytes, n);
			FAIL(ERR_BUSY, "no memory for the body");
		}
		r->body[0] = '\0';
	}
	r->taken = true;
	return ERR_OK;
}

struct str net_body(const struct net_request *r)
{
	return (struct str){ r->body ? r->body : "", r->body_n };
}

/* A refused body is counted and thrown away. */
bool body_add(struct net_request *r, const char *data, size_t n)
{
	struct net_server *s = r->server;
	size_t whole = (size_t)r->content_length;
	struct clock *clock = clock_system();

	CHECK(r->content_length > 0 && n <= whole - r->body_n);
	atomic_fetch_add_explicit(&s->bytes_in, n, memory_order_relaxed);
	if (r->body)
		memcpy(r->body + r->body_n, data, n);
	r->body_n += n;
	if (r->body_n == whole) {
		if (r->body)
			r->body[whole] = '\0';
		return true;
	}
	/* Whoever drips a body byte by byte must not keep its share of the memory for ever. */
	if (r->body_by_ms == 0) {
		r->body_by_ms = clock_after(clock->mono_ms(clock), s->idle_ms);
		return true;
	}
	return clock->mono_ms(clock) <= r->body_by_ms;
}

void body_free(struct net_request *r)
{
	if (!r->body)
		return;
	atomic_fetch_sub(&r->server->body_bytes, r->content_length);
	free(r->body);
	r->body = NULL;
}

static bool reserve(struct net_server *s, int64_t n)
{
	/* Only the loop adds, so the sum cannot grow between the question and the answer. */
	int64_t open = atomic_load(&s->body_bytes);

	if ((uint64_t)n > s->bodies_max || (uint64_t)open > s->bodies_max - (uint64_t)n)
		return false;
	atomic_fetch_add(&s->body_bytes, n);
	return true;
}
