#include "app/hold_expire.h"

#include "app/event_put.h"
#include "sys/cleanup.h"
#include "sys/json.h"

struct hold {
	bool found;
	int64_t id, account, amount, captured, released, expires_at, app, reason, created_at;
	bool livemode;
	char asset[HOLDER_MAX + 1];
};

static enum err expire(struct tx *tx, const void *ask, void *answer);
static enum err read_hold(struct tx *tx, int64_t id, struct hold *h);
static void say(struct tx *tx, const struct hold *h, const struct account *a);

enum err hold_expire(const struct services *s, int64_t merchant, int64_t hold, int64_t *again_at)
{
	return store_write(s->store, merchant, expire, &hold, again_at);
}

static enum err expire(struct tx *tx, const void *ask, void *answer)
{
	int64_t *again_at = answer;
	struct account *account;
	struct hold h;
	int64_t left;

	*again_at = 0;
	TRY(read_hold(tx, *(const int64_t *)ask, &h));
	left = h.amount - h.captured - h.released;
	if (!h.found || h.expires_at == 0 || left == 0)
		return ERR_OK;
	if (h.expires_at > tx_now(tx)) {
		*again_at = h.expires_at;
		return ERR_OK;
	}
	TRY(tx_account_by_id(tx, h.account, &account));
	TRY(tx_post(tx,
		    &(struct posting){ .kind = POSTING_RELEASE,
				       .force = FORCE_FACT,
				       .from = account,
				       .amount = left,
				       .cause = h.id,
				       .reason = h.reason,
				       .request_id = "",
				       .ref = "",
				       .memo = "" },
		    NULL));
	TX_PUT(tx, 1, "update hold set released = released + $3 where merchant_id = $1 and id = $2",
	       V_I(tx_merchant(tx)), V_I(h.id), V_I(left));
	h.released += left;
	say(tx, &h, account);
	return ERR_OK;
}

static enum err read_hold(struct tx *tx, int64_t id, struct hold *h)
{
	struct rows r;

	*h = (struct hold){ 0 };
	TX_ONE(tx, &r, &h->found,
	       "select h.id, h.account_id, h.amount, h.captured, h.released, h.expires_at, "
	       "h.app_id, "
	       "h.reason, h.created_at, m.livemode, s.code from hold h "
	       "join merchant m on m.merchant_id = h.merchant_id "
	       "join account a on a.merchant_id = h.merchant_id and a.id = h.account_id "
	       "join asset s on s.merchant_id = h.merchant_id and s.id = a.asset_id "
	       "where h.merchant_id = $1 and h.id = $2",
	       V_I(tx_merchant(tx)), V_I(id));
	if (h->found) {
		h->id = row_i(&r, 0);
		h->account = row_i(&r, 1);
		h->amount = row_i(&r, 2);
		h->captured = row_i(&r, 3);
		h->released = row_i(&r, 4);
		h->expires_at = row_i(&r, 5);
		h->app = row_i(&r, 6);
		h->reason = row_i(&r, 7);
		h->created_at = row_i(&r, 8);
		h->livemode = row_i(&r, 9) != 0;
		row_text(&r, 10, h->asset, sizeof(h->asset));
	}
	return rows_end(&r);
}

static void say(struct tx *tx, const struct hold *h, const struct account *a)
{
	CLEANUP(jout_free) struct jout w;
	char address[2 * HOLDER_MAX + 2];
	size_t n = 0;

	jout_open(&w);
	str_add(address, sizeof(address), &n, "%s/%s", a->address, h->asset);
	jout_object(&w, NULL);
	jout_id(&w, "id", ID_HOLD, h->id);
	jout_text(&w, "object", "hold");
	jout_bool(&w, "livemode", h->livemode);
	jout_text(&w, "account", address);
	jout_integer(&w, "amount", h->amount);
	jout_integer(&w, "captured", h->captured);
	jout_integer(&w, "released", h->released);
	jout_integer(&w, "reason", h->reason);
	jout_text(&w, "status", "expired");
	/* Grows with every change, as each of them moves one of the two. */
	jout_integer(&w, "version", 1 + h->captured + h->released);
	jout_time(&w, "expires_at", h->expires_at);
	jout_time(&w, "created_at", h->created_at);
	jout_object_end(&w);
	event_put(tx, &(struct event){ .type = "hold.expired",
				       .app = h->app,
				       .object = h->id,
				       .object_json = { w.p, w.n } });
}
