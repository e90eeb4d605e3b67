#include "net/client.h"

#include "base/check.h"
#include "net/call.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum {
	HOST_CONNECTIONS = 64,
	ALL_CONNECTIONS = 1024,
	KEPT_CONNECTIONS = 256,
	LOOK_MS = 60000 /* curl's own timers are sooner, and a new call wakes the thread */
};

struct net_client {
	struct clock *clock;
	CURLM *multi;
	pthread_t thread;
	struct call *running;                             /* the thread's own */
	void (*before)(void *self), (*after)(void *self); /* kill points; NULL: none */
	void *watcher;

	pthread_mutex_t lock;
	struct call *fresh, **fresh_end; /* lock: not yet seen by the thread, oldest first */
	size_t open;                     /* lock: fresh and running */
	bool stopping;                   /* lock */
};

/* Who waits in net_call. */
struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over;
	struct outcome outcome;
	struct net_got *got;
};

static void thread_start(struct net_client *c);
static void *run(void *self);
static bool take_fresh(struct net_client *c);
static void begin(struct net_client *c, struct call *call);
static void reap(struct net_client *c);
static void finish(struct net_client *c, struct call *call, CURLcode code, bool stopping);
static void tell_waiter(void *arg, enum err e, struct net_got *got);

enum err net_client_start(struct clock *clock, struct net_client **out)
{
	struct net_client *c;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		FAIL(ERR_INTERNAL, "libcurl does not start");
	c = calloc(1, sizeof(*c));
	CHECK(c);
	c->clock = clock;
	c->fresh_end = &c->fresh;
	c->multi = curl_multi_init();
	CHECK(c->multi);
	CHECK(curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS) ==
	      CURLM_OK);
	CHECK(curl_multi_setopt(c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)ALL_CONNECTIONS) ==
	      CURLM_OK);
	CHECK(curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS) ==
	      CURLM_OK);
	CHECK(pthread_mutex_init(&c->lock, NULL) == 0);
	thread_start(c);
	*out = c;
	return ERR_OK;
}

void net_client_stop(struct net_client *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	pthread_mutex_unlock(&c->lock);
	CHECK(curl_multi_wakeup(c->multi) == CURLM_OK);
	CHECK(pthread_join(c->thread, NULL) == 0);
	CHECK(c->open == 0);
	CHECK(curl_multi_cleanup(c->multi) == CURLM_OK);
	pthread_mutex_destroy(&c->lock);
	free(c);
	curl_global_cleanup();
}

void net_client_watch(struct net_client *c, void (*before)(void *self), void (*after)(void *self),
		      void *self)
{
	c->before = before;
	c->after = after;
	c->watcher = self;
}

enum err net_call(struct net_client *c, const struct net_ask *ask, struct net_got *got)
{
	struct waiter w = { .got = got };
	enum err e;

	*got = (struct net_got){ 0 };
	CHECK(pthread_mutex_init(&w.lock, NULL) == 0);
	CHECK(pthread_cond_init(&w.over, NULL) == 0);
	e = net_call_async(c, ask, tell_waiter, &w);
	if (e == ERR_OK) {
		pthread_mutex_lock(&w.lock);
		while (!w.is_over)
			pthread_cond_wait(&w.over, &w.lock);
		pthread_mutex_unlock(&w.lock);
		e = outcome_raise(&w.outcome);
	}
	pthread_cond_destroy(&w.over);
	pthread_mutex_destroy(&w.lock);
	return e;
}

enum err net_call_async(struct net_client *c, const struct net_ask *ask, net_done *done, void *arg)
{
	struct call *call;
	bool stopping, full, first;

	if (c->before)
		c->before(c->watcher);
	TRY(call_new(ask, c->clock, done, arg, &call));
	pthread_mutex_lock(&c->lock);
	stopping = c->stopping;
	full = c->open >= NET_OPEN_MAX;
	first = !c->fresh; /* else a wake-up is on its way */
	if (!stopping && !full) {
		c->open++;
		*c->fresh_end = call;
		c->fresh_end = &call->next;
	}
	pthread_mutex_unlock(&c->lock);
	if (stopping || full) {
		call_free(call);
		if (stopping)
			FAIL(ERR_STOPPING, "no more calls are made");
		FAIL(ERR_BUSY, "%d calls are open", NET_OPEN_MAX);
	}
	if (first)
		CHECK(curl_multi_wakeup(c->multi) == CURLM_OK);
	return ERR_OK;
}

/* Signals are for the main thread; a write to a closed connection must not end the program. */
static void thread_start(struct net_client *c)
{
	sigset_t all, before;

	sigfillset(&all);
	CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	CHECK(pthread_create(&c->thread, NULL, run, c) == 0);
	CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

static void *run(void *self)
{
	struct net_client *c = self;
	int running;

	while (take_fresh(c)) {
		CHECK(curl_multi_perform(c->multi, &running) == CURLM_OK);
		reap(c);
		CHECK(curl_multi_poll(c->multi, NULL, 0, LOOK_MS, NULL) == CURLM_OK);
	}
	while (c->running) {
		struct call *call = c->running;

		CHECK(curl_multi_remove_handle(c->multi, call->easy) == CURLM_OK);
		finish(c, call, CURLE_OK, true);
	}
	return NULL;
}

/* False when the client stops; what is fresh then is running, to be ended with the others. */
static bool take_fresh(struct net_client *c)
{
	struct call *fresh;
	bool stopping;

	pthread_mutex_lock(&c->lock);
	fresh = c->fresh;
	c->fresh = NULL;
	c->fresh_end = &c->fresh;
	stopping = c->stopping;
	pthread_mutex_unlock(&c->lock);

	while (fresh) {
		struct call *call = fresh;

		fresh = call->next;
		begin(c, call);
	}
	return !stopping;
}

static void begin(struct net_client *c, struct call *call)
{
	call->next = c->running;
	call->at = &c->running;
	if (call->next)
		call->next->at = &call->next;
	c->running = call;
	CHECK(curl_multi_add_handle(c->multi, call->easy) == CURLM_OK);
}

static void reap(struct net_client *c)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left))) {
		CURLcode code = m->data.result;
		char *mine;

		/* `m` dies with the handle's removal. */
		CHECK(curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &mine) == CURLE_OK);
		CHECK(curl_multi_remove_handle(c->multi, m->easy_handle) == CURLM_OK);
		finish(c, (struct call *)(void *)mine, code, false);
	}
}

static void finish(struct net_client *c, struct call *call, CURLcode code, bool stopping)
{
	*call->at = call->next;
	if (call->next)
		call->next->at = call->at;
	pthread_mutex_lock(&c->lock);
	c->open--;
	pthread_mutex_unlock(&c->lock);
	if (c->after)
		c->after(c->watcher);
	call_end(call, code, stopping);
}

static void tell_waiter(void *arg, enum err e, struct net_got *got)
{
	struct waiter *w = arg;

	*w->got = *got;
	got->body = NULL;
	/* The waiter's memory goes as soon as the lock is free. */
	pthread_mutex_lock(&w->lock);
	w->outcome = outcome_of(e);
	w->is_over = true;
	pthread_cond_signal(&w->over);
	pthread_mutex_unlock(&w->lock);
}
