/* faults_test.c - the disk fails, is full, or comes back: nothing acknowledged is lost, nothing is
 * acknowledged that was not stored, and the store opens again by itself.
 */
#include "audit.h"
#include "faulty_vfs.h"
#include "hurried.h"
#include "kit.h"

#include "tap.h"

#include <sys/resource.h>
#include <sys/wait.h>

static struct temp_dir begin_hurried(void (*before_commit)(void *))
{
	struct sqlite_options o = { .clock = hurried_clock(), .before_commit = before_commit };

	faulty_heal();
	return begin(&o);
}

static struct move one(const char *key)
{
	return (struct move){ "system", "user:1", 1, FORCE_FACT, key, 0, 0 };
}

/* What a caller does who was told nothing certain. */
static enum err repeat(const char *key)
{
	struct move m = one(key);
	enum err e;

	do {
		UNTIL(store_ready(store));
		e = write_move(&m);
	} while (e == ERR_BUSY || e == ERR_COMMIT_UNKNOWN || e == ERR_STORAGE_FULL);
	return e;
}

static void fails_once(enum fault kind, int code, enum err want)
{
	struct temp_dir d = begin_hurried(NULL);
	struct move m = one("a");

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	faulty_fail(kind, code, 1);
	EXPECT_ERR(want, write_move(&m));
	EXPECT_STR(err_doc(want), err_text());
	EXPECT_ERR(ERR_OK, repeat("a"));
	EXPECT_ERR(ERR_OK, repeat("a"));
	EXPECT_INT(1, balance_of("user:1"));
	EXPECT_STR("", audit(d.path));
	again(&d);
	EXPECT_INT(1, balance_of("user:1"));
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

static void k11_a_failed_sync_is_an_unknown_commit(void)
{
	CALL(fails_once(FAULT_SYNC, SQLITE_IOERR_FSYNC, ERR_COMMIT_UNKNOWN));
}

static void k11_a_failed_write_is_an_unknown_commit(void)
{
	CALL(fails_once(FAULT_WRITE, SQLITE_IOERR_WRITE, ERR_COMMIT_UNKNOWN));
}

static void k11_a_full_disk_at_the_commit_is_unknown_too(void)
{
	CALL(fails_once(FAULT_WRITE, SQLITE_FULL, ERR_COMMIT_UNKNOWN));
}

/* --- before the commit --- */

static enum err scan(struct tx *tx, const void *ask, void *answer)
{
	struct account *a;
	struct rows r;

	(void)ask;
	(void)answer;
	TRY(tx_account(tx, STR("user:1"), GOLD, &a));
	TX_GET(tx, &r, "select count(*) from sqlite_schema where sql <> $1", V_T(""));
	(void)rows_next(&r);
	return rows_end(&r);
}

static void keep_outcome(void *arg, const struct outcome *o)
{
	*(struct outcome *)arg = *o;
}

/* A closure that cannot read knows nothing: its neighbours in the batch may have acted on the same
 * disk, so all of them are asked to come again. */
static void k11_a_read_that_fails_costs_its_batch(void)
{
	struct temp_dir d = begin_hurried(NULL);

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	/* Opened again, with nothing in memory. */
	faulty_fail(FAULT_SYNC, SQLITE_IOERR_FSYNC, 1);
	EXPECT_ERR(ERR_COMMIT_UNKNOWN, issue(1));
	UNTIL(store_ready(store));
	faulty_fail(FAULT_READ, SQLITE_IOERR_READ, 1);
	EXPECT_ERR(ERR_BUSY, store_write(store, MERCHANT, scan, NULL, NULL));
	EXPECT_STR(err_doc(ERR_BUSY), err_text());
	UNTIL(store_ready(store));
	EXPECT_ERR(ERR_OK, repeat("b"));
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

/* A closure that wants to read has the rows before it stored first; that fails by memory, which
 * leaves the transaction as it was.  Nobody knows which of them the disk has: the batch is lost. */
static void k11_rows_that_are_lost_before_a_read_cost_their_batch(void)
{
	struct sqlite_options o = { .clock = hurried_clock(), .tail_rows = 1 };
	enum { ROWS = 300 };
	static struct many many[ROWS];
	struct outcome read = { .code = ERR_OK };
	atomic_int left = ROWS;
	struct latch latch;
	struct temp_dir d;

	faulty_heal();
	d = begin(&o);
	quiet(true);
	for (int i = 0; i < ROWS; i++)
		EXPECT_ERR(ERR_OK, issue(1));
	/* Opened again, with nothing in memory but the journal's last page: the rows to come need
	 * those beside it. */
	faulty_fail(FAULT_SYNC, SQLITE_IOERR_FSYNC, 1);
	EXPECT_ERR(ERR_COMMIT_UNKNOWN, issue(1));
	EXPECT_ERR(ERR_OK, repeat("b"));
	latch_close(&latch);
	for (int i = 0; i < ROWS; i++) {
		many[i] = (struct many){ .ask = one(NULL), .left = &left };
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT));
	}
	EXPECT_ERR(ERR_OK, store_submit(store, MERCHANT, scan, NULL, NULL, keep_outcome, &read));
	faulty_fail(FAULT_READ, SQLITE_NOMEM, 1);
	atomic_store(&latch.open, true);
	UNTIL(atomic_load(&left) == 0);
	EXPECT_INT(0, atomic_load(&faulty.left));
	for (int i = 0; i < ROWS; i++)
		EXPECT_INT(ERR_BUSY, many[i].outcome.code);
	UNTIL(store_ready(store));
	EXPECT_INT(ERR_BUSY, read.code);
	EXPECT_ERR(ERR_OK, repeat("c"));
	EXPECT_INT(2, balance_of("user:1"));
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

static void k11_a_read_beside_the_writer_fails_alone(void)
{
	struct temp_dir d = begin_hurried(NULL);
	int64_t n;

	EXPECT_ERR(ERR_OK, issue(1000));
	faulty_fail(FAULT_READ, SQLITE_IOERR_READ, -1);
	EXPECT(store_read(store, MERCHANT, balance, "system", &n) != ERR_OK);
	faulty_heal();
	EXPECT(store_ready(store));
	EXPECT_INT(1000, balance_of("system"));
	finish(&d);
}

/* --- full for a while --- */

/* The test stops the writer here, right before a commit that will fail. */
static struct latch at_commit;
static atomic_bool stop_at_commit;

static void wait_at_commit(void *self)
{
	(void)self;
	if (!atomic_load(&stop_at_commit))
		return;
	atomic_store(&at_commit.reached, true);
	UNTIL(atomic_load(&at_commit.open));
}

/* Leaves the first of `many` before a commit that fails, and the others in the queue. */
static void queue_behind_a_failure(struct many *many, int n, atomic_int *left)
{
	atomic_store(left, n);
	atomic_store(&at_commit.reached, false);
	atomic_store(&at_commit.open, false);
	atomic_store(&stop_at_commit, true);
	for (int i = 0; i < n; i++) {
		many[i] = (struct many){ .ask = one(NULL), .left = left };
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT));
		if (i == 0)
			UNTIL(atomic_load(&at_commit.reached));
	}
	faulty_fail(FAULT_WRITE, SQLITE_FULL, -1);
	atomic_store(&stop_at_commit, false);
	atomic_store(&at_commit.open, true);
}

static void k11_while_the_disk_is_full_writes_are_refused_and_reads_go_on(void)
{
	struct temp_dir d = begin_hurried(wait_at_commit);
	static struct many many[20];
	struct move m = one("late");
	struct moved out;
	atomic_int left;

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	CALL(queue_behind_a_failure(many, 20, &left));
	UNTIL(atomic_load(&left) == 0);
	/* The first met it at its commit, the others before they were run. */
	EXPECT_INT(ERR_COMMIT_UNKNOWN, many[0].outcome.code);
	for (int i = 1; i < 20; i++)
		EXPECT_INT(ERR_STORAGE_FULL, many[i].outcome.code);
	EXPECT(!store_ready(store));
	EXPECT_ERR(ERR_STORAGE_FULL, store_write(store, MERCHANT, move, &m, &out));
	EXPECT_STR(err_doc(ERR_STORAGE_FULL), err_text());
	EXPECT_INT(1000, balance_of("system"));

	int64_t before = atomic_load(&waited);

	/* It is tried again and again … */
	UNTIL(atomic_load(&waited) > before + 5000);
	EXPECT(!store_ready(store));
	EXPECT_INT(1000, balance_of("system"));
	/* … until there is room. */
	faulty_heal();
	EXPECT_ERR(ERR_OK, repeat("late"));
	EXPECT_INT(1, balance_of("user:1"));
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

static void k11_a_store_stops_while_its_disk_is_full(void)
{
	struct temp_dir d = begin_hurried(wait_at_commit);
	static struct many many[20];
	atomic_int left;

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	CALL(queue_behind_a_failure(many, 20, &left));
	store_close(store);
	store = NULL;
	/* Everybody was told something before it stopped. */
	EXPECT_INT(0, atomic_load(&left));
	for (int i = 0; i < 20; i++)
		EXPECT(many[i].outcome.code != ERR_OK);
	faulty_heal();
	EXPECT_STR("", audit(d.path));
	EXPECT_INT(1, sql_i(d.path, "select count(*) from transfer"));
	quiet(false);
	finish(&d);
}

/* The items of a refused batch run alone; the disk fails under one of them. */
static void k11_a_failure_while_items_run_alone(void)
{
	struct temp_dir d = begin_hurried(NULL);
	static struct many many[30];
	atomic_int left = 30;
	struct latch latch;

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	latch_close(&latch);
	for (int i = 0; i < 30; i++) {
		many[i] = (struct many){ .ask = one(NULL), .left = &left };
		many[i].ask.refuse = i == 29;
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT));
	}
	/* Each that runs alone syncs once. */
	faulty_fail_after(10, FAULT_SYNC, SQLITE_IOERR_FSYNC);
	atomic_store(&latch.open, true);
	UNTIL(atomic_load(&left) == 0);
	for (int i = 0; i < 30; i++)
		EXPECT_INT(i < 10    ? ERR_OK
			   : i == 10 ? ERR_COMMIT_UNKNOWN
				     : ERR_BUSY,
			   many[i].outcome.code);
	UNTIL(store_ready(store));
	EXPECT(balance_of("user:1") == 10 || balance_of("user:1") == 11);
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

/* --- in a process of its own --- */

static int ended(pid_t child)
{
	int status = 0;

	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* The kernel's own refusal: no file may grow beyond a limit.  Writes until the store closes, then
 * once more after there is room, and tells what was acknowledged. */
static rlim_t size_of_log(const struct temp_dir *d)
{
	char path[300];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/tael.db-wal", d->path);
	CHECK(stat(path, &st) == 0);
	return (rlim_t)st.st_size;
}

static void fill_up(const struct temp_dir *d, int acknowledged)
{
	struct rlimit limit;
	char key[16] = "";
	struct move m = one(key);
	enum err e = ERR_OK;

	quiet(true);
	create_in(d, NULL);
	CHECK(issue(1000000) == ERR_OK);
	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0 && signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	limit.rlim_cur = size_of_log(d) + 300000;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	for (int i = 0; e != ERR_STORAGE_FULL; i++) {
		(void)snprintf(key, sizeof(key), "k%d", i);
		e = write_move(&m);
		CHECK(e != ERR_OK || write(acknowledged, &i, sizeof(i)) == sizeof(i));
		CHECK(e == ERR_OK || e == ERR_COMMIT_UNKNOWN || e == ERR_STORAGE_FULL ||
		      e == ERR_BUSY);
	}
	CHECK(!store_ready(store) && balance_of("user:1") > 0);
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	(void)snprintf(key, sizeof(key), "k%d", -1);
	CHECK(repeat(key) == ERR_OK && write(acknowledged, &(int){ -1 }, sizeof(int)) > 0);
	store_close(store);
	_exit(0);
}

static void k11_a_file_that_may_not_grow(void)
{
	struct temp_dir d = temp_dir_make();
	static int acknowledged[20000];
	int pipes[2], n = 0;
	pid_t child;

	EXPECT_INT(0, pipe(pipes));
	child = fork();
	if (child == 0)
		fill_up(&d, pipes[1]);
	(void)close(pipes[1]);
	while (n < 20000 && read(pipes[0], &acknowledged[n], sizeof(int)) == sizeof(int))
		n++;
	(void)close(pipes[0]);
	EXPECT_INT(0, ended(child));
	EXPECT(n > 2 && n < 20000);
	EXPECT_INT(-1, acknowledged[n - 1]);
	for (int i = 0; i < n; i++) {
		char query[120];

		(void)snprintf(query, sizeof(query),
			       "select count(*) from request_key where key = 'k%d'",
			       acknowledged[i]);
		EXPECT_INT(1, sql_i(d.path, query));
	}
	EXPECT_STR("", audit(d.path));
	temp_dir_remove(&d);
}

/* After a failed sync the kernel holds pages as clean that no disk has: what was in them, and all
 * that is written behind them, must be written anew before anybody hears of it. */
static void sync_fails_then_power(const struct temp_dir *d)
{
	struct move m = one("b");

	quiet(true);
	faulty_die_at(1000000, LOSE_ALL);
	create_in(d, NULL);
	/* With a reader beside it the log stays when the writer's connection is closed. */
	CHECK(issue(1000) == ERR_OK && balance_of("system") == 1000);
	faulty_fail(FAULT_SYNC, SQLITE_IOERR_FSYNC, 1);
	CHECK(write_move(&m) == ERR_COMMIT_UNKNOWN);
	CHECK(repeat("b") == ERR_OK && repeat("c") == ERR_OK);
	faulty_die_at(1, LOSE_ALL);
	(void)repeat("d");
	UNTIL(false);
}

static void k11_i2_what_a_failed_sync_dropped_is_written_again(void)
{
	struct temp_dir d = temp_dir_make();
	pid_t child = fork();

	if (child == 0)
		sync_fails_then_power(&d);
	EXPECT_INT(-SIGKILL, ended(child));
	EXPECT_INT(3, sql_i(d.path, "select count(*) from transfer"));
	EXPECT_INT(2, sql_i(d.path, "select count(*) from request_key where key in ('b', 'c')"));
	EXPECT_STR("", audit(d.path));
	temp_dir_remove(&d);
}

static void never_again(const struct temp_dir *d)
{
	struct move m = one("a");

	quiet(true);
	create_in(d, NULL);
	CHECK(issue(1000) == ERR_OK);
	faulty_fail(FAULT_SYNC, SQLITE_IOERR_FSYNC, -1);
	CHECK(write_move(&m) == ERR_COMMIT_UNKNOWN);
	UNTIL(false);
}

static void k11_an_error_that_stays_ends_the_process(void)
{
	struct temp_dir d = temp_dir_make();
	pid_t child = fork();

	if (child == 0)
		never_again(&d);
	EXPECT_INT(1, ended(child));
	EXPECT_STR("", audit(d.path));
	temp_dir_remove(&d);
}

static const struct tap_test TESTS[] = {
	TEST(k11_a_failed_sync_is_an_unknown_commit),
	TEST(k11_a_failed_write_is_an_unknown_commit),
	TEST(k11_a_full_disk_at_the_commit_is_unknown_too),
	TEST(k11_a_read_that_fails_costs_its_batch),
	TEST(k11_rows_that_are_lost_before_a_read_cost_their_batch),
	TEST(k11_a_read_beside_the_writer_fails_alone),
	TEST(k11_while_the_disk_is_full_writes_are_refused_and_reads_go_on),
	TEST(k11_a_store_stops_while_its_disk_is_full),
	TEST(k11_a_failure_while_items_run_alone),
	TEST(k11_a_file_that_may_not_grow),
	TEST(k11_i2_what_a_failed_sync_dropped_is_written_again),
	TEST(k11_an_error_that_stays_ends_the_process),
};

int main(int argc, char **argv)
{
	crypto_start();
	faulty_register();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
