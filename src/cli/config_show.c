/* config_show.c - `tael config show` */
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/show.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <stdio.h>

static int run(int argc, char **argv);
static void write_settings(const struct settings *s, struct jout *out);
static void write_stranger(void *self, const char *name);
static void show(const struct jout *out);

const struct command CMD_CONFIG_SHOW = {
	.noun = "config",
	.verb = "show",
	.summary = "show every setting and where its value came from",
	.help = "usage: tael config show [--data DIR] [--json]\n"
		"\n"
		"Flags of `tael serve` win over TAEL_* environment variables, these over\n"
		"DIR/tael.ini, that over the defaults.  Exits 1 when a value cannot be used.\n"
		"\n"
		"  --data DIR   the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json       print {\"settings\":[{\"name\",\"value\",\"origin\",\"about\"}],\n"
		"               \"unknown_environment\":[...]}\n"
		"\n"
		"  tael config show --data /var/lib/tael\n",
	.run = run,
};

static int run(int argc, char **argv)
{
	CLEANUP(jout_free) struct jout out = { 0 };
	const char *dir;
	bool json;
	const struct cli_option options[] = { OPT_DATA(&dir), OPT_JSON(&json) };
	struct settings settings;
	enum err e;

	if (cli_options(argc, argv, options, CLI_COUNT(options)) != CLI_OK)
		return CLI_USAGE;
	e = settings_load(&settings, dir);
	if (e != ERR_OK)
		return cli_failed(argv[0], e);
	jout_open(&out);
	write_settings(&settings, &out);
	if (json)
		puts(out.p);
	else
		show(&out);
	return CLI_OK;
}

static void write_settings(const struct settings *s, struct jout *out)
{
	jout_object(out, NULL);
	jout_array(out, "settings");
	for (int i = 0; i < SETTING_N; i++) {
		enum setting_id id = (enum setting_id)i;

		jout_object(out, NULL);
		jout_text(out, "name", setting_name(id));
		jout_text(out, "value", setting_text(s, id));
		jout_text(out, "origin", setting_origin_name(s->all[i].origin));
		jout_text(out, "about", setting_prose(id));
		jout_object_end(out);
	}
	jout_array_end(out);
	jout_array(out, "unknown_environment");
	settings_strangers(write_stranger, out);
	jout_array_end(out);
	jout_object_end(out);
}

static void write_stranger(void *self, const char *name)
{
	jout_text(self, NULL, name);
}

static void show(const struct jout *out)
{
	static const struct show_column COLUMNS[] = {
		{ "setting", "name", SHOW_TEXT },
		{ "from", "origin", SHOW_TEXT },
		{ "value", "value", SHOW_TEXT },
	};
	char name[128] = "";
	struct jin r;
	size_t n;

	jin_open(&r, (struct str){ out->p, out->n });
	jin_allow_unknown(&r);
	show_table(&r, "settings", COLUMNS, CLI_COUNT(COLUMNS), "");
	n = jin_array(&r, "unknown_environment", JIN_NEEDED, 0, 10000);
	for (size_t i = 0; i < n; i++) {
		jin_text_at(&r, "unknown_environment", i, name, sizeof(name));
		printf("there is no setting for %s in the environment\n", name);
	}
	(void)(jin_done(&r) == ERR_OK);
}
