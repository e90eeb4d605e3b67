/* store.h - how Tael remembers: closures that read, decide, then put; all or nothing; durable
 * before anyone hears of it.
 *
 * This is the only header of the store that use cases see.  It names no engine: the command line
 * opens one and hands over a `struct store *`.
 *
 * A closure runs on the store's writer, inside a transaction that it shares with others:
 *
 *   enum err order_close(struct tx *tx, const void *ask, void *answer)
 *   {
 *           read rows (tx_get), load accounts (tx_account)
 *           decide by core's rules
 *           put rows (tx_put), post (tx_post)
 *   }
 *
 * A closure that fails has touched nothing: its puts are dropped and its accounts wound back.  It
 * may run again (also after its own commit, when nobody knows whether that succeeded), so it looks
 * for its own traces first and writes nothing but rows and *answer.  No get follows a put.  All SQL
 * is a literal that every engine understands, bound by $1, $2, …; every table is keyed by merchant
 * first.
 */
#pragma once

#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "core/ledger.h"
#include "core/lot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct tx;

typedef enum err store_fn(struct tx *tx, const void *ask, void *answer);

/* Called on the writer once the outcome is known: ERR_OK means committed and synced.  Must not
 * block. */
typedef void store_done(void *arg, const struct outcome *o);

/* Hands a closure to the writer; never blocks.  `ask`, `answer` and `arg` live until `done` was
 * called. ERR_BUSY when too many wait or while the store cannot be written, ERR_STORAGE_FULL while
 * the disk is full, ERR_STOPPING, ERR_STORE on a store opened for reading: then `done` is not
 * called.  merchant 0 is the installation. */
MUST_USE enum err store_submit(struct store *s, int64_t merchant, store_fn *fn, const void *ask,
			       void *answer, store_done *done, void *arg);

/* The same, and waits.  Not from the writer or an HTTP loop. */
MUST_USE enum err store_write(struct store *s, int64_t merchant, store_fn *fn, const void *ask,
			      void *answer);

/* Runs a closure that only reads, on the calling thread, on a read-only connection of the store's
 * pool, in one snapshot of the rows.  What accounts have may be older by a commit that ended just
 * when it began.  While the log is long, whoever reads for more than 250 ms is cut off (ERR_BUSY):
 * lists are paged.  Not from an HTTP loop. */
MUST_USE enum err store_read(struct store *s, int64_t merchant, store_fn *fn, const void *ask,
			     void *answer);

/* True while writes are served. */
bool store_ready(const struct store *s);

/* Serves what waits, flushes, checkpoints and closes. NULL-safe. */
void store_close(struct store *s);

/* For /metrics. */
struct store_counts {
	uint64_t commits, items, failed_items, rerun_items;
	int64_t waiting, accounts_loaded, wal_pages;
};
void store_counts(struct store *s, struct store_counts *out);

/* --- inside a closure --- */

int64_t tx_merchant(const struct tx *tx);

/* The batch's time, ms since 1970: what is due, expires or is signed follows it. */
int64_t tx_now(const struct tx *tx);

/* A new id, above every id of this merchant's book and of this node.  Not in a reading closure. */
int64_t tx_id(struct tx *tx);

/* --- values --- */

struct val {
	enum { VAL_NULL, VAL_INTEGER, VAL_TEXT, VAL_BLOB } type;
	int64_t i;
	struct str s;
};
#define V_NULL ((struct val){ .type = VAL_NULL })
#define V_I(x) ((struct val){ .type = VAL_INTEGER, .i = (x) })
#define V_T(cstr) ((struct val){ .type = VAL_TEXT, .s = str_of(cstr) })
#define V_S(str_) ((struct val){ .type = VAL_TEXT, .s = (str_) })
#define V_B(p_, n_) ((struct val){ .type = VAL_BLOB, .s = { (const char *)(p_), (n_) } })
/* 0 and "" become NULL. */
#define V_ID(x) ((struct val){ .type = (x) != 0 ? VAL_INTEGER : VAL_NULL, .i = (x) })
#define V_OPT(cstr) \
	((struct val){ .type = *(cstr) != '\0' ? VAL_TEXT : VAL_NULL, .s = str_of(cstr) })

/* --- reading --- */

/* Rows of a query: sticky, forward only; several may be open at once.  Text and blobs are borrowed
 * until the next rows_next or rows_end of the same rows. */
struct rows {
	struct tx *tx;
	void *statement;
	int columns;
	bool open;
	enum err fault;
};

/* TX_GET(tx, &rows, "select a, b from t where merchant_id = $1 and id = $2", V_I(m), V_I(id)); */
#define TX_GET(tx, rows, query, ...)                                           \
	tx_get((tx), (rows), "" query "", (const struct val[]){ __VA_ARGS__ }, \
	       sizeof((const struct val[]){ __VA_ARGS__ }) / sizeof(struct val))
void tx_get(struct tx *tx, struct rows *r, const char *query, const struct val *binds, size_t n);

/* True when there is a(nother) row. */
bool rows_next(struct rows *r);

/* Columns of the present row, from 0.  NULL reads as 0 and "". */
int64_t row_i(const struct rows *r, int column);
struct str row_s(const struct rows *r, int column);
bool row_null(const struct rows *r, int column);
/* Copies text or blob + NUL; CHECKs that it fits: stored text has known limits. */
void row_text(const struct rows *r, int column, char *out, size_t cap);

/* Ends reading (also after the last row) and tells whether it went well. */
MUST_USE enum err rows_end(struct rows *r);

/* Reads exactly one row or none: *found; then the columns may be read until rows_end. */
#define TX_ONE(tx, rows, found, query, ...)               \
	do {                                              \
		TX_GET((tx), (rows), query, __VA_ARGS__); \
		*(found) = rows_next(rows);               \
	} while (0)

/* --- writing --- */

/* Appends a statement to this closure's list.  It must change exactly `expect` rows (TX_ANY: any
 * number); another count is our bug here and a race on an engine with several writers. */
enum { TX_ANY = -1 };
#define TX_PUT(tx, expect, query, ...)                                           \
	tx_put((tx), (expect), "" query "", (const struct val[]){ __VA_ARGS__ }, \
	       sizeof((const struct val[]){ __VA_ARGS__ }) / sizeof(struct val))
void tx_put(struct tx *tx, int expect, const char *query, const struct val *binds, size_t n);

/* A part that may be dropped alone, e.g. an order's action: puts and postings after the mark are
 * wound back by tx_undo. */
struct tx_mark {
	size_t puts, undo, journal, rows;
	int64_t last;
};
struct tx_mark tx_mark(struct tx *tx);
void tx_undo(struct tx *tx, struct tx_mark mark);

/* Something the layers above do after this closure's commit, e.g. wake the deliveries: bits of
 * enum tx_news, collected over the batch and handed to the store's listener. */
enum tx_news {
	NEWS_EVENTS = 1,
	NEWS_JOBS = 2,
	NEWS_KEYS = 4,
	NEWS_CHANNELS = 8,
	NEWS_RULES = 16 /* what the store remembers of a store_rules is forgotten */
};
void tx_tell(struct tx *tx, unsigned news);

/* The listener, called on the writer after a commit with the news of its items.  One; NULL: nobody
 * any more, and nobody is being told once this returns.  Not from the listener itself. */
typedef void store_listener(void *self, int64_t merchant, unsigned news);
void store_listen(struct store *s, store_listener *listener, void *self);

/* --- the book --- */

/* The account of `address` and `asset`, loaded; made on first use (rule by its kind; in a reading
 * closure a new one has id 0 and zeros).  Valid until the closure returns.  ERR_INVALID for a bad
 * address.  This is a get. */
MUST_USE enum err tx_account(struct tx *tx, struct str address, int64_t asset,
			     struct account **out);

/* The account by id, which comes from our own rows: ERR_CORRUPT when there is none. */
MUST_USE enum err tx_account_by_id(struct tx *tx, int64_t id, struct account **out);

/* Changes a loaded account's settings, in memory and in its row, and counts the change.  This is a
 * put. */
void tx_account_settings(struct tx *tx, struct account *a, const struct account_settings *s);

/* What a loaded account has that expires, soonest first, as far as this closure has gone; *n 0 when
 * none of it does.  Good until the next posting.  Not in a reading closure. */
const struct lot *tx_lots(const struct tx *tx, const struct account *a, size_t *n);

/* What a posting says beside its accounts; see core/ledger.h for kind and force. */
struct posting {
	enum posting_kind kind;
	enum posting_force force;
	struct account *from, *to;
	int64_t amount;
	int64_t reason;
	int64_t cause;          /* the hold or transfer it belongs to; 0 none */
	int64_t app;            /* 0: Tael */
	const char *request_id; /* "" none; Tael's own: "<object id>:<step>" */
	const char *ref, *memo; /* "" none */
	int64_t group;          /* transfers asked for together; 0 none */
};

/* A row of the journal, as it is and stays. */
struct transfer {
	int64_t id, at_ms;
	enum posting_kind kind;
	int64_t asset, from_account, to_account; /* to_account 0 for HOLD and RELEASE */
	int64_t amount;
	int64_t from_balance, from_held, from_version, from_previous;
	int64_t to_balance, to_held, to_version, to_previous;
	int64_t batch, cause, app, reason, group;
	int32_t date; /* business date, 20261122 */
	char request_id[REQUEST_KEY_MAX + 1], ref[REF_MAX + 1], memo[MEMO_MAX + 1];
};

/* Each account's transfer that gave it a version which is a multiple of this has a row in
 * account_mark: from there on the way back through its previous transfers is short. */
enum { ACCOUNT_MARK_EVERY = 1024 };

/* Applies the posting to the loaded accounts by core's rules and appends its journal row.  Fails as
 * ledger_apply does, having changed nothing.  This is a put.  *out may be NULL.  A hold's id is the
 * id of the row that set it aside. */
MUST_USE enum err tx_post(struct tx *tx, const struct posting *p, struct transfer *out);

/* --- transfers as data --- */

enum { POST_ASSET_MAX = 16 };

/* A transfer that an application asks for; every text was checked for its form and is borrowed. */
struct post {
	int64_t app;
	struct str request_id;  /* 1..REQUEST_KEY_MAX bytes */
	struct str from, to;    /* holders, "user:1001" */
	struct str asset;       /* code */
	int64_t amount, reason; /* amount 1..AMOUNT_MAX */
	struct str memo, ref;   /* empty: none */
};

struct post_result {
	enum err code; /* ERR_OK, or why not: then only param and text count */
	bool replayed; /* the request was done before; this is what it did */
	int64_t id, from_balance, to_balance;
	char param[16], text[112];
};

/* Who may move what for which reason: refuses, or gives the asset's id.  May read rows.  What it
 * allows is remembered by asset, reason and the two kinds of holder until a closure tells
 * NEWS_RULES. */
typedef enum err store_rules(struct tx *tx, const struct post *p, int64_t *asset);

/* Posts one transfer, once for ever for its app and request_id; *out is filled in either case.
 * Fails as `rules` and ledger_apply do, and ERR_CONFLICT, ERR_CANCELLED: then nothing changed.  It
 * reads and puts: gets must not follow it, other transfers may. */
MUST_USE enum err tx_transfer(struct tx *tx, store_rules *rules, const struct post *p,
			      int64_t group, struct post_result *out);

/* Posts many, each seeing those before it (a closure; ask: struct posts; answer: unused).  atomic:
 * the first that fails is the outcome, and nothing is stored.  A failure of the store is the
 * outcome in either case. */
struct posts {
	store_rules *rules;
	const struct post *posts;
	size_t n;
	int64_t group; /* transfers asked for together; 0 none */
	bool atomic;
	struct post_result *results; /* n */
};
enum err tx_transfers(struct tx *tx, const void *ask, void *answer);

/* A request key of kind 1 was put by other means than tx_transfer.  Not in a closure that calls
 * tx_transfer too: that looks for its key among rows and pending transfers, where a key that was
 * put but is not yet executed is not. */
void tx_key_put(struct tx *tx, int64_t app, struct str key);

/* Hands transfers to the writer by the store's own rules, as store_submit does a closure. */
void store_rules_are(struct store *s, store_rules *rules);
MUST_USE enum err store_post(struct store *s, int64_t merchant, const struct post *posts, size_t n,
			     bool atomic, struct post_result *results, store_done *done, void *arg);
