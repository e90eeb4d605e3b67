/* killed_test.c - the process is killed, or its power fails, at any moment under full load: several
 * threads, requests that come twice, disks that fail meanwhile.  Each life goes on where the one
 * before it was ended, so it also proves that a store is ready again.
 *
 *   store_killed_test x_07_i2_killed_under_load 5000     that many kills
 *
 * A child works and writes the number of each acknowledged request into a pipe.
 */
#include "audit.h"
#include "killed_life.h"

#include "tap.h"
#include "verified.h"

#include <poll.h>
#include <sys/wait.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLOW 1
#endif
#endif
#ifndef SLOW
#define SLOW 0
#endif

static int kills = SLOW ? 40 : 500;

/* --- the parent --- */

static struct {
	bool number[NUMBERS_MAX];
	int n, highest, opened;
	int fresh[ASKED_MAX], fresh_n; /* of this life */
} heard;

/* When to kill: after so many acknowledgements, and not later than so many ms since the life began
 * or has opened its store. */
struct moment {
	int acknowledged, ms;
	bool opened;
};

static struct moment some_moment(unsigned *seed)
{
	switch (chance(seed, 4)) {
	case 0:
		return (struct moment){ .acknowledged = NUMBERS_MAX, .ms = (int)chance(seed, 25) };
	case 1:
		return (struct moment){ .acknowledged = NUMBERS_MAX,
					.ms = (int)chance(seed, 12),
					.opened = true };
	default:
		return (struct moment){ .acknowledged = 1 + (int)chance(seed, 120), .ms = 30000 };
	}
}

static int64_t now_ms(void)
{
	return clock_system()->mono_ms(clock_system());
}

static void hear(pid_t child, int from, struct moment m)
{
	int64_t end = now_ms() + (m.opened ? 30000 : m.ms);
	struct pollfd p = { .fd = from, .events = POLLIN };
	bool killed = false;
	int number, n = 0;
	ssize_t got;

	for (;;) {
		int64_t left = end - now_ms();

		if (!killed && (left <= 0 || n >= m.acknowledged)) {
			(void)kill(child, SIGKILL);
			killed = true;
		}
		if (!killed && poll(&p, 1, (int)left) == 0)
			continue;
		got = read(from, &number, sizeof(number));
		if (got != (ssize_t)sizeof(number))
			break;
		if (number == OPENED) {
			heard.opened++;
			end = m.opened ? now_ms() + m.ms : end;
			continue;
		}
		CHECK(number >= 0 && number < NUMBERS_MAX);
		heard.n += !heard.number[number];
		heard.number[number] = true;
		heard.fresh[heard.fresh_n++] = number;
		heard.highest = number > heard.highest ? number : heard.highest;
		n++;
	}
	EXPECT_INT(0, got);
}

/* Each that this life acknowledged has made its one transfer. */
static void look_for_fresh(const char *dir)
{
	sqlite3 *db;
	sqlite3_stmt *s = NULL;

	if (heard.fresh_n == 0)
		return;
	db = audit_db(dir);
	CHECK(sqlite3_prepare_v2(db,
				 "select count(*) from request_key k join transfer t"
				 " on t.merchant_id = k.merchant_id and t.id = k.object"
				 " and t.request_id = k.key where k.merchant_id = ?"
				 " and k.app_id = 9 and k.kind = 1 and k.key = ?",
				 -1, &s, NULL) == SQLITE_OK);
	for (int i = 0; i < heard.fresh_n && !tap_failed; i++) {
		char key[16];

		(void)snprintf(key, sizeof(key), "k%d", heard.fresh[i]);
		(void)sqlite3_bind_int64(s, 1, merchant_of(heard.fresh[i]));
		(void)sqlite3_bind_text(s, 2, key, -1, SQLITE_STATIC);
		if (sqlite3_step(s) != SQLITE_ROW || sqlite3_column_int(s, 0) != 1) {
			NOTE("%s was acknowledged and is lost", key);
			tap_failed = true;
		}
		(void)sqlite3_reset(s);
	}
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
}

static enum err count(struct tx *tx, const void *ask, void *answer)
{
	struct rows r;

	tx_get(tx, &r, ask, NULL, 0);
	*(int64_t *)answer = rows_next(&r) ? row_i(&r, 0) : -1;
	return rows_end(&r);
}

static int64_t count_of(const char *query)
{
	int64_t n = -1;

	CHECK(store_read(store, MERCHANT, count, query, &n) == ERR_OK);
	return n;
}

/* Opens what is left, as the next process would, and judges all of it. */
static void judge(const char *dir)
{
	struct verify_counts counts;

	open_store(dir, clock_system());
	EXPECT(store_ready(store));
	CALL(verified(store, &counts));
	EXPECT_INT(0, count_of("select count(*) - count(distinct request_id || merchant_id) from "
			       "transfer"));
	EXPECT_INT(0, count_of("select count(*) from request_key where kind = 1 and object not in "
			       "(select id from transfer)"));
	EXPECT(counts.transfers >= heard.n);
	store_close(store);
	store = NULL;
}

static void one_life(const struct temp_dir *d, enum trouble trouble, unsigned *seed)
{
	struct moment m = some_moment(seed);
	int pipes[2], status = 0;
	pid_t child;

	CHECK(pipe(pipes) == 0);
	(void)fflush(stdout);
	/* The last ones of the life before are asked for again: their answers may be lost. */
	life.first = heard.highest > WINDOW ? heard.highest - WINDOW : 0;
	life.trouble = trouble;
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		(void)close(pipes[0]);
		life.pipe = pipes[1];
		live(d->path, *seed);
	}
	(void)close(pipes[1]);
	heard.fresh_n = 0;
	hear(child, pipes[0], m);
	(void)close(pipes[0]);
	CHECK(waitpid(child, &status, 0) == child);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	if (!tap_failed)
		look_for_fresh(d->path);
}

static void lives(enum trouble trouble, int n)
{
	unsigned seed = 20261122 + (unsigned)trouble;
	int64_t acknowledged = 0, opened = 0;
	struct temp_dir d;

	for (int i = 0; i < n; i++) {
		if (i % LIVES_OF_A_STORE == 0) {
			memset(&heard, 0, sizeof(heard));
			d = temp_dir_make();
		}
		one_life(&d, trouble, &seed);
		if (!tap_failed && (i % JUDGED_EVERY == JUDGED_EVERY - 1 || i == n - 1))
			judge(d.path);
		if (tap_failed)
			NOTE("life %d of %s", i, d.path);
		if (tap_failed)
			return;
		if (i % LIVES_OF_A_STORE == LIVES_OF_A_STORE - 1 || i == n - 1) {
			acknowledged += heard.n;
			opened += heard.opened;
			temp_dir_remove(&d);
		}
	}
	NOTE("%d lives, %d of them opened the store, %d requests acknowledged", n, (int)opened,
	     (int)acknowledged);
	EXPECT(opened > n / 4 && acknowledged > n);
}

static void x_07_i2_killed_under_load(void)
{
	CALL(lives(KILLED, kills));
}

static void x_07_i2_power_cut_under_load(void)
{
	CALL(lives(POWER_CUT, (kills + 4) / 5));
}

static void k11_i2_disks_that_fail_under_load(void)
{
	CALL(lives(BROKEN_DISK, (kills + 9) / 10));
}

static const struct tap_test TESTS[] = {
	TEST(x_07_i2_killed_under_load),
	TEST(x_07_i2_power_cut_under_load),
	TEST(k11_i2_disks_that_fail_under_load),
};

int main(int argc, char **argv)
{
	if (argc > 2)
		kills = (int)strtol(argv[2], NULL, 10);
	crypto_start();
	faulty_register();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
