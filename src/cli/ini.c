#include "cli/ini.h"

static enum err line_read(struct str line, int number, ini_found *found, void *self);

enum err ini_read(struct str text, ini_found *found, void *self)
{
	int number = 0;

	if (text.n > INI_MAX)
		FAIL(ERR_CONFIG, "the configuration is larger than %d bytes", INI_MAX);
	while (text.n > 0) {
		struct str line = str_cut(text, '\n', &text);

		TRY(line_read(line, ++number, found, self));
	}
	return ERR_OK;
}

static enum err line_read(struct str line, int number, ini_found *found, void *self)
{
	struct str name, value;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return ERR_OK;
	if (str_find(line, '=') == line.n)
		FAIL(ERR_CONFIG, "line %d is not `name = value`", number);
	name = str_trim(str_cut(line, '=', &value));
	value = str_trim(value);
	if (!str_is_made_of(name, "abcdefghijklmnopqrstuvwxyz0123456789_", INI_NAME_MAX) ||
	    name.p[0] < 'a')
		FAIL(ERR_CONFIG,
		     "line %d: a name is made of a-z, 0-9 and _, and begins with a letter", number);
	if (value.n > INI_VALUE_MAX || !str_is_text(value))
		FAIL(ERR_CONFIG, "line %d: the value is no text of at most %d bytes", number,
		     INI_VALUE_MAX);
	return found(self, name, value, number);
}
