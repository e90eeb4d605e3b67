/* create_app.c - alipay.app: the order string that a phone app hands to Alipay's SDK.
 *
 * Source: Alipay Open Platform, "alipay.trade.app.pay",
 *         https://opendocs.alipay.com/open/cd12c885_alipay.trade.app.pay, read 2026-11.
 */
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "sys/cleanup.h"

enum err alipay_app_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_action *action)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	jout_open(&w);
	TRY(alipay_order_write(&w, ask, "QUICK_MSECURITY_PAY"));
	jout_object_end(&w);
	return alipay_order_string_build(versions,
					 &(struct alipay_request){
						 .method = "alipay.trade.app.pay",
						 .biz = alipay_json(&w, env->arena),
						 .notify_url = ask->notify_url,
					 },
					 env, action);
}
