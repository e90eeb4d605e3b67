/* dispatch.c - net's three calls for a request: its fields are in, its body is in, it is over. */
#include "http/call.h"

static void options(struct call *c);

void dispatch_begin(void *self, struct net_request *r)
{
	struct http *h = self;
	struct clock *clock = h->services->clock;
	struct call *c = arena_alloc(net_arena(r), sizeof(*c));
	enum err e;

	net_set_context(r, c);
	h->last_request = id_next(h->last_request, clock->wall_ms(clock), 0);
	c->ask.http = h;
	c->ask.net = r;
	c->ask.services = h->services;
	c->ask.arena = net_arena(r);
	c->ask.request_id = h->last_request;
	c->begun_ms = clock->mono_ms(clock);
	jout_open(&c->reply.body);

	e = call_admit(c);
	if (e == ERR_BAD_METHOD && str_is(net_method(r), "OPTIONS")) {
		options(c);
	} else if (e != ERR_OK) {
		struct outcome o = outcome_of(e);

		call_fail(c, &o);
	}
}

static void options(struct call *c)
{
	c->reply.status = 204;
	http_reply_field(&c->reply, "Allow", str_of(c->match.allow));
	call_finish(c);
}

void dispatch_handle(void *self, struct net_request *r)
{
	struct call *c = net_context(r);

	(void)self;
	c->ask.body = net_body(r);
	call_run(c);
}

void dispatch_end(void *self, struct net_request *r)
{
	struct http *h = self;
	struct call *c = net_context(r);

	(void)atomic_fetch_sub(&h->open_bytes, c->open_bytes);
	/* The client left before its body was in: nobody answered. */
	jout_free(&c->reply.body);
}
