/* transfer_issue.c - units of an asset come into being: central to system. */
#include "app/transfer.h"

#include "core/reason.h"

#include <string.h>

enum err transfer_issue(struct tx *tx, const void *ask_, void *answer)
{
	const struct issue_ask *ask = ask_;
	struct transfer_view *out = answer;
	struct digest_run *d = digest_begin("issue");
	struct posting p = { .kind = POSTING_TRANSFER, .force = FORCE_ISSUE };
	struct digest digest;
	struct asset asset;
	int64_t made;
	enum err e;

	digest_text(d, ask->asset);
	digest_integer(d, ask->amount);
	digest = digest_end(d);
	TRY(request_key_find(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, &made));
	if (made != 0) {
		out->replayed = true;
		return transfer_get(tx, &(struct transfer_get_ask){ .id = made }, out);
	}
	e = asset_get(tx, str_of(ask->asset), &asset);
	if (e == ERR_ASSET_UNKNOWN)
		FAIL_AT(ERR_NOT_FOUND, "code", "there is no asset %s", ask->asset);
	TRY(e);
	TRY(tx_account(tx, STR("central"), asset.id, &p.from));
	TRY(tx_account(tx, STR("system"), asset.id, &p.to));

	p.amount = ask->amount;
	p.reason = REASON_ISSUE;
	p.app = ask->app;
	p.request_id = ask->request_id;
	p.ref = p.memo = "";
	TRY(tx_post(tx, &p, &out->row));
	request_key_put(tx, ask->app, KEY_REQUEST, ask->request_id, &digest, out->row.id);
	out->from = (struct account_name){ .holder = "central" };
	out->to = (struct account_name){ .holder = "system" };
	memcpy(out->from.asset, asset.code, sizeof(asset.code));
	memcpy(out->to.asset, asset.code, sizeof(asset.code));
	return ERR_OK;
}
