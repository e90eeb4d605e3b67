/* notice.c - what WeChat posts to notify_url when an order is paid or a refund ends.
 *
 * The order of the work: the bytes that came are verified, then read, then decrypted, then compared
 * with what is ours.  A probe (a signature that begins "WECHATPAY/SIGNTEST/") fails like any other
 * bad signature; it must.
 *
 * Source: WeChat Pay, "支付成功回调通知",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_5.shtml, and "退款结果通知",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_11.shtml, read 2026-11.
 */
#include "channel/wechat/notice.h"

#include "channel/wechat/message.h"
#include "channel/wechat/refund.h"
#include "channel/wechat/stamp.h"
#include "channel/wechat/trade.h"

#include <string.h>

static enum err content_read(const struct channel_versions *versions,
			     const struct wechat_notice *envelope, const struct channel_env *env,
			     struct channel_answer *answer, struct channel_notice *notice);
static enum err trade_take(const struct channel_versions *versions, struct str plain,
			   struct channel_notice *notice);
static enum err refund_take(const struct channel_versions *versions, struct str plain,
			    struct channel_notice *notice);
static bool appid_is_ours(const struct channel_versions *versions, const char *appid);
static enum err nonsense(void);

enum err wechat_notice_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    struct channel_answer *answer, struct channel_notice *notice)
{
	struct wechat_notice envelope;
	struct wechat_stamp stamp;

	*answer = (struct channel_answer){ .verdict = VERDICT_UNKNOWN };
	*notice = (struct channel_notice){ .kind = NOTICE_OTHER, .trade = channel_trade_unknown() };
	if (in->body.n > WECHAT_BODY_MAX)
		FAIL(ERR_INVALID, "a notice of more than %d bytes", WECHAT_BODY_MAX);
	TRY(wechat_stamp_read(in->header, in->self, &stamp));
	TRY(wechat_stamp_verify(versions, &stamp, in->body, env, &answer->key_version));
	TRY(wechat_notice_open(in->body, env->arena, &envelope));
	str_copy_cut(answer->code, sizeof(answer->code), str_of(envelope.event));
	str_copy_cut(notice->notice_id, sizeof(notice->notice_id), str_of(envelope.id));
	TRY(content_read(versions, &envelope, env, answer, notice));
	answer->verdict = VERDICT_DONE;
	return ERR_OK;
}

struct channel_acknowledgement wechat_notice_answer(bool accepted)
{
	return (struct channel_acknowledgement){
		.status = accepted ? 200 : 500,
		.type = "application/json",
		.body = accepted ? STR("{\"code\":\"SUCCESS\",\"message\":\"成功\"}")
				 : STR("{\"code\":\"FAIL\",\"message\":\"失败\"}"),
	};
}

enum err wechat_notice_open(struct str body, struct arena *a, struct wechat_notice *out)
{
	struct jin r, in;

	*out = (struct wechat_notice){ .id = "" };
	jin_open(&r, body);
	jin_allow_unknown(&r);
	jin_text(&r, "id", JIN_NEEDED, out->id, sizeof(out->id));
	jin_text(&r, "event_type", JIN_NEEDED, out->event, sizeof(out->event));
	if (jin_enter(&r, "resource", JIN_NEEDED, &in)) {
		wechat_resource_read(&in, body.n, a, &out->resource);
		jin_leave(&in);
	}
	if (jin_done(&r) != ERR_OK)
		return err_set(ERR_INVALID, err_where(), err_param(), "%s",
			       arena_text(a, str_of(err_text())));
	return ERR_OK;
}

/* News of another kind (a contract, a transfer) is acknowledged and means nothing here. */
static enum err content_read(const struct channel_versions *versions,
			     const struct wechat_notice *envelope, const struct channel_env *env,
			     struct channel_answer *answer, struct channel_notice *notice)
{
	bool paid = strcmp(envelope->event, "TRANSACTION.SUCCESS") == 0;
	bool refund = strcmp(envelope->event, "REFUND.SUCCESS") == 0 ||
		      strcmp(envelope->event, "REFUND.ABNORMAL") == 0 ||
		      strcmp(envelope->event, "REFUND.CLOSED") == 0;
	struct str plain;

	if (!paid && !refund)
		return ERR_OK;
	TRY(wechat_resource_open(versions, &envelope->resource, env->arena, &plain,
				 &answer->key_version));
	return paid ? trade_take(versions, plain, notice) : refund_take(versions, plain, notice);
}

static enum err trade_take(const struct channel_versions *versions, struct str plain,
			   struct channel_notice *notice)
{
	struct wechat_trade said;
	struct jin r;

	jin_open(&r, plain);
	jin_allow_unknown(&r);
	wechat_trade_read(&r, &said);
	if (jin_done(&r) != ERR_OK)
		return nonsense();
	if (!appid_is_ours(versions, said.appid))
		FAIL_AT(ERR_NOTICE, "appid", "it is about the application \"%s\"", said.appid);
	TRY(wechat_trade_judge(versions, said.trade.number, &said));
	if (said.trade.number[0] == '\0' || said.trade.state != TRADE_PAID)
		FAIL_AT(ERR_NOTICE, "trade_state", "a payment's notice, but nothing was paid");
	notice->trade = said.trade;
	notice->kind = NOTICE_TRADE;
	return ERR_OK;
}

/* It tells of the refund, and not who paid or when: of the trade a query tells. */
static enum err refund_take(const struct channel_versions *versions, struct str plain,
			    struct channel_notice *notice)
{
	struct wechat_refund said;
	char mch_id[33] = "";
	struct jin r;

	jin_open(&r, plain);
	jin_allow_unknown(&r);
	jin_text(&r, "mchid", JIN_NEEDED, mch_id, sizeof(mch_id));
	wechat_refund_said(&r, "refund_status", &said);
	if (jin_done(&r) != ERR_OK)
		return nonsense();
	if (!wechat_is_ours(versions, mch_id))
		FAIL_AT(ERR_NOTICE, "mchid", "it is about the merchant \"%s\"", mch_id);
	if (said.number[0] == '\0' || said.refund_number[0] == '\0' || said.fen <= 0)
		FAIL_AT(ERR_NOTICE, "out_refund_no", "without the refund's numbers or amount");
	if (said.currency[0] && strcmp(said.currency, "CNY") != 0)
		FAIL_AT(ERR_NOTICE, "currency", "the amount is in %s", said.currency);
	TRY(wechat_refund_take(&said, &notice->refund));
	memcpy(notice->refund_number, said.refund_number, sizeof(notice->refund_number));
	memcpy(notice->trade.number, said.number, sizeof(notice->trade.number));
	memcpy(notice->trade.trade_no, said.trade_no, sizeof(notice->trade.trade_no));
	notice->trade.fen = said.total_fen > 0 ? said.total_fen : 0;
	notice->kind = NOTICE_REFUND;
	return ERR_OK;
}

static bool appid_is_ours(const struct channel_versions *versions, const char *appid)
{
	for (size_t i = 0; i < versions->n; i++) {
		const struct channel_config *c = versions->config[i];

		if (strcmp(appid, c->appid) == 0 || strcmp(appid, c->mini_appid) == 0 ||
		    strcmp(appid, c->app_appid) == 0)
			return true;
	}
	return false;
}

/* What a reader of JSON found wrong in a text that was verified. */
static enum err nonsense(void)
{
	struct outcome why = outcome_of(ERR_NOTICE);

	return outcome_raise(&why);
}
