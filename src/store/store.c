#include "store/store.h"

#include "store/engine.h"

#include <pthread.h>

/* NOLINTNEXTLINE(readability-function-size): the interface has seven parameters */
enum err store_submit(struct store *s, int64_t merchant, store_fn *fn, const void *ask,
		      void *answer, store_done *done, void *arg)
{
	return s->engine->submit(s, merchant, fn, ask, answer, done, arg);
}

struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over;
	struct outcome outcome;
};

static void wake(void *arg, const struct outcome *o)
{
	struct waiter *w = arg;

	pthread_mutex_lock(&w->lock);
	w->outcome = *o;
	w->is_over = true;
	pthread_cond_signal(&w->over);
	pthread_mutex_unlock(&w->lock);
}

enum err store_write(struct store *s, int64_t merchant, store_fn *fn, const void *ask, void *answer)
{
	struct waiter w = { .lock = PTHREAD_MUTEX_INITIALIZER, .over = PTHREAD_COND_INITIALIZER };

	TRY(store_submit(s, merchant, fn, ask, answer, wake, &w));
	pthread_mutex_lock(&w.lock);
	while (!w.is_over)
		pthread_cond_wait(&w.over, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_cond_destroy(&w.over);
	pthread_mutex_destroy(&w.lock);
	return outcome_raise(&w.outcome);
}

enum err store_read(struct store *s, int64_t merchant, store_fn *fn, const void *ask, void *answer)
{
	return s->engine->read(s, merchant, fn, ask, answer);
}

void store_rules_are(struct store *s, store_rules *rules)
{
	s->rules = rules;
}

bool store_ready(const struct store *s)
{
	return s->engine->ready(s);
}

void store_listen(struct store *s, store_listener *listener, void *self)
{
	s->engine->listen(s, listener, self);
}

void store_counts(struct store *s, struct store_counts *out)
{
	s->engine->counts(s, out);
}

void store_close(struct store *s)
{
	if (s)
		s->engine->close(s);
}
