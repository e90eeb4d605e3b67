/* conversion_make.c - both transfers of a conversion at once, or neither. */
#include "app/conversion.h"

#include "core/reason.h"

#include <string.h>

/* One way: holder to system, or system to holder. */
struct way {
	struct account *from, *to;
	int64_t amount;
	const char *step;
};

static struct digest digest_of(const struct conversion_ask *ask);
static enum err price(struct tx *tx, const struct conversion_ask *ask, struct conversion *c);
static enum err use_quote(struct tx *tx, const struct conversion_ask *ask, struct conversion *c);
static enum err open_ways(struct tx *tx, const struct conversion *c, struct way *there,
			  struct way *back);
static enum err post(struct tx *tx, const struct conversion *c, const struct way *way, int64_t *id);
static void insert(struct tx *tx, const struct conversion *c, int64_t app);

enum err conversion_make(struct tx *tx, const void *ask_, void *answer)
{
	const struct conversion_ask *ask = ask_;
	struct conversion_answer *out = answer;
	struct conversion *c = &out->conversion;
	struct digest digest = digest_of(ask);
	struct way there, back;
	int64_t made;

	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	out->replayed = made != 0;
	if (out->replayed)
		return conversion_show(tx, &(struct conversion_name){ .id = made }, out);
	if (holder_rule(str_cut(str_of(ask->holder), ':', NULL)) != RULE_MEMBER)
		FAIL_AT(ERR_FORBIDDEN, "holder", "%s converts nothing", ask->holder);
	TRY(price(tx, ask, c));
	memcpy(c->holder, ask->holder, sizeof(c->holder));
	memcpy(c->request_id, ask->request_id, sizeof(c->request_id));
	c->amount = ask->amount;
	TRY(open_ways(tx, c, &there, &back));

	c->id = tx_id(tx);
	c->created_at = tx_now(tx);
	TRY(post(tx, c, &there, &c->from_transfer));
	TRY(post(tx, c, &back, &c->to_transfer));
	insert(tx, c, ask->app);
	if (c->quote != 0)
		TX_PUT(tx, 1,
		       "update quote set conversion_id = $3"
		       " where merchant_id = $1 and id = $2 and conversion_id is null",
		       V_I(tx_merchant(tx)), V_I(c->quote), V_I(c->id));
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, c->id);
	return ERR_OK;
}

static struct digest digest_of(const struct conversion_ask *ask)
{
	struct digest_run *d = digest_begin("conversion");

	digest_text(d, ask->holder);
	digest_text(d, ask->from);
	digest_text(d, ask->to);
	digest_integer(d, ask->amount);
	digest_integer(d, ask->quote);
	return digest_end(d);
}

static enum err price(struct tx *tx, const struct conversion_ask *ask, struct conversion *c)
{
	if (ask->quote != 0)
		return use_quote(tx, ask, c);
	TRY(rate_newest(tx, ask->from, ask->to, &c->rate));
	return rate_apply(&c->rate, ask->amount, &c->to_amount, &c->rest);
}

/* What was promised holds, whatever the rate is now. */
static enum err use_quote(struct tx *tx, const struct conversion_ask *ask, struct conversion *c)
{
	struct quote q;
	bool found;

	TRY(quote_find(tx, ask->quote, &q, &found));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "quote", "there is no such quote");
	if (strcmp(q.rate.from_code, ask->from) != 0 || strcmp(q.rate.to_code, ask->to) != 0 ||
	    q.amount != ask->amount)
		FAIL_AT(ERR_CONFLICT, "quote", "it was given for %lld %s to %s",
			(long long)q.amount, q.rate.from_code, q.rate.to_code);
	if (q.conversion != 0)
		FAIL_AT(ERR_QUOTE_OVER, "quote", "it was used before");
	if (q.expires_at <= tx_now(tx))
		FAIL_AT(ERR_QUOTE_OVER, "quote", "its time is over");
	c->quote = q.id;
	c->rate = q.rate;
	return rate_apply(&c->rate, q.amount, &c->to_amount, &c->rest);
}

static enum err open_ways(struct tx *tx, const struct conversion *c, struct way *there,
			  struct way *back)
{
	*there = (struct way){ .amount = c->amount, .step = "from" };
	*back = (struct way){ .amount = c->to_amount, .step = "to" };
	TRY(account_open(tx, c->holder, c->rate.from, "holder", &there->from));
	TRY(account_open(tx, c->holder, c->rate.to, "holder", &back->to));
	TRY(tx_account(tx, STR("system"), c->rate.from, &there->to));
	return tx_account(tx, STR("system"), c->rate.to, &back->from);
}

static enum err post(struct tx *tx, const struct conversion *c, const struct way *way, int64_t *id)
{
	char ref[ID_TEXT], request_id[ID_TEXT + 8];
	struct transfer row;
	size_t n = 0;
	enum err e;

	id_write(ID_CONVERSION, c->id, ref);
	str_add(request_id, sizeof(request_id), &n, "%s:%s", ref, way->step);
	e = tx_post(tx,
		    &(struct posting){ .kind = POSTING_TRANSFER,
				       .from = way->from,
				       .to = way->to,
				       .amount = way->amount,
				       .reason = REASON_CONVERSION,
				       .request_id = request_id,
				       .ref = ref,
				       .memo = "",
				       .group = c->id },
		    &row);
	if (e == ERR_FROZEN || e == ERR_CLOSED || e == ERR_BALANCE_LIMIT)
		FAIL_AT(e, "holder", "%s", err_text());
	*id = row.id;
	return e;
}

static void insert(struct tx *tx, const struct conversion *c, int64_t app)
{
	TX_PUT(tx, 1,
	       "insert into conversion (merchant_id, id, app_id, request_id, holder, from_asset,"
	       " to_asset, amount, to_amount, rate_id, units_from, units_to, rounding, rest,"
	       " quote_id, from_transfer, to_transfer, created_at) values ($1, $2, $3, $4, $5, $6,"
	       " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
	       V_I(tx_merchant(tx)), V_I(c->id), V_I(app), V_T(c->request_id), V_T(c->holder),
	       V_I(c->rate.from), V_I(c->rate.to), V_I(c->amount), V_I(c->to_amount),
	       V_I(c->rate.id), V_I(c->rate.exchange.units_from), V_I(c->rate.exchange.units_to),
	       V_I(c->rate.exchange.rounding), V_I(c->rest), V_ID(c->quote), V_I(c->from_transfer),
	       V_I(c->to_transfer), V_I(c->created_at));
}
