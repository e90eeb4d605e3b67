/* channel_add.c - `tael channel add` */
#include "cli/admin.h"
#include "cli/options.h"
#include "cli/show.h"
#include "sys/cleanup.h"
#include "sys/file.h"

#include <stdio.h>

static int run(int argc, char **argv);
static enum err read_config(const char *file, struct secret *config);
static void show(struct jin *r);

const struct command CMD_CHANNEL_ADD = {
	.noun = "channel",
	.verb = "add",
	.summary = "add a channel account, or new keys to one",
	.help = "usage: tael channel add --channel CHANNEL --name NAME --config FILE\n"
		"                        [--merchant MERCHANT] [--data DIR] [--json]\n"
		"\n"
		"FILE holds a JSON object with the account's identity and keys; it is checked\n"
		"and stored encrypted.  With the name of an account that is there and the same\n"
		"identity, it adds a version of the keys: calls use the newest, and notices\n"
		"signed for an older one are still understood.\n"
		"\n"
		"  --channel CHANNEL     alipay, wechat or qq\n"
		"  --name NAME           how the account is called here, e.g. main; it stays\n"
		"  --config FILE         '-' reads standard input\n"
		"  --merchant MERCHANT   needed where there are several merchants\n"
		"  --data DIR            the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json                print {\"id\":\"ca_...\",\"version\",\"notify_url\",...}\n"
		"\n"
		"  tael channel add --channel alipay --name main --config alipay.json\n",
	.run = run,
};

enum { CONFIG_FILE_MAX = 16384 };

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout args = { 0 };
	CLEANUP(secret_wipe) struct secret config = { 0 };
	const char *dir, *merchant, *channel, *name, *file;
	bool json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_TEXT("merchant", &merchant),
		OPT_NEEDED("channel", &channel),
		OPT_NEEDED("name", &name),
		OPT_NEEDED("config", &file),
		OPT_JSON(&json),
	};
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	e = read_config(file, &config);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	admin_begin(&args);
	if (merchant)
		jout_text(&args, "merchant", merchant);
	jout_text(&args, "channel", channel);
	jout_text(&args, "name", name);
	jout_raw(&args, "config", secret_reveal(&config));
	return admin_command(argv[0], dir, "channel.add", &args, json, show);
}

/* Gives it as JSON without white space: an operation's arguments are one line. */
static enum err read_config(const char *file, struct secret *config)
{
	CLEANUP(secret_wipe) struct secret text = { 0 };
	CLEANUP(jout_free) struct jout wrapped;
	char compact[CONFIG_FILE_MAX + 1];
	struct jin r;
	enum err e;

	TRY(file_read_secret(file, CONFIG_FILE_MAX, &text));
	jout_open(&wrapped);
	jout_object(&wrapped, NULL);
	jout_raw(&wrapped, "config", str_trim(secret_reveal(&text)));
	jout_object_end(&wrapped);
	jin_open(&r, (struct str){ wrapped.p, wrapped.n });
	jin_object_text(&r, "config", JIN_NEEDED, compact, sizeof(compact));
	e = jin_done(&r);
	if (e == ERR_OK)
		*config = secret_copy(str_of(compact));
	wipe(compact, sizeof(compact));
	wipe(wrapped.p, wrapped.n);
	return e;
}

static void show(struct jin *r)
{
	static const struct show_column FIELDS[] = {
		{ "account", "id", SHOW_TEXT },
		{ "channel", "channel", SHOW_TEXT },
		{ "name", "name", SHOW_TEXT },
		{ "identity", "identity", SHOW_TEXT },
		{ "version", "version", SHOW_INTEGER },
		{ "certificates end", "certificates_end", SHOW_TEXT },
		{ "notify URL", "notify_url", SHOW_TEXT },
	};
	bool added = true;

	for (size_t i = 0; i < CLI_COUNT(FIELDS); i++)
		show_field(r, &FIELDS[i]);
	jin_bool(r, "added", JIN_NEEDED, &added);
	if (!added)
		puts("\nThis version was there already.");
}
