#include "app/order_create.h"

#include "app/job_put.h"
#include "app/merchant.h"
#include "app/order_row.h"
#include "app/request_key.h"
#include "core/action.h"
#include "net/client.h"

static struct digest digest_of(const struct order *o);
static enum err find(struct tx *tx, int64_t id, struct order_made *out);

enum err order_create(struct tx *tx, const void *ask, void *answer)
{
	const struct order_ask *in = ask;
	struct order_made *out = answer;
	struct digest digest = digest_of(&in->order);
	struct merchant merchant;
	int64_t known;

	TRY(request_key_check(in->order.out_order_no, "out_order_no"));
	TRY(merchant_get(tx, &merchant));
	out->livemode = merchant.livemode;
	TRY(request_key_find(tx, in->app, KEY_ORDER, in->order.out_order_no, &digest, &known));
	if (known != 0)
		return find(tx, known, out);
	TRY(action_check(&in->order));

	out->replayed = false;
	out->order = in->order;
	out->order.id = tx_id(tx);
	out->order.app = in->app;
	out->order.status = ORDER_OPEN;
	out->order.version = 1;
	out->order.created_at = tx_now(tx);
	out->order.expires_at = tx_now(tx) + in->expires_in_s * 1000;
	out->order.fulfilment = in->order.action[0] != '\0' ? FULFIL_PENDING : FULFIL_NONE;
	order_insert(tx, &out->order);
	request_key_put(tx, in->app, KEY_ORDER, in->order.out_order_no, &digest, out->order.id);
	job_put(tx, JOB_ORDER_EXPIRE, out->order.id, out->order.expires_at, in->run, 0);
	return ERR_OK;
}

static enum err find(struct tx *tx, int64_t id, struct order_made *out)
{
	TRY(order_get(tx, 0, id, &out->order));
	out->replayed = true;
	if (out->order.status == ORDER_CLOSED || out->order.status == ORDER_CLOSING)
		FAIL(ERR_ORDER_CLOSED, "the order with this out_order_no is closed");
	out->has_attempt = out->order.attempt != 0;
	return out->has_attempt ? attempt_get(tx, out->order.attempt, &out->attempt) : ERR_OK;
}

/* What makes two asks the same order; where it is told and shown may differ. */
static struct digest digest_of(const struct order *o)
{
	struct digest_run *d = digest_begin("order");

	digest_integer(d, o->amount);
	digest_text(d, o->subject);
	digest_text(d, o->user);
	digest_text(d, o->action);
	digest_text(d, o->action_args);
	digest_text(d, o->attach);
	return digest_end(d);
}

enum err shop_url_check(const char *url, const char *param)
{
	char host[256];
	bool tls;

	if (!str_is_text(str_of(url)) || str_find(str_of(url), '#') < str_of(url).n ||
	    str_find(str_of(url), ' ') < str_of(url).n ||
	    net_url_host(str_of(url), host, sizeof(host), &tls) != ERR_OK)
		FAIL_AT(ERR_INVALID, param,
			"an absolute http or https URL without user or fragment");
	return ERR_OK;
}
