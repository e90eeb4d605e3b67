/* tail_test.c - accounts whose rows are behind: what readers see, what a restart makes of them. */
#include "audit.h"
#include "kit.h"

#include "tap.h"

#include "store/tail.h"

/* --- what is published --- */

static int64_t looked(struct tail *t, int reader, int64_t account)
{
	struct tail_values v = { .version = -1 };

	return tail_look(t, reader, MERCHANT, account, &v) ? v.version : -1;
}

static void publish(struct tail *t, int64_t account, int64_t version)
{
	tail_open(t);
	tail_publish(t, MERCHANT, account, (struct tail_values){ version, 0, version, version });
	tail_close(t);
}

static void flushed(struct tail *t, int64_t account, int64_t version)
{
	tail_open(t);
	tail_flushed(t, MERCHANT, account, version);
	tail_close(t);
}

static void a_reader_sees_what_was_when_it_began(void)
{
	struct tail *t = tail_new();
	int before = tail_begin(t), between, after;

	EXPECT_INT(-1, looked(t, before, 7));
	publish(t, 7, 1);
	EXPECT_INT(-1, looked(t, before, 7));
	between = tail_begin(t);
	EXPECT_INT(1, looked(t, between, 7));
	publish(t, 7, 2);
	publish(t, 7, 3);
	after = tail_begin(t);
	EXPECT_INT(-1, looked(t, before, 7));
	EXPECT_INT(1, looked(t, between, 7));
	EXPECT_INT(3, looked(t, after, 7));
	EXPECT_INT(-1, looked(t, after, 8));
	tail_end(t, before);
	tail_end(t, after);
	publish(t, 7, 4);
	EXPECT_INT(1, looked(t, between, 7));
	tail_end(t, between);
	tail_free(t);
}

static void what_was_flushed_is_kept_for_older_readers(void)
{
	struct tail *t = tail_new();
	int older, newer;

	publish(t, 7, 1);
	publish(t, 9, 1);
	older = tail_begin(t);
	flushed(t, 7, 1);
	publish(t, 9, 2);
	EXPECT_INT(1, looked(t, older, 7));
	tail_end(t, older);
	newer = tail_begin(t);
	publish(t, 9, 3);
	/* The row says it now; the other account's was not flushed. */
	EXPECT_INT(-1, looked(t, newer, 7));
	EXPECT_INT(2, looked(t, newer, 9));
	flushed(t, 9, 2);
	EXPECT_INT(2, looked(t, newer, 9));
	tail_end(t, newer);
	newer = tail_begin(t);
	/* It was touched again after what was flushed. */
	EXPECT_INT(3, looked(t, newer, 9));
	tail_end(t, newer);
	tail_free(t);
}

static void many_accounts_come_and_go(void)
{
	enum { MANY = 5000 };
	struct tail *t = tail_new();
	int reader;

	for (int64_t i = 1; i <= MANY; i++)
		publish(t, i, i);
	for (int64_t i = 1; i <= MANY; i += 2)
		flushed(t, i, i);
	reader = tail_begin(t);
	for (int64_t i = 1; i <= MANY; i++)
		EXPECT_INT(i % 2 ? -1 : i, looked(t, reader, i));
	tail_end(t, reader);
	tail_free(t);
}

/* --- in a store --- */

static int64_t read_balance(const char *holder)
{
	int64_t is = -1;

	CHECK(store_read(store, MERCHANT, balance, holder, &is) == ERR_OK);
	return is;
}

static void pay_everybody(int from, int to)
{
	for (int i = from; i < to; i++) {
		char holder[16];

		(void)snprintf(holder, sizeof(holder), "user:%d", i % 50);
		EXPECT_ERR(ERR_OK, write_move(&(struct move){ "system", holder, 1, FORCE_FACT, NULL,
							      0, 0 }));
		EXPECT_INT(1 + i / 50, read_balance(holder));
	}
}

/* Slices of sweeps go with the commits; what was answered is what the next one reads. */
static void s0_03_each_reader_sees_what_was_answered(void)
{
	static const int64_t TAILS[] = { 1, 2, 7, 40, 0 };

	for (size_t i = 0; i < sizeof(TAILS) / sizeof(TAILS[0]); i++) {
		struct temp_dir d = begin(&(struct sqlite_options){ .tail_rows = TAILS[i] });

		pay_everybody(0, 300);
		EXPECT_STR("", audit(d.path));
		finish(&d);
	}
}

static void rows_are_behind_until_nothing_is_to_be_done(void)
{
	static const char BEHIND[] = "select count(*) from transfer t join book b on "
				     "b.merchant_id = t.merchant_id and t.id > b.watermark";
	struct temp_dir d = begin(&(struct sqlite_options){ .tail_rows = 100000 });

	pay_everybody(0, 100);
	UNTIL(sql_i(d.path, BEHIND) == 0);
	EXPECT_INT(2, sql_i(d.path, "select balance from account where holder = 'user:3'"));
	EXPECT_STR("", audit(d.path));
	pay_everybody(100, 150);
	store_close(store);
	EXPECT_INT(0, sql_i(d.path, BEHIND));
	EXPECT_STR("", audit(d.path));
	store = NULL;
	temp_dir_remove(&d);
}

/* Rows of accounts that are behind cannot be forgotten: no merchant is ever idle here, and none
 * posts much. */
static void accounts_that_are_behind_do_not_crowd_the_memory(void)
{
	enum { MERCHANTS = 7, HOLDERS = 900, CACHE = 100 };
	struct temp_dir d = begin(
		&(struct sqlite_options){ .clock = standing_clock(), .account_cache = CACHE });
	static struct many many[HOLDERS];
	static char names[HOLDERS][16];
	struct store_counts counts;
	atomic_int left = HOLDERS;

	for (int i = 0; i < HOLDERS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "user:%d", i);
		many[i] = (struct many){ .ask = { "system", names[i], i, FORCE_FACT, NULL, 0, 0 },
					 .left = &left };
		many[i].ask.amount++;
		EXPECT_ERR(ERR_OK, submit_one(&many[i], MERCHANT + i % MERCHANTS));
	}
	UNTIL(atomic_load(&left) == 0);
	UNTIL((store_counts(store, &counts), counts.accounts_loaded <= CACHE));
	for (int i = 0; i < HOLDERS; i += MERCHANTS)
		EXPECT_INT(i + 1, balance_of(names[i]));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

/* False while somebody reads what is in it. */
static bool log_can_begin_anew(const char *dir)
{
	sqlite3 *db = NULL;
	char path[300];
	int code;

	(void)snprintf(path, sizeof(path), "%s/tael.db", dir);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	/* Until a connection has read something it knows of no log. */
	CHECK(sqlite3_exec(db, "select 1 from book", NULL, NULL, NULL) == SQLITE_OK);
	code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
	CHECK(code == SQLITE_OK || code == SQLITE_BUSY);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	return code == SQLITE_OK;
}

/* An account's row that is gone is its merchant's trouble and nobody else's. */
static void rows_that_cannot_be_flushed_cost_their_merchant_only(void)
{
	struct temp_dir d = begin(&(struct sqlite_options){ .clock = standing_clock() });
	struct move m = { "system", "user:1", 1, FORCE_FACT, NULL, 0, 0 };
	struct moved out = { 0 };

	EXPECT_ERR(ERR_OK, write_move(&m));
	EXPECT_ERR(ERR_OK, store_write(store, OTHER, move, &m, &out));
	EXPECT_INT(0, sql_i(d.path, "select sum(watermark) from book"));
	sql_do(d.path, "delete from account where merchant_id = 77 and holder = 'user:1'");
	quiet(true);
	/* Each time that nothing is asked for a while, one of them is flushed. */
	UNTIL((atomic_fetch_add(&stood, 1000),
	       sql_i(d.path, "select watermark from book where merchant_id = 78") == out.id));
	EXPECT_INT(0, sql_i(d.path, "select watermark from book where merchant_id = 77"));
	EXPECT(store_ready(store));
	for (int i = 0; i < 3; i++)
		EXPECT_ERR(ERR_CORRUPT, write_move(&m));
	/* What was read for it has ended: nobody stands in the way of emptying the log. */
	EXPECT(log_can_begin_anew(d.path));
	EXPECT_ERR(ERR_OK, store_write(store, OTHER, move, &m, &(struct moved){ 0 }));
	quiet(false);
	finish(&d);
}

static void copy_file(const char *from, const char *to, const char *name)
{
	char path[300], bytes[65536];
	FILE *in, *out;

	(void)snprintf(path, sizeof(path), "%s/%s", from, name);
	in = fopen(path, "rb");
	(void)snprintf(path, sizeof(path), "%s/%s", to, name);
	out = fopen(path, "wb");
	CHECK(in && out);
	for (size_t n; (n = fread(bytes, 1, sizeof(bytes), in)) > 0;)
		CHECK(fwrite(bytes, 1, n, out) == n);
	CHECK(fclose(in) == 0 && fclose(out) == 0);
}

/* As a kill leaves it: the files of a store at work, opened somewhere else. */
static void i2_i8_the_journal_is_replayed_where_rows_are_behind(void)
{
	static const int64_t TAILS[] = { 7, 100000 };

	for (size_t i = 0; i < sizeof(TAILS) / sizeof(TAILS[0]); i++) {
		struct temp_dir d = begin(&(struct sqlite_options){ .tail_rows = TAILS[i] });
		struct temp_dir copy = temp_dir_make();
		struct store *first = store, *reading;
		int64_t is = -1;

		pay_everybody(0, 130);
		copy_file(d.path, copy.path, "tael.db");
		copy_file(d.path, copy.path, "tael.db-wal");
		/* Nobody writes: a reader adds the tail by itself. */
		EXPECT_ERR(ERR_OK, sqlite_store_open_reading(copy.path, clock_system(), &reading));
		EXPECT_ERR(ERR_OK, store_read(reading, MERCHANT, balance, "user:7", &is));
		EXPECT_INT(3, is);
		store_close(reading);

		CHECK(sqlite_store_open(
			      &(struct sqlite_options){ .dir = copy.path, .clock = clock_system() },
			      &store) == ERR_OK);
		EXPECT_INT(3, read_balance("user:7"));
		EXPECT_INT(-130, read_balance("system"));
		EXPECT_INT(2, balance_of("user:49"));
		EXPECT_STR("", audit(copy.path));
		store_close(store);
		EXPECT_STR("", audit(copy.path));
		store = first;
		temp_dir_remove(&copy);
		finish(&d);
	}
}

static const struct tap_test TESTS[] = {
	TEST(a_reader_sees_what_was_when_it_began),
	TEST(what_was_flushed_is_kept_for_older_readers),
	TEST(many_accounts_come_and_go),
	TEST(s0_03_each_reader_sees_what_was_answered),
	TEST(rows_are_behind_until_nothing_is_to_be_done),
	TEST(accounts_that_are_behind_do_not_crowd_the_memory),
	TEST(rows_that_cannot_be_flushed_cost_their_merchant_only),
	TEST(i2_i8_the_journal_is_replayed_where_rows_are_behind),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
