/* pending_rows.h - a book's pending rows as a table that SQLite can read, so that many are inserted
 * by one statement. */
#pragma once

#include "store/pending.h"
#include "store/sqlite/connection.h"

/* Registers the table on the writer's connection; *shown is what it shows. */
struct pending_shown {
	int64_t merchant;
	const struct pending *pending;
};
MUST_USE enum err pending_rows_register(struct connection *c, struct pending_shown *shown);

/* Executes all that are shown: the journal's rows and their request keys. */
enum put_result pending_rows_put(struct connection *c, const struct pending_shown *shown);
