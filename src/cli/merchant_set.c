/* merchant_set.c - `tael merchant set` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

#include <string.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_MERCHANT_SET = {
	.noun = "merchant",
	.verb = "set",
	.summary = "change a merchant's name, its late money, its reversals",
	.help = "usage: tael merchant set MERCHANT [--name NAME] [--late-money refund|accept]\n"
		"                         [--forced-reversal refuse|allow] [--data DIR] [--json]\n"
		"\n"
		"Money that comes for an order that is closed waits in suspense; then it is\n"
		"refunded (the default) or accepted, which pays the order after all.\n"
		"A reversal takes no account below zero (the default), or may when it says\n"
		"force and its key has scope full.\n"
		"\n"
		"  --name NAME         how people call it\n"
		"  --late-money WHAT   refund or accept\n"
		"  --forced-reversal WHAT  refuse or allow\n"
		"  --data DIR          the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json              print {\"merchant\":\"mer_...\"}\n"
		"\n"
		"  tael merchant set mer_0HZX3K9F2M7QA --late-money accept\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *name, *late, *forced;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_ARGUMENT("MERCHANT", &merchant),
		OPT_TEXT("name", &name),
		OPT_TEXT("late-money", &late),
		OPT_TEXT("forced-reversal", &forced),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (!name && !late && !forced)
		return cli_usage(argv[0], "nothing to change");
	if (late && strcmp(late, "refund") != 0 && strcmp(late, "accept") != 0)
		return cli_usage(argv[0], "--late-money is refund or accept");
	if (forced && strcmp(forced, "refuse") != 0 && strcmp(forced, "allow") != 0)
		return cli_usage(argv[0], "--forced-reversal is refuse or allow");
	admin_begin(&args);
	jout_text(&args, "merchant", merchant);
	if (name)
		jout_text(&args, "name", name);
	if (late)
		jout_bool(&args, "accept_late", strcmp(late, "accept") == 0);
	if (forced)
		jout_bool(&args, "forced_reversal", strcmp(forced, "allow") == 0);
	return admin_command(argv[0], dir, "merchant.set", &args, json, show);
}

static void show(struct jin *r)
{
	show_field(r, &(struct show_column){ "merchant", "merchant", SHOW_TEXT });
}
