/* run.c - does what a route says, on the threads that its kind allows. */
#include "http/call.h"

#include <stddef.h>

static enum err refuse_members(struct str body);

void call_run(struct call *c)
{
	const struct route *route = c->ask.route;

	switch (route->kind) {
	case ROUTE_INLINE:
		call_settle(c, route->flow(&c->ask, &c->reply));
		break;
	case ROUTE_READ:
		call_read(c);
		break;
	case ROUTE_WRITE:
		call_write(c);
		break;
	case ROUTE_FLOW:
		call_flow(c);
		break;
	}
}

void call_hand_on(struct call *c, struct pool *pool, void (*run)(struct pool_item *item))
{
	enum err e;

	c->item.run = run;
	e = pool_add(pool, &c->item);
	if (e != ERR_OK)
		call_settle(c, e);
}

struct call *call_of(struct pool_item *item)
{
	return (struct call *)(void *)((char *)item - offsetof(struct call, item));
}

enum err call_decode(struct call *c)
{
	const struct route *route = c->ask.route;
	struct http_ask *ask = &c->ask;

	if (*ask->idempotency.key != '\0')
		idempotency_digest(&ask->idempotency, net_method(ask->net), net_path(ask->net),
				   ask->body);
	if (route->body == NULL && route->media == NULL)
		TRY(refuse_members(ask->body));
	c->plain = arena_alloc(ask->arena, route->ask_size + 1);
	c->answer = arena_alloc(ask->arena, route->answer_size + 1);
	return route->decode != NULL ? route->decode(ask, c->plain) : ERR_OK;
}

/* A route without members takes nothing or "{}". */
static enum err refuse_members(struct str body)
{
	struct jin r;

	if (body.n == 0)
		return ERR_OK;
	jin_open(&r, body);
	return jin_done(&r);
}

void call_encode(struct call *c)
{
	jout_reset(&c->reply.body);
	c->ask.route->encode(&c->ask, c->plain, c->answer, &c->reply);
}

void call_encode_stored(struct call *c)
{
	jout_reset(&c->reply.body);
	jout_raw(&c->reply.body, NULL, c->stored.body);
	c->reply.status = c->stored.status;
	c->reply.replayed = true;
}

void call_settle(struct call *c, enum err e)
{
	struct outcome o = outcome_of(e);

	if (e == ERR_OK)
		call_finish(c);
	else
		call_fail(c, &o);
}
