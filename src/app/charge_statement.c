#include "app/charge_statement.h"

#include "app/history.h"
#include "base/check.h"
#include "base/money.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

static void bounds_of(const struct statement_ask *ask, int64_t *from, int64_t *to);
static enum err is_finished(struct tx *tx, int64_t to, bool *finished);
static enum err fence(struct tx *tx, const void *ask, void *answer);
static bool add(struct statement *out, const struct rows *r);
static void read_line(const struct rows *r, int64_t day_end, struct statement_line *line);

enum err charge_statement(struct tx *tx, const void *ask_, void *answer)
{
	const struct statement_ask *ask = ask_;
	struct statement *out = answer;
	int64_t from, to;
	struct asset asset;
	struct rows r;
	enum err e;

	bounds_of(ask, &from, &to);
	e = asset_get(tx, str_of(ask->asset), &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "asset", "there is no asset %s", ask->asset);
	TRY(e);
	TRY(is_finished(tx, to, &out->finished));
	out->more = false;
	out->n = 0;
	memset(out->sum, 0, sizeof(out->sum));
	memset(out->count, 0, sizeof(out->count));
	TX_GET(tx, &r,
	       "select c.id as line, 0 as back, c.id, c.number, c.amount, t.at, c.rollback_id,"
	       " t.request_id from charge c"
	       " join transfer t on t.merchant_id = c.merchant_id and t.id = c.id"
	       " where c.merchant_id = $1 and c.app_id = $2 and t.asset_id = $3 and c.id > $4"
	       " and c.id < $5"
	       " union all"
	       " select c.rollback_id, 1, c.id, c.number, c.amount, t.at, c.rollback_id,"
	       " t.request_id from charge c"
	       " join transfer t on t.merchant_id = c.merchant_id and t.id = c.rollback_id"
	       " where c.merchant_id = $1 and c.app_id = $2 and t.asset_id = $3"
	       " and c.rollback_id > $4 and c.rollback_id < $5"
	       " order by line limit $6",
	       V_I(tx_merchant(tx)), V_I(ask->app), V_I(asset.id), V_I(from), V_I(to),
	       V_I(ask->limit + 1));
	while (!out->more && rows_next(&r)) {
		out->more = out->n == (size_t)ask->limit || !add(out, &r);
		if (!out->more)
			read_line(&r, to, &out->lines[out->n++]);
	}
	return rows_end(&r);
}

enum err charge_day(const struct services *s, int64_t merchant, const struct statement_ask *ask,
		    struct statement *out)
{
	TRY(store_read(s->store, merchant, charge_statement, ask, out));
	if (out->finished || s->clock->wall_ms(s->clock) < ask->day_ms + DAY_MS)
		return ERR_OK;
	/* While nothing can be written the day can be read, as one that may go on. */
	if (store_write(s->store, merchant, fence, NULL, NULL) != ERR_OK)
		return ERR_OK;
	return store_read(s->store, merchant, charge_statement, ask, out);
}

/* The clock may step back into the day, ids never do: once one behind the day's end was given, all
 * that are left to come are behind it too. */
static enum err is_finished(struct tx *tx, int64_t to, bool *finished)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found, "select last_id from book where merchant_id = $1",
	       V_I(tx_merchant(tx)));
	*finished = found && row_i(&r, 0) >= to;
	return rows_end(&r);
}

static enum err fence(struct tx *tx, const void *ask, void *answer)
{
	(void)ask;
	(void)answer;
	(void)tx_id(tx);
	return ERR_OK;
}

static bool add(struct statement *out, const struct rows *r)
{
	int64_t back = row_i(r, 1) != 0;

	if (amount_add(out->sum[back], row_i(r, 4), &out->sum[back]) != ERR_OK)
		return false;
	out->count[back]++;
	return true;
}

/* Ids hold their time, so a day is a range of ids: from < id < to. */
static void bounds_of(const struct statement_ask *ask, int64_t *from, int64_t *to)
{
	CHECK(ask->limit >= 1 && ask->limit <= STATEMENT_LINES_MAX);
	*from = history_bound(ask->day_ms) - 1;
	*to = history_bound(ask->day_ms + DAY_MS);
	if (ask->after > *from)
		*from = ask->after;
}

static void read_line(const struct rows *r, int64_t day_end, struct statement_line *line)
{
	line->id = row_i(r, 0);
	line->rollback = row_i(r, 1) != 0;
	line->charge = row_i(r, 2);
	line->number = row_i(r, 3);
	line->amount = row_i(r, 4);
	line->at = row_i(r, 5);
	line->rolled_back = row_i(r, 6) != 0 && row_i(r, 6) < day_end;
	row_text(r, 7, line->request_id, sizeof(line->request_id));
}

const char *statement_state(const struct statement_line *line)
{
	return line->rolled_back ? "rolled_back" : "charged";
}

void statement_csv(const struct statement *s, struct jout *w)
{
	char text[2 * REQUEST_KEY_MAX + 160];

	jout_raw(w, NULL, STR("kind,request_id,amount,state,number,charge,created_at\n"));
	for (size_t i = 0; i < s->n; i++) {
		const struct statement_line *line = &s->lines[i];
		char charge[ID_TEXT], at[RFC3339_TEXT], number[24] = "";
		size_t n = 0;

		id_write(ID_CHARGE, line->charge, charge);
		rfc3339_write(line->at, at);
		if (line->number != 0)
			(void)snprintf(number, sizeof(number), "%lld", (long long)line->number);
		str_add(text, sizeof(text), &n, "%s,%s,%lld,%s,%s,%s,%s\n",
			line->rollback ? "rollback" : "charge", line->request_id,
			(long long)line->amount, statement_state(line), number, charge, at);
		w->comma = false;
		jout_raw(w, NULL, (struct str){ text, n });
	}
}
