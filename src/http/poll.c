#include "http/poll.h"

#include "base/check.h"

#include <pthread.h>
#include <stdlib.h>

/* News are counted by merchant in a small table; merchants that share a place cost one more look.
 */
enum { TICKETS = 256 };

struct polls {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct clock *clock;
	struct poll waiting; /* the ring's own element */
	size_t n;
	uint64_t news[TICKETS];
	bool quiet, ending;
	pthread_t thread;
};

static void *watch(void *arg);
static struct poll *take_due(struct polls *p, int64_t now_ms, int64_t *next_ms);
static void unlink_poll(struct polls *p, struct poll *poll);
static void wake_all(struct poll *due);
static size_t place(int64_t merchant);

enum err polls_start(struct clock *clock, struct polls **out)
{
	struct polls *p = calloc(1, sizeof(*p));

	CHECK(p != NULL);
	CHECK(pthread_mutex_init(&p->lock, NULL) == 0);
	clock_cond_init(&p->changed);
	p->clock = clock;
	p->waiting.next = p->waiting.previous = &p->waiting;
	if (pthread_create(&p->thread, NULL, watch, p) != 0) {
		(void)pthread_cond_destroy(&p->changed);
		(void)pthread_mutex_destroy(&p->lock);
		free(p);
		FAIL(ERR_IO, "cannot start the thread of the long polls");
	}
	(void)pthread_setname_np(p->thread, "polls");
	*out = p;
	return ERR_OK;
}

/* Wakes those whose time is over. */
static void *watch(void *arg)
{
	struct polls *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->ending) {
		int64_t next_ms = INT64_MAX;
		struct poll *due = take_due(p, p->clock->mono_ms(p->clock), &next_ms);

		if (due != NULL) {
			(void)pthread_mutex_unlock(&p->lock);
			wake_all(due);
			(void)pthread_mutex_lock(&p->lock);
		} else {
			(void)p->clock->wait(p->clock, &p->changed, &p->lock, next_ms);
		}
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Moves those that are over from the ring to a list; *next_ms: when the next one is. */
static struct poll *take_due(struct polls *p, int64_t now_ms, int64_t *next_ms)
{
	struct poll *due = NULL;

	for (struct poll *poll = p->waiting.next, *next; poll != &p->waiting; poll = next) {
		next = poll->next;
		if (poll->until_ms <= now_ms || p->quiet) {
			unlink_poll(p, poll);
			poll->over = true;
			poll->next = due;
			due = poll;
		} else if (poll->until_ms < *next_ms) {
			*next_ms = poll->until_ms;
		}
	}
	return due;
}

static void unlink_poll(struct polls *p, struct poll *poll)
{
	poll->next->previous = poll->previous;
	poll->previous->next = poll->next;
	p->n--;
}

static void wake_all(struct poll *due)
{
	while (due != NULL) {
		struct poll *poll = due;

		due = poll->next;
		poll->wake(poll);
	}
}

static size_t place(int64_t merchant)
{
	return (size_t)((uint64_t)merchant * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

uint64_t polls_ticket(struct polls *p, int64_t merchant)
{
	uint64_t ticket;

	(void)pthread_mutex_lock(&p->lock);
	ticket = p->news[place(merchant)];
	(void)pthread_mutex_unlock(&p->lock);
	return ticket;
}

enum err polls_wait(struct polls *polls, struct poll *p, uint64_t ticket)
{
	bool at_once, full;

	(void)pthread_mutex_lock(&polls->lock);
	p->over = polls->quiet;
	at_once = p->over || polls->news[place(p->merchant)] != ticket;
	full = !at_once && polls->n >= POLLS_MAX;
	if (!at_once && !full) {
		p->next = &polls->waiting;
		p->previous = polls->waiting.previous;
		p->previous->next = p;
		polls->waiting.previous = p;
		polls->n++;
		(void)pthread_cond_signal(&polls->changed);
	}
	(void)pthread_mutex_unlock(&polls->lock);
	if (full)
		FAIL(ERR_BUSY, "%d requests wait for events already", POLLS_MAX);
	if (at_once)
		p->wake(p);
	return ERR_OK;
}

void polls_news(struct polls *p, int64_t merchant)
{
	struct poll *due = NULL;

	(void)pthread_mutex_lock(&p->lock);
	p->news[place(merchant)]++;
	for (struct poll *poll = p->waiting.next, *next; poll != &p->waiting; poll = next) {
		next = poll->next;
		if (poll->merchant != merchant)
			continue;
		unlink_poll(p, poll);
		poll->next = due;
		due = poll;
	}
	(void)pthread_mutex_unlock(&p->lock);
	wake_all(due);
}

void polls_quiesce(struct polls *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->quiet = true;
	(void)pthread_cond_signal(&p->changed);
	(void)pthread_mutex_unlock(&p->lock);
}

size_t polls_count(struct polls *p)
{
	size_t n;

	(void)pthread_mutex_lock(&p->lock);
	n = p->n;
	(void)pthread_mutex_unlock(&p->lock);
	return n;
}

void polls_stop(struct polls *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	CHECK(p->n == 0);
	p->ending = true;
	(void)pthread_cond_signal(&p->changed);
	(void)pthread_mutex_unlock(&p->lock);
	(void)pthread_join(p->thread, NULL);
	(void)pthread_cond_destroy(&p->changed);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}
