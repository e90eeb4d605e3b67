/* clearing_due.c - which months are to be cleared, and who does it when. */
#include "app/clearing.h"

#include "app/job_put.h"
#include "app/merchant.h"

static enum err first_open(struct tx *tx, const void *ask, void *answer);
static enum err put_job(struct tx *tx, const void *ask, void *answer);
static enum err plan(const struct services *s, int64_t merchant);

enum err clearing_due(const struct services *s, int64_t merchant, int64_t until, bool *more)
{
	struct clearing_counts counts;
	int32_t month;

	for (;;) {
		*more = false;
		TRY(store_read(s->store, merchant, first_open, s, &month));
		if (month == 0)
			return ERR_OK;
		TRY(clearing_run(s, merchant, month, until, &counts));
		*more = counts.more;
		if (counts.more)
			return ERR_OK;
	}
}

/* The first month that is over and not cleared, from the merchant's first app on; 0: none.  A later
 * one may have been cleared by hand. */
static enum err first_open(struct tx *tx, const void *ask, void *answer)
{
	const struct services *s = ask;
	int32_t *month = answer, last = month_before(month_of(s->clock->wall_ms(s->clock)));
	struct rows r;

	*month = 0;
	TX_GET(tx, &r, "select min(created_at) from app where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	if (rows_next(&r) && !row_null(&r, 0))
		*month = month_of(row_i(&r, 0));
	TRY(rows_end(&r));
	if (*month == 0)
		return ERR_OK;
	TX_GET(tx, &r,
	       "select month from clearing_month where merchant_id = $1 and month >= $2"
	       " order by month",
	       V_I(tx_merchant(tx)), V_I(*month));
	while (rows_next(&r) && row_i(&r, 0) == *month)
		*month = month_next(*month);
	TRY(rows_end(&r));
	if (*month > last)
		*month = 0;
	return ERR_OK;
}

enum err clearing_plan(const struct services *s)
{
	return merchants_each(s, plan);
}

static enum err plan(const struct services *s, int64_t merchant)
{
	int32_t month;

	TRY(store_read(s->store, merchant, first_open, s, &month));
	return month != 0 ? store_write(s->store, merchant, put_job, &merchant, NULL) : ERR_OK;
}

static enum err put_job(struct tx *tx, const void *ask, void *answer)
{
	(void)answer;
	job_put(tx, JOB_CLEARING, *(const int64_t *)ask, tx_now(tx), 0, 0);
	return ERR_OK;
}
