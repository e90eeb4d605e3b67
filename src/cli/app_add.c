/* app_add.c - `tael app add` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"

#include <stdio.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_APP_ADD = {
	.noun = "app",
	.verb = "add",
	.summary = "add an app: one integration of a merchant",
	.help = "usage: tael app add --name NAME [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"Adds an app and shows, this once, the secret that signs what is sent to the\n"
		"notify_url of its orders (Standard Webhooks).  Keys to call with come from\n"
		"`tael key add`.\n"
		"\n"
		"  --name NAME           how people call it; unique for the merchant\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"app\":\"app_...\",\"secret\":\"whsec_...\"}\n"
		"\n"
		"  tael app add --name webshop\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *name;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("name", &name),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_text(&args, "name", name);
	return admin_command(argv[0], dir, "app.add", &args, json, show);
}

static void show(struct jin *r)
{
	show_field(r, &(struct show_column){ "app", "app", SHOW_TEXT });
	show_field(r, &(struct show_column){ "signing secret", "secret", SHOW_TEXT });
	puts("\nThe secret is not shown again.  Make a key with `tael key add`.");
}
