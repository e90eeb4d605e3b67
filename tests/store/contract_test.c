/* contract_test.c - what every engine promises. */
#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/crypto.h"
#include "sys/log.h"

#include "tap.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

enum { MERCHANT = 77, GOLD = 5 };

static struct store *store;

/* --- closures --- */

struct move {
	const char *from, *to;
	int64_t amount;
	enum posting_force force;
	bool spoil;  /* fail after everything */
	bool refuse; /* put what the store refuses */
};

struct moved {
	struct transfer transfer;
	int64_t from_balance;
	int runs;
};

static enum err move(struct tx *tx, const void *ask, void *answer)
{
	const struct move *m = ask;
	struct moved *out = answer;
	struct account *from, *to;

	out->runs++;
	TRY(tx_account(tx, str_of(m->from), GOLD, &from));
	TRY(tx_account(tx, str_of(m->to), GOLD, &to));
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_TRANSFER,
				       .force = m->force,
				       .from = from,
				       .to = to,
				       .amount = m->amount,
				       .reason = 1001,
				       .request_id = "",
				       .ref = "",
				       .memo = "" },
		    &out->transfer));
	out->from_balance = from->balance;
	if (m->refuse)
		TX_PUT(tx, 1, "insert into book (merchant_id) values ($1)", V_I(1));
	if (m->spoil)
		FAIL(ERR_CONFLICT, "spoilt on purpose");
	return ERR_OK;
}

static enum err balance(struct tx *tx, const void *ask, void *answer)
{
	struct account *a;

	TRY(tx_account(tx, str_of(ask), GOLD, &a));
	*(int64_t *)answer = a->balance;
	return ERR_OK;
}

static enum err count_transfers(struct tx *tx, const void *ask, void *answer)
{
	struct rows r;

	(void)ask;
	TX_GET(tx, &r, "select count(*) from transfer where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	*(int64_t *)answer = rows_next(&r) ? row_i(&r, 0) : -1;
	return rows_end(&r);
}

static enum err issue(int64_t amount)
{
	struct moved out = { 0 };
	struct move m = { "central", "system", amount, FORCE_ISSUE, false, false };

	return store_write(store, MERCHANT, move, &m, &out);
}

static int64_t balance_of(const char *holder)
{
	int64_t n = INT64_MIN;

	CHECK(store_read(store, MERCHANT, balance, holder, &n) == ERR_OK);
	return n;
}

static int64_t transfers(void)
{
	int64_t n = -1;

	CHECK(store_read(store, MERCHANT, count_transfers, NULL, &n) == ERR_OK);
	return n;
}

static struct temp_dir begin(const struct sqlite_options *with)
{
	struct temp_dir d = temp_dir_make();
	struct sqlite_options o = with ? *with : (struct sqlite_options){ 0 };

	o.dir = d.path;
	o.clock = clock_system();
	o.create = true;
	CHECK(sqlite_store_open(&o, &store) == ERR_OK);
	return d;
}

static void again(const struct temp_dir *d)
{
	struct sqlite_options o = { .dir = d->path, .clock = clock_system() };

	store_close(store);
	CHECK(sqlite_store_open(&o, &store) == ERR_OK);
}

static void finish(struct temp_dir *d)
{
	store_close(store);
	store = NULL;
	temp_dir_remove(d);
}

/* --- tests --- */

static void posts_and_remembers(void)
{
	struct temp_dir d = begin(NULL);

	EXPECT_ERR(ERR_OK, issue(1000));
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_INT(-1000, balance_of("central"));
	again(&d);
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_ERR(ERR_OK, issue(5));
	EXPECT_INT(1005, balance_of("system"));
	EXPECT_INT(2, transfers());
	finish(&d);
}

static void a_closure_that_fails_has_touched_nothing(void)
{
	struct temp_dir d = begin(NULL);
	struct moved out = { 0 };
	struct move spoilt = { "system", "user:1", 10, FORCE_NONE, true, false };
	struct move too_much = { "system", "user:1", 5000, FORCE_NONE, false, false };

	EXPECT_ERR(ERR_OK, issue(1000));
	EXPECT_ERR(ERR_CONFLICT, store_write(store, MERCHANT, move, &spoilt, &out));
	EXPECT_STR("spoilt on purpose", err_text());
	EXPECT_ERR(ERR_INSUFFICIENT, store_write(store, MERCHANT, move, &too_much, &out));
	EXPECT_STR("amount", err_param());
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_INT(0, balance_of("user:1"));
	EXPECT_INT(1, transfers());
	finish(&d);
}

/* One bad item in a batch must not take the others with it. */
struct many {
	struct move ask;
	struct moved answer;
	struct outcome outcome;
	atomic_int *left;
};

static void one_is_done(void *arg, const struct outcome *o)
{
	struct many *m = arg;

	m->outcome = *o;
	atomic_fetch_sub(m->left, 1);
}

static void a_refused_put_fails_alone(void)
{
	struct temp_dir d = begin(NULL);
	static struct many many[100];
	atomic_int left = 100;

	log_to(open("/dev/null", O_WRONLY), LOG_ERROR);
	EXPECT_ERR(ERR_OK, issue(1000));
	for (int i = 0; i < 100; i++) {
		many[i] =
			(struct many){ .ask = { "system", "user:1", 1, FORCE_NONE, false, i == 50 },
				       .left = &left };
		EXPECT_ERR(ERR_OK, store_submit(store, MERCHANT, move, &many[i].ask,
						&many[i].answer, one_is_done, &many[i]));
	}
	while (atomic_load(&left) > 0)
		(void)sched_yield();
	for (int i = 0; i < 100; i++)
		EXPECT_INT(i == 50 ? ERR_INTERNAL : ERR_OK, many[i].outcome.code);
	EXPECT_INT(99, balance_of("user:1"));
	EXPECT_INT(100, transfers());
	log_to(2, LOG_INFO);
	finish(&d);
}

static void x_08_opposite_transfers_in_parallel(void)
{
	struct temp_dir d = begin(NULL);
	static struct many many[400];
	atomic_int left = 400;

	EXPECT_ERR(ERR_OK, issue(1000));
	for (int i = 0; i < 400; i++) {
		many[i] = (struct many){ .ask = { i % 2 ? "system" : "user:1",
						  i % 2 ? "user:1" : "system", 1, FORCE_FACT, false,
						  false },
					 .left = &left };
		EXPECT_ERR(ERR_OK, store_submit(store, MERCHANT, move, &many[i].ask,
						&many[i].answer, one_is_done, &many[i]));
	}
	while (atomic_load(&left) > 0)
		(void)sched_yield();
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_INT(0, balance_of("user:1"));
	EXPECT_INT(401, transfers());
	finish(&d);
}

static enum err ids(struct tx *tx, const void *ask, void *answer)
{
	int64_t *out = answer;

	(void)ask;
	for (int i = 0; i < 3; i++)
		out[i] = tx_id(tx);
	TX_PUT(tx, TX_ANY, "delete from asset where merchant_id = $1", V_I(tx_merchant(tx)));
	return ERR_OK;
}

static int64_t stuck_wall(struct clock *c)
{
	(void)c;
	return 1000000;
}

static void ids_grow_across_merchants_restarts_and_a_clock_that_stands(void)
{
	struct clock clock = *clock_system();
	struct sqlite_options o = { 0 };
	int64_t a[3], b[3], c[3];
	struct temp_dir d = temp_dir_make();

	clock.wall_ms = stuck_wall;
	o = (struct sqlite_options){ .dir = d.path, .clock = &clock, .create = true, .node = 3 };
	EXPECT_ERR(ERR_OK, sqlite_store_open(&o, &store));
	EXPECT_ERR(ERR_OK, store_write(store, 1, ids, NULL, a));
	EXPECT_ERR(ERR_OK, store_write(store, 2, ids, NULL, b));
	store_close(store);
	o.create = false;
	EXPECT_ERR(ERR_OK, sqlite_store_open(&o, &store));
	EXPECT_ERR(ERR_OK, store_write(store, 2, ids, NULL, c));
	EXPECT(a[0] < a[1] && a[1] < a[2] && a[2] < b[0] && b[0] < b[2] && b[2] < c[0]);
	EXPECT_INT(1000000, id_ms(a[0]));
	finish(&d);
}

static void s2_07_a_second_writer_is_refused(void)
{
	struct temp_dir d = begin(NULL);
	struct sqlite_options o = { .dir = d.path, .clock = clock_system() };
	struct store *second = NULL, *reading = NULL;
	int64_t n = 0;

	EXPECT_ERR(ERR_LOCKED, sqlite_store_open(&o, &second));
	EXPECT_ERR(ERR_OK, issue(3));
	EXPECT_ERR(ERR_OK, sqlite_store_open_reading(d.path, clock_system(), &reading));
	EXPECT_ERR(ERR_OK, store_read(reading, MERCHANT, balance, "system", &n));
	EXPECT_INT(3, n);
	EXPECT_ERR(ERR_STORE, store_write(reading, MERCHANT, balance, "system", &n));
	store_close(reading);
	finish(&d);
	EXPECT_ERR(ERR_NOT_FOUND, sqlite_store_open(&o, &second));
}

/* A part under a mark of its own is dropped alone. */
static enum err half(struct tx *tx, const void *ask, void *answer)
{
	struct account *system, *user;
	struct posting p = { .kind = POSTING_TRANSFER,
			     .force = FORCE_FACT,
			     .amount = 10,
			     .reason = 1101,
			     .request_id = "",
			     .ref = "",
			     .memo = "" };

	(void)ask;
	(void)answer;
	TRY(tx_account(tx, STR("system"), GOLD, &system));
	TRY(tx_account(tx, STR("user:9"), GOLD, &user));
	p.from = system;
	p.to = user;
	TRY(tx_post(tx, &p, NULL));

	struct tx_mark mark = tx_mark(tx);

	TRY(tx_post(tx, &p, NULL));
	tx_undo(tx, mark);
	return ERR_OK;
}

static void a_part_can_be_dropped_alone(void)
{
	struct temp_dir d = begin(NULL);

	EXPECT_ERR(ERR_OK, issue(100));
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, half, NULL, NULL));
	EXPECT_INT(10, balance_of("user:9"));
	EXPECT_INT(2, transfers());
	again(&d);
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, half, NULL, NULL));
	EXPECT_INT(20, balance_of("user:9"));
	finish(&d);
}

static const struct tap_test TESTS[] = {
	TEST(posts_and_remembers),
	TEST(a_closure_that_fails_has_touched_nothing),
	TEST(a_refused_put_fails_alone),
	TEST(x_08_opposite_transfers_in_parallel),
	TEST(ids_grow_across_merchants_restarts_and_a_clock_that_stands),
	TEST(s2_07_a_second_writer_is_refused),
	TEST(a_part_can_be_dropped_alone),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
