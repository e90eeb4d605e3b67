#include "model.h"

#include <string.h>

const char *const MODEL_HOLDER[MODEL_HOLDERS] = {
	"central", "system", "user:1",   "user:2",  "user:3",       "user:4", "user:5",  "user:6",
	"shop:1",  "fee",    "suspense", "expired", "channel:main", "app:7",  "robot:1",
};

const char *const MODEL_ASSET[MODEL_ASSETS] = { "gold", "silver", "tin" };

const struct model_reason MODEL_REASON[MODEL_REASONS] = {
	{ 300001, "user", "user" },   { 300002, "system", "user" }, { 300003, "user", "system" },
	{ 300004, "user", "shop" },   { 300005, "shop", "user" },   { 300006, "user", "central" },
	{ 300007, "system", "shop" }, { 300008, "app", "user" },
};

static struct model_answer issue(struct model *m, const struct model_op *op);
static struct model_answer transfer(struct model *m, const struct model_op *op);
static struct model_answer again(const struct model_request *r, struct model_answer now);
static enum err sides(const struct model_op *op);
static enum err reason(const struct model_op *op);
static struct model_answer settings(struct model *m, const struct model_op *op);
static struct model_answer move(struct model *m, const struct model_op *op, enum model_force force);
static bool may_owe(int holder);
static bool is_same(const struct model_op *a, const struct model_op *b);

struct model_answer model_do(struct model *m, const struct model_op *op, bool *fresh)
{
	struct model_request *r = &m->requests[op->app][op->request];
	struct model_answer answer;
	bool cancelled = false;

	*fresh = false;
	/* These look at what they are about before they look at themselves. */
	if (op->kind == MODEL_CAPTURE)
		answer = model_capture(m, op);
	else if (op->kind == MODEL_RELEASE)
		answer = model_release(m, op, &cancelled);
	else if (op->kind == MODEL_REVERSE)
		answer = model_reverse(m, op, &cancelled);
	else if (r->state != MODEL_UNSEEN)
		answer = model_refused(model_seen(r, op));
	else
		answer = op->kind == MODEL_ISSUE      ? issue(m, op)
			 : op->kind == MODEL_TRANSFER ? transfer(m, op)
			 : op->kind == MODEL_HOLD     ? model_hold(m, op)
			 : op->kind == MODEL_CONVERT  ? model_convert(m, op)
						      : settings(m, op);
	if (answer.code != ERR_OK)
		return answer;
	if (r->state != MODEL_UNSEEN)
		return again(r, answer);
	*fresh = true;
	r->state = cancelled ? MODEL_CANCELLED_ANOTHER : MODEL_DONE;
	r->op = *op;
	r->answer = answer;
	return answer;
}

/* A movement is answered as it was; a hold as it is. */
static struct model_answer again(const struct model_request *r, struct model_answer now)
{
	if (r->op.kind == MODEL_CAPTURE || r->op.kind == MODEL_RELEASE)
		return now;
	now = r->answer;
	now.captured = r->hold.captured;
	now.released = r->hold.released;
	return now;
}

enum err model_seen(const struct model_request *r, const struct model_op *op)
{
	if (r->state == MODEL_CANCELLED)
		return ERR_CANCELLED;
	return r->state == MODEL_DONE && is_same(&r->op, op) ? ERR_OK : ERR_CONFLICT;
}

static struct model_answer issue(struct model *m, const struct model_op *op)
{
	if (op->asset == MODEL_ASSETS - 1)
		return model_refused(ERR_NOT_FOUND);
	return move(m, op, MODEL_ISSUED);
}

static struct model_answer transfer(struct model *m, const struct model_op *op)
{
	enum err code = sides(op);

	if (code == ERR_OK && op->asset == MODEL_ASSETS - 1)
		code = ERR_ASSET_UNKNOWN;
	if (code == ERR_OK)
		code = reason(op);
	return code == ERR_OK ? move(m, op, MODEL_BY_RULES) : model_refused(code);
}

/* Who may give and take at an application's request. */
static enum err sides(const struct model_op *op)
{
	static const char *const TAELS[] = { "fee", "suspense", "expired", "channel" };

	if (op->from == op->to)
		return ERR_SAME_ACCOUNT;
	for (size_t i = 0; i < sizeof(TAELS) / sizeof(TAELS[0]); i++) {
		if (model_is_of(MODEL_HOLDER[op->from], TAELS[i]) ||
		    model_is_of(MODEL_HOLDER[op->to], TAELS[i]))
			return ERR_FORBIDDEN;
	}
	return model_is_of(MODEL_HOLDER[op->from], "central") ? ERR_FORBIDDEN : ERR_OK;
}

static enum err reason(const struct model_op *op)
{
	if (op->reason < 100000)
		return ERR_REASON_NOT_ALLOWED;
	for (int i = 0; i < MODEL_REASONS; i++) {
		const struct model_reason *r = &MODEL_REASON[i];

		if (r->code == op->reason)
			return model_is_of(MODEL_HOLDER[op->from], r->from) &&
					       model_is_of(MODEL_HOLDER[op->to], r->to)
				       ? ERR_OK
				       : ERR_REASON_NOT_ALLOWED;
	}
	return ERR_REASON_UNKNOWN;
}

static struct model_answer settings(struct model *m, const struct model_op *op)
{
	struct model_account *a = &m->accounts[op->from][op->asset], before = *a;

	if (op->asset == MODEL_ASSETS - 1)
		return model_refused(ERR_NOT_FOUND);
	if (op->from == MODEL_HOLDERS - 1)
		return model_refused(ERR_HOLDER_UNKNOWN);
	if (!model_is_member(op->from))
		return model_refused(ERR_FORBIDDEN);
	if (op->kind == MODEL_LIMIT && op->credit < 0 && op->most < 0)
		return model_refused(ERR_INVALID);
	if (op->kind == MODEL_CLOSE && (a->balance != 0 || a->held != 0))
		return model_refused(ERR_NOT_EMPTY);
	if (op->kind == MODEL_FREEZE || op->kind == MODEL_UNFREEZE)
		a->frozen = op->kind == MODEL_FREEZE;
	if (op->kind == MODEL_CLOSE || op->kind == MODEL_REOPEN)
		a->closed = op->kind == MODEL_CLOSE;
	if (op->kind == MODEL_LIMIT && op->credit >= 0)
		a->credit = op->credit;
	if (op->kind == MODEL_LIMIT && op->most >= 0)
		a->most = op->most;
	a->version += a->frozen != before.frozen || a->closed != before.closed ||
		      a->credit != before.credit || a->most != before.most;
	return (struct model_answer){ .code = ERR_OK };
}

bool model_is_member(int holder)
{
	static const char *const MEMBERS[] = { "user", "shop", "app" };
	bool member = false;

	for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++)
		member = member || model_is_of(MODEL_HOLDER[holder], MEMBERS[i]);
	return member;
}

static struct model_answer move(struct model *m, const struct model_op *op, enum model_force force)
{
	const struct model_move made = { op->from, op->to, op->asset, op->amount, 0 };
	struct model_answer answer = model_move(m, &made, force);

	if (answer.code == ERR_OK)
		m->requests[op->app][op->request].move = made;
	return answer;
}

struct model_answer model_move(struct model *m, const struct model_move *move,
			       enum model_force force)
{
	bool obey = force == MODEL_BY_RULES, fact = force == MODEL_FACT;
	struct model_account *from = &m->accounts[move->from][move->asset];
	struct model_account *to = &m->accounts[move->to][move->asset];
	int64_t amount = move->amount;

	if (amount < 1 || amount > MODEL_LARGEST)
		return model_refused(ERR_AMOUNT_RANGE);
	if (obey && from->closed)
		return model_refused(ERR_CLOSED);
	if (obey && from->frozen)
		return model_refused(ERR_FROZEN);
	if (obey && !may_owe(move->from) && model_available(from) < amount)
		return model_refused(ERR_INSUFFICIENT);
	if (!fact && to->closed)
		return model_refused(ERR_CLOSED);
	if (!fact && to->frozen && move->asset != MODEL_SILVER)
		return model_refused(ERR_FROZEN);
	if (!fact && to->most > 0 && to->balance + amount > to->most)
		return model_refused(ERR_BALANCE_LIMIT);
	/* Both are at most 2^53, so their sums fit. */
	if (from->balance - amount < -MODEL_LARGEST || to->balance + amount > MODEL_LARGEST)
		return model_refused(ERR_AMOUNT_RANGE);

	from->balance -= amount;
	from->version++;
	to->balance += amount;
	to->version++;
	m->transfers++;
	return (struct model_answer){ .amount = amount,
				      .from_balance = from->balance,
				      .to_balance = to->balance };
}

/* Of those that sides() lets through. */
static bool may_owe(int holder)
{
	return model_is_of(MODEL_HOLDER[holder], "central");
}

int64_t model_available(const struct model_account *a)
{
	return a->balance - a->held + a->credit;
}

bool model_is_of(const char *holder, const char *kind)
{
	size_t n = strcspn(holder, ":");

	return n == strlen(kind) && memcmp(holder, kind, n) == 0;
}

static bool is_same(const struct model_op *a, const struct model_op *b)
{
	if (a->kind != b->kind || a->asset != b->asset || a->amount != b->amount)
		return false;
	if (a->kind == MODEL_ISSUE)
		return true;
	if (a->hold != b->hold || a->seconds != b->seconds || a->into != b->into ||
	    a->force != b->force)
		return false;
	return a->from == b->from && a->to == b->to && a->reason == b->reason &&
	       a->note == b->note && a->credit == b->credit && a->most == b->most;
}

struct model_answer model_refused(enum err code)
{
	return (struct model_answer){ .code = code };
}

int model_unbalanced(const struct model *m)
{
	for (int asset = 0; asset < MODEL_ASSETS; asset++) {
		int64_t sum = 0;

		/* Partial sums stay below 14 * 2^53. */
		for (int holder = 0; holder < MODEL_HOLDERS; holder++)
			sum += m->accounts[holder][asset].balance;
		if (sum != 0)
			return asset;
	}
	return -1;
}
