/* scheduler_test.c - jobs run when they are due, once, and survive what happens to the process. */
#include "app/job_run.h"
#include "job/scheduler.h"

#include "tap.h"
#include "world.h"

#include <pthread.h>

enum { OBJECTS = 64, HOUR_MS = 3600 * 1000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int runs[OBJECTS + 1];
static int running, running_most;
static bool gate_closed;

/* --- kinds --- */

static enum job_result count_run(const struct services *s, int64_t merchant, int64_t object,
				 struct job_next *next)
{
	(void)s;
	(void)merchant;
	(void)next;
	pthread_mutex_lock(&lock);
	runs[object]++;
	running++;
	running_most = running > running_most ? running : running_most;
	pthread_cond_broadcast(&changed);
	while (gate_closed)
		pthread_cond_wait(&changed, &lock);
	running--;
	pthread_mutex_unlock(&lock);
	return JOB_DONE;
}

static enum job_result hour_run(const struct services *s, int64_t merchant, int64_t object,
				struct job_next *next)
{
	(void)merchant;
	pthread_mutex_lock(&lock);
	runs[object]++;
	pthread_mutex_unlock(&lock);
	return job_again(s, next, HOUR_MS);
}

static const struct job_kind_def FULFIL = { .kind = JOB_FULFIL,
					    .name = "fulfil",
					    .run = count_run };
static const struct job_kind_def FOLLOW = { .kind = JOB_ATTEMPT_FOLLOW,
					    .name = "attempt.follow",
					    .run = count_run };
static const struct job_kind_def HOURLY = { .kind = JOB_HOLD_EXPIRE,
					    .name = "hold.expire",
					    .run = hour_run };

/* --- helpers --- */

struct put_ask {
	enum job_kind kind;
	int64_t first, last, due_at, run, leased_ms;
};

static enum err put(struct tx *tx, const void *ask, void *answer)
{
	const struct put_ask *a = ask;

	(void)answer;
	for (int64_t i = a->first; i <= a->last; i++)
		job_put(tx, a->kind, i, a->due_at, a->run, a->leased_ms);
	return ERR_OK;
}

static void put_jobs(struct world *w, enum job_kind kind, int64_t first, int64_t last,
		     int64_t due_at)
{
	struct put_ask ask = { kind, first, last, due_at, w->services.run, 0 };

	CHECK(store_write(w->services.store, MERCHANT, put, &ask, NULL) == ERR_OK);
}

static void wake(void *self, int64_t merchant, unsigned news)
{
	(void)merchant;
	if (news & NEWS_JOBS)
		scheduler_wake(self);
}

static struct scheduler *begin(struct world *w, const struct job_kind_def *const *kinds,
			       int workers)
{
	struct scheduler_options o = { .kinds = kinds, .workers = workers };
	struct scheduler *s;

	CHECK(scheduler_start(&w->services, &o, &s) == ERR_OK);
	return s;
}

static void reset(void)
{
	memset(runs, 0, sizeof(runs));
	running = running_most = 0;
	gate_closed = false;
}

static int runs_of(int64_t object)
{
	pthread_mutex_lock(&lock);
	int n = runs[object];
	pthread_mutex_unlock(&lock);
	return n;
}

static int runs_in_all(void)
{
	int n = 0;

	pthread_mutex_lock(&lock);
	for (int i = 0; i <= OBJECTS; i++)
		n += runs[i];
	pthread_mutex_unlock(&lock);
	return n;
}

static void gate(bool closed)
{
	pthread_mutex_lock(&lock);
	gate_closed = closed;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static enum job_claimed claim(struct world *w, int64_t run, int64_t number)
{
	struct job_claim ask = { .key = { MERCHANT, JOB_FULFIL, 1 },
				 .now_ms = world_now(w),
				 .claim = number,
				 .run = run,
				 .lease_ms = HOUR_MS };
	enum job_claimed claimed = JOB_GONE;

	CHECK(job_claim(&w->services, &ask, &claimed) == ERR_OK);
	return claimed;
}

/* --- tests --- */

static void due_jobs_run_once_and_end(void)
{
	static const struct job_kind_def *const KINDS[] = { &FULFIL, NULL };
	struct world w;
	struct scheduler *s;

	reset();
	world_begin_as(&w, true);
	s = begin(&w, KINDS, 4);
	store_listen(w.services.store, wake, s);
	put_jobs(&w, JOB_FULFIL, 1, OBJECTS, world_now(&w));
	UNTIL(world_number(&w, "select count(*) from job") == 0);
	scheduler_stop(s);
	EXPECT_INT(OBJECTS, runs_in_all());
	for (int i = 1; i <= OBJECTS; i++)
		EXPECT_INT(1, runs_of(i));
	world_end(&w);
}

static void k10_two_schedulers_run_each_job_once(void)
{
	static const struct job_kind_def *const KINDS[] = { &FULFIL, NULL };
	struct world w;
	struct services other;
	struct scheduler *a, *b;

	reset();
	world_begin(&w);
	other = w.services;
	other.run = id_next(0, world_now(&w), 7); /* as on another node */
	put_jobs(&w, JOB_FULFIL, 1, OBJECTS, world_now(&w));
	a = begin(&w, KINDS, 4);
	CHECK(scheduler_start(&other, &(struct scheduler_options){ .kinds = KINDS, .workers = 4 },
			      &b) == ERR_OK);
	UNTIL(world_number(&w, "select count(*) from job") == 0);
	scheduler_stop(a);
	scheduler_stop(b);
	for (int i = 1; i <= OBJECTS; i++)
		EXPECT_INT(1, runs_of(i));
	world_end(&w);
}

static void c9_the_clock_jumps_and_due_times_stand(void)
{
	static const struct job_kind_def *const KINDS[] = { &FULFIL, &HOURLY, NULL };
	struct world w;
	struct scheduler *s;

	reset();
	world_begin(&w);
	s = begin(&w, KINDS, 4);
	put_jobs(&w, JOB_FULFIL, 1, 1, world_now(&w) + HOUR_MS / 2);
	put_jobs(&w, JOB_FULFIL, 2, 2, world_now(&w) + 3 * (int64_t)HOUR_MS);
	put_jobs(&w, JOB_HOLD_EXPIRE, 3, 3, world_now(&w) + 60000);

	/* An hour forward: what became due runs, once; the rest does not. */
	world_clock_set(&w, HOUR_MS);
	UNTIL(runs_of(1) == 1 && runs_of(3) == 1);
	UNTIL(world_number(&w, "select count(*) from job where claims = 0") == 2);
	EXPECT_INT(0, runs_of(2));

	/* Back again: what ran is due in two hours by this clock, and nothing runs twice. */
	world_clock_set(&w, 0);
	put_jobs(&w, JOB_FULFIL, 4, 4, world_now(&w));
	UNTIL(runs_of(4) == 1);
	EXPECT_INT(1, runs_of(3));
	EXPECT_INT(0, runs_of(2));

	/* Nothing is stuck. */
	world_clock_set(&w, 4 * (int64_t)HOUR_MS);
	UNTIL(runs_of(2) == 1 && runs_of(3) == 2);
	scheduler_stop(s);
	EXPECT_INT(5, runs_in_all());
	world_end(&w);
}

static void claimed_five_times_without_returning_it_is_parked(void)
{
	struct world w;
	struct job_parked parked[2];
	struct job_list due;
	size_t n = 9;

	world_begin_as(&w, true);
	put_jobs(&w, JOB_FULFIL, 1, 1, world_now(&w));
	/* Each run of the node ends with the job, so the next finds its lease void. */
	for (int i = 1; i <= JOB_CLAIMS_MAX; i++)
		EXPECT_INT(JOB_CLAIMED, claim(&w, w.services.run + i, 100 + i));
	EXPECT_INT(JOB_PARKED, claim(&w, w.services.run + 6, 106));
	EXPECT_INT(JOB_PARKED, claim(&w, w.services.run + 7, 107));
	EXPECT_ERR(ERR_OK, job_list_parked(&w.services, parked, 2, &n));
	EXPECT_INT(1, n);
	EXPECT_INT(JOB_FULFIL, parked[0].key.kind);
	EXPECT_INT(1, parked[0].key.object);

	/* It is not due for anybody until it is put again; then the count begins anew. */
	EXPECT_ERR(ERR_OK, job_list_due(&w.services, world_now(&w) + HOUR_MS, &due));
	EXPECT_INT(0, due.n);
	put_jobs(&w, JOB_FULFIL, 1, 1, world_now(&w));
	EXPECT_INT(JOB_CLAIMED, claim(&w, w.services.run, 108));
	EXPECT_INT(1, world_number(&w, "select claims from job"));
	world_end(&w);
}

static void a_lease_holds_for_its_run_and_for_other_nodes(void)
{
	struct world w;
	struct put_ask leased;
	struct job_list due;
	int64_t later;

	world_begin(&w);
	leased = (struct put_ask){ JOB_FULFIL, 1, 1, world_now(&w), w.services.run, 30000 };
	EXPECT_ERR(ERR_OK, store_write(w.services.store, MERCHANT, put, &leased, NULL));
	later = world_now(&w) + 1;
	EXPECT_INT(JOB_HELD, claim(&w, w.services.run, 1));
	EXPECT_INT(JOB_HELD, claim(&w, id_next(0, later, 3), 2));
	EXPECT_ERR(ERR_OK, job_list_due(&w.services, later, &due));
	EXPECT_INT(0, due.n);

	/* The node was started again: whoever held the lease is gone. */
	w.services.run = id_next(w.services.run, later, 0);
	EXPECT_ERR(ERR_OK, job_list_due(&w.services, later, &due));
	EXPECT_INT(1, due.n);
	EXPECT_INT(JOB_CLAIMED, claim(&w, w.services.run, 3));
	world_end(&w);
}

static enum err held(struct tx *tx, const void *ask, void *answer)
{
	return job_held(tx, JOB_FULFIL, 1, *(const int64_t *)ask, answer);
}

static bool is_held(struct world *w, int64_t run)
{
	bool answer = false;

	CHECK(store_write(w->services.store, MERCHANT, held, &run, &answer) == ERR_OK);
	return answer;
}

static void whoever_wants_the_object_sees_that_it_is_held(void)
{
	struct world w;
	struct put_ask leased;

	world_begin(&w);
	EXPECT(!is_held(&w, w.services.run));
	leased = (struct put_ask){ JOB_FULFIL, 1, 1, world_now(&w), w.services.run, 30000 };
	EXPECT_ERR(ERR_OK, store_write(w.services.store, MERCHANT, put, &leased, NULL));
	EXPECT(is_held(&w, w.services.run));
	EXPECT(is_held(&w, id_next(0, world_now(&w), 9)));
	EXPECT(!is_held(&w, w.services.run + 1));
	world_clock_set(&w, 40000);
	EXPECT(!is_held(&w, w.services.run));

	leased.leased_ms = 0; /* given back */
	world_clock_set(&w, 0);
	EXPECT_ERR(ERR_OK, store_write(w.services.store, MERCHANT, put, &leased, NULL));
	EXPECT(!is_held(&w, w.services.run));
	world_end(&w);
}

static void a_put_during_the_run_stands(void)
{
	static const struct job_kind_def *const KINDS[] = { &FULFIL, NULL };
	struct world w;
	struct scheduler *s;
	int64_t due_at;

	reset();
	world_begin(&w);
	gate(true);
	s = begin(&w, KINDS, 2);
	put_jobs(&w, JOB_FULFIL, 1, 1, world_now(&w));
	UNTIL(runs_of(1) == 1);
	due_at = world_now(&w) + HOUR_MS;
	put_jobs(&w, JOB_FULFIL, 1, 1, due_at);
	gate(false);
	scheduler_stop(s); /* it returned "done", which does not count any more */
	EXPECT_INT(due_at, world_number(&w, "select due_at from job"));
	EXPECT_INT(1, runs_of(1));
	world_end(&w);
}

/* Attempts 1 to 8 by one channel account. */
static enum err attempts(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	for (int i = 1; i <= 8; i++)
		TX_PUT(tx, 1,
		       "insert into attempt (merchant_id, id, order_id, app_id, method, status, "
		       "channel_account, channel_fen, created_at, expires_at) "
		       "values ($1, $2, 1, 1, 'alipay.qr', 2, 55, 1, 0, 0)",
		       V_I(tx_merchant(tx)), V_I(i));
	return ERR_OK;
}

static void one_channel_takes_at_most_half_of_the_workers(void)
{
	static const struct job_kind_def *const KINDS[] = { &FULFIL, &FOLLOW, NULL };
	struct world w;
	struct scheduler *s;

	reset();
	world_begin(&w);
	CHECK(store_write(w.services.store, MERCHANT, attempts, NULL, NULL) == ERR_OK);
	gate(true);
	put_jobs(&w, JOB_ATTEMPT_FOLLOW, 1, 8, world_now(&w) - 1000);
	s = begin(&w, KINDS, 4);
	UNTIL(runs_in_all() == 2);
	put_jobs(&w, JOB_FULFIL, 9, 10, world_now(&w));
	UNTIL(runs_of(9) + runs_of(10) == 2);
	EXPECT_INT(4, runs_in_all());
	gate(false);
	UNTIL(world_number(&w, "select count(*) from job") == 0);
	scheduler_stop(s);
	EXPECT_INT(10, runs_in_all());
	world_end(&w);
}

static void *stop(void *s)
{
	scheduler_stop(s);
	return NULL;
}

static void stopping_waits_for_what_runs_and_leaves_the_rest(void)
{
	static const struct job_kind_def *const KINDS[] = { &FULFIL, NULL };
	struct world w;
	struct scheduler *s;
	pthread_t stopper;

	reset();
	world_begin(&w);
	gate(true);
	put_jobs(&w, JOB_FULFIL, 1, 10, world_now(&w));
	s = begin(&w, KINDS, 2);
	UNTIL(runs_in_all() == 2);
	CHECK(pthread_create(&stopper, NULL, stop, s) == 0);
	gate(false);
	CHECK(pthread_join(stopper, NULL) == 0);
	/* Whatever ran has returned; whatever did not is free and not counted. */
	EXPECT_INT(10 - runs_in_all(), world_number(&w, "select count(*) from job"));
	EXPECT_INT(0, world_number(&w, "select coalesce(sum(claims), 0) from job"));
	EXPECT_INT(0, world_number(&w, "select count(*) from job where lease_run is not null"));
	world_end(&w);
}

static const struct tap_test TESTS[] = {
	TEST(due_jobs_run_once_and_end),
	TEST(k10_two_schedulers_run_each_job_once),
	TEST(c9_the_clock_jumps_and_due_times_stand),
	TEST(claimed_five_times_without_returning_it_is_parked),
	TEST(a_lease_holds_for_its_run_and_for_other_nodes),
	TEST(whoever_wants_the_object_sees_that_it_is_held),
	TEST(a_put_during_the_run_stands),
	TEST(one_channel_takes_at_most_half_of_the_workers),
	TEST(stopping_waits_for_what_runs_and_leaves_the_rest),
};

TAP_MAIN(TESTS)
