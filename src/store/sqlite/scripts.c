/* scripts.c - migrating an SQLite file. */
#include "store/sqlite/store_sqlite.h"

#include "base/check.h"
#include "store/sqlite/sql_sqlite.h"

#include <stdio.h>
#include <string.h>

static enum err highest(void *connection, int *number)
{
	sqlite3 *db = connection_handle(connection);
	sqlite3_stmt *s = NULL;

	*number = 0;
	if (sqlite3_prepare_v2(db, "select 1 from sqlite_schema where name = 'schema_migration'",
			       -1, &s, NULL) != SQLITE_OK)
		return connection_failed(connection, "schema");

	bool there = sqlite3_step(s) == SQLITE_ROW;

	(void)sqlite3_finalize(s);
	if (!there)
		return ERR_OK;
	if (sqlite3_prepare_v2(db, "select max(number) from schema_migration", -1, &s, NULL) !=
	    SQLITE_OK)
		return connection_failed(connection, "schema_migration");
	if (sqlite3_step(s) == SQLITE_ROW)
		*number = sqlite3_column_int(s, 0);
	(void)sqlite3_finalize(s);
	return ERR_OK;
}

static enum err applied(void *connection, int number, char checksum[65])
{
	sqlite3_stmt *s = NULL;

	checksum[0] = '\0';
	if (sqlite3_prepare_v2(connection_handle(connection),
			       "select checksum from schema_migration where number = $1", -1, &s,
			       NULL) != SQLITE_OK)
		return connection_failed(connection, "schema_migration");
	(void)sqlite3_bind_int(s, 1, number);
	if (sqlite3_step(s) == SQLITE_ROW)
		(void)snprintf(checksum, 65, "%s", (const char *)sqlite3_column_text(s, 0));
	(void)sqlite3_finalize(s);
	return ERR_OK;
}

static enum err note(struct connection *c, int number, const char *checksum, int64_t now_ms)
{
	sqlite3_stmt *s = NULL;
	int code;

	TRY(connection_exec(
		c, "create table if not exists schema_migration (number integer primary key, "
		   "checksum text not null, applied_at integer not null) strict"));
	if (sqlite3_prepare_v2(connection_handle(c),
			       "insert into schema_migration values ($1, $2, $3)", -1, &s,
			       NULL) != SQLITE_OK)
		return connection_failed(c, "schema_migration");
	(void)sqlite3_bind_int(s, 1, number);
	(void)sqlite3_bind_text(s, 2, checksum, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(s, 3, now_ms);
	code = sqlite3_step(s);
	(void)sqlite3_finalize(s);
	return code == SQLITE_DONE ? ERR_OK : connection_failed(c, "schema_migration");
}

static enum err run_script(struct connection *c, int number, const char *script,
			   const char *checksum, int64_t now_ms)
{
	TRY(connection_exec(c, script));
	TRY(note(c, number, checksum, now_ms));
	return connection_exec(c, "commit");
}

static enum err apply(void *connection, int number, const char *script, const char *checksum,
		      int64_t now_ms)
{
	enum err e;

	TRY(connection_exec(connection, "begin immediate"));
	e = run_script(connection, number, script, checksum, now_ms);
	if (e != ERR_OK) {
		struct outcome o = outcome_of(e);

		connection_try(connection, "rollback");
		return outcome_raise(&o);
	}
	return ERR_OK;
}

enum err scripts_apply(struct connection *c, int64_t now_ms, bool look_only,
		       struct migration_counts *counts)
{
	struct migrating m = {
		.connection = c,
		.apply = apply,
		.applied = applied,
		.highest = highest,
	};

	return migrate(&m, SQL_SQLITE, SQL_SQLITE_N, now_ms, look_only, counts);
}
