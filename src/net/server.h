/* server.h - an HTTP/1.1 server loop: bytes in, answers out, limits and a clean stop; no routes, no
 * domain.
 *
 * One thread runs libmicrohttpd's epoll daemon in an external loop (own poll on its epoll
 * descriptor and an eventfd, then MHD_run): the library's own thread stalls for ever when 128
 * connections become ready at once.  Connection memory is 8 KiB, so a request's line and header
 * fields together must fit (5.5 KiB of them, the rest is for the answer's); what does not fit is
 * answered 431 or 414.
 *
 * The life of a request:
 *   1. header fields are in: `begin` is called on the loop.  It authenticates and says how many
 * body bytes it will take (net_take), or answers at once (net_reply) and so refuses the body.  If
 * it does neither, no body is taken: a request that brings one is answered 413 or 411 here.
 *   2. the body is complete: `handle` is called on the loop.  It answers now or hands the request
 * to another thread; the connection is suspended until net_reply is called, from any thread.
 *   3. `end` is called on the loop exactly once, whatever happened, when the request is over and
 * its memory goes: by then the answer was sent, or the client went away.  Never before net_reply
 *      was called if `handle` was.
 *
 * A refused body of up to 4 MiB is read and thrown away before the answer goes out, so that the
 * answer is not lost; after a longer, a chunked or an awaited one (Expect: 100-continue) the answer
 * goes out at once and the connection is closed.  What no handler may see is answered here as
 * application/problem+json or by the library: broken framing, no Host, a NUL or space in the
 * target.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "net/field.h"
#include "sys/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net_request; /* one request, valid from begin until end returns */

struct net_handler {
	void (*begin)(void *self, struct net_request *r);
	void (*handle)(void *self, struct net_request *r);
	void (*end)(void *self, struct net_request *r); /* may be NULL */
	void *self;
};

/* 0 or NULL stands for the default of each. */
struct net_limits {
	size_t bodies;         /* bytes of all bodies in flight, default 64 MiB */
	size_t connections;    /* default 4096, at most 3/4 of the open files allowed */
	size_t per_address;    /* connections of one client address, default no limit */
	unsigned idle_seconds; /* a connection without progress is closed; a body must be complete
				* in as many seconds, the next request's fields in three times as
				* many, dripping or not; default 60 */
};

/* TLS, for a program that imitates a platform: TLS for visitors is a proxy's work.  PEM texts that
 * outlive the server. */
struct net_server_tls {
	const char *certificate, *private_key;
	const char *client_roots; /* whose certificates clients may show; they need not show one */
};

struct net_server;

/* Listens on `address` ("127.0.0.1:8080", "[::1]:0"; numeric) and serves on a thread of its own.
 * `limits` may be NULL.  Raises RLIMIT_NOFILE to its hard limit.  ERR_IO when it cannot listen,
 * ERR_INVALID for a bad address. */
MUST_USE enum err net_server_start(const char *address, const struct net_limits *limits,
				   const struct net_handler *handler, struct net_server **out);

/* The same over TLS 1.2 or newer; ERR_IO too when the certificate cannot be used. */
MUST_USE enum err net_server_start_tls(const char *address, const struct net_limits *limits,
				       const struct net_server_tls *tls,
				       const struct net_handler *handler, struct net_server **out);

/* "http://127.0.0.1:41234", or https: what was really bound. */
const char *net_server_url(const struct net_server *s);

/* Takes no new connection; those that are open go on.  Answers from now on carry "Connection:
 * close". Returns when the listening socket is closed.  Not from begin, handle or end. */
void net_server_quiesce(struct net_server *s);

/* Quiesces, waits until every request that `handle` saw has been answered and every connection is
 * closed (idle ones are closed at once; those in the middle of a request or an answer get up to two
 * seconds more), ends the thread and frees.  Whoever holds a request must answer it.  NULL-safe.
 * Not from begin, handle or end. */
void net_server_stop(struct net_server *s);

/* --- a request; all text is borrowed until end --- */

struct str net_method(const struct net_request *r);
struct str net_path(const struct net_request *r);  /* as sent, not decoded, without the query */
struct str net_query(const struct net_request *r); /* as sent, without '?'; "" if none */

/* A header field by name, any letter case; "" if absent.  A field that was sent twice is found by
 * net_header_n. */
struct str net_header(const struct net_request *r, const char *name);
size_t net_header_n(const struct net_request *r, const char *name);

/* Content-Length; 0 without a body; -1 for a chunked body, which net_take refuses. */
int64_t net_content_length(const struct net_request *r);
struct str net_peer(const struct net_request *r); /* the client's address as text */

/* The common name of the certificate that the client showed; "" without TLS, when it showed none,
 * and when none of client_roots signed it for a client's use or its time is not now. */
struct str net_client_name(const struct net_request *r);

/* begin only, once: take a body of at most max bytes (0: none).  ERR_TOO_LARGE when Content-Length
 * is more, ERR_LENGTH_REQUIRED when the body is chunked, ERR_BUSY when all bodies in flight would
 * exceed their limit.  Nothing is taken on failure: the caller answers. */
MUST_USE enum err net_take(struct net_request *r, size_t max);
struct str net_body(const struct net_request *r); /* a NUL stands after it */

/* The request's memory, for whoever works on it (one thread at a time), freed after end. */
struct arena *net_arena(struct net_request *r);

/* A slot for the layer above. */
void net_set_context(struct net_request *r, void *context);
void *net_context(const struct net_request *r);

/* --- the answer --- */

struct net_answer {
	int status;       /* 200..599 */
	const char *type; /* Content-Type; NULL for none */
	struct str body;  /* copied unless body_owned */
	char *body_owned; /* if set, body points into it and it is freed after sending */
	const struct net_field *fields; /* further header fields, copied; together <= 2 KiB */
	size_t fields_n;
};

/* Exactly once per request, from begin, handle or any thread after handle.  Never blocks.  The
 * request must not be touched afterwards except in end.  Content-Length, Date and Connection are
 * added; HEAD is answered without the body.  Fields that cannot be sent (control bytes, more than
 * 2 KiB) turn the answer into a 500. */
void net_reply(struct net_request *r, const struct net_answer *answer);

/* In place of net_reply: the answer breaks off after its header fields.  For a program that
 * imitates a server in trouble. */
void net_drop(struct net_request *r);

/* True when the client has closed its connection or its sending side, so that long work for it may
 * be dropped; it must still be answered.  Any thread, before net_reply. */
bool net_gone(const struct net_request *r);

/* For /metrics. */
struct net_counts {
	uint64_t requests;            /* that reached begin */
	uint64_t bytes_in, bytes_out; /* header fields and bodies in, bodies out */
	int64_t connections, in_flight, body_bytes;
};
void net_server_counts(const struct net_server *s, struct net_counts *out);
