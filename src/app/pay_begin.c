#include "app/pay_begin.h"

#include "app/asset_row.h"
#include "app/attempt_said.h"
#include "app/hold_put.h"
#include "app/job_put.h"
#include "app/merchant.h"
#include "app/number.h"
#include "base/check.h"
#include "core/action.h"
#include "core/reason.h"
#include "core/split.h"
#include "sys/crypto.h"

#include <string.h>

struct begin_plan {
	const struct pay_begin_ask *in;
	struct pay_begun *out;
	struct attempt live; /* of the order, when has_live */
	bool has_live;
	struct attempt_holds holds; /* of the live attempt */
	struct account *from[LEGS_MAX], *system[LEGS_MAX];
};

static enum err load(struct tx *tx, struct begin_plan *p);
static enum err meet_live(struct tx *tx, struct begin_plan *p, bool *over);
static const char *method_name(const struct pay_begin_ask *in);
static bool same_ask(const struct attempt *a, const struct pay_begin_ask *in);
static enum err lease(struct tx *tx, struct begin_plan *p, enum pay_step step);
static enum err plan_attempt(struct tx *tx, struct begin_plan *p);
static enum err plan_wallets(struct tx *tx, struct begin_plan *p, int64_t *worth);
static enum err plan_channel(struct tx *tx, struct begin_plan *p, int64_t fen);
static enum err put_attempt(struct tx *tx, struct begin_plan *p);
static enum err put_paid(struct tx *tx, struct begin_plan *p, const char *ref);
static void auth_hash(const char *code, uint8_t out[SHA256_BYTES]);

enum err pay_begin(struct tx *tx, const void *ask, void *answer)
{
	struct begin_plan p = { .in = ask, .out = answer };
	bool over = false;

	*p.out = (struct pay_begun){ 0 };
	TRY(load(tx, &p));
	if (p.has_live)
		TRY(meet_live(tx, &p, &over));
	if (over)
		return ERR_OK;
	TRY(order_payable(&p.out->order, tx_now(tx)));
	TRY(plan_attempt(tx, &p));
	return put_attempt(tx, &p);
}

static enum err load(struct tx *tx, struct begin_plan *p)
{
	struct merchant m;

	TRY(merchant_get(tx, &m));
	p->out->livemode = m.livemode;
	TRY(order_get(tx, p->in->ask->app, p->in->ask->order, &p->out->order));
	if (p->out->order.attempt == 0)
		return ERR_OK;
	TRY(attempt_get(tx, p->out->order.attempt, &p->live));
	p->has_live = true;
	return attempt_holds_get(tx, &p->live, &p->holds);
}

/* The order has an attempt already: the same again, or one that must end first. */
static enum err meet_live(struct tx *tx, struct begin_plan *p, bool *over)
{
	bool held, same = same_ask(&p->live, p->in);

	*over = true;
	if (same && (p->live.status == ATTEMPT_PENDING || p->live.status == ATTEMPT_PAID)) {
		p->out->step = PAY_OVER;
		p->out->attempt = p->live;
		p->out->replayed = true;
		return ERR_OK;
	}
	TRY(order_payable(&p->out->order, tx_now(tx)));
	if (p->in->replaced == p->live.id) {
		*over = false;
		return ERR_OK;
	}
	TRY(job_held(tx, JOB_ATTEMPT_FOLLOW, p->live.id, p->in->run, &held));
	if (held)
		FAIL(ERR_ATTEMPT_PENDING, "the order's attempt is being worked on");
	if (p->live.channel_account != 0)
		TRY(channel_account_get(tx, p->live.channel_account, &p->out->account));
	p->out->replayed = same;
	p->out->repeated = p->live.status == ATTEMPT_UNKNOWN;
	return lease(tx, p, same ? PAY_SEND : PAY_CLOSE_FIRST);
}

static enum err lease(struct tx *tx, struct begin_plan *p, enum pay_step step)
{
	p->out->step = step;
	p->out->attempt = p->live;
	job_put(tx, JOB_ATTEMPT_FOLLOW, p->live.id, tx_now(tx), p->in->run, PAY_LEASE_MS);
	return ERR_OK;
}

/* What was asked for may leave the channel to be found by the payer's code. */
static const char *method_name(const struct pay_begin_ask *in)
{
	return in->method ? in->method->name : in->ask->method;
}

static bool same_ask(const struct attempt *a, const struct pay_begin_ask *in)
{
	const struct pay_ask *ask = in->ask;
	uint8_t hash[SHA256_BYTES];
	size_t wallets = 0;

	auth_hash(ask->auth_code, hash);
	for (size_t i = 0; i < a->legs_n; i++) {
		if (a->legs[i].kind != LEG_WALLET)
			continue;
		if (wallets >= ask->wallets_n ||
		    ask->wallets[wallets].amount != a->legs[i].amount ||
		    strcmp(ask->wallets[wallets].asset, a->legs[i].asset_code) != 0)
			return false;
		wallets++;
	}
	return wallets == ask->wallets_n && strcmp(a->method, method_name(in)) == 0 &&
	       strcmp(a->openid, ask->openid) == 0 && memcmp(a->auth_hash, hash, sizeof(hash)) == 0;
}

static void auth_hash(const char *code, uint8_t out[SHA256_BYTES])
{
	memset(out, 0, SHA256_BYTES);
	if (code[0] != '\0')
		sha256(str_of(code), out);
}

/* --- planning: reads and rules --- */

static enum err plan_attempt(struct tx *tx, struct begin_plan *p)
{
	const struct pay_ask *ask = p->in->ask;
	struct attempt *a = &p->out->attempt;
	int64_t worth = 0;

	*a = (struct attempt){ .order = p->out->order.id,
			       .app = p->out->order.app,
			       .status = ATTEMPT_CREATED,
			       .created_at = tx_now(tx),
			       .expires_at = p->out->order.expires_at };
	TRY(str_copy(a->method, sizeof(a->method), str_of(method_name(p->in))));
	memcpy(a->openid, ask->openid, sizeof(a->openid));
	memcpy(a->client_ip, ask->client_ip, sizeof(a->client_ip));
	memcpy(a->return_url, ask->return_url, sizeof(a->return_url));
	auth_hash(ask->auth_code, a->auth_hash);
	if (ask->wallets_n > 0 && !action_of(&p->out->order)->wallets)
		FAIL_AT(ERR_WALLET_COVER, "wallets", "an order with this action takes no wallets");
	TRY(plan_wallets(tx, p, &worth));
	a->channel_fen = p->out->order.amount - worth;
	if (a->channel_fen < 0)
		FAIL_AT(ERR_WALLET_COVER, "wallets", "the wallets are worth more than the order");
	if (!p->in->method && a->channel_fen > 0)
		FAIL_AT(ERR_WALLET_COVER, "wallets", "the wallets leave %lld fen unpaid",
			(long long)a->channel_fen);
	return a->channel_fen > 0 ? plan_channel(tx, p, a->channel_fen) : ERR_OK;
}

static enum err plan_wallets(struct tx *tx, struct begin_plan *p, int64_t *worth)
{
	const struct pay_ask *ask = p->in->ask;
	struct attempt *a = &p->out->attempt;

	if (ask->wallets_n > 0 && p->out->order.user[0] == '\0')
		FAIL_AT(ERR_INVALID, "wallets", "the order names no user whose wallets could pay");
	for (size_t i = 0; i < ask->wallets_n; i++) {
		struct leg *l = &a->legs[a->legs_n];
		struct asset asset;
		char param[ERR_PARAM_MAX];
		size_t n = 0;

		str_add(param, sizeof(param), &n, "wallets[%zu].asset", i);
		if (asset_get(tx, str_of(ask->wallets[i].asset), &asset) != ERR_OK)
			FAIL_AT(ERR_ASSET_UNKNOWN, param, "there is no asset %s",
				ask->wallets[i].asset);
		n = 0;
		str_add(param, sizeof(param), &n, "wallets[%zu].amount", i);
		*l = (struct leg){ .kind = LEG_WALLET,
				   .asset = asset.id,
				   .amount = ask->wallets[i].amount };
		enum err e = wallet_worth(&asset.pay, l->amount, p->out->order.amount, &l->worth);

		if (e != ERR_OK)
			FAIL_AT(e, param, "%s", err_text());
		n = 0;
		str_add(l->holder, sizeof(l->holder), &n, "user:%s", p->out->order.user);
		memcpy(l->asset_code, asset.code, sizeof(l->asset_code));
		TRY(tx_account(tx, str_of(l->holder), asset.id, &p->from[a->legs_n]));
		TRY(tx_account(tx, STR("system"), asset.id, &p->system[a->legs_n]));
		l->account = p->from[a->legs_n]->id;
		TRY(amount_add(*worth, l->worth, worth));
		a->legs_n++;
	}
	return ERR_OK;
}

static enum err plan_channel(struct tx *tx, struct begin_plan *p, int64_t fen)
{
	const struct channel_method *m = p->in->method;
	struct attempt *a = &p->out->attempt;
	struct leg *l = &a->legs[a->legs_n++];
	int64_t left_ms = p->out->order.expires_at - tx_now(tx);
	struct account *outside;
	size_t n = 0;

	TRY(channel_account_for(tx, str_of(p->in->channel->caps.name), STR(""), &p->out->account));
	if (left_ms < m->expiry_min_ms)
		FAIL(ERR_ORDER_CLOSED, "the order ends too soon for %s", m->name);
	if (left_ms > m->expiry_max_ms)
		a->expires_at = tx_now(tx) + m->expiry_max_ms;
	*l = (struct leg){ .kind = LEG_CHANNEL, .amount = fen, .worth = fen, .asset_code = "cny" };
	TRY(asset_cny(tx, &l->asset));
	str_add(l->holder, sizeof(l->holder), &n, "channel:%s", p->out->account.name);
	TRY(tx_account(tx, str_of(l->holder), l->asset, &outside));
	l->account = outside->id;
	a->channel_account = p->out->account.id;
	return ERR_OK;
}

/* --- puts --- */

static enum err put_attempt(struct tx *tx, struct begin_plan *p)
{
	const struct idempotency *key = p->in->ask->idempotency;
	struct attempt *a = &p->out->attempt;
	struct order *o = &p->out->order;
	char ref[ID_TEXT];

	id_write(ID_ORDER, o->id, ref);
	if (p->has_live) {
		TRY(attempt_end(tx, &p->live, p->in->replaced_as, &p->holds));
		if (p->in->replaced_as == ATTEMPT_SUPERSEDED)
			job_put(tx, JOB_ATTEMPT_FOLLOW, p->live.id, tx_now(tx) + 5000, p->in->run,
				0);
	}
	a->id = tx_id(tx);
	o->attempt = a->id;
	if (a->channel_fen == 0)
		return put_paid(tx, p, ref);
	number_write(ID_ATTEMPT, a->id, a->number);
	for (size_t i = 0; i < a->legs_n; i++) {
		struct hold_ask hold = { .account = p->from[i],
					 .amount = a->legs[i].amount,
					 .owner = a->id,
					 .app = a->app,
					 .reason = REASON_PAID_WALLET,
					 .ref = ref };

		if (a->legs[i].kind == LEG_WALLET)
			TRY(hold_place(tx, &hold, &a->legs[i].hold));
	}
	attempt_insert(tx, a);
	job_put(tx, JOB_ATTEMPT_FOLLOW, a->id, tx_now(tx), p->in->run, PAY_LEASE_MS);
	order_update(tx, o);
	if (key && key->key[0] != '\0')
		idempotency_name(tx, key, a->id);
	p->out->step = PAY_SEND;
	return ERR_OK;
}

/* Wallets cover everything: paid at once, nobody is called. */
static enum err put_paid(struct tx *tx, struct begin_plan *p, const char *ref)
{
	struct attempt *a = &p->out->attempt;
	struct order *o = &p->out->order;

	for (size_t i = 0; i < a->legs_n; i++)
		TRY(tx_post(tx,
			    &(struct posting){ .kind = POSTING_TRANSFER,
					       .from = p->from[i],
					       .to = p->system[i],
					       .amount = a->legs[i].amount,
					       .reason = REASON_PAID_WALLET,
					       .request_id = "",
					       .ref = ref,
					       .memo = "" },
			    NULL));
	a->status = ATTEMPT_PAID;
	a->ended_at = tx_now(tx);
	attempt_insert(tx, a);
	o->status = ORDER_PAID;
	o->amount_paid = o->amount;
	o->paid_at = tx_now(tx);
	order_update(tx, o);
	order_event(tx, "order.paid", o, a, p->out->livemode);
	job_end(tx, JOB_ORDER_EXPIRE, o->id);
	p->out->step = PAY_OVER;
	return ERR_OK;
}
