/* app_set.c - `tael app set` */
#include "base/id.h"
#include "cli/admin.h"
#include "cli/options.h"
#include "sys/cleanup.h"

#include <stdio.h>
#include <string.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_APP_SET = {
	.noun = "app",
	.verb = "set",
	.summary = "set what is done with an app's money at the end of a month",
	.help = "usage: tael app set APP --sweep yes|no [--merchant MERCHANT] [--data DIR] "
		"[--json]\n"
		"\n"
		"Clearing only counts, unless the app is swept: then what a month leaves on its\n"
		"accounts goes to system when the month is cleared.\n"
		"\n"
		"  --sweep yes|no        no where nothing was set\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"app\",\"sweep\"}\n"
		"\n"
		"  tael app set app_0HZX3K9F2M7QA --sweep yes\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *app, *sweep;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_ARGUMENT("APP", &app),
		OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("sweep", &sweep),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (strcmp(sweep, "yes") != 0 && strcmp(sweep, "no") != 0)
		return cli_usage(argv[0], "--sweep is yes or no");
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_text(&args, "app", app);
	jout_bool(&args, "sweep", strcmp(sweep, "yes") == 0);
	return admin_command(argv[0], dir, "app.set", &args, json, show);
}

static void show(struct jin *r)
{
	char app[ID_TEXT] = "";
	bool sweep = false;

	jin_text(r, "app", JIN_NEEDED, app, sizeof(app));
	jin_bool(r, "sweep", JIN_NEEDED, &sweep);
	printf("%s %s\n", app, sweep ? "is swept when a month is cleared" : "is not swept");
}
