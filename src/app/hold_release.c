/* hold_release.c - a part of a hold goes back to whom it is, once for each request_id; a hold that
 * was never asked for is cancelled. */
#include "app/hold.h"

#include "app/job_put.h"

static struct digest digest_of(const struct hold_release_ask *ask, int64_t hold);
static enum err find(struct tx *tx, const struct hold_release_ask *ask, struct hold_answer *out);
static enum err release(struct tx *tx, const struct hold_release_ask *ask, struct hold *h,
			const struct digest *digest);

enum err hold_release_once(struct tx *tx, const void *ask_, void *answer)
{
	const struct hold_release_ask *ask = ask_;
	struct hold_answer *out = answer;
	struct digest digest;
	int64_t made;

	TRY(find(tx, ask, out));
	if (out->cancelled)
		return ERR_OK;
	digest = digest_of(ask, out->hold.id);
	TRY(request_key_find(tx, ask->hold.app, KEY_REQUEST, ask->request_id, &digest, &made));
	out->replayed = made != 0;
	return out->replayed ? ERR_OK : release(tx, ask, &out->hold, &digest);
}

static struct digest digest_of(const struct hold_release_ask *ask, int64_t hold)
{
	struct digest_run *d = digest_begin("release");

	digest_integer(d, hold);
	if (hold == 0)
		digest_text(d, ask->hold.key);
	digest_integer(d, ask->amount);
	return digest_end(d);
}

static enum err find(struct tx *tx, const struct hold_release_ask *ask, struct hold_answer *out)
{
	struct request_cancel cancel = { .app = ask->hold.app,
					 .key = ask->hold.key,
					 .request_id = ask->request_id };
	int64_t id = ask->hold.id;
	bool found;

	if (id == 0) {
		cancel.digest = digest_of(ask, 0);
		TRY(request_take_back(tx, &cancel, &id));
		out->cancelled = id == 0;
		out->replayed = cancel.replayed;
		if (out->cancelled)
			return ERR_OK;
	}
	TRY(hold_find(tx, id, &out->hold, &found));
	return hold_usable(&out->hold, found);
}

static enum err release(struct tx *tx, const struct hold_release_ask *ask, struct hold *h,
			const struct digest *digest)
{
	struct posting p = { .kind = POSTING_RELEASE, .force = FORCE_FACT };
	struct transfer row;

	TRY(hold_part(tx, h, ask->amount, &p.amount));
	TRY(tx_account_by_id(tx, h->account, &p.from));

	p.cause = h->id;
	p.reason = h->reason;
	p.app = ask->hold.app;
	p.request_id = ask->request_id;
	p.ref = p.memo = "";
	TRY(tx_post(tx, &p, &row));
	hold_change(tx, h, 0, p.amount, HOLD_RELEASED);
	if (h->status != HOLD_OPEN)
		job_end(tx, JOB_HOLD_EXPIRE, h->id);
	hold_say(tx, "hold.released", h, 0);
	request_key_put(tx, ask->hold.app, KEY_REQUEST, ask->request_id, digest, row.id);
	return ERR_OK;
}
