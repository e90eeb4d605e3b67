#include "app/refund_settle.h"

#include "app/asset_row.h"
#include "app/channel_keys.h"
#include "app/hold_put.h"
#include "app/job_put.h"
#include "app/merchant.h"
#include "app/order_view.h"
#include "base/check.h"
#include "core/action.h"
#include "core/reason.h"

static enum err load(struct tx *tx, int64_t id, struct refund_plan *p);
static enum err load_hold(struct tx *tx, struct refund_plan *p);
static enum err succeed_exception(struct tx *tx, struct refund_plan *p);
static enum err fail(struct tx *tx, struct refund_plan *p);
static enum err wait(struct tx *tx, struct refund_plan *p, const struct refund_said *said);
static enum err post(struct tx *tx, const struct refund_plan *p, struct account *from,
		     struct account *to, int64_t amount, int64_t reason);
static void unreserve(struct tx *tx, struct refund_plan *p, bool refunded);
static void finish(struct tx *tx, struct refund_plan *p, enum refund_status as);
static void next_of_payment(struct tx *tx, const struct refund_plan *p);

enum err refund_settle(struct tx *tx, const void *ask, void *answer)
{
	const struct refund_said *said = ask;
	struct refund_plan p = { 0 };
	struct refund *out = answer;

	TRY(load(tx, said->refund, &p));
	if (p.refund.status == REFUND_PENDING || p.refund.status == REFUND_ABNORMAL) {
		p.refund.tries += said->sent;
		if (said->sent && p.refund.sent_at == 0)
			p.refund.sent_at = tx_now(tx);
		if (said->code) {
			str_copy_cut(p.refund.error_code, sizeof(p.refund.error_code),
				     str_of(said->code));
			str_copy_cut(p.refund.error_text, sizeof(p.refund.error_text),
				     str_of(said->text));
		}
		switch (said->word) {
		case REFUND_WORD_DONE:
			TRY(refund_plan_succeed(tx, &p));
			break;
		case REFUND_WORD_REFUSED:
			TRY(fail(tx, &p));
			break;
		case REFUND_WORD_ABNORMAL:
		case REFUND_WORD_WAIT:
			TRY(wait(tx, &p, said));
			break;
		}
		if (p.refund.status == REFUND_SUCCEEDED || p.refund.status == REFUND_FAILED)
			next_of_payment(tx, &p);
	}
	*out = p.refund;
	return ERR_OK;
}

/* --- loading --- */

static enum err load(struct tx *tx, int64_t id, struct refund_plan *p)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	p->livemode = m.livemode;
	TRY(refund_get(tx, 0, id, &p->refund));
	if (p->refund.order != 0)
		TRY(order_get(tx, 0, p->refund.order, &p->order));
	if (p->refund.kind == REFUND_ORDER) {
		TRY(refund_legs_get(tx, id, p->legs, &p->legs_n));
		TRY(attempt_get(tx, p->order.attempt, &p->attempt));
		p->has_attempt = true;
	}
	TRY(load_hold(tx, p));
	return refund_plan_accounts(tx, p);
}

static enum err load_hold(struct tx *tx, struct refund_plan *p)
{
	struct rows r;
	int64_t id = 0;

	TX_GET(tx, &r, "select id from hold where merchant_id = $1 and owner = $2",
	       V_I(tx_merchant(tx)), V_I(p->refund.id));
	if (rows_next(&r))
		id = row_i(&r, 0);
	TRY(rows_end(&r));
	return id != 0 ? hold_get(tx, id, &p->hold) : ERR_OK;
}

/* By leg of the refund: where the money comes from and where it goes. */
enum err refund_plan_accounts(struct tx *tx, struct refund_plan *p)
{
	struct channel_account channel;
	char holder[HOLDER_MAX + 1];
	size_t n = 0;
	int64_t cny;

	TRY(asset_cny(tx, &cny));
	if (p->refund.channel_account != 0) {
		TRY(channel_account_get(tx, p->refund.channel_account, &channel));
		str_add(holder, sizeof(holder), &n, "channel:%s", channel.name);
		TRY(tx_account(tx, str_of(holder), cny, &p->outside));
	}
	TRY(tx_account(tx, STR("suspense"), cny, &p->suspense));
	for (size_t i = 0; i < p->legs_n; i++) {
		const struct leg *l = &p->attempt.legs[p->legs[i].position];

		TRY(tx_account_by_id(tx, l->account, &p->to[i]));
		if (l->kind == LEG_WALLET) {
			TRY(tx_account(tx, STR("system"), l->asset, &p->from[i]));
			continue;
		}
		action_credit(&p->order, holder);
		TRY(tx_account(tx, str_of(holder), cny, &p->from[i]));
	}
	return ERR_OK;
}

/* --- ends --- */

enum err refund_plan_succeed(struct tx *tx, struct refund_plan *p)
{
	char ref[ID_TEXT];

	if (p->refund.kind == REFUND_EXCEPTION)
		return succeed_exception(tx, p);
	id_write(ID_ORDER, p->order.id, ref);
	for (size_t i = 0; i < p->legs_n; i++) {
		const struct leg *l = &p->attempt.legs[p->legs[i].position];
		int64_t reason = l->kind == LEG_WALLET ? REASON_REFUND_WALLET
						       : action_of(&p->order)->refund_reason;

		if (p->legs[i].amount == 0)
			continue;
		if (l->kind == LEG_CHANNEL && p->hold.id != 0 && hold_left(&p->hold) > 0)
			TRY(hold_capture(tx, &p->hold, p->from[i], p->to[i], reason, ref));
		else
			TRY(post(tx, p, p->from[i], p->to[i], p->legs[i].amount, reason));
	}
	unreserve(tx, p, true);
	finish(tx, p, REFUND_SUCCEEDED);
	refund_event(tx, "refund.succeeded", &p->refund, &p->order, p->livemode);
	return ERR_OK;
}

/* Unexpected money goes back from suspense; its case is settled and the order's event sent, once.
 */
static enum err succeed_exception(struct tx *tx, struct refund_plan *p)
{
	static const struct {
		enum order_flag flag;
		const char *type;
	} EVENTS[] = {
		{ FLAG_LATE, "order.paid_late" },
		{ FLAG_TWICE, "order.paid_twice" },
		{ FLAG_OVER, "order.paid_over" },
		{ FLAG_UNDER, "order.paid_under" },
	};

	TRY(post(tx, p, p->suspense, p->outside, p->refund.amount, REASON_GIVEN_BACK));
	case_settle(tx, p->refund.case_id, CASE_REFUNDED);
	finish(tx, p, REFUND_SUCCEEDED);
	refund_event(tx, "refund.succeeded", &p->refund, &p->order, p->livemode);
	for (size_t i = 0; i < sizeof(EVENTS) / sizeof(EVENTS[0]); i++) {
		if (p->order.flags & EVENTS[i].flag)
			order_event(tx, EVENTS[i].type, &p->order, NULL, p->livemode);
	}
	return ERR_OK;
}

static enum err fail(struct tx *tx, struct refund_plan *p)
{
	char ref[ID_TEXT];

	id_write(ID_ORDER, p->order.id, ref);
	if (p->hold.id != 0 && hold_left(&p->hold) > 0)
		for (size_t i = 0; i < p->legs_n; i++) {
			if (p->from[i]->id == p->hold.account) {
				TRY(hold_release(tx, &p->hold, p->from[i], ref));
				break;
			}
		}
	if (p->refund.kind == REFUND_ORDER)
		unreserve(tx, p, false);
	finish(tx, p, REFUND_FAILED);
	refund_event(tx, "refund.failed", &p->refund, &p->order, p->livemode);
	return ERR_OK;
}

static enum err wait(struct tx *tx, struct refund_plan *p, const struct refund_said *said)
{
	int64_t since = p->refund.sent_at != 0 ? p->refund.sent_at : tx_now(tx);
	int64_t due = said->due_at != 0 ? said->due_at : refund_next_query(since, tx_now(tx));
	bool now_abnormal =
		said->word == REFUND_WORD_ABNORMAL && p->refund.status != REFUND_ABNORMAL;

	if (now_abnormal)
		p->refund.status = REFUND_ABNORMAL;
	refund_update(tx, &p->refund);
	job_put(tx, JOB_REFUND_FOLLOW, p->refund.id, due, said->run, 0);
	if (now_abnormal) {
		case_insert(tx, &(struct case_row){ .id = tx_id(tx),
						    .app = p->refund.app,
						    .kind = CASE_REFUND,
						    .status = CASE_OPEN,
						    .order = p->refund.order,
						    .payment = p->refund.payment,
						    .refund = p->refund.id,
						    .amount = p->refund.amount,
						    .created_at = tx_now(tx) });
		refund_event(tx, "refund.abnormal", &p->refund, &p->order, p->livemode);
	}
	return ERR_OK;
}

static enum err post(struct tx *tx, const struct refund_plan *p, struct account *from,
		     struct account *to, int64_t amount, int64_t reason)
{
	char id[ID_TEXT], request[ID_TEXT + 8], ref[ID_TEXT];
	size_t n = 0;

	id_write(ID_REFUND, p->refund.id, id);
	str_add(request, sizeof(request), &n, "%s:out", id);
	id_write(p->refund.kind == REFUND_ORDER ? ID_ORDER : ID_CASE,
		 p->refund.kind == REFUND_ORDER ? p->order.id : p->refund.case_id, ref);
	return tx_post(tx,
		       &(struct posting){ .kind = POSTING_TRANSFER,
					  .force = FORCE_FACT,
					  .from = from,
					  .to = to,
					  .amount = amount,
					  .reason = reason,
					  .request_id = request,
					  .ref = ref,
					  .memo = p->refund.note },
		       NULL);
}

/* The reserved parts of the legs become refunded, or free again. */
static void unreserve(struct tx *tx, struct refund_plan *p, bool refunded)
{
	for (size_t i = 0; i < p->legs_n; i++) {
		struct leg *l = &p->attempt.legs[p->legs[i].position];

		l->refunding_amount -= p->legs[i].amount;
		l->refunding_worth -= p->legs[i].worth;
		l->refunded_amount += refunded ? p->legs[i].amount : 0;
		l->refunded_worth += refunded ? p->legs[i].worth : 0;
		leg_update(tx, p->attempt.id, p->legs[i].position, l);
	}
	p->order.amount_refunding -= p->refund.amount;
	p->order.amount_refunded += refunded ? p->refund.amount : 0;
	order_update(tx, &p->order);
}

static void finish(struct tx *tx, struct refund_plan *p, enum refund_status as)
{
	p->refund.status = as;
	p->refund.ended_at = tx_now(tx);
	if (as == REFUND_SUCCEEDED)
		p->refund.error_code[0] = p->refund.error_text[0] = '\0';
	refund_update(tx, &p->refund);
	job_end(tx, JOB_REFUND_FOLLOW, p->refund.id);
}

/* The next refund of the same trade, which waited for this one. */
static void next_of_payment(struct tx *tx, const struct refund_plan *p)
{
	TX_PUT(tx, TX_ANY,
	       "update job set due_at = $3 where merchant_id = $1 and kind = $4 and lease_until is "
	       "null "
	       "and object = (select min(id) from refund where merchant_id = $1 and payment_id = "
	       "$2 "
	       "and status = 1)",
	       V_I(tx_merchant(tx)), V_ID(p->refund.payment), V_I(tx_now(tx)),
	       V_I(JOB_REFUND_FOLLOW));
	tx_tell(tx, NEWS_JOBS);
}
