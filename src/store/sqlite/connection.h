/* connection.h - one SQLite connection with its prepared statements. */
#pragma once

#include "base/err.h"
#include "store/engine.h"

#include <sqlite3.h>
#include <stdbool.h>

struct connection;

enum connection_kind { CONNECTION_WRITER, CONNECTION_CREATOR, CONNECTION_READER };

MUST_USE enum err connection_open(const char *path, enum connection_kind kind,
				  struct connection **out);
void connection_close(struct connection *c); /* NULL-safe */

sqlite3 *connection_handle(struct connection *c);

/* A statement without binds and rows. */
MUST_USE enum err connection_exec(struct connection *c, const char *text);

/* The same where nothing can be done about a failure: the end of a read, a rollback. */
void connection_try(struct connection *c, const char *text);

/* How an execution ended. */
enum put_result {
	PUT_DONE,
	PUT_REFUSED, /* a constraint or the row count: this closure's fault */
	PUT_LOST     /* disk, file or memory: the transaction is gone */
};
enum put_result connection_put(struct connection *c, const struct put *p);

/* True when `code` means that the disk, the file or memory failed. */
bool connection_lost(struct connection *c, int code);

/* The way in which the last call on this connection failed. */
enum err connection_failed(struct connection *c, const char *doing);

extern const struct engine_reading SQLITE_READING;
