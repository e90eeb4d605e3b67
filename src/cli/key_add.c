/* key_add.c - `tael key add` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

#include <stdio.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_KEY_ADD = {
	.noun = "key",
	.verb = "add",
	.summary = "make a key by which an app calls the API",
	.help = "usage: tael key add --app APP [--scope full|read|no_refund]\n"
		"                    [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"Makes a key and shows it this once; only a digest of it is kept.  It works\n"
		"at once, also while a server runs.\n"
		"\n"
		"  --app APP             the app that calls\n"
		"  --scope SCOPE         full (default); read; no_refund: all but refunds\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"id\":\"key_...\",\"key\":\"sk_test_...\"}\n"
		"\n"
		"  tael key add --app app_0HZX3K9F2M7QB --scope no_refund\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *app, *scope;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),          OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("app", &app), OPT_TEXT("scope", &scope),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_text(&args, "app", app);
	jout_text(&args, "scope", scope ? scope : "full");
	return admin_command(argv[0], dir, "key.add", &args, json, show);
}

static void show(struct jin *r)
{
	show_field(r, &(struct show_column){ "id", "id", SHOW_TEXT });
	show_field(r, &(struct show_column){ "key", "key", SHOW_TEXT });
	puts("\nThe key is not shown again.");
}
