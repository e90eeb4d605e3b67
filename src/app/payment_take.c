/* payment_take.c - loads what a payment touches and decides whether it can be applied. */
#include "app/payment_take.h"

#include "app/asset_row.h"
#include "app/payment_plan.h"
#include "base/check.h"
#include "core/action.h"

static enum err load(struct tx *tx, struct payment_plan *p);
static enum err load_matched(struct tx *tx, struct payment_plan *p, int64_t cny);
static enum err load_wallets(struct tx *tx, struct payment_plan *p);
static enum err load_others(struct tx *tx, struct payment_plan *p);
static enum case_kind decide(const struct payment_plan *p);
static bool wallets_suffice(const struct payment_plan *p);
static int64_t released_to(const struct payment_plan *p, const struct account *a);

enum err payment_take(struct tx *tx, const struct payment_news *news, enum payment_result *out)
{
	struct payment_plan p = { .news = news };
	struct payment known;
	bool found;

	CHECK(news->trade->state == TRADE_PAID && news->trade->trade_no[0] != '\0');
	TRY(payment_find(tx, news->account, news->trade->trade_no, &known, &found));
	if (found) {
		*out = PAYMENT_KNOWN;
		return ERR_OK;
	}
	TRY(load(tx, &p));
	p.exception = decide(&p);
	if (p.exception != 0) {
		*out = PAYMENT_EXCEPTION;
		return payment_suspend(tx, &p);
	}
	*out = PAYMENT_APPLIED;
	return payment_apply(tx, &p);
}

static enum err load(struct tx *tx, struct payment_plan *p)
{
	char outside[HOLDER_MAX + 1];
	size_t n = 0;
	int64_t cny;

	TRY(merchant_get(tx, &p->merchant));
	TRY(channel_account_get(tx, p->news->account, &p->channel));
	TRY(asset_cny(tx, &cny));
	str_add(outside, sizeof(outside), &n, "channel:%s", p->channel.name);
	TRY(tx_account(tx, str_of(outside), cny, &p->outside));
	TRY(tx_account(tx, STR("suspense"), cny, &p->suspense));
	TRY(attempt_get_by_number(tx, p->news->account, p->news->trade->number, &p->attempt,
				  &p->matched));
	return p->matched ? load_matched(tx, p, cny) : ERR_OK;
}

static enum err load_matched(struct tx *tx, struct payment_plan *p, int64_t cny)
{
	char credit[HOLDER_MAX + 1];

	TRY(order_get(tx, 0, p->attempt.order, &p->order));
	action_credit(&p->order, credit);
	TRY(tx_account(tx, str_of(credit), cny, &p->credit));
	TRY(load_wallets(tx, p));
	return load_others(tx, p);
}

static enum err load_wallets(struct tx *tx, struct payment_plan *p)
{
	for (size_t i = 0; i < p->attempt.legs_n; i++) {
		const struct leg *l = &p->attempt.legs[i];
		struct wallet_take *w = &p->wallets[i];

		if (l->kind != LEG_WALLET)
			continue;
		TRY(tx_account_by_id(tx, l->account, &w->from));
		TRY(tx_account(tx, STR("system"), l->asset, &w->to));
		if (l->hold != 0)
			TRY(hold_get(tx, l->hold, &w->hold));
		w->held = l->hold != 0 && hold_left(&w->hold) == l->amount;
	}
	return attempt_holds_get(tx, &p->attempt, &p->own);
}

static enum err load_others(struct tx *tx, struct payment_plan *p)
{
	int64_t ids[PLAN_ATTEMPTS_MAX];
	size_t n;

	TRY(attempts_open(tx, p->order.id, ids, PLAN_ATTEMPTS_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		struct attempt other;

		if (ids[i] == p->attempt.id)
			continue;
		TRY(attempt_get(tx, ids[i], &other));
		p->others[p->others_n] = ids[i];
		TRY(attempt_holds_get(tx, &other, &p->releases[p->others_n++]));
	}
	return ERR_OK;
}

static enum case_kind decide(const struct payment_plan *p)
{
	if (!p->matched)
		return CASE_UNMATCHED;
	if (p->order.status == ORDER_PAID)
		return CASE_TWICE;
	if (p->order.status == ORDER_CLOSED && !p->merchant.accept_late)
		return CASE_LATE;
	if (p->news->trade->fen > p->attempt.channel_fen)
		return CASE_OVER;
	if (p->news->trade->fen < p->attempt.channel_fen)
		return CASE_UNDER;
	if (!wallets_suffice(p))
		return CASE_SHORT;
	return 0;
}

/* A hold that is gone is taken from the balance again, after the order's other holds are given
 * back. */
static bool wallets_suffice(const struct payment_plan *p)
{
	for (size_t i = 0; i < p->attempt.legs_n; i++) {
		const struct wallet_take *w = &p->wallets[i];
		int64_t room;

		if (p->attempt.legs[i].kind != LEG_WALLET || w->held)
			continue;
		room = account_available(w->from) + released_to(p, w->from);
		if (room < p->attempt.legs[i].amount || w->from->frozen)
			return false;
	}
	return true;
}

static int64_t released_to(const struct payment_plan *p, const struct account *a)
{
	int64_t sum = 0;

	for (size_t i = 0; i < p->others_n; i++) {
		for (size_t k = 0; k < p->releases[i].n; k++) {
			if (p->releases[i].account[k] == a)
				sum += hold_left(&p->releases[i].hold[k]);
		}
	}
	return sum;
}
