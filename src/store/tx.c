/* tx.c - what a closure may do: read, then put. */
#include "store/engine.h"

#include "base/check.h"
#include "base/time.h"
#include "store/account_row.h"
#include "store/pending.h"
#include "store/tail.h"

#include <stdlib.h>
#include <string.h>

static struct val copied(struct arena *a, const struct val *v);
static enum err read_account(struct tx *tx, struct rows *r, bool found, struct account **out);
static enum err catch_up(struct tx *tx, struct account *a);
static void transfer_fill(struct transfer *t, const struct posting *p, int64_t id);
static void text_fill(char *out, size_t cap, struct str s);

void tx_begin(struct tx *t, int64_t merchant, int64_t now_ms, struct book *book)
{
	t->merchant = merchant;
	t->now_ms = now_ms;
	t->book = book;
	t->puts_n = 0;
	t->news = 0;
	t->took_id = false;
	t->aside = false;
	t->put_key = false;
	t->transferred = false;
	t->rows_before = book ? book_mark(book).rows : 0;
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
	*r = (struct rows){ .tx = tx };
	if (!tx->aside) {
		/* A put is not yet executed, so a get after it would not see it. */
		CHECK(tx->puts_n == 0);
		CHECK(!tx->book || book_mark(tx->book).rows == tx->rows_before);
		r->fault = tx->book ? tx->settle(tx) : ERR_OK;
		if (r->fault != ERR_OK)
			return;
	}
	r->open = true;
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
	text_fill(out, cap, row_s(r, column));
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

	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select " ACCOUNT_COLUMNS " from account "
	       "where merchant_id = $1 and holder = $2 and asset_id = $3",
	       V_I(tx->merchant), V_S(address), V_I(asset));
	TRY(read_account(tx, &r, found, out));
	if (!found) {
		(*out)->rule = holder_rule(str_of(kind));
		(*out)->asset = asset;
		(*out)->address = arena_text(tx->arena, address);
	}
	return ERR_OK;
}

enum err tx_account_by_id(struct tx *tx, int64_t id, struct account **out)
{
	struct rows r;
	bool found;

	CHECK(tx->puts_n == 0);
	if (tx->book)
		return book_account_by_id(tx->book, tx, id, out);
	TX_ONE(tx, &r, &found,
	       "select " ACCOUNT_COLUMNS " from account where merchant_id = $1 and id = $2",
	       V_I(tx->merchant), V_I(id));
	TRY(read_account(tx, &r, found, out));
	if (!found)
		FAIL(ERR_CORRUPT, "a row names account %lld, which does not exist", (long long)id);
	return ERR_OK;
}

/* The row, and what the journal made of the account since. */
static enum err read_account(struct tx *tx, struct rows *r, bool found, struct account **out)
{
	struct account *a = arena_alloc(tx->arena, sizeof(*a));

	if (found) {
		account_row_read(a, r);
		a->address = arena_text(tx->arena, row_s(r, ACCOUNT_HOLDER_COLUMN));
	}
	TRY(rows_end(r));
	*out = a;
	return found ? catch_up(tx, a) : ERR_OK;
}

static enum err catch_up(struct tx *tx, struct account *a)
{
	struct tail_values v = { .version = 0 };
	struct rows r;

	if (tx->tail) {
		(void)tail_look(tx->tail, tx->tail_reader, tx->merchant, a->id, &v);
	} else {
		/* No writer in this process tells: the journal behind the watermark does. */
		TX_GET(tx, &r,
		       "select t.id, t.from_account, t.from_balance, t.from_held, t.from_version, "
		       "t.to_balance, t.to_held, t.to_version from book b join transfer t "
		       "on t.merchant_id = b.merchant_id and t.id > b.watermark "
		       "where b.merchant_id = $1 and (t.from_account = $2 or t.to_account = $2) "
		       "order by t.id desc limit 1",
		       V_I(tx->merchant), V_I(a->id));
		if (rows_next(&r)) {
			int side = row_i(&r, 1) == a->id ? 2 : 5;

			v = (struct tail_values){ row_i(&r, side), row_i(&r, side + 1),
						  row_i(&r, side + 2), row_i(&r, 0) };
		}
		TRY(rows_end(&r));
	}
	if (v.version > a->version) {
		a->balance = v.balance;
		a->held = v.held;
		a->version = v.version;
		a->last_transfer = v.last_transfer;
	}
	return ERR_OK;
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
	account_row_set(tx, a);
}

enum err tx_post(struct tx *tx, const struct posting *p, struct transfer *out)
{
	struct transfer *row;

	TRY(tx_post_row(
		tx, p,
		&(struct posting_texts){ str_of(p->request_id), str_of(p->ref), str_of(p->memo) },
		&row));
	if (out)
		*out = *row;
	return ERR_OK;
}

enum err tx_post_row(struct tx *tx, const struct posting *p, const struct posting_texts *texts,
		     struct transfer **out)
{
	struct account *from = p->from;
	struct account *to = p->kind == POSTING_HOLD || p->kind == POSTING_RELEASE ? NULL : p->to;
	struct account before_from = *from, before_to = to ? *to : *from;
	struct transfer *t;

	CHECK(tx->book != NULL);
	TRY(ledger_apply(p->kind, p->force, from, to, p->amount));
	book_touched(tx->book, from, &before_from);
	if (to)
		book_touched(tx->book, to, &before_to);
	t = &pending_add(book_pending(tx->book))->transfer;
	transfer_fill(t, p, book_id(tx->book, tx->now_ms));
	text_fill(t->request_id, sizeof(t->request_id), texts->request_id);
	text_fill(t->ref, sizeof(t->ref), texts->ref);
	text_fill(t->memo, sizeof(t->memo), texts->memo);
	t->from_previous = before_from.last_transfer;
	from->last_transfer = t->id;
	if (to) {
		t->to_previous = before_to.last_transfer;
		to->last_transfer = t->id;
	}
	book_journal(tx->book, t);
	book_lots_follow(tx->book, from, before_from.balance, t->at_ms);
	if (to)
		book_lots_follow(tx->book, to, before_to.balance, t->at_ms);
	if (to)
		tx_tell(tx, NEWS_EVENTS); /* the row is the event transfer.posted */
	*out = t;
	return ERR_OK;
}

static void text_fill(char *out, size_t cap, struct str s)
{
	CHECK(s.n < cap);
	if (s.n > 0)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

void tx_key_put(struct tx *tx, int64_t app, struct str key)
{
	CHECK(!tx->transferred);
	tx->put_key = true;
	book_key_put(tx->book, app, key);
}

/* What the row says, but for its texts and the accounts' previous transfers.  Member by member: the
 * places of the texts are larger than all the rest, and are not to be cleared each time. */
static void transfer_fill(struct transfer *t, const struct posting *p, int64_t id)
{
	bool two = p->kind != POSTING_HOLD && p->kind != POSTING_RELEASE;

	CHECK(!two || p->to);
	t->id = id;
	t->at_ms = id_ms(id);
	t->date = china_date(t->at_ms);
	t->kind = p->kind;
	t->asset = p->from->asset;
	t->from_account = p->from->id;
	t->amount = p->amount;
	t->from_balance = p->from->balance;
	t->from_held = p->from->held;
	t->from_version = p->from->version;
	t->from_previous = 0;
	t->to_account = two ? p->to->id : 0;
	t->to_balance = two ? p->to->balance : 0;
	t->to_held = two ? p->to->held : 0;
	t->to_version = two ? p->to->version : 0;
	t->to_previous = 0;
	t->cause = p->cause;
	t->app = p->app;
	t->reason = p->reason;
	t->group = p->group;
}
