/* transfer_post.c - moves amounts for reasons of the merchant, once for each request_id. */
#include "app/transfer.h"

#include "app/holder_kind.h"
#include "app/reason.h"
#include "base/id.h"
#include "core/transfer.h"

static struct post post_of(const struct transfer_ask *ask);

enum err transfer_rules(struct tx *tx, const struct post *p, int64_t *asset_id)
{
	struct str from = str_cut(p->from, ':', NULL), to = str_cut(p->to, ':', NULL);
	struct asset asset;
	enum err e;

	TRY(transfer_allowed(from, to));
	e = asset_get(tx, p->asset, &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "from", "there is no asset %.*s", (int)p->asset.n, p->asset.p);
	TRY(e);
	TRY(reason_allows(tx,
			  &(struct reason_use){
				  .code = p->reason, .from = from, .to = to, .asset = asset.id }));
	TRY(holder_kind_known(tx, from, "from"));
	TRY(holder_kind_known(tx, to, "to"));
	*asset_id = asset.id;
	return ERR_OK;
}

enum err transfer_post(struct tx *tx, const void *ask_, void *answer)
{
	const struct transfer_ask *ask = ask_;
	struct transfer_view *out = answer;
	struct post p = post_of(ask);
	struct post_result r;

	TRY(tx_transfer(tx, transfer_rules, &p, 0, &r));
	transfer_view_fill(out, ask, &r);
	return ERR_OK;
}

void transfer_view_fill(struct transfer_view *out, const struct transfer_ask *ask,
			const struct post_result *r)
{
	struct transfer *t = &out->row;

	t->id = r->id;
	t->at_ms = id_ms(r->id);
	t->amount = ask->amount;
	t->reason = ask->reason;
	t->from_balance = r->from_balance;
	t->to_balance = r->to_balance;
	str_copy_cut(t->request_id, sizeof(t->request_id), str_of(ask->request_id));
	str_copy_cut(t->memo, sizeof(t->memo), str_of(ask->memo));
	str_copy_cut(t->ref, sizeof(t->ref), str_of(ask->ref));
	out->from = ask->from;
	out->to = ask->to;
	out->replayed = r->replayed;
}

static struct post post_of(const struct transfer_ask *ask)
{
	return (struct post){ .app = ask->app,
			      .request_id = str_of(ask->request_id),
			      .from = str_of(ask->from.holder),
			      .to = str_of(ask->to.holder),
			      .asset = str_of(ask->from.asset),
			      .amount = ask->amount,
			      .reason = ask->reason,
			      .memo = str_of(ask->memo),
			      .ref = str_of(ask->ref) };
}
