/* ini.h - the form of a configuration file: `name = value` lines, and nothing more.
 *
 *   # who may reach the server
 *   listen = 127.0.0.1:8080
 *
 * A line that begins with '#' or ';' is a comment.  A value is the rest of its line without the
 * spaces at both ends; it has no quotes and no escapes.  There are no sections.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

enum { INI_MAX = 65536, INI_NAME_MAX = 63, INI_VALUE_MAX = 1024 };

/* Called for each line, in order; a failure ends the reading. */
typedef enum err ini_found(void *self, struct str name, struct str value, int line);

/* ERR_CONFIG names the line: no '=', a name that is not [a-z][a-z0-9_]{0,62}, a value that is too
 * long or no text, a file that is too large.  What `found` returns is passed on. */
MUST_USE enum err ini_read(struct str text, ini_found *found, void *self);
