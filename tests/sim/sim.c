/* sim.c - plays one life, or many, from the command line:
 *
 *   sim --seed 7 --ops 10000 --seeds 100 --round 12 --crashes 1 --run-twice 0 --cache 0 \
 *       --tail 0
 *
 * Exits 1 and names the seed when one went wrong.
 */
#include "sim.h"

#include "base/str.h"
#include "sys/crypto.h"

#include <inttypes.h>

struct option {
	const char *name;
	int64_t value;
};

enum { SEED, OPS, SEEDS, ROUND, CRASHES, RUN_TWICE, CACHE, TAIL, OPTIONS };

static bool read_option(struct option *options, const char *name, const char *value)
{
	for (int i = 0; i < OPTIONS; i++) {
		if (strcmp(options[i].name, name) == 0 && value)
			return str_integer(str_of(value), 0, INT64_MAX, &options[i].value) ==
			       ERR_OK;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct option options[OPTIONS] = {
		{ "--seed", 1 },    { "--ops", 10000 },   { "--seeds", 1 }, { "--round", 12 },
		{ "--crashes", 1 }, { "--run-twice", 0 }, { "--cache", 0 }, { "--tail", 0 },
	};
	struct sim_tally tally = { .replays = 0 };
	char fault[SIM_FAULT_TEXT];

	for (int i = 1; i < argc; i += 2) {
		if (!read_option(options, argv[i], argv[i + 1])) {
			fprintf(stderr, "sim: %s is not understood\n", argv[i]);
			return 2;
		}
	}
	if (options[OPS].value >= MODEL_REQUESTS || options[ROUND].value < 1 ||
	    options[ROUND].value > SIM_ROUND_MAX) {
		fprintf(stderr, "sim: at most %d ops and %d a round\n", MODEL_REQUESTS - 1,
			SIM_ROUND_MAX);
		return 2;
	}
	crypto_start();
	for (int64_t i = 0; i < options[SEEDS].value; i++) {
		const struct sim_options o = {
			.seed = (uint64_t)(options[SEED].value + i),
			.ops = options[OPS].value,
			.round = (int)options[ROUND].value,
			.crashes = options[CRASHES].value != 0,
			.run_twice = options[RUN_TWICE].value != 0,
			.account_cache = (size_t)options[CACHE].value,
			.tail_rows = options[TAIL].value,
		};

		if (!sim_run(&o, &tally, fault)) {
			printf("not ok: %s\n", fault);
			return 1;
		}
		printf("ok: seed %" PRIu64 ", %" PRId64 " requests\n", o.seed, o.ops);
	}
	return 0;
}
