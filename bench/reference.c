/* reference.c - how fast SQLite alone takes the row of a transfer: BULK, which the ledger's rates
 * are divided by.  It links nothing of Tael and decides nothing.
 *
 *   reference [-n ROWS] DIR
 *
 * Makes a database in DIR (not in memory: tmpfs is refused), inserts ROWS (default 1,000,000) rows
 * of ten columns, 1,000 a transaction, no index beside the primary key, WAL, synchronous FULL, a
 * PASSIVE checkpoint whenever the log has 20,000 pages, and removes it.  Prints one line:
 *   {"name":"bulk","rows":N,"ms":N,"per_second":N,"cpu_ns":N,"bytes_each":N,"settled_per_second":N}
 * cpu_ns and bytes_each are of one row; the bytes are those that /proc/self/io counts.  The time of
 * settled_per_second ends after a last checkpoint.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { ACCOUNTS = 100000, PER_COMMIT = 1000, MEMORY_FS = 0x01021994, KEY = 16 };

static const char SCHEMA[] = "pragma journal_mode = wal; pragma synchronous = full;"
			     "pragma wal_autocheckpoint = 20000; pragma cache_size = -65536;"
			     "create table transfer (id integer primary key, app integer,"
			     " request_id blob, debit integer, credit integer, amount integer,"
			     " reason text, at integer, debit_after integer, credit_after integer)";
static const char INSERT[] = "insert into transfer values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

struct cost {
	int64_t wall_ns, cpu_ns, bytes;
};

static struct cost spent(void);
static int64_t bytes_written(void);
static void must(int code, sqlite3 *db);
static void put(sqlite3 *db, sqlite3_stmt *s, int64_t n);
static int64_t picked(int64_t n);
static void put_key(unsigned char key[KEY], int64_t n);
static void remove_all(const char *path);

int main(int argc, char **argv)
{
	int64_t rows = 1000000;
	struct cost before, after;
	struct statfs fs;
	sqlite3 *db;
	sqlite3_stmt *s;
	char path[4096];

	for (int c; (c = getopt(argc, argv, "n:")) != -1;)
		rows = c == 'n' ? strtoll(optarg, NULL, 10) : 0;
	if (optind != argc - 1 || rows < 1 || statfs(argv[optind], &fs) != 0) {
		fprintf(stderr, "usage: reference [-n ROWS] DIR\n");
		return 2;
	}
	if (fs.f_type == MEMORY_FS) {
		fprintf(stderr, "reference: %s is in memory; name a folder on a disk\n",
			argv[optind]);
		return 2;
	}
	(void)snprintf(path, sizeof(path), "%s/reference-%d.db", argv[optind], (int)getpid());
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	must(sqlite3_open_v2(path, &db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			     NULL),
	     db);
	must(sqlite3_exec(db, SCHEMA, NULL, NULL, NULL), db);
	must(sqlite3_prepare_v3(db, INSERT, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL), db);
	before = spent();
	for (int64_t n = 0; n < rows; n++) {
		if (n % PER_COMMIT == 0)
			must(sqlite3_exec(db, "begin immediate", NULL, NULL, NULL), db);
		put(db, s, n);
		if (n % PER_COMMIT == PER_COMMIT - 1 || n == rows - 1)
			must(sqlite3_exec(db, "commit", NULL, NULL, NULL), db);
	}
	after = spent();
	must(sqlite3_finalize(s), db);
	must(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), db);
	printf("{\"name\":\"bulk\",\"rows\":%" PRId64 ",\"ms\":%" PRId64 ",\"per_second\":%" PRId64
	       ",\"cpu_ns\":%" PRId64 ",\"bytes_each\":%" PRId64 ",\"settled_per_second\":%" PRId64
	       "}\n",
	       rows, (after.wall_ns - before.wall_ns) / 1000000,
	       rows * 1000000 / ((after.wall_ns - before.wall_ns) / 1000 + 1),
	       (after.cpu_ns - before.cpu_ns) / rows, (after.bytes - before.bytes) / rows,
	       rows * 1000000 / ((spent().wall_ns - before.wall_ns) / 1000 + 1));
	must(sqlite3_close(db), db);
	remove_all(path);
	return 0;
}

static struct cost spent(void)
{
	struct cost c = { .bytes = bytes_written() };
	struct timespec t;
	struct rusage u;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	(void)getrusage(RUSAGE_SELF, &u);
	c.wall_ns = t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
	c.cpu_ns = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000000) +
		   (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * INT64_C(1000);
	return c;
}

/* -1 where the kernel does not count them. */
static int64_t bytes_written(void)
{
	FILE *f = fopen("/proc/self/io", "r");
	int64_t n = -1;
	char line[80];

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "write_bytes: ", 13) == 0)
			n = strtoll(line + 13, NULL, 10);
	}
	if (f)
		(void)fclose(f);
	return n;
}

static void must(int code, sqlite3 *db)
{
	if (code == SQLITE_OK || code == SQLITE_DONE)
		return;
	fprintf(stderr, "reference: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static void put(sqlite3 *db, sqlite3_stmt *s, int64_t n)
{
	unsigned char key[KEY];

	put_key(key, n);
	must(sqlite3_bind_int64(s, 1, n + 1), db);
	must(sqlite3_bind_int64(s, 2, 7), db);
	must(sqlite3_bind_blob(s, 3, key, KEY, SQLITE_STATIC), db);
	must(sqlite3_bind_int64(s, 4, picked(2 * n)), db);
	must(sqlite3_bind_int64(s, 5, picked(2 * n + 1)), db);
	must(sqlite3_bind_int64(s, 6, 1), db);
	must(sqlite3_bind_text(s, 7, "gift:red_packet:all", 19, SQLITE_STATIC), db);
	must(sqlite3_bind_int64(s, 8, INT64_C(1795000000000) + n / 500), db);
	must(sqlite3_bind_int64(s, 9, 1000000 - n % 1000), db);
	must(sqlite3_bind_int64(s, 10, 1000000 + n % 1000), db);
	must(sqlite3_step(s), db);
	must(sqlite3_reset(s), db);
}

/* Any account, the same in every run. */
static int64_t picked(int64_t n)
{
	uint64_t h = (uint64_t)n * UINT64_C(0x9E3779B97F4A7C15);

	return (int64_t)((h ^ h >> 31) % ACCOUNTS) + 1;
}

/* Time in front, then what no two have in common. */
static void put_key(unsigned char key[KEY], int64_t n)
{
	uint64_t low = (uint64_t)n * UINT64_C(0xD1342543DE82EF95);
	int64_t at = INT64_C(1795000000000) + n / 500;

	for (int i = 5; i >= 0; i--, at >>= 8)
		key[i] = (unsigned char)at;
	key[6] = (unsigned char)(n >> 8);
	key[7] = (unsigned char)n;
	memcpy(key + 8, &low, 8);
}

static void remove_all(const char *path)
{
	static const char *const MORE[] = { "", "-wal", "-shm" };
	char file[4104];

	for (size_t i = 0; i < sizeof(MORE) / sizeof(MORE[0]); i++) {
		(void)snprintf(file, sizeof(file), "%s%s", path, MORE[i]);
		(void)unlink(file);
	}
}
