/* flow.c - a FLOW: done on a worker, which may block; what its Idempotency-Key stands for is looked
 * up before and stored after it. */
#include "http/call.h"

#include "sys/log.h"

static void run(struct pool_item *item);
static enum err flow(struct call *c);
static enum err look_up(struct tx *tx, const void *ask, void *answer);
static void remember(struct call *c, enum err e);
static enum err fill(struct tx *tx, const void *ask, void *answer);
static enum err drop(struct tx *tx, const void *ask, void *answer);
static bool is_refusal(enum err e);

void call_flow(struct call *c)
{
	call_hand_on(c, c->ask.http->flows, run);
}

static void run(struct pool_item *item)
{
	struct call *c = call_of(item);

	call_settle(c, flow(c));
}

static enum err flow(struct call *c)
{
	struct http_ask *ask = &c->ask;
	struct outcome o;
	enum err e;

	TRY(call_decode(c));
	if (*ask->idempotency.key == '\0')
		return ask->route->flow(ask, &c->reply);

	TRY(store_read(ask->services->store, ask->caller.merchant, look_up, c, c));
	if (c->stored.status > 0) {
		call_encode_stored(c);
		return ERR_OK;
	}
	ask->resume = c->stored.object;
	e = ask->route->flow(ask, &c->reply);
	o = outcome_of(e);
	remember(c, e);
	return outcome_raise(&o);
}

static enum err look_up(struct tx *tx, const void *ask, void *answer)
{
	struct call *c = answer;

	(void)ask;
	return idempotency_find(tx, &c->ask.idempotency, c->ask.arena, &c->stored);
}

/* An answer is kept; a refusal leaves nothing; what is not known yet stays under the object's name.
 */
static void remember(struct call *c, enum err e)
{
	struct store *store = c->ask.services->store;
	int64_t merchant = c->ask.caller.merchant;
	enum err failed = ERR_OK;

	if (e == ERR_OK)
		failed = store_write(store, merchant, fill, c, NULL);
	else if (is_refusal(e))
		failed = store_write(store, merchant, drop, c, NULL);
	if (failed != ERR_OK)
		log_err(LOG_WARN, "http.idempotency_not_kept", failed);
}

static enum err fill(struct tx *tx, const void *ask, void *answer)
{
	const struct call *c = ask;
	int status = c->reply.status != 0 ? c->reply.status : c->ask.route->status;

	(void)answer;
	return idempotency_fill(tx, &c->ask.idempotency, status != 0 ? status : 200,
				(struct str){ c->reply.body.p, c->reply.body.n });
}

static enum err drop(struct tx *tx, const void *ask, void *answer)
{
	const struct call *c = ask;

	(void)answer;
	idempotency_drop(tx, &c->ask.idempotency);
	return ERR_OK;
}

static bool is_refusal(enum err e)
{
	switch (err_kind(e)) {
	case KIND_INPUT:
	case KIND_USAGE:
	case KIND_AUTH:
	case KIND_DENIED:
	case KIND_NOT_FOUND:
	case KIND_METHOD:
	case KIND_CONFLICT:
	case KIND_STATE:
	case KIND_CHANNEL:
	case KIND_LARGE:
	case KIND_HEADERS:
	case KIND_URI:
	case KIND_MEDIA:
	case KIND_LENGTH:
		return true;
	case KIND_OK:
	case KIND_RETRY:
	case KIND_LIMIT:
	case KIND_BUSY:
	case KIND_UNKNOWN:
	case KIND_INTERNAL:
		return false;
	}
	return false;
}
