/* transfer_post.c - moves an amount for a reason of the merchant, once for each request_id. */
#include "app/transfer.h"

#include "app/reason.h"
#include "core/transfer.h"

#include <string.h>

static struct digest digest_of(const struct transfer_ask *ask);
static struct str kind_of(const char *holder);

enum err transfer_post(struct tx *tx, const void *ask_, void *answer)
{
	const struct transfer_ask *ask = ask_;
	struct transfer_view *out = answer;
	struct digest digest = digest_of(ask);
	struct posting p = { .kind = POSTING_TRANSFER };
	struct asset asset;
	int64_t made;
	enum err e;

	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	if (made != 0) {
		out->replayed = true;
		return transfer_get(tx, &(struct transfer_get_ask){ .id = made }, out);
	}
	if (strcmp(ask->from.holder, ask->to.holder) == 0)
		FAIL_AT(ERR_SAME_ACCOUNT, "to", "from and to are the same account");
	TRY(transfer_allowed(kind_of(ask->from.holder), kind_of(ask->to.holder)));
	e = asset_get(tx, str_of(ask->from.asset), &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(e, "from", "there is no asset %s", ask->from.asset);
	TRY(e);
	TRY(reason_allows(tx, &(struct reason_use){ .code = ask->reason,
						    .from = kind_of(ask->from.holder),
						    .to = kind_of(ask->to.holder),
						    .asset = asset.id }));
	TRY(account_open(tx, ask->from.holder, asset.id, "from", &p.from));
	TRY(account_open(tx, ask->to.holder, asset.id, "to", &p.to));

	p.amount = ask->amount;
	p.reason = ask->reason;
	p.app = ask->app;
	p.request_id = ask->request_id;
	p.ref = ask->ref;
	p.memo = ask->memo;
	TRY(tx_post(tx, &p, &out->row));
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, out->row.id);
	out->from = ask->from;
	out->to = ask->to;
	return ERR_OK;
}

static struct digest digest_of(const struct transfer_ask *ask)
{
	struct digest_run *d = digest_begin("transfer");

	digest_text(d, ask->from.holder);
	digest_text(d, ask->to.holder);
	digest_text(d, ask->from.asset);
	digest_integer(d, ask->amount);
	digest_integer(d, ask->reason);
	digest_text(d, ask->memo);
	digest_text(d, ask->ref);
	return digest_end(d);
}

static struct str kind_of(const char *holder)
{
	return str_cut(str_of(holder), ':', NULL);
}
