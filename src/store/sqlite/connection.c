#include "store/sqlite/connection.h"

#include "base/check.h"
#include "sys/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATEMENT_SLOTS = 1024, BINDS_MAX = 32, BUSY_MS = 5000 };

/* A prepared statement, found by the address of its literal. */
struct statement {
	const char *query;
	sqlite3_stmt *stmt;
	bool busy; /* being read: a second reader of the same query gets a copy */
	size_t binds;
	uint8_t at[BINDS_MAX]; /* where SQLite keeps $1, $2, … */
};

/* One query being read. */
struct reading {
	struct reading *next; /* of the open ones, or of those to use again */
	struct connection *c;
	struct statement *statement;
	struct statement copy; /* used when the cached one is busy; finalized at the end */
};

struct connection {
	sqlite3 *db;
	struct statement statements[STATEMENT_SLOTS];
	size_t n;
	struct reading *open, *unused;
	bool broken;    /* a read failed by disk, file or memory */
	enum err fault; /* the last failure */
};

static enum err configure(struct connection *c, enum connection_kind kind);
static void set_up_library(void);
static enum put_result judge(struct connection *c, const struct put *p, int code);
static struct statement *prepared(struct connection *c, const char *query, struct statement *copy);
static bool prepare(struct connection *c, const char *query, struct statement *out);
static int bind(struct statement *st, const struct val *binds, size_t n);
static void close_reading(struct reading *reading);

static pthread_once_t library_set_up = PTHREAD_ONCE_INIT;

enum err connection_open(const char *path, enum connection_kind kind, struct connection **out)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	struct connection *c = calloc(1, sizeof(*c));

	CHECK(c != NULL);
	CHECK(pthread_once(&library_set_up, set_up_library) == 0);
	flags |= kind == CONNECTION_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
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

/* Counting every allocation under one lock costs all threads time, and nobody reads the count. */
static void set_up_library(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
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
	TRY(connection_exec(c, "pragma cache_size = -32768"));
	return connection_exec(c, "pragma temp_store = memory");
}

void connection_close(struct connection *c)
{
	if (!c)
		return;
	connection_end_reads(c);
	for (struct reading *r = c->unused, *next; r; r = next) {
		next = r->next;
		free(r);
	}
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

enum err connection_settle(struct connection *c)
{
	if (sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
	    SQLITE_OK)
		return connection_failed(c, "emptying the log");
	return ERR_OK;
}

/* --- failures --- */

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

bool connection_full(const struct connection *c)
{
	return c->fault == ERR_STORAGE_FULL;
}

bool connection_broke(struct connection *c)
{
	return c->broken || sqlite3_get_autocommit(c->db) != 0;
}

/* A quota or a limit on a file's size is a full disk as well, but SQLite calls only ENOSPC that. */
static bool out_of_room(struct connection *c)
{
	sqlite3_file *log = NULL;
	int why = 0, why_log = 0;

	(void)sqlite3_file_control(c->db, "main", SQLITE_FCNTL_LAST_ERRNO, &why);
	(void)sqlite3_file_control(c->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods)
		(void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &why_log);
	return why == EDQUOT || why == EFBIG || why_log == EDQUOT || why_log == EFBIG;
}

enum err connection_failed(struct connection *c, const char *doing)
{
	int code = sqlite3_errcode(c->db) & 0xff;

	c->fault = ERR_STORE;
	if (code == SQLITE_BUSY || code == SQLITE_INTERRUPT)
		c->fault = ERR_BUSY;
	if (code == SQLITE_FULL || (code == SQLITE_IOERR && out_of_room(c)))
		c->fault = ERR_STORAGE_FULL;
	return err_set(c->fault, ERR_WHERE, "", "%s (%.60s)", sqlite3_errmsg(c->db), doing);
}

/* --- statements --- */

/* The statement of a literal, ready to be bound.  *copy is filled when the kept one is being read;
 * NULL when SQLite cannot prepare it. */
static struct statement *prepared(struct connection *c, const char *query, struct statement *copy)
{
	size_t at = ((uintptr_t)query >> 3) * 2654435761u % STATEMENT_SLOTS;

	while (c->statements[at].query && c->statements[at].query != query)
		at = (at + 1) % STATEMENT_SLOTS;

	struct statement *kept = &c->statements[at];

	if (kept->query && kept->busy)
		return prepare(c, query, copy) ? copy : NULL;
	if (!kept->query) {
		if (!prepare(c, query, kept))
			return NULL;
		CHECK(c->n++ < STATEMENT_SLOTS / 2);
	}
	return kept;
}

/* To SQLite "$1" is a name, numbered by first appearance: it is looked up once, never counted. */
static bool prepare(struct connection *c, const char *query, struct statement *out)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v3(c->db, query, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) !=
	    SQLITE_OK) {
		LOG(LOG_ERROR, "store.statement", LOG_S("query", query),
		    LOG_S("text", sqlite3_errmsg(c->db)));
		return false;
	}
	*out = (struct statement){ .query = query,
				   .stmt = s,
				   .binds = (size_t)sqlite3_bind_parameter_count(s) };
	CHECK(out->binds <= BINDS_MAX);
	for (size_t i = 0; i < out->binds; i++) {
		char name[24];

		(void)snprintf(name, sizeof(name), "$%zu", i + 1);
		out->at[i] = (uint8_t)sqlite3_bind_parameter_index(s, name);
		CHECK(out->at[i] > 0);
	}
	return true;
}

/* Every place is bound anew each time, so nothing is cleared in between. */
static int bind(struct statement *st, const struct val *binds, size_t n)
{
	CHECK(n == st->binds);
	for (size_t i = 0; i < n; i++) {
		int code = SQLITE_OK;

		switch (binds[i].type) {
		case VAL_NULL:
			code = sqlite3_bind_null(st->stmt, st->at[i]);
			break;
		case VAL_INTEGER:
			code = sqlite3_bind_int64(st->stmt, st->at[i], binds[i].i);
			break;
		case VAL_TEXT:
			code = sqlite3_bind_text64(st->stmt, st->at[i],
						   binds[i].s.p ? binds[i].s.p : "", binds[i].s.n,
						   SQLITE_STATIC, SQLITE_UTF8);
			break;
		case VAL_BLOB:
			code = sqlite3_bind_blob64(st->stmt, st->at[i],
						   binds[i].s.p ? binds[i].s.p : "", binds[i].s.n,
						   SQLITE_STATIC);
			break;
		}
		if (code != SQLITE_OK)
			return code;
	}
	return SQLITE_OK;
}

enum put_result connection_put(struct connection *c, const struct put *p)
{
	struct statement copy = { 0 }, *st = prepared(c, p->query, &copy);
	int code = st ? bind(st, p->binds, p->n) : sqlite3_errcode(c->db);

	if (st && code == SQLITE_OK)
		code = sqlite3_step(st->stmt);

	enum put_result result = judge(c, p, code);

	if (st)
		(void)sqlite3_reset(st->stmt);
	(void)sqlite3_finalize(copy.stmt);
	return result;
}

/* Before the reset, which may change what SQLite says of its last call. */
static enum put_result judge(struct connection *c, const struct put *p, int code)
{
	int changed = sqlite3_changes(c->db);

	if (code == SQLITE_DONE && (p->expect == TX_ANY || changed == p->expect))
		return PUT_DONE;
	if (code == SQLITE_DONE || code == SQLITE_ROW) {
		c->fault = err_set(ERR_STORE, ERR_WHERE, "", "%d rows%s instead of %d (%.60s)",
				   changed, code == SQLITE_ROW ? " and an answer" : "", p->expect,
				   p->query);
		return PUT_REFUSED;
	}
	(void)connection_failed(c, p->query);
	return connection_lost(c, code) ? PUT_LOST : PUT_REFUSED;
}

enum err connection_run(struct connection *c, const char *text)
{
	const struct put p = { .query = text, .expect = TX_ANY };

	return connection_put(c, &p) == PUT_DONE ? ERR_OK : c->fault;
}

void connection_try(struct connection *c, const char *text)
{
	const struct put p = { .query = text, .expect = TX_ANY };

	(void)connection_put(c, &p);
}

/* --- reading --- */

static void get(void *connection, struct rows *r, const char *query, const struct val *binds,
		size_t n)
{
	struct connection *c = connection;
	struct reading *reading = c->unused;
	int code;

	if (reading)
		c->unused = reading->next;
	else
		reading = malloc(sizeof(*reading));
	CHECK(reading != NULL);
	reading->c = c;
	reading->copy.stmt = NULL;
	reading->statement = prepared(c, query, &reading->copy);
	reading->next = c->open;
	c->open = reading;
	r->statement = reading;
	code = reading->statement ? bind(reading->statement, binds, n) : sqlite3_errcode(c->db);
	if (code != SQLITE_OK) {
		r->fault = connection_failed(c, query);
		c->broken = c->broken || connection_lost(c, code);
	}
	if (!reading->statement)
		return;
	reading->statement->busy = true;
	r->columns = sqlite3_column_count(reading->statement->stmt);
}

static bool next(struct rows *r)
{
	struct reading *reading = r->statement;
	int code = sqlite3_step(reading->statement->stmt);

	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE) {
		r->fault = connection_failed(reading->c, reading->statement->query);
		reading->c->broken = reading->c->broken || connection_lost(reading->c, code);
	}
	return false;
}

static sqlite3_stmt *statement_of(const struct rows *r, int column)
{
	CHECK(r->open && column < r->columns);
	return ((const struct reading *)r->statement)->statement->stmt;
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
	struct reading **at = &reading->c->open;

	while (*at != reading)
		at = &(*at)->next;
	*at = reading->next;
	close_reading(reading);
	r->statement = NULL;
	return r->fault;
}

void connection_end_reads(struct connection *c)
{
	while (c->open) {
		struct reading *reading = c->open;

		c->open = reading->next;
		close_reading(reading);
	}
	c->broken = false;
}

/* Puts away what is no longer among the open ones. */
static void close_reading(struct reading *reading)
{
	struct connection *c = reading->c;

	if (reading->statement) {
		(void)sqlite3_reset(reading->statement->stmt);
		reading->statement->busy = false;
	}
	(void)sqlite3_finalize(reading->copy.stmt);
	reading->next = c->unused;
	c->unused = reading;
}

const struct engine_reading SQLITE_READING = {
	.get = get,
	.next = next,
	.column_i = column_i,
	.column_s = column_s,
	.column_null = column_null,
	.end = end,
};
