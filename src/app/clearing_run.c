/* clearing_run.c - clears the months that are over, one account at a time: each row is a
 * transaction, so a run that is interrupted goes on where it was. */
#include "app/clearing_sum.h"

#include "app/charge.h"
#include "app/merchant.h"
#include "core/reason.h"

#include <stdio.h>

/* One account to clear, by app and asset in ascending order; its row may be there already.  asset
 * 0: the place after an app, where a run begins. */
struct target {
	int64_t app, asset;
	bool found, cleared;
};

struct run {
	const struct services *s;
	int64_t merchant;
	int32_t month;
	bool sweep; /* this is the last month that is over */
	struct target at;
};

/* Where a run begins: after an app, with so many rows that are there already. */
struct begin {
	int64_t app, rows;
};

/* What a row is made from. */
struct row_ask {
	const struct run *run;
	int64_t account;
	const struct clearing *sums;
};

static enum err go_on(struct tx *tx, const void *ask, void *answer);
static enum err clear_one(const struct run *r, int64_t until, bool *more);
static enum err next_target(struct tx *tx, const void *ask, void *answer);
static enum err next_account(struct tx *tx, struct target *t, int64_t cny);
static enum err next_app(struct tx *tx, const struct run *r, int64_t *app);
static enum err is_cleared(struct tx *tx, const struct run *r, struct target *t);
static enum err fence(struct tx *tx, const void *ask, void *answer);
static enum err account_of(struct tx *tx, const struct target *t, int64_t *account);
static enum err put_row(struct tx *tx, const void *ask, void *answer);
static enum err sweep(struct tx *tx, const struct row_ask *ask, int64_t id, int64_t *swept);
static enum err swept_of(struct tx *tx, const struct row_ask *ask, int64_t *amount);
static enum err end_month(struct tx *tx, const void *ask, void *answer);

enum err clearing_run(const struct services *s, int64_t merchant, int32_t month, int64_t until,
		      struct clearing_counts *out)
{
	int64_t now = s->clock->wall_ms(s->clock);
	struct begin begin;
	struct run r = { .s = s,
			 .merchant = merchant,
			 .month = month,
			 .sweep = month == month_before(month_of(now)) };

	*out = (struct clearing_counts){ 0 };
	if (now < month_begin_ms(month_next(month)))
		FAIL_AT(ERR_INVALID, "month", "the month is not over yet");
	TRY(store_read(s->store, merchant, go_on, &month, &begin));
	r.at.app = begin.app;
	out->found = begin.rows;
	for (;;) {
		TRY(store_read(s->store, merchant, next_target, &r, &r.at));
		if (!r.at.found)
			break;
		if (r.at.cleared) {
			out->found++;
			continue;
		}
		out->more = until != 0 && s->clock->mono_ms(s->clock) > until;
		/* The first takes the time that it needs, or a run would not get on. */
		if (!out->more)
			TRY(clear_one(&r, out->made > 0 ? until : 0, &out->more));
		if (out->more)
			return ERR_OK;
		out->made++;
	}
	return store_write(s->store, merchant, end_month, &month, NULL);
}

/* Rows are made in the order of the apps, so all but the last app that has any has all of its. */
static enum err go_on(struct tx *tx, const void *ask, void *answer)
{
	int64_t month = *(const int32_t *)ask, last = 0;
	struct begin *out = answer;
	struct rows r;

	*out = (struct begin){ 0 };
	TX_GET(tx, &r, "select max(app_id) from clearing where merchant_id = $1 and month = $2",
	       V_I(tx_merchant(tx)), V_I(month));
	if (rows_next(&r))
		last = row_i(&r, 0);
	TRY(rows_end(&r));
	if (last == 0)
		return ERR_OK;
	out->app = last - 1;
	TX_GET(tx, &r,
	       "select count(*) from clearing where merchant_id = $1 and month = $2"
	       " and app_id < $3",
	       V_I(tx_merchant(tx)), V_I(month), V_I(last));
	if (rows_next(&r))
		out->rows = row_i(&r, 0);
	return rows_end(&r);
}

static enum err clear_one(const struct run *r, int64_t until, bool *more)
{
	struct clearing_chain chain = { .month = r->month };
	struct clearing sums = { .app = r->at.app, .month = r->month };
	struct row_ask ask = { .run = r, .sums = &sums };

	TRY(store_write(r->s->store, r->merchant, fence, &r->at, &chain));
	TRY(clearing_sum(r->s, r->merchant, &chain, until, &sums, more));
	if (*more)
		return ERR_OK;
	ask.account = chain.account;
	return store_write(r->s->store, r->merchant, put_row, &ask, NULL);
}

/* --- what is next --- */

/* Each app has its cny, used or not, first, then every other account. */
static enum err next_target(struct tx *tx, const void *ask, void *answer)
{
	const struct run *r = ask;
	struct target t = r->at;
	struct merchant m;
	int64_t cny;

	TRY(merchant_get(tx, &m));
	TRY(asset_cny(tx, &cny));
	if (t.asset != 0)
		TRY(next_account(tx, &t, cny));
	if (t.asset == 0) {
		TRY(next_app(tx, r, &t.app));
		t.asset = cny;
	}
	t.found = t.app != 0;
	if (t.found)
		TRY(is_cleared(tx, r, &t));
	*(struct target *)answer = t;
	return ERR_OK;
}

/* The app's account after t->asset; 0: it has no more. */
static enum err next_account(struct tx *tx, struct target *t, int64_t cny)
{
	char holder[HOLDER_MAX + 1];
	struct rows r;
	bool found;

	charge_holder(t->app, holder);
	TX_ONE(tx, &r, &found,
	       "select asset_id from account where merchant_id = $1 and holder = $2"
	       " and asset_id > $3 and asset_id <> $4 order by asset_id limit 1",
	       V_I(tx_merchant(tx)), V_T(holder), V_I(t->asset == cny ? 0 : t->asset), V_I(cny));
	t->asset = found ? row_i(&r, 0) : 0;
	return rows_end(&r);
}

/* The one after *app that was there in the month; 0: there are no more. */
static enum err next_app(struct tx *tx, const struct run *r, int64_t *app)
{
	struct rows rows;
	bool found;

	TX_ONE(tx, &rows, &found,
	       "select id from app where merchant_id = $1 and id > $2 and created_at < $3"
	       " order by id limit 1",
	       V_I(tx_merchant(tx)), V_I(*app), V_I(month_begin_ms(month_next(r->month))));
	*app = found ? row_i(&rows, 0) : 0;
	return rows_end(&rows);
}

static enum err is_cleared(struct tx *tx, const struct run *r, struct target *t)
{
	struct rows rows;

	TX_ONE(tx, &rows, &t->cleared,
	       "select 1 from clearing where merchant_id = $1 and month = $2 and app_id = $3"
	       " and asset_id = $4",
	       V_I(tx_merchant(tx)), V_I(r->month), V_I(t->app), V_I(t->asset));
	return rows_end(&rows);
}

/* --- one account --- */

/* An id of now: none of the month is given any more, so what the month did is final.  Tells where
 * the account's chain begins. */
static enum err fence(struct tx *tx, const void *ask, void *answer)
{
	struct clearing_chain *out = answer;
	struct account *account;

	out->account = out->last = 0;
	TRY(account_of(tx, ask, &out->account));
	if (out->account != 0) {
		TRY(tx_account_by_id(tx, out->account, &account));
		out->last = account->last_transfer;
	}
	(void)tx_id(tx);
	return ERR_OK;
}

/* 0: it was never used. */
static enum err account_of(struct tx *tx, const struct target *t, int64_t *account)
{
	char holder[HOLDER_MAX + 1];
	struct rows r;
	bool found;

	charge_holder(t->app, holder);
	TX_ONE(tx, &r, &found,
	       "select id from account where merchant_id = $1 and holder = $2 and asset_id = $3",
	       V_I(tx_merchant(tx)), V_T(holder), V_I(t->asset));
	*account = found ? row_i(&r, 0) : 0;
	return rows_end(&r);
}

static enum err put_row(struct tx *tx, const void *ask_, void *answer)
{
	const struct row_ask *ask = ask_;
	const struct clearing *c = ask->sums;
	struct target t = ask->run->at;
	int64_t id, swept = 0;

	(void)answer;
	TRY(is_cleared(tx, ask->run, &t));
	if (t.cleared)
		return ERR_OK;
	id = tx_id(tx);
	TRY(sweep(tx, ask, id, &swept));
	TX_PUT(tx, 1,
	       "insert into clearing (merchant_id, id, app_id, asset_id, month, opening, topped_up,"
	       " charged, rolled_back, other_in, other_out, closing, swept, created_at)"
	       " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
	       V_I(tx_merchant(tx)), V_I(id), V_I(t.app), V_I(t.asset), V_I(c->month),
	       V_I(c->opening), V_I(c->topped_up), V_I(c->charged), V_I(c->rolled_back),
	       V_I(c->other_in), V_I(c->other_out), V_I(c->closing), V_I(swept), V_I(tx_now(tx)));
	return ERR_OK;
}

/* Moves what the month left to the shop, if the app is set so. */
static enum err sweep(struct tx *tx, const struct row_ask *ask, int64_t id, int64_t *swept)
{
	char request[REQUEST_KEY_MAX + 1], ref[ID_TEXT];
	struct posting p = { .kind = POSTING_TRANSFER, .reason = REASON_CLEARING, .memo = "" };
	int64_t amount = 0;
	enum err e;

	TRY(swept_of(tx, ask, &amount));
	if (amount <= 0)
		return ERR_OK;
	TRY(tx_account_by_id(tx, ask->account, &p.from));
	TRY(tx_account(tx, STR("system"), ask->run->at.asset, &p.to));
	id_write(ID_CLEARING, id, ref);
	(void)snprintf(request, sizeof(request), "%s:sweep", ref);
	p.amount = amount;
	p.request_id = request;
	p.ref = ref;
	e = tx_post(tx, &p, NULL);
	/* A frozen account keeps what it has; so does one at any other limit of its own. */
	if (err_kind(e) == KIND_CONFLICT)
		return ERR_OK;
	*swept = e == ERR_OK ? amount : 0;
	return e;
}

/* What the month left, as far as it is still there and not held. */
static enum err swept_of(struct tx *tx, const struct row_ask *ask, int64_t *amount)
{
	struct account *account;
	struct rows r;
	bool wanted;

	if (!ask->run->sweep || ask->account == 0)
		return ERR_OK;
	TX_ONE(tx, &r, &wanted,
	       "select 1 from app where merchant_id = $1 and id = $2 and sweep = 1",
	       V_I(tx_merchant(tx)), V_I(ask->run->at.app));
	TRY(rows_end(&r));
	if (!wanted)
		return ERR_OK;
	TRY(tx_account_by_id(tx, ask->account, &account));
	*amount = account->balance - account->held;
	if (ask->sums->closing < *amount)
		*amount = ask->sums->closing;
	return ERR_OK;
}

static enum err end_month(struct tx *tx, const void *ask, void *answer)
{
	(void)answer;
	TX_PUT(tx, TX_ANY,
	       "insert into clearing_month (merchant_id, month, finished_at) values ($1, $2, $3)"
	       " on conflict (merchant_id, month) do nothing",
	       V_I(tx_merchant(tx)), V_I(*(const int32_t *)ask), V_I(tx_now(tx)));
	return ERR_OK;
}
