/* transfer_get.c - a transfer by its id or its request_id, and how it is shown. */
#include "app/transfer_row.h"

#include "base/id.h"

#include <string.h>

enum err transfer_get(struct tx *tx, const void *ask_, void *answer)
{
	const struct transfer_get_ask *ask = ask_;
	struct transfer_view *out = answer;
	int64_t id = ask->id;
	struct rows r;
	bool found;

	if (id == 0)
		TRY(request_key_named(tx, ask->app, ask->request_id, &id));
	/* Holding and releasing are rows of the journal too, but move nothing to anybody. */
	TX_ONE(tx, &r, &found, TRANSFER_ROWS " where t.merchant_id = $1 and t.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (found)
		transfer_row_read(&r, out);
	TRY(rows_end(&r));
	if (!found)
		FAIL_AT(ERR_NOT_FOUND, "id", "there is no such transfer");
	return ERR_OK;
}

void transfer_row_read(const struct rows *r, struct transfer_view *out)
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

/* What both forms of a transfer have. */
struct shown {
	int64_t id, amount, reason, from_balance, to_balance, hold, reverses, at_ms;
	struct str request_id, from, to, asset, memo, ref;
};

static void account_text(struct jout *w, const char *key, struct str holder, struct str asset)
{
	char text[ACCOUNT_NAME_TEXT];

	memcpy(text, holder.p, holder.n);
	text[holder.n] = '/';
	memcpy(text + holder.n + 1, asset.p, asset.n);
	jout_str(w, key, (struct str){ text, holder.n + 1 + asset.n });
}

static void text_or_null(struct jout *w, const char *key, struct str text)
{
	if (text.n > 0)
		jout_str(w, key, text);
	else
		jout_null(w, key);
}

static void shown_json(struct jout *w, const char *key, const struct shown *s, bool livemode)
{
	jout_object(w, key);
	jout_id(w, "id", ID_TRANSFER, s->id);
	jout_text(w, "object", "transfer");
	jout_bool(w, "livemode", livemode);
	text_or_null(w, "request_id", s->request_id);
	account_text(w, "from", s->from, s->asset);
	account_text(w, "to", s->to, s->asset);
	jout_str(w, "asset", s->asset);
	jout_integer(w, "amount", s->amount);
	jout_integer(w, "reason", s->reason);
	jout_integer(w, "from_balance", s->from_balance);
	jout_integer(w, "to_balance", s->to_balance);
	text_or_null(w, "memo", s->memo);
	text_or_null(w, "ref", s->ref);
	jout_id(w, "hold", ID_HOLD, s->hold);
	jout_id(w, "reverses", ID_TRANSFER, s->reverses);
	jout_time(w, "created_at", s->at_ms);
	jout_object_end(w);
}

void transfer_json(struct jout *w, const char *key, const struct transfer_view *t, bool livemode)
{
	const struct transfer *row = &t->row;

	shown_json(w, key,
		   &(struct shown){ .id = row->id,
				    .amount = row->amount,
				    .reason = row->reason,
				    .from_balance = row->from_balance,
				    .to_balance = row->to_balance,
				    .hold = row->kind == POSTING_CAPTURE ? row->cause : 0,
				    .reverses = row->kind == POSTING_REVERSAL ? row->cause : 0,
				    .at_ms = row->at_ms,
				    .request_id = str_of(row->request_id),
				    .from = str_of(t->from.holder),
				    .to = str_of(t->to.holder),
				    .asset = str_of(t->from.asset),
				    .memo = str_of(row->memo),
				    .ref = str_of(row->ref) },
		   livemode);
}

void transfer_posted_json(struct jout *w, const struct post *p, const struct post_result *r,
			  bool livemode)
{
	shown_json(w, NULL,
		   &(struct shown){ .id = r->id,
				    .amount = p->amount,
				    .reason = p->reason,
				    .from_balance = r->from_balance,
				    .to_balance = r->to_balance,
				    .at_ms = id_ms(r->id),
				    .request_id = p->request_id,
				    .from = p->from,
				    .to = p->to,
				    .asset = p->asset,
				    .memo = p->memo,
				    .ref = p->ref },
		   livemode);
}
