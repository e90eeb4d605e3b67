#include "store/book.h"

#include "base/check.h"
#include "store/engine.h"
#include "store/journal.h"

#include <stdlib.h>
#include <string.h>

/* An account in memory: in two chained tables, by name and by id, and in the list of those to
 * flush. */
struct entry {
	struct account account;
	struct entry *next_by_name, *next_by_id;
	bool dirty;
};

/* One step that can be taken back: an account's values before, or (born) that it was not there. */
struct undo {
	struct entry *entry;
	int64_t balance, held, version, last_transfer;
	struct account_settings settings;
	uint32_t changes;
	bool born, was_dirty;
};

/* What the book's own row holds, beside the last id. */
struct state {
	int64_t version, batch;
	uint8_t head[CHAIN_BYTES];
};

struct book {
	struct library *library;
	int64_t merchant;
	int64_t last_id;
	struct state now, committed;

	struct entry **by_name, **by_id;
	size_t slots, n;
	size_t hand; /* the slot that is emptied next when memory is short */

	struct undo *undo;
	size_t undo_n, undo_cap;

	uint8_t *journal; /* canonical bytes of this batch's rows */
	size_t journal_n, journal_cap;
	size_t rows;
	int64_t first, last; /* of this batch's rows */
};

static size_t slot_by_name(const struct book *b, struct str address, int64_t asset);
static size_t slot_by_id(const struct book *b, int64_t id);
static struct entry *keep(struct book *b, const struct account *a);
static void forget(struct book *b, struct entry *e);
static void forget_all(struct book *b);
static void grow(struct book *b);
static struct undo *remember(struct book *b, struct entry *e);
static void fill(struct account *a, const struct rows *r);
static void flush_account(const struct book *b, struct tx *tx, struct entry *e);
static void flush_batch(struct book *b, struct tx *tx);

struct book *book_new(struct library *library, int64_t merchant)
{
	struct book *b = calloc(1, sizeof(*b));

	CHECK(b != NULL);
	b->library = library;
	b->merchant = merchant;
	b->slots = 256;
	b->by_name = calloc(b->slots, sizeof(struct entry *));
	b->by_id = calloc(b->slots, sizeof(struct entry *));
	CHECK(b->by_name && b->by_id);
	return b;
}

void book_free(struct book *b)
{
	if (!b)
		return;
	forget_all(b);
	free(b->by_name);
	free(b->by_id);
	free(b->undo);
	free(b->journal);
	free(b);
}

enum err book_load(struct book *b, struct tx *tx)
{
	struct rows r;

	TX_GET(tx, &r,
	       "select version, last_id, batch, chain_head from book where merchant_id = $1",
	       V_I(b->merchant));
	if (rows_next(&r)) {
		struct str head = row_s(&r, 3);

		b->now.version = row_i(&r, 0);
		b->last_id = row_i(&r, 1);
		b->now.batch = row_i(&r, 2);
		CHECK(head.n == CHAIN_BYTES);
		memcpy(b->now.head, head.p, CHAIN_BYTES);
		b->committed = b->now;
	}
	TRY(rows_end(&r));
	if (b->last_id > b->library->last_id)
		b->library->last_id = b->last_id;
	return ERR_OK;
}

int64_t book_id(struct book *b, int64_t now_ms)
{
	int64_t last = b->last_id > b->library->last_id ? b->last_id : b->library->last_id;

	b->last_id = id_next(last, now_ms, b->library->node);
	b->library->last_id = b->last_id;
	return b->last_id;
}

/* --- accounts --- */

enum err book_account(struct book *b, struct tx *tx, struct str address, int64_t asset,
		      struct account **out)
{
	struct account a = { .asset = asset };
	char kind[HOLDER_KIND_MAX + 1];
	struct rows r;
	bool found;

	for (struct entry *e = b->by_name[slot_by_name(b, address, asset)]; e;
	     e = e->next_by_name) {
		if (e->account.asset == asset && str_is(address, e->account.address)) {
			*out = &e->account;
			return ERR_OK;
		}
	}
	TRY(holder_read(address, kind));
	TRY(str_copy(a.address, sizeof(a.address), address));
	a.rule = holder_rule(str_of(kind));
	TX_ONE(tx, &r, &found,
	       "select id, balance, held, version, last_transfer, credit_limit, max_balance, "
	       "frozen, "
	       "closed, changes from account "
	       "where merchant_id = $1 and holder = $2 and asset_id = $3",
	       V_I(b->merchant), V_S(address), V_I(asset));
	if (found)
		fill(&a, &r);
	TRY(rows_end(&r));
	if (!found)
		a.id = book_id(b, tx->now_ms);

	struct entry *e = keep(b, &a);

	if (!found)
		remember(b, e)->born = true;
	*out = &e->account;
	return ERR_OK;
}

enum err book_account_by_id(struct book *b, struct tx *tx, int64_t id, struct account **out)
{
	char address[HOLDER_MAX + 1];
	struct rows r;
	int64_t asset = 0;

	for (struct entry *e = b->by_id[slot_by_id(b, id)]; e; e = e->next_by_id) {
		if (e->account.id == id) {
			*out = &e->account;
			return ERR_OK;
		}
	}
	TX_GET(tx, &r, "select holder, asset_id from account where merchant_id = $1 and id = $2",
	       V_I(b->merchant), V_I(id));
	bool found = rows_next(&r);

	if (found) {
		row_text(&r, 0, address, sizeof(address));
		asset = row_i(&r, 1);
	}
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_CORRUPT, "a row names account %lld, which does not exist", (long long)id);
	return book_account(b, tx, str_of(address), asset, out);
}

static void fill(struct account *a, const struct rows *r)
{
	a->id = row_i(r, 0);
	a->balance = row_i(r, 1);
	a->held = row_i(r, 2);
	a->version = row_i(r, 3);
	a->last_transfer = row_i(r, 4);
	a->credit_limit = row_i(r, 5);
	a->max_balance = row_i(r, 6);
	a->frozen = (enum freeze)row_i(r, 7);
	a->closed = row_i(r, 8) != 0;
	a->changes = (uint32_t)row_i(r, 9);
}

void book_touched(struct book *b, struct account *a, const struct account *before)
{
	/* The account is the first member of its entry. */
	struct entry *e = (struct entry *)a;
	struct undo *u = remember(b, e);

	u->balance = before->balance;
	u->held = before->held;
	u->version = before->version;
	u->last_transfer = before->last_transfer;
	u->settings = account_settings(before);
	u->changes = before->changes;
	e->dirty = true;
}

void book_births(struct book *b, struct tx *tx, struct tx_mark since)
{
	for (size_t i = since.undo; i < b->undo_n; i++) {
		const struct account *a = &b->undo[i].entry->account;

		if (!b->undo[i].born)
			continue;
		TX_PUT(tx, 1,
		       "insert into account (merchant_id, id, holder, asset_id, balance, held, "
		       "version, "
		       "last_transfer, created_at) values ($1, $2, $3, $4, 0, 0, 0, 0, $5)",
		       V_I(b->merchant), V_I(a->id), V_T(a->address), V_I(a->asset),
		       V_I(tx->now_ms));
	}
}

/* --- winding back --- */

static struct undo *remember(struct book *b, struct entry *e)
{
	if (b->undo_n == b->undo_cap) {
		b->undo_cap = b->undo_cap ? 2 * b->undo_cap : 64;
		b->undo = realloc(b->undo, b->undo_cap * sizeof(*b->undo));
		CHECK(b->undo != NULL);
	}
	b->undo[b->undo_n] = (struct undo){ .entry = e, .was_dirty = e->dirty };
	return &b->undo[b->undo_n++];
}

struct tx_mark book_mark(const struct book *b)
{
	return (struct tx_mark){
		.undo = b->undo_n, .journal = b->journal_n, .rows = b->rows, .last = b->last
	};
}

void book_undo(struct book *b, struct tx_mark mark)
{
	CHECK(mark.undo <= b->undo_n && mark.journal <= b->journal_n && mark.rows <= b->rows);
	while (b->undo_n > mark.undo) {
		struct undo *u = &b->undo[--b->undo_n];

		if (u->born) {
			forget(b, u->entry);
			continue;
		}
		struct account *a = &u->entry->account;

		a->balance = u->balance;
		a->held = u->held;
		a->version = u->version;
		a->last_transfer = u->last_transfer;
		a->credit_limit = u->settings.credit_limit;
		a->max_balance = u->settings.max_balance;
		a->frozen = u->settings.frozen;
		a->closed = u->settings.closed;
		a->changes = u->changes;
		u->entry->dirty = u->was_dirty;
	}
	b->journal_n = mark.journal;
	b->rows = mark.rows;
	b->last = mark.last;
}

/* --- the journal of this batch --- */

void book_journal(struct book *b, struct transfer *t)
{
	CHECK(b->rows == 0 || t->id > b->last);
	t->batch = b->now.batch + 1;
	if (b->journal_cap - b->journal_n < JOURNAL_ROW_MAX) {
		b->journal_cap = 2 * b->journal_cap + 64 * (size_t)JOURNAL_ROW_MAX;
		b->journal = realloc(b->journal, b->journal_cap);
		CHECK(b->journal != NULL);
	}
	b->journal_n += journal_row(t, b->journal + b->journal_n);
	if (b->rows == 0)
		b->first = t->id;
	b->last = t->id;
	b->rows++;
}

void book_flush(struct book *b, struct tx *tx)
{
	for (size_t i = 0; i < b->undo_n; i++) {
		if (b->undo[i].entry->dirty)
			flush_account(b, tx, b->undo[i].entry);
	}
	if (b->rows > 0)
		flush_batch(b, tx);
	b->now.version++;
	TX_PUT(tx, 1,
	       "insert into book (merchant_id, version, last_id, batch, chain_head) "
	       "values ($1, $2, $3, $4, $5) on conflict (merchant_id) do update set "
	       "version = excluded.version, last_id = excluded.last_id, batch = excluded.batch, "
	       "chain_head = excluded.chain_head",
	       V_I(b->merchant), V_I(b->now.version), V_I(b->last_id), V_I(b->now.batch),
	       V_B(b->now.head, CHAIN_BYTES));
}

static void flush_account(const struct book *b, struct tx *tx, struct entry *e)
{
	const struct account *a = &e->account;

	e->dirty = false;
	TX_PUT(tx, 1,
	       "update account set balance = $3, held = $4, version = $5, last_transfer = $6 "
	       "where merchant_id = $1 and id = $2",
	       V_I(b->merchant), V_I(a->id), V_I(a->balance), V_I(a->held), V_I(a->version),
	       V_I(a->last_transfer));
}

static void flush_batch(struct book *b, struct tx *tx)
{
	struct journal_batch batch = {
		.merchant = b->merchant,
		.number = ++b->now.batch,
		.first = b->first,
		.last = b->last,
		.count = (int64_t)b->rows,
		.at_ms = id_ms(b->last),
		.format = JOURNAL_FORMAT,
		.previous = b->now.head,
	};
	uint8_t hash[CHAIN_BYTES];

	journal_hash(&batch, b->journal, b->journal_n, hash);
	TX_PUT(tx, 1,
	       "insert into batch (merchant_id, number, first_transfer, last_transfer, count, at, "
	       "format, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	       V_I(b->merchant), V_I(batch.number), V_I(batch.first), V_I(batch.last),
	       V_I(batch.count), V_I(batch.at_ms), V_I(batch.format), V_B(b->now.head, CHAIN_BYTES),
	       V_B(hash, CHAIN_BYTES));
	memcpy(b->now.head, hash, CHAIN_BYTES);
}

void book_committed(struct book *b)
{
	b->committed = b->now;
	b->undo_n = 0;
	b->journal_n = 0;
	b->rows = 0;
}

void book_rolled_back(struct book *b)
{
	book_undo(b, (struct tx_mark){ 0 });
	b->now = b->committed;
}

void book_shrink(struct book *b)
{
	/* Names fall into slots by chance, so this forgets by chance, which serves as well as
	 * knowing who was used last and costs nothing to keep. */
	CHECK(b->undo_n == 0);
	while (b->n > 0 && b->library->accounts_n > b->library->accounts_max) {
		b->hand = (b->hand + 1) & (b->slots - 1);
		while (b->by_name[b->hand])
			forget(b, b->by_name[b->hand]);
	}
}

int64_t book_merchant(const struct book *b)
{
	return b->merchant;
}

size_t book_accounts(const struct book *b)
{
	return b->n;
}

/* --- the tables --- */

static size_t slot_by_name(const struct book *b, struct str address, int64_t asset)
{
	/* FNV-1a: holders' names come from authenticated callers; chains stay short. */
	uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)asset;

	for (size_t i = 0; i < address.n; i++)
		h = (h ^ (uint8_t)address.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 29) & (b->slots - 1);
}

static size_t slot_by_id(const struct book *b, int64_t id)
{
	uint64_t h = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 32) & (b->slots - 1);
}

static struct entry *keep(struct book *b, const struct account *a)
{
	struct entry *e = calloc(1, sizeof(*e));

	CHECK(e != NULL);
	if (b->n >= b->slots)
		grow(b);
	e->account = *a;

	size_t name = slot_by_name(b, str_of(a->address), a->asset), id = slot_by_id(b, a->id);

	e->next_by_name = b->by_name[name];
	b->by_name[name] = e;
	e->next_by_id = b->by_id[id];
	b->by_id[id] = e;
	b->n++;
	b->library->accounts_n++;
	return e;
}

static void forget(struct book *b, struct entry *e)
{
	struct entry **at =
		&b->by_name[slot_by_name(b, str_of(e->account.address), e->account.asset)];

	while (*at != e)
		at = &(*at)->next_by_name;
	*at = e->next_by_name;
	at = &b->by_id[slot_by_id(b, e->account.id)];
	while (*at != e)
		at = &(*at)->next_by_id;
	*at = e->next_by_id;
	b->n--;
	b->library->accounts_n--;
	free(e);
}

static void forget_all(struct book *b)
{
	for (size_t i = 0; i < b->slots; i++) {
		while (b->by_name[i])
			forget(b, b->by_name[i]);
	}
}

static void grow(struct book *b)
{
	struct entry **old = b->by_name;
	size_t slots = b->slots;

	free(b->by_id);
	b->slots *= 2;
	b->by_name = calloc(b->slots, sizeof(struct entry *));
	b->by_id = calloc(b->slots, sizeof(struct entry *));
	CHECK(b->by_name && b->by_id);
	for (size_t i = 0; i < slots; i++) {
		for (struct entry *e = old[i], *next; e; e = next) {
			size_t name = slot_by_name(b, str_of(e->account.address), e->account.asset);
			size_t id = slot_by_id(b, e->account.id);

			next = e->next_by_name;
			e->next_by_name = b->by_name[name];
			b->by_name[name] = e;
			e->next_by_id = b->by_id[id];
			b->by_id[id] = e;
		}
	}
	free(old);
}
