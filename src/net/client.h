/* client.h - all outgoing HTTP: one thread, one curl multi handle, and the address guard.
 *
 * Redirects are never followed, TLS is always verified, only http and https are spoken, no proxy is
 * taken from the environment, answers are limited in bytes and time.  Connections are kept for a
 * few seconds and used again by calls with the same certificates.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "net/field.h"
#include "sys/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net_client;

/* What a call may reach.  The guard looks at the address that was resolved, at connect time. */
enum net_reach {
	REACH_PUBLIC, /* no loopback, private, link-local, multicast, carrier-grade NAT,
		       * documentation or unspecified address, in IPv4, IPv6 or IPv4-in-IPv6 form */
	REACH_ANY
};

/* Whom a call over TLS trusts instead of the system's roots, and what it shows of itself: PEM texts
 * that live until the call has ended, "" for none.  private_key is a secret. */
struct net_tls {
	struct str roots, certificate, private_key;
};

enum { NET_URL_MAX = 8000, NET_OPEN_MAX = 4096 };

struct net_ask {
	const char *method; /* "GET" or "POST" */
	const char *url;    /* absolute, <= NET_URL_MAX bytes */
	const char *type;   /* Content-Type of the body; NULL for none */
	struct str body;    /* "" for GET */
	const struct net_field *fields;
	size_t fields_n;
	enum net_reach reach;
	struct net_tls tls;
	int64_t connect_ms; /* > 0, time to connect, e.g. 3000 */
	int64_t total_ms;   /* > 0, time in all, waiting for a connection included, e.g. 10000 */
	size_t answer_max;  /* bytes of the answer's body */
};

struct net_got {
	int status; /* the HTTP status; 0 if none came */
	char *body; /* NUL-ended, NULL if there is none; freed by net_got_free */
	size_t body_n;
	char type[64];      /* Content-Type, cut */
	char date[40];      /* Date, as sent */
	char headers[4096]; /* the answer's header lines as they came, cut at a whole line */
	bool sent; /* at least one byte of the request left: the other side may have acted */
	int64_t took_ms;
};

/* `clock` measures took_ms and must outlive the client.  ERR_INTERNAL. */
MUST_USE enum err net_client_start(struct clock *clock, struct net_client **out);

/* Kill points: `before` is called on the caller's thread before a call is handed over, `after` on
 * the client's once its end is known and nobody has been told.  Set before the first call. */
void net_client_watch(struct net_client *c, void (*before)(void *self), void (*after)(void *self),
		      void *self);

/* Open calls end with ERR_STOPPING; then the thread ends.  NULL-safe.  Nobody may call any more. */
void net_client_stop(struct net_client *c);

/* Calls and waits.  ERR_OK: an answer came, whatever its status.  ERR_TIMEOUT and ERR_NETWORK: no
 * whole answer, got->sent tells whether the other side may have acted.  ERR_ADDRESS_BLOCKED: the
 * guard refused, nothing was sent.  ERR_TOO_LARGE: the answer was cut (status is set), its header
 * fields beyond 64 KiB included.  ERR_INVALID: not such a URL or field.  ERR_CONFIG: what ask->tls
 * has cannot be used, or its key does not fit its certificate.  ERR_BUSY as below.  ERR_STOPPING.
 * Error texts never contain the query or the body.
 *
 * *got is set in every case.  When a kept connection turns out to be closed by the other side
 * before anything was answered, the request is sent once more on a new one.  Not on the client's
 * thread. */
MUST_USE enum err net_call(struct net_client *c, const struct net_ask *ask, struct net_got *got);

/* The same without waiting: `done` is called once on the client's thread and must not block.  *got
 * lives until it returns; got->body is freed then, unless `done` took it (TAKE(got->body)).  The
 * ask is copied, but for the texts of ask->tls.  On an error from this function itself `done` is
 * not called: ERR_INVALID, ERR_STOPPING, ERR_BUSY beyond NET_OPEN_MAX open calls. */
typedef void net_done(void *arg, enum err e, struct net_got *got);
MUST_USE enum err net_call_async(struct net_client *c, const struct net_ask *ask, net_done *done,
				 void *arg);

void net_got_free(struct net_got *g); /* NULL-safe, leaves *g empty; for CLEANUP */

/* True when `address` (text of an IPv4 or IPv6 address) is one that REACH_PUBLIC may call. */
bool net_address_is_public(const char *address);

/* The host of an absolute http(s) URL, lower-case, without port, into host[cap]; an IPv4 address in
 * any notation comes as four decimals, an IPv6 one without brackets.  *tls tells https. ERR_INVALID
 * for anything else, user:password in it included. */
MUST_USE enum err net_url_host(struct str url, char *host, size_t cap, bool *tls);
