/* migrate.c - `tael migrate` */
#include "cli/options.h"
#include "cli/world.h"
#include "store/sqlite/sqlite.h"
#include "sys/cleanup.h"

#include <stdio.h>
#include <string.h>

static int run(int argc, char **argv);
static enum err apply(const char *dir, struct migration_counts *before,
		      struct migration_counts *after);
static void print(const struct migration_counts *c, int done, bool json);

const struct command CMD_MIGRATE = {
	.noun = "migrate",
	.summary = "bring the store's tables to the shape this program knows",
	.help = "usage: tael migrate [status] [--data DIR] [--json]\n"
		"\n"
		"`tael serve` does this by itself when it starts; stop it before you run this.\n"
		"Each step is one transaction.  `status` only looks: it exits 3 when steps are\n"
		"missing.\n"
		"\n"
		"  --data DIR   the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json       print {\"applied\",\"known\",\"done_now\"}\n"
		"\n"
		"  tael migrate status\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	struct migration_counts before = { 0 }, after = { 0 };
	const char *dir, *what;
	bool json, look;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_ARGUMENT_MAYBE("status", &what),
		OPT_JSON(&json),
	};
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	look = what != NULL;
	if (look && strcmp(what, "status") != 0)
		return cli_usage(argv[0], "unexpected argument '%s'", what);
	e = look ? sqlite_store_migrations(dir, &after) : apply(dir, &before, &after);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	print(&after, look ? 0 : after.applied - before.applied, json);
	return after.applied < after.known ? CLI_FOUND : CLI_OK;
}

static enum err apply(const char *dir, struct migration_counts *before,
		      struct migration_counts *after)
{
	CLEANUP(world_close) struct world w = { 0 };
	const struct world_ask ask = { .dir = dir, .mode = WORLD_WRITE };

	TRY(sqlite_store_migrations(dir, before));
	TRY(world_open(&ask, &w));
	return sqlite_store_migrations(dir, after);
}

static void print(const struct migration_counts *c, int done, bool json)
{
	if (json)
		printf("{\"applied\":%d,\"known\":%d,\"done_now\":%d}\n", c->applied, c->known,
		       done);
	else
		printf("%d of %d steps are applied, %d of them now\n", c->applied, c->known, done);
}
