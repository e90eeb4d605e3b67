#include "cli/settings.h"

#include "base/check.h"
#include "cli/ini.h"
#include "sys/cleanup.h"
#include "sys/file.h"
#include "sys/log.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { KIND_TEXT, KIND_URL, KIND_BOOL, KIND_INTEGER, KIND_LEVEL };

static const struct spec {
	const char *name;
	enum kind kind;
	int64_t lowest, highest;
	const char *initial, *prose;
} SPECS[SETTING_N] = {
#define SETTING(id, name, kind, lowest, highest, initial, prose) \
	[SETTING_##id] = { name, KIND_##kind, lowest, highest, initial, prose },
#include "cli/settings.def"
#undef SETTING
};

static const char *const LEVELS[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

enum { ENV_NAME_MAX = 80 };

static enum err line_found(void *self, struct str name, struct str value, int line);
static enum err file_read_into(struct settings *s, const char *dir);
static enum err environment_read(struct settings *s);
static void env_name(enum setting_id id, char out[ENV_NAME_MAX]);
static enum err check_value(const struct spec *spec, struct str value);
static enum err check_url(const struct spec *spec, struct str value);
static int level_of(struct str value);

/* What a file's lines go into. */
struct reading {
	struct settings *settings;
	int line[SETTING_N]; /* where each was set; 0 if nowhere */
};

void settings_init(struct settings *s)
{
	for (size_t i = 0; i < SETTING_N; i++) {
		CHECK(str_copy(s->all[i].value, sizeof(s->all[i].value),
			       str_of(SPECS[i].initial)) == ERR_OK);
		s->all[i].origin = ORIGIN_DEFAULT;
	}
}

enum err settings_load(struct settings *s, const char *dir)
{
	settings_init(s);
	TRY(file_read_into(s, dir));
	return environment_read(s);
}

enum err settings_read(struct settings *s, struct str text)
{
	struct reading r = { .settings = s };

	return ini_read(text, line_found, &r);
}

enum err settings_set(struct settings *s, enum setting_id id, enum setting_origin origin,
		      struct str value)
{
	struct setting *setting = &s->all[id];

	TRY(check_value(&SPECS[id], value));
	/* One form of it: paths are appended to this URL. */
	while (SPECS[id].kind == KIND_URL && str_ends(value, "/"))
		value.n--;
	CHECK(str_copy(setting->value, sizeof(setting->value), value) == ERR_OK);
	setting->origin = origin;
	return ERR_OK;
}

const char *setting_name(enum setting_id id)
{
	return SPECS[id].name;
}

const char *setting_prose(enum setting_id id)
{
	return SPECS[id].prose;
}

const char *setting_default(enum setting_id id)
{
	return SPECS[id].initial;
}

const char *setting_origin_name(enum setting_origin origin)
{
	switch (origin) {
	case ORIGIN_DEFAULT:
		return "default";
	case ORIGIN_FILE:
		return "file";
	case ORIGIN_ENVIRONMENT:
		return "environment";
	case ORIGIN_FLAG:
		return "flag";
	}
	CHECK(!"an origin without a name");
	return "";
}

const char *setting_text(const struct settings *s, enum setting_id id)
{
	return s->all[id].value;
}

bool setting_bool(const struct settings *s, enum setting_id id)
{
	CHECK(SPECS[id].kind == KIND_BOOL);
	return strcmp(s->all[id].value, "true") == 0;
}

int64_t setting_integer(const struct settings *s, enum setting_id id)
{
	const struct spec *spec = &SPECS[id];
	int64_t n = 0;

	CHECK(spec->kind == KIND_INTEGER);
	CHECK(str_integer(str_of(s->all[id].value), spec->lowest, spec->highest, &n) == ERR_OK);
	return n;
}

int setting_level(const struct settings *s)
{
	int level = level_of(str_of(s->all[SETTING_LOG_LEVEL].value));

	CHECK(level >= 0);
	return level;
}

void settings_strangers(void (*found)(void *self, const char *name), void *self)
{
	static const char *const OTHERS[] = { "TAEL_DATA", "TAEL_STOP_AT", "TAEL_VECTORS" };

	for (char **e = environ; *e; e++) {
		struct str name = str_cut(str_of(*e), '=', NULL);
		char text[ENV_NAME_MAX], known[ENV_NAME_MAX];
		bool ours = !str_starts(name, "TAEL_");

		for (size_t i = 0; i < SETTING_N && !ours; i++) {
			env_name((enum setting_id)i, known);
			ours = str_is(name, known);
		}
		for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]) && !ours; i++)
			ours = str_is(name, OTHERS[i]);
		if (ours)
			continue;
		str_copy_cut(text, sizeof(text), name);
		found(self, text);
	}
}

static enum err file_read_into(struct settings *s, const char *dir)
{
	CLEANUP(text_freep) char *text = NULL;
	char path[PATH_MAX], why[ERR_TEXT_MAX];
	size_t n;

	if ((size_t)snprintf(path, sizeof(path), "%s/tael.ini", dir) >= sizeof(path))
		FAIL(ERR_CONFIG, "the path of the data folder is too long");
	if (access(path, F_OK) != 0)
		return ERR_OK;
	TRY(file_read(path, INI_MAX, &text, &n));
	if (settings_read(s, (struct str){ text, n }) != ERR_OK) {
		str_copy_cut(why, sizeof(why), str_of(err_text()));
		FAIL(ERR_CONFIG, "%s: %s", path, why);
	}
	return ERR_OK;
}

static enum err line_found(void *self, struct str name, struct str value, int line)
{
	struct reading *r = self;
	char why[ERR_TEXT_MAX];

	for (size_t i = 0; i < SETTING_N; i++) {
		if (!str_is(name, SPECS[i].name))
			continue;
		if (r->line[i] != 0)
			FAIL(ERR_CONFIG, "line %d: %s was set on line %d already", line,
			     SPECS[i].name, r->line[i]);
		r->line[i] = line;
		if (settings_set(r->settings, (enum setting_id)i, ORIGIN_FILE, value) == ERR_OK)
			return ERR_OK;
		str_copy_cut(why, sizeof(why), str_of(err_text()));
		FAIL(ERR_CONFIG, "line %d: %s", line, why);
	}
	FAIL(ERR_CONFIG, "line %d: there is no setting %.*s; see `tael config show`", line,
	     (int)name.n, name.p);
}

static enum err environment_read(struct settings *s)
{
	for (size_t i = 0; i < SETTING_N; i++) {
		char name[ENV_NAME_MAX], why[ERR_TEXT_MAX];
		const char *value;

		env_name((enum setting_id)i, name);
		value = getenv(name);
		if (!value)
			continue;
		if (settings_set(s, (enum setting_id)i, ORIGIN_ENVIRONMENT, str_of(value)) ==
		    ERR_OK)
			continue;
		str_copy_cut(why, sizeof(why), str_of(err_text()));
		FAIL(ERR_CONFIG, "%s: %s", name, why);
	}
	return ERR_OK;
}

static void env_name(enum setting_id id, char out[ENV_NAME_MAX])
{
	size_t n = 0;

	str_add(out, ENV_NAME_MAX, &n, "TAEL_");
	for (const char *c = SPECS[id].name; *c; c++)
		str_add(out, ENV_NAME_MAX, &n, "%c", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
}

static enum err check_value(const struct spec *spec, struct str value)
{
	int64_t n;

	if (value.n > SETTING_MAX || !str_is_text(value) || str_find(value, '\n') < value.n)
		FAIL(ERR_CONFIG, "%s is no text of one line, at most %d bytes", spec->name,
		     SETTING_MAX);
	switch (spec->kind) {
	case KIND_TEXT:
		if ((int64_t)value.n > spec->highest)
			FAIL(ERR_CONFIG, "%s is longer than %d bytes", spec->name,
			     (int)spec->highest);
		return ERR_OK;
	case KIND_URL:
		return check_url(spec, value);
	case KIND_BOOL:
		if (!str_is(value, "true") && !str_is(value, "false"))
			FAIL(ERR_CONFIG, "%s must be true or false", spec->name);
		return ERR_OK;
	case KIND_INTEGER:
		if (str_integer(value, spec->lowest, spec->highest, &n) != ERR_OK)
			FAIL(ERR_CONFIG, "%s must be a whole number from %d to %d", spec->name,
			     (int)spec->lowest, (int)spec->highest);
		return ERR_OK;
	case KIND_LEVEL:
		if (level_of(value) < 0)
			FAIL(ERR_CONFIG, "%s must be debug, info, warn or error", spec->name);
		return ERR_OK;
	}
	CHECK(!"a setting without a kind");
	return ERR_INTERNAL;
}

/* Paths of ours are appended to it, so it may not have a query of its own. */
static enum err check_url(const struct spec *spec, struct str value)
{
	struct str host;

	if (value.n == 0)
		return ERR_OK;
	if (!str_starts(value, "http://") && !str_starts(value, "https://"))
		FAIL(ERR_CONFIG, "%s must begin with https:// or http://", spec->name);
	host = str_skip(value, str_find(value, ':') + 3);
	if (host.n == 0 || host.p[0] == '/')
		FAIL(ERR_CONFIG, "%s names no host", spec->name);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || strchr("?#\"'<>\\^`{|}", value.p[i]))
			FAIL(ERR_CONFIG, "%s is not a URL without a query", spec->name);
	return ERR_OK;
}

static int level_of(struct str value)
{
	for (size_t i = 0; i < sizeof(LEVELS) / sizeof(LEVELS[0]); i++)
		if (str_is(value, LEVELS[i]))
			return (int)i;
	return -1;
}
