/* quote.c - what a conversion will give, promised for some seconds. */
#include "app/conversion.h"

#include <string.h>

static struct digest digest_of(const struct quote_ask *ask);

enum err quote_make(struct tx *tx, const void *ask_, void *answer)
{
	const struct quote_ask *ask = ask_;
	struct quote_answer *out = answer;
	struct quote *q = &out->quote;
	struct digest digest = digest_of(ask);
	int64_t made, rest;

	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	out->replayed = made != 0;
	if (out->replayed)
		return quote_show(tx, &made, out);
	TRY(rate_newest(tx, ask->from, ask->to, &q->rate));
	TRY(rate_apply(&q->rate, ask->amount, &q->to_amount, &rest));
	q->id = tx_id(tx);
	q->amount = ask->amount;
	q->created_at = tx_now(tx);
	q->expires_at = q->created_at + ask->expires_in * 1000;
	memcpy(q->request_id, ask->request_id, sizeof(q->request_id));
	TX_PUT(tx, 1,
	       "insert into quote (merchant_id, id, app_id, request_id, rate_id, amount,"
	       " to_amount, expires_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	       V_I(tx_merchant(tx)), V_I(q->id), V_I(ask->app), V_T(q->request_id), V_I(q->rate.id),
	       V_I(q->amount), V_I(q->to_amount), V_I(q->expires_at), V_I(q->created_at));
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, q->id);
	return ERR_OK;
}

static struct digest digest_of(const struct quote_ask *ask)
{
	struct digest_run *d = digest_begin("quote");

	digest_text(d, ask->from);
	digest_text(d, ask->to);
	digest_integer(d, ask->amount);
	digest_integer(d, ask->expires_in);
	return digest_end(d);
}

enum err quote_find(struct tx *tx, int64_t id, struct quote *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       "select id, amount, to_amount, expires_at, created_at, conversion_id, rate_id,"
	       " request_id from quote where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (*found) {
		*out = (struct quote){
			.id = row_i(&r, 0),
			.amount = row_i(&r, 1),
			.to_amount = row_i(&r, 2),
			.expires_at = row_i(&r, 3),
			.created_at = row_i(&r, 4),
			.conversion = row_i(&r, 5),
			.rate = { .id = row_i(&r, 6) },
		};
		row_text(&r, 7, out->request_id, sizeof(out->request_id));
	}
	TRY(rows_end(&r));
	return *found ? rate_get(tx, out->rate.id, &out->rate) : ERR_OK;
}

enum err quote_show(struct tx *tx, const void *ask, void *answer)
{
	struct quote_answer *out = answer;
	bool found;

	TRY(quote_find(tx, *(const int64_t *)ask, &out->quote, &found));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such quote");
	return ERR_OK;
}

void quote_json(struct jout *w, const struct quote *q, bool livemode)
{
	jout_object(w, NULL);
	jout_id(w, "id", ID_QUOTE, q->id);
	jout_text(w, "object", "quote");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "request_id", q->request_id);
	jout_text(w, "from_asset", q->rate.from_code);
	jout_text(w, "to_asset", q->rate.to_code);
	jout_integer(w, "amount", q->amount);
	jout_integer(w, "to_amount", q->to_amount);
	jout_id(w, "rate", ID_RATE, q->rate.id);
	jout_id(w, "conversion", ID_CONVERSION, q->conversion);
	jout_time(w, "expires_at", q->expires_at);
	jout_time(w, "created_at", q->created_at);
	jout_object_end(w);
}
