/* transfer_post.c - moves amounts for reasons of the merchant, once for each request_id. */
#include "app/transfer.h"

#include "app/holder_kind.h"
#include "app/reason.h"
#include "core/transfer.h"

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

enum err transfer_post(struct tx *tx, const void *ask, void *answer)
{
	return tx_transfer(tx, transfer_rules, ask, 0, answer);
}
