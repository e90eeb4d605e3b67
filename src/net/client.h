/* client.h - all outgoing HTTP: one thread, one curl multi handle, and the address guard.
 *
 * Redirects are never followed, TLS is always verified, only http and https are spoken, answers are
 * limited in bytes and time.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "net/field.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct net_client;

/* What a call may reach.  The guard looks at the address that was resolved, at connect time. */
enum net_reach {
	REACH_PUBLIC, /* no loopback, private, link-local, multicast, carrier-grade NAT,
		       * documentation or unspecified address, in IPv4, IPv6 or IPv4-in-IPv6 form */
	REACH_ANY
};

struct net_ask {
	const char *method; /* "GET" or "POST" */
	const char *url;    /* absolute */
	const char *type;   /* Content-Type of the body; NULL for none */
	struct str body;
	const struct net_field *fields;
	size_t fields_n;
	enum net_reach reach;
	const char *ca_file; /* further trusted roots; NULL for the system's only */
	int64_t connect_ms;  /* time to connect, e.g. 3000 */
	int64_t total_ms;    /* time in all, e.g. 10000 */
	size_t answer_max;   /* bytes of the answer's body */
};

struct net_got {
	int status; /* the HTTP status */
	char *body; /* NUL-ended; freed by net_got_free */
	size_t body_n;
	char type[64];      /* Content-Type, cut */
	char date[40];      /* Date, as sent */
	char headers[4096]; /* the answer's header lines as they came, cut at a whole line */
	bool sent; /* at least one byte of the request left: the other side may have acted */
	int64_t took_ms;
};

MUST_USE enum err net_client_start(struct clock *clock, struct net_client **out);

/* Open calls end with ERR_STOPPING; then the thread ends. */
void net_client_stop(struct net_client *c);

/* Calls and waits.  ERR_OK: an answer came, whatever its status.  ERR_TIMEOUT and ERR_NETWORK: no
 * whole answer, got->sent tells whether the other side may have acted.  ERR_ADDRESS_BLOCKED: the
 * guard refused.  ERR_TOO_LARGE: the answer was cut (status is set).  ERR_INVALID: not such a URL.
 * ERR_STOPPING.  Error texts never contain the query or the body. */
MUST_USE enum err net_call(struct net_client *c, const struct net_ask *ask, struct net_got *got);

/* The same without waiting: `done` is called on the client's thread and must not block; it owns
 * *got. The ask is copied.  ERR_BUSY beyond 4,096 open calls. */
typedef void net_done(void *arg, enum err e, struct net_got *got);
MUST_USE enum err net_call_async(struct net_client *c, const struct net_ask *ask, net_done *done,
				 void *arg);

void net_got_free(struct net_got *g); /* NULL-safe, leaves *g empty; for CLEANUP */

/* True when `address` (text of an IPv4 or IPv6 address) is one that REACH_PUBLIC may call. */
bool net_address_is_public(const char *address);

/* The host of an absolute http(s) URL, lower-case, without port, into host[cap]; *tls tells https.
 * ERR_INVALID for anything else, user:password in it included. */
MUST_USE enum err net_url_host(struct str url, char *host, size_t cap, bool *tls);
