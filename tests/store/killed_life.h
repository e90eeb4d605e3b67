/* killed_life.h - what a process does until it is killed: several threads ask for transfers, some
 * twice, and tell through a pipe what was acknowledged, while the disk fails if it shall.
 */
#pragma once

#include "faulty_vfs.h"
#include "hurried.h"
#include "kit.h"

enum {
	THREADS = 3,
	WINDOW = 16,
	ASKED_MAX = 3000, /* by one life */
	LIVES_OF_A_STORE = 50,
	JUDGED_EVERY = 10,
	NUMBERS_MAX = (LIVES_OF_A_STORE + 1) * ASKED_MAX,
	OPENED = -1, /* told before all numbers */
};

enum trouble { KILLED, POWER_CUT, BROKEN_DISK };

static unsigned chance(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 8) % n;
}

static int64_t merchant_of(int number)
{
	return number % 5 ? MERCHANT : OTHER;
}

/* --- a life --- */

static struct {
	int pipe;
	int first;
	enum trouble trouble;
	atomic_int next; /* number that nobody has asked for */
	atomic_bool told[ASKED_MAX];
} life;

struct asked {
	struct move ask;
	struct moved answer;
	char key[16], to[16];
	int number;
	atomic_int *under_way;
};

static struct asked *asked_for(int number)
{
	struct asked *a = calloc(1, sizeof(*a));

	CHECK(a != NULL);
	(void)snprintf(a->key, sizeof(a->key), "k%d", number);
	(void)snprintf(a->to, sizeof(a->to), "user:%d", 1 + number % 7);
	a->number = number;
	a->ask = (struct move){ .from = "system",
				.to = a->to,
				.amount = 1 + number % 50,
				.force = FORCE_FACT,
				.key = a->key };
	return a;
}

static void tell(int number)
{
	CHECK(write(life.pipe, &number, sizeof(number)) == sizeof(number));
}

/* While disks fail nobody may be told anything but these. */
static bool may_be_answered(enum err e)
{
	return e == ERR_OK || (life.trouble == BROKEN_DISK &&
			       (e == ERR_BUSY || e == ERR_COMMIT_UNKNOWN || e == ERR_STORAGE_FULL));
}

/* What was acknowledged once is replayed for ever. */
static void hear_answer(const struct asked *a, enum err e, bool was_told)
{
	CHECK(may_be_answered(e));
	if (e != ERR_OK)
		return;
	CHECK(!was_told || a->answer.replayed);
	if (!atomic_exchange(&life.told[a->number - life.first], true))
		tell(a->number);
}

/* Something new, or again what somebody asks for at this moment or has asked for before. */
static int choose(unsigned *seed)
{
	int asked = atomic_load(&life.next) - life.first;

	if (asked > 0 && chance(seed, 4) == 0)
		return life.first + (int)chance(seed, (unsigned)asked);
	if (asked >= ASKED_MAX - THREADS)
		return life.first;
	return atomic_fetch_add(&life.next, 1);
}

struct waiting {
	struct outcome outcome;
	atomic_bool over;
};

static void post_done(void *arg, const struct outcome *o)
{
	struct waiting *w = arg;

	w->outcome = *o;
	atomic_store(&w->over, true);
}

/* Every second one is asked for as data, not as a closure. */
static bool is_data(int number)
{
	return number % 2 == 1;
}

static enum err post_and_wait(struct asked *a)
{
	const struct post p = { .app = 9,
				.request_id = str_of(a->key),
				.from = STR("system"),
				.to = str_of(a->to),
				.asset = STR("gold"),
				.amount = a->ask.amount,
				.reason = 1001,
				.ref = STR("a ref") };
	struct waiting w = { .over = false };
	struct post_result r;
	enum err e = store_post(store, merchant_of(a->number), &p, 1, a->number % 3 == 0, &r,
				post_done, &w);

	if (e != ERR_OK)
		return e;
	UNTIL(atomic_load(&w.over));
	if (w.outcome.code != ERR_OK)
		return w.outcome.code;
	a->answer.replayed = r.replayed;
	return r.code;
}

static void *ask_and_wait(void *arg)
{
	for (unsigned seed = *(unsigned *)arg;;) {
		struct asked *a = asked_for(choose(&seed));
		bool told = atomic_load(&life.told[a->number - life.first]);
		enum err e;

		if (is_data(a->number))
			e = post_and_wait(a);
		else
			e = store_write(store, merchant_of(a->number), move, &a->ask, &a->answer);
		hear_answer(a, e, told);
		free(a);
		if (e != ERR_OK)
			(void)poll(NULL, 0, 1);
	}
	return NULL;
}

static void asked_done(void *arg, const struct outcome *o)
{
	struct asked *a = arg;

	hear_answer(a, o->code, false);
	atomic_fetch_sub(a->under_way, 1);
	free(a);
}

static void *ask_many(void *arg)
{
	static atomic_int under_way;

	for (unsigned seed = *(unsigned *)arg;;) {
		struct asked *a;
		enum err e;
		int number;

		UNTIL(atomic_load(&under_way) < WINDOW);
		number = choose(&seed);
		a = asked_for(is_data(number) ? number + 1 : number);
		a->under_way = &under_way;
		atomic_fetch_add(&under_way, 1);
		e = store_submit(store, merchant_of(a->number), move, &a->ask, &a->answer,
				 asked_done, a);
		CHECK(may_be_answered(e));
		if (e == ERR_OK)
			continue;
		atomic_fetch_sub(&under_way, 1);
		free(a);
		(void)poll(NULL, 0, 1);
	}
	return NULL;
}

static enum err furnish(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "insert into merchant (merchant_id, name, livemode, created_at)"
	       " values ($1, 'm', 0, 1) on conflict do nothing",
	       V_I(tx_merchant(tx)));
	TX_PUT(tx, TX_ANY,
	       "insert into asset (merchant_id, id, code, name, kind, scale, created_at)"
	       " values ($1, $2, 'gold', 'gold', 2, 0, 1) on conflict do nothing",
	       V_I(tx_merchant(tx)), V_I(GOLD));
	return ERR_OK;
}

static const struct move ISSUE = { "central", "system", 1000000000000, FORCE_ISSUE,
				   "issue",   false,    false };

static enum err gold_rules(struct tx *tx, const struct post *p, int64_t *asset)
{
	(void)tx;
	(void)p;
	*asset = GOLD;
	return ERR_OK;
}

static void open_store(const char *dir, struct clock *clock)
{
	struct sqlite_options o = { .dir = dir, .clock = clock, .checkpoint_pages = 60 };
	enum err e = sqlite_store_open(&o, &store);

	if (e == ERR_NOT_FOUND) {
		o.create = true;
		e = sqlite_store_open(&o, &store);
	}
	CHECK(e == ERR_OK);
}

/* Fails now and then, as disks do, and is mended. */
static void break_disk(unsigned *seed)
{
	static const struct {
		enum fault kind;
		int code, times;
	} FAULTS[] = {
		{ FAULT_SYNC, SQLITE_IOERR_FSYNC, 1 },
		{ FAULT_WRITE, SQLITE_IOERR_WRITE, 1 },
		{ FAULT_WRITE, SQLITE_FULL, 1 },
		{ FAULT_WRITE, SQLITE_FULL, -1 },
	};

	for (;;) {
		size_t i = chance(seed, 4);

		(void)poll(NULL, 0, (int)chance(seed, 8));
		if (FAULTS[i].times > 0)
			faulty_fail_after((int)chance(seed, 20), FAULTS[i].kind, FAULTS[i].code);
		else
			faulty_fail(FAULTS[i].kind, FAULTS[i].code, FAULTS[i].times);
		(void)poll(NULL, 0, (int)chance(seed, 8));
		faulty_heal();
		UNTIL(store_ready(store));
	}
}

/* Until it is killed. */
static void live(const char *dir, unsigned seed)
{
	static unsigned seeds[THREADS];
	pthread_t thread;

	quiet(true);
	if (life.trouble == POWER_CUT)
		faulty_die_at(1 + (int)chance(&seed, 500),
			      chance(&seed, 3) ? (int)chance(&seed, 10000) + 1 : LOSE_ALL);
	atomic_store(&life.next, life.first);
	open_store(dir, life.trouble == BROKEN_DISK ? hurried_clock() : clock_system());
	CHECK(store_write(store, MERCHANT, furnish, NULL, NULL) == ERR_OK);
	CHECK(store_write(store, OTHER, furnish, NULL, NULL) == ERR_OK);
	store_rules_are(store, gold_rules);
	CHECK(store_write(store, MERCHANT, move, &ISSUE, &(struct moved){ .id = 0 }) == ERR_OK);
	CHECK(store_write(store, OTHER, move, &ISSUE, &(struct moved){ .id = 0 }) == ERR_OK);
	tell(OPENED);
	for (int i = 0; i < THREADS; i++) {
		seeds[i] = chance(&seed, 1000000);
		CHECK(pthread_create(&thread, NULL, i == 0 ? ask_many : ask_and_wait, &seeds[i]) ==
		      0);
	}
	if (life.trouble == BROKEN_DISK)
		break_disk(&seed);
	UNTIL(false);
}
