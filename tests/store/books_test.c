/* books_test.c - accounts, ids and request keys: the sums hold whatever is thrown at them. */
#include "audit.h"
#include "kit.h"

#include "aborts.h"
#include "tap.h"

#include "base/id.h"
#include "store/pending.h"

/* A clock that stands where it is put. */
static atomic_int_fast64_t wall = 1700000000000;

static int64_t stuck_wall(struct clock *c)
{
	(void)c;
	return atomic_load(&wall);
}

static struct clock *stuck_clock(void)
{
	static struct clock clock;

	clock = *clock_system();
	clock.wall_ms = stuck_wall;
	return &clock;
}

/* splitmix64: the same walk in every run. */
static uint64_t seeded(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* --- many at once --- */

static void x_08_opposite_transfers_in_parallel(void)
{
	struct temp_dir d = begin(NULL);
	static struct many many[400];
	atomic_int left = 400;

	EXPECT_ERR(ERR_OK, issue(1000));
	for (int i = 0; i < 400; i++) {
		many[i] = (struct many){ .ask = { i % 2 ? "system" : "user:1",
						  i % 2 ? "user:1" : "system", 1, FORCE_FACT, NULL,
						  0, 0 },
					 .left = &left };
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT));
	}
	UNTIL(atomic_load(&left) == 0);
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_INT(0, balance_of("user:1"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

enum { HOT_THREADS = 4, HOT_EACH = 2500 };

static void *pay_the_hot_one(void *from)
{
	struct move m = { from, "shop:hot", 1, FORCE_FACT, NULL, 0, 0 };
	struct many *many = calloc(HOT_EACH, sizeof(*many));
	atomic_int left = HOT_EACH;

	CHECK(many != NULL);
	for (int i = 0; i < HOT_EACH; i++) {
		many[i].ask = m;
		many[i].left = &left;
		CHECK(submit_one(&many[i], MERCHANT) == ERR_OK);
	}
	UNTIL(atomic_load(&left) == 0);
	for (int i = 0; i < HOT_EACH; i++)
		CHECK(many[i].outcome.code == ERR_OK);
	free(many);
	return NULL;
}

static void i3_a_hot_account_from_many_threads(void)
{
	static char from[HOT_THREADS][16];
	struct temp_dir d = begin(&(struct sqlite_options){ .tail_rows = 1 });
	pthread_t threads[HOT_THREADS];
	struct store_counts counts;

	for (int i = 0; i < HOT_THREADS; i++) {
		(void)snprintf(from[i], sizeof(from[i]), "user:%d", i);
		EXPECT_INT(0, pthread_create(&threads[i], NULL, pay_the_hot_one, from[i]));
	}
	for (int i = 0; i < HOT_THREADS; i++)
		EXPECT_INT(0, pthread_join(threads[i], NULL));
	EXPECT_INT(HOT_THREADS * HOT_EACH, balance_of("shop:hot"));
	EXPECT_INT(HOT_THREADS * HOT_EACH,
		   sql_i(d.path, "select version from account where holder = 'shop:hot'"));
	store_counts(store, &counts);
	EXPECT(counts.commits < HOT_THREADS * HOT_EACH);
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static void i4_the_same_key_twice_is_one_posting(void)
{
	struct temp_dir d = begin(NULL);
	static struct many many[50];
	atomic_int left = 50;
	struct latch latch;
	int made = 0;

	/* In one batch, so that all but the first see what is not yet committed. */
	latch_close(&latch);
	for (int i = 0; i < 50; i++) {
		many[i] = (struct many){ .ask = { "system", "user:1", 5, FORCE_FACT, "same", 0, 0 },
					 .left = &left };
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT));
	}
	atomic_store(&latch.open, true);
	UNTIL(atomic_load(&left) == 0);
	for (int i = 0; i < 50; i++) {
		EXPECT_INT(ERR_OK, many[i].outcome.code);
		EXPECT_INT(many[0].answer.id, many[i].answer.id);
		made += !many[i].answer.replayed;
	}
	EXPECT_INT(1, made);
	again(&d);
	EXPECT_ERR(ERR_OK, write_move(&many[0].ask));
	EXPECT_INT(5, balance_of("user:1"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static void two_merchants_share_a_commit_and_nothing_else(void)
{
	struct temp_dir d = begin(&(struct sqlite_options){ .tail_rows = 1 });
	static struct many many[40];
	struct store_counts before, after;
	atomic_int left = 40;
	struct latch latch;

	latch_close(&latch);
	store_counts(store, &before);
	for (int i = 0; i < 40; i++) {
		many[i] = (struct many){ .ask = { "system", "user:1", i % 2 ? 10 : 1, FORCE_FACT,
						  NULL, i == 20, i == 39 },
					 .left = &left };
		EXPECT_ERR(ERR_OK, submit_one(&many[i], i % 2 ? OTHER : MERCHANT));
	}
	quiet(true);
	atomic_store(&latch.open, true);
	UNTIL(atomic_load(&left) == 0);
	quiet(false);
	store_counts(store, &after);
	EXPECT_INT(ERR_CONFLICT, many[20].outcome.code);
	EXPECT_INT(ERR_INTERNAL, many[39].outcome.code);
	EXPECT_INT(19, balance_of("user:1"));
	EXPECT_INT(190, sql_i(d.path, "select balance from account where merchant_id = 78 and "
				      "holder = 'user:1'"));
	/* The last was refused, so each ran in a commit of its own: two chains side by side. */
	EXPECT_INT(38, after.commits - before.commits);
	EXPECT_INT(19, sql_i(d.path, "select count(*) from batch where merchant_id = 77"));
	EXPECT_INT(19, sql_i(d.path, "select max(number) from batch where merchant_id = 78"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

/* --- the same whatever the settings --- */

enum { WALK = 600 };

/* How often each outcome came. */
static int met[ERR_N];

static void walk(void)
{
	static const enum posting_force FORCES[] = { FORCE_NONE, FORCE_NONE, FORCE_FACT };
	uint64_t seed = 20261122;

	for (int i = 0; i < WALK; i++) {
		char from[16], to[16], key[16];
		struct move m = { from,
				  to,
				  (int64_t)(seeded(&seed) % 50) + 1,
				  FORCES[seeded(&seed) % 3],
				  key,
				  seeded(&seed) % 8 == 0,
				  seeded(&seed) % 16 == 0 };
		struct moved out = { 0 };

		(void)snprintf(from, sizeof(from), "user:%d", (int)(seeded(&seed) % 40));
		(void)snprintf(to, sizeof(to), "user:%d", (int)(seeded(&seed) % 40));
		(void)snprintf(key, sizeof(key), "k%d", (int)(seeded(&seed) % WALK));
		atomic_fetch_add(&wall, 1);
		met[store_write(store, i % 3 ? MERCHANT : OTHER, move, &m, &out)]++;
	}
}

static void walk_with(const struct sqlite_options *o, char sum[65], int64_t *rows)
{
	struct temp_dir d;

	atomic_store(&wall, 1700000000000);
	d = begin(o);
	walk();
	*rows = sql_i(d.path, "select count(*) from transfer");
	EXPECT_STR("", audit(d.path));
	store_close(store);
	dump(d.path, sum);
	store = NULL;
	temp_dir_remove(&d);
}

static void x_01_i1_a_random_walk_remembers_the_same_with_few_accounts_in_memory_or_run_twice(void)
{
	struct sqlite_options plain = { .clock = stuck_clock() };
	struct sqlite_options few = { .clock = stuck_clock(), .account_cache = 3 };
	struct sqlite_options twice = { .clock = stuck_clock(), .run_twice = true };
	char a[65], b[65], c[65];
	int64_t rows = 0;

	quiet(true);
	CALL(walk_with(&plain, a, &rows));
	/* It posts, and it meets every way to fail. */
	EXPECT(rows > WALK / 4);
	EXPECT(met[ERR_CONFLICT] > 0 && met[ERR_INTERNAL] > 0 && met[ERR_INSUFFICIENT] > 0 &&
	       met[ERR_SAME_ACCOUNT] > 0);
	CALL(walk_with(&few, b, &rows));
	EXPECT_STR(a, b);
	CALL(walk_with(&twice, c, &rows));
	EXPECT_STR(a, c);
	quiet(false);
}

static void accounts_beyond_the_cache_are_forgotten(void)
{
	struct sqlite_options few = { .account_cache = 10, .tail_rows = 1 };
	struct temp_dir d = begin(&few);
	struct store_counts counts;

	for (int i = 0; i < 300; i++) {
		char to[16];
		struct moved out = { 0 };
		struct move m = { "system", to, 1, FORCE_FACT, NULL, 0, 0 };

		(void)snprintf(to, sizeof(to), "user:%d", i);
		EXPECT_ERR(ERR_OK, store_write(store, i % 5 ? MERCHANT : OTHER, move, &m, &out));
		store_counts(store, &counts);
		EXPECT(counts.accounts_loaded <= 10);
	}
	EXPECT_INT(-240, balance_of("system"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static struct temp_dir both_dir;

/* tx_transfer would not see the other's key. */
static enum err key_and_transfer(struct tx *tx, const void *ask, void *answer)
{
	bool key_first = *(const bool *)ask;
	struct post p = { .app = 9, .request_id = STR("k"), .from = STR("a:1"), .to = STR("a:1") };
	struct post_result out;

	(void)answer;
	if (key_first)
		tx_key_put(tx, 9, STR("k"));
	CHECK(tx_transfer(tx, NULL, &p, 0, &out) == ERR_SAME_ACCOUNT);
	if (!key_first)
		tx_key_put(tx, 9, STR("k"));
	return ERR_OK;
}

static void key_then_transfer(void)
{
	create_in(&both_dir, NULL);
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, key_and_transfer, &(bool){ true }, NULL));
}

static void transfer_then_key(void)
{
	create_in(&both_dir, NULL);
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, key_and_transfer, &(bool){ false }, NULL));
}

static void i4_putting_a_key_beside_a_transfer_is_a_bug(void)
{
	both_dir = temp_dir_make();
	EXPECT(aborts(key_then_transfer));
	temp_dir_remove(&both_dir);
	both_dir = temp_dir_make();
	EXPECT(aborts(transfer_then_key));
	temp_dir_remove(&both_dir);
}

/* Room for many rows is lent from book to book: one that rests has none. */
static void pending_rows_have_room_in_their_batch_only(void)
{
	enum { ROWS = 1000 };
	struct pending spare = { .n = 0 }, a = { .spare = &spare }, b = { .spare = &spare };
	const struct pending_row *room;

	for (int i = 0; i < ROWS; i++) {
		struct pending_row *row = pending_add(&a);

		row->transfer.app = 9;
		(void)snprintf(row->transfer.request_id, sizeof(row->transfer.request_id), "k%d",
			       i);
		pending_key(&a, row);
	}
	EXPECT(pending_find(&a, 9, STR("k999")) == &a.rows[999]);
	pending_drop(&a, 0);
	room = a.rows;
	pending_leave(&a);
	EXPECT(a.cap == 0 && !a.rows && !a.slots);
	/* The next one takes it, with nothing in it. */
	(void)pending_add(&b);
	EXPECT(b.rows == room && b.cap >= ROWS && spare.cap == 0);
	EXPECT(pending_find(&b, 9, STR("k999")) == NULL);
	/* The larger one stays. */
	(void)pending_add(&a);
	pending_drop(&a, 0);
	pending_drop(&b, 0);
	pending_leave(&b);
	pending_leave(&a);
	EXPECT(spare.rows == room);
	pending_free(&spare);
}

static void i6_a_balance_does_not_pass_its_range(void)
{
	struct temp_dir d = begin(NULL);

	EXPECT_ERR(ERR_OK, issue(AMOUNT_MAX));
	EXPECT_ERR(ERR_AMOUNT_RANGE, issue(1));
	EXPECT_STR("amount", err_param());
	EXPECT_ERR(ERR_AMOUNT_RANGE, issue(AMOUNT_MAX + 1));
	EXPECT_ERR(ERR_AMOUNT_RANGE, issue(0));
	EXPECT_ERR(ERR_AMOUNT_RANGE, issue(-1));
	/* What nobody has more of, nobody can be given more of either, by any force. */
	EXPECT_ERR(ERR_AMOUNT_RANGE,
		   write_move(&(struct move){ "user:1", "system", 1, FORCE_FACT, NULL, 0, 0 }));
	EXPECT_ERR(ERR_OK, write_move(&(struct move){ "system", "user:1", AMOUNT_MAX, FORCE_NONE,
						      NULL, 0, 0 }));
	EXPECT_INT(AMOUNT_MAX, balance_of("user:1"));
	EXPECT_INT(-AMOUNT_MAX, balance_of("central"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

/* --- ids --- */

enum { IDS = 20000 };

struct ids {
	int n;
	int64_t first, last;
};

static enum err take_ids(struct tx *tx, const void *ask, void *answer)
{
	struct ids *out = answer;

	for (int i = 0; i < *(const int *)ask; i++) {
		int64_t id = tx_id(tx);

		CHECK(i == 0 || id > out->last);
		if (i == 0)
			out->first = id;
		out->last = id;
	}
	return ERR_OK;
}

static struct ids ids_of(int64_t merchant, int n)
{
	struct ids out = { n, 0, 0 };

	CHECK(store_write(store, merchant, take_ids, &n, &out) == ERR_OK);
	return out;
}

static void ids_grow_across_merchants_and_restarts_whatever_the_clock_does(void)
{
	struct sqlite_options o = { .clock = stuck_clock(), .node = 3 };
	int64_t noon = 1700000000000;
	struct temp_dir d;
	struct ids a, b, c;

	atomic_store(&wall, noon);
	d = begin(&o);
	a = ids_of(1, 3);
	b = ids_of(2, 3);
	EXPECT_INT(noon, id_ms(a.first));
	EXPECT(a.last < b.first);
	/* An hour back, and another merchant first: what was given is not given again, though
	 * nothing was written but the books themselves. */
	store_close(store);
	atomic_store(&wall, noon - 3600000);
	o.dir = d.path;
	EXPECT_ERR(ERR_OK, sqlite_store_open(&o, &store));
	c = ids_of(3, 1);
	EXPECT(c.first > b.last);
	EXPECT_INT(noon, id_ms(c.first));
	/* The counter of a millisecond runs over: the next ones are borrowed. */
	a = ids_of(1, IDS);
	EXPECT_INT(noon, id_ms(a.first));
	EXPECT_INT(noon + IDS / 8192, id_ms(a.last));
	b = ids_of(1, 1);
	EXPECT(b.first > a.last);
	/* The clock's time is taken again as soon as it is past. */
	atomic_store(&wall, noon + 1000);
	a = ids_of(2, 1);
	EXPECT_INT(noon + 1000, id_ms(a.first));
	EXPECT_INT(3, a.first >> 13 & 255);
	finish(&d);
}

static void times_of_the_journal_never_go_back(void)
{
	struct sqlite_options o = { .clock = stuck_clock() };
	struct temp_dir d;

	atomic_store(&wall, 1700000000000);
	d = begin(&o);
	EXPECT_ERR(ERR_OK, issue(1));
	atomic_store(&wall, 1600000000000);
	EXPECT_ERR(ERR_OK, issue(2));
	EXPECT_INT(1700000000000, sql_i(d.path, "select min(at) from transfer"));
	EXPECT_INT(1700000000000, sql_i(d.path, "select max(at) from batch"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static const struct tap_test TESTS[] = {
	TEST(x_08_opposite_transfers_in_parallel),
	TEST(i3_a_hot_account_from_many_threads),
	TEST(i4_the_same_key_twice_is_one_posting),
	TEST(two_merchants_share_a_commit_and_nothing_else),
	TEST(x_01_i1_a_random_walk_remembers_the_same_with_few_accounts_in_memory_or_run_twice),
	TEST(accounts_beyond_the_cache_are_forgotten),
	TEST(i4_putting_a_key_beside_a_transfer_is_a_bug),
	TEST(pending_rows_have_room_in_their_batch_only),
	TEST(i6_a_balance_does_not_pass_its_range),
	TEST(ids_grow_across_merchants_and_restarts_whatever_the_clock_does),
	TEST(times_of_the_journal_never_go_back),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
