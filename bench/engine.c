/* engine.c - how fast the store posts transfers, without HTTP around it.
 *
 *   engine [-n TRANSFERS] [-a ACCOUNTS] [-d DIR] [NAME]
 *
 * A transfer is what POST /v1/transfers does to the store: look for its request key, load two
 * accounts, post, remember the key.  Runs every measure, or only NAME, each in a fresh store in DIR
 * (default: TMPDIR), and prints a line each:
 *   {"name":"single_64","transfers":N,"ms":N,"per_second":N,"cpu_ns":N,"per_commit":N}
 * cpu_ns is the time that the whole process computed, for each transfer.  `bulk` is the engine
 * alone: the same rows put by prepared statements, 1000 a transaction, with nothing decided.
 */
#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/crypto.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MERCHANT = 1, POINTS = 2, PER_CLOSURE_MAX = 8000, THREADS_MAX = 8 };

struct measure {
	const char *name;
	int threads, waiting; /* each thread keeps so many closures waiting */
	int per_closure;
	bool hot; /* all from one account */
};

static const struct measure MEASURES[] = {
	{ "single_1", 1, 1, 1, false },      { "single_64", 2, 32, 1, false },
	{ "single_256", 4, 64, 1, false },   { "hot_256", 4, 64, 1, true },
	{ "batch_100", 1, 2, 100, false },   { "batch_1000", 1, 2, 1000, false },
	{ "batch_8000", 1, 1, 8000, false },
};

static struct {
	int64_t transfers;
	int accounts;
	char dir[256], only[32];
} args = { .transfers = 200000, .accounts = 100000 };

/* A closure of one thread, asked again as soon as it was answered. */
struct slot {
	struct slot *next; /* free */
	struct worker *worker;
	int64_t number; /* of its first transfer */
	int64_t n;
};

struct worker {
	pthread_t thread;
	const struct measure *measure;
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct slot *slots, *free;
	int under_way;
};

static struct store *store;
static struct clock *the_clock;
static atomic_int_fast64_t given, failures;

static void read_args(int argc, char **argv);
static void run(const struct measure *m);
static void *work(void *worker);
static void run_bulk(void);
static enum err post(struct tx *tx, const void *ask, void *answer);
static enum err open_accounts(struct tx *tx, const void *ask, void *answer);
static void answered(void *arg, const struct outcome *o);
static void print(const char *name, int64_t n, int64_t wall_ns, int64_t cpu_ns, int64_t commits);
static int64_t now_ns(void);
static int64_t cpu_used_ns(void);

int main(int argc, char **argv)
{
	crypto_start();
	the_clock = clock_system();
	read_args(argc, argv);
	for (size_t i = 0; i < sizeof(MEASURES) / sizeof(MEASURES[0]); i++) {
		if (args.only[0] == '\0' || strcmp(args.only, MEASURES[i].name) == 0)
			run(&MEASURES[i]);
	}
	if (args.only[0] == '\0' || strcmp(args.only, "bulk") == 0)
		run_bulk();
	return 0;
}

static void read_args(int argc, char **argv)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(args.dir, sizeof(args.dir), "%s", base ? base : "/tmp");
	for (int c; (c = getopt(argc, argv, "n:a:d:")) != -1;) {
		if (c == 'n')
			args.transfers = strtoll(optarg, NULL, 10);
		else if (c == 'a')
			args.accounts = (int)strtol(optarg, NULL, 10);
		else if (c == 'd')
			(void)snprintf(args.dir, sizeof(args.dir), "%s", optarg);
		else
			exit(2);
	}
	if (optind < argc)
		(void)snprintf(args.only, sizeof(args.only), "%s", argv[optind]);
	if (args.accounts < 2 || args.transfers < 1)
		exit(2);
}

static void make_dir(char path[300])
{
	(void)snprintf(path, 300, "%s/tael-bench-XXXXXX", args.dir);
	if (!mkdtemp(path)) {
		perror(path);
		exit(1);
	}
}

static void remove_dir(const char *path)
{
	static const char *const FILES[] = { "tael.db", "tael.db-wal", "tael.db-shm", "lock" };
	char file[400];

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", path, FILES[i]);
		(void)unlink(file);
	}
	(void)rmdir(path);
}

static void run(const struct measure *m)
{
	struct worker workers[THREADS_MAX] = { 0 };
	struct store_counts before, after;
	char dir[300];

	make_dir(dir);
	CHECK(sqlite_store_open(
		      &(struct sqlite_options){ .dir = dir, .clock = the_clock, .create = true },
		      &store) == ERR_OK);
	for (int from = 0; from < args.accounts; from += 5000)
		CHECK(store_write(store, MERCHANT, open_accounts, &from, NULL) == ERR_OK);
	atomic_store(&given, 0);
	store_counts(store, &before);

	int64_t wall = now_ns(), cpu = cpu_used_ns();

	for (int i = 0; i < m->threads; i++) {
		workers[i].measure = m;
		CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
	}
	for (int i = 0; i < m->threads; i++)
		(void)pthread_join(workers[i].thread, NULL);
	wall = now_ns() - wall;
	cpu = cpu_used_ns() - cpu;
	store_counts(store, &after);
	if (atomic_load(&failures) != 0)
		fprintf(stderr, "%lld closures failed\n", (long long)atomic_load(&failures));
	print(m->name, args.transfers, wall, cpu, (int64_t)(after.commits - before.commits));
	store_close(store);
	remove_dir(dir);
}

static void *work(void *worker)
{
	struct worker *w = worker;
	const struct measure *m = w->measure;

	CHECK(pthread_mutex_init(&w->lock, NULL) == 0 && pthread_cond_init(&w->freed, NULL) == 0);
	w->slots = calloc((size_t)m->waiting, sizeof(*w->slots));
	CHECK(w->slots != NULL);
	for (int i = 0; i < m->waiting; i++) {
		w->slots[i].worker = w;
		w->slots[i].next = w->free;
		w->free = &w->slots[i];
	}
	for (;;) {
		int64_t first = atomic_fetch_add(&given, m->per_closure);
		struct slot *s;

		if (first >= args.transfers)
			break;
		pthread_mutex_lock(&w->lock);
		while (!w->free)
			pthread_cond_wait(&w->freed, &w->lock);
		s = w->free;
		w->free = s->next;
		w->under_way++;
		pthread_mutex_unlock(&w->lock);
		s->number = first;
		s->n = args.transfers - first < m->per_closure ? args.transfers - first
							       : m->per_closure;
		CHECK(store_submit(store, MERCHANT, post, s, NULL, answered, s) == ERR_OK);
	}
	pthread_mutex_lock(&w->lock);
	while (w->under_way > 0)
		pthread_cond_wait(&w->freed, &w->lock);
	pthread_mutex_unlock(&w->lock);
	free(w->slots);
	return NULL;
}

static void answered(void *arg, const struct outcome *o)
{
	struct slot *s = arg;
	struct worker *w = s->worker;

	if (o->code != ERR_OK)
		atomic_fetch_add(&failures, 1);
	pthread_mutex_lock(&w->lock);
	s->next = w->free;
	w->free = s;
	w->under_way--;
	pthread_cond_signal(&w->freed);
	pthread_mutex_unlock(&w->lock);
}

/* --- the closures --- */

static void holder_of(int64_t n, char out[32])
{
	(void)snprintf(out, 32, "user:%" PRId64, n);
}

/* Any account, the same in every run. */
static int64_t picked(int64_t n)
{
	uint64_t h = (uint64_t)n * UINT64_C(0x9E3779B97F4A7C15);

	return (int64_t)((h ^ h >> 31) % (uint64_t)args.accounts);
}

static enum err open_accounts(struct tx *tx, const void *ask, void *answer)
{
	int from = *(const int *)ask;
	struct account *a;
	char holder[32];

	(void)answer;
	for (int i = from; i < from + 5000 && i < args.accounts; i++) {
		holder_of(i, holder);
		TRY(tx_account(tx, str_of(holder), POINTS, &a));
	}
	return ERR_OK;
}

static enum err post(struct tx *tx, const void *ask, void *answer)
{
	static const uint8_t DIGEST[32] = { 1 };
	const struct slot *s = ask;
	bool hot = s->worker->measure->hot;
	static struct posting p[PER_CLOSURE_MAX];
	static char keys[PER_CLOSURE_MAX][40];

	(void)answer;
	for (int64_t i = 0; i < s->n; i++) {
		char from[32], to[32];
		struct rows r;
		bool found;
		int64_t n = s->number + i;

		(void)snprintf(keys[i], sizeof(keys[i]), "018f3c5a-0000-7000-%012" PRId64, n);
		TX_ONE(tx, &r, &found,
		       "select object from request_key where merchant_id = $1 and app_id = $2 and "
		       "kind = 1 and key = $3",
		       V_I(MERCHANT), V_I(7), V_T(keys[i]));
		TRY(rows_end(&r));
		CHECK(!found);
		holder_of(hot ? 0 : picked(2 * n), from);
		holder_of((hot ? 1 : 0) + picked(2 * n + 1) % (args.accounts - 1), to);
		p[i] = (struct posting){ .kind = POSTING_TRANSFER,
					 .force = FORCE_FACT,
					 .amount = 1,
					 .reason = 300002,
					 .app = 7,
					 .request_id = keys[i],
					 .ref = "",
					 .memo = "" };
		TRY(tx_account(tx, str_of(from), POINTS, &p[i].from));
		TRY(tx_account(tx, str_of(to), POINTS, &p[i].to));
		if (p[i].from == p[i].to)
			TRY(tx_account(tx, str_of("system"), POINTS, &p[i].to));
	}
	for (int64_t i = 0; i < s->n; i++) {
		struct transfer t;

		TRY(tx_post(tx, &p[i], &t));
		TX_PUT(tx, 1,
		       "insert into request_key (merchant_id, app_id, kind, key, object, digest) "
		       "values ($1, $2, 1, $3, $4, $5)",
		       V_I(MERCHANT), V_I(7), V_T(keys[i]), V_I(t.id), V_B(DIGEST, 32));
	}
	return ERR_OK;
}

/* --- the engine alone --- */

static void must(int code, sqlite3 *db)
{
	if (code != SQLITE_OK && code != SQLITE_DONE) {
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static void bulk_row(sqlite3 *db, sqlite3_stmt *row, sqlite3_stmt *key, int64_t n)
{
	char text[40];

	(void)snprintf(text, sizeof(text), "018f3c5a-0000-7000-%012" PRId64, n);
	for (int i = 1; i <= 25; i++)
		must(sqlite3_bind_int64(row, i, i == 2 ? (INT64_C(1) << 60) + n : n % 1000 + 1),
		     db);
	must(sqlite3_bind_int64(row, 4, 1), db);
	must(sqlite3_bind_text(row, 20, text, -1, SQLITE_STATIC), db);
	must(sqlite3_bind_null(row, 22), db);
	must(sqlite3_bind_null(row, 23), db);
	must(sqlite3_step(row), db);
	must(sqlite3_reset(row), db);
	must(sqlite3_bind_text(key, 1, text, -1, SQLITE_STATIC), db);
	must(sqlite3_bind_int64(key, 2, n), db);
	must(sqlite3_step(key), db);
	must(sqlite3_reset(key), db);
}

static void run_bulk(void)
{
	static const char ROW[] =
		"insert into transfer values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?, ?, ?, ?, ?, ?, ?, ?)";
	static const char KEY[] = "insert into request_key values (1, 7, 1, ?, ?, zeroblob(32))";
	sqlite3 *db;
	sqlite3_stmt *row, *key;
	char dir[300], path[400];

	make_dir(dir);
	CHECK(sqlite_store_open(
		      &(struct sqlite_options){ .dir = dir, .clock = the_clock, .create = true },
		      &store) == ERR_OK);
	store_close(store);
	(void)snprintf(path, sizeof(path), "%s/tael.db", dir);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	must(sqlite3_exec(db,
			  "pragma synchronous = full; pragma wal_autocheckpoint = 4000; "
			  "pragma cache_size = -65536",
			  NULL, NULL, NULL),
	     db);
	must(sqlite3_prepare_v2(db, ROW, -1, &row, NULL), db);
	must(sqlite3_prepare_v2(db, KEY, -1, &key, NULL), db);

	int64_t wall = now_ns(), cpu = cpu_used_ns();

	for (int64_t n = 0; n < args.transfers; n++) {
		if (n % 1000 == 0)
			must(sqlite3_exec(db, "begin immediate", NULL, NULL, NULL), db);
		bulk_row(db, row, key, n);
		if (n % 1000 == 999 || n == args.transfers - 1)
			must(sqlite3_exec(db, "commit", NULL, NULL, NULL), db);
	}
	print("bulk", args.transfers, now_ns() - wall, cpu_used_ns() - cpu,
	      (args.transfers + 999) / 1000);
	must(sqlite3_finalize(row), db);
	must(sqlite3_finalize(key), db);
	must(sqlite3_close(db), db);
	remove_dir(dir);
}

/* --- */

static void print(const char *name, int64_t n, int64_t wall_ns, int64_t cpu_ns, int64_t commits)
{
	printf("{\"name\":\"%s\",\"transfers\":%" PRId64 ",\"ms\":%" PRId64
	       ",\"per_second\":%" PRId64 ",\"cpu_ns\":%" PRId64 ",\"per_commit\":%" PRId64 "}\n",
	       name, n, wall_ns / 1000000, n * 1000000 / (wall_ns / 1000 + 1), cpu_ns / n,
	       commits > 0 ? n / commits : 0);
	(void)fflush(stdout);
}

static int64_t now_ns(void)
{
	struct timespec t;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cpu_used_ns(void)
{
	struct rusage u;

	CHECK(getrusage(RUSAGE_SELF, &u) == 0);
	return ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000 +
	       ((int64_t)u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
}
