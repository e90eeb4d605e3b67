/* conversion_view.c - a conversion as it was done. */
#include "app/conversion.h"

static void read_row(const struct rows *r, struct conversion *c);

enum err conversion_show(struct tx *tx, const void *ask_, void *answer)
{
	const struct conversion_name *ask = ask_;
	struct conversion_answer *out = answer;
	int64_t id = ask->id;
	struct rows r;
	bool found;

	if (id == 0)
		TRY(request_key_named(tx, ask->app, ask->key, &id));
	TX_ONE(tx, &r, &found,
	       "select c.id, c.amount, c.to_amount, c.rest, c.quote_id, c.from_transfer,"
	       " c.to_transfer, c.created_at, c.rate_id, c.from_asset, c.to_asset, c.units_from,"
	       " c.units_to, c.rounding, c.request_id, c.holder, f.code, o.code from conversion c"
	       " join asset f on f.merchant_id = c.merchant_id and f.id = c.from_asset"
	       " join asset o on o.merchant_id = c.merchant_id and o.id = c.to_asset"
	       " where c.merchant_id = $1 and c.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (found)
		read_row(&r, &out->conversion);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such conversion");
	return ERR_OK;
}

static void read_row(const struct rows *r, struct conversion *c)
{
	*c = (struct conversion){
		.id = row_i(r, 0),
		.amount = row_i(r, 1),
		.to_amount = row_i(r, 2),
		.rest = row_i(r, 3),
		.quote = row_i(r, 4),
		.from_transfer = row_i(r, 5),
		.to_transfer = row_i(r, 6),
		.created_at = row_i(r, 7),
		.rate = { .id = row_i(r, 8),
			  .from = row_i(r, 9),
			  .to = row_i(r, 10),
			  .exchange = { row_i(r, 11), row_i(r, 12), (enum rounding)row_i(r, 13) } },
	};
	row_text(r, 14, c->request_id, sizeof(c->request_id));
	row_text(r, 15, c->holder, sizeof(c->holder));
	row_text(r, 16, c->rate.from_code, sizeof(c->rate.from_code));
	row_text(r, 17, c->rate.to_code, sizeof(c->rate.to_code));
}

void conversion_json(struct jout *w, const struct conversion *c, bool livemode)
{
	jout_object(w, NULL);
	jout_id(w, "id", ID_CONVERSION, c->id);
	jout_text(w, "object", "conversion");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "request_id", c->request_id);
	jout_text(w, "holder", c->holder);
	jout_text(w, "from_asset", c->rate.from_code);
	jout_text(w, "to_asset", c->rate.to_code);
	jout_integer(w, "amount", c->amount);
	jout_integer(w, "to_amount", c->to_amount);
	jout_id(w, "rate", ID_RATE, c->rate.id);
	jout_integer(w, "units_from", c->rate.exchange.units_from);
	jout_integer(w, "units_to", c->rate.exchange.units_to);
	jout_text(w, "rounding", rounding_name(c->rate.exchange.rounding));
	jout_object(w, "remainder");
	jout_integer(w, "numerator", c->rest);
	jout_integer(w, "denominator", c->rate.exchange.units_from);
	jout_object_end(w);
	jout_id(w, "quote", ID_QUOTE, c->quote);
	jout_id(w, "group", ID_GROUP, c->id);
	jout_id(w, "from_transfer", ID_TRANSFER, c->from_transfer);
	jout_id(w, "to_transfer", ID_TRANSFER, c->to_transfer);
	jout_time(w, "created_at", c->created_at);
	jout_object_end(w);
}
