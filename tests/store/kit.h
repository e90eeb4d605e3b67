/* kit.h - one store in a folder of its own, and the closures that the tests run on it. */
#pragma once

#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/crypto.h"
#include "sys/log.h"

#include "temp_dir.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

enum { MERCHANT = 77, OTHER = 78, GOLD = 5 };

static struct store *store;

/* Waits for what other threads do; the test's own time limit ends it. */
#define UNTIL(cond)                             \
	do {                                    \
		while (!(cond))                 \
			(void)poll(NULL, 0, 1); \
	} while (0)

static inline void create_in(const struct temp_dir *d, const struct sqlite_options *with)
{
	struct sqlite_options o = with ? *with : (struct sqlite_options){ 0 };

	o.dir = d->path;
	o.clock = o.clock ? o.clock : clock_system();
	o.create = true;
	CHECK(sqlite_store_open(&o, &store) == ERR_OK);
}

static inline struct temp_dir begin(const struct sqlite_options *with)
{
	struct temp_dir d = temp_dir_make();

	create_in(&d, with);
	return d;
}

__attribute__((unused)) static void again(const struct temp_dir *d)
{
	struct sqlite_options o = { .dir = d->path, .clock = clock_system() };

	store_close(store);
	CHECK(sqlite_store_open(&o, &store) == ERR_OK);
}

static inline void finish(struct temp_dir *d)
{
	store_close(store);
	store = NULL;
	temp_dir_remove(d);
}

/* While something is broken on purpose, its lines are not what a reader of the tests looks for. */
static inline void quiet(bool on)
{
	static int null = -1;

	if (null < 0)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	log_to(on ? null : 2, LOG_INFO);
}

/* --- closures --- */

struct move {
	const char *from, *to;
	int64_t amount;
	enum posting_force force;
	const char *key; /* its natural key; NULL: none, so it cannot be run twice */
	bool spoil;      /* fail after everything */
	bool refuse;     /* put what the store refuses */
};

struct moved {
	int64_t id, from_balance;
	bool replayed;
	int runs;
};

static enum err move_find(struct tx *tx, const struct move *m, struct moved *out)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select object from request_key where merchant_id = $1 and app_id = 9 and kind = 1 "
	       "and key = $2",
	       V_I(tx_merchant(tx)), V_T(m->key));
	out->replayed = rows_next(&r);
	if (out->replayed)
		out->id = row_i(&r, 0);
	return rows_end(&r);
}

static inline enum err move(struct tx *tx, const void *ask, void *answer)
{
	static const uint8_t DIGEST[SHA256_BYTES] = { 1 };
	const struct move *m = ask;
	struct moved *out = answer;
	struct posting p = { .kind = POSTING_TRANSFER,
			     .force = m->force,
			     .amount = m->amount,
			     .reason = 1001,
			     .app = 9,
			     .request_id = m->key,
			     .ref = "a ref",
			     .memo = "" };
	struct transfer t;

	out->runs++;
	if (m->key)
		TRY(move_find(tx, m, out));
	if (out->replayed)
		return ERR_OK;
	TRY(tx_account(tx, str_of(m->from), GOLD, &p.from));
	TRY(tx_account(tx, str_of(m->to), GOLD, &p.to));
	TRY(tx_post(tx, &p, &t));
	out->id = t.id;
	out->from_balance = p.from->balance;
	if (m->key)
		TX_PUT(tx, 1,
		       "insert into request_key (merchant_id, app_id, kind, key, object, digest) "
		       "values ($1, 9, 1, $2, $3, $4)",
		       V_I(tx_merchant(tx)), V_T(m->key), V_I(t.id), V_B(DIGEST, SHA256_BYTES));
	if (m->key)
		tx_key_put(tx, 9, str_of(m->key));
	if (m->refuse)
		TX_PUT(tx, 1, "insert into book (merchant_id) values ($1)", V_I(1));
	if (m->spoil)
		FAIL(ERR_CONFLICT, "spoilt on purpose");
	return ERR_OK;
}

__attribute__((unused)) static enum err balance(struct tx *tx, const void *ask, void *answer)
{
	struct account *a;

	TRY(tx_account(tx, str_of(ask), GOLD, &a));
	*(int64_t *)answer = a->balance;
	return ERR_OK;
}

static inline enum err write_move(const struct move *m)
{
	struct moved out = { 0 };

	return store_write(store, MERCHANT, move, m, &out);
}

__attribute__((unused)) static enum err issue(int64_t amount)
{
	return write_move(&(struct move){ "central", "system", amount, FORCE_ISSUE, 0, 0, 0 });
}

__attribute__((unused)) static int64_t balance_of(const char *holder)
{
	int64_t n = INT64_MIN;

	CHECK(store_read(store, MERCHANT, balance, holder, &n) == ERR_OK);
	return n;
}

/* --- a clock that stands --- */

static atomic_int_fast64_t stood; /* ms that it was moved on */

static inline int64_t standing_mono(struct clock *c)
{
	(void)c;
	return 1000 + atomic_load(&stood);
}

static inline bool standing_wait(struct clock *c, pthread_cond_t *cond, pthread_mutex_t *lock,
				 int64_t until_ms)
{
	struct clock *system = clock_system();

	(void)c;
	(void)until_ms;
	return system->wait(system, cond, lock, system->mono_ms(system) + 1);
}

/* To the store no time passes, so accounts' rows stay behind, until `stood` is moved on. */
__attribute__((unused)) static struct clock *standing_clock(void)
{
	static struct clock clock;

	clock = (struct clock){ clock_system()->wall_ms, standing_mono, standing_wait };
	return &clock;
}

/* --- many at once --- */

struct many {
	struct move ask;
	struct moved answer;
	struct outcome outcome;
	atomic_int *left;
};

static inline void one_is_done(void *arg, const struct outcome *o)
{
	struct many *m = arg;

	m->outcome = *o;
	atomic_fetch_sub(m->left, 1);
}

static inline enum err submit_one(struct many *m, int64_t merchant)
{
	return store_submit(store, merchant, move, &m->ask, &m->answer, one_is_done, m);
}

/* Keeps the writer at work until `latch` is opened, so that what is submitted meanwhile is one
 * batch. */
struct latch {
	atomic_bool reached, open;
};

__attribute__((unused)) static enum err hold_writer(struct tx *tx, const void *ask, void *answer)
{
	struct latch *l = answer;

	(void)tx;
	(void)ask;
	atomic_store(&l->reached, true);
	UNTIL(atomic_load(&l->open));
	return ERR_OK;
}

static inline void latch_done(void *arg, const struct outcome *o)
{
	(void)arg;
	(void)o;
}

__attribute__((unused)) static void latch_close(struct latch *l)
{
	atomic_store(&l->reached, false);
	atomic_store(&l->open, false);
	CHECK(store_submit(store, MERCHANT, hold_writer, NULL, l, latch_done, NULL) == ERR_OK);
	UNTIL(atomic_load(&l->reached));
}
