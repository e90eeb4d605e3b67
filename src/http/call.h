/* call.h - one request on its way through http: who holds it, and what it has gathered so far.
 *
 * A call lives in its request's arena.  One thread at a time works on it; each step hands it on and
 * does not touch it afterwards.  Every way ends in call_finish or call_fail, once.
 */
#pragma once

#include "http/keyring.h"
#include "http/measure.h"
#include "http/poll.h"
#include "http/pool.h"
#include "http/route.h"
#include "http/router.h"
#include "http/server.h"
#include "net/server.h"

#include <stdatomic.h>

/* What the server and all its calls share. */
struct http {
	struct http_options options;
	const struct services *services;
	struct router *router;
	struct keyring *keyring;
	struct measures *measures;
	struct pool *reads, *flows, *works;
	struct polls *polls;
	struct net_server *server;
	atomic_bool stopping;
	_Atomic int64_t open_bytes; /* bodies of requests without a key */
	int64_t last_request;       /* the last request's id; the loop's own */
};

struct call {
	struct http_ask ask; /* ask.http is the server, ask.net the request */
	struct api_key key;
	struct pool_item item;
	void *plain, *answer;
	struct http_reply reply;
	struct idempotency_row stored; /* status > 0: this is the answer */
	struct outcome outcome;
	int64_t begun_ms;   /* mono */
	int64_t open_bytes; /* taken from http.open_bytes */
	struct router_match match;
	int64_t retry_after; /* seconds; 0: by the kind of failure */
	struct poll poll;
};

/* dispatch.c: what net calls; self is the struct http. */
void dispatch_begin(void *self, struct net_request *r);
void dispatch_handle(void *self, struct net_request *r);
void dispatch_end(void *self, struct net_request *r);

/* admit.c: may this request go on?  Finds route and key, checks scope, allowance and header fields,
 * takes the body. */
MUST_USE enum err call_admit(struct call *c);

/* run.c: does what the route says, on the threads that its kind allows. */
void call_run(struct call *c);
void call_read(struct call *c);  /* read.c */
void call_write(struct call *c); /* write.c */
void call_flow(struct call *c);  /* flow.c */

/* Queues the next step; a full pool is answered with 503. */
void call_hand_on(struct call *c, struct pool *pool, void (*run)(struct pool_item *item));
struct call *call_of(struct pool_item *item);

/* Reads the request into c->plain, and gives room for c->answer. */
MUST_USE enum err call_decode(struct call *c);
/* Writes c->answer into c->reply, or what is stored under the Idempotency-Key. */
void call_encode(struct call *c);
void call_encode_stored(struct call *c);
/* Answers: c->reply on ERR_OK, else a failure with this thread's words. */
void call_settle(struct call *c, enum err e);

/* finish.c: answers. */
void call_finish(struct call *c);
void call_fail(struct call *c, const struct outcome *o);
