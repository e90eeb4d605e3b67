#include "app/rate.h"

#include "base/check.h"

#include <string.h>

#define ROWS                                                                           \
	"select r.id, r.from_asset, r.to_asset, r.units_from, r.units_to, r.rounding," \
	" r.min_amount, r.max_amount, r.created_at, f.code, o.code from rate r"        \
	" join asset f on f.merchant_id = r.merchant_id and f.id = r.from_asset"       \
	" join asset o on o.merchant_id = r.merchant_id and o.id = r.to_asset"         \
	" where r.merchant_id = $1"

static enum err assets_of(struct tx *tx, const char *from, const char *to, int64_t *from_id,
			  int64_t *to_id);
static enum err newest(struct tx *tx, int64_t from, int64_t to, struct rate *out, bool *found);
static void read_row(const struct rows *r, struct rate *out);
static bool same(const struct rate *r, const struct rate_ask *ask);

static const struct {
	enum rounding rounding;
	const char *name;
} ROUNDINGS[] = { { ROUND_DOWN, "down" },
		  { ROUND_HALF_UP, "half_up" },
		  { ROUND_UP, "up" },
		  { ROUND_HALF_EVEN, "half_even" } };

const char *rounding_name(enum rounding r)
{
	for (size_t i = 0; i < sizeof(ROUNDINGS) / sizeof(ROUNDINGS[0]); i++)
		if (ROUNDINGS[i].rounding == r)
			return ROUNDINGS[i].name;
	CHECK(!"a rounding without a name");
	return "";
}

enum err rounding_read(const char *word, enum rounding *out)
{
	for (size_t i = 0; i < sizeof(ROUNDINGS) / sizeof(ROUNDINGS[0]); i++) {
		if (strcmp(ROUNDINGS[i].name, word) == 0) {
			*out = ROUNDINGS[i].rounding;
			return ERR_OK;
		}
	}
	FAIL_AT(ERR_INVALID, "rounding", "rounding is down, half_up, half_even or up");
}

enum err rate_set(struct tx *tx, const void *ask_, void *answer_)
{
	const struct rate_ask *ask = ask_;
	struct rate_answer *answer = answer_;
	struct rate *r = &answer->rate;
	int64_t from, to;
	bool found;

	TRY(assets_of(tx, ask->from, ask->to, &from, &to));
	if (from == to)
		FAIL_AT(ERR_INVALID, "to_asset", "a rate is between two assets");
	TRY(newest(tx, from, to, r, &found));
	answer->replayed = found && same(r, ask);
	if (answer->replayed)
		return ERR_OK;
	*r = (struct rate){ .id = tx_id(tx),
			    .from = from,
			    .to = to,
			    .exchange = ask->exchange,
			    .min = ask->min,
			    .max = ask->max,
			    .created_at = tx_now(tx) };
	memcpy(r->from_code, ask->from, sizeof(r->from_code));
	memcpy(r->to_code, ask->to, sizeof(r->to_code));
	TX_PUT(tx, 1,
	       "insert into rate (merchant_id, id, from_asset, to_asset, units_from, units_to,"
	       " rounding, min_amount, max_amount, created_at)"
	       " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	       V_I(tx_merchant(tx)), V_I(r->id), V_I(from), V_I(to), V_I(r->exchange.units_from),
	       V_I(r->exchange.units_to), V_I(r->exchange.rounding), V_I(r->min), V_I(r->max),
	       V_I(r->created_at));
	return ERR_OK;
}

static bool same(const struct rate *r, const struct rate_ask *ask)
{
	return r->exchange.units_from == ask->exchange.units_from &&
	       r->exchange.units_to == ask->exchange.units_to &&
	       r->exchange.rounding == ask->exchange.rounding && r->min == ask->min &&
	       r->max == ask->max;
}

static enum err assets_of(struct tx *tx, const char *from, const char *to, int64_t *from_id,
			  int64_t *to_id)
{
	struct asset asset;
	enum err e = asset_get(tx, str_of(from), &asset);

	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "from_asset", "there is no asset %s", from);
	TRY(e);
	*from_id = asset.id;
	e = asset_get(tx, str_of(to), &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "to_asset", "there is no asset %s", to);
	TRY(e);
	*to_id = asset.id;
	return ERR_OK;
}

static enum err newest(struct tx *tx, int64_t from, int64_t to, struct rate *out, bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       ROWS " and r.from_asset = $2 and r.to_asset = $3 order by r.id desc limit 1",
	       V_I(tx_merchant(tx)), V_I(from), V_I(to));
	if (*found)
		read_row(&r, out);
	return rows_end(&r);
}

enum err rate_newest(struct tx *tx, const char *from, const char *to, struct rate *out)
{
	int64_t from_id, to_id;
	bool found;

	TRY(assets_of(tx, from, to, &from_id, &to_id));
	TRY(newest(tx, from_id, to_id, out, &found));
	if (!found)
		FAIL_AT(ERR_RATE_UNKNOWN, "to_asset", "there is no rate from %s to %s", from, to);
	return ERR_OK;
}

enum err rate_get(struct tx *tx, int64_t id, struct rate *out)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, ROWS " and r.id = $2", V_I(tx_merchant(tx)), V_I(id));
	if (found)
		read_row(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL(ERR_CORRUPT, "a rate is missing");
	return ERR_OK;
}

static void read_row(const struct rows *r, struct rate *out)
{
	*out = (struct rate){
		.id = row_i(r, 0),
		.from = row_i(r, 1),
		.to = row_i(r, 2),
		.exchange = { row_i(r, 3), row_i(r, 4), (enum rounding)row_i(r, 5) },
		.min = row_i(r, 6),
		.max = row_i(r, 7),
		.created_at = row_i(r, 8),
	};
	row_text(r, 9, out->from_code, sizeof(out->from_code));
	row_text(r, 10, out->to_code, sizeof(out->to_code));
}

enum err rates_list(struct tx *tx, const void *ask_, void *answer)
{
	const struct list_ask *ask = ask_;
	struct rates *out = answer;
	struct rate slice[LIST_MAX + 1];
	struct rows r;
	size_t n = 0;

	CHECK(ask->limit >= 1 && ask->limit <= LIST_MAX);
	if (ask->backward)
		TX_GET(tx, &r, ROWS " and r.id < $2 order by r.id desc limit $3",
		       V_I(tx_merchant(tx)), V_I(ask->number), V_I((int64_t)ask->limit + 1));
	else
		TX_GET(tx, &r, ROWS " and r.id > $2 order by r.id limit $3", V_I(tx_merchant(tx)),
		       V_I(ask->number), V_I((int64_t)ask->limit + 1));
	while (rows_next(&r))
		read_row(&r, &slice[n++]);
	TRY(rows_end(&r));
	out->more = list_close(ask, slice, sizeof(slice[0]), &n);
	memcpy(out->rates, slice, n * sizeof(slice[0]));
	out->n = n;
	return ERR_OK;
}

enum err rate_apply(const struct rate *r, int64_t amount, int64_t *out, int64_t *rest)
{
	if (amount < r->min || amount > r->max)
		FAIL_AT(ERR_AMOUNT_RANGE, "amount", "at this rate it is %lld to %lld at once",
			(long long)r->min, (long long)r->max);
	return convert(&r->exchange, amount, out, rest);
}

void rate_json(struct jout *w, const struct rate *r, bool livemode)
{
	jout_object(w, NULL);
	jout_id(w, "id", ID_RATE, r->id);
	jout_text(w, "object", "rate");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "from_asset", r->from_code);
	jout_text(w, "to_asset", r->to_code);
	jout_integer(w, "units_from", r->exchange.units_from);
	jout_integer(w, "units_to", r->exchange.units_to);
	jout_text(w, "rounding", rounding_name(r->exchange.rounding));
	jout_integer(w, "min", r->min);
	jout_integer(w, "max", r->max);
	jout_time(w, "created_at", r->created_at);
	jout_object_end(w);
}
