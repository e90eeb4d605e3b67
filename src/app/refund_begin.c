#include "app/refund_begin.h"

#include "app/hold_put.h"
#include "app/job_put.h"
#include "app/merchant.h"
#include "app/number.h"
#include "app/order_row.h"
#include "app/refund_settle.h"
#include "app/request_key.h"
#include "core/action.h"
#include "core/reason.h"
#include "core/split.h"

enum { REFUND_LEASE_MS = 30000 };

static enum err find(struct tx *tx, int64_t id, struct refund_begun *out);
static enum err plan(struct tx *tx, const struct refund_begin_ask *in, struct refund_plan *p);
static enum err plan_payment(struct tx *tx, struct refund_plan *p);
static enum err put(struct tx *tx, const struct refund_begin_ask *in, struct refund_plan *p,
		    const struct digest *digest);
static enum err take_back(struct tx *tx, struct refund_plan *p, const char *ref);
static struct digest digest_of(const struct refund_ask *ask);

enum err refund_begin(struct tx *tx, const void *ask, void *answer)
{
	const struct refund_begin_ask *in = ask;
	struct refund_begun *out = answer;
	struct digest digest = digest_of(in->ask);
	struct refund_plan p = { 0 };
	struct merchant m;
	int64_t known;

	*out = (struct refund_begun){ 0 };
	TRY(request_key_check(in->ask->out_refund_no, "out_refund_no"));
	TRY(merchant_get(tx, &m));
	out->livemode = p.livemode = m.livemode;
	TRY(request_key_find(tx, in->ask->app, KEY_REFUND, in->ask->out_refund_no, &digest,
			     &known));
	if (known != 0)
		return find(tx, known, out);
	TRY(plan(tx, in, &p));
	TRY(put(tx, in, &p, &digest));
	out->refund = p.refund;
	out->send = p.refund.status == REFUND_PENDING;
	return ERR_OK;
}

static enum err find(struct tx *tx, int64_t id, struct refund_begun *out)
{
	TRY(refund_get(tx, 0, id, &out->refund));
	out->replayed = true;
	return ERR_OK;
}

static enum err plan(struct tx *tx, const struct refund_begin_ask *in, struct refund_plan *p)
{
	struct refund_part parts[LEGS_MAX];

	TRY(order_get(tx, in->ask->app, in->ask->order, &p->order));
	if (p->order.status != ORDER_PAID)
		FAIL(ERR_ORDER_NOT_PAID, "the order is %s", order_status_name(p->order.status));
	TRY(attempt_get(tx, p->order.attempt, &p->attempt));
	p->has_attempt = true;
	TRY(refund_split(p->attempt.legs, p->attempt.legs_n, in->ask->amount, parts));

	p->refund = (struct refund){ .app = p->order.app,
				     .kind = REFUND_ORDER,
				     .order = p->order.id,
				     .status = REFUND_PENDING,
				     .version = 1,
				     .amount = in->ask->amount,
				     .channel_account = p->attempt.channel_account,
				     .created_at = tx_now(tx) };
	str_copy_cut(p->refund.out_refund_no, sizeof(p->refund.out_refund_no),
		     str_of(in->ask->out_refund_no));
	str_copy_cut(p->refund.note, sizeof(p->refund.note), str_of(in->ask->note));
	for (size_t i = 0; i < p->attempt.legs_n; i++) {
		if (parts[i].worth == 0)
			continue;
		if (p->attempt.legs[i].kind == LEG_CHANNEL)
			p->refund.channel_fen = parts[i].worth;
		p->legs[p->legs_n++] =
			(struct refund_leg){ p->attempt.id, i, parts[i].amount, parts[i].worth };
	}
	TRY(plan_payment(tx, p));
	return refund_plan_accounts(tx, p);
}

static enum err plan_payment(struct tx *tx, struct refund_plan *p)
{
	struct payment payment;
	bool found;

	if (p->refund.channel_fen == 0)
		return ERR_OK;
	TRY(payment_of_attempt(tx, p->attempt.id, &payment, &found));
	if (!found)
		FAIL(ERR_CORRUPT, "a paid attempt without its payment");
	p->refund.payment = payment.id;
	return ERR_OK;
}

static enum err put(struct tx *tx, const struct refund_begin_ask *in, struct refund_plan *p,
		    const struct digest *digest)
{
	const struct idempotency *key = in->ask->idempotency;
	char ref[ID_TEXT];

	p->refund.id = tx_id(tx);
	id_write(ID_ORDER, p->order.id, ref);
	if (p->refund.channel_fen > 0)
		number_write(ID_REFUND, p->refund.id, p->refund.number);
	TRY(take_back(tx, p, ref));
	refund_insert(tx, &p->refund);
	for (size_t i = 0; i < p->legs_n; i++) {
		struct leg *l = &p->attempt.legs[p->legs[i].position];

		l->refunding_amount += p->legs[i].amount;
		l->refunding_worth += p->legs[i].worth;
		leg_update(tx, p->attempt.id, p->legs[i].position, l);
		refund_leg_insert(tx, p->refund.id, &p->legs[i]);
	}
	request_key_put(tx, in->ask->app, KEY_REFUND, in->ask->out_refund_no, digest, p->refund.id);
	if (key && key->key[0] != '\0')
		idempotency_name(tx, key, p->refund.id);
	p->order.amount_refunding += p->refund.amount;
	if (p->refund.channel_fen == 0)
		return refund_plan_succeed(tx, p);
	order_update(tx, &p->order);
	job_put(tx, JOB_REFUND_FOLLOW, p->refund.id, tx_now(tx), in->run, REFUND_LEASE_MS);
	return ERR_OK;
}

/* What the action credited is set aside before the channel is asked: a user who has spent it gets
 * no refund. */
static enum err take_back(struct tx *tx, struct refund_plan *p, const char *ref)
{
	struct hold_ask hold = { .amount = p->refund.channel_fen,
				 .owner = p->refund.id,
				 .app = p->refund.app,
				 .reason = REASON_REFUND_TOPUP,
				 .ref = ref };
	int64_t id;

	if (!action_of(&p->order)->to_user || p->refund.channel_fen == 0)
		return ERR_OK;
	for (size_t i = 0; i < p->legs_n; i++) {
		if (p->attempt.legs[p->legs[i].position].kind == LEG_CHANNEL)
			hold.account = p->from[i];
	}
	return hold_place(tx, &hold, &id);
}

static struct digest digest_of(const struct refund_ask *ask)
{
	struct digest_run *d = digest_begin("refund");

	digest_integer(d, ask->order);
	digest_integer(d, ask->amount);
	return digest_end(d);
}
