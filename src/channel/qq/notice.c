/* notice.c - what QQ Wallet posts to notify_url when an order is paid.
 *
 * It has no return_code and no result_code: trade_state tells.  There is no notice of a refund, and
 * no browser comes back with anything signed.
 *
 * Source: QQ Wallet, "支付结果通知", https://qpay.qq.com/buss/wiki/38/1204, read 2026-11.
 */
#include "channel/qq/config.h"
#include "channel/qq/message.h"
#include "channel/qq/sign.h"
#include "channel/qq/trade.h"

static enum err is_ours(const struct channel_config *c, const struct xml *m);
static enum err trade_take(const struct xml *m, struct channel_notice *notice);

enum err qq_notice_read(const struct channel_versions *versions, const struct channel_incoming *in,
			const struct channel_env *env, struct channel_answer *answer,
			struct channel_notice *notice)
{
	struct channel_notice read = { .kind = NOTICE_OTHER, .trade = channel_trade_unknown() };
	struct xml m;

	*answer = (struct channel_answer){ .verdict = VERDICT_UNKNOWN };
	*notice = read;
	TRY(xml_read(in->body, env->arena, &m));
	answer->key_version = qq_fits(versions, qq_text_to_sign(m.field, m.n, env->arena),
				      xml_value(&m, "sign"), env->arena);
	if (answer->key_version == 0)
		FAIL_AT(ERR_SIGNATURE, "sign", "the notice's signature does not fit");
	str_copy_cut(answer->code, sizeof(answer->code), xml_value(&m, "trade_state"));
	TRY(is_ours(versions->config[0], &m));
	/* Other products have notices of their own, signed in the same way. */
	if (xml_value(&m, "trade_state").n > 0)
		TRY(trade_take(&m, &read));
	*notice = read;
	answer->verdict = VERDICT_DONE;
	return ERR_OK;
}

/* Anything but SUCCESS makes the platform try again. */
struct channel_acknowledgement qq_notice_answer(bool accepted)
{
	return (struct channel_acknowledgement){
		.status = accepted ? 200 : 400,
		.type = "text/xml; charset=utf-8",
		.body = accepted ? STR("<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>")
				 : STR("<xml><return_code><![CDATA[FAIL]]></return_code>"
				       "<return_msg><![CDATA[not stored]]></return_msg></xml>"),
	};
}

static enum err is_ours(const struct channel_config *c, const struct xml *m)
{
	struct str appid = xml_value(m, "appid");

	if (!str_is(xml_value(m, "mch_id"), c->mch_id))
		FAIL_AT(ERR_NOTICE, "mch_id", "a notice for another merchant");
	if (c->appid[0] && appid.n > 0 && !str_is(appid, c->appid))
		FAIL_AT(ERR_NOTICE, "appid", "a notice for another application");
	return ERR_OK;
}

static enum err trade_take(const struct xml *m, struct channel_notice *notice)
{
	if (qq_trade_read(m, &notice->trade) != ERR_OK)
		return err_set(ERR_NOTICE, err_where(), err_param(), "%s", err_text());
	if (notice->trade.number[0] == '\0' || notice->trade.trade_no[0] == '\0')
		FAIL_AT(ERR_NOTICE, "out_trade_no", "without the trade's numbers");
	notice->kind = NOTICE_TRADE;
	return ERR_OK;
}
