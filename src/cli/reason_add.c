/* reason_add.c - `tael reason add` */
#include "base/str.h"
#include "cli/admin.h"
#include "cli/options.h"
#include "sys/cleanup.h"

#include <inttypes.h>
#include <stdio.h>

static int run(int argc, char **argv);
static void show(struct jin *r);

const struct command CMD_REASON_ADD = {
	.noun = "reason",
	.verb = "add",
	.summary = "add a reason for which a merchant's transfers move",
	.help = "usage: tael reason add --code N --name NAME --name-en NAME --from KIND --to KIND\n"
		"                       [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"Numbers below 100000 are Tael's own.  The same reason added again changes\n"
		"nothing.\n"
		"\n"
		"  --code N              100000 to 999999999\n"
		"  --name NAME           its name in Chinese\n"
		"  --name-en NAME        its name in English\n"
		"  --from KIND           the kind of holder that gives: system, user, ...\n"
		"  --to KIND             the kind that gets\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"reason\",\"added\"}\n"
		"\n"
		"  tael reason add --code 300002 --name 红包 --name-en 'red packet' --from system "
		"--to user\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *code, *name, *name_en, *from, *to;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("code", &code),
		OPT_NEEDED("name", &name),
		OPT_NEEDED("name-en", &name_en),
		OPT_NEEDED("from", &from),
		OPT_NEEDED("to", &to),
		OPT_JSON(&json),
	};
	int64_t number;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (str_integer(str_of(code), 0, INT32_MAX, &number) != ERR_OK)
		return cli_usage(argv[0], "--code takes a whole number, not '%s'", code);
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_integer(&args, "code", number);
	jout_text(&args, "name", name);
	jout_text(&args, "name_en", name_en);
	jout_text(&args, "from", from);
	jout_text(&args, "to", to);
	return admin_command(argv[0], dir, "reason.add", &args, json, show);
}

static void show(struct jin *r)
{
	int64_t code = 0;
	bool added = false;

	jin_integer(r, "reason", JIN_NEEDED, 0, INT64_MAX, &code);
	jin_bool(r, "added", JIN_NEEDED, &added);
	printf("%" PRId64 " %s\n", code, added ? "is added" : "was there already");
}
