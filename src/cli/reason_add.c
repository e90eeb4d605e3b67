/* reason_add.c - `tael reason add` */
#include "base/str.h"
#include "cli/admin.h"
#include "cli/options.h"
#include "sys/cleanup.h"

#include <inttypes.h>
#include <stdio.h>

static int run(int argc, char **argv);
static void write_routes(struct jout *args, struct str routes);
static void show(struct jin *r);

const struct command CMD_REASON_ADD = {
	.noun = "reason",
	.verb = "add",
	.summary = "add a reason for which a merchant's transfers move",
	.help = "usage: tael reason add --code N --name NAME --name-en NAME\n"
		"                       (--from KIND --to KIND | --routes ROUTES)\n"
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
		"  --routes ROUTES       instead: KIND>KIND[/ASSET],... where it may go\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"reason\",\"added\"}\n"
		"\n"
		"  tael reason add --code 300002 --name 红包 --name-en 'red packet' --from system "
		"--to user\n"
		"  tael reason add --code 300003 --name 消费 --name-en spent \\\n"
		"      --routes 'user>system/gold,user>shop'\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *code, *name, *name_en, *from, *to, *routes;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("code", &code),
		OPT_NEEDED("name", &name),
		OPT_NEEDED("name-en", &name_en),
		OPT_TEXT("from", &from),
		OPT_TEXT("to", &to),
		OPT_TEXT("routes", &routes),
		OPT_JSON(&json),
	};
	int64_t number;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (str_integer(str_of(code), 0, INT32_MAX, &number) != ERR_OK)
		return cli_usage(argv[0], "--code takes a whole number, not '%s'", code);
	if (routes ? from || to : !from || !to)
		return cli_usage(argv[0], "give --from and --to, or --routes");
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_integer(&args, "code", number);
	jout_text(&args, "name", name);
	jout_text(&args, "name_en", name_en);
	if (routes) {
		write_routes(&args, str_of(routes));
	} else {
		jout_text(&args, "from", from);
		jout_text(&args, "to", to);
	}
	return admin_command(argv[0], dir, "reason.add", &args, json, show);
}

/* "user>system/gold,user>shop"; what is wrong in it the operation says. */
static void write_routes(struct jout *args, struct str routes)
{
	jout_array(args, "routes");
	while (routes.n > 0) {
		struct str route = str_cut(routes, ',', &routes);
		struct str to, from = str_cut(route, '>', &to), asset,
			       kind = str_cut(to, '/', &asset);

		jout_object(args, NULL);
		jout_str(args, "from", from);
		jout_str(args, "to", kind);
		if (asset.n > 0)
			jout_str(args, "asset", asset);
		jout_object_end(args);
	}
	jout_array_end(args);
}

static void show(struct jin *r)
{
	int64_t code = 0;
	bool added = false;

	jin_integer(r, "reason", JIN_NEEDED, 0, INT64_MAX, &code);
	jin_bool(r, "added", JIN_NEEDED, &added);
	printf("%" PRId64 " %s\n", code, added ? "is added" : "was there already");
}
