#include "sim.h"

#include <stdio.h>

enum { CENTRAL = 0, SYSTEM = 1, FIRST_USER = 2, USERS = 6, SHOP = 8 };

static int64_t some_amount(struct rand *r, const struct model *m, const struct model_op *op);
static struct model_op some_change(struct rand *r, struct model_op op);
static struct model_op some_hold_op(struct rand *r, const struct model *m, struct model_op op);
static struct model_op some_end(struct rand *r, const struct model *m, struct model_op op,
				int hold);
static struct model_op some_conversion(struct rand *r, const struct model *m, struct model_op op);
static int some_hold(struct rand *r, const struct model *m, const struct model_op *op);
static struct model_op some_reversal(struct rand *r, const struct model *m, struct model_op op);

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
	if (what < 40)
		return some_hold_op(r, m, op);
	if (what < 47)
		return some_reversal(r, m, op);
	if (what < 52)
		return some_conversion(r, m, op);
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

static struct model_op some_hold_op(struct rand *r, const struct model *m, struct model_op op)
{
	int what = below(r, 20), known = some_hold(r, m, &op);

	op.note = 0;
	if (known >= 0 && what > 5)
		return some_end(r, m, op, known);
	op.kind = MODEL_HOLD;
	op.from = some_holder(r);
	op.to = some_holder(r);
	op.reason = below(r, 12) ? fitting_reason(&op) : some_reason(r);
	op.to = 0;
	op.amount = some_amount(r, m, &op);
	op.seconds = 60 + below(r, 600);
	return op;
}

/* A part of a hold is captured or released, mostly by its rules. */
static struct model_op some_end(struct rand *r, const struct model *m, struct model_op op, int hold)
{
	const struct model_hold *h = &m->requests[op.app][hold].hold;

	op.kind = below(r, 3) ? MODEL_CAPTURE : MODEL_RELEASE;
	op.hold = hold;
	if (below(r, 3))
		op.amount = 1 + below(r, 200);
	if (model_rest(h) > 0 && below(r, 2))
		op.amount = 1 + (int64_t)rand_below(r, (uint64_t)model_rest(h));
	op.asset = 0;
	if (op.kind == MODEL_RELEASE)
		return op;
	op.asset = below(r, 20) ? h->asset : 1 - h->asset;
	for (int i = 0; i < 8; i++) {
		struct model_op pair = { .from = h->holder, .to = some_holder(r) };

		op.to = pair.to;
		if (fitting_reason(&pair) == h->reason && pair.to != h->holder)
			break;
	}
	return op;
}

/* Mostly an open hold of not long ago; sometimes another request, or one that comes later; -1:
 * none. */
static int some_hold(struct rand *r, const struct model *m, const struct model_op *op)
{
	int at;

	if (below(r, 20) == 0)
		return op->request + 4 < MODEL_REQUESTS ? op->request + 1 + below(r, 4) : -1;
	if (below(r, 20) == 0)
		return op->request - op->request / 2;
	for (int i = 0; i < 60; i++) {
		at = op->request - below(r, 100);
		if (at >= 0 && model_rest(&m->requests[op->app][at].hold) > 0)
			return at;
	}
	return -1;
}

/* Mostly of what moved not long ago; sometimes of what comes later, or moved nothing. */
static struct model_op some_reversal(struct rand *r, const struct model *m, struct model_op op)
{
	const struct model_move *made;

	op.kind = MODEL_REVERSE;
	op.note = op.asset = 0;
	op.hold = op.request + 1 + below(r, 3);
	for (int i = 0; i < 20 && (op.hold > op.request || below(r, 10)); i++) {
		op.hold = op.request - below(r, op.request < 60 ? op.request + 1 : 60);
		made = &m->requests[op.app][op.hold].move;
		if (made->amount > made->reversed)
			break;
	}
	if (below(r, 15) == 0)
		op.hold = op.request + 1 + below(r, 3);
	if (op.hold >= MODEL_REQUESTS)
		op.hold = op.request;
	made = &m->requests[op.app][op.hold].move;
	if (below(r, 2) && made->amount > 0)
		op.amount = 1 + (int64_t)rand_below(r, (uint64_t)made->amount);
	op.force = below(r, 4) == 0;
	return op;
}

static struct model_op some_conversion(struct rand *r, const struct model *m, struct model_op op)
{
	op.kind = MODEL_CONVERT;
	op.note = 0;
	op.from = some_holder(r);
	if (op.from == SYSTEM && below(r, 10))
		op.from = FIRST_USER;
	op.into = below(r, 15) ? 1 - op.asset % 2 : below(r, MODEL_ASSETS);
	op.amount = some_amount(r, m, &op);
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
