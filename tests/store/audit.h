/* audit.h - the books of a closed or running store, judged by code of the tests' own: plain SQL, a
 * replay of the journal, and docs/journal.md read a second time.
 */
#pragma once

#include "base/check.h"
#include "sys/crypto.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct audit {
	sqlite3 *db;
	char fault[240]; /* "" while nothing is wrong */
	int64_t transfers, batches;
};

/* An account as the journal makes it. */
struct audited {
	int64_t merchant, id, asset, balance, held, version, last;
};

enum { AUDITED_MAX = 4096, AUDIT_COLUMNS = 25 };

#define AUDIT_FAULT(a, ...)                                                          \
	do {                                                                         \
		if ((a)->fault[0] == '\0')                                           \
			(void)snprintf((a)->fault, sizeof((a)->fault), __VA_ARGS__); \
	} while (0)

static inline sqlite3 *audit_db(const char *dir)
{
	sqlite3 *db = NULL;
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/tael.db", dir);
	CHECK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 10000);
	/* Only the store itself may checkpoint. */
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return db;
}

/* A hash over all rows of all tables: two stores that remember the same have the same. */
__attribute__((unused)) static void dump(const char *dir, char out[65])
{
	static const char *const TABLES[] = { "book",  "account",     "transfer",
					      "batch", "request_key", "account_mark" };
	sqlite3 *db = audit_db(dir);
	struct sha256_run *h = sha256_begin();
	uint8_t sum[32];

	for (size_t t = 0; t < sizeof(TABLES) / sizeof(TABLES[0]); t++) {
		char query[80];
		sqlite3_stmt *s = NULL;

		(void)snprintf(query, sizeof(query), "select * from %s order by 1, 2", TABLES[t]);
		CHECK(sqlite3_prepare_v2(db, query, -1, &s, NULL) == SQLITE_OK);
		while (sqlite3_step(s) == SQLITE_ROW) {
			for (int c = 0; c < sqlite3_column_count(s); c++) {
				int n = (sqlite3_column_blob(s, c), sqlite3_column_bytes(s, c));

				sha256_add(h, &n, sizeof(n));
				sha256_add(h, sqlite3_column_blob(s, c), (size_t)n);
			}
		}
		(void)sqlite3_finalize(s);
	}
	(void)sqlite3_close(db);
	sha256_end(h, sum);
	for (int i = 0; i < 32; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* The first column of the first row; -1 when there is none. */
__attribute__((unused)) static int64_t sql_i(const char *dir, const char *query)
{
	sqlite3 *db = audit_db(dir);
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	CHECK(sqlite3_prepare_v2(db, query, -1, &s, NULL) == SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return n;
}

/* Changes a store that nobody writes to meanwhile. */
__attribute__((unused)) static void sql_do(const char *dir, const char *text)
{
	sqlite3 *db = NULL;
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/tael.db", dir);
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", text, sqlite3_errmsg(db));
		abort();
	}
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

/* --- the journal's bytes, format 1 --- */

static inline void hash_i(struct sha256_run *h, int64_t v)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	sha256_add(h, b, 8);
}

static inline void hash_row(struct sha256_run *h, sqlite3_stmt *row)
{
	/* The order of docs/journal.md; nulls are 0 and "". */
	static const char *const NUMBERS[] = {
		"id",           "at",           "kind",          "asset_id",
		"from_account", "to_account",   "amount",        "from_balance",
		"from_held",    "from_version", "from_previous", "to_balance",
		"to_held",      "to_version",   "to_previous",   "cause",
		"app_id",       "reason",       "group_id",      "date",
	};
	static const char *const TEXTS[] = { "request_id", "ref", "memo" };

	for (size_t i = 0; i < sizeof(NUMBERS) / sizeof(NUMBERS[0]); i++) {
		for (int c = 0; c < sqlite3_column_count(row); c++) {
			if (strcmp(sqlite3_column_name(row, c), NUMBERS[i]) == 0)
				hash_i(h, sqlite3_column_int64(row, c));
		}
	}
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		for (int c = 0; c < sqlite3_column_count(row); c++) {
			if (strcmp(sqlite3_column_name(row, c), TEXTS[i]) != 0)
				continue;
			hash_i(h, sqlite3_column_bytes(row, c));
			sha256_add(h, sqlite3_column_blob(row, c),
				   (size_t)sqlite3_column_bytes(row, c));
		}
	}
}

/* --- the replay --- */

struct replay {
	struct audited accounts[AUDITED_MAX];
	size_t n;
};

static inline struct audited *replayed(struct replay *r, int64_t merchant, int64_t id,
				       int64_t asset)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->accounts[i].merchant == merchant && r->accounts[i].id == id)
			return &r->accounts[i];
	}
	CHECK(r->n < AUDITED_MAX);
	r->accounts[r->n] = (struct audited){ .merchant = merchant, .id = id, .asset = asset };
	return &r->accounts[r->n++];
}

static inline void replay_side(struct audit *a, struct audited *x, const int64_t *want, int64_t id,
			       int64_t asset)
{
	if (x->balance != want[0] || x->held != want[1] || x->version != want[2] ||
	    x->last != want[3] || x->asset != asset)
		AUDIT_FAULT(a, "transfer %" PRId64 ": account %" PRId64 " is not as it says", id,
			    x->id);
	x->last = id;
}

/* v: the row's columns in their order in the table, from merchant_id. */
static inline void replay_row(struct audit *a, struct replay *r, const int64_t *v)
{
	int64_t kind = v[3], amount = v[7];
	bool two = kind == 1 || kind == 3 || kind == 5;
	struct audited *from = replayed(r, v[0], v[5], v[4]);
	struct audited *to = two ? replayed(r, v[0], v[6], v[4]) : NULL;

	if (two) {
		from->balance -= amount;
		to->balance += amount;
		to->version++;
	}
	if (kind == 2)
		from->held += amount;
	if (kind == 3 || kind == 4)
		from->held -= amount;
	from->version++;
	replay_side(a, from, &v[8], v[1], v[4]);
	if (to)
		replay_side(a, to, &v[12], v[1], v[4]);
	if (v[2] != v[1] >> 21)
		AUDIT_FAULT(a, "transfer %" PRId64 ": its time is not its id's", v[1]);
	a->transfers++;
}

/* By asset, over what the journal makes of the accounts. */
static inline void audit_sums(struct audit *a, const struct replay *r)
{
	for (size_t i = 0; i < r->n; i++) {
		int64_t sum = 0;

		for (size_t j = 0; j < r->n; j++) {
			if (r->accounts[j].merchant == r->accounts[i].merchant &&
			    r->accounts[j].asset == r->accounts[i].asset)
				sum += r->accounts[j].balance;
		}
		if (sum != 0)
			AUDIT_FAULT(a, "asset %" PRId64 " does not add up to 0",
				    r->accounts[i].asset);
	}
}

/* --- the chain --- */

struct chain {
	int64_t merchant, number;
	uint8_t head[32];
};

static inline void chain_rows(struct audit *a, struct replay *r, struct sha256_run *h,
			      sqlite3_stmt *batch)
{
	sqlite3_stmt *s = NULL;
	int64_t n = 0, last = 0;

	CHECK(sqlite3_prepare_v2(a->db,
				 "select * from transfer where merchant_id = ? and batch = ? "
				 "order by id",
				 -1, &s, NULL) == SQLITE_OK);
	(void)sqlite3_bind_int64(s, 1, sqlite3_column_int64(batch, 0));
	(void)sqlite3_bind_int64(s, 2, sqlite3_column_int64(batch, 1));
	for (; sqlite3_step(s) == SQLITE_ROW; n++) {
		int64_t v[AUDIT_COLUMNS];

		CHECK(sqlite3_column_count(s) == AUDIT_COLUMNS);
		for (int i = 0; i < AUDIT_COLUMNS; i++)
			v[i] = sqlite3_column_int64(s, i);
		if (n == 0 && v[1] != sqlite3_column_int64(batch, 2))
			AUDIT_FAULT(a, "batch: the first transfer is another");
		last = v[1];
		hash_row(h, s);
		replay_row(a, r, v);
	}
	if (n != sqlite3_column_int64(batch, 4) || last != sqlite3_column_int64(batch, 3) ||
	    sqlite3_column_int64(batch, 5) != last >> 21)
		AUDIT_FAULT(a, "batch: its count, last transfer or time is wrong");
	(void)sqlite3_finalize(s);
}

static inline void chain_batch(struct audit *a, struct replay *r, struct chain *c,
			       sqlite3_stmt *batch)
{
	struct sha256_run *h = sha256_begin();
	uint8_t sum[32];

	if (sqlite3_column_int64(batch, 0) != c->merchant)
		*c = (struct chain){ .merchant = sqlite3_column_int64(batch, 0) };
	if (sqlite3_column_int64(batch, 1) != ++c->number)
		AUDIT_FAULT(a, "the batches have a gap at %" PRId64, c->number);
	if (sqlite3_column_bytes(batch, 7) != 32 ||
	    memcmp(sqlite3_column_blob(batch, 7), c->head, 32) != 0)
		AUDIT_FAULT(a, "batch %" PRId64 " is not chained to the one before", c->number);
	sha256_add(h, c->head, 32);
	/* format, merchant, number, first, last, count, at */
	hash_i(h, sqlite3_column_int64(batch, 6));
	for (int i = 0; i < 6; i++)
		hash_i(h, sqlite3_column_int64(batch, i));
	chain_rows(a, r, h, batch);
	sha256_end(h, sum);
	if (sqlite3_column_bytes(batch, 8) != 32 ||
	    memcmp(sqlite3_column_blob(batch, 8), sum, 32) != 0)
		AUDIT_FAULT(a, "batch %" PRId64 " has another hash", c->number);
	memcpy(c->head, sum, 32);
	a->batches++;
}

static inline void audit_chain(struct audit *a, struct replay *r)
{
	struct chain c = { .merchant = -1 };
	sqlite3_stmt *s = NULL;

	CHECK(sqlite3_prepare_v2(
		      a->db,
		      "select merchant_id, number, first_transfer, last_transfer, count, "
		      "at, format, previous, hash from batch order by 1, 2",
		      -1, &s, NULL) == SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW)
		chain_batch(a, r, &c, s);
	(void)sqlite3_finalize(s);
}

/* Each query counts what must not be there. */
static inline void audit_queries(struct audit *a)
{
	static const struct {
		const char *what, *query;
	} QUERIES[] = {
		{ "an account is not what its last transfer made it",
		  "select 1 from account a left join transfer t on t.merchant_id = a.merchant_id "
		  "and t.id = a.last_transfer where case when a.version = 0 then a.balance <> 0 "
		  "or a.held <> 0 or a.last_transfer <> 0 when t.id is null or t.asset_id <> "
		  "a.asset_id then 1 when t.from_account = a.id then t.from_balance <> a.balance "
		  "or t.from_held <> a.held or t.from_version <> a.version else t.to_account is "
		  "not a.id or t.to_balance <> a.balance or t.to_held <> a.held or t.to_version "
		  "<> a.version end" },
		{ "a transfer names an account that is not there",
		  "select 1 from transfer t where not exists (select 1 from account a where "
		  "a.merchant_id = t.merchant_id and a.id = t.from_account) or (t.to_account is "
		  "not "
		  "null and not exists (select 1 from account a where a.merchant_id = "
		  "t.merchant_id and a.id = t.to_account))" },
		{ "an account is behind the watermark",
		  "select 1 from transfer t join book b on b.merchant_id = t.merchant_id and t.id "
		  "<= b.watermark join account a on a.merchant_id = t.merchant_id and a.id in "
		  "(t.from_account, t.to_account) where a.last_transfer < t.id" },
		{ "a mark is missing, or is no mark",
		  "with side as (select merchant_id, from_account as account, from_version as "
		  "version, id from transfer union all select merchant_id, to_account, to_version, "
		  "id from transfer), mark as (select merchant_id, account_id, version, "
		  "transfer_id from account_mark), due as (select * from side where version % 1024 "
		  "= 0) select 1 from (select * from due except select * from mark) union all "
		  "select 1 from (select * from mark except select * from due)" },
		{ "a transfer is in no batch",
		  "select 1 from transfer t where not exists (select 1 from batch b where "
		  "b.merchant_id = t.merchant_id and b.number = t.batch)" },
		{ "a request was served twice", "select 1 from transfer where request_id is not "
						"null group by merchant_id, app_id, "
						"request_id having count(*) > 1" },
		{ "a request key names no transfer",
		  "select 1 from request_key k where kind = 1 and not exists (select 1 from "
		  "transfer t "
		  "where t.merchant_id = k.merchant_id and t.id = k.object)" },
		{ "a book is not at its last batch",
		  "select 1 from book k where batch <> coalesce((select max(number) from batch b "
		  "where b.merchant_id = k.merchant_id), 0) or chain_head <> coalesce((select hash "
		  "from batch b where b.merchant_id = k.merchant_id and b.number = k.batch), "
		  "zeroblob(32))" },
		{ "a book's last id is below one that it gave",
		  "select 1 from book k where last_id < (select coalesce(max(id), 0) from transfer "
		  "t "
		  "where t.merchant_id = k.merchant_id) or last_id < (select coalesce(max(id), 0) "
		  "from account a where a.merchant_id = k.merchant_id)" },
	};

	for (size_t i = 0; i < sizeof(QUERIES) / sizeof(QUERIES[0]); i++) {
		sqlite3_stmt *s = NULL;

		CHECK(sqlite3_prepare_v2(a->db, QUERIES[i].query, -1, &s, NULL) == SQLITE_OK);
		if (sqlite3_step(s) != SQLITE_DONE)
			AUDIT_FAULT(a, "%s", QUERIES[i].what);
		(void)sqlite3_finalize(s);
	}
}

/* Judges everything; free with audit_end. */
static inline struct audit *audit_begin(const char *dir)
{
	struct audit *a = calloc(1, sizeof(*a));
	struct replay *r = calloc(1, sizeof(*r));

	CHECK(a && r);
	a->db = audit_db(dir);
	CHECK(sqlite3_exec(a->db, "begin", NULL, NULL, NULL) == SQLITE_OK);
	audit_chain(a, r);
	audit_sums(a, r);
	audit_queries(a);
	free(r);
	return a;
}

static inline void audit_end(struct audit *a)
{
	CHECK(sqlite3_close(a->db) == SQLITE_OK);
	free(a);
}

/* What is wrong, "" for nothing; valid until the next call. */
__attribute__((unused)) static const char *audit(const char *dir)
{
	static char fault[240];
	struct audit *a = audit_begin(dir);

	memcpy(fault, a->fault, sizeof(fault));
	audit_end(a);
	return fault;
}
