/* key_revoke.c - `tael key revoke` */
#include "cli/admin.h"
#include "cli/options.h"
#include "sys/cleanup.h"

#include <stdio.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_KEY_REVOKE = {
	.noun = "key",
	.verb = "revoke",
	.summary = "end a key, at once and for ever",
	.help = "usage: tael key revoke KEY [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"  KEY                   the key's id, as `tael key list` shows it: key_...\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"id\":\"key_...\"}\n"
		"\n"
		"  tael key revoke key_0HZX3K9F2M7QC\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *key;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_ARGUMENT("KEY", &key),
		OPT_TEXT("merchant", &merchant),
		OPT_JSON(&json),
	};

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_text(&args, "key", key);
	return admin_command(argv[0], dir, "key.revoke", &args, json, show);
}

static void show(struct jin *r)
{
	char id[64] = "";

	jin_text(r, "id", JIN_NEEDED, id, sizeof(id));
	printf("%s is revoked\n", id);
}
