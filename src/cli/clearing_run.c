/* clearing_run.c - `tael clearing run` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

#include <inttypes.h>
#include <stdio.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_CLEARING_RUN = {
	.noun = "clearing",
	.verb = "run",
	.summary = "clear a month of every app, as the server does on the 1st",
	.help = "usage: tael clearing run [--month YYYY-MM] [--merchant MERCHANT] [--data DIR]\n"
		"                         [--json]\n"
		"\n"
		"Writes a row for each app and asset: what was there, came, went and is left,\n"
		"from the journal.  What is cleared stays as it is; a run that was interrupted\n"
		"goes on.  Money moves only from apps that are swept (`tael app set`).\n"
		"\n"
		"  --month YYYY-MM       a month of UTC+8 that is over (default: the last one)\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"month\",\"made\",\"found\",\"data\":[...]}\n"
		"\n"
		"  tael clearing run --month 2026-10\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *month;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_TEXT("month", &month),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	if (month)
		jout_text(&args, "month", month);
	return admin_command(argv[0], dir, "clearing.run", &args, json, show);
}

static void show(struct jin *r)
{
	static const struct show_column COLUMNS[] = {
		{ "app", "app", SHOW_TEXT },
		{ "asset", "asset", SHOW_TEXT },
		{ "opening", "opening", SHOW_INTEGER },
		{ "topped up", "topped_up", SHOW_INTEGER },
		{ "charged", "charged", SHOW_INTEGER },
		{ "rolled back", "rolled_back", SHOW_INTEGER },
		{ "other in", "other_in", SHOW_INTEGER },
		{ "other out", "other_out", SHOW_INTEGER },
		{ "closing", "closing", SHOW_INTEGER },
		{ "swept", "swept", SHOW_INTEGER },
	};
	char month[8] = "";
	int64_t made = 0, found = 0;

	jin_text(r, "month", JIN_NEEDED, month, sizeof(month));
	jin_integer(r, "made", JIN_NEEDED, 0, INT64_MAX, &made);
	jin_integer(r, "found", JIN_NEEDED, 0, INT64_MAX, &found);
	printf("%s: %" PRId64 " cleared, %" PRId64 " were before\n", month, made, found);
	show_table(r, "data", COLUMNS, CLI_COUNT(COLUMNS), "no apps");
}
