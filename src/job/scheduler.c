#include "job/scheduler.h"

#include "app/job_run.h"
#include "base/check.h"
#include "base/time.h"
#include "sys/log.h"

#include <pthread.h>
#include <stdlib.h>

enum { WORKERS_DEFAULT = 8, LEASE_MS = 2 * JOB_RUN_MS };

/* A worker and the job that it was handed. */
struct worker {
	struct scheduler *scheduler;
	pthread_t thread;
	bool busy;
	struct job_due job;
	const struct job_kind_def *def;
	int64_t found_ms;
};

struct scheduler {
	const struct services *services;
	struct scheduler_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t news; /* told, or a worker became free */
	pthread_cond_t work; /* a worker was handed a job */
	bool told, stopping;
	struct worker workers[SCHEDULER_WORKERS_MAX];
	int workers_n, busy_n;
	struct scheduler_counts counts;
	struct job_list list; /* the thread's own */
};

static void *look_run(void *self);
static int64_t look(struct scheduler *s);
static void hand_out(struct scheduler *s, int64_t now_ms);
static void wait_for_news(struct scheduler *s, int64_t next_at);
static struct worker *worker_for(struct scheduler *s, const struct job_due *job);
static const struct job_kind_def *kind_of(const struct scheduler *s, enum job_kind kind);
static void *worker_run(void *self);
static bool work(struct worker *w);
static bool take(struct worker *w, int64_t claim);
static void return_job(const struct worker *w, const struct job_return *back);

enum err scheduler_start(const struct services *services, const struct scheduler_options *o,
			 struct scheduler **out)
{
	struct scheduler *s;

	for (size_t i = 0; o->kinds[i]; i++)
		if (o->kinds[i]->standing)
			TRY(job_make(services, &(struct job_key){ 0, o->kinds[i]->kind, 0 }));
	s = calloc(1, sizeof(*s));
	CHECK(s != NULL);
	CHECK(o->workers >= 0 && o->workers <= SCHEDULER_WORKERS_MAX);
	s->services = services;
	s->options = *o;
	s->workers_n = o->workers > 0 ? o->workers : WORKERS_DEFAULT;
	pthread_mutex_init(&s->lock, NULL);
	clock_cond_init(&s->news);
	pthread_cond_init(&s->work, NULL);
	for (int i = 0; i < s->workers_n; i++) {
		s->workers[i].scheduler = s;
		CHECK(pthread_create(&s->workers[i].thread, NULL, worker_run, &s->workers[i]) == 0);
	}
	CHECK(pthread_create(&s->thread, NULL, look_run, s) == 0);
	*out = s;
	return ERR_OK;
}

void scheduler_wake(struct scheduler *s)
{
	pthread_mutex_lock(&s->lock);
	s->told = true;
	pthread_cond_signal(&s->news);
	pthread_mutex_unlock(&s->lock);
}

void scheduler_stop(struct scheduler *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->news);
	pthread_cond_broadcast(&s->work);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	for (int i = 0; i < s->workers_n; i++)
		pthread_join(s->workers[i].thread, NULL);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->news);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void scheduler_counts(struct scheduler *s, struct scheduler_counts *out)
{
	pthread_mutex_lock(&s->lock);
	*out = s->counts;
	out->running = s->busy_n;
	pthread_mutex_unlock(&s->lock);
}

enum job_result job_again(const struct services *s, struct job_next *next, int64_t delay_ms)
{
	next->due_at = clock_after(s->clock->wall_ms(s->clock), delay_ms);
	return JOB_AGAIN;
}

/* --- looking --- */

static void *look_run(void *self)
{
	struct scheduler *s = self;

	pthread_mutex_lock(&s->lock);
	while (!s->stopping) {
		int64_t next_at = INT64_MAX;

		s->told = false;
		if (s->busy_n < s->workers_n)
			next_at = look(s);
		wait_for_news(s, next_at);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Asks the store, without the lock, and hands out what is due; returns when to look again. */
static int64_t look(struct scheduler *s)
{
	struct clock *clock = s->services->clock;
	int64_t now = clock->wall_ms(clock);
	enum err e;

	pthread_mutex_unlock(&s->lock);
	e = job_list_due(s->services, now, &s->list);
	if (e)
		log_err(LOG_WARN, "job.look_failed", e);
	else if (s->options.delivery_due)
		for (size_t i = 0; i < s->list.n; i++)
			if (s->list.due[i].key.kind == JOB_DELIVERY)
				s->options.delivery_due(s->options.self,
							s->list.due[i].key.merchant);
	pthread_mutex_lock(&s->lock);
	if (e)
		return INT64_MAX;
	hand_out(s, now);
	return s->list.next_at;
}

static void hand_out(struct scheduler *s, int64_t now_ms)
{
	for (size_t i = 0; i < s->list.n && s->busy_n < s->workers_n; i++) {
		const struct job_kind_def *def = kind_of(s, s->list.due[i].key.kind);
		struct worker *w = def ? worker_for(s, &s->list.due[i]) : NULL;

		if (!w)
			continue;
		w->job = s->list.due[i];
		w->def = def;
		w->found_ms = now_ms;
		w->busy = true;
		s->busy_n++;
		pthread_cond_broadcast(&s->work);
	}
}

/* A step of the wall clock is not noticed by waiting, hence the second. */
static void wait_for_news(struct scheduler *s, int64_t next_at)
{
	struct clock *clock = s->services->clock;
	int64_t left = next_at == INT64_MAX ? JOB_LOOK_MS : next_at - clock->wall_ms(clock);
	int64_t until;

	left = left < 0 ? 0 : left > JOB_LOOK_MS ? JOB_LOOK_MS : left;
	until = clock_after(clock->mono_ms(clock), left);
	while (!s->told && !s->stopping && clock->wait(clock, &s->news, &s->lock, until)) {
	}
}

static const struct job_kind_def *kind_of(const struct scheduler *s, enum job_kind kind)
{
	for (size_t i = 0; s->options.kinds[i]; i++)
		if (s->options.kinds[i]->kind == kind)
			return s->options.kinds[i];
	return NULL;
}

/* A free worker, unless one is at this object already or half of them are at its channel account: a
 * channel that hangs leaves the others their workers. */
static struct worker *worker_for(struct scheduler *s, const struct job_due *job)
{
	struct worker *unused = NULL;
	int same_channel = 0;

	for (int i = 0; i < s->workers_n; i++) {
		struct worker *w = &s->workers[i];

		if (!w->busy) {
			unused = w;
			continue;
		}
		if (w->job.key.merchant == job->key.merchant && w->job.key.kind == job->key.kind &&
		    w->job.key.object == job->key.object)
			return NULL;
		same_channel +=
			job->channel_account != 0 && w->job.channel_account == job->channel_account;
	}
	return same_channel >= (s->workers_n + 1) / 2 ? NULL : unused;
}

/* --- working --- */

static void *worker_run(void *self)
{
	struct worker *w = self;
	struct scheduler *s = w->scheduler;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (!w->busy && !s->stopping)
			pthread_cond_wait(&s->work, &s->lock);
		if (s->stopping)
			break;
		pthread_mutex_unlock(&s->lock);

		bool returned = work(w);

		pthread_mutex_lock(&s->lock);
		w->busy = false;
		s->busy_n--;
		s->counts.runs += returned;
		/* A claim that failed is left to the next look: the store may be in trouble. */
		if (returned) {
			s->told = true;
			pthread_cond_signal(&s->news);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Claims, runs and returns; false when the job was not run. */
static bool work(struct worker *w)
{
	struct scheduler *s = w->scheduler;
	struct job_return back = { .key = w->job.key, .claim = job_claim_number(s->services) };
	struct job_next next = { w->found_ms };
	bool stopping;

	if (!take(w, back.claim))
		return false;
	pthread_mutex_lock(&s->lock);
	stopping = s->stopping;
	pthread_mutex_unlock(&s->lock);
	if (stopping)
		back.again = true;
	else
		back.again = w->def->run(s->services, w->job.key.merchant, w->job.key.object,
					 &next) == JOB_AGAIN;
	back.due_at = next.due_at;
	return_job(w, &back);
	return !stopping;
}

static bool take(struct worker *w, int64_t claim)
{
	struct scheduler *s = w->scheduler;
	struct job_claim ask = { .key = w->job.key,
				 .now_ms = w->found_ms,
				 .claim = claim,
				 .run = s->services->run,
				 .lease_ms = LEASE_MS };
	enum job_claimed claimed;
	enum err e = job_claim(s->services, &ask, &claimed);

	if (e) {
		log_err(LOG_WARN, "job.claim_failed", e);
		return false;
	}
	if (claimed == JOB_PARKED) {
		LOG(LOG_ERROR, "job.parked", LOG_S("kind", w->def->name),
		    LOG_OBJECT("merchant", ID_MERCHANT, w->job.key.merchant),
		    LOG_I("object", w->job.key.object), LOG_I("claims", JOB_CLAIMS_MAX));
		pthread_mutex_lock(&s->lock);
		s->counts.parked++;
		pthread_mutex_unlock(&s->lock);
	}
	return claimed == JOB_CLAIMED;
}

/* If this fails, the lease ends by itself and the job is found again. */
static void return_job(const struct worker *w, const struct job_return *back)
{
	enum err e = job_return(w->scheduler->services, back);

	if (e)
		log_err(LOG_WARN, "job.return_failed", e);
}
