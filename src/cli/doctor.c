/* doctor.c - `tael doctor` */
#include "cli/doctor.h"

#include "base/check.h"
#include "cli/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int run(int argc, char **argv);
static void examine(struct doctor *d);
static int conclude(struct doctor *d);

const struct command CMD_DOCTOR = {
	.noun = "doctor",
	.summary = "check the machine, the data folder, the channels and the clock",
	.help = "usage: tael doctor [--offline] [--data DIR] [--json]\n"
		"\n"
		"Checks file modes, disk space, libraries, settings, the master key and the\n"
		"channels' keys under it, migrations, parked jobs, open cases, certificates,\n"
		"and, by one harmless query to each channel account, the way to its gateway\n"
		"and the clock.  It changes nothing; a server may run, but its flags are not\n"
		"seen here.  Exits 3 when something does not work or soon will not.\n"
		"\n"
		"  --offline    ask no gateway\n"
		"  --data DIR   the data folder (default: $TAEL_DATA, else tael-data)\n"
		"  --json       print {\"ok\",\"checks\":[{\"check\",\"result\",\"text\"}]}\n"
		"\n"
		"  tael doctor --data /var/lib/tael\n",
	.run = run,
};

static const char *const WORDS[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_WARN] = "warning",
	[DOCTOR_BAD] = "bad",
};

static int run(int argc, char **argv)
{
	struct doctor *d = calloc(1, sizeof(*d));
	const char *dir;
	bool offline, json;
	const struct cli_option options[] = {
		OPT_DATA(&dir),
		OPT_FLAG("offline", &offline),
		OPT_JSON(&json),
	};
	int code = cli_options(argc, argv, options, CLI_COUNT(options));

	CHECK(d);
	if (code == CLI_OK) {
		*d = (struct doctor){ .dir = dir, .offline = offline, .json = json };
		jout_open(&d->out);
		examine(d);
		code = conclude(d);
		jout_free(&d->out);
		world_close(&d->world);
	}
	free(d);
	return code;
}

static void examine(struct doctor *d)
{
	struct world_ask ask = { .dir = d->dir, .mode = WORLD_READ };
	enum err e;

	jout_object(&d->out, NULL);
	jout_array(&d->out, "checks");
	doctor_files(d);
	doctor_disk(d);
	doctor_libraries(d);
	ask.secrets = true;
	ask.network = !d->offline;
	e = world_open(&ask, &d->world);
	if (e != ERR_OK) {
		doctor_failed(d, "store", e);
		/* What does not need the secrets is looked at without them. */
		ask.secrets = false;
		if (world_open(&ask, &d->world) != ERR_OK)
			d->world.services.store = NULL;
	}
	doctor_settings(d);
	if (!d->world.services.store)
		return;
	doctor_store(d);
	if (d->world.services.vault)
		doctor_channels(d);
}

static int conclude(struct doctor *d)
{
	jout_array_end(&d->out);
	jout_bool(&d->out, "ok", d->bad == 0);
	jout_object_end(&d->out);
	if (d->json)
		puts(d->out.p);
	else
		printf("%d bad, %d warnings\n", d->bad, d->warned);
	return d->bad > 0 ? CLI_FOUND : CLI_OK;
}

void doctor_say(struct doctor *d, enum doctor_word word, const char *check, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->bad += word == DOCTOR_BAD;
	d->warned += word == DOCTOR_WARN;
	if (!d->json)
		printf("%-8s %-12s %s\n", WORDS[word], check, text);
	jout_object(&d->out, NULL);
	jout_text(&d->out, "check", check);
	jout_text(&d->out, "result", WORDS[word]);
	jout_text(&d->out, "text", text);
	jout_object_end(&d->out);
}

void doctor_failed(struct doctor *d, const char *check, enum err e)
{
	doctor_say(d, DOCTOR_BAD, check, "%s", *err_text() ? err_text() : err_doc(e));
}
