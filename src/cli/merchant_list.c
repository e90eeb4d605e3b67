/* merchant_list.c - `tael merchant list` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_MERCHANT_LIST = {
	.noun = "merchant",
	.verb = "list",
	.summary = "list the merchants",
	.help = "usage: tael merchant list [--data DIR] [--json]\n"
		"\n"
		"  --data DIR   the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json       print "
		"{\"data\":[{\"id\",\"name\",\"livemode\",\"late_money\",...}]}\n"
		"\n"
		"  tael merchant list --json\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir;
	bool json;
	const struct cli_option options[] = { OPT_DATA(&dir), OPT_JSON(&json) };

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	return admin_command(argv[0], dir, "merchant.list", &args, json, show);
}

static void show(struct jin *r)
{
	static const struct show_column COLUMNS[] = {
		{ "merchant", "id", SHOW_TEXT },
		{ "live", "livemode", SHOW_BOOL },
		{ "late money", "late_money", SHOW_TEXT },
		{ "added", "created_at", SHOW_TEXT },
		{ "name", "name", SHOW_TEXT },
	};

	show_table(r, "data", COLUMNS, CLI_COUNT(COLUMNS), "no merchants");
}
