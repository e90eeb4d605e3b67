/* create_wap.c - alipay.wap: a page for a phone's browser, which opens the Alipay app if it can.
 *
 * Source: Alipay Open Platform, "alipay.trade.wap.pay",
 *         https://opendocs.alipay.com/open/29ae8cb6_alipay.trade.wap.pay, read 2026-11.
 */
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "sys/cleanup.h"

enum err alipay_wap_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_action *action)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	jout_open(&w);
	TRY(alipay_order_write(&w, ask, "QUICK_WAP_WAY"));
	jout_object_end(&w);
	return alipay_redirect_build(versions,
				     &(struct alipay_request){
					     .method = "alipay.trade.wap.pay",
					     .biz = alipay_json(&w, env->arena),
					     .notify_url = ask->notify_url,
					     .return_url = ask->return_url,
				     },
				     env, action);
}
