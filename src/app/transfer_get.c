/* transfer_get.c - a transfer by its id or its request_id, and how it is shown. */
#include "app/transfer.h"

#include <stdio.h>

static enum err find_key(struct tx *tx, const struct transfer_get_ask *ask, int64_t *id);
static void read_row(const struct rows *r, struct transfer_view *out);

enum err transfer_get(struct tx *tx, const void *ask_, void *answer)
{
	const struct transfer_get_ask *ask = ask_;
	struct transfer_view *out = answer;
	int64_t id = ask->id;
	struct rows r;
	bool found;

	if (id == 0)
		TRY(find_key(tx, ask, &id));
	/* Holding and releasing are rows of the journal too, but move nothing to anybody. */
	TX_ONE(tx, &r, &found,
	       "select t.id, t.at, t.kind, t.amount, t.from_balance, t.to_balance, t.reason,"
	       " t.app_id, t.request_id, t.ref, t.memo, f.holder, o.holder, s.code,"
	       " t.from_account, t.to_account, t.cause"
	       " from transfer t"
	       " join account f on f.merchant_id = t.merchant_id and f.id = t.from_account"
	       " join account o on o.merchant_id = t.merchant_id and o.id = t.to_account"
	       " join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id"
	       " where t.merchant_id = $1 and t.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (found)
		read_row(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such transfer");
	return ERR_OK;
}

static enum err find_key(struct tx *tx, const struct transfer_get_ask *ask, int64_t *id)
{
	struct rows r;
	bool found;

	TX_ONE(tx, &r, &found,
	       "select object from request_key"
	       " where merchant_id = $1 and app_id = $2 and kind = $3 and key = $4",
	       V_I(tx_merchant(tx)), V_I(ask->app), V_I(KEY_REQUEST), V_T(ask->request_id));
	if (found)
		*id = row_i(&r, 0);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "no request %s was made by this app", ask->request_id);
	return ERR_OK;
}

static void read_row(const struct rows *r, struct transfer_view *out)
{
	struct transfer *t = &out->row;

	t->id = row_i(r, 0);
	t->at_ms = row_i(r, 1);
	t->kind = (enum posting_kind)row_i(r, 2);
	t->amount = row_i(r, 3);
	t->from_balance = row_i(r, 4);
	t->to_balance = row_i(r, 5);
	t->reason = row_i(r, 6);
	t->app = row_i(r, 7);
	row_text(r, 8, t->request_id, sizeof(t->request_id));
	row_text(r, 9, t->ref, sizeof(t->ref));
	row_text(r, 10, t->memo, sizeof(t->memo));
	row_text(r, 11, out->from.holder, sizeof(out->from.holder));
	row_text(r, 12, out->to.holder, sizeof(out->to.holder));
	row_text(r, 13, out->from.asset, sizeof(out->from.asset));
	row_text(r, 13, out->to.asset, sizeof(out->to.asset));
	t->from_account = row_i(r, 14);
	t->to_account = row_i(r, 15);
	t->cause = row_i(r, 16);
}

static void account_text(struct jout *w, const char *key, const struct account_name *name)
{
	char text[ACCOUNT_NAME_TEXT];

	(void)snprintf(text, sizeof(text), "%s/%s", name->holder, name->asset);
	jout_text(w, key, text);
}

void transfer_json(struct jout *w, const char *key, const struct transfer_view *t, bool livemode)
{
	const struct transfer *row = &t->row;

	jout_object(w, key);
	jout_id(w, "id", ID_TRANSFER, row->id);
	jout_text(w, "object", "transfer");
	jout_bool(w, "livemode", livemode);
	jout_text(w, "request_id", *row->request_id != '\0' ? row->request_id : NULL);
	account_text(w, "from", &t->from);
	account_text(w, "to", &t->to);
	jout_text(w, "asset", t->from.asset);
	jout_integer(w, "amount", row->amount);
	jout_integer(w, "reason", row->reason);
	jout_integer(w, "from_balance", row->from_balance);
	jout_integer(w, "to_balance", row->to_balance);
	jout_text(w, "memo", *row->memo != '\0' ? row->memo : NULL);
	jout_text(w, "ref", *row->ref != '\0' ? row->ref : NULL);
	jout_id(w, "hold", ID_HOLD, row->kind == POSTING_CAPTURE ? row->cause : 0);
	jout_id(w, "reverses", ID_TRANSFER, row->kind == POSTING_REVERSAL ? row->cause : 0);
	jout_time(w, "created_at", row->at_ms);
	jout_object_end(w);
}
