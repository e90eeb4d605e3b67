/* tx.c - what a closure may do: read, then put. */
#include "store/engine.h"

#include "base/check.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

static struct val copied(struct arena *a, const struct val *v);
static enum err read_account(struct tx *tx, struct str address, int64_t asset, struct account *a);
static void transfer_fill(struct transfer *t, const struct posting *p, int64_t id);
static void transfer_put(struct tx *tx, const struct transfer *t);

void tx_begin(struct tx *t, int64_t merchant, int64_t now_ms, struct book *book)
{
	t->merchant = merchant;
	t->now_ms = now_ms;
	t->book = book;
	t->puts_n = 0;
	t->news = 0;
	t->took_id = false;
}

void tx_free(struct tx *t)
{
	free(t->puts);
	arena_free(t->arena);
	*t = (struct tx){ 0 };
}

int64_t tx_merchant(const struct tx *tx)
{
	return tx->merchant;
}

int64_t tx_now(const struct tx *tx)
{
	return tx->now_ms;
}

int64_t tx_id(struct tx *tx)
{
	CHECK(tx->book != NULL);
	tx->took_id = true;
	return book_id(tx->book, tx->now_ms);
}

/* --- reading --- */

void tx_get(struct tx *tx, struct rows *r, const char *query, const struct val *binds, size_t n)
{
	/* A put is not yet executed, so a get after it would not see it. */
	CHECK(tx->puts_n == 0);
	*r = (struct rows){ .tx = tx, .open = true };
	tx->reading->get(tx->connection, r, query, binds, n);
}

bool rows_next(struct rows *r)
{
	return r->open && r->fault == ERR_OK && r->tx->reading->next(r);
}

int64_t row_i(const struct rows *r, int column)
{
	return r->tx->reading->column_i(r, column);
}

struct str row_s(const struct rows *r, int column)
{
	return r->tx->reading->column_s(r, column);
}

bool row_null(const struct rows *r, int column)
{
	return r->tx->reading->column_null(r, column);
}

void row_text(const struct rows *r, int column, char *out, size_t cap)
{
	struct str s = row_s(r, column);

	CHECK(s.n < cap);
	if (s.n > 0)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

enum err rows_end(struct rows *r)
{
	if (!r->open)
		return r->fault;
	r->open = false;
	return r->tx->reading->end(r);
}

/* --- writing --- */

void tx_put(struct tx *tx, int expect, const char *query, const struct val *binds, size_t n)
{
	struct put *p;

	CHECK(tx->book != NULL);
	if (tx->puts_n == tx->puts_cap) {
		tx->puts_cap = tx->puts_cap ? 2 * tx->puts_cap : 16;
		tx->puts = realloc(tx->puts, tx->puts_cap * sizeof(*tx->puts));
		CHECK(tx->puts != NULL);
	}
	p = &tx->puts[tx->puts_n++];
	*p = (struct put){ .query = query, .expect = expect, .n = n };
	p->binds = arena_alloc(tx->arena, n * sizeof(*p->binds));
	for (size_t i = 0; i < n; i++)
		p->binds[i] = copied(tx->arena, &binds[i]);
}

static struct val copied(struct arena *a, const struct val *v)
{
	struct val copy = *v;

	if (v->type == VAL_TEXT || v->type == VAL_BLOB)
		copy.s.p = arena_text(a, v->s);
	return copy;
}

void tx_tell(struct tx *tx, unsigned news)
{
	tx->news |= news;
}

struct tx_mark tx_mark(struct tx *tx)
{
	struct tx_mark mark = book_mark(tx->book);

	mark.puts = tx->puts_n;
	return mark;
}

void tx_undo(struct tx *tx, struct tx_mark mark)
{
	CHECK(mark.puts <= tx->puts_n);
	tx->puts_n = mark.puts;
	book_undo(tx->book, mark);
}

/* --- the book --- */

enum err tx_account(struct tx *tx, struct str address, int64_t asset, struct account **out)
{
	char kind[HOLDER_KIND_MAX + 1];

	CHECK(tx->puts_n == 0);
	TRY(holder_read(address, kind));
	if (tx->book)
		return book_account(tx->book, tx, address, asset, out);

	struct account *a = arena_alloc(tx->arena, sizeof(*a));

	a->rule = holder_rule(str_of(kind));
	TRY(read_account(tx, address, asset, a));
	*out = a;
	return ERR_OK;
}

static enum err read_account(struct tx *tx, struct str address, int64_t asset, struct account *a)
{
	struct rows r;

	TRY(str_copy(a->address, sizeof(a->address), address));
	a->asset = asset;
	TX_GET(tx, &r,
	       "select id, balance, held, version, last_transfer, credit_limit, max_balance, "
	       "frozen, "
	       "closed, changes from account "
	       "where merchant_id = $1 and holder = $2 and asset_id = $3",
	       V_I(tx->merchant), V_S(address), V_I(asset));
	if (rows_next(&r)) {
		a->id = row_i(&r, 0);
		a->balance = row_i(&r, 1);
		a->held = row_i(&r, 2);
		a->version = row_i(&r, 3);
		a->last_transfer = row_i(&r, 4);
		a->credit_limit = row_i(&r, 5);
		a->max_balance = row_i(&r, 6);
		a->frozen = (enum freeze)row_i(&r, 7);
		a->closed = row_i(&r, 8) != 0;
		a->changes = (uint32_t)row_i(&r, 9);
	}
	return rows_end(&r);
}

enum err tx_account_by_id(struct tx *tx, int64_t id, struct account **out)
{
	CHECK(tx->book != NULL);
	CHECK(tx->puts_n == 0);
	return book_account_by_id(tx->book, tx, id, out);
}

void tx_account_settings(struct tx *tx, struct account *a, const struct account_settings *s)
{
	struct account before = *a;

	a->credit_limit = s->credit_limit;
	a->max_balance = s->max_balance;
	a->frozen = s->frozen;
	a->closed = s->closed;
	a->changes++;
	book_touched(tx->book, a, &before);
	TX_PUT(tx, 1,
	       "update account set credit_limit = $3, max_balance = $4, frozen = $5, closed = $6, "
	       "changes = $7 where merchant_id = $1 and id = $2",
	       V_I(tx->merchant), V_I(a->id), V_I(a->credit_limit), V_I(a->max_balance),
	       V_I(a->frozen), V_I(a->closed), V_I(a->changes));
}

enum err tx_post(struct tx *tx, const struct posting *p, struct transfer *out)
{
	struct account *from = p->from;
	struct account *to = p->kind == POSTING_HOLD || p->kind == POSTING_RELEASE ? NULL : p->to;
	struct account before_from = *from, before_to = to ? *to : *from;
	struct transfer t;

	CHECK(tx->book != NULL);
	TRY(ledger_apply(p->kind, p->force, from, to, p->amount));
	book_touched(tx->book, from, &before_from);
	if (to)
		book_touched(tx->book, to, &before_to);
	transfer_fill(&t, p, book_id(tx->book, tx->now_ms));
	t.from_previous = before_from.last_transfer;
	from->last_transfer = t.id;
	if (to) {
		t.to_previous = before_to.last_transfer;
		to->last_transfer = t.id;
	}
	book_journal(tx->book, &t);
	transfer_put(tx, &t);
	if (to)
		tx_tell(tx, NEWS_EVENTS); /* the row is the event transfer.posted */
	if (out)
		*out = t;
	return ERR_OK;
}

/* What the row says, but for the accounts' previous transfers. */
static void transfer_fill(struct transfer *t, const struct posting *p, int64_t id)
{
	bool two = p->kind != POSTING_HOLD && p->kind != POSTING_RELEASE;

	CHECK(!two || p->to);
	*t = (struct transfer){
		.id = id,
		.at_ms = id_ms(id),
		.date = china_date(id_ms(id)),
		.kind = p->kind,
		.asset = p->from->asset,
		.from_account = p->from->id,
		.amount = p->amount,
		.from_balance = p->from->balance,
		.from_held = p->from->held,
		.from_version = p->from->version,
		.to_account = two ? p->to->id : 0,
		.to_balance = two ? p->to->balance : 0,
		.to_held = two ? p->to->held : 0,
		.to_version = two ? p->to->version : 0,
		.cause = p->cause,
		.app = p->app,
		.reason = p->reason,
		.group = p->group,
	};
	CHECK(str_copy(t->request_id, sizeof(t->request_id), str_of(p->request_id)) == ERR_OK);
	CHECK(str_copy(t->ref, sizeof(t->ref), str_of(p->ref)) == ERR_OK);
	CHECK(str_copy(t->memo, sizeof(t->memo), str_of(p->memo)) == ERR_OK);
}

static void transfer_put(struct tx *tx, const struct transfer *t)
{
	bool two = t->to_account != 0;

#define V_TO(x) (two ? V_I(x) : V_NULL)
	TX_PUT(tx, 1,
	       "insert into transfer (merchant_id, id, at, kind, asset_id, from_account, "
	       "to_account, "
	       "amount, from_balance, from_held, from_version, from_previous, to_balance, to_held, "
	       "to_version, to_previous, batch, cause, app_id, request_id, reason, ref, memo, "
	       "group_id, date) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
	       "$14, "
	       "$15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
	       V_I(tx->merchant), V_I(t->id), V_I(t->at_ms), V_I(t->kind), V_I(t->asset),
	       V_I(t->from_account), V_ID(t->to_account), V_I(t->amount), V_I(t->from_balance),
	       V_I(t->from_held), V_I(t->from_version), V_I(t->from_previous), V_TO(t->to_balance),
	       V_TO(t->to_held), V_TO(t->to_version), V_TO(t->to_previous), V_I(t->batch),
	       V_ID(t->cause), V_I(t->app), V_OPT(t->request_id), V_I(t->reason), V_OPT(t->ref),
	       V_OPT(t->memo), V_ID(t->group), V_I(t->date));
#undef V_TO
}
