/* merchant_add.c - `tael merchant add` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_MERCHANT_ADD = {
	.noun = "merchant",
	.verb = "add",
	.summary = "add a merchant: a tenant with its own ledger, apps and channels",
	.help = "usage: tael merchant add --name NAME [--live] [--data DIR] [--json]\n"
		"\n"
		"Adds a merchant with the asset cny.  A test merchant's keys begin sk_test_\n"
		"and its channel accounts may not name the platforms' production hosts; a\n"
		"live one's do.  Which of the two it is never changes.\n"
		"\n"
		"  --name NAME   how people call it\n"
		"  --live        real money\n"
		"  --data DIR    the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json        print {\"merchant\":\"mer_...\"}\n"
		"\n"
		"  tael merchant add --name 'Tea House' --live\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *name;
	bool live, json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_NEEDED("name", &name),
		OPT_FLAG("live", &live),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	jout_text(&args, "name", name);
	jout_bool(&args, "live", live);
	return admin_command(argv[0], dir, "merchant.add", &args, json, show);
}

static void show(struct jin *r)
{
	show_field(r, &(struct show_column){ "merchant", "merchant", SHOW_TEXT });
}
