#include "store/sqlite/pending_rows.h"

#include "base/check.h"

#include <stdlib.h>

/* The columns of `transfer`, in its order, and whether the row brings its request key. */
static const char TABLE[] =
	"create table pending_transfer (merchant_id, id, at, kind, asset_id, from_account, "
	"to_account, amount, from_balance, from_held, from_version, from_previous, to_balance, "
	"to_held, to_version, to_previous, batch, cause, app_id, request_id, reason, ref, memo, "
	"group_id, date, keyed)";
enum column {
	MERCHANT,
	ID,
	AT,
	KIND,
	ASSET,
	FROM,
	TO,
	AMOUNT,
	FROM_BALANCE,
	FROM_HELD,
	FROM_VERSION,
	FROM_PREVIOUS,
	TO_BALANCE,
	TO_HELD,
	TO_VERSION,
	TO_PREVIOUS,
	BATCH,
	CAUSE,
	APP,
	REQUEST_ID,
	REASON,
	REF,
	MEMO,
	GROUP,
	DATE,
	KEYED
};

static enum put_result put_mark(struct connection *c, int64_t merchant, int64_t account,
				int64_t version, int64_t transfer);

struct table {
	sqlite3_vtab base; /* first, as SQLite wants it */
	const struct pending_shown *shown;
};

struct cursor {
	sqlite3_vtab_cursor base; /* first */
	const struct pending_shown *shown;
	size_t at;
};

static int connect_table(sqlite3 *db, void *shown, int argc, const char *const *argv,
			 sqlite3_vtab **out, char **fault)
{
	struct table *t;
	int code = sqlite3_declare_vtab(db, TABLE);

	(void)argc;
	(void)argv;
	(void)fault;
	if (code != SQLITE_OK)
		return code;
	t = calloc(1, sizeof(*t));
	CHECK(t != NULL);
	t->shown = shown;
	*out = &t->base;
	return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *t)
{
	free(t);
	return SQLITE_OK;
}

/* It is only ever read from its first row to its last. */
static int best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
	(void)t;
	info->estimatedCost = 1;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
	struct cursor *c = calloc(1, sizeof(*c));

	CHECK(c != NULL);
	c->shown = ((const struct table *)t)->shown;
	*out = &c->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *c)
{
	free(c);
	return SQLITE_OK;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): SQLite's type */
static int filter(sqlite3_vtab_cursor *c, int number, const char *text, int argc,
		  sqlite3_value **argv)
{
	(void)number;
	(void)text;
	(void)argc;
	(void)argv;
	((struct cursor *)c)->at = 0;
	return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *c)
{
	((struct cursor *)c)->at++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
	const struct cursor *c = (const struct cursor *)cursor;

	return c->at >= c->shown->pending->n;
}

static int row_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((const struct cursor *)cursor)->at;
	return SQLITE_OK;
}

static void text_or_null(sqlite3_context *x, const char *text)
{
	if (*text == '\0')
		sqlite3_result_null(x);
	else
		sqlite3_result_text(x, text, -1, SQLITE_STATIC);
}

static void id_or_null(sqlite3_context *x, int64_t id)
{
	if (id == 0)
		sqlite3_result_null(x);
	else
		sqlite3_result_int64(x, id);
}

static void side(sqlite3_context *x, const struct transfer *t, int64_t value)
{
	if (t->to_account == 0)
		sqlite3_result_null(x);
	else
		sqlite3_result_int64(x, value);
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *x, int number)
{
	const struct cursor *c = (const struct cursor *)cursor;
	const struct pending_row *row = &c->shown->pending->rows[c->at];
	const struct transfer *t = &row->transfer;

	/* clang-format off */
	switch ((enum column)number) {
	case MERCHANT: sqlite3_result_int64(x, c->shown->merchant); break;
	case ID: sqlite3_result_int64(x, t->id); break;
	case AT: sqlite3_result_int64(x, t->at_ms); break;
	case KIND: sqlite3_result_int64(x, t->kind); break;
	case ASSET: sqlite3_result_int64(x, t->asset); break;
	case FROM: sqlite3_result_int64(x, t->from_account); break;
	case TO: id_or_null(x, t->to_account); break;
	case AMOUNT: sqlite3_result_int64(x, t->amount); break;
	case FROM_BALANCE: sqlite3_result_int64(x, t->from_balance); break;
	case FROM_HELD: sqlite3_result_int64(x, t->from_held); break;
	case FROM_VERSION: sqlite3_result_int64(x, t->from_version); break;
	case FROM_PREVIOUS: sqlite3_result_int64(x, t->from_previous); break;
	case TO_BALANCE: side(x, t, t->to_balance); break;
	case TO_HELD: side(x, t, t->to_held); break;
	case TO_VERSION: side(x, t, t->to_version); break;
	case TO_PREVIOUS: side(x, t, t->to_previous); break;
	case BATCH: sqlite3_result_int64(x, t->batch); break;
	case CAUSE: id_or_null(x, t->cause); break;
	case APP: sqlite3_result_int64(x, t->app); break;
	case REQUEST_ID: text_or_null(x, t->request_id); break;
	case REASON: sqlite3_result_int64(x, t->reason); break;
	case REF: text_or_null(x, t->ref); break;
	case MEMO: text_or_null(x, t->memo); break;
	case GROUP: id_or_null(x, t->group); break;
	case DATE: sqlite3_result_int64(x, t->date); break;
	case KEYED: sqlite3_result_int64(x, row->keyed); break;
	}
	/* clang-format on */
	return SQLITE_OK;
}

/* Without xCreate it is there under its own name and cannot be made in a schema. */
static const sqlite3_module MODULE = {
	.xConnect = connect_table,
	.xBestIndex = best_index,
	.xDisconnect = disconnect_table,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next_row,
	.xEof = at_end,
	.xColumn = column,
	.xRowid = row_number,
};

enum err pending_rows_register(struct connection *c, struct pending_shown *shown)
{
	if (sqlite3_create_module(connection_handle(c), "pending_transfer", &MODULE, shown) !=
	    SQLITE_OK)
		return connection_failed(c, "pending_transfer");
	return ERR_OK;
}

enum put_result pending_rows_put(struct connection *c, const struct pending_shown *shown)
{
	static const char ROWS[] =
		"insert into transfer (merchant_id, id, at, kind, asset_id, from_account, "
		"to_account, amount, from_balance, from_held, from_version, from_previous, "
		"to_balance, to_held, to_version, to_previous, batch, cause, app_id, request_id, "
		"reason, ref, memo, group_id, date) select merchant_id, id, at, kind, asset_id, "
		"from_account, to_account, amount, from_balance, from_held, from_version, "
		"from_previous, to_balance, to_held, to_version, to_previous, batch, cause, "
		"app_id, request_id, reason, ref, memo, group_id, date from pending_transfer";
	/* What was asked stands in the journal's row, so there is no digest. */
	static const char KEYS[] =
		"insert into request_key (merchant_id, app_id, kind, key, object, digest) "
		"select merchant_id, app_id, 1, request_id, id, x'' from pending_transfer "
		"where keyed";
	enum put_result r;
	int keyed = 0;

	for (size_t i = 0; i < shown->pending->n; i++)
		keyed += shown->pending->rows[i].keyed;
	r = connection_put(c, &(struct put){ .query = ROWS, .expect = (int)shown->pending->n });
	if (r == PUT_DONE && keyed > 0)
		r = connection_put(c, &(struct put){ .query = KEYS, .expect = keyed });
	for (size_t i = 0; r == PUT_DONE && i < shown->pending->n; i++) {
		const struct transfer *t = &shown->pending->rows[i].transfer;

		r = put_mark(c, shown->merchant, t->from_account, t->from_version, t->id);
		if (r == PUT_DONE && t->to_account != 0)
			r = put_mark(c, shown->merchant, t->to_account, t->to_version, t->id);
	}
	return r;
}

/* So few rows that each is a statement. */
static enum put_result put_mark(struct connection *c, int64_t merchant, int64_t account,
				int64_t version, int64_t transfer)
{
	struct val binds[] = { V_I(merchant), V_I(account), V_I(version), V_I(transfer) };

	if (version % ACCOUNT_MARK_EVERY != 0)
		return PUT_DONE;
	return connection_put(
		c, &(struct put){ .query = "insert into account_mark (merchant_id, account_id, "
					   "version, transfer_id) values ($1, $2, $3, $4)",
				  .expect = 1,
				  .binds = binds,
				  .n = 4 });
}
