/* asset_add.c - `tael asset add` */
#include "base/str.h"
#include "cli/admin.h"
#include "cli/options.h"
#include "sys/cleanup.h"

#include <stdio.h>

static int run(int argc, char **argv);
static int read_number(char **argv, const char *option, const char *text, int64_t *out);
static int write_pay(char **argv, const char *pay, const char *percent, struct jout *args);
static void show(struct jin *r);

const struct command CMD_ASSET_ADD = {
	.noun = "asset",
	.verb = "add",
	.summary = "add what a merchant counts: points, or another money",
	.help = "usage: tael asset add --code CODE --name NAME --kind money|points [--scale N]\n"
		"                      [--pay UNITS=FEN [--max-percent N]] [--merchant MERCHANT]\n"
		"                      [--frozen-incoming allow|refuse] [--expires-days N]\n"
		"                      [--data DIR] [--json]\n"
		"\n"
		"Every merchant has cny.  The same asset added again changes nothing.\n"
		"\n"
		"  --code CODE           its name for programs: a-z, 0-9 and _; stays for ever\n"
		"  --name NAME           its name for people\n"
		"  --kind KIND           money or points\n"
		"  --scale N             digits after the point when shown (default 0)\n"
		"  --pay UNITS=FEN       it pays for orders: so many units are worth so many fen\n"
		"  --max-percent N       how much of an order it may pay (default 100)\n"
		"  --frozen-incoming W   allow or refuse what a frozen account gets (default "
		"refuse)\n"
		"  --expires-days N      points are good for N days after they were got (default: "
		"for\n"
		"                        ever)\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"asset\",\"added\"}\n"
		"\n"
		"  tael asset add --code gold --name Gold --kind points --pay 100=1 --max-percent "
		"50\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	const char *dir, *merchant, *code, *name, *kind, *scale, *pay, *percent, *frozen_in,
		*expires;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("code", &code),
		OPT_NEEDED("name", &name),
		OPT_NEEDED("kind", &kind),
		OPT_TEXT("scale", &scale),
		OPT_TEXT("pay", &pay),
		OPT_TEXT("max-percent", &percent),
		OPT_TEXT("frozen-incoming", &frozen_in),
		OPT_TEXT("expires-days", &expires),
		OPT_JSON(&json),
	};
	int64_t digits = 0, days = 0;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	if (percent && !pay)
		return cli_usage(argv[0], "--max-percent goes with --pay");
	if (scale && read_number(argv, "scale", scale, &digits) != CLI_OK)
		return CLI_USAGE;
	if (expires && read_number(argv, "expires-days", expires, &days) != CLI_OK)
		return CLI_USAGE;
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_text(&args, "code", code);
	jout_text(&args, "name", name);
	jout_text(&args, "kind", kind);
	jout_integer(&args, "scale", digits);
	if (frozen_in)
		jout_text(&args, "frozen_incoming", frozen_in);
	if (expires)
		jout_integer(&args, "expires_days", days);
	if (pay && write_pay(argv, pay, percent, &args) != CLI_OK)
		return CLI_USAGE;
	return admin_command(argv[0], dir, "asset.add", &args, json, show);
}

static int read_number(char **argv, const char *option, const char *text, int64_t *out)
{
	if (str_integer(str_of(text), 0, INT32_MAX, out) == ERR_OK)
		return CLI_OK;
	return cli_usage(argv[0], "--%s takes a whole number, not '%s'", option, text);
}

static int write_pay(char **argv, const char *pay, const char *percent, struct jout *args)
{
	struct str fen_text, units_text = str_cut(str_of(pay), '=', &fen_text);
	int64_t units, fen, share = 100;

	if (str_integer(units_text, 1, INT32_MAX, &units) != ERR_OK ||
	    str_integer(fen_text, 1, INT32_MAX, &fen) != ERR_OK)
		return cli_usage(argv[0], "--pay is UNITS=FEN, e.g. 100=1, not '%s'", pay);
	if (percent && read_number(argv, "max-percent", percent, &share) != CLI_OK)
		return CLI_USAGE;
	jout_object(args, "pay");
	jout_integer(args, "units", units);
	jout_integer(args, "fen", fen);
	jout_integer(args, "max_percent", share);
	jout_object_end(args);
	return CLI_OK;
}

static void show(struct jin *r)
{
	char code[32] = "";
	bool added = false;

	jin_text(r, "asset", JIN_NEEDED, code, sizeof(code));
	jin_bool(r, "added", JIN_NEEDED, &added);
	printf("%s %s\n", code, added ? "is added" : "was there already");
}
