/* sim_ask.c - what a request asks the store for. */
#include "sim.h"

#include "app/hold_expire.h"
#include "base/check.h"

static store_fn *fill_issue(struct sim_flight *f);
static store_fn *fill_transfer(struct sim_flight *f);
static store_fn *fill_change(struct sim_flight *f);
static store_fn *fill_hold(struct sim_flight *f);
static store_fn *fill_capture(struct sim_flight *f);
static store_fn *fill_release(struct sim_flight *f);
static store_fn *fill_reverse(struct sim_flight *f);
static store_fn *fill_conversion(struct sim_flight *f);
static struct account_name account_name(int holder, int asset);
static struct post post_of(const struct sim_transfer *t);
static void answer_fill(struct transfer_view *out, const struct sim_transfer *t,
			const struct post_result *r);
static void submit_alone(struct sim_world *w, struct sim_flight *f);
static void submit_group(struct sim_world *w, struct sim_flight *first);
static void group_answered(void *arg, const struct outcome *o);
static void answered(void *arg, const struct outcome *o);
static void request_id(const struct model_op *op, char out[REQUEST_KEY_MAX + 1]);

bool sim_moves(const struct model_op *op)
{
	return op->kind == MODEL_ISSUE || op->kind == MODEL_TRANSFER || op->kind == MODEL_REVERSE;
}

bool sim_is_of_hold(const struct model_op *op)
{
	return op->kind == MODEL_HOLD || op->kind == MODEL_CAPTURE || op->kind == MODEL_RELEASE;
}

bool sim_is_data(const struct model_op *op)
{
	return op->kind == MODEL_TRANSFER && op->amount >= 1 && op->amount <= MODEL_LARGEST &&
	       op->from != op->to;
}

void sim_submit(struct sim_world *w, struct sim_flight *f)
{
	if (f->group.n < 0)
		return;
	if (f->group.n > 0) {
		submit_group(w, f);
		return;
	}
	submit_alone(w, f);
}

static void submit_group(struct sim_world *w, struct sim_flight *first)
{
	struct sim_group *g = &first->group;

	for (int i = 0; i < g->n; i++) {
		struct sim_flight *f = first + i;

		(void)fill_transfer(f);
		memset(&f->answer, 0, sizeof(f->answer));
		f->world = w;
		g->posts[i] = post_of(&f->ask.transfer);
	}
	CHECK(store_post(w->services.store, w->merchant, g->posts, (size_t)g->n, g->atomic,
			 g->results, group_answered, first) == ERR_OK);
}

/* Of an atomic group the outcome is everybody's; else each has its own. */
static void group_answered(void *arg, const struct outcome *o)
{
	struct sim_flight *first = arg;
	int n = first->group.n;

	for (int i = 0; i < n; i++) {
		const struct post_result *r = &first->group.results[i];
		struct outcome own = *o;

		if (o->code == ERR_OK) {
			own.code = r->code;
			answer_fill(&first[i].answer.transfer, &first[i].ask.transfer, r);
		}
		answered(&first[i], &own);
	}
}

static void submit_alone(struct sim_world *w, struct sim_flight *f)
{
	store_fn *fn = sim_fill(f);

	memset(&f->answer, 0, sizeof(f->answer));
	f->told = false;
	f->world = w;
	CHECK(store_submit(w->services.store, w->merchant, fn, &f->ask, &f->answer, answered, f) ==
	      ERR_OK);
}

store_fn *sim_fill(struct sim_flight *f)
{
	switch (f->op.kind) {
	case MODEL_ISSUE:
		return fill_issue(f);
	case MODEL_TRANSFER:
		return fill_transfer(f);
	case MODEL_HOLD:
		return fill_hold(f);
	case MODEL_CAPTURE:
		return fill_capture(f);
	case MODEL_RELEASE:
		return fill_release(f);
	case MODEL_REVERSE:
		return fill_reverse(f);
	case MODEL_CONVERT:
		return fill_conversion(f);
	case MODEL_FREEZE:
	case MODEL_UNFREEZE:
	case MODEL_LIMIT:
	case MODEL_CLOSE:
	case MODEL_REOPEN:
	case MODEL_KINDS:
		break;
	}
	return fill_change(f);
}

static store_fn *fill_issue(struct sim_flight *f)
{
	struct issue_ask *i = &f->ask.issue;

	*i = (struct issue_ask){ .app = f->op.app + 1, .amount = f->op.amount };
	request_id(&f->op, i->request_id);
	(void)snprintf(i->asset, sizeof(i->asset), "%s", MODEL_ASSET[f->op.asset]);
	return transfer_issue;
}

/* As the API posts it. */
static enum err transfer(struct tx *tx, const void *ask, void *answer)
{
	const struct post p = post_of(ask);
	struct post_result r;

	TRY(transfer_post(tx, &p, &r));
	answer_fill(answer, ask, &r);
	return ERR_OK;
}

static struct post post_of(const struct sim_transfer *t)
{
	return (struct post){ .app = t->app,
			      .request_id = str_of(t->request_id),
			      .from = str_of(t->from.holder),
			      .to = str_of(t->to.holder),
			      .asset = str_of(t->from.asset),
			      .amount = t->amount,
			      .reason = t->reason,
			      .memo = str_of(t->memo),
			      .ref = str_of(t->ref) };
}

static void answer_fill(struct transfer_view *out, const struct sim_transfer *t,
			const struct post_result *r)
{
	out->row.amount = t->amount;
	out->row.from_balance = r->from_balance;
	out->row.to_balance = r->to_balance;
	out->replayed = r->replayed;
}

static store_fn *fill_transfer(struct sim_flight *f)
{
	const struct model_op *op = &f->op;
	struct sim_transfer *t = &f->ask.transfer;

	*t = (struct sim_transfer){ .app = op->app + 1,
				    .from = account_name(op->from, op->asset),
				    .to = account_name(op->to, op->asset),
				    .amount = op->amount,
				    .reason = op->reason };
	request_id(op, t->request_id);
	if (op->note > 0)
		(void)snprintf(t->memo, sizeof(t->memo), "谢谢 %d", op->note);
	if (op->note > 1)
		(void)snprintf(t->ref, sizeof(t->ref), "ref-%d", op->note);
	return transfer;
}

static store_fn *fill_change(struct sim_flight *f)
{
	static const enum account_verb VERBS[] = {
		[MODEL_FREEZE] = ACCOUNT_FREEZE, [MODEL_UNFREEZE] = ACCOUNT_UNFREEZE,
		[MODEL_LIMIT] = ACCOUNT_LIMIT,   [MODEL_CLOSE] = ACCOUNT_CLOSE,
		[MODEL_REOPEN] = ACCOUNT_REOPEN,
	};
	const struct model_op *op = &f->op;
	struct account_change_ask *c = &f->ask.change;

	*c = (struct account_change_ask){ .verb = VERBS[op->kind],
					  .app = op->app + 1,
					  .name = account_name(op->from, op->asset),
					  .credit_limit = op->credit,
					  .max_balance = op->most };
	request_id(op, c->request_id);
	return account_change;
}

static store_fn *fill_hold(struct sim_flight *f)
{
	const struct model_op *op = &f->op;
	struct hold_make_ask *h = &f->ask.hold;

	*h = (struct hold_make_ask){ .app = op->app + 1,
				     .account = account_name(op->from, op->asset),
				     .amount = op->amount,
				     .reason = op->reason,
				     .expires_in = op->seconds };
	request_id(op, h->request_id);
	return hold_make;
}

static struct hold_name hold_name(const struct model_op *op)
{
	const struct model_op maker = { .request = op->hold };
	struct hold_name name = { .app = op->app + 1 };

	request_id(&maker, name.key);
	return name;
}

static store_fn *fill_capture(struct sim_flight *f)
{
	const struct model_op *op = &f->op;
	struct hold_capture_ask *c = &f->ask.capture;

	*c = (struct hold_capture_ask){ .hold = hold_name(op),
					.to = account_name(op->to, op->asset),
					.amount = op->amount };
	request_id(op, c->request_id);
	return hold_capture_once;
}

static store_fn *fill_release(struct sim_flight *f)
{
	const struct model_op *op = &f->op;
	struct hold_release_ask *r = &f->ask.release;

	*r = (struct hold_release_ask){ .hold = hold_name(op), .amount = op->amount };
	request_id(op, r->request_id);
	return hold_release_once;
}

static store_fn *fill_reverse(struct sim_flight *f)
{
	const struct model_op *op = &f->op, about = { .request = op->hold };
	struct reverse_ask *r = &f->ask.reverse;

	*r = (struct reverse_ask){
		.app = op->app + 1, .amount = op->amount, .force = op->force, .full = true
	};
	request_id(&about, r->key);
	request_id(op, r->request_id);
	return transfer_reverse;
}

static store_fn *fill_conversion(struct sim_flight *f)
{
	const struct model_op *op = &f->op;
	struct conversion_ask *c = &f->ask.conversion;

	*c = (struct conversion_ask){ .app = op->app + 1, .amount = op->amount };
	request_id(op, c->request_id);
	(void)snprintf(c->holder, sizeof(c->holder), "%s", MODEL_HOLDER[op->from]);
	(void)snprintf(c->from, sizeof(c->from), "%s", MODEL_ASSET[op->asset]);
	(void)snprintf(c->to, sizeof(c->to), "%s", MODEL_ASSET[op->into]);
	return conversion_make;
}

static struct account_name account_name(int holder, int asset)
{
	struct account_name name;

	(void)snprintf(name.holder, sizeof(name.holder), "%s", MODEL_HOLDER[holder]);
	(void)snprintf(name.asset, sizeof(name.asset), "%s", MODEL_ASSET[asset]);
	return name;
}

static void request_id(const struct model_op *op, char out[REQUEST_KEY_MAX + 1])
{
	(void)snprintf(out, REQUEST_KEY_MAX + 1, "r%d", op->request);
}

/* On the writer.  What was answered after the files were copied, nobody heard: the process was
 * killed. */
static void answered(void *arg, const struct outcome *o)
{
	struct sim_flight *f = arg;

	f->outcome = *o;
	f->told = !atomic_load(&f->world->copied);
	if (atomic_fetch_sub(f->left, 1) == 1)
		CHECK(sem_post(&f->world->all_answered) == 0);
}

void sim_wait(struct sim_world *w)
{
	while (sem_wait(&w->all_answered) != 0)
		continue;
}

/* --- questions --- */

static enum err find_request(struct tx *tx, const void *ask, void *answer)
{
	const struct model_op *op = ask;
	char key[REQUEST_KEY_MAX + 1];
	struct rows r;

	request_id(op, key);
	TX_ONE(tx, &r, (bool *)answer,
	       "select 1 from request_key where merchant_id = $1 and app_id = $2 and kind = $3"
	       " and key = $4",
	       V_I(tx_merchant(tx)), V_I(op->app + 1), V_I(KEY_REQUEST), V_T(key));
	return rows_end(&r);
}

bool sim_is_stored(struct sim_world *w, const struct model_op *op)
{
	bool found = false;

	CHECK(store_read(w->services.store, w->merchant, find_request, op, &found) == ERR_OK);
	return found;
}

struct model_account sim_account(struct sim_world *w, int holder, int asset, int64_t *available)
{
	struct account_view view = { .version = -1 };
	const struct account_name name = account_name(holder, asset);

	CHECK(store_read(w->services.store, w->merchant, account_get, &name, &view) == ERR_OK);
	*available = view.available;
	return (struct model_account){ .balance = view.balance,
				       .held = view.held,
				       .version = view.version,
				       .credit = view.settings.credit_limit,
				       .most = view.settings.max_balance,
				       .frozen = view.settings.frozen != FREEZE_NONE,
				       .closed = view.settings.closed };
}

static enum err last_due(struct tx *tx, const void *ask, void *answer)
{
	int64_t *id = answer;
	struct rows r;

	TX_GET(tx, &r,
	       "select id from hold where merchant_id = $1 and status = 1 and expires_at <= $2"
	       " order by expires_at desc, id desc limit 1",
	       V_I(tx_merchant(tx)), V_I(*(const int64_t *)ask));
	*id = rows_next(&r) ? row_i(&r, 0) : 0;
	return rows_end(&r);
}

void sim_expire(struct sim_world *w)
{
	struct store *s = w->services.store;

	for (;;) {
		int64_t now = atomic_load(&w->clock.now_ms), id = 0, again_at = 0;

		CHECK(store_read(s, w->merchant, last_due, &now, &id) == ERR_OK);
		if (id == 0)
			return;
		CHECK(hold_expire(&w->services, w->merchant, id, &again_at) == ERR_OK);
	}
}
