/* create_barcode.c - alipay.barcode: the shop scans the payer's code, and the call itself takes the
 * money, unless Alipay asks the payer for a password (10003): then query, and cancel at the end.
 *
 * Source: Alipay Open Platform, "alipay.trade.pay",
 *         https://opendocs.alipay.com/open/1f1fe18c_alipay.trade.pay, read 2026-11.
 */
#include "channel/alipay/answer.h"
#include "channel/alipay/message.h"
#include "channel/alipay/request.h"
#include "channel/alipay/trade.h"
#include "sys/cleanup.h"

#define METHOD "alipay.trade.pay"

enum { CODE_WAITING_FOR_PASSWORD = 10003, AUTH_CODE_MIN = 16, AUTH_CODE_MAX = 24 };

static enum err auth_code_check(const char *code);
static bool trade_fits(const struct channel_create *ask, const struct channel_trade *trade,
		       struct channel_answer *answer);

enum err alipay_barcode_build(const struct channel_versions *versions,
			      const struct channel_create *ask, const struct channel_env *env,
			      struct channel_call *call)
{
	CLEANUP(jout_free) struct jout w = { .p = NULL };

	TRY(auth_code_check(ask->auth_code));
	jout_open(&w);
	TRY(alipay_order_write(&w, ask, "FACE_TO_FACE_PAYMENT"));
	jout_text(&w, "scene", "bar_code");
	jout_text(&w, "auth_code", ask->auth_code);
	jout_object_end(&w);
	return alipay_call_build(versions,
				 &(struct alipay_request){
					 .method = METHOD,
					 .biz = alipay_json(&w, env->arena),
					 .notify_url = ask->notify_url,
				 },
				 env, call);
}

void alipay_barcode_read(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_reply *reply, const struct channel_env *env,
			 struct channel_answer *answer, struct channel_created *created)
{
	struct channel_trade trade = channel_trade_unknown();
	const struct alipay_asked asked = { .method = METHOD, .number = ask->number };
	struct alipay_answer in;
	struct jin r;

	alipay_answer_read(versions, &asked, reply, env->arena, answer, &in);
	if (!in.verified ||
	    (answer->verdict != VERDICT_DONE && in.code != CODE_WAITING_FOR_PASSWORD))
		return;
	jin_open(&r, in.node);
	jin_allow_unknown(&r);
	alipay_trade_read(&r, &trade);
	if (jin_done(&r) != ERR_OK) {
		channel_doubt(answer, "%s", err_text());
		return;
	}
	if (!trade_fits(ask, &trade, answer))
		return;
	trade.state = answer->verdict == VERDICT_DONE ? TRADE_PAID : TRADE_WAITING;
	created->trade = trade;
}

bool alipay_is_barcode(struct str code)
{
	int prefix = code.n >= 2 ? (code.p[0] - '0') * 10 + code.p[1] - '0' : 0;

	return code.n >= AUTH_CODE_MIN && prefix >= 25 && prefix <= 30 &&
	       str_is_made_of(code, "0123456789", AUTH_CODE_MAX);
}

static enum err auth_code_check(const char *code)
{
	if (!alipay_is_barcode(str_of(code)))
		FAIL_AT(ERR_INVALID, "auth_code",
			"must be 16 to 24 digits that begin with 25 to 30");
	return ERR_OK;
}

/* Paid means: this number, this amount, and a number of Alipay's. */
static bool trade_fits(const struct channel_create *ask, const struct channel_trade *trade,
		       struct channel_answer *answer)
{
	if (answer->verdict != VERDICT_DONE)
		return trade->number[0] != '\0';
	if (trade->fen == ask->fen && trade->trade_no[0] != '\0')
		return true;
	channel_doubt(answer, "the answer does not say that this amount was paid");
	answer->query_now = true;
	return false;
}
