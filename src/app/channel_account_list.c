/* channel_account_list.c - a merchant's channel accounts, without their keys. */
#include "app/channel_account.h"

static enum err list(struct tx *tx, const void *ask, void *answer);

enum err channel_accounts_list(const struct services *s, int64_t merchant, int64_t after,
			       struct channel_accounts *out)
{
	return store_read(s->store, merchant, list, &after, out);
}

static enum err list(struct tx *tx, const void *ask, void *answer)
{
	const int64_t *after = ask;
	struct channel_accounts *out = answer;
	struct rows r;

	out->n = 0;
	TX_GET(tx, &r,
	       "select a.id, a.channel, a.name, a.identity, a.created_at, count(v.version),"
	       " max(v.version) from channel_account a join channel_version v"
	       " on v.merchant_id = a.merchant_id and v.account_id = a.id"
	       " where a.merchant_id = $1 and a.id > $2 and v.retired_at is null"
	       " group by a.id, a.channel, a.name, a.identity, a.created_at"
	       " order by a.id limit $3",
	       V_I(tx_merchant(tx)), V_I(*after), V_I(CHANNEL_ACCOUNTS_PAGE));
	while (rows_next(&r)) {
		struct channel_account_row *row = &out->rows[out->n++];

		row->account.id = row_i(&r, 0);
		row_text(&r, 1, row->account.channel, sizeof(row->account.channel));
		row_text(&r, 2, row->account.name, sizeof(row->account.name));
		row_text(&r, 3, row->account.identity, sizeof(row->account.identity));
		row->created_at = row_i(&r, 4);
		row->versions = row_i(&r, 5);
		row->newest = row_i(&r, 6);
	}
	return rows_end(&r);
}
