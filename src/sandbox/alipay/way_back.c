/* way_back.c - where a browser goes after paying at Alipay: return_url with what the platform
 * tells.
 *
 * Source: Alipay open platform, alipay.trade.page.pay and wap.pay, "page redirection parameters".
 */
#include "sandbox/alipay/alipay.h"
#include "sandbox/alipay/envelope.h"
#include "sandbox/alipay/sign.h"

#include <string.h>

bool ali_way_back(const struct exchange *x, const struct trade *t, struct text *url)
{
	char sign[RSA_SIGN_BASE64_MAX];
	struct str back = str_of(t->return_url);
	struct params ps = { 0 };

	if (!str_starts(back, "http://") && !str_starts(back, "https://"))
		return false;
	params_add(&ps, "charset", STR("utf-8"));
	params_add(&ps, "out_trade_no", str_of(t->number));
	params_add(&ps, "method",
		   t->product == PRODUCT_WAP ? STR("alipay.trade.wap.pay.return")
					     : STR("alipay.trade.page.pay.return"));
	params_add(&ps, "total_amount", yuan_text(x->arena, t->fen));
	params_add(&ps, "trade_no", str_of(t->trade_no));
	params_add(&ps, "auth_app_id", str_of(t->merchant->id));
	params_add(&ps, "version", STR("1.0"));
	params_add(&ps, "app_id", str_of(t->merchant->id));
	params_add(&ps, "sign_type", STR("RSA2"));
	params_add(&ps, "seller_id", str_of(t->merchant->seller));
	params_add(&ps, "timestamp", time_text(x->arena, x->now_ms));
	if (params_sign(&ps, SIGN_NOTICE, ali_app(t->merchant)->signs, sign) != ERR_OK)
		return false;
	text_put(url, t->return_url);
	text_put(url, strchr(t->return_url, '?') ? "&" : "?");
	params_form(&ps, url);
	return true;
}
