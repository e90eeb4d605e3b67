/* gate_test.c - the log is kept short while many read, and nobody reads for ever. */
#include "audit.h"
#include "kit.h"

#include "tap.h"

#include <sys/stat.h>

/* A log of a few hundred pages is too long here, so that the gate closes many times. */
static const struct sqlite_options SMALL = { .checkpoint_pages = 50,
					     .gate_pages = 200,
					     .readers = 3 };

static atomic_bool over;
static atomic_int reads, refused;

/* Both sides must be of one snapshot, whatever is written meanwhile. */
static enum err both(struct tx *tx, const void *ask, void *answer)
{
	struct account *system, *central;

	(void)ask;
	TRY(tx_account(tx, STR("system"), GOLD, &system));
	/* The writer goes on between these two. */
	for (int i = 0; i < 3; i++)
		(void)sched_yield();
	TRY(tx_account(tx, STR("central"), GOLD, &central));
	*(int64_t *)answer = system->balance + central->balance;
	return ERR_OK;
}

static void *read_on(void *arg)
{
	(void)arg;
	while (!atomic_load(&over)) {
		int64_t sum = -1;
		enum err e = store_read(store, MERCHANT, both, NULL, &sum);

		CHECK(e == ERR_OK || e == ERR_BUSY);
		CHECK(e != ERR_OK || sum == 0);
		atomic_fetch_add(e == ERR_OK ? &reads : &refused, 1);
	}
	return NULL;
}

static int64_t log_size(const struct temp_dir *d)
{
	char path[300];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/tael.db-wal", d->path);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void write_pages(int n)
{
	for (int i = 0; i < n; i++)
		CHECK(write_move(&(struct move){ "central", "system", 1, FORCE_ISSUE, NULL, 0,
						 0 }) == ERR_OK);
}

static void the_log_stays_short_while_many_read(void)
{
	struct temp_dir d = begin(&SMALL);
	pthread_t threads[6];

	atomic_store(&over, false);
	for (int i = 0; i < 6; i++)
		EXPECT_INT(0, pthread_create(&threads[i], NULL, read_on, NULL));
	write_pages(1000);
	UNTIL(atomic_load(&reads) > 100);
	atomic_store(&over, true);
	for (int i = 0; i < 6; i++)
		EXPECT_INT(0, pthread_join(threads[i], NULL));
	/* At most what it may hold, and one checkpoint's worth beyond. */
	NOTE("%lld bytes of log, %d reads, %d cut off", (long long)log_size(&d),
	     atomic_load(&reads), atomic_load(&refused));
	EXPECT(log_size(&d) < (SMALL.gate_pages + 2 * SMALL.checkpoint_pages) * 4200);
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

/* Reads the same again and again, until it is stopped. */
static enum err read_for_ever(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	for (;;) {
		struct rows r;

		TX_GET(tx, &r, "select count(*) from account where merchant_id = $1",
		       V_I(tx_merchant(tx)));
		(void)rows_next(&r);
		TRY(rows_end(&r));
		atomic_store((atomic_bool *)answer, true);
	}
}

static void *read_until_stopped(void *arg)
{
	*(enum err *)arg = ERR_OK;
	*(enum err *)arg = store_read(store, MERCHANT, read_for_ever, NULL, &over);
	return NULL;
}

static void who_reads_for_ever_is_cut_off_when_the_log_is_long(void)
{
	struct temp_dir d = begin(&SMALL);
	enum err e = ERR_OK;
	pthread_t thread;

	atomic_store(&over, false);
	write_pages(1);
	EXPECT_INT(0, pthread_create(&thread, NULL, read_until_stopped, &e));
	UNTIL(atomic_load(&over));
	/* Without an end to that read, these would wait for ever. */
	write_pages(300);
	EXPECT_INT(0, pthread_join(thread, NULL));
	EXPECT_INT(ERR_BUSY, e);
	EXPECT_INT(301, balance_of("system"));
	finish(&d);
}

/* Whoever waits for a connection when the store closes is told so. */
static atomic_int told;

static enum err wait_inside(struct tx *tx, const void *ask, void *answer)
{
	struct latch *l = answer;

	(void)tx;
	(void)ask;
	atomic_store(&l->reached, true);
	UNTIL(atomic_load(&l->open));
	return ERR_OK;
}

static struct latch inside;

static void *read_inside(void *arg)
{
	(void)arg;
	CHECK(store_read(store, MERCHANT, wait_inside, NULL, &inside) == ERR_OK);
	return NULL;
}

static void *read_behind(void *arg)
{
	int64_t n;
	enum err e;

	(void)arg;
	e = store_read(store, MERCHANT, balance, "system", &n);
	CHECK(e == ERR_STOPPING || e == ERR_OK);
	atomic_fetch_add(&told, 1);
	return NULL;
}

static void *close_it(void *arg)
{
	(void)arg;
	store_close(store);
	return NULL;
}

static void a_store_that_closes_waits_for_reads_and_refuses_those_behind(void)
{
	struct sqlite_options one = { .readers = 1 };
	struct temp_dir d = begin(&one);
	pthread_t first, behind[4], closing;

	atomic_store(&inside.reached, false);
	atomic_store(&inside.open, false);
	EXPECT_INT(0, pthread_create(&first, NULL, read_inside, NULL));
	UNTIL(atomic_load(&inside.reached));
	for (int i = 0; i < 4; i++)
		EXPECT_INT(0, pthread_create(&behind[i], NULL, read_behind, NULL));
	EXPECT_INT(0, pthread_create(&closing, NULL, close_it, NULL));
	/* The four are refused while the first still reads. */
	UNTIL(atomic_load(&told) == 4);
	atomic_store(&inside.open, true);
	EXPECT_INT(0, pthread_join(first, NULL));
	for (int i = 0; i < 4; i++)
		EXPECT_INT(0, pthread_join(behind[i], NULL));
	EXPECT_INT(0, pthread_join(closing, NULL));
	store = NULL;
	temp_dir_remove(&d);
}

static const struct tap_test TESTS[] = {
	TEST(the_log_stays_short_while_many_read),
	TEST(who_reads_for_ever_is_cut_off_when_the_log_is_long),
	TEST(a_store_that_closes_waits_for_reads_and_refuses_those_behind),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
