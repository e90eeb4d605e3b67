/* sim_test.c - some lives of a store, each from its seed.  `tests/sim --seed N --ops N` plays one
 * more; a seed that found something is kept here.
 */
#include "sim.h"
#include "sys/crypto.h"

#include "tap.h"

enum { SEEDS = 40, OPS = 400 };

static struct sim_options of_seed(uint64_t seed)
{
	static const int ROUNDS[] = { 1, 4, 12, SIM_ROUND_MAX }, TAILS[] = { 0, 1, 20 };

	return (struct sim_options){
		.seed = seed,
		.ops = OPS,
		.run_twice = seed % 5 == 0,
		.crashes = seed % 2 == 1,
		.round = ROUNDS[seed / 2 % 4],
		.account_cache = seed % 3 == 0 ? 5 : 0,
		.tail_rows = TAILS[seed % 7 % 3],
	};
}

static void play(uint64_t seed, int64_t ops, struct sim_tally *tally)
{
	struct sim_options o = of_seed(seed);
	char fault[SIM_FAULT_TEXT];

	o.ops = ops;
	if (sim_run(&o, tally, fault))
		return;
	NOTE("%s", fault);
	EXPECT(!"a life that went as the model says");
}

static void x_01_i1_i8_lives_from_seeds(void)
{
	static const enum err CODES[] = {
		ERR_OK,           ERR_AMOUNT_RANGE,   ERR_ASSET_UNKNOWN,      ERR_REASON_UNKNOWN,
		ERR_SAME_ACCOUNT, ERR_FORBIDDEN,      ERR_REASON_NOT_ALLOWED, ERR_NOT_FOUND,
		ERR_CANCELLED,    ERR_NOT_REVERSIBLE, ERR_REVERSAL_EXCEEDS,   ERR_HOLD_OVER,
		ERR_CLOSED,       ERR_BALANCE_LIMIT,  ERR_NOT_EMPTY,          ERR_HOLDER_UNKNOWN,
		ERR_INVALID,      ERR_CONFLICT,       ERR_INSUFFICIENT,       ERR_FROZEN,
		ERR_RATE_UNKNOWN,
	};
	struct sim_tally tally = { .replays = 0 };

	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		CALL(play(seed, seed / 2 % 4 == 0 ? OPS / 4 : OPS, &tally));
	/* All of it was met: answers of every kind, and whatever may go wrong. */
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		NOTE("%s: %d", err_name(CODES[i]), (int)tally.answers[CODES[i]]);
		EXPECT(tally.answers[CODES[i]] > 0);
	}
	NOTE("%d replays, %d not heard, %d kills that forgot %d, %d restarts, %d steps back",
	     (int)tally.replays, (int)tally.unheard, (int)tally.crashes, (int)tally.forgotten,
	     (int)tally.restarts, (int)tally.steps_back);
	for (int kind = 0; kind < MODEL_KINDS; kind++) {
		NOTE("kind %d: %d", kind, (int)tally.done[kind]);
		EXPECT(tally.done[kind] > 3);
	}
	NOTE("%d forced", (int)tally.forced);
	EXPECT(tally.forced > 10);
	NOTE("%d expired", (int)tally.expired);
	EXPECT(tally.expired > 10);
	NOTE("%d groups, %d of them stored whole, %d refused whole", (int)tally.groups,
	     (int)tally.whole_groups, (int)tally.refused_groups);
	EXPECT(tally.groups > 50 && tally.whole_groups > 10 && tally.refused_groups > 10);
	EXPECT(tally.replays > 300 && tally.unheard > 300 && tally.crashes > 10);
	EXPECT(tally.forgotten > 5 && tally.restarts > 20 && tally.steps_back > 100);
}

/* Whoever finds a seed that goes wrong adds it, with the requests that it took; the first two are
 * only long. */
static void x_01_longer_lives_and_those_that_went_wrong_once(void)
{
	static const struct {
		uint64_t seed;
		int64_t ops;
	} ONCE[] = {
		{ 1, 2000 },
		{ 10, 2000 },
	};

	struct sim_tally tally = { .replays = 0 };

	for (size_t i = 0; i < sizeof(ONCE) / sizeof(ONCE[0]); i++)
		CALL(play(ONCE[i].seed, ONCE[i].ops, &tally));
}

static void i1_one_by_one_or_at_once_is_one_journal(void)
{
	char fault[SIM_FAULT_TEXT];

	for (uint64_t seed = 100; seed < 106; seed++) {
		bool same = sim_same_journal(seed, 150, fault);

		if (!same)
			NOTE("seed %d: %s", (int)seed, fault);
		EXPECT(same);
	}
}

static const struct tap_test TESTS[] = {
	TEST(x_01_i1_i8_lives_from_seeds),
	TEST(x_01_longer_lives_and_those_that_went_wrong_once),
	TEST(i1_one_by_one_or_at_once_is_one_journal),
};

int main(int argc, char **argv)
{
	/* What a disk would keep is not asked here. */
	if (access("/dev/shm", W_OK | X_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 0);
	crypto_start();
	return tap_main(TESTS, sizeof(TESTS) / sizeof(TESTS[0]), argc > 1 ? argv[1] : NULL);
}
