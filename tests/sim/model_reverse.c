/* model_reverse.c - what goes back to where it came from, and what never shall come. */
#include "model.h"

static enum err may_cancel(const struct model_request *own, const struct model_op *op);

struct model_answer model_reverse(struct model *m, const struct model_op *op, bool *cancelled)
{
	struct model_request *own = &m->requests[op->app][op->request];
	struct model_request *other = &m->requests[op->app][op->hold];
	struct model_move *made = &other->move, back;
	struct model_answer answer;
	int64_t left = made->amount - made->reversed;

	if (other->state == MODEL_CANCELLED_ANOTHER)
		return model_refused(ERR_NOT_FOUND);
	*cancelled = other->state != MODEL_DONE;
	if (*cancelled)
		return model_cancel(m, op);
	if (own->state != MODEL_UNSEEN)
		return model_seen(own, op) == ERR_OK ? own->answer
						     : model_refused(model_seen(own, op));
	if (made->amount == 0)
		return model_refused(ERR_NOT_FOUND);
	if (other->op.kind == MODEL_REVERSE)
		return model_refused(ERR_NOT_REVERSIBLE);
	if (left == 0 || op->amount > left)
		return model_refused(ERR_REVERSAL_EXCEEDS);
	back = (struct model_move){ made->to, made->from, made->asset,
				    op->amount ? op->amount : left, 0 };
	/* Only a member may owe. */
	answer = model_move(m, &back,
			    op->force && model_is_member(back.from) ? MODEL_FACT : MODEL_BY_RULES);
	if (answer.code != ERR_OK)
		return answer;
	made->reversed += back.amount;
	own->move = back;
	return answer;
}

struct model_answer model_cancel(struct model *m, const struct model_op *op)
{
	enum err code = may_cancel(&m->requests[op->app][op->request], op);

	if (code == ERR_OK)
		m->requests[op->app][op->hold].state = MODEL_CANCELLED;
	return model_refused(code);
}

/* A request may not cancel itself, nor be another one's as well. */
static enum err may_cancel(const struct model_request *own, const struct model_op *op)
{
	if (own->state == MODEL_CANCELLED)
		return ERR_CANCELLED;
	if (own->state == MODEL_DONE || op->hold == op->request)
		return ERR_CONFLICT;
	if (own->state == MODEL_CANCELLED_ANOTHER &&
	    (own->op.kind != op->kind || own->op.hold != op->hold || own->op.amount != op->amount ||
	     own->op.force != op->force))
		return ERR_CONFLICT;
	return ERR_OK;
}
