#include "sim.h"

#include "app/request_key.h"
#include "base/check.h"

#include <stdio.h>

enum { CENTRAL = 0, SYSTEM = 1, FIRST_USER = 2, USERS = 6, SHOP = 8 };

static int64_t some_amount(struct rand *r, const struct model *m, const struct model_op *op);
static store_fn *fill_issue(struct sim_flight *f);
static store_fn *fill_transfer(struct sim_flight *f);
static store_fn *fill_change(struct sim_flight *f);
static struct account_name account_name(int holder, int asset);
static struct model_op some_change(struct rand *r, struct model_op op);
static void answered(void *arg, const struct outcome *o);
static void request_id(const struct model_op *op, char out[REQUEST_KEY_MAX + 1]);

static int below(struct rand *r, int n)
{
	return (int)rand_below(r, (uint64_t)n);
}

/* Few are in most transfers. */
static int some_holder(struct rand *r)
{
	return below(r, 10) ? SYSTEM + below(r, USERS + 2) : below(r, MODEL_HOLDERS);
}

static int64_t some_reason(struct rand *r)
{
	if (below(r, 6))
		return MODEL_REASON[below(r, MODEL_REASONS)].code;
	return below(r, 2) ? 1001 : 299999;
}

/* One that allows it, if there is one. */
static int64_t fitting_reason(const struct model_op *op)
{
	for (int i = 0; i < MODEL_REASONS; i++) {
		const struct model_reason *r = &MODEL_REASON[i];

		if (strncmp(MODEL_HOLDER[op->from], r->from, strlen(r->from)) == 0 &&
		    strncmp(MODEL_HOLDER[op->to], r->to, strlen(r->to)) == 0)
			return r->code;
	}
	return MODEL_REASON[0].code;
}

struct model_op sim_op(struct rand *r, const struct model *m, int app, int request)
{
	struct model_op op = { .app = app, .request = request };
	int what = below(r, 100);

	op.asset = below(r, 100) < 2 ? MODEL_ASSETS - 1 : below(r, MODEL_ASSETS - 1);
	op.note = below(r, 3);
	if (what < 8) {
		op.kind = MODEL_ISSUE;
		op.from = CENTRAL;
		op.to = SYSTEM;
		op.amount = below(r, 8) ? 1000 + below(r, 1000000) : some_amount(r, m, &op);
		return op;
	}
	if (what < 14)
		return some_change(r, op);
	op.kind = MODEL_TRANSFER;
	op.from = below(r, 3) ? some_holder(r) : SYSTEM;
	op.to = some_holder(r);
	if (op.to == op.from && below(r, 10))
		op.to = op.from == FIRST_USER ? SYSTEM : FIRST_USER;
	op.reason = below(r, 12) ? fitting_reason(&op) : some_reason(r);
	op.amount = some_amount(r, m, &op);
	return op;
}

/* More is undone than done, or nothing would move any more. */
static struct model_op some_change(struct rand *r, struct model_op op)
{
	static const enum model_kind KINDS[] = {
		MODEL_FREEZE, MODEL_UNFREEZE, MODEL_UNFREEZE, MODEL_UNFREEZE, MODEL_LIMIT,
		MODEL_LIMIT,  MODEL_LIMIT,    MODEL_CLOSE,    MODEL_REOPEN,   MODEL_REOPEN,
	};

	op.kind = KINDS[below(r, 10)];
	op.from = some_holder(r);
	op.note = 0;
	if (op.kind != MODEL_LIMIT)
		return op;
	op.credit = below(r, 3) ? below(r, 500) : below(r, 2) - 1;
	op.most = below(r, 2) ? 0 : below(r, 3) ? 2000 + below(r, 20000) : -1;
	return op;
}

static int64_t some_amount(struct rand *r, const struct model *m, const struct model_op *op)
{
	static const int64_t EDGE = (int64_t)1 << 53;
	int64_t room = model_available(&m->accounts[op->from][op->asset]);

	switch (below(r, 40)) {
	case 0:
		return 0;
	case 1:
		return -below(r, 100);
	case 2:
		return EDGE - below(r, 3);
	case 3:
		return EDGE / 2 + below(r, 1000);
	case 4:
	case 5:
		return room;
	case 6:
		return room + 1;
	case 7:
		return room / 2;
	case 8:
	case 9:
		return 1 + below(r, 100000);
	default:
		return 1 + below(r, 300);
	}
}

bool sim_moves(const struct model_op *op)
{
	return op->kind == MODEL_ISSUE || op->kind == MODEL_TRANSFER;
}

void sim_submit(struct sim_world *w, struct sim_flight *f)
{
	store_fn *fn = f->op.kind == MODEL_ISSUE      ? fill_issue(f)
		       : f->op.kind == MODEL_TRANSFER ? fill_transfer(f)
						      : fill_change(f);

	memset(&f->answer, 0, sizeof(f->answer));
	f->told = false;
	f->world = w;
	CHECK(store_submit(w->services.store, w->merchant, fn, &f->ask, &f->answer, answered, f) ==
	      ERR_OK);
}

static store_fn *fill_issue(struct sim_flight *f)
{
	struct issue_ask *i = &f->ask.issue;

	*i = (struct issue_ask){ .app = f->op.app + 1, .amount = f->op.amount };
	request_id(&f->op, i->request_id);
	(void)snprintf(i->asset, sizeof(i->asset), "%s", MODEL_ASSET[f->op.asset]);
	return transfer_issue;
}

static store_fn *fill_transfer(struct sim_flight *f)
{
	const struct model_op *op = &f->op;
	struct transfer_ask *t = &f->ask.transfer;

	*t = (struct transfer_ask){ .app = op->app + 1,
				    .from = account_name(op->from, op->asset),
				    .to = account_name(op->to, op->asset),
				    .amount = op->amount,
				    .reason = op->reason };
	request_id(op, t->request_id);
	if (op->note > 0)
		(void)snprintf(t->memo, sizeof(t->memo), "谢谢 %d", op->note);
	if (op->note > 1)
		(void)snprintf(t->ref, sizeof(t->ref), "ref-%d", op->note);
	return transfer_post;
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
