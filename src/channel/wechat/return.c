/* return.c - the payer's browser coming back: WeChat signs nothing there, so nothing is believed.
 *
 * Source: WeChat Pay, "H5 调起支付",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_3_4.shtml, read 2026-11.
 */
#include "channel/wechat/message.h"

enum err wechat_return_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    char number[CHANNEL_NUMBER_MAX + 1])
{
	(void)versions;
	(void)in;
	(void)env;
	(void)number;
	FAIL(ERR_SIGNATURE, "WeChat signs no return of the payer's browser");
}
