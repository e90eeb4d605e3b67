#include "http/pool.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>

enum { POOL_THREADS_MAX = 64 };

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	struct pool_item *first, **last;
	size_t waiting, waiting_max, running, sleeping;
	uint64_t refused;
	bool stopping;
	struct clock *clock;
	size_t threads_n;
	pthread_t threads[POOL_THREADS_MAX];
};

static void *serve(void *arg);
static struct pool_item *take(struct pool *p);
static void append(struct pool *p, struct pool_item *item);

enum err pool_start(const char *name, size_t threads, size_t waiting_max, struct clock *clock,
		    struct pool **out)
{
	struct pool *p = calloc(1, sizeof(*p));

	CHECK(p != NULL);
	CHECK(threads > 0 && threads <= POOL_THREADS_MAX);
	CHECK(pthread_mutex_init(&p->lock, NULL) == 0);
	CHECK(pthread_cond_init(&p->work, NULL) == 0);
	clock_cond_init(&p->idle);
	p->last = &p->first;
	p->waiting_max = waiting_max;
	p->clock = clock;
	for (; p->threads_n < threads; p->threads_n++) {
		pthread_t *thread = &p->threads[p->threads_n];

		if (pthread_create(thread, NULL, serve, p) != 0) {
			pool_stop(p);
			FAIL(ERR_IO, "cannot start a thread of the pool %s", name);
		}
		(void)pthread_setname_np(*thread, name);
	}
	*out = p;
	return ERR_OK;
}

static void *serve(void *arg)
{
	struct pool *p = arg;

	for (;;) {
		struct pool_item *item = take(p);

		if (item == NULL)
			return NULL;
		item->run(item);
		(void)pthread_mutex_lock(&p->lock);
		p->running--;
		if (p->running == 0 && p->waiting == 0)
			(void)pthread_cond_broadcast(&p->idle);
		(void)pthread_mutex_unlock(&p->lock);
	}
}

/* The next item; NULL when the pool stops and nothing waits. */
static struct pool_item *take(struct pool *p)
{
	struct pool_item *item = NULL;

	(void)pthread_mutex_lock(&p->lock);
	while (p->first == NULL && !p->stopping) {
		p->sleeping++;
		(void)pthread_cond_wait(&p->work, &p->lock);
		p->sleeping--;
	}
	if (p->first != NULL) {
		item = p->first;
		p->first = item->next;
		if (p->first == NULL)
			p->last = &p->first;
		p->waiting--;
		p->running++;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return item;
}

enum err pool_add(struct pool *p, struct pool_item *item)
{
	bool full;

	(void)pthread_mutex_lock(&p->lock);
	full = p->waiting >= p->waiting_max;
	if (full)
		p->refused++;
	else
		append(p, item);
	(void)pthread_mutex_unlock(&p->lock);
	if (full)
		FAIL(ERR_BUSY, "too much waits for a worker");
	return ERR_OK;
}

void pool_add_always(struct pool *p, struct pool_item *item)
{
	(void)pthread_mutex_lock(&p->lock);
	append(p, item);
	(void)pthread_mutex_unlock(&p->lock);
}

static void append(struct pool *p, struct pool_item *item)
{
	item->next = NULL;
	*p->last = item;
	p->last = &item->next;
	p->waiting++;
	if (p->sleeping > 0)
		(void)pthread_cond_signal(&p->work);
}

bool pool_wait_idle(struct pool *p, int64_t until_ms)
{
	bool idle;

	(void)pthread_mutex_lock(&p->lock);
	while (!(idle = p->running == 0 && p->waiting == 0) &&
	       p->clock->mono_ms(p->clock) < until_ms)
		(void)p->clock->wait(p->clock, &p->idle, &p->lock, until_ms);
	(void)pthread_mutex_unlock(&p->lock);
	return idle;
}

void pool_counts(struct pool *p, struct pool_counts *out)
{
	(void)pthread_mutex_lock(&p->lock);
	out->waiting = (int64_t)p->waiting;
	out->running = (int64_t)p->running;
	out->refused = p->refused;
	(void)pthread_mutex_unlock(&p->lock);
}

void pool_stop(struct pool *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stopping = true;
	(void)pthread_cond_broadcast(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->threads_n; i++)
		(void)pthread_join(p->threads[i], NULL);
	CHECK(p->first == NULL);
	(void)pthread_cond_destroy(&p->idle);
	(void)pthread_cond_destroy(&p->work);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}
