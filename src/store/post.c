/* post.c - transfers as data: many in one closure without a query each.
 *
 * What a closure would look up is remembered by the book: its accounts, the routes that the rules
 * allowed, and each app's highest request key, since a key above it was never seen.  So a caller
 * whose keys grow with time pays for none.
 */
#include "store/book.h"
#include "store/engine.h"
#include "store/pending.h"

#include "base/check.h"

#include <stdlib.h>

/* So far ahead the accounts of a post are fetched from memory. */
enum { AHEAD = 6 };

/* What a transfer that has the key says of itself. */
struct found {
	bool found, cancelled, other; /* other: the key is not a transfer's */
	int64_t id, amount, reason, from_balance, to_balance;
	struct str from, to, asset, memo, ref;
};

static enum err look_for_key(struct tx *tx, const struct post *p, struct post_result *out,
			     bool *seen);
static enum err judge(const struct found *f, const struct post *p, struct post_result *out);
static enum err post_new(struct tx *tx, store_rules *rules, const struct post *p, int64_t group,
			 struct post_result *out);
static bool is_trouble(enum err e);
static struct post_result refused(enum err e);

enum err tx_transfer(struct tx *tx, store_rules *rules, const struct post *p, int64_t group,
		     struct post_result *out)
{
	struct tx_mark mark = tx_mark(tx);
	bool seen = false;
	enum err e;

	CHECK(!tx->put_key);
	tx->transferred = true;
	e = look_for_key(tx, p, out, &seen);
	if (e == ERR_OK && !seen)
		e = post_new(tx, rules, p, group, out);
	if (e != ERR_OK) {
		*out = refused(e);
		tx_undo(tx, mark);
	}
	return e;
}

enum err tx_transfers(struct tx *tx, const void *ask, void *answer)
{
	const struct posts *a = ask;
	enum err e = ERR_OK;

	(void)answer;
	for (size_t i = 0; i < a->n && e == ERR_OK; i++) {
		if (i + AHEAD < a->n)
			book_expect(tx->book, &a->posts[i + AHEAD]);
		e = tx_transfer(tx, a->rules, &a->posts[i], a->group, &a->results[i]);
		if (!a->atomic && !is_trouble(e))
			e = ERR_OK;
	}
	return e;
}

/* The store's own: no transfer's fault, and so no transfer's result. */
static bool is_trouble(enum err e)
{
	return err_kind(e) == KIND_INTERNAL || err_kind(e) == KIND_BUSY;
}

static struct post_result refused(enum err e)
{
	struct outcome o = outcome_of(e);
	struct post_result r = { .code = e };

	str_copy_cut(r.param, sizeof(r.param), str_of(o.param));
	str_copy_cut(r.text, sizeof(r.text), str_of(o.text));
	return r;
}

/* --- the request key --- */

/* The digest of a key that was cancelled before it came; a request that made no object has its own.
 */
static bool is_zeros(struct str digest)
{
	size_t zeros = 0;

	while (zeros < digest.n && digest.p[zeros] == '\0')
		zeros++;
	return digest.n > 0 && zeros == digest.n;
}

static enum err row_of_key(struct tx *tx, const struct post *p, struct post_result *out, bool *seen)
{
	struct found f = { .found = false };
	struct rows r;
	enum err e = ERR_OK;

	TX_ONE_ASIDE(
		tx, &r, &f.found,
		"select k.object, t.kind, t.amount, t.reason, t.from_balance, t.to_balance, "
		"f.holder, o.holder, s.code, t.memo, t.ref, k.digest from request_key k "
		"left join transfer t on t.merchant_id = k.merchant_id and t.id = k.object "
		"left join account f on f.merchant_id = t.merchant_id and f.id = t.from_account "
		"left join account o on o.merchant_id = t.merchant_id and o.id = t.to_account "
		"left join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id "
		"where k.merchant_id = $1 and k.app_id = $2 and k.kind = 1 and k.key = $3",
		V_I(tx->merchant), V_I(p->app), V_S(p->request_id));
	if (f.found) {
		f.id = row_i(&r, 0);
		f.cancelled = f.id == 0 && is_zeros(row_s(&r, 11));
		f.other = row_i(&r, 1) != POSTING_TRANSFER;
		f.amount = row_i(&r, 2);
		f.reason = row_i(&r, 3);
		f.from_balance = row_i(&r, 4);
		f.to_balance = row_i(&r, 5);
		f.from = row_s(&r, 6);
		f.to = row_s(&r, 7);
		f.asset = row_s(&r, 8);
		f.memo = row_s(&r, 9);
		f.ref = row_s(&r, 10);
		e = judge(&f, p, out);
	}
	*seen = f.found;
	TRY(rows_end(&r));
	return e;
}

static enum err look_for_key(struct tx *tx, const struct post *p, struct post_result *out,
			     bool *seen)
{
	const struct pending_row *row;
	struct account *from, *to;
	bool maybe;

	TRY(book_key_may_be(tx->book, tx, p->app, p->request_id, &maybe));
	if (!maybe)
		return ERR_OK;
	row = pending_find(book_pending(tx->book), p->app, p->request_id);
	if (!row)
		return row_of_key(tx, p, out, seen);
	*seen = true;
	TRY(book_account_by_id(tx->book, tx, row->transfer.from_account, &from));
	TRY(book_account_by_id(tx->book, tx, row->transfer.to_account, &to));
	return judge(&(struct found){ .id = row->transfer.id,
				      .amount = row->transfer.amount,
				      .reason = row->transfer.reason,
				      .from_balance = row->transfer.from_balance,
				      .to_balance = row->transfer.to_balance,
				      .from = str_of(from->address),
				      .to = str_of(to->address),
				      .asset = str_of(row->asset),
				      .memo = str_of(row->transfer.memo),
				      .ref = str_of(row->transfer.ref) },
		     p, out);
}

static enum err judge(const struct found *f, const struct post *p, struct post_result *out)
{
	if (f->cancelled)
		FAIL_AT(ERR_CANCELLED, "request_id", "%.*s was cancelled before it arrived",
			(int)p->request_id.n, p->request_id.p);
	if (f->other || f->amount != p->amount || f->reason != p->reason ||
	    !str_eq(f->from, p->from) || !str_eq(f->to, p->to) || !str_eq(f->asset, p->asset) ||
	    !str_eq(f->memo, p->memo) || !str_eq(f->ref, p->ref))
		FAIL_AT(ERR_CONFLICT, "request_id", "%.*s was used before with other content",
			(int)p->request_id.n, p->request_id.p);
	out->code = ERR_OK;
	out->replayed = true;
	out->id = f->id;
	out->from_balance = f->from_balance;
	out->to_balance = f->to_balance;
	return ERR_OK;
}

/* --- a new one --- */

static enum err post_new(struct tx *tx, store_rules *rules, const struct post *p, int64_t group,
			 struct post_result *out)
{
	const struct posting_texts texts = { p->request_id, p->ref, p->memo };
	struct posting posting = { .kind = POSTING_TRANSFER,
				   .amount = p->amount,
				   .reason = p->reason,
				   .app = p->app,
				   .group = group };
	struct pending_row *row;
	struct transfer *t;
	int64_t asset;

	if (str_eq(p->from, p->to))
		FAIL_AT(ERR_SAME_ACCOUNT, "to", "from and to are the same account");
	TRY(book_route(tx->book, tx, rules, p, &asset));
	TRY(book_account(tx->book, tx, p->from, asset, &posting.from));
	TRY(book_account(tx->book, tx, p->to, asset, &posting.to));
	TRY(tx_post_row(tx, &posting, &texts, &t));
	row = pending_last(book_pending(tx->book));
	CHECK(str_copy(row->asset, sizeof(row->asset), p->asset) == ERR_OK);
	pending_key(book_pending(tx->book), row);
	book_key_put(tx->book, p->app, p->request_id);
	out->code = ERR_OK;
	out->replayed = false;
	out->id = t->id;
	out->from_balance = t->from_balance;
	out->to_balance = t->to_balance;
	return ERR_OK;
}

/* --- from outside --- */

struct post_job {
	struct posts posts;
	store_done *done;
	void *arg;
};

static void posted(void *job_, const struct outcome *o)
{
	struct post_job *job = job_;

	job->done(job->arg, o);
	free(job);
}

/* NOLINTNEXTLINE(readability-function-size): the interface has eight parameters */
enum err store_post(struct store *s, int64_t merchant, const struct post *posts, size_t n,
		    bool atomic, struct post_result *results, store_done *done, void *arg)
{
	struct post_job *job = calloc(1, sizeof(*job));
	enum err e;

	CHECK(job != NULL);
	*job = (struct post_job){
		{ .rules = s->rules, .posts = posts, .n = n, .atomic = atomic, .results = results },
		done,
		arg
	};
	e = store_submit(s, merchant, tx_transfers, &job->posts, NULL, posted, job);
	if (e != ERR_OK)
		free(job);
	return e;
}
