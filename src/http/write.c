/* write.c - a WRITE: decoded on the loop or a worker, done on the writer, answered by a worker. */
#include "http/call.h"

#include <string.h>

/* Above this a body is decoded by a worker. */
enum { LOOP_BODY_MAX = 16 * 1024 };

static void begin(struct pool_item *item);
static enum err act(struct tx *tx, const void *ask, void *answer);
static void done(void *arg, const struct outcome *o);
static void end(struct pool_item *item);

void call_write(struct call *c)
{
	if (c->ask.route->decode_on_worker || c->ask.body.n > LOOP_BODY_MAX)
		call_hand_on(c, c->ask.http->works, begin);
	else
		begin(&c->item);
}

static void begin(struct pool_item *item)
{
	struct call *c = call_of(item);
	enum err e = call_decode(c);

	if (e == ERR_OK)
		e = store_submit(c->ask.services->store, c->ask.caller.merchant, act, c, c, done,
				 c);
	/* Only a store that cannot write now fails here with ERR_STORE. */
	if (e == ERR_STORE)
		e = err_set(ERR_BUSY, ERR_WHERE, "", "the store takes no writes at the moment");
	if (e != ERR_OK)
		call_settle(c, e);
}

/* The route's closure; with an Idempotency-Key its answer is stored in the same transaction. */
static enum err act(struct tx *tx, const void *ask, void *answer)
{
	const struct idempotency *key = &((const struct call *)ask)->ask.idempotency;
	struct call *c = answer;
	const struct route *route = c->ask.route;

	TRY(idempotency_find(tx, key, c->ask.arena, &c->stored));
	if (c->stored.status > 0)
		return ERR_OK;
	memset(c->answer, 0, route->answer_size);
	TRY(route->act(tx, c->plain, c->answer));
	if (*key->key != '\0') {
		c->reply.status = route->status;
		c->reply.replayed = false;
		call_encode(c);
		idempotency_put(tx, key, c->reply.status != 0 ? c->reply.status : 200,
				(struct str){ c->reply.body.p, c->reply.body.n });
	}
	return ERR_OK;
}

/* On the writer: encoding is left to a worker, so that the next commit does not wait for it. */
static void done(void *arg, const struct outcome *o)
{
	struct call *c = arg;

	c->outcome = *o;
	c->item.run = end;
	pool_add_always(c->ask.http->works, &c->item);
}

static void end(struct pool_item *item)
{
	struct call *c = call_of(item);

	if (c->outcome.code != ERR_OK) {
		call_fail(c, &c->outcome);
		return;
	}
	if (c->stored.status > 0)
		call_encode_stored(c);
	else if (*c->ask.idempotency.key == '\0')
		call_encode(c);
	call_finish(c);
}
