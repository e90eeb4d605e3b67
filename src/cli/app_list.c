/* app_list.c - `tael app list` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_APP_LIST = {
	.noun = "app",
	.verb = "list",
	.summary = "list a merchant's apps",
	.help = "usage: tael app list [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print "
		"{\"data\":[{\"id\",\"name\",\"sweep\",\"created_at\"}]}\n"
		"\n"
		"  tael app list\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	return admin_command(argv[0], dir, "app.list", &args, json, show);
}

static void show(struct jin *r)
{
	static const struct show_column COLUMNS[] = {
		{ "app", "id", SHOW_TEXT },
		{ "added", "created_at", SHOW_TEXT },
		{ "swept", "sweep", SHOW_BOOL },
		{ "name", "name", SHOW_TEXT },
	};

	show_table(r, "data", COLUMNS, CLI_COUNT(COLUMNS), "no apps");
}
