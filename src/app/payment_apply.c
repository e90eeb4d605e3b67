/* payment_apply.c - what a payment changes. */
#include "app/payment_plan.h"

#include "app/hold_put.h"
#include "app/job_put.h"
#include "app/number.h"
#include "app/order_view.h"
#include "core/action.h"
#include "core/reason.h"

static void put_row(struct tx *tx, const struct payment_plan *p, int64_t id, int64_t case_id);
static enum err release(struct tx *tx, const struct attempt_holds *holds, const char *ref);
static enum err take_wallets(struct tx *tx, const struct payment_plan *p, const char *ref);
static enum err post_money(struct tx *tx, const struct payment_plan *p, struct account *to,
			   int64_t reason, const char *ref, int64_t payment);
static void close_others(struct tx *tx, const struct payment_plan *p);
static void end_attempt(struct tx *tx, struct payment_plan *p);
static unsigned flag_of(enum case_kind kind);

enum err payment_apply(struct tx *tx, struct payment_plan *p)
{
	bool late = p->order.status == ORDER_CLOSED;
	int64_t id = tx_id(tx);
	char ref[ID_TEXT];

	id_write(ID_ORDER, p->order.id, ref);
	put_row(tx, p, id, 0);
	for (size_t i = 0; i < p->others_n; i++)
		TRY(release(tx, &p->releases[i], ref));
	TRY(take_wallets(tx, p, ref));
	TRY(post_money(tx, p, p->credit, action_of(&p->order)->paid_reason, ref, id));
	end_attempt(tx, p);
	p->order.status = ORDER_PAID;
	p->order.amount_paid = p->order.amount;
	p->order.paid_at = tx_now(tx);
	p->order.attempt = p->attempt.id;
	p->order.flags |= late ? FLAG_LATE : 0;
	if (p->order.action[0] != '\0')
		p->order.fulfilment = FULFIL_DONE;
	order_update(tx, &p->order);
	order_event(tx, late ? "order.paid_late" : "order.paid", &p->order, &p->attempt,
		    p->merchant.livemode);
	job_end(tx, JOB_ORDER_EXPIRE, p->order.id);
	close_others(tx, p);
	return ERR_OK;
}

/* Money that cannot be applied waits in suspense; its case names it, and a refund is made at once.
 */
enum err payment_suspend(struct tx *tx, struct payment_plan *p)
{
	int64_t payment = tx_id(tx), case_id = tx_id(tx), refund = tx_id(tx);
	char ref[ID_TEXT];

	id_write(ID_CASE, case_id, ref);
	put_row(tx, p, payment, case_id);
	TRY(post_money(tx, p, p->suspense, REASON_UNEXPECTED, ref, payment));
	case_insert(tx, &(struct case_row){ .id = case_id,
					    .app = p->order.app,
					    .kind = p->exception,
					    .status = CASE_OPEN,
					    .order = p->order.id,
					    .payment = payment,
					    .refund = p->matched ? refund : 0,
					    .amount = p->news->trade->fen,
					    .created_at = tx_now(tx) });
	if (!p->matched)
		return ERR_OK;
	TRY(release(tx, &p->own, ref));
	end_attempt(tx, p);
	if (p->order.attempt == p->attempt.id && p->order.status != ORDER_PAID)
		p->order.attempt = 0;
	p->order.flags |= flag_of(p->exception);
	order_update(tx, &p->order);

	struct refund r = { .id = refund,
			    .app = p->order.app,
			    .kind = REFUND_EXCEPTION,
			    .order = p->order.id,
			    .payment = payment,
			    .case_id = case_id,
			    .status = REFUND_PENDING,
			    .version = 1,
			    .amount = p->news->trade->fen,
			    .channel_fen = p->news->trade->fen,
			    .channel_account = p->news->account,
			    .created_at = tx_now(tx) };

	number_write(ID_REFUND, refund, r.number);
	refund_insert(tx, &r);
	job_put(tx, JOB_REFUND_FOLLOW, refund, tx_now(tx), p->news->run, 0);
	return ERR_OK;
}

static unsigned flag_of(enum case_kind kind)
{
	switch (kind) {
	case CASE_LATE:
		return FLAG_LATE;
	case CASE_TWICE:
		return FLAG_TWICE;
	case CASE_OVER:
		return FLAG_OVER;
	case CASE_UNDER:
		return FLAG_UNDER;
	case CASE_UNMATCHED:
	case CASE_SHORT:
	case CASE_REFUND:
		return 0;
	}
	return 0;
}

static void put_row(struct tx *tx, const struct payment_plan *p, int64_t id, int64_t case_id)
{
	const struct channel_trade *t = p->news->trade;
	struct payment row = { .id = id,
			       .app = p->order.app,
			       .channel_account = p->news->account,
			       .attempt = p->attempt.id,
			       .order = p->order.id,
			       .amount = t->fen,
			       .payer_amount = t->payer_fen,
			       .settle_amount = t->settle_fen,
			       .paid_at = t->paid_at_ms != 0 ? t->paid_at_ms : tx_now(tx),
			       .source = p->news->source,
			       .case_id = case_id,
			       .created_at = tx_now(tx) };

	str_copy_cut(row.channel_number, sizeof(row.channel_number), str_of(t->trade_no));
	str_copy_cut(row.number, sizeof(row.number), str_of(t->number));
	str_copy_cut(row.payer, sizeof(row.payer), str_of(t->payer));
	payment_insert(tx, &row);
}

static enum err release(struct tx *tx, const struct attempt_holds *holds, const char *ref)
{
	for (size_t i = 0; i < holds->n; i++)
		TRY(hold_release(tx, &holds->hold[i], holds->account[i], ref));
	return ERR_OK;
}

static enum err take_wallets(struct tx *tx, const struct payment_plan *p, const char *ref)
{
	for (size_t i = 0; i < p->attempt.legs_n; i++) {
		const struct wallet_take *w = &p->wallets[i];

		if (p->attempt.legs[i].kind != LEG_WALLET)
			continue;
		if (w->held) {
			TRY(hold_capture(tx, &w->hold, w->from, w->to, REASON_PAID_WALLET, ref));
			continue;
		}
		TRY(tx_post(tx,
			    &(struct posting){ .kind = POSTING_TRANSFER,
					       .force = FORCE_FACT,
					       .from = w->from,
					       .to = w->to,
					       .amount = p->attempt.legs[i].amount,
					       .reason = REASON_PAID_WALLET,
					       .request_id = "",
					       .ref = ref,
					       .memo = "" },
			    NULL));
	}
	return ERR_OK;
}

static enum err post_money(struct tx *tx, const struct payment_plan *p, struct account *to,
			   int64_t reason, const char *ref, int64_t payment)
{
	char request[ID_TEXT + 8], id[ID_TEXT];
	size_t n = 0;

	id_write(ID_PAYMENT, payment, id);
	str_add(request, sizeof(request), &n, "%s:in", id);
	return tx_post(tx,
		       &(struct posting){ .kind = POSTING_TRANSFER,
					  .force = FORCE_FACT,
					  .from = p->outside,
					  .to = to,
					  .amount = p->news->trade->fen,
					  .reason = reason,
					  .request_id = request,
					  .ref = ref,
					  .memo = "" },
		       NULL);
}

static void end_attempt(struct tx *tx, struct payment_plan *p)
{
	p->attempt.status = ATTEMPT_PAID;
	p->attempt.ended_at = tx_now(tx);
	attempt_update(tx, &p->attempt);
	job_end(tx, JOB_ATTEMPT_FOLLOW, p->attempt.id);
}

/* Their jobs close them at the channel, and watch them to their end. */
static void close_others(struct tx *tx, const struct payment_plan *p)
{
	for (size_t i = 0; i < p->others_n; i++)
		job_put(tx, JOB_ATTEMPT_FOLLOW, p->others[i], tx_now(tx), p->news->run, 0);
}
