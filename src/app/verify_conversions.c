/* verify_conversions.c - both halves of a conversion, and that they are worth the same. */
#include "app/verify_run.h"

#include "base/money.h"
#include "core/ledger.h"
#include "core/reason.h"

/* Columns of a conversion and what belongs to it. */
enum {
	C_ID,
	C_AMOUNT,
	C_TO_AMOUNT,
	C_FROM_ASSET,
	C_TO_ASSET,
	C_UNITS_FROM,
	C_UNITS_TO,
	C_ROUNDING,
	C_REST,
	C_FROM_TRANSFER,
	C_TO_TRANSFER,
	C_QUOTE,
	C_GIVER,
	C_GETTER,
	C_TAKEN,
	C_GIVEN,
	C_RATE_FROM,
	C_RATE_TO,
	C_RATE_ROUNDING,
	C_USED_BY
};

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice);
static void check(struct verify_run *v, const struct rows *r);
static void check_legs(struct verify_conversion *c, const struct rows *r, struct verify_faults *f);
static void check_worth(const struct rows *r, struct verify_faults *f);

void verify_conversion_add(struct verify_run *v, const struct verify_transfer *t,
			   struct verify_faults *f)
{
	struct str step;
	struct verify_conversion *c;
	int64_t id;

	if (t->reason != REASON_CONVERSION)
		return;
	if (t->app != 0 || t->kind != POSTING_TRANSFER ||
	    id_read(ID_CONVERSION, str_cut(t->request_id, ':', &step), &id) != ERR_OK ||
	    id != t->group || id >= t->id) {
		verify_fault(f, "it names no conversion");
		return;
	}
	c = verify_table_add(&v->conversions, id);
	c->legs++;
	if (str_is(step, "from")) {
		c->from_transfer = t->id;
		c->from_asset = t->asset;
		c->giver = t->from;
		c->taken = t->to;
		c->amount = t->amount;
	} else {
		c->to_transfer = t->id;
		c->to_asset = t->asset;
		c->given = t->from;
		c->getter = t->to;
		c->to_amount = t->amount;
	}
}

enum err verify_conversions_slice(struct tx *tx, const void *ask, void *answer)
{
	struct verify_slice *slice = answer;
	bool caught_up;

	(void)ask;
	TRY(verify_journal_read(slice->v, tx, &caught_up));
	return caught_up ? page(slice->v, tx, slice) : ERR_OK;
}

static enum err page(struct verify_run *v, struct tx *tx, struct verify_slice *slice)
{
	struct rows r;
	size_t n = 0;

	TX_GET(tx, &r,
	       "select c.id, c.amount, c.to_amount, c.from_asset, c.to_asset, c.units_from,"
	       " c.units_to, c.rounding, c.rest, c.from_transfer, c.to_transfer, c.quote_id,"
	       " a.id, b.id, s.id, g.id, r.units_from, r.units_to, r.rounding, q.conversion_id"
	       " from conversion c"
	       " left join account a on a.merchant_id = c.merchant_id and a.holder = c.holder"
	       " and a.asset_id = c.from_asset"
	       " left join account b on b.merchant_id = c.merchant_id and b.holder = c.holder"
	       " and b.asset_id = c.to_asset"
	       " left join account s on s.merchant_id = c.merchant_id and s.holder = 'system'"
	       " and s.asset_id = c.from_asset"
	       " left join account g on g.merchant_id = c.merchant_id and g.holder = 'system'"
	       " and g.asset_id = c.to_asset"
	       " left join rate r on r.merchant_id = c.merchant_id and r.id = c.rate_id"
	       " left join quote q on q.merchant_id = c.merchant_id and q.id = c.quote_id"
	       " where c.merchant_id = $1 and c.id > $2 order by c.id limit $3",
	       V_I(v->merchant), V_I(slice->after), V_I(VERIFY_PAGE));
	for (; rows_next(&r); n++) {
		slice->after = row_i(&r, C_ID);
		check(v, &r);
		v->counts->conversions++;
	}
	slice->more = n == VERIFY_PAGE;
	return rows_end(&r);
}

static void check(struct verify_run *v, const struct rows *r)
{
	struct verify_conversion *c = verify_table_find(&v->conversions, row_i(r, C_ID));
	struct verify_faults f = { .n = 0 };
	char text[ID_TEXT];

	if (c != NULL)
		check_legs(c, r, &f);
	else
		verify_fault(&f, "the journal has neither of its transfers");
	check_worth(r, &f);
	if (!row_null(r, C_QUOTE) && row_i(r, C_USED_BY) != row_i(r, C_ID))
		verify_fault(&f, "its quote was not used by it");
	if (f.n > 0) {
		id_write(ID_CONVERSION, row_i(r, C_ID), text);
		verify_report_faults(v, "conversion", text, &f);
	}
}

/* Holder to system, and system to the same holder. */
static void check_legs(struct verify_conversion *c, const struct rows *r, struct verify_faults *f)
{
	c->seen = 1;
	if (c->legs != 2 || c->from_transfer == 0 || c->to_transfer == 0)
		verify_fault(f, "it has %lld transfers instead of one each way",
			     (long long)c->legs);
	verify_same(f, "amount", row_i(r, C_AMOUNT), "the journal has", c->amount);
	verify_same(f, "to_amount", row_i(r, C_TO_AMOUNT), "the journal has", c->to_amount);
	if (row_i(r, C_FROM_TRANSFER) != c->from_transfer ||
	    row_i(r, C_TO_TRANSFER) != c->to_transfer)
		verify_fault(f, "its transfers are others than the journal's");
	if (row_i(r, C_FROM_ASSET) != c->from_asset || row_i(r, C_TO_ASSET) != c->to_asset ||
	    row_i(r, C_GIVER) != c->giver || row_i(r, C_GETTER) != c->getter ||
	    row_i(r, C_TAKEN) != c->taken || row_i(r, C_GIVEN) != c->given)
		verify_fault(f, "its holder or assets are not those of its transfers");
}

/* What was got and what rounding left are exactly what was given; and it was rounded as told. */
static void check_worth(const struct rows *r, struct verify_faults *f)
{
	int64_t units = row_i(r, C_UNITS_FROM), rest = row_i(r, C_REST),
		got = row_i(r, C_TO_AMOUNT);
	i128 twice = (i128)2 * (rest < 0 ? -rest : rest);
	bool fits = false;

	if (units != row_i(r, C_RATE_FROM) || row_i(r, C_UNITS_TO) != row_i(r, C_RATE_TO) ||
	    row_i(r, C_ROUNDING) != row_i(r, C_RATE_ROUNDING))
		verify_fault(f, "its rate is not the one it names");
	if ((i128)got * units + rest != (i128)row_i(r, C_AMOUNT) * row_i(r, C_UNITS_TO))
		verify_fault(f, "what was got and the rest are not worth what was given");
	switch (row_i(r, C_ROUNDING)) {
	case ROUND_DOWN:
		fits = rest >= 0 && rest < units;
		break;
	case ROUND_UP:
		fits = rest <= 0 && -rest < units;
		break;
	case ROUND_HALF_UP:
		fits = twice < units || (twice == units && rest < 0);
		break;
	case ROUND_HALF_EVEN:
		fits = twice < units || (twice == units && got % 2 == 0);
		break;
	default:
		break;
	}
	if (!fits)
		verify_fault(f, "it was not rounded as its rate says");
}

void verify_conversions_end(struct verify_run *v)
{
	const struct verify_conversion *c;
	char text[ID_TEXT];
	size_t at = 0;

	while ((c = verify_table_next(&v->conversions, &at)) != NULL) {
		if (c->seen || c->id > v->bound)
			continue;
		id_write(ID_CONVERSION, c->id, text);
		verify_report(v, "conversion", text, "the journal made it, and it has no row");
	}
}
