/* create_page.c - alipay.page: a page for a desktop browser.  No trade exists until the payer has
 * opened it and confirmed; until then a query finds nothing.
 *
 * Source: Alipay Open Platform, "alipay.trade.page.pay",
 *         https://opendocs.alipay.com/open/59da99d0_alipay.trade.page.pay, read 2026-11.
 */
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "sys/cleanup.h"

enum err alipay_page_build(const struct channel_versions *versions,
			   const struct channel_create *ask, const struct channel_env *env,
			   struct channel_action *action)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	jout_open(&w);
	TRY(alipay_order_write(&w, ask, "FAST_INSTANT_TRADE_PAY"));
	jout_object_end(&w);
	return alipay_redirect_build(versions,
				     &(struct alipay_request){
					     .method = "alipay.trade.page.pay",
					     .biz = alipay_json(&w, env->arena),
					     .notify_url = ask->notify_url,
					     .return_url = ask->return_url,
				     },
				     env, action);
}
