/* key_list.c - `tael key list` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_KEY_LIST = {
	.noun = "key",
	.verb = "list",
	.summary = "list a merchant's keys; only their ends can be shown",
	.help = "usage: tael key list [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print "
		"{\"data\":[{\"id\",\"app\",\"scope\",\"ends_with\",...}]}\n"
		"\n"
		"  tael key list\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	return admin_list_command(argc, argv, "key.list", show);
}

static void show(struct jin *r)
{
	static const struct show_column COLUMNS[] = {
		{ "key", "id", SHOW_TEXT },           { "app", "app", SHOW_TEXT },
		{ "scope", "scope", SHOW_TEXT },      { "ends with", "ends_with", SHOW_TEXT },
		{ "added", "created_at", SHOW_TEXT }, { "revoked", "revoked_at", SHOW_TEXT },
	};

	show_table(r, "data", COLUMNS, CLI_COUNT(COLUMNS), "no keys");
}
