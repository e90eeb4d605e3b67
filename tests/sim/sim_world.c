#include "sim.h"

#include "app/asset.h"
#include "app/merchant.h"
#include "app/rate.h"
#include "app/reason.h"
#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/crypto.h"
#include "sys/log.h"

#include <fcntl.h>

enum { BEGIN_AT = 1790000000 };

static void open_store(struct sim_world *w, const struct sim_options *o, bool create);
static void furnish(struct sim_world *w);
static void before(void *self);
static void after(void *self);
static void copy_at(struct sim_world *w, bool before_commit);
static void copy_file(const char *from_dir, const char *to_dir, const char *name);

static int64_t sim_wall(struct clock *c)
{
	return atomic_load(&((struct sim_clock *)c)->now_ms);
}

static int64_t sim_mono(struct clock *c)
{
	(void)c;
	return clock_system()->mono_ms(clock_system());
}

static bool sim_clock_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
			   int64_t until_ms)
{
	(void)c;
	return clock_system()->wait(clock_system(), cond, lock, until_ms);
}

void sim_world_begin(struct sim_world *w, const struct sim_options *o)
{
	*w = (struct sim_world){ .dir = temp_dir_make() };
	w->clock.clock = (struct clock){ sim_wall, sim_mono, sim_clock_wait };
	atomic_store(&w->clock.now_ms, (int64_t)BEGIN_AT * 1000);
	(void)snprintf(w->data, sizeof(w->data), "%s/0", w->dir.path);
	CHECK(mkdir(w->data, 0700) == 0);
	log_to(2, LOG_WARN);
	CHECK(sem_init(&w->all_answered, 0, 0) == 0);
	w->services.clock = &w->clock.clock;
	w->services.rand = rand_seeded(o->seed);
	w->services.run = 1;
	open_store(w, o, true);
	furnish(w);
}

void sim_world_end(struct sim_world *w)
{
	store_close(w->services.store);
	rand_free(w->services.rand);
	CHECK(sem_destroy(&w->all_answered) == 0);
	temp_dir_remove(&w->dir);
}

static void open_store(struct sim_world *w, const struct sim_options *o, bool create)
{
	struct sqlite_options with = {
		.dir = w->data,
		.clock = &w->clock.clock,
		.create = create,
		.account_cache = o->account_cache,
		.tail_rows = o->tail_rows,
		.readers = 1,
		.checkpoint_pages = 40,
		.before_commit = before,
		.after_commit = after,
		.self = w,
		.run_twice = o->run_twice,
	};

	CHECK(sqlite_store_open(&with, &w->services.store) == ERR_OK);
	store_rules_are(w->services.store, transfer_rules);
}

/* The merchant with its assets and reasons. */
static void furnish(struct sim_world *w)
{
	struct store *s = w->services.store;
	const struct merchant_ask merchant = { .name = "shop", .token = "simulated" };
	const bool yes = true;

	CHECK(merchant_add(&w->services, &merchant, &w->merchant) == ERR_OK);
	for (int i = 0; i < MODEL_ASSETS - 1; i++) {
		/* Nothing expires silver here: its lots come, go and cross crashes. */
		struct asset_ask ask = { .kind = ASSET_POINTS,
					 .frozen_in = i == MODEL_SILVER,
					 .expires_days = i == MODEL_SILVER ? 5 : 0 };
		struct asset_answer answer = { .replayed = false };

		(void)snprintf(ask.code, sizeof(ask.code), "%s", MODEL_ASSET[i]);
		(void)snprintf(ask.name, sizeof(ask.name), "%s", MODEL_ASSET[i]);
		CHECK(store_write(s, w->merchant, asset_add, &ask, &answer) == ERR_OK);
	}
	CHECK(merchant_set(&w->services, &(struct merchant_change){ .id = w->merchant,
								    .forced_reversal = &yes }) ==
	      ERR_OK);
	for (int i = 0; i < MODEL_RATES; i++) {
		const struct model_rate *rate = &MODEL_RATE[i];
		struct rate_ask ask = { .exchange = { rate->units_from, rate->units_to,
						      rate->up ? ROUND_UP : ROUND_DOWN },
					.min = 1,
					.max = MODEL_LARGEST };
		struct rate_answer answer = { .replayed = false };

		(void)snprintf(ask.from, sizeof(ask.from), "%s", MODEL_ASSET[rate->from]);
		(void)snprintf(ask.to, sizeof(ask.to), "%s", MODEL_ASSET[rate->to]);
		CHECK(store_write(s, w->merchant, rate_set, &ask, &answer) == ERR_OK);
	}
	for (int i = 0; i < MODEL_REASONS; i++) {
		const struct model_reason *r = &MODEL_REASON[i];
		struct reason_ask ask = { .code = r->code, .name = "r", .name_en = "r" };
		struct reason_answer answer = { .replayed = false };

		ask.routes_n = 1;
		(void)snprintf(ask.routes[0].from, sizeof(ask.routes[0].from), "%s", r->from);
		(void)snprintf(ask.routes[0].to, sizeof(ask.routes[0].to), "%s", r->to);
		CHECK(store_write(s, w->merchant, reason_add, &ask, &answer) == ERR_OK);
	}
}

/* --- ends and beginnings --- */

void sim_world_restart(struct sim_world *w, const struct sim_options *o)
{
	store_close(w->services.store);
	open_store(w, o, false);
}

void sim_world_crash_at(struct sim_world *w, int n, bool before_commit)
{
	atomic_store(&w->copied, false);
	w->before_commit = before_commit;
	atomic_store(&w->commits_left, n);
}

bool sim_world_crash(struct sim_world *w, const struct sim_options *o)
{
	char left[300];

	atomic_store(&w->commits_left, 0);
	if (!atomic_load(&w->copied))
		return false;
	store_close(w->services.store);
	memcpy(left, w->data, sizeof(left));
	(void)snprintf(w->data, sizeof(w->data), "%s/%d", w->dir.path, w->copies);
	temp_dir_remove_path(left);
	open_store(w, o, false);
	return true;
}

static void before(void *self)
{
	copy_at(self, true);
}

static void after(void *self)
{
	copy_at(self, false);
}

/* On the writer, which alone changes the files. */
static void copy_at(struct sim_world *w, bool before_commit)
{
	char to[300];

	if (w->before_commit != before_commit || atomic_load(&w->commits_left) == 0 ||
	    atomic_fetch_sub(&w->commits_left, 1) != 1)
		return;
	(void)snprintf(to, sizeof(to), "%s/%d", w->dir.path, ++w->copies);
	CHECK(mkdir(to, 0700) == 0);
	copy_file(w->data, to, "tael.db");
	copy_file(w->data, to, "tael.db-wal");
	atomic_store(&w->copied, true);
}

static void copy_file(const char *from_dir, const char *to_dir, const char *name)
{
	char path[340], block[16384];
	ssize_t n;
	int in, out;

	(void)snprintf(path, sizeof(path), "%s/%s", from_dir, name);
	in = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "%s/%s", to_dir, name);
	out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(in >= 0 && out >= 0);
	while ((n = read(in, block, sizeof(block))) > 0)
		CHECK(write(out, block, (size_t)n) == n);
	CHECK(n == 0 && close(in) == 0 && close(out) == 0);
}
