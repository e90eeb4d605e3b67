/* sql_sqlite.h - the scripts of sql/sqlite/, embedded by tools/embed. */
#pragma once

#include "store/scripts.h"

extern const struct script SQL_SQLITE[];
extern const size_t SQL_SQLITE_N;
