#include "store/sqlite/connection.h"

#include "base/check.h"
#include "sys/log.h"

#include <stdlib.h>
#include <string.h>

enum { STATEMENT_SLOTS = 1024, BUSY_MS = 5000 };

/* A prepared statement, found by the address of its literal. */
struct statement {
	const char *query;
	sqlite3_stmt *stmt;
	bool busy; /* being read: a second reader of the same query gets a copy */
};

struct connection {
	sqlite3 *db;
	struct statement statements[STATEMENT_SLOTS];
	size_t n;
};

static enum err configure(struct connection *c, enum connection_kind kind);
static sqlite3_stmt *prepared(struct connection *c, const char *query, struct statement **slot);
static int bind(sqlite3_stmt *s, const struct val *binds, size_t n);

enum err connection_open(const char *path, enum connection_kind kind, struct connection **out)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	struct connection *c = calloc(1, sizeof(*c));

	CHECK(c != NULL);
	flags |= kind == CONNECTION_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	flags |= kind == CONNECTION_CREATOR ? SQLITE_OPEN_CREATE : 0;
	if (sqlite3_open_v2(path, &c->db, flags, NULL) != SQLITE_OK) {
		enum err e = err_set(ERR_IO, ERR_WHERE, "", "cannot open %s: %s", path,
				     c->db ? sqlite3_errmsg(c->db) : "no memory");

		connection_close(c);
		return e;
	}

	enum err e = configure(c, kind);

	if (e != ERR_OK) {
		connection_close(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

static enum err configure(struct connection *c, enum connection_kind kind)
{
	sqlite3_busy_timeout(c->db, BUSY_MS);
	(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (kind == CONNECTION_READER) {
		(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		return connection_exec(c, "pragma query_only = on");
	}
	TRY(connection_exec(c, "pragma journal_mode = wal"));
	TRY(connection_exec(c, "pragma synchronous = full"));
	TRY(connection_exec(c, "pragma wal_autocheckpoint = 0"));
	TRY(connection_exec(c, "pragma cache_size = -65536"));
	return connection_exec(c, "pragma temp_store = memory");
}

void connection_try(struct connection *c, const char *text)
{
	(void)sqlite3_exec(c->db, text, NULL, NULL, NULL);
}

void connection_close(struct connection *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < STATEMENT_SLOTS; i++)
		(void)sqlite3_finalize(c->statements[i].stmt);
	(void)sqlite3_close(c->db);
	free(c);
}

sqlite3 *connection_handle(struct connection *c)
{
	return c->db;
}

enum err connection_exec(struct connection *c, const char *text)
{
	if (sqlite3_exec(c->db, text, NULL, NULL, NULL) != SQLITE_OK)
		return connection_failed(c, text);
	return ERR_OK;
}

bool connection_lost(struct connection *c, int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return true;
	default:
		/* SQLite itself may have rolled everything back. */
		return sqlite3_get_autocommit(c->db) != 0;
	}
}

enum err connection_failed(struct connection *c, const char *doing)
{
	enum err e = (sqlite3_extended_errcode(c->db) & 0xff) == SQLITE_FULL ? ERR_STORAGE_FULL
									     : ERR_STORE;

	return err_set(e, ERR_WHERE, "", "%s (%.60s)", sqlite3_errmsg(c->db), doing);
}

/* --- statements --- */

static sqlite3_stmt *prepared(struct connection *c, const char *query, struct statement **slot)
{
	size_t at = ((uintptr_t)query >> 3) * 2654435761u % STATEMENT_SLOTS;
	sqlite3_stmt *stmt = NULL;

	*slot = NULL;
	while (c->statements[at].query && c->statements[at].query != query)
		at = (at + 1) % STATEMENT_SLOTS;
	if (c->statements[at].query && !c->statements[at].busy) {
		*slot = &c->statements[at];
		return c->statements[at].stmt;
	}
	if (sqlite3_prepare_v3(c->db, query, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
	    SQLITE_OK) {
		LOG(LOG_ERROR, "store.statement", LOG_S("query", query),
		    LOG_S("text", sqlite3_errmsg(c->db)));
		return NULL;
	}
	if (!c->statements[at].query) {
		CHECK(c->n++ < STATEMENT_SLOTS / 2);
		c->statements[at] = (struct statement){ .query = query, .stmt = stmt };
		*slot = &c->statements[at];
	}
	return stmt;
}

/* To SQLite "$1" is a name, numbered by first appearance: it is looked up, never counted. */
static int bind(sqlite3_stmt *s, const struct val *binds, size_t n)
{
	static const char *const NAMES[] = {
		"$1",  "$2",  "$3",  "$4",  "$5",  "$6",  "$7",  "$8",  "$9",  "$10", "$11",
		"$12", "$13", "$14", "$15", "$16", "$17", "$18", "$19", "$20", "$21", "$22",
		"$23", "$24", "$25", "$26", "$27", "$28", "$29", "$30", "$31", "$32",
	};

	CHECK(n <= sizeof(NAMES) / sizeof(NAMES[0]));
	for (size_t i = 0; i < n; i++) {
		int code = SQLITE_OK, at = sqlite3_bind_parameter_index(s, NAMES[i]);

		CHECK(at > 0);
		switch (binds[i].type) {
		case VAL_NULL:
			code = sqlite3_bind_null(s, at);
			break;
		case VAL_INTEGER:
			code = sqlite3_bind_int64(s, at, binds[i].i);
			break;
		case VAL_TEXT:
			code = sqlite3_bind_text64(s, at, binds[i].s.p ? binds[i].s.p : "",
						   binds[i].s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case VAL_BLOB:
			code = sqlite3_bind_blob64(s, at, binds[i].s.p ? binds[i].s.p : "",
						   binds[i].s.n, SQLITE_STATIC);
			break;
		}
		if (code != SQLITE_OK)
			return code;
	}
	CHECK((size_t)sqlite3_bind_parameter_count(s) == n);
	return SQLITE_OK;
}

enum put_result connection_put(struct connection *c, const struct put *p)
{
	struct statement *slot;
	sqlite3_stmt *s = prepared(c, p->query, &slot);
	int code = s ? bind(s, p->binds, p->n) : SQLITE_ERROR;

	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		code = SQLITE_MISUSE;

	bool lost = code != SQLITE_DONE && connection_lost(c, code);
	int changed = sqlite3_changes(c->db);

	if (code != SQLITE_DONE)
		(void)connection_failed(c, p->query);
	if (s) {
		(void)sqlite3_reset(s);
		(void)sqlite3_clear_bindings(s);
		if (!slot)
			(void)sqlite3_finalize(s);
	}
	if (code == SQLITE_DONE && p->expect != TX_ANY && changed != p->expect) {
		(void)err_set(ERR_STORE, ERR_WHERE, "", "%d rows instead of %d (%.60s)", changed,
			      p->expect, p->query);
		return PUT_REFUSED;
	}
	if (code == SQLITE_DONE)
		return PUT_DONE;
	return lost ? PUT_LOST : PUT_REFUSED;
}

/* --- reading --- */

/* Rows remember the statement; a copy beyond the cache is finalized at the end. */
struct reading {
	struct connection *c;
	struct statement *slot;
	sqlite3_stmt *stmt;
};

static void get(void *connection, struct rows *r, const char *query, const struct val *binds,
		size_t n)
{
	struct reading *reading = malloc(sizeof(*reading));

	CHECK(reading != NULL);
	*reading = (struct reading){ .c = connection };
	reading->stmt = prepared(reading->c, query, &reading->slot);
	r->statement = reading;
	if (!reading->stmt) {
		r->fault = err_set(ERR_STORE, ERR_WHERE, "", "a statement cannot be prepared");
		return;
	}
	if (reading->slot)
		reading->slot->busy = true;
	r->columns = sqlite3_column_count(reading->stmt);
	if (bind(reading->stmt, binds, n) != SQLITE_OK)
		r->fault = connection_failed(reading->c, query);
}

static bool next(struct rows *r)
{
	struct reading *reading = r->statement;
	int code = sqlite3_step(reading->stmt);

	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		r->fault = connection_failed(reading->c, "reading");
	return false;
}

static sqlite3_stmt *statement_of(const struct rows *r, int column)
{
	CHECK(r->open && column < r->columns);
	return ((const struct reading *)r->statement)->stmt;
}

static int64_t column_i(const struct rows *r, int column)
{
	return sqlite3_column_int64(statement_of(r, column), column);
}

static struct str column_s(const struct rows *r, int column)
{
	sqlite3_stmt *s = statement_of(r, column);
	const char *p = sqlite3_column_blob(s, column);

	return (struct str){ p ? p : "", (size_t)sqlite3_column_bytes(s, column) };
}

static bool column_null(const struct rows *r, int column)
{
	return sqlite3_column_type(statement_of(r, column), column) == SQLITE_NULL;
}

static enum err end(struct rows *r)
{
	struct reading *reading = r->statement;

	if (reading->slot) {
		(void)sqlite3_reset(reading->stmt);
		(void)sqlite3_clear_bindings(reading->stmt);
		reading->slot->busy = false;
	} else {
		(void)sqlite3_finalize(reading->stmt);
	}
	free(reading);
	r->statement = NULL;
	return r->fault;
}

const struct engine_reading SQLITE_READING = {
	.get = get,
	.next = next,
	.column_i = column_i,
	.column_s = column_s,
	.column_null = column_null,
	.end = end,
};
