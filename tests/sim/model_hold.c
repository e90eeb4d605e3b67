/* model_hold.c - what becomes of holds. */
#include "model.h"

#include <stddef.h>

static const struct model_reason *reason_of(int64_t code);
static enum err over(const struct model *m, const struct model_hold *h, int64_t asked);
static enum err capture_allowed(const struct model_hold *h, const struct model_op *op);
static struct model_answer answer_of(const struct model_hold *h);

struct model_answer model_hold(struct model *m, const struct model_op *op)
{
	struct model_account *a = &m->accounts[op->from][op->asset];
	const struct model_reason *reason = reason_of(op->reason);
	struct model_hold *h = &m->requests[op->app][op->request].hold;

	if (op->asset == MODEL_ASSETS - 1)
		return model_refused(ERR_ASSET_UNKNOWN);
	if (op->reason < 100000)
		return model_refused(ERR_REASON_NOT_ALLOWED);
	if (!reason)
		return model_refused(ERR_REASON_UNKNOWN);
	if (!model_is_of(MODEL_HOLDER[op->from], reason->from))
		return model_refused(ERR_REASON_NOT_ALLOWED);
	if (op->amount < 1 || op->amount > MODEL_LARGEST)
		return model_refused(ERR_AMOUNT_RANGE);
	if (a->closed)
		return model_refused(ERR_CLOSED);
	if (a->frozen)
		return model_refused(ERR_FROZEN);
	/* Never from credit. */
	if (a->balance - a->held < op->amount)
		return model_refused(ERR_INSUFFICIENT);
	a->held += op->amount;
	a->version++;
	m->transfers++;
	*h = (struct model_hold){ .holder = op->from,
				  .asset = op->asset,
				  .amount = op->amount,
				  .reason = op->reason,
				  .expires_at = m->now_ms + (int64_t)op->seconds * 1000 };
	return (struct model_answer){ .code = ERR_OK };
}

struct model_answer model_capture(struct model *m, const struct model_op *op)
{
	const struct model_request *own = &m->requests[op->app][op->request];
	struct model_request *other = &m->requests[op->app][op->hold];
	struct model_hold *h = &other->hold;
	struct model_account *from, *to;
	int64_t amount;
	enum err code;

	if (other->state == MODEL_UNSEEN || other->state == MODEL_CANCELLED_ANOTHER)
		return model_refused(ERR_NOT_FOUND);
	if (own->state != MODEL_UNSEEN && model_seen(own, op) != ERR_OK)
		return model_refused(model_seen(own, op));
	if (h->amount == 0)
		return model_refused(ERR_NOT_FOUND);
	if (own->state == MODEL_DONE)
		return answer_of(h);
	code = capture_allowed(h, op);
	if (code == ERR_OK)
		code = over(m, h, op->amount);
	if (code != ERR_OK)
		return model_refused(code);
	from = &m->accounts[h->holder][h->asset];
	to = &m->accounts[op->to][h->asset];
	amount = op->amount ? op->amount : model_rest(h);
	if (to->closed)
		return model_refused(ERR_CLOSED);
	if (to->balance + amount > MODEL_LARGEST || from->balance - amount < -MODEL_LARGEST)
		return model_refused(ERR_AMOUNT_RANGE);

	from->balance -= amount;
	from->held -= amount;
	from->version++;
	to->balance += amount;
	to->version++;
	h->captured += amount;
	m->transfers++;
	m->requests[op->app][op->request].move =
		(struct model_move){ h->holder, op->to, h->asset, amount, 0 };
	return answer_of(h);
}

static enum err capture_allowed(const struct model_hold *h, const struct model_op *op)
{
	const struct model_reason *reason;

	if (op->asset != h->asset)
		return ERR_INVALID;
	if (op->to == h->holder)
		return ERR_SAME_ACCOUNT;
	reason = reason_of(h->reason);
	return reason && model_is_of(MODEL_HOLDER[op->to], reason->to) ? ERR_OK
								       : ERR_REASON_NOT_ALLOWED;
}

struct model_answer model_release(struct model *m, const struct model_op *op, bool *cancelled)
{
	const struct model_request *own = &m->requests[op->app][op->request];
	struct model_request *other = &m->requests[op->app][op->hold];
	struct model_hold *h = &other->hold;
	struct model_account *a = &m->accounts[h->holder][h->asset];
	enum err code = ERR_OK;
	int64_t amount;

	if (other->state == MODEL_CANCELLED_ANOTHER)
		return model_refused(ERR_NOT_FOUND);
	*cancelled = other->state != MODEL_DONE;
	if (*cancelled)
		return model_cancel(m, op);
	if (h->amount == 0)
		return model_refused(ERR_NOT_FOUND);
	if (own->state != MODEL_UNSEEN)
		code = model_seen(own, op);
	if (code == ERR_OK && own->state == MODEL_UNSEEN)
		code = over(m, h, op->amount);
	if (code != ERR_OK)
		return model_refused(code);
	if (own->state == MODEL_DONE)
		return answer_of(h);

	amount = op->amount ? op->amount : model_rest(h);
	a->held -= amount;
	a->version++;
	h->released += amount;
	m->transfers++;
	return answer_of(h);
}

static enum err over(const struct model *m, const struct model_hold *h, int64_t asked)
{
	bool open = model_rest(h) > 0 && h->expires_at > m->now_ms;

	return open && asked <= model_rest(h) ? ERR_OK : ERR_HOLD_OVER;
}

void model_expire(struct model *m)
{
	for (int app = 0; app < MODEL_APPS; app++) {
		for (int request = 0; request < MODEL_REQUESTS; request++) {
			struct model_hold *h = &m->requests[app][request].hold;
			struct model_account *a = &m->accounts[h->holder][h->asset];

			if (model_rest(h) == 0 || h->expires_at > m->now_ms)
				continue;
			a->held -= model_rest(h);
			a->version++;
			h->released += model_rest(h);
			m->transfers++;
		}
	}
}

int64_t model_rest(const struct model_hold *h)
{
	return h->amount - h->captured - h->released;
}

static const struct model_reason *reason_of(int64_t code)
{
	for (int i = 0; i < MODEL_REASONS; i++) {
		if (MODEL_REASON[i].code == code)
			return &MODEL_REASON[i];
	}
	return NULL;
}

static struct model_answer answer_of(const struct model_hold *h)
{
	return (struct model_answer){ .captured = h->captured, .released = h->released };
}
