#include "app/charge_number.h"

static enum err find_made(struct tx *tx, const struct numbers_ask *ask, struct numbers *out,
			  bool *found);
static enum err highest(struct tx *tx, int64_t *last);

enum err numbers_assign(struct tx *tx, const void *ask_, void *answer)
{
	const struct numbers_ask *ask = ask_;
	struct numbers *out = answer;
	int64_t last;
	bool found;

	TRY(find_made(tx, ask, out, &found));
	if (found)
		return ERR_OK;
	TRY(highest(tx, &last));
	*out = (struct numbers){ .first = last + 1,
				 .last = last + ask->count,
				 .created_at = tx_now(tx) };
	TX_PUT(tx, 1,
	       "insert into number_range (merchant_id, first, last, app_id, request, created_at)"
	       " values ($1, $2, $3, $4, $5, $6)",
	       V_I(tx_merchant(tx)), V_I(out->first), V_I(out->last), V_I(ask->app),
	       V_I(ask->request), V_I(out->created_at));
	return ERR_OK;
}

static enum err find_made(struct tx *tx, const struct numbers_ask *ask, struct numbers *out,
			  bool *found)
{
	struct rows r;

	TX_ONE(tx, &r, found,
	       "select first, last, created_at from number_range"
	       " where merchant_id = $1 and app_id = $2 and request = $3",
	       V_I(tx_merchant(tx)), V_I(ask->app), V_I(ask->request));
	if (*found)
		*out = (struct numbers){ row_i(&r, 0), row_i(&r, 1), row_i(&r, 2) };
	return rows_end(&r);
}

static enum err highest(struct tx *tx, int64_t *last)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select last from number_range where merchant_id = $1 order by first desc limit 1",
	       V_I(tx_merchant(tx)));
	*last = found ? row_i(&r, 0) : CHARGE_NUMBER_FIRST - 1;
	return rows_end(&r);
}

enum err charge_number_check(struct tx *tx, int64_t app, int64_t number)
{
	bool found, known, yours;
	struct rows r;

	TX_ONE(tx, &r, &found,
	       "select last, app_id from number_range where merchant_id = $1 and first <= $2"
	       " order by first desc limit 1",
	       V_I(tx_merchant(tx)), V_I(number));
	known = found && row_i(&r, 0) >= number;
	yours = known && row_i(&r, 1) == app;
	TRY(rows_end(&r));
	if (!known)
		FAIL_AT(ERR_NUMBER_UNKNOWN, "number", "number %lld was never handed out",
			(long long)number);
	if (!yours)
		FAIL_AT(ERR_NUMBER_NOT_YOURS, "number", "number %lld is another app's",
			(long long)number);
	TX_ONE(tx, &r, &found, "select 1 from charge where merchant_id = $1 and number = $2",
	       V_I(tx_merchant(tx)), V_I(number));
	TRY(rows_end(&r));
	if (found)
		FAIL_AT(ERR_NUMBER_USED, "number", "number %lld has its charge", (long long)number);
	return ERR_OK;
}
