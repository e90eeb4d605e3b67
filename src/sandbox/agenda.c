#include "sandbox/agenda.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>

struct item {
	int64_t due_ms;
	uint64_t order; /* items of one time keep the order of adding */
	agenda_do *act;
	void *arg;
};

/* A binary heap: at[0] is due first. */
struct agenda {
	struct clock *clock;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct item *at;
	size_t n, cap;
	uint64_t added;
	bool stopping;
};

static void *run(void *arg);
static bool is_before(const struct item *a, const struct item *b);
static void push(struct agenda *a, struct item item);
static struct item pop(struct agenda *a);

enum err agenda_start(struct clock *clock, struct agenda **out)
{
	struct agenda *a = calloc(1, sizeof(*a));

	CHECK(a != NULL);
	a->clock = clock;
	pthread_mutex_init(&a->lock, NULL);
	clock_cond_init(&a->changed);
	if (pthread_create(&a->thread, NULL, run, a) != 0) {
		pthread_cond_destroy(&a->changed);
		pthread_mutex_destroy(&a->lock);
		free(a);
		FAIL(ERR_IO, "a thread cannot be started");
	}
	*out = a;
	return ERR_OK;
}

void agenda_add(struct agenda *a, int64_t delay_ms, agenda_do *act, void *arg)
{
	struct item item = { .act = act, .arg = arg };
	bool stopping;

	item.due_ms = clock_after(a->clock->mono_ms(a->clock), delay_ms > 0 ? delay_ms : 0);
	pthread_mutex_lock(&a->lock);
	stopping = a->stopping;
	if (!stopping) {
		item.order = a->added++;
		push(a, item);
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	if (stopping)
		act(arg, true);
}

void agenda_halt(struct agenda *a)
{
	pthread_mutex_lock(&a->lock);
	a->stopping = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);

	/* Nothing enters the heap any more, so it is ours. */
	while (a->n > 0) {
		struct item item = pop(a);

		item.act(item.arg, true);
	}
}

void agenda_free(struct agenda *a)
{
	if (!a)
		return;
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a->at);
	free(a);
}

static void *run(void *arg)
{
	struct agenda *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->stopping) {
		struct item item;

		if (a->n == 0) {
			(void)a->clock->wait(a->clock, &a->changed, &a->lock, INT64_MAX);
			continue;
		}
		if (a->at[0].due_ms > a->clock->mono_ms(a->clock)) {
			(void)a->clock->wait(a->clock, &a->changed, &a->lock, a->at[0].due_ms);
			continue;
		}
		item = pop(a);
		pthread_mutex_unlock(&a->lock);
		item.act(item.arg, false);
		pthread_mutex_lock(&a->lock);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

static bool is_before(const struct item *a, const struct item *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void push(struct agenda *a, struct item item)
{
	size_t i = a->n++;

	if (a->n > a->cap) {
		a->cap = a->cap > 0 ? 2 * a->cap : 64;
		a->at = realloc(a->at, a->cap * sizeof(*a->at));
		CHECK(a->at != NULL);
	}
	for (; i > 0 && is_before(&item, &a->at[(i - 1) / 2]); i = (i - 1) / 2)
		a->at[i] = a->at[(i - 1) / 2];
	a->at[i] = item;
}

static struct item pop(struct agenda *a)
{
	struct item first = a->at[0], last = a->at[--a->n];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= a->n)
			break;
		if (child + 1 < a->n && is_before(&a->at[child + 1], &a->at[child]))
			child++;
		if (!is_before(&a->at[child], &last))
			break;
		a->at[i] = a->at[child];
		i = child;
	}
	a->at[i] = last;
	return first;
}
