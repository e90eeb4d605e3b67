/* contract_test.c - what every engine promises to a closure. */
#include "audit.h"
#include "kit.h"

#include "tap.h"

#include <sys/stat.h>

static int64_t transfers(const struct temp_dir *d)
{
	return sql_i(d->path, "select count(*) from transfer");
}

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
	EXPECT_INT(2, transfers(&d));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static void a_closure_that_fails_has_touched_nothing(void)
{
	struct temp_dir d = begin(NULL);
	char before[65], after[65];

	EXPECT_ERR(ERR_OK, issue(1000));
	dump(d.path, before);
	EXPECT_ERR(ERR_CONFLICT, write_move(&(struct move){ "system", "user:1", 10, FORCE_NONE, "k",
							    .spoil = true }));
	EXPECT_STR("spoilt on purpose", err_text());
	EXPECT_ERR(ERR_INSUFFICIENT,
		   write_move(&(struct move){ "system", "user:1", 5000, FORCE_NONE, "k", 0, 0 }));
	EXPECT_STR("amount", err_param());
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_INT(0, balance_of("user:1"));
	dump(d.path, after);
	EXPECT_STR(before, after);
	finish(&d);
}

/* A code without words of its own must not come with those of whoever failed before it. */
static enum err wordless(struct tx *tx, const void *ask, void *answer)
{
	(void)tx;
	(void)ask;
	(void)answer;
	return ERR_NOT_FOUND;
}

static void what_one_closure_said_is_not_told_to_another(void)
{
	struct temp_dir d = begin(NULL);

	EXPECT_ERR(ERR_CONFLICT, write_move(&(struct move){ "system", "user:1", 10, FORCE_FACT,
							    NULL, .spoil = true }));
	EXPECT_ERR(ERR_NOT_FOUND, store_write(store, OTHER, wordless, NULL, NULL));
	EXPECT_STR("", err_text());
	EXPECT_STR("", err_param());
	finish(&d);
}

static void where_nothing_is_written_nothing_is_committed(void)
{
	struct temp_dir d = begin(NULL);
	struct move m = { "system", "user:1", 1, FORCE_FACT, "once", 0, 0 };
	struct store_counts before, after;

	EXPECT_ERR(ERR_OK, write_move(&m));
	store_counts(store, &before);
	EXPECT_ERR(ERR_OK, write_move(&m));
	EXPECT_ERR(ERR_NOT_FOUND, store_write(store, OTHER, wordless, NULL, NULL));
	store_counts(store, &after);
	EXPECT_INT(before.commits, after.commits);
	EXPECT_INT(before.items + 2, after.items);
	EXPECT_INT(before.failed_items + 1, after.failed_items);
	finish(&d);
}

/* --- one bad item must not take the others of its batch with it --- */

enum { BATCH = 100, BAD = 50 };

static void fill_batch(struct many *many, atomic_int *left)
{
	struct latch latch;

	latch_close(&latch);
	atomic_store(left, BATCH);
	for (int i = 0; i < BATCH; i++) {
		many[i].left = left;
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT));
	}
	atomic_store(&latch.open, true);
	UNTIL(atomic_load(left) == 0);
}

static void a_refused_put_fails_alone(void)
{
	struct temp_dir d = begin(NULL);
	static struct many many[BATCH];
	struct store_counts before, after;
	atomic_int left;

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	for (int i = 0; i < BATCH; i++)
		many[i].ask =
			(struct move){ "system", "user:1", 1, FORCE_NONE, NULL, false, i == BAD };
	store_counts(store, &before);
	CALL(fill_batch(many, &left));
	store_counts(store, &after);
	for (int i = 0; i < BATCH; i++)
		EXPECT_INT(i == BAD ? ERR_INTERNAL : ERR_OK, many[i].outcome.code);
	/* Its own words name a statement, which is nobody's business outside. */
	EXPECT_STR(err_doc(ERR_INTERNAL), many[BAD].outcome.text);
	/* Those up to it ran again, those after it were not run yet. */
	EXPECT_INT(BAD + 1, after.rerun_items - before.rerun_items);
	EXPECT_INT(99, balance_of("user:1"));
	EXPECT_INT(100, transfers(&d));
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

static enum err touch_nobody(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	TX_PUT(tx, 1, "update asset set name = 'x' where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(12345));
	return ERR_OK;
}

static enum err touch_somebody(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	TX_PUT(tx, TX_ANY, "update asset set name = 'x' where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(12345));
	return ERR_OK;
}

static void a_put_that_changes_another_number_of_rows_is_refused(void)
{
	struct temp_dir d = begin(NULL);

	quiet(true);
	EXPECT_ERR(ERR_INTERNAL, store_write(store, MERCHANT, touch_nobody, NULL, NULL));
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, touch_somebody, NULL, NULL));
	EXPECT(store_ready(store));
	quiet(false);
	finish(&d);
}

/* An account whose row cannot be flushed is one item's trouble, and the chain that was already
 * drawn up for the batch is drawn up again without it. */
static void a_flush_that_is_refused_is_one_items_trouble(void)
{
	struct temp_dir d = begin(&(struct sqlite_options){ .tail_rows = 1 });
	static struct many many[BATCH];
	atomic_int left;

	quiet(true);
	EXPECT_ERR(ERR_OK, issue(1000));
	EXPECT_ERR(ERR_OK,
		   write_move(&(struct move){ "system", "user:x", 1, FORCE_NONE, NULL, 0, 0 }));
	sql_do(d.path, "create trigger stuck before update on account when new.holder = 'user:x' "
		       "begin select raise(abort, 'stuck'); end");
	for (int i = 0; i < BATCH; i++)
		many[i].ask = (struct move){
			"system", i == BAD ? "user:x" : "user:1", 1, FORCE_NONE, NULL, 0, 0
		};
	CALL(fill_batch(many, &left));
	for (int i = 0; i < BATCH; i++)
		EXPECT_INT(i == BAD ? ERR_INTERNAL : ERR_OK, many[i].outcome.code);
	EXPECT(store_ready(store));
	EXPECT_INT(99, balance_of("user:1"));
	EXPECT_INT(900, balance_of("system"));
	EXPECT_STR("", audit(d.path));
	quiet(false);
	finish(&d);
}

/* --- accounts --- */

static enum err freeze_new(struct tx *tx, const void *ask, void *answer)
{
	struct account *a;

	(void)answer;
	TRY(tx_account(tx, str_of(ask), GOLD, &a));
	tx_account_settings(
		tx, a, &(struct account_settings){ .credit_limit = 500, .frozen = FREEZE_BOTH });
	return ERR_OK;
}

static enum err settings_of(struct tx *tx, const void *ask, void *answer)
{
	struct account *a;

	TRY(tx_account(tx, str_of(ask), GOLD, &a));
	*(int64_t *)answer = a->frozen ? a->credit_limit : -1;
	return ERR_OK;
}

static void an_account_may_be_set_up_where_it_is_first_named(void)
{
	struct temp_dir d = begin(NULL);
	int64_t limit = 0;

	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, freeze_new, "user:new", NULL));
	EXPECT_ERR(ERR_OK, store_read(store, MERCHANT, settings_of, "user:new", &limit));
	EXPECT_INT(500, limit);
	EXPECT_ERR(ERR_FROZEN,
		   write_move(&(struct move){ "user:new", "system", 1, FORCE_NONE, NULL, 0, 0 }));
	again(&d);
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, settings_of, "user:new", &limit));
	EXPECT_INT(500, limit);
	finish(&d);
}

/* A part under a mark of its own is dropped alone: puts, postings, settings and new accounts. */
static enum err half(struct tx *tx, const void *ask, void *answer)
{
	static const struct account_settings seven = { 7, 8, FREEZE_BOTH, true };
	struct account *system, *user, *other;
	struct posting p = {
		.kind = POSTING_TRANSFER, .force = FORCE_FACT, .amount = 10, .reason = 1101
	};

	(void)ask;
	(void)answer;
	TRY(tx_account(tx, STR("system"), GOLD, &system));
	TRY(tx_account(tx, STR("user:9"), GOLD, &user));

	struct tx_mark early = tx_mark(tx);

	TRY(tx_account(tx, STR("user:10"), GOLD, &other));
	tx_account_settings(tx, other, &seven);
	tx_account_settings(tx, user, &seven);
	tx_undo(tx, early);
	CHECK(!user->frozen && user->credit_limit == 0 && user->max_balance == 0 && !user->closed &&
	      user->changes == 0);

	p.from = system;
	p.to = user;
	TRY(tx_post(tx, &p, NULL));

	struct tx_mark mark = tx_mark(tx);

	TRY(tx_post(tx, &p, NULL));
	TX_PUT(tx, 1, "insert into book (merchant_id) values ($1)", V_I(1));
	tx_undo(tx, mark);
	return ERR_OK;
}

static void a_part_can_be_dropped_alone(void)
{
	struct temp_dir d = begin(NULL);

	EXPECT_ERR(ERR_OK, issue(100));
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, half, NULL, NULL));
	EXPECT_INT(10, balance_of("user:9"));
	EXPECT_INT(2, transfers(&d));
	EXPECT_INT(0, sql_i(d.path, "select count(*) from account where holder = 'user:10'"));
	again(&d);
	EXPECT_ERR(ERR_OK, store_write(store, MERCHANT, half, NULL, NULL));
	EXPECT_INT(20, balance_of("user:9"));
	EXPECT_INT(0, sql_i(d.path, "select sum(frozen) from account"));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

/* --- reads that were not ended --- */

static enum err leave_open(struct tx *tx, const void *ask, void *answer)
{
	struct rows a, b;

	(void)ask;
	(void)answer;
	TX_GET(tx, &a, "select holder from account where merchant_id = $1", V_I(tx_merchant(tx)));
	CHECK(rows_next(&a));
	TX_GET(tx, &b, "select id from transfer where merchant_id = $1", V_I(tx_merchant(tx)));
	CHECK(rows_next(&b));
	FAIL(ERR_CONFLICT, "left in the middle");
}

static void rows_left_open_hold_no_snapshot_and_no_commit(void)
{
	struct sqlite_options one_reader = { .readers = 1 };
	struct temp_dir d = begin(&one_reader);

	EXPECT_ERR(ERR_OK, issue(1000));
	EXPECT_ERR(ERR_CONFLICT, store_read(store, MERCHANT, leave_open, NULL, NULL));
	EXPECT_ERR(ERR_CONFLICT, store_write(store, MERCHANT, leave_open, NULL, NULL));
	EXPECT_ERR(ERR_OK, issue(1));
	EXPECT_INT(1001, balance_of("system"));
	finish(&d);
}

/* --- the folder --- */

static void a_second_writer_is_refused_and_a_reader_is_not(void)
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
	/* What is written beside it, it sees. */
	EXPECT_ERR(ERR_OK, issue(4));
	EXPECT_ERR(ERR_OK, store_read(reading, MERCHANT, balance, "system", &n));
	EXPECT_INT(7, n);
	EXPECT_ERR(ERR_STORE, store_write(reading, MERCHANT, balance, "system", &n));
	/* It may outlive the writer. */
	store_close(store);
	store = NULL;
	EXPECT_ERR(ERR_OK, store_read(reading, MERCHANT, balance, "system", &n));
	EXPECT_INT(7, n);
	store_close(reading);
	finish(&d);
	EXPECT_ERR(ERR_NOT_FOUND, sqlite_store_open(&o, &second));
}

static void the_files_are_their_owners_alone(void)
{
	mode_t before = umask(0);
	struct temp_dir d = begin(NULL);
	static const char *const FILES[] = { "tael.db", "tael.db-wal", "tael.db-shm", "lock" };

	EXPECT_ERR(ERR_OK, issue(3));
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		char path[300];
		struct stat st;

		(void)snprintf(path, sizeof(path), "%s/%s", d.path, FILES[i]);
		NOTE("%s", FILES[i]);
		EXPECT_INT(0, stat(path, &st));
		EXPECT_INT(0600, st.st_mode & 0777);
	}
	(void)umask(before);
	finish(&d);
}

static void a_folder_that_cannot_be_used_is_refused(void)
{
	static char longest[600];
	struct temp_dir d = begin(NULL);
	struct sqlite_options o = { .dir = d.path, .clock = clock_system(), .create = true };
	struct migration_counts counts;
	struct store *s = NULL;

	EXPECT_ERR(ERR_EXISTS, sqlite_store_open(&o, &s));
	memset(longest, 'x', sizeof(longest) - 1);
	o.dir = longest;
	EXPECT_ERR(ERR_INVALID, sqlite_store_open(&o, &s));
	EXPECT_ERR(ERR_INVALID, sqlite_store_open_reading(longest, clock_system(), &s));
	EXPECT_ERR(ERR_INVALID, sqlite_store_migrations(longest, &counts));
	o.dir = "/dev/null";
	EXPECT_ERR(ERR_IO, sqlite_store_open(&o, &s));
	EXPECT_ERR(ERR_NOT_FOUND, sqlite_store_open_reading("/dev/null", clock_system(), &s));
	finish(&d);
}

static const struct tap_test TESTS[] = {
	TEST(posts_and_remembers),
	TEST(a_closure_that_fails_has_touched_nothing),
	TEST(what_one_closure_said_is_not_told_to_another),
	TEST(where_nothing_is_written_nothing_is_committed),
	TEST(a_refused_put_fails_alone),
	TEST(a_put_that_changes_another_number_of_rows_is_refused),
	TEST(a_flush_that_is_refused_is_one_items_trouble),
	TEST(an_account_may_be_set_up_where_it_is_first_named),
	TEST(a_part_can_be_dropped_alone),
	TEST(rows_left_open_hold_no_snapshot_and_no_commit),
	TEST(a_second_writer_is_refused_and_a_reader_is_not),
	TEST(the_files_are_their_owners_alone),
	TEST(a_folder_that_cannot_be_used_is_refused),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
