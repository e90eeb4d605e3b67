/* engine.c - how fast the store posts transfers, with no HTTP before it.
 *
 *   engine fund [-a ACCOUNTS] DIR MERCHANT APP
 *   engine run  [-a ACCOUNTS] [-b BATCH] [-n TRANSFERS] [-s SECONDS] [-h] [-u] DIR MERCHANT APP
 *
 * DIR was made by `tael init`; the merchant has the asset "gold", reason 300001 from system to user
 * and 300002 from user to user.  `fund` issues units and gives some to each of user:0000000001 to
 * ACCOUNTS (default 100,000); `run` posts between these what store_post is asked for, BATCH
 * (default 1,000) at a time: the next batch is put together while one is on its way.  It ends after
 * TRANSFERS (default 1,000,000) or SECONDS (default 8, 0: no end), whichever is first.  With -h
 * nine of ten are between one of four accounts and any other; with -u request ids are of chance,
 * else they follow the time.  Prints one line:
 *   {"transfers":N,"ms":N,"per_second":N,"cpu_ns":N,"bytes_each":N,"per_commit":N,
 *    "anonymous_mib":N}
 * The time begins when all accounts are in memory and ends when the store is closed: flushed and
 * checkpointed.  cpu_ns (the whole process) and bytes_each (as /proc/self/io counts) are of one
 * transfer.  anonymous_mib is the memory just before closing.
 */
#include "app/transfer.h"
#include "base/check.h"
#include "store/sqlite/sqlite.h"
#include "sys/crypto.h"
#include "sys/rand.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { BATCH_MAX = 8000, SLICE = 5000, HOT = 4, UUID = 36, HOLDER = 16, MEMORY_FS = 0x01021994 };
enum { REASON_FUND = 300001, REASON_MOVE = 300002, UNITS = 1000000 };

static struct {
	bool fund, hot, random_ids;
	int64_t accounts, batch, transfers, seconds, merchant, app;
	const char *dir;
} args = { .accounts = 100000, .batch = 1000, .transfers = 1000000, .seconds = 8 };

/* One batch: put together, handed over, waited for. */
struct slot {
	struct post posts[BATCH_MAX];
	struct post_result results[BATCH_MAX];
	struct text {
		char request_id[UUID + 1], from[HOLDER], to[HOLDER];
	} texts[BATCH_MAX];
	size_t n;
	bool done;
	enum err code;
};

struct cost {
	int64_t wall_ns, cpu_ns, bytes;
};

static struct store *store;
static struct slot slots[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static uint64_t chance;

static void read_args(int argc, char **argv);
static void load_accounts(void);
static enum err touch(struct tx *tx, const void *ask, void *answer);
static void issue(void);
static int64_t post_all(void);
static void fill(struct slot *s, int64_t first, int64_t n);
static void put_holder(char out[HOLDER], int64_t n);
static void put_request_id(char out[UUID + 1]);
static uint64_t any(void);
static void hand_over(struct slot *s);
static void on_done(void *arg, const struct outcome *o);
static void wait_for(struct slot *s);
static struct cost spent(void);
static int64_t counted(const char *file, const char *name);
static int64_t now_ns(clockid_t clock);
static void must(enum err e);

int main(int argc, char **argv)
{
	struct store_counts before, after;
	struct cost from, to;
	int64_t n, memory;

	crypto_start();
	read_args(argc, argv);
	rand_bytes(rand_system(), &chance, sizeof(chance));
	must(sqlite_store_open(&(struct sqlite_options){ .dir = args.dir, .clock = clock_system() },
			       &store));
	store_rules_are(store, transfer_rules);
	if (args.fund)
		issue();
	else
		load_accounts();
	store_counts(store, &before);
	from = spent();
	n = post_all();
	memory = counted("/proc/self/status", "RssAnon:");
	store_counts(store, &after);
	store_close(store);
	to = spent();
	printf("{\"transfers\":%" PRId64 ",\"ms\":%" PRId64 ",\"per_second\":%" PRId64
	       ",\"cpu_ns\":%" PRId64 ",\"bytes_each\":%" PRId64 ",\"per_commit\":%" PRIu64
	       ",\"anonymous_mib\":%" PRId64 "}\n",
	       n, (to.wall_ns - from.wall_ns) / 1000000,
	       n * 1000000 / ((to.wall_ns - from.wall_ns) / 1000 + 1),
	       (to.cpu_ns - from.cpu_ns) / n, (to.bytes - from.bytes) / n,
	       (uint64_t)n / (after.commits > before.commits ? after.commits - before.commits : 1),
	       memory / 1024);
	return 0;
}

static void read_args(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct statfs fs;

	args.fund = strcmp(what, "fund") == 0;
	for (int c; (c = getopt(argc - 1, argv + 1, "a:b:n:s:hu")) != -1;) {
		int64_t n = optarg ? strtoll(optarg, NULL, 10) : 0;

		if (c == 'a')
			args.accounts = n;
		else if (c == 'b')
			args.batch = n;
		else if (c == 'n')
			args.transfers = n;
		else if (c == 's')
			args.seconds = n;
		else if (c == 'h')
			args.hot = true;
		else if (c == 'u')
			args.random_ids = true;
		else
			exit(2);
	}
	argv += optind + 1;
	if (argc - optind != 4 || (!args.fund && strcmp(what, "run") != 0) || args.batch < 1 ||
	    args.batch > BATCH_MAX || args.accounts <= HOT || args.transfers < 1 ||
	    id_read(ID_MERCHANT, str_of(argv[1]), &args.merchant) != ERR_OK ||
	    id_read(ID_APP, str_of(argv[2]), &args.app) != ERR_OK || statfs(argv[0], &fs) != 0 ||
	    fs.f_type == MEMORY_FS) {
		fprintf(stderr, "usage: engine fund|run [options] DIR MERCHANT APP, on a disk\n");
		exit(2);
	}
	args.dir = argv[0];
	if (args.fund) {
		args.transfers = args.accounts;
		args.seconds = 0;
	}
}

static void load_accounts(void)
{
	for (int64_t from = 1; from <= args.accounts; from += SLICE)
		must(store_write(store, args.merchant, touch, &from, NULL));
}

static enum err touch(struct tx *tx, const void *ask, void *answer)
{
	int64_t from = *(const int64_t *)ask;
	struct asset asset;

	(void)answer;
	TRY(asset_get(tx, STR("gold"), &asset));
	for (int64_t i = from; i < from + SLICE && i <= args.accounts; i++) {
		struct account *a;
		char holder[HOLDER];

		put_holder(holder, i);
		TRY(tx_account(tx, str_of(holder), asset.id, &a));
	}
	return ERR_OK;
}

static void issue(void)
{
	struct issue_ask ask = { .app = args.app,
				 .asset = "gold",
				 .amount = args.accounts * UNITS };
	struct transfer_view made;

	put_request_id(ask.request_id);
	must(store_write(store, args.merchant, transfer_issue, &ask, &made));
}

static int64_t post_all(void)
{
	int64_t end =
		args.seconds > 0 ? now_ns(CLOCK_MONOTONIC) + args.seconds * 1000000000 : INT64_MAX;
	int64_t n = 0;
	int turn = 0;

	fill(&slots[0], n, args.transfers);
	while (slots[turn].n > 0) {
		hand_over(&slots[turn]);
		n += (int64_t)slots[turn].n;
		fill(&slots[!turn], n, now_ns(CLOCK_MONOTONIC) < end ? args.transfers - n : 0);
		wait_for(&slots[turn]);
		turn = !turn;
	}
	CHECK(n > 0);
	return n;
}

/* The next batch, of at most n. */
static void fill(struct slot *s, int64_t first, int64_t n)
{
	s->n = (size_t)(n < args.batch ? n : args.batch);
	for (size_t i = 0; i < s->n; i++) {
		struct text *t = &s->texts[i];
		int64_t from = 1 + (int64_t)(any() % (uint64_t)args.accounts);
		int64_t to = 1 + (int64_t)(any() % (uint64_t)(args.accounts - 1));

		if (args.hot && any() % 10 < 9) {
			/* Both ways, so that none of the four runs dry. */
			from = 1 + (int64_t)(any() % HOT);
			to = HOT + 1 + (int64_t)(any() % (uint64_t)(args.accounts - HOT));
			if (any() % 2 == 0) {
				int64_t other = from;

				from = to;
				to = other;
			}
		} else if (to >= from) {
			to++;
		}
		put_request_id(t->request_id);
		put_holder(t->from, from);
		put_holder(t->to, args.fund ? first + (int64_t)i + 1 : to);
		s->posts[i] = (struct post){
			.app = args.app,
			.request_id = { t->request_id, UUID },
			.from = args.fund ? STR("system") : str_of(t->from),
			.to = str_of(t->to),
			.asset = STR("gold"),
			.amount = args.fund ? UNITS : 1,
			.reason = args.fund ? REASON_FUND : REASON_MOVE,
		};
	}
}

/* "user:0000000001" */
static void put_holder(char out[HOLDER], int64_t n)
{
	memcpy(out, "user:", 5);
	for (int i = HOLDER - 2; i >= 5; i--, n /= 10)
		out[i] = (char)('0' + n % 10);
	out[HOLDER - 1] = '\0';
}

/* A UUID of version 7, or with -u of version 4. */
static void put_request_id(char out[UUID + 1])
{
	static uint64_t count; /* orders what is of the same millisecond */
	uint64_t high = args.random_ids ? (any() & ~UINT64_C(0xf000)) | 0x4000
					: (uint64_t)(now_ns(CLOCK_REALTIME) / 1000000) << 16 |
						  0x7000 | (count++ & 0xfff);
	uint64_t low = any() >> 2 | UINT64_C(1) << 63;
	static const char HEX[] = "0123456789abcdef";

	for (int i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = HEX[(i < 16 ? high >> (60 - 4 * i) : low >> (124 - 4 * i)) & 15];
	}
	*out = '\0';
}

/* splitmix64 */
static uint64_t any(void)
{
	uint64_t z = chance += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static void hand_over(struct slot *s)
{
	s->done = false;
	must(store_post(store, args.merchant, s->posts, s->n, false, s->results, on_done, s));
}

/* On the writer's thread. */
static void on_done(void *arg, const struct outcome *o)
{
	struct slot *s = arg;

	pthread_mutex_lock(&lock);
	s->code = o->code;
	s->done = true;
	pthread_cond_signal(&answered);
	pthread_mutex_unlock(&lock);
}

static void wait_for(struct slot *s)
{
	pthread_mutex_lock(&lock);
	while (!s->done)
		pthread_cond_wait(&answered, &lock);
	pthread_mutex_unlock(&lock);
	must(s->code);
	for (size_t i = 0; i < s->n; i++) {
		const struct post_result *r = &s->results[i];

		if (r->code != ERR_OK || r->replayed) {
			fprintf(stderr, "engine: transfer %zu of a batch: %s %s %s\n", i,
				err_name(r->code), r->param, r->text);
			exit(1);
		}
	}
}

static struct cost spent(void)
{
	struct cost c = { .wall_ns = now_ns(CLOCK_MONOTONIC) };
	struct rusage u;

	CHECK(getrusage(RUSAGE_SELF, &u) == 0);
	c.cpu_ns = ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000 +
		   ((int64_t)u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
	c.bytes = counted("/proc/self/io", "write_bytes:");
	return c;
}

/* The number after a name in a file of the kernel. */
static int64_t counted(const char *file, const char *name)
{
	FILE *f = fopen(file, "r");
	size_t n = strlen(name);
	int64_t found = -1;
	char line[160];

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, n) == 0)
			found = strtoll(line + n, NULL, 10);
	}
	if (f)
		(void)fclose(f);
	return found;
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	CHECK(clock_gettime(clock, &t) == 0);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void must(enum err e)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "engine: %s: %s\n", err_name(e), err_text());
	exit(1);
}
