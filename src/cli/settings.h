/* settings.h - what the server is told: flags over TAEL_* over DIR/tael.ini over defaults.
 *
 * A name that nobody knows is an error in the file, and so is a value that does not fit.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum setting_id {
#define SETTING(id, name, kind, lowest, highest, initial, prose) SETTING_##id,
#include "cli/settings.def"
#undef SETTING
	SETTING_N
};

enum setting_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

enum { SETTING_MAX = 256 };

struct setting {
	char value[SETTING_MAX + 1];
	enum setting_origin origin;
};

struct settings {
	struct setting all[SETTING_N];
};

/* The defaults. */
void settings_init(struct settings *s);

/* The text of a tael.ini over what is there.  ERR_CONFIG names the line. */
MUST_USE enum err settings_read(struct settings *s, struct str text);

/* Defaults, then DIR/tael.ini if there is one, then the environment.  ERR_CONFIG. */
MUST_USE enum err settings_load(struct settings *s, const char *dir);

/* One value over what is there.  ERR_CONFIG names the setting. */
MUST_USE enum err settings_set(struct settings *s, enum setting_id id, enum setting_origin origin,
			       struct str value);

const char *setting_name(enum setting_id id);
const char *setting_prose(enum setting_id id);
const char *setting_default(enum setting_id id);
const char *setting_origin_name(enum setting_origin origin); /* "default" "file" … */

const char *setting_text(const struct settings *s, enum setting_id id);
bool setting_bool(const struct settings *s, enum setting_id id);
int64_t setting_integer(const struct settings *s, enum setting_id id);
int setting_level(const struct settings *s); /* enum log_level */

/* Names each environment variable that begins with TAEL_ and is none of ours: most likely mistyped.
 */
void settings_strangers(void (*found)(void *self, const char *name), void *self);
