/* read.c - a READ: done on a reader thread; one that found nothing may wait for news. */
#include "http/call.h"

#include <stddef.h>
#include <string.h>

static void run(struct pool_item *item);
static bool wait_for_news(struct call *c, uint64_t ticket, enum err *e);
static void wake(struct poll *p);

void call_read(struct call *c)
{
	enum err e = call_decode(c);

	if (e != ERR_OK)
		call_settle(c, e);
	else
		call_hand_on(c, c->ask.http->reads, run);
}

static void run(struct pool_item *item)
{
	struct call *c = call_of(item);
	const struct route *route = c->ask.route;
	struct http *h = c->ask.http;
	uint64_t ticket = route->wait != NULL ? polls_ticket(h->polls, c->ask.caller.merchant) : 0;
	enum err e;

	memset(c->answer, 0, route->answer_size);
	e = store_read(c->ask.services->store, c->ask.caller.merchant, route->act, c->plain,
		       c->answer);
	if (e == ERR_OK && route->wait != NULL && wait_for_news(c, ticket, &e))
		return;
	if (e == ERR_OK)
		call_encode(c);
	call_settle(c, e);
}

/* True when the request was given away: another thread goes on with it. */
static bool wait_for_news(struct call *c, uint64_t ticket, enum err *e)
{
	struct http *h = c->ask.http;
	int64_t wait_ms = c->ask.route->wait(&c->ask, c->plain, c->answer);

	if (wait_ms <= 0 || c->poll.over || net_gone(c->ask.net))
		return false;
	if (wait_ms > HTTP_WAIT_MAX_MS)
		wait_ms = HTTP_WAIT_MAX_MS;
	if (!keyring_enter(h->keyring, &c->key, POLLS_PER_KEY)) {
		*e = err_set(ERR_RATE_LIMITED, ERR_WHERE, "wait",
			     "%d requests with this key wait already", POLLS_PER_KEY);
		return false;
	}
	c->poll.merchant = c->ask.caller.merchant;
	c->poll.until_ms = clock_after(c->begun_ms, wait_ms);
	c->poll.wake = wake;
	*e = polls_wait(h->polls, &c->poll, ticket);
	if (*e != ERR_OK)
		keyring_leave(h->keyring, &c->key);
	return *e == ERR_OK;
}

static void wake(struct poll *p)
{
	struct call *c = (struct call *)(void *)((char *)p - offsetof(struct call, poll));
	struct http *h = c->ask.http;

	keyring_leave(h->keyring, &c->key);
	c->item.run = run;
	pool_add_always(h->reads, &c->item);
}
