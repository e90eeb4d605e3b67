/* account_csv.h - a statement as a table for spreadsheets. */
#pragma once

#include "app/account_statement.h"

/* UTF-8 with a byte order mark; the opening balance before the first line and the closing one after
 * the last.  A text that a spreadsheet would take for a formula begins with '.  The caller frees.
 */
char *account_csv(const struct account_statement *s, const struct account_name *account, size_t *n);
