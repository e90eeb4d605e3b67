/* crash_test.c - the process is killed or the power fails, at any moment and at every write: what
 * was acknowledged is there, what is repeated is not done twice, and the books agree.
 *
 * A child works and writes the number of each acknowledged request into a pipe.  This process
 * starts no threads while it may still fork.
 */
#include "audit.h"
#include "faulty_vfs.h"
#include "kit.h"

#include "tap.h"

#include <errno.h>
#include <sys/wait.h>

enum { WINDOW = 16, NUMBERS_MAX = 20000 };

/* What was acknowledged, by number; and the highest number that may have been asked for. */
struct heard {
	bool number[NUMBERS_MAX];
	int n, highest;
};

static struct heard heard;
static int acknowledged; /* the child's end of the pipe */

static void key_of(int number, char key[16])
{
	(void)snprintf(key, 16, "k%d", number);
}

/* --- the child --- */

struct asked {
	struct move ask;
	struct moved answer;
	char key[16];
	int number;
	atomic_int *under_way;
};

static void tell(void *arg, const struct outcome *o)
{
	struct asked *a = arg;
	atomic_int *under_way = a->under_way;

	if (o->code == ERR_OK)
		CHECK(write(acknowledged, &a->number, sizeof(a->number)) == sizeof(a->number));
	free(a);
	atomic_fetch_sub(under_way, 1);
}

static void ask_for(int number, atomic_int *under_way)
{
	struct asked *a = calloc(1, sizeof(*a));

	CHECK(a != NULL);
	key_of(number, a->key);
	a->number = number;
	a->under_way = under_way;
	a->ask =
		(struct move){ "system", number % 3 ? "user:1" : "user:2", 1, FORCE_FACT, a->key, 0,
			       0 };
	atomic_fetch_add(under_way, 1);
	CHECK(store_submit(store, number % 5 ? MERCHANT : OTHER, move, &a->ask, &a->answer, tell,
			   a) == ERR_OK);
}

/* Works from number `first` on, until it is killed or has asked for `n`. */
static void work(const char *dir, struct sqlite_options o, int first, int n)
{
	atomic_int under_way = 0;

	quiet(true);
	o.dir = dir;
	o.clock = clock_system();
	CHECK(sqlite_store_open(&o, &store) == ERR_OK);
	for (int i = first; i < first + n; i++) {
		UNTIL(atomic_load(&under_way) < WINDOW);
		ask_for(i, &under_way);
	}
	UNTIL(atomic_load(&under_way) == 0);
	store_close(store);
	_exit(0);
}

/* --- the parent --- */

/* Hears what the child acknowledges; kills it once it has heard `kill_after`. */
static void hear(pid_t child, int from, int kill_after)
{
	int number, n = 0, status = 0;
	ssize_t got;

	while ((got = read(from, &number, sizeof(number))) == (ssize_t)sizeof(number)) {
		CHECK(number >= 0 && number < NUMBERS_MAX);
		heard.n += !heard.number[number];
		heard.number[number] = true;
		if (number > heard.highest)
			heard.highest = number;
		if (++n == kill_after)
			(void)kill(child, SIGKILL);
	}
	EXPECT_INT(0, got);
	(void)close(from);
	EXPECT_INT(child, waitpid(child, &status, 0));
	EXPECT(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
}

static pid_t child_of(int pipes[2])
{
	pid_t child;

	CHECK(pipe(pipes) == 0);
	(void)fflush(stdout);
	child = fork();
	CHECK(child >= 0);
	if (child != 0) {
		(void)close(pipes[1]);
		return child;
	}
	(void)close(pipes[0]);
	acknowledged = pipes[1];
	return 0;
}

/* Opens what is left, asks for everything again, and judges. */
static void repeat_all(const struct temp_dir *d, int highest)
{
	struct sqlite_options o = { .dir = d->path, .clock = clock_system() };
	int64_t transfers;

	EXPECT_STR("", audit(d->path));
	for (int i = 0; i <= highest; i++) {
		char query[100];

		(void)snprintf(query, sizeof(query),
			       "select count(*) from request_key where key = 'k%d'", i);
		if (heard.number[i])
			EXPECT_INT(1, sql_i(d->path, query));
	}
	EXPECT_ERR(ERR_OK, sqlite_store_open(&o, &store));
	for (int i = 0; i <= highest; i++) {
		char key[16];
		struct moved out = { 0 };
		struct move m = { "system", i % 3 ? "user:1" : "user:2", 1, FORCE_FACT, key, 0, 0 };

		key_of(i, key);
		EXPECT_ERR(ERR_OK, store_write(store, i % 5 ? MERCHANT : OTHER, move, &m, &out));
		EXPECT(out.replayed || !heard.number[i]);
	}
	store_close(store);
	store = NULL;
	transfers = sql_i(d->path, "select count(*) from transfer");
	EXPECT_INT(highest + 1, transfers);
	EXPECT_INT(highest + 1, sql_i(d->path, "select sum(balance) from account where holder in "
					       "('user:1', 'user:2')"));
	EXPECT_STR("", audit(d->path));
}

static void forget_what_was_heard(void)
{
	memset(&heard, 0, sizeof(heard));
	heard.highest = -1;
}

static void x_07_i2_killed_at_any_moment(void)
{
	struct temp_dir d = temp_dir_make();
	unsigned seed = 7;

	forget_what_was_heard();
	for (int round = 0; round < 12; round++) {
		struct sqlite_options o = { .create = round == 0, .checkpoint_pages = 200 };
		int pipes[2];
		pid_t child = child_of(pipes);

		if (child == 0)
			work(d.path, o, heard.highest + 1, 1000);
		seed = seed * 1103515245u + 12345u;
		CALL(hear(child, pipes[0], (int)(seed >> 16) % 150 + 1));
		EXPECT_STR("", audit(d.path));
	}
	EXPECT(heard.n > 100);
	CALL(repeat_all(&d, heard.highest + WINDOW));
	temp_dir_remove(&d);
}

/* --- at the points that matter most --- */

static atomic_int commits_left;

static void die_at_zero(void *self)
{
	(void)self;
	if (atomic_fetch_sub(&commits_left, 1) == 1)
		(void)kill(getpid(), SIGKILL);
}

static void killed_around_commits(bool after)
{
	struct temp_dir d = temp_dir_make();
	int lost = 0;

	forget_what_was_heard();
	for (int round = 0; round < 8; round++) {
		struct sqlite_options o = { .create = round == 0 };
		int pipes[2], before = heard.n;
		int64_t stored;
		pid_t child = child_of(pipes);

		if (after)
			o.after_commit = die_at_zero;
		else
			o.before_commit = die_at_zero;
		if (child == 0) {
			atomic_store(&commits_left, round + 1);
			work(d.path, o, heard.highest + 1, 1000);
		}
		CALL(hear(child, pipes[0], 0));
		/* Each commit but the last was acknowledged. */
		EXPECT(round == 0 || heard.n > before);
		stored = sql_i(d.path, "select count(*) from transfer");
		lost += stored > heard.n;
		heard.highest += WINDOW;
	}
	/* Dying before a commit, nothing more is stored than was told; after it, more is. */
	EXPECT(after ? lost > 0 : lost == 0);
	CALL(repeat_all(&d, heard.highest));
	temp_dir_remove(&d);
}

static void b16_killed_after_the_commit_before_the_answer(void)
{
	CALL(killed_around_commits(true));
}

static void i2_killed_right_before_the_commit(void)
{
	CALL(killed_around_commits(false));
}

/* --- at every write --- */

enum { FEW = 4 };

/* One after the other, so that each write is part of one commit; with checkpoints in between. */
static void work_slowly(const char *dir, bool count)
{
	struct sqlite_options o = {
		.dir = dir, .clock = clock_system(), .create = true, .checkpoint_pages = 12
	};
	atomic_int under_way = 0;
	int steps[2];

	quiet(true);
	atomic_store(&faulty.steps, 0);
	CHECK(sqlite_store_open(&o, &store) == ERR_OK);
	steps[0] = atomic_load(&faulty.steps);
	for (int i = 0; i < FEW; i++) {
		ask_for(i, &under_way);
		UNTIL(atomic_load(&under_way) == 0);
	}
	store_close(store);
	steps[1] = atomic_load(&faulty.steps);
	CHECK(!count || write(acknowledged, steps, sizeof(steps)) == sizeof(steps));
	_exit(0);
}

static void count_steps(int *made, int *steps)
{
	struct temp_dir d = temp_dir_make();
	int pipes[2], number;
	pid_t child = child_of(pipes);

	if (child == 0)
		work_slowly(d.path, true);
	*made = *steps = 0;
	while (read(pipes[0], &number, sizeof(number)) == (ssize_t)sizeof(number)) {
		*made = *steps;
		*steps = number;
	}
	(void)close(pipes[0]);
	(void)waitpid(child, NULL, 0);
	temp_dir_remove(&d);
}

/* Whoever dies while making a store leaves one that can be opened and is then made to its end. */
static void open_if_need_be(const struct temp_dir *d)
{
	struct sqlite_options o = { .dir = d->path, .clock = clock_system() };
	enum err e = sqlite_store_open(&o, &store);

	if (e == ERR_NOT_FOUND) {
		EXPECT_INT(0, heard.n);
		o.create = true;
		e = sqlite_store_open(&o, &store);
	}
	EXPECT_ERR(ERR_OK, e);
	store_close(store);
	store = NULL;
}

/* Every second step of the work from `first` on, and some of making the store. */
static void dies_at_each_step(int loss, int first)
{
	int made, steps;

	count_steps(&made, &steps);
	NOTE("%d steps, %d of them to make the store", steps, made);
	EXPECT(made > 20 && steps > made + 40);
	for (int k = first; k <= steps; k += k < made ? 14 : 2) {
		struct temp_dir d = temp_dir_make();
		int pipes[2];
		pid_t child;

		forget_what_was_heard();
		child = child_of(pipes);
		if (child == 0) {
			faulty_die_at(k, loss > 0 ? k : loss);
			work_slowly(d.path, false);
		}
		CALL(hear(child, pipes[0], 0));
		open_if_need_be(&d);
		if (!tap_failed)
			repeat_all(&d, FEW - 1);
		if (tap_failed)
			NOTE("step %d, %d acknowledged", k, heard.n);
		if (tap_failed)
			return;
		temp_dir_remove(&d);
	}
}

static void i2_x_07_killed_at_every_write(void)
{
	CALL(dies_at_each_step(LOSE_NOTHING, 2));
}

static void i2_x_07_power_lost_at_every_write(void)
{
	CALL(dies_at_each_step(LOSE_ALL, 1));
}

static void i2_x_07_power_lost_at_every_write_with_a_part_of_it_written(void)
{
	CALL(dies_at_each_step(1, 2));
}

static const struct tap_test TESTS[] = {
	TEST(x_07_i2_killed_at_any_moment),
	TEST(b16_killed_after_the_commit_before_the_answer),
	TEST(i2_killed_right_before_the_commit),
	TEST(i2_x_07_killed_at_every_write),
	TEST(i2_x_07_power_lost_at_every_write),
	TEST(i2_x_07_power_lost_at_every_write_with_a_part_of_it_written),
};

int main(int argc, char **argv)
{
	/* What a disk would keep is decided here, so a real one would add nothing but time. */
	if (access("/dev/shm", W_OK | X_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 0);
	crypto_start();
	faulty_register();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
