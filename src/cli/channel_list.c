/* channel_list.c - `tael channel list` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_CHANNEL_LIST = {
	.noun = "channel",
	.verb = "list",
	.summary = "list a merchant's channel accounts",
	.help = "usage: tael channel list [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print "
		"{\"data\":[{\"id\",\"channel\",\"name\",\"identity\",\n"
		"                        "
		"\"version\",\"versions\",\"created_at\",\"notify_url\"}]}\n"
		"\n"
		"  tael channel list\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	return admin_list_command(argc, argv, "channel.list", show);
}

static void show(struct jin *r)
{
	static const struct show_column COLUMNS[] = {
		{ "account", "id", SHOW_TEXT },         { "channel", "channel", SHOW_TEXT },
		{ "name", "name", SHOW_TEXT },          { "identity", "identity", SHOW_TEXT },
		{ "version", "version", SHOW_INTEGER }, { "notify URL", "notify_url", SHOW_TEXT },
	};

	show_table(r, "data", COLUMNS, CLI_COUNT(COLUMNS), "no channel accounts");
}
