/* migrate_test.c - a store is brought to this program's tables, or left alone and refused. */
#include "audit.h"
#include "kit.h"

#include "tap.h"

static struct temp_dir closed_store(void)
{
	struct temp_dir d = begin(NULL);

	CHECK(issue(1000) == ERR_OK);
	store_close(store);
	store = NULL;
	return d;
}

static enum err open_again(const struct temp_dir *d)
{
	struct sqlite_options o = { .dir = d->path, .clock = clock_system() };

	return sqlite_store_open(&o, &store);
}

static enum err open_reading(const struct temp_dir *d)
{
	struct store *s = NULL;
	enum err e = sqlite_store_open_reading(d->path, clock_system(), &s);

	store_close(s);
	return e;
}

static void a_script_with_other_content_is_refused(void)
{
	struct temp_dir d = closed_store();
	struct migration_counts counts;

	sql_do(d.path, "update schema_migration set checksum = 'ff' || substr(checksum, 3) where "
		       "number = 2");
	EXPECT_ERR(ERR_CORRUPT, open_again(&d));
	EXPECT(strstr(err_text(), "0002_") != NULL);
	EXPECT_ERR(ERR_CORRUPT, open_reading(&d));
	EXPECT_ERR(ERR_CORRUPT, sqlite_store_migrations(d.path, &counts));
	temp_dir_remove(&d);
}

static void a_script_that_is_missing_in_the_middle_is_refused(void)
{
	struct temp_dir d = closed_store();

	sql_do(d.path, "delete from schema_migration where number = 2");
	EXPECT_ERR(ERR_CORRUPT, open_again(&d));
	temp_dir_remove(&d);
}

static void a_newer_store_is_refused_and_untouched(void)
{
	struct temp_dir d = closed_store();
	char before[65], after[65];

	sql_do(d.path, "insert into schema_migration values (9999, 'x', 1)");
	dump(d.path, before);
	EXPECT_ERR(ERR_CORRUPT, open_again(&d));
	EXPECT(strstr(err_text(), "newer") != NULL);
	EXPECT_ERR(ERR_CORRUPT, open_reading(&d));
	dump(d.path, after);
	EXPECT_STR(before, after);
	/* It was refused, not locked for ever. */
	sql_do(d.path, "delete from schema_migration where number = 9999");
	EXPECT_ERR(ERR_OK, open_again(&d));
	EXPECT_INT(1000, balance_of("system"));
	finish(&d);
}

/* A store of the program before marks gets those of all that is there. */
static void marks_of_old_transfers_are_made_up_for(void)
{
	static const char MARKS[] = "select count(*) from account_mark";
	enum { ISSUES = 1030 };
	struct temp_dir d = begin(NULL);
	char before[65], after[65];

	for (int i = 0; i < ISSUES; i++)
		EXPECT_ERR(ERR_OK, issue(1));
	store_close(store);
	EXPECT_INT(2, sql_i(d.path, MARKS));
	dump(d.path, before);
	sql_do(d.path, "drop table account_mark; delete from schema_migration where number >= 11");
	EXPECT_ERR(ERR_OK, open_again(&d));
	store_close(store);
	EXPECT_INT(2, sql_i(d.path, MARKS));
	dump(d.path, after);
	EXPECT_STR(before, after);
	EXPECT_STR("", audit(d.path));
	store = NULL;
	temp_dir_remove(&d);
}

/* The last script's tables but one are gone, so it has to run again, and runs into the one that is
 * left. */
static void a_script_that_fails_half_way_leaves_nothing(void)
{
	struct temp_dir d = closed_store();
	struct migration_counts counts;
	int64_t last = sql_i(d.path, "select max(number) from schema_migration");

	sql_do(d.path, "delete from schema_migration where number >= 3;"
		       "drop table orders; drop table attempt; drop table leg");
	EXPECT_ERR(ERR_STORE, open_again(&d));
	EXPECT(strstr(err_text(), "already exists") != NULL);
	EXPECT_INT(0, sql_i(d.path, "select count(*) from sqlite_schema where name in ('orders', "
				    "'attempt', 'leg')"));
	EXPECT_INT(2, sql_i(d.path, "select max(number) from schema_migration"));
	EXPECT_ERR(ERR_OK, sqlite_store_migrations(d.path, &counts));
	EXPECT_INT(2, counts.applied);
	EXPECT_INT(last, counts.known);
	EXPECT_STR("", audit(d.path));
	temp_dir_remove(&d);
}

static void an_older_store_is_brought_up_to_date_by_who_may_write(void)
{
	struct temp_dir d = closed_store();
	struct migration_counts counts;

	/* The first script's tables only, and money in them. */
	sqlite3 *db = audit_db(d.path);
	sqlite3_stmt *s = NULL;
	static char drops[8192];
	size_t n = 0;

	EXPECT_INT(SQLITE_OK,
		   sqlite3_prepare_v2(db,
				      "select name from sqlite_schema where type = 'table' and "
				      "name not in ('book', 'merchant', 'asset', 'reason', "
				      "'account', 'transfer', 'batch', 'hold', 'request_key', "
				      "'schema_migration') and name not like 'sqlite_%'",
				      -1, &s, NULL));
	while (sqlite3_step(s) == SQLITE_ROW)
		n += (size_t)snprintf(drops + n, sizeof(drops) - n, "drop table %s;",
				      (const char *)sqlite3_column_text(s, 0));
	EXPECT_INT(SQLITE_OK, sqlite3_finalize(s));
	EXPECT_INT(SQLITE_OK, sqlite3_close(db));
	EXPECT(n > 0 && n < sizeof(drops));
	sql_do(d.path, drops);
	sql_do(d.path, "delete from schema_migration where number > 1");

	EXPECT_ERR(ERR_CORRUPT, open_reading(&d));
	EXPECT(strstr(err_text(), "older") != NULL);
	EXPECT_ERR(ERR_OK, sqlite_store_migrations(d.path, &counts));
	EXPECT_INT(1, counts.applied);
	EXPECT_ERR(ERR_OK, open_again(&d));
	EXPECT_INT(1000, balance_of("system"));
	EXPECT_ERR(ERR_OK, issue(1));
	EXPECT_ERR(ERR_OK, sqlite_store_migrations(d.path, &counts));
	EXPECT_INT(counts.known, counts.applied);
	EXPECT_ERR(ERR_OK, open_reading(&d));
	EXPECT_STR("", audit(d.path));
	finish(&d);
}

static void what_is_no_store_is_refused(void)
{
	struct temp_dir d = temp_dir_make();
	char path[300];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tael.db", d.path);
	f = fopen(path, "w");
	EXPECT(f != NULL);
	for (int i = 0; i < 1000; i++)
		EXPECT(fprintf(f, "this is no database\n") > 0);
	EXPECT_INT(0, fclose(f));
	EXPECT_ERR(ERR_STORE, open_again(&d));
	EXPECT_ERR(ERR_STORE, open_reading(&d));
	temp_dir_remove(&d);
}

static const struct tap_test TESTS[] = {
	TEST(a_script_with_other_content_is_refused),
	TEST(a_script_that_is_missing_in_the_middle_is_refused),
	TEST(a_newer_store_is_refused_and_untouched),
	TEST(marks_of_old_transfers_are_made_up_for),
	TEST(a_script_that_fails_half_way_leaves_nothing),
	TEST(an_older_store_is_brought_up_to_date_by_who_may_write),
	TEST(what_is_no_store_is_refused),
};

int main(int argc, char **argv)
{
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
