/* return.c - the payer's browser coming back from page or wap: signed, but a hint only.
 *
 * Parameters that the shop put on its own return_url come back unsigned among the others; they are
 * left out when the signature does not fit with them.
 *
 * Source: Alipay Open Platform, "电脑网站支付", https://opendocs.alipay.com/open/270/105898, read
 * 2026-11.
 */
#include "channel/alipay/form.h"
#include "channel/alipay/message.h"

enum err alipay_return_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    char number[CHANNEL_NUMBER_MAX + 1])
{
	struct alipay_form form;

	TRY(alipay_form_open(in->query, env->arena, &form));
	if (alipay_form_verify(versions, env->arena, &form) != ERR_OK) {
		alipay_form_keep_return_fields(&form);
		TRY(alipay_form_verify(versions, env->arena, &form));
	}
	TRY(alipay_form_is_ours(versions, &form));

	struct str value = alipay_form_value(&form, "out_trade_no");

	if (value.n == 0 || !str_is_text(value) ||
	    str_copy(number, CHANNEL_NUMBER_MAX + 1, value) != ERR_OK)
		FAIL_AT(ERR_NOTICE, "out_trade_no", "a return without our number");
	return ERR_OK;
}
