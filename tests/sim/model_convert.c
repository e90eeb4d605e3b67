/* model_convert.c - one asset becomes another, both ways at once or not at all. */
#include "model.h"

#include <stddef.h>
#include <string.h>

const struct model_rate MODEL_RATE[MODEL_RATES] = {
	{ 0, 1, 3, 2, false },
	{ 1, 0, 5, 7, true },
};

static enum err allowed(const struct model_op *op, const struct model_rate **rate);
static int64_t worth(const struct model_rate *rate, int64_t amount);

struct model_answer model_convert(struct model *m, const struct model_op *op)
{
	enum { SYSTEM = 1 };
	const struct model_account from = m->accounts[op->from][op->asset],
				   kept = m->accounts[SYSTEM][op->asset];
	const struct model_rate *rate = NULL;
	struct model_move there = { op->from, SYSTEM, op->asset, op->amount, 0 }, back;
	struct model_answer answer;
	enum err code = allowed(op, &rate);

	if (code != ERR_OK)
		return model_refused(code);
	back = (struct model_move){ SYSTEM, op->from, op->into, worth(rate, op->amount), 0 };
	if (back.amount == 0)
		return model_refused(ERR_AMOUNT_RANGE);
	if (back.amount > MODEL_LARGEST)
		return model_refused(ERR_AMOUNT_RANGE);
	if (op->from == MODEL_HOLDERS - 1)
		return model_refused(ERR_HOLDER_UNKNOWN);
	answer = model_move(m, &there, MODEL_BY_RULES);
	if (answer.code != ERR_OK)
		return answer;
	answer = model_move(m, &back, MODEL_BY_RULES);
	if (answer.code == ERR_OK)
		return answer;
	m->accounts[op->from][op->asset] = from;
	m->accounts[SYSTEM][op->asset] = kept;
	m->transfers--;
	return answer;
}

static enum err allowed(const struct model_op *op, const struct model_rate **rate)
{
	static const char *const TAELS[] = { "central",  "system",  "fee",
					     "suspense", "expired", "channel" };

	for (size_t i = 0; i < sizeof(TAELS) / sizeof(TAELS[0]); i++)
		if (model_is_of(MODEL_HOLDER[op->from], TAELS[i]))
			return ERR_FORBIDDEN;
	if (op->asset == MODEL_ASSETS - 1 || op->into == MODEL_ASSETS - 1)
		return ERR_ASSET_UNKNOWN;
	for (int i = 0; i < MODEL_RATES; i++)
		if (MODEL_RATE[i].from == op->asset && MODEL_RATE[i].to == op->into)
			*rate = &MODEL_RATE[i];
	if (*rate == NULL)
		return ERR_RATE_UNKNOWN;
	return op->amount < 1 || op->amount > MODEL_LARGEST ? ERR_AMOUNT_RANGE : ERR_OK;
}

/* An amount is at most 2^53 and a rate's units are few. */
static int64_t worth(const struct model_rate *rate, int64_t amount)
{
	int64_t up = rate->up ? rate->units_from - 1 : 0;

	return (amount * rate->units_to + up) / rate->units_from;
}
