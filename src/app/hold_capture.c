/* hold_capture.c - a part of a hold goes to whom it was held for, once for each request_id. */
#include "app/hold.h"

#include "app/job_put.h"
#include "app/reason.h"

#include <string.h>

static struct digest digest_of(const struct hold_capture_ask *ask, int64_t hold);
static enum err allowed(struct tx *tx, const struct hold *h, const struct hold_capture_ask *ask,
			int64_t asset);

enum err hold_capture_once(struct tx *tx, const void *ask_, void *answer)
{
	const struct hold_capture_ask *ask = ask_;
	struct hold_answer *out = answer;
	struct hold *h = &out->hold;
	struct posting p = { .kind = POSTING_CAPTURE, .force = FORCE_FACT };
	struct digest digest;
	struct transfer row;
	int64_t id = ask->hold.id;
	bool found = false;

	if (id == 0)
		TRY(request_key_named(tx, ask->hold.app, ask->hold.key, &id));
	digest = digest_of(ask, id);
	TRY(request_key_find(tx, ask->hold.app, KEY_REQUEST, ask->request_id, &digest,
			     &out->transfer));
	if (id != 0)
		TRY(hold_find(tx, id, h, &found));
	TRY(hold_usable(h, found));
	out->replayed = out->transfer != 0;
	if (out->replayed)
		return ERR_OK;
	TRY(tx_account_by_id(tx, h->account, &p.from));
	TRY(allowed(tx, h, ask, p.from->asset));
	TRY(hold_part(tx, h, ask->amount, &p.amount));
	TRY(account_open(tx, ask->to.holder, p.from->asset, "to", &p.to));
	if (p.to->closed)
		FAIL_AT(ERR_CLOSED, "to", "%s is closed", p.to->address);

	p.cause = h->id;
	p.reason = h->reason;
	p.app = ask->hold.app;
	p.request_id = ask->request_id;
	p.ref = p.memo = "";
	TRY(tx_post(tx, &p, &row));
	out->transfer = row.id;
	hold_change(tx, h, p.amount, 0, HOLD_CAPTURED);
	if (h->status != HOLD_OPEN)
		job_end(tx, JOB_HOLD_EXPIRE, h->id);
	hold_say(tx, "hold.captured", h, row.id);
	request_key_put(tx, ask->hold.app, KEY_REQUEST, ask->request_id, &digest, row.id);
	return ERR_OK;
}

static struct digest digest_of(const struct hold_capture_ask *ask, int64_t hold)
{
	struct digest_run *d = digest_begin("capture");

	digest_integer(d, hold);
	digest_text(d, ask->to.holder);
	digest_text(d, ask->to.asset);
	digest_integer(d, ask->amount);
	return digest_end(d);
}

static enum err allowed(struct tx *tx, const struct hold *h, const struct hold_capture_ask *ask,
			int64_t asset)
{
	if (strcmp(ask->to.asset, h->name.asset) != 0)
		FAIL_AT(ERR_INVALID, "to", "the hold is of %s", h->name.asset);
	if (strcmp(ask->to.holder, h->name.holder) == 0)
		FAIL_AT(ERR_SAME_ACCOUNT, "to", "the hold is of this account: release it");
	/* What was held before its reason was disabled is still owed. */
	return reason_allows(
		tx, &(struct reason_use){ .code = h->reason,
					  .from = str_cut(str_of(h->name.holder), ':', NULL),
					  .to = str_cut(str_of(ask->to.holder), ':', NULL),
					  .asset = asset,
					  .begun = true,
					  .param = "to" });
}
