/* create_jsapi.c - alipay.jsapi: a trade made here, paid inside a mini program or Alipay's browser
 * by my.tradePay({tradeNO}).
 *
 * The payer is a user id (2088 and 12 digits) or, in newer applications, an open id.
 *
 * Source: Alipay Open Platform, "alipay.trade.create", https://opendocs.alipay.com/open/02ekfj,
 * read 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/config.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "channel/alipay/trade.h"
#include "sys/cleanup.h"

#include <string.h>

#define METHOD "alipay.trade.create"

static bool is_user_id(const char *openid);

enum err alipay_jsapi_build(const struct channel_versions *versions,
			    const struct channel_create *ask, const struct channel_env *env,
			    struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	struct str openid = str_of(ask->openid);

	if (openid.n == 0 || openid.n > CHANNEL_PAYER_MAX || !str_is_text(openid))
		FAIL_AT(ERR_INVALID, "openid", "must be the payer's id at Alipay");
	jout_open(&w);
	TRY(alipay_order_write(&w, ask, "JSAPI_PAY"));
	jout_text(&w, "op_app_id", versions->config[0]->app_id);
	jout_text(&w, is_user_id(ask->openid) ? "buyer_id" : "buyer_open_id", ask->openid);
	jout_object_end(&w);
	return alipay_call_build(versions,
				 &(struct alipay_request){
					 .method = METHOD,
					 .biz = alipay_json(&w, env->arena),
					 .notify_url = ask->notify_url,
				 },
				 env, call);
}

void alipay_jsapi_read(const struct channel_versions *versions, const struct channel_create *ask,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_created *created)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };
	const struct alipay_asked asked = { .method = METHOD, .number = ask->number };
	struct alipay_answer in;
	struct jin r;

	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (answer->verdict != VERDICT_DONE)
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	alipay_trade_read(&r, &created->trade);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	if (created->trade.trade_no[0] == '\0') {
		channel_doubt(answer, "the answer has no trade_no");
		return;
	}
	created->trade.state = TRADE_WAITING;
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "tradeNO", created->trade.trade_no);
	jout_object_end(&w);
	created->action = (struct channel_action){
		.type = ACTION_JSAPI,
		.value = alipay_json(&w, env->arena),
	};
}

static bool is_user_id(const char *openid)
{
	return strlen(openid) == 16 && str_starts(str_of(openid), "2088") &&
	       strspn(openid, "0123456789") == 16;
}
