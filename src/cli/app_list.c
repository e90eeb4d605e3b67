/* app_list.c - `tael app list` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"

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
	return admin_list_command(argc, argv, "app.list", show);
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
