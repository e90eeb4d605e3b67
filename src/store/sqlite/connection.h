/* connection.h - one SQLite connection with its prepared statements. */
#pragma once

#include "base/err.h"
#include "store/engine.h"

#include <sqlite3.h>
#include <stdbool.h>

struct connection;

enum connection_kind { CONNECTION_WRITER, CONNECTION_READER };

MUST_USE enum err connection_open(const char *path, enum connection_kind kind,
				  struct connection **out);
void connection_close(struct connection *c); /* NULL-safe */

sqlite3 *connection_handle(struct connection *c);

/* Statements without binds and rows, once in a while. */
MUST_USE enum err connection_exec(struct connection *c, const char *text);

/* The same for one literal that is kept prepared. */
MUST_USE enum err connection_run(struct connection *c, const char *text);

/* The same where nothing can be done about a failure: the end of a read, a rollback. */
void connection_try(struct connection *c, const char *text);

/* How an execution ended. */
enum put_result {
	PUT_DONE,
	PUT_REFUSED, /* a constraint or the row count: this closure's fault */
	PUT_LOST     /* disk, file or memory: the transaction is gone */
};
enum put_result connection_put(struct connection *c, const struct put *p);

/* Copies the whole log into the file, syncs that and begins an empty log.  The writer's connection
 * only, when it was just opened: after a sync that failed, the kernel may hold pages of the log as
 * written that no disk has, so nothing must stand behind them.  ERR_BUSY while somebody reads. */
MUST_USE enum err connection_settle(struct connection *c);

/* Ends the reads that a closure left open, and forgets that one was broken. */
void connection_end_reads(struct connection *c);

/* True when `code` means that the disk, the file or memory failed. */
bool connection_lost(struct connection *c, int code);

/* True when a read since connection_end_reads failed in that way, or no transaction is open. */
bool connection_broke(struct connection *c);

/* The way in which the last call on this connection failed: ERR_STORAGE_FULL, ERR_BUSY (somebody
 * else writes, or a read lived too long) or ERR_STORE. */
enum err connection_failed(struct connection *c, const char *doing);

/* True when the last failure on this connection was that there is no more room. */
bool connection_full(const struct connection *c);

extern const struct engine_reading SQLITE_READING;
