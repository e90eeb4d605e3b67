/* create_barcode.c - wechat.barcode: the shop scans the payer's code, and the call itself takes the
 * money, unless WeChat asks the payer for a password (USERPAYING): then query, and reverse at the
 * end.  There is no notice.
 *
 * Source: WeChat Pay, "付款码支付", https://pay.weixin.qq.com/doc/v3/merchant/4012382150, and
 * "付款码 支付开发指引", https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_10&index=1,
 * read 2026-11.
 */
#include "channel/wechat/message.h"

#include "channel/wechat/answer.h"
#include "channel/wechat/request.h"
#include "channel/wechat/trade.h"
#include "sys/cleanup.h"

#include <string.h>

enum { AUTH_CODE_DIGITS = 18 };

static void trade_take(const struct channel_create *ask, const struct wechat_trade *said,
		       struct channel_answer *answer, struct channel_trade *trade);
static void waits_for_password(const struct channel_create *ask, struct channel_trade *trade);

enum err wechat_barcode_build(const struct channel_versions *versions,
			      const struct channel_create *ask, const struct channel_env *env,
			      struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	const struct channel_config *c = versions->config[0];

	if (!wechat_is_barcode(str_of(ask->auth_code)))
		FAIL_AT(ERR_INVALID, "auth_code", "must be 18 digits that begin with 10 to 15");
	jout_open(&w);
	TRY(wechat_order_write(&w, c, c->appid, ask));
	jout_object(&w, "payer");
	jout_text(&w, "auth_code", ask->auth_code);
	jout_object_end(&w);
	/* A shop must be named: the merchant itself. */
	jout_object(&w, "scene_info");
	jout_object(&w, "store_info");
	jout_text(&w, "out_id", c->mch_id);
	jout_object_end(&w);
	jout_object_end(&w);
	jout_object_end(&w);
	return wechat_call_build(versions, "/v3/pay/transactions/codepay", &w, env, call);
}

void wechat_barcode_read(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_reply *reply, const struct channel_env *env,
			 struct channel_answer *answer, struct channel_created *created)
{
	const struct wechat_asked asked = { .kind = WECHAT_PAYMENT, .done = 200 };
	struct wechat_answer in;
	struct wechat_trade said;
	struct jin r;

	wechat_answer_read(versions, &asked, reply, env, answer, &in);
	if (wechat_answer_is(&in, "USERPAYING"))
		waits_for_password(ask, &created->trade);
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.body);
	jin_allow_unknown(&r);
	wechat_trade_read(&r, &said);
	if (jin_done(&r) != ERR_OK || wechat_trade_judge(versions, ask->number, &said) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		answer->query_now = true;
		return;
	}
	trade_take(ask, &said, answer, &created->trade);
}

bool wechat_is_barcode(struct str code)
{
	return code.n == AUTH_CODE_DIGITS && code.p[0] == '1' && code.p[1] >= '0' &&
	       code.p[1] <= '5' && str_is_made_of(code, "0123456789", AUTH_CODE_DIGITS);
}

/* Paid means: this number, this amount.  PAYERROR is final; the other states are for a query. */
static void trade_take(const struct channel_create *ask, const struct wechat_trade *said,
		       struct channel_answer *answer, struct channel_trade *trade)
{
	bool paid = said->trade.state == TRADE_PAID;

	channel_says(answer, said->state, "");
	if (paid && said->trade.fen == ask->fen) {
		*trade = said->trade;
	} else if (paid) {
		channel_doubt(answer, "the answer does not say that this amount was paid");
		answer->query_now = true;
	} else if (strcmp(said->state, "PAYERROR") == 0) {
		channel_says(answer, said->state, "the payment failed");
		answer->verdict = VERDICT_REFUSED;
	} else if (said->trade.state == TRADE_WAITING) {
		channel_doubt(answer, "the payer is asked for a password");
		waits_for_password(ask, trade);
	} else {
		channel_doubt(answer, "it was closed or reversed");
		answer->query_now = true;
	}
}

static void waits_for_password(const struct channel_create *ask, struct channel_trade *trade)
{
	trade->state = TRADE_WAITING;
	str_copy_cut(trade->number, sizeof(trade->number), str_of(ask->number));
}
