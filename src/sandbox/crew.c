#include "sandbox/crew.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>

/* A queue of requests; each waits in a link, since a request has no room for one of ours. */
struct link {
	struct link *next;
	struct net_request *request;
};

struct crew {
	crew_work *work;
	void *self;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct link *first, **last;
	bool ending;
	size_t threads_n;
	pthread_t threads[];
};

static void *run(void *arg);
static struct link *next(struct crew *c);

enum err crew_start(size_t threads, crew_work *work, void *self, struct crew **out)
{
	struct crew *c = calloc(1, sizeof(*c) + threads * sizeof(c->threads[0]));

	CHECK(c != NULL);
	c->work = work;
	c->self = self;
	c->last = &c->first;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	for (; c->threads_n < threads; c->threads_n++) {
		if (pthread_create(&c->threads[c->threads_n], NULL, run, c) != 0) {
			crew_halt(c);
			crew_free(c);
			FAIL(ERR_IO, "a thread cannot be started");
		}
	}
	*out = c;
	return ERR_OK;
}

bool crew_take(struct crew *c, struct net_request *r)
{
	struct link *link = malloc(sizeof(*link));
	bool taken;

	CHECK(link != NULL);
	*link = (struct link){ .request = r };
	pthread_mutex_lock(&c->lock);
	taken = !c->ending;
	if (taken) {
		*c->last = link;
		c->last = &link->next;
		pthread_cond_signal(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	if (!taken)
		free(link);
	return taken;
}

void crew_halt(struct crew *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->ending = true;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < c->threads_n; i++)
		pthread_join(c->threads[i], NULL);
	c->threads_n = 0;
}

void crew_free(struct crew *c)
{
	if (!c)
		return;
	CHECK(c->first == NULL);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static void *run(void *arg)
{
	struct crew *c = arg;
	struct link *link;

	while ((link = next(c)) != NULL) {
		c->work(c->self, link->request);
		free(link);
	}
	return NULL;
}

/* Waits for a request; NULL when the crew ends and none is left. */
static struct link *next(struct crew *c)
{
	struct link *link;

	pthread_mutex_lock(&c->lock);
	while (!c->first && !c->ending)
		pthread_cond_wait(&c->changed, &c->lock);
	link = c->first;
	if (link) {
		c->first = link->next;
		if (!c->first)
			c->last = &c->first;
	}
	pthread_mutex_unlock(&c->lock);
	return link;
}
